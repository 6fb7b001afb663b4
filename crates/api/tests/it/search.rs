//! The search box: which contacts it finds, whatever the way in which they are found.

use crate::contacts::{person, some};
use crate::list::{page, pages, sorted};
use crate::server::{Server, on_both};
use rapport_client::Client;
use rapport_contract::contact::{
    Contact, ContactDraft, ContactPatch, ContactQuery, CountQuery, Sort, full_name,
};
use rapport_contract::language::Language;
use rapport_contract::text::normalise;
use rapport_contract::{Code, Patch};
use rapport_store::{Actor, Who, demo};

on_both! {
    words_are_found_in_every_field;
    punctuation_is_ordinary;
    short_words_and_chinese;
    numbers_in_phones_and_elsewhere;
    long_searches;
    what_was_written_is_found_at_once;
    chinese_names_are_found_after_every_change;
    rare_and_common_words_give_the_same_rows;
}

/// Whether the search box finds the contact: written from its description, not from its code.
fn is_found(contact: &Contact, q: &str) -> bool {
    let whole = normalise(q);
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    if digits.len() >= 4
        && whole
            .chars()
            .all(|c| c.is_ascii_digit() || " +-()./".contains(c))
    {
        return contact
            .phones
            .iter()
            .any(|phone| phone.number.as_str().contains(&digits));
    }
    let name = full_name(contact.first_name.as_deref(), contact.last_name.as_deref());
    let fields = [
        name,
        contact.company.clone(),
        contact.city.clone(),
        contact.identifier.clone(),
    ];
    let emails = contact.emails.iter().map(|email| email.address.clone());
    let fields: Vec<_> = fields
        .into_iter()
        .flatten()
        .chain(emails)
        .map(|text| normalise(&text))
        .collect();
    q.split_whitespace()
        .map(normalise)
        .all(|word| fields.iter().any(|field| field.contains(&word)))
}

/// The identifiers of those who are found, in the order of their making.
async fn found(client: &Client, q: &str) -> Vec<String> {
    let page = page(client, "created_at".parse().unwrap(), q, 1000, None).await;
    page.data
        .into_iter()
        .map(|contact| contact.identifier.unwrap_or(contact.name))
        .collect()
}

async fn make(client: &Client, identifier: &str, draft: ContactDraft) {
    let draft = ContactDraft {
        identifier: some(identifier),
        ..draft
    };
    client.create_contact(&draft).await.unwrap();
}

async fn words_are_found_in_every_field(server: &Server) {
    let owner = server.owner().await;
    let ana = ContactDraft {
        first_name: some("José"),
        last_name: some("Núñez Åkesson"),
        email: some("Pepe@Correo.example"),
        company: some("Colegio Ágora"),
        city: some("Straßburg"),
        ..ContactDraft::default()
    };
    make(&owner, "Ref-ÄÖ", ana).await;
    make(&owner, "other", person("Pepa", "")).await;
    for q in [
        "jose",
        "JOSÉ",
        "nunez",
        "akesson",
        "jose núñez",
        "pepe@",
        "correo.example",
        "agora",
        "colegio agora",
        "STRASSBURG",
        "straßburg",
        "ref-ao",
        "jose agora strass ref",
        "nez jos",
        "  jose\u{3000}agora ",
        "(jose".trim_start_matches('('),
        "núñez åkesson",
    ] {
        assert_eq!(found(&owner, q).await, ["Ref-ÄÖ"], "{q:?}");
    }
    for q in [
        "josé pepa",
        "agorastrass",
        "nunezjose",
        "josex",
        "colegio-agora",
        "josé,",
    ] {
        assert_eq!(found(&owner, q).await, [""; 0], "{q:?}");
    }
    assert_eq!(found(&owner, "pep").await, ["Ref-ÄÖ", "other"]);
    assert_eq!(found(&owner, " \t ").await.len(), 2);
}

async fn punctuation_is_ordinary(server: &Server) {
    let owner = server.owner().await;
    for (identifier, name) in [
        ("percent", "100% real"),
        ("plain", "1000 real"),
        ("under", "a_b real"),
        ("letter", "axb real"),
        ("backslash", r"C:\new\_x"),
        ("quote", "O'Brien \"Bob\""),
        ("star", "a* OR b*"),
        ("dollar", "$1 ?2 :x"),
    ] {
        make(&owner, identifier, person(name, "")).await;
    }
    for (q, expected) in [
        ("0%", vec!["percent"]),
        ("100% re", vec!["percent"]),
        ("%", vec!["percent"]),
        ("%%", vec![]),
        ("_", vec!["under", "backslash"]),
        ("a_b", vec!["under"]),
        ("a_b real", vec!["under"]),
        ("\\", vec!["backslash"]),
        ("\\new", vec!["backslash"]),
        ("\\_", vec!["backslash"]),
        ("\\\\", vec![]),
        ("'", vec!["quote"]),
        ("o'b", vec!["quote"]),
        ("\"bob\"", vec!["quote"]),
        ("\"\"", vec![]),
        ("*", vec!["star"]),
        ("a* or", vec!["star"]),
        ("or b*", vec!["star"]),
        ("NEAR(a", vec![]),
        ("-real", vec![]),
        ("$1", vec!["dollar"]),
        ("?2 :x", vec!["dollar"]),
        ("' OR '1'='1", vec![]),
        ("name:real", vec![]),
    ] {
        assert_eq!(found(&owner, q).await, expected, "{q:?}");
    }
}

