//! Roles: who may change whom, and the owner that an account keeps.

use crate::server::{PASSWORD, Server, on_both, token_of};
use rapport_client::{Client, ClientError};
use rapport_contract::invitation::{Acceptance, InvitationDraft};
use rapport_contract::member::MemberPatch;
use rapport_contract::role::Role;
use rapport_contract::{Code, UserId};

on_both! {
    members_are_listed_in_the_order_they_joined;
    only_owners_touch_owners;
    the_last_owner_stays;
    of_two_owners_who_leave_at_the_same_time_one_stays;
    of_two_set_ups_at_the_same_time_one_is_refused;
    what_a_removed_member_handed_out_no_longer_works;
    what_a_demoted_member_may_no_longer_give_no_longer_works;
}

async fn id_of(client: &Client) -> UserId {
    client.me().await.expect("a session").id
}

async fn set_role(by: &Client, id: UserId, role: Role) -> Result<Role, ClientError> {
    let member = by.update_member(id, &MemberPatch { role }).await?;
    assert_eq!(member.id, id);
    Ok(member.role)
}

/// Name and role of everybody, as the list shows them.
async fn everybody(client: &Client) -> Vec<(String, Role)> {
    let members = client.members().await.expect("the list");
    assert_eq!((members.page.next, members.page.prev), (None, None));
    let shown = |member: rapport_contract::member::Member| (member.name, member.role);
    members.data.into_iter().map(shown).collect()
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, ClientError>) -> Option<Code> {
    answer.expect_err("a refusal").code()
}

async fn members_are_listed_in_the_order_they_joined(server: &Server) {
    let owner = server.owner().await;
    for role in [Role::Viewer, Role::Admin, Role::Agent] {
        server.pass(1);
        server.member(&owner, role).await;
    }
    let members = owner.members().await.unwrap().data;
    let shown: Vec<_> = members
        .iter()
        .map(|member| (member.email.as_str(), member.role))
        .collect();
    assert_eq!(
        shown,
        [
            ("olga@example.com", Role::Owner),
            ("viewer@example.com", Role::Viewer),
            ("admin@example.com", Role::Admin),
            ("agent@example.com", Role::Agent),
        ]
    );
    assert_eq!(members[3].joined_at, server.now());
    assert_eq!(members[3].last_seen_at, Some(server.now()));
    let viewer = server.visitor();
    server.sign_in(&viewer, "viewer@example.com").await;
    assert_eq!(viewer.members().await.unwrap().data.len(), 4);
}

async fn only_owners_touch_owners(server: &Server) {
    let owner = server.owner().await;
    let admin = server.member(&owner, Role::Admin).await;
    let agent = server.member(&owner, Role::Agent).await;
    let (olga, alma, agnes) = (
        id_of(&owner).await,
        id_of(&admin).await,
        id_of(&agent).await,
    );
    let before = everybody(&owner).await;
    assert_eq!(
        refusal(set_role(&admin, olga, Role::Viewer).await),
        Some(Code::Forbidden)
    );
    assert_eq!(
        refusal(set_role(&admin, agnes, Role::Owner).await),
        Some(Code::Forbidden)
    );
    assert_eq!(
        refusal(set_role(&admin, alma, Role::Owner).await),
        Some(Code::Forbidden)
    );
    assert_eq!(
        refusal(admin.remove_member(olga).await),
        Some(Code::Forbidden)
    );
    assert_eq!(
        refusal(admin.reset_member_password(olga).await),
        Some(Code::Forbidden)
    );
    let draft = InvitationDraft {
        role: Role::Owner,
        email: None,
    };
    assert_eq!(refusal(admin.invite(&draft).await), Some(Code::Forbidden));
    assert_eq!(everybody(&owner).await, before);
    assert!(owner.invitations().await.unwrap().data.is_empty());

    // Admins manage the others, themselves too.
    assert_eq!(
        set_role(&admin, agnes, Role::Viewer).await.unwrap(),
        Role::Viewer
    );
    assert_eq!(
        set_role(&admin, agnes, Role::Admin).await.unwrap(),
        Role::Admin
    );
    assert_eq!(
        set_role(&agent, alma, Role::Agent).await.unwrap(),
        Role::Agent
    );
    assert_eq!(
        refusal(set_role(&admin, alma, Role::Admin).await),
        Some(Code::Forbidden)
    );
    // Owners make owners, who are owners at once.
    assert_eq!(
        set_role(&owner, alma, Role::Owner).await.unwrap(),
        Role::Owner
    );
    assert_eq!(
        set_role(&admin, olga, Role::Viewer).await.unwrap(),
        Role::Viewer
    );
    assert_eq!(
        refusal(set_role(&owner, alma, Role::Viewer).await),
        Some(Code::Forbidden)
    );
    assert_eq!(
        refusal(admin.remove_member(UserId::from_i64(1)).await),
        Some(Code::NotFound)
    );
}

