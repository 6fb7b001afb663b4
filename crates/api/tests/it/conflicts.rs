//! One address, one contact: conflicts name who holds it, and no race gets past them.

use crate::contacts::{person, some};
use crate::history::count;
use crate::server::{Server, on_both};
use futures::future::join_all;
use rapport_contract::contact::{ContactDraft, ContactPatch, ContactQuery};
use rapport_contract::{Code, Patch};

on_both! {
    the_holder_is_named;
    mailboxes_are_the_same_or_not;
    of_many_at_once_one_gets_it;
    addresses_change_hands_one_at_a_time;
}

async fn the_holder_is_named(server: &Server) {
    let owner = server.owner().await;
    let holder = owner
        .create_contact(&ContactDraft {
            phone: some("55 1234 5678"),
            identifier: some("i-1"),
            ..person("Holder", "holder@example.com")
        })
        .await
        .unwrap();
    let other = owner
        .create_contact(&person("Other", "other@example.com"))
        .await
        .unwrap();
    for (pointer, draft, patch) in [
        (
            "/email",
            person("New", "HOLDER@Example.COM"),
            ContactPatch {
                email: Patch::Set("Holder@example.com".to_owned()),
                ..ContactPatch::default()
            },
        ),
        (
            "/phone",
            ContactDraft {
                phone: some("+52 55 12345678"),
                ..person("New", "")
            },
            ContactPatch {
                phone: Patch::Set("5512345678".to_owned()),
                ..ContactPatch::default()
            },
        ),
        (
            "/identifier",
            ContactDraft {
                identifier: some(" i-1 "),
                ..person("New", "")
            },
            ContactPatch {
                identifier: Patch::Set("i-1".to_owned()),
                ..ContactPatch::default()
            },
        ),
    ] {
        for error in [
            owner.create_contact(&draft).await.unwrap_err(),
            owner
                .update_contact(other.id, &patch, None)
                .await
                .unwrap_err(),
        ] {
            let problem = error.problem().unwrap();
            assert_eq!((problem.code, problem.status), (Code::ContactConflict, 409));
            let conflict = problem.conflict.as_ref().unwrap();
            assert_eq!((conflict.id, conflict.name.as_str()), (holder.id, "Holder"));
            assert_eq!(problem.faults[0].pointer, pointer);
        }
        // One's own is no conflict.
        owner.update_contact(holder.id, &patch, None).await.unwrap();
    }
    assert_eq!(owner.contact(other.id).await.unwrap().value, other);
    assert_eq!(count(server, "contacts").await, 2);
}

async fn mailboxes_are_the_same_or_not(server: &Server) {
    let owner = server.owner().await;
    for (email, is_new) in [
        ("jose@example.com", true),
        ("josé@example.com", true),
        ("JOSÉ@EXAMPLE.com", false),
        ("jo.se@example.com", true),
        ("jose+x@example.com", true),
        ("ana@münchen.de", true),
        ("ana@MÜNCHEN.de", false),
        ("Ana@xn--mnchen-3ya.de", false),
        ("ana@munchen.de", true),
    ] {
        match owner.create_contact(&person("Somebody", email)).await {
            Ok(_) => assert!(is_new, "{email}"),
            Err(error) => {
                assert_eq!(
                    error.code(),
                    Some(Code::ContactConflict),
                    "{email}: {error}"
                );
                assert!(!is_new, "{email}");
            }
        }
    }
}

async fn of_many_at_once_one_gets_it(server: &Server) {
    let owner = server.owner().await;
    for draft in [
        person("Race", "race@example.com"),
        ContactDraft {
            phone: some("5512345678"),
            ..person("Race", "")
        },
        ContactDraft {
            identifier: some("race"),
            ..person("Race", "")
        },
    ] {
        let answers = join_all((0..20).map(|_| owner.create_contact(&draft))).await;
        let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        let [Ok(made)] = made.as_slice() else {
            panic!("{} were made", made.len())
        };
        for error in refused {
            let error = error.unwrap_err();
            let problem = error.problem().unwrap();
            assert_eq!(problem.code, Code::ContactConflict, "{problem:?}");
            assert_eq!(problem.conflict.as_ref().unwrap().id, made.id);
        }
    }
    assert_eq!(count(server, "contacts").await, 3);
    assert_eq!(count(server, "activities").await, 3);
}

async fn addresses_change_hands_one_at_a_time(server: &Server) {
    let owner = server.owner().await;
    let made = join_all((0..8).map(|n| {
        let draft = person(&format!("Somebody {n}"), &format!("{n}@example.com"));
        let owner = &owner;
        async move { owner.create_contact(&draft).await.unwrap() }
    }))
    .await;
    // All want the same; beside them somebody edits each, and deletes and restores.
    let wanted = ContactPatch {
        email: Patch::Set("wanted@example.com".to_owned()),
        ..ContactPatch::default()
    };
    let moved = ContactPatch {
        city: Patch::Set("Lima".to_owned()),
        ..ContactPatch::default()
    };
    let answers = join_all(made.iter().map(|contact| {
        let (owner, wanted, moved) = (&owner, &wanted, &moved);
        async move {
            let (taken, edited) = futures::join!(
                owner.update_contact(contact.id, wanted, None),
                owner.update_contact(contact.id, moved, None)
            );
            assert_eq!(edited.unwrap().value.city.as_deref(), Some("Lima"));
            taken.map(|after| after.value.id)
        }
    }))
    .await;
    let winners: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().ok())
        .collect();
    assert_eq!(winners.len(), 1);
    for error in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert_eq!(
            error.problem().unwrap().conflict.as_ref().unwrap().id,
            *winners[0]
        );
    }

    // Deleted twice at once: once. Restored twice at once: once.
    let loser = made
        .iter()
        .find(|contact| contact.id != *winners[0])
        .unwrap();
    let deleted = join_all((0..4).map(|_| owner.delete_contact(loser.id))).await;
    assert_eq!(deleted.iter().filter(|answer| answer.is_ok()).count(), 1);
    let restored = join_all((0..4).map(|_| owner.restore_contact(loser.id))).await;
    assert_eq!(restored.iter().filter(|answer| answer.is_ok()).count(), 1);
    // The address of a deleted contact: either it comes back, or somebody new has it.
    owner.delete_contact(loser.id).await.unwrap();
    let email = loser.email.clone().unwrap();
    let draft = person("New", &email);
    let (back, new) = futures::join!(
        owner.restore_contact(loser.id),
        owner.create_contact(&draft)
    );
    assert!(back.is_ok() != new.is_ok(), "{back:?} {new:?}");
    let query = ContactQuery {
        q: Some(email),
        ..ContactQuery::default()
    };
    assert_eq!(owner.contacts(&query).await.unwrap().data.len(), 1);
}