async fn short_words_and_chinese(server: &Server) {
    let owner = server.owner().await;
    for (identifier, name, city) in [
        ("1", "王小明", "上海市"),
        ("2", "王小红", "北京"),
        ("3", "李明", "上海"),
        ("4", "Bo Li", "Ng"),
        ("5", "ガイ", "カ"),
        ("6", "김민준", "서울"),
        ("7", "Жанна", "Ωmega"),
        ("8", "👩‍👧 Fam", "🇲🇽"),
    ] {
        let draft = ContactDraft {
            city: some(city),
            ..person(name, "")
        };
        make(&owner, identifier, draft).await;
    }
    for (q, expected) in [
        ("王", vec!["1", "2"]),
        ("王小", vec!["1", "2"]),
        ("王小明", vec!["1"]),
        ("小明 上海", vec!["1"]),
        ("明", vec!["1", "3"]),
        ("明 北京", vec![]),
        ("上海市", vec!["1"]),
        ("b", vec!["4"]),
        ("bo", vec!["4"]),
        ("ng li", vec!["4"]),
        ("ガ", vec!["5"]),
        ("カ", vec!["5"]),
        ("カイ", vec![]),
        ("민", vec!["6"]),
        ("김민준", vec!["6"]),
        ("ЖАННА", vec!["7"]),
        ("ωM", vec!["7"]),
        ("👩", vec!["8"]),
        ("🇲🇽", vec!["8"]),
        ("🇽", vec!["8"]),
        ("fam 👩‍👧", vec!["8"]),
    ] {
        assert_eq!(found(&owner, q).await, expected, "{q:?}");
        let count = CountQuery {
            q: some(q),
            ..CountQuery::default()
        };
        assert_eq!(
            owner.count_contacts(&count, None).await.unwrap().count,
            expected.len() as u64,
            "{q:?}"
        );
    }
}

async fn numbers_in_phones_and_elsewhere(server: &Server) {
    let owner = server.owner().await;
    let with_phone = |phone: &str| ContactDraft {
        phone: some(phone),
        ..ContactDraft::default()
    };
    make(&owner, "a", with_phone("+525512345678")).await;
    make(&owner, "b", with_phone("+34600123456")).await;
    make(
        &owner,
        "c-1234",
        person("Agent 5512345", "r5512@example.com"),
    )
    .await;
    make(&owner, "d", person("Studio ５４", "")).await;
    for (q, expected) in [
        ("5512", vec!["a"]),
        ("+52 (55) 1234", vec!["a"]),
        ("+525512345678", vec!["a"]),
        ("123456", vec!["a", "b"]),
        ("1234-56", vec!["a", "b"]),
        ("００１２３", vec!["b"]),
        ("99999", vec![]),
        ("5512 agent", vec!["c-1234"]),
        ("r5512", vec!["c-1234"]),
        ("-1234x", vec![]),
        ("c-1234", vec!["c-1234"]),
        ("551", vec!["c-1234"]),
        ("123", vec!["c-1234"]),
        ("54", vec!["d"]),
        ("５４", vec!["d"]),
        ("studio 54", vec!["d"]),
    ] {
        assert_eq!(found(&owner, q).await, expected, "{q:?}");
    }
}

async fn long_searches(server: &Server) {
    let owner = server.owner().await;
    let long: String = ('a'..='z').cycle().take(255).collect();
    make(&owner, "long", person(&long, "")).await;
    make(&owner, "short", person("Ana", "")).await;
    assert_eq!(found(&owner, &long).await, ["long"]);
    assert_eq!(found(&owner, &format!("{long}a")).await, [""; 0]);
    // A thousand characters: as one word, and as five hundred.
    assert_eq!(found(&owner, &"x".repeat(1000)).await, [""; 0]);
    let distinct: String = ('\u{4e00}'..).take(1000).collect();
    assert_eq!(found(&owner, &distinct).await, [""; 0]);
    let words: Vec<String> = ('\u{4e00}'..).take(500).map(String::from).collect();
    assert_eq!(found(&owner, &words.join(" ")).await, [""; 0]);
    assert_eq!(found(&owner, &"ana ".repeat(250)).await, ["short"]);
    let too_long = ContactQuery {
        q: Some("x".repeat(1001)),
        ..ContactQuery::default()
    };
    assert_eq!(
        owner.contacts(&too_long).await.unwrap_err().code(),
        Some(Code::InvalidQuery)
    );
    let too_long = CountQuery {
        q: too_long.q,
        ..CountQuery::default()
    };
    assert_eq!(
        owner
            .count_contacts(&too_long, None)
            .await
            .unwrap_err()
            .code(),
        Some(Code::ValidationFailed)
    );
}