async fn the_last_owner_stays(server: &Server) {
    let owner = server.owner().await;
    let admin = server.member(&owner, Role::Admin).await;
    let (olga, alma) = (id_of(&owner).await, id_of(&admin).await);
    let before = everybody(&owner).await;
    for role in [Role::Viewer, Role::Agent, Role::Admin] {
        assert_eq!(
            refusal(set_role(&owner, olga, role).await),
            Some(Code::LastOwner)
        );
    }
    assert_eq!(
        refusal(owner.remove_member(olga).await),
        Some(Code::LastOwner)
    );
    assert_eq!(
        set_role(&owner, olga, Role::Owner).await.unwrap(),
        Role::Owner,
        "no change"
    );
    assert_eq!(everybody(&owner).await, before);

    set_role(&owner, alma, Role::Owner).await.unwrap();
    owner.remove_member(olga).await.unwrap();
    assert_eq!(
        owner.me().await.unwrap_err().code(),
        Some(Code::SessionEnded)
    );
    assert_eq!(
        refusal(admin.remove_member(alma).await),
        Some(Code::LastOwner)
    );
    assert_eq!(
        everybody(&admin).await,
        [("Some admin".to_owned(), Role::Owner)]
    );
}

async fn of_two_owners_who_leave_at_the_same_time_one_stays(server: &Server) {
    let owner = server.owner().await;
    let other = server.member(&owner, Role::Owner).await;
    let (olga, otto) = (id_of(&owner).await, id_of(&other).await);
    for round in 0..6 {
        // Each oneself, each the other, and one by removal: whoever comes second finds the last owner.
        let (one, two) = match round % 3 {
            0 => futures::join!(
                set_role(&owner, olga, Role::Viewer),
                set_role(&other, otto, Role::Viewer)
            ),
            1 => futures::join!(
                set_role(&owner, otto, Role::Viewer),
                set_role(&other, olga, Role::Viewer)
            ),
            _ => futures::join!(
                set_role(&owner, olga, Role::Admin),
                set_role(&other, otto, Role::Agent)
            ),
        };
        let refused: Vec<_> = [&one, &two]
            .into_iter()
            .filter_map(|a| a.as_ref().err())
            .collect();
        assert_eq!(refused.len(), 1, "round {round}: {one:?} {two:?}");
        // The second one is refused as the last owner, or because it is no owner any more by then.
        assert!(
            matches!(refused[0].code(), Some(Code::LastOwner | Code::Forbidden)),
            "{refused:?}"
        );
        let (olga_is, otto_is) = (
            owner.me().await.unwrap().role,
            other.me().await.unwrap().role,
        );
        assert_ne!(olga_is == Role::Owner, otto_is == Role::Owner);
        if olga_is == Role::Owner {
            set_role(&owner, otto, Role::Owner).await.unwrap();
        } else {
            set_role(&other, olga, Role::Owner).await.unwrap();
        }
    }
    let (one, two) = futures::join!(owner.remove_member(olga), other.remove_member(otto));
    assert_eq!(
        [&one, &two].into_iter().filter(|done| done.is_ok()).count(),
        1,
        "{one:?} {two:?}"
    );
    let left = if one.is_ok() { &other } else { &owner };
    let left = everybody(left).await;
    assert_eq!((left.len(), left[0].1), (1, Role::Owner));
}