async fn what_was_written_is_found_at_once(server: &Server) {
    let owner = server.owner().await;
    for n in 0..10 {
        let made = owner
            .create_contact(&person(&format!("Firstborn {n}x"), ""))
            .await
            .unwrap();
        assert_eq!(found(&owner, &format!("firstborn {n}x")).await.len(), 1);
        let renamed = ContactPatch {
            name: Patch::Set(format!("Renamed {n}x")),
            phone: Patch::Set(format!("+52551234567{n}")),
            ..ContactPatch::default()
        };
        owner.update_contact(made.id, &renamed, None).await.unwrap();
        assert_eq!(found(&owner, &format!("firstborn {n}x")).await.len(), 0);
        assert_eq!(found(&owner, &format!("renamed {n}x")).await.len(), 1);
        assert_eq!(found(&owner, &format!("551234567{n}")).await.len(), 1);
        owner.delete_contact(made.id).await.unwrap();
        assert_eq!(found(&owner, &format!("renamed {n}x")).await.len(), 0);
        owner.restore_contact(made.id).await.unwrap();
        assert_eq!(found(&owner, &format!("renamed {n}x")).await.len(), 1);
    }
}

/// Whatever else of the contact changes, and however the name does; what the index of short words holds is looked at after each test.
async fn chinese_names_are_found_after_every_change(server: &Server) {
    let owner = server.owner().await;
    let made = owner
        .create_contact(&person("王伟", "wang@example.com"))
        .await
        .unwrap();
    let changes = [
        (Patch::Absent, Patch::Set("Lima"), 1),
        (Patch::Absent, Patch::Set("北京"), 1),
        (Patch::Set("王伟明"), Patch::Absent, 1),
        (Patch::Set("Wang Wei"), Patch::Null, 0),
        (Patch::Set("王伟"), Patch::Absent, 1),
    ];
    for (name, city, expected) in changes {
        let owned = |text: Patch<&str>| match text {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Set(text) => Patch::Set(text.to_owned()),
        };
        let patch = ContactPatch {
            name: owned(name),
            city: owned(city),
            ..ContactPatch::default()
        };
        owner.update_contact(made.id, &patch, None).await.unwrap();
        for q in ["王", "王伟"] {
            assert_eq!(found(&owner, q).await.len(), expected, "{q} {patch:?}");
        }
    }
    assert_eq!(found(&owner, "北京").await.len(), 0);
}

async fn rare_and_common_words_give_the_same_rows(server: &Server) {
    let owner = server.owner().await;
    let actor = Actor {
        account: owner.me().await.unwrap().account.id,
        who: Who::System,
    };
    for seed in 0..3 {
        server
            .store
            .write(server.now(), async |w| {
                demo::fill_in(w, &actor, seed, 800).await
            })
            .await
            .unwrap();
    }
    let oldest: Sort = "created_at".parse().unwrap();
    let everyone: Vec<_> = pages(&owner, oldest, "", 1000)
        .await
        .into_iter()
        .flat_map(|page| page.data)
        .collect();
    assert_eq!(everyone.len(), 2400);
    let mut common = 0;
    for q in [
        ".example",
        "a",
        "e",
        "ar",
        "mar",
        "garcia",
        "王",
        "an example",
        "zzz",
        "52",
        "5255",
        "1234",
        "mexico",
        "ana garcia",
        "s.a.",
    ] {
        let expected: Vec<_> = everyone
            .iter()
            .filter(|contact| is_found(contact, q))
            .cloned()
            .collect();
        common += usize::from(expected.len() > 2000);
        for sort in ["name", "-last_activity_at", "phone"] {
            let sort: Sort = sort.parse().unwrap();
            let rows: Vec<_> = pages(&owner, sort.clone(), q, 600)
                .await
                .into_iter()
                .flat_map(|page| page.data)
                .collect();
            let ids = |rows: &[Contact]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
            assert_eq!(
                ids(&rows),
                ids(&sorted(&expected, sort.clone(), Language::Es)),
                "{q:?} by {sort}"
            );
        }
        let count = CountQuery {
            q: some(q),
            ..CountQuery::default()
        };
        assert_eq!(
            owner.count_contacts(&count, None).await.unwrap().count,
            expected.len() as u64,
            "{q:?}"
        );
    }
    assert!(
        common >= 2,
        "only {common} searches have more hits than are looked up first"
    );
}