async fn of_two_set_ups_at_the_same_time_one_is_refused(server: &Server) {
    let (one, other) = (server.visitor(), server.visitor());
    let mut drafts = [server.setup_draft(), server.setup_draft()];
    drafts[1].email = "otto@example.com".to_owned();
    let (first, second) = futures::join!(one.set_up(&drafts[0]), other.set_up(&drafts[1]));
    let (winner, loser) = if first.is_ok() {
        (&one, second)
    } else {
        (&other, first)
    };
    assert_eq!(refusal(loser), Some(Code::AlreadySetUp));
    assert_eq!(everybody(winner).await.len(), 1);
    let accounts = rapport_store::accounts::list(&server.store).await.unwrap();
    assert_eq!(accounts.len(), 1);
}

/// Joins with a link as somebody new.
async fn join(server: &Server, url: &str, email: &str) -> Result<Client, ClientError> {
    let client = server.visitor();
    let acceptance = Acceptance {
        token: token_of(url).into(),
        name: "Nora New".to_owned(),
        email: email.to_owned(),
        password: PASSWORD.into(),
    };
    client.accept_invitation(&acceptance).await?;
    Ok(client)
}

async fn what_a_removed_member_handed_out_no_longer_works(server: &Server) {
    let owner = server.owner().await;
    let admin = server.member(&owner, Role::Admin).await;
    let agent = server.member(&owner, Role::Agent).await;
    let draft = InvitationDraft {
        role: Role::Admin,
        email: None,
    };
    let back_door = admin.invite(&draft).await.unwrap();
    let reset = admin
        .reset_member_password(id_of(&agent).await)
        .await
        .unwrap();
    let kept = owner.invite(&draft).await.unwrap();
    owner.remove_member(id_of(&admin).await).await.unwrap();

    assert_eq!(
        refusal(
            join(server, &back_door.url.0, "back@example.com")
                .await
                .map(drop)
        ),
        Some(Code::LinkSpent)
    );
    let reset = rapport_contract::invitation::PasswordReset {
        token: token_of(&reset.url.0).into(),
        password: "taken over by me".into(),
    };
    assert_eq!(
        refusal(server.visitor().reset_password(&reset).await),
        Some(Code::LinkSpent)
    );
    let open = owner.invitations().await.unwrap().data;
    assert_eq!(open.len(), 1);
    assert!(join(server, &kept.url.0, "nora@example.com").await.is_ok());
}

async fn what_a_demoted_member_may_no_longer_give_no_longer_works(server: &Server) {
    let owner = server.owner().await;
    let second = server.member(&owner, Role::Owner).await;
    let id = id_of(&second).await;
    let draft = |role| InvitationDraft { role, email: None };
    let as_owner = second.invite(&draft(Role::Owner)).await.unwrap();
    let as_agent = second.invite(&draft(Role::Agent)).await.unwrap();

    set_role(&owner, id, Role::Admin).await.unwrap();
    let spent = join(server, &as_owner.url.0, "a@example.com").await;
    assert_eq!(refusal(spent.map(drop)), Some(Code::LinkSpent));
    assert_eq!(
        owner.invitations().await.unwrap().data.len(),
        1,
        "admins invite agents"
    );

    set_role(&owner, id, Role::Agent).await.unwrap();
    let spent = join(server, &as_agent.url.0, "a@example.com").await;
    assert_eq!(refusal(spent.map(drop)), Some(Code::LinkSpent));
    assert!(owner.invitations().await.unwrap().data.is_empty());
}
