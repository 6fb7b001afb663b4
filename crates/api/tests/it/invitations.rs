//! Links: joining an account, and setting a new password.

use crate::server::{PASSWORD, Server, on_both, token_of};
use crate::wire::Wire;
use rapport_client::{Client, ClientError};
use rapport_contract::auth::{LoginDraft, SignedIn};
use rapport_contract::invitation::{
    Acceptance, InvitationDraft, LinkPurpose, LinkToken, PasswordReset,
};
use rapport_contract::member::MemberPatch;
use rapport_contract::role::Role;
use rapport_contract::{AccountId, Code, FaultCode};

on_both! {
    somebody_new_joins_by_a_link;
    somebody_known_joins_with_the_password_they_have;
    an_invitation_for_somebody_is_for_nobody_else;
    links_work_once;
    withdrawn_links_do_not_work;
    invitations_hold_for_seven_days;
    of_two_who_accept_at_the_same_time_one_joins;
    wrong_acceptances_change_nothing_and_spend_nothing;
    members_are_not_invited_again;
    a_reset_link_sets_a_new_password_and_ends_all_sessions;
    reset_links_hold_for_a_day_and_the_latest_only;
    nobody_takes_over_members_of_other_accounts;
    links_of_one_kind_do_not_do_the_other;
    broken_tokens_are_spent_links;
}

const NEW: &str = "another long enough one";

async fn invite(by: &Client, role: Role, email: Option<&str>) -> String {
    let draft = InvitationDraft {
        role,
        email: email.map(str::to_owned),
    };
    token_of(&by.invite(&draft).await.expect("an invitation").url.0).to_owned()
}

fn acceptance(token: &str, email: &str) -> Acceptance {
    Acceptance {
        token: token.into(),
        name: "Nora New".to_owned(),
        email: email.to_owned(),
        password: PASSWORD.into(),
    }
}

async fn accept(server: &Server, token: &str, email: &str) -> Result<SignedIn, ClientError> {
    server
        .visitor()
        .accept_invitation(&acceptance(token, email))
        .await
}

fn reset(token: &str, password: &str) -> PasswordReset {
    PasswordReset {
        token: token.into(),
        password: password.into(),
    }
}

async fn reset_link(by: &Client, email: &str) -> Result<String, ClientError> {
    let members = by.members().await?.data;
    let member = members
        .iter()
        .find(|member| member.email == email)
        .expect("a member");
    Ok(token_of(&by.reset_member_password(member.id).await?.url.0).to_owned())
}

async fn log_in(
    server: &Server,
    email: &str,
    password: &str,
    account: Option<AccountId>,
) -> Result<SignedIn, ClientError> {
    let draft = LoginDraft {
        email: email.to_owned(),
        password: password.into(),
        account,
    };
    server.visitor().log_in(&draft).await
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, ClientError>) -> Option<Code> {
    answer.expect_err("a refusal").code()
}

async fn members(client: &Client) -> usize {
    client.members().await.expect("the list").data.len()
}

async fn somebody_new_joins_by_a_link(server: &Server) {
    let owner = server.owner().await;
    let draft = InvitationDraft {
        role: Role::Agent,
        email: Some(" Nora@Example.com ".to_owned()),
    };
    let link = owner.invite(&draft).await.unwrap();
    assert!(
        link.url
            .0
            .starts_with(&format!("{}/join#token=", server.url)),
        "{}",
        link.url.0
    );
    assert_eq!(link.expires_at, server.now().plus_seconds(7 * 24 * 3600));
    let token = token_of(&link.url.0);

    let open = owner.invitations().await.unwrap().data;
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].id, open[0].role), (link.id, Role::Agent));
    assert_eq!(open[0].invited_by, owner.me().await.unwrap().id);
    assert_eq!(
        (open[0].created_at, open[0].expires_at),
        (server.now(), link.expires_at)
    );

    let nora = server.visitor();
    let offer = nora
        .open_link(&LinkToken {
            token: token.into(),
        })
        .await
        .unwrap();
    assert_eq!(
        (offer.purpose, offer.account.as_str(), offer.role),
        (LinkPurpose::Join, "Ágora", Some(Role::Agent))
    );
    assert_eq!(
        offer.email.as_deref().map(str::to_lowercase).as_deref(),
        Some("nora@example.com")
    );
    assert_eq!(offer.expires_at, link.expires_at);

    let signed_in = nora
        .accept_invitation(&acceptance(token, "nora@example.com"))
        .await
        .unwrap();
    assert_eq!(
        (signed_in.me.name.as_str(), signed_in.me.role),
        ("Nora New", Role::Agent)
    );
    assert_eq!(signed_in.me.account.name, "Ágora");
    assert_eq!(nora.me().await.unwrap(), signed_in.me);
    assert!(nora.refresh().await.is_ok(), "the cookie came too");
    assert!(owner.invitations().await.unwrap().data.is_empty());
    assert!(
        log_in(server, "NORA@example.com", PASSWORD, None)
            .await
            .is_ok()
    );
}

async fn somebody_known_joins_with_the_password_they_have(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let token = invite(&owner, Role::Viewer, None).await;
    let mut wrong = acceptance(&token, "stella@example.com");
    wrong.password = "not the one she has".into();
    assert_eq!(
        refusal(server.visitor().accept_invitation(&wrong).await),
        Some(Code::InvalidCredentials)
    );
    assert_eq!(members(&owner).await, 1);

    server.pass(1);
    let stella = server.visitor();
    let me = stella
        .accept_invitation(&acceptance(&token, "Stella@example.com"))
        .await
        .unwrap()
        .me;
    // One person, who keeps her name, with a role in each account.
    assert_eq!(
        (me.name.as_str(), me.role, me.account.name.as_str()),
        ("Stella Stranger", Role::Viewer, "Ágora")
    );
    let elsewhere = stranger.me().await.unwrap();
    assert_eq!((elsewhere.id, elsewhere.role), (me.id, Role::Owner));
    // She chooses at the door; the account joined first is the one when she does not.
    let first = log_in(server, "stella@example.com", PASSWORD, None)
        .await
        .unwrap()
        .me;
    assert_eq!(first.account.name, "Elsewhere");
    let chosen = log_in(server, "stella@example.com", PASSWORD, Some(me.account.id))
        .await
        .unwrap()
        .me;
    assert_eq!(chosen.account.name, "Ágora");
    // Sessions of one account are not of the other.
    assert!(
        stella
            .sessions()
            .await
            .unwrap()
            .data
            .iter()
            .all(|session| session.id != elsewhere.session)
    );
    assert_eq!(
        refusal(stella.end_session(elsewhere.session).await),
        Some(Code::NotFound)
    );
    // Removed here, she is still at home there.
    owner.remove_member(me.id).await.unwrap();
    assert_eq!(refusal(stella.me().await), Some(Code::SessionEnded));
    assert!(stranger.me().await.is_ok());
    assert_eq!(
        refusal(log_in(server, "stella@example.com", PASSWORD, Some(me.account.id)).await),
        Some(Code::InvalidCredentials)
    );
}

async fn an_invitation_for_somebody_is_for_nobody_else(server: &Server) {
    let owner = server.owner().await;
    let token = invite(&owner, Role::Admin, Some("nora@example.com")).await;
    assert_eq!(
        refusal(accept(server, &token, "eve@example.com").await),
        Some(Code::Forbidden)
    );
    assert_eq!(members(&owner).await, 1);
    // Eve did not become a person either, and the link still works for Nora.
    assert_eq!(
        refusal(log_in(server, "eve@example.com", PASSWORD, None).await),
        Some(Code::InvalidCredentials)
    );
    assert!(accept(server, &token, "nora@EXAMPLE.com").await.is_ok());
}

async fn links_work_once(server: &Server) {
    let owner = server.owner().await;
    let token = invite(&owner, Role::Agent, None).await;
    accept(server, &token, "nora@example.com").await.unwrap();
    for email in ["nora@example.com", "eve@example.com"] {
        assert_eq!(
            refusal(accept(server, &token, email).await),
            Some(Code::LinkSpent)
        );
    }
    let open = server
        .visitor()
        .open_link(&LinkToken {
            token: token.as_str().into(),
        })
        .await;
    assert_eq!(refusal(open), Some(Code::LinkSpent));
    assert_eq!(members(&owner).await, 2);
}

async fn withdrawn_links_do_not_work(server: &Server) {
    let owner = server.owner().await;
    let token = invite(&owner, Role::Agent, None).await;
    let id = owner.invitations().await.unwrap().data[0].id;
    owner.withdraw_invitation(id).await.unwrap();
    assert_eq!(
        refusal(accept(server, &token, "nora@example.com").await),
        Some(Code::LinkSpent)
    );
    assert_eq!(
        refusal(owner.withdraw_invitation(id).await),
        Some(Code::NotFound)
    );
    assert!(owner.invitations().await.unwrap().data.is_empty());
}

async fn invitations_hold_for_seven_days(server: &Server) {
    let owner = server.owner().await;
    let (early, late) = (
        invite(&owner, Role::Agent, None).await,
        invite(&owner, Role::Agent, None).await,
    );
    server.later(7 * 24 * 3600 - 1).await;
    assert!(accept(server, &early, "early@example.com").await.is_ok());
    assert_eq!(owner.invitations().await.unwrap().data.len(), 1);
    server.later(1).await;
    assert_eq!(
        refusal(accept(server, &late, "late@example.com").await),
        Some(Code::LinkSpent)
    );
    assert!(owner.invitations().await.unwrap().data.is_empty());
    assert_eq!(members(&owner).await, 2);
}

async fn of_two_who_accept_at_the_same_time_one_joins(server: &Server) {
    let owner = server.owner().await;
    for round in 0..3 {
        let token = invite(&owner, Role::Agent, None).await;
        let (a, b) = (
            format!("a{round}@example.com"),
            format!("b{round}@example.com"),
        );
        let (one, other) = futures::join!(accept(server, &token, &a), accept(server, &token, &b));
        assert_eq!(
            [&one, &other]
                .into_iter()
                .filter(|done| done.is_ok())
                .count(),
            1,
            "{one:?} {other:?}"
        );
        let lost = one.and(other);
        assert_eq!(refusal(lost), Some(Code::LinkSpent));
        assert_eq!(members(&owner).await, 2 + round);
    }
    // The same person twice, by two links: a member once.
    let (first, second) = (
        invite(&owner, Role::Agent, None).await,
        invite(&owner, Role::Admin, None).await,
    );
    let (one, other) = futures::join!(
        accept(server, &first, "twin@example.com"),
        accept(server, &second, "twin@example.com")
    );
    assert_eq!(
        [&one, &other]
            .into_iter()
            .filter(|done| done.is_ok())
            .count(),
        1,
        "{one:?} {other:?}"
    );
    let code = refusal(one.and(other));
    assert!(
        matches!(code, Some(Code::EmailTaken | Code::AlreadyMember)),
        "{code:?}"
    );
    assert_eq!(members(&owner).await, 5);
}

async fn wrong_acceptances_change_nothing_and_spend_nothing(server: &Server) {
    let owner = server.owner().await;
    let token = invite(&owner, Role::Agent, None).await;
    let right = acceptance(&token, "nora@example.com");
    let wrong = Acceptance {
        name: " ".to_owned(),
        password: "short".into(),
        ..right.clone()
    };
    let refused = server
        .visitor()
        .accept_invitation(&wrong)
        .await
        .unwrap_err();
    let faults: Vec<_> = refused
        .problem()
        .unwrap()
        .faults
        .iter()
        .map(|fault| (fault.pointer.as_str(), fault.code))
        .collect();
    assert_eq!(
        faults,
        [
            ("/name", FaultCode::Required),
            ("/password", FaultCode::TooShort)
        ]
    );
    let wrong = Acceptance {
        email: "nora".to_owned(),
        ..right.clone()
    };
    let refused = server
        .visitor()
        .accept_invitation(&wrong)
        .await
        .unwrap_err();
    assert_eq!(
        refused.problem().unwrap().faults[0].code,
        FaultCode::InvalidEmail
    );
    assert_eq!(members(&owner).await, 1);
    assert!(server.visitor().accept_invitation(&right).await.is_ok());

    let wrong = InvitationDraft {
        role: Role::Agent,
        email: Some("nobody".to_owned()),
    };
    let refused = owner.invite(&wrong).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().faults[0].pointer, "/email");
    assert!(owner.invitations().await.unwrap().data.is_empty());
}

async fn members_are_not_invited_again(server: &Server) {
    let owner = server.owner().await;
    server.member(&owner, Role::Agent).await;
    let draft = InvitationDraft {
        role: Role::Admin,
        email: Some("AGENT@example.com".to_owned()),
    };
    assert_eq!(
        refusal(owner.invite(&draft).await),
        Some(Code::AlreadyMember)
    );
    // Nor do they join a second time by a link for anybody, which stays good.
    let token = invite(&owner, Role::Admin, None).await;
    assert_eq!(
        refusal(accept(server, &token, "agent@example.com").await),
        Some(Code::AlreadyMember)
    );
    let roles: Vec<_> = owner
        .members()
        .await
        .unwrap()
        .data
        .iter()
        .map(|member| member.role)
        .collect();
    assert_eq!(roles, [Role::Owner, Role::Agent]);
    assert!(accept(server, &token, "nora@example.com").await.is_ok());
}

async fn a_reset_link_sets_a_new_password_and_ends_all_sessions(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let wire = Wire::new(server);
    let tokens = wire.session("agent@example.com").await;
    let members = owner.members().await.unwrap().data;
    let link = owner.reset_member_password(members[1].id).await.unwrap();
    assert!(
        link.url
            .0
            .starts_with(&format!("{}/reset-password#token=", server.url))
    );
    assert_eq!(link.expires_at, server.now().plus_seconds(24 * 3600));
    let token = token_of(&link.url.0);
    let visitor = server.visitor();
    let offer = visitor
        .open_link(&LinkToken {
            token: token.into(),
        })
        .await
        .unwrap();
    assert_eq!(
        (offer.purpose, offer.email.as_deref(), offer.role),
        (LinkPurpose::ResetPassword, Some("agent@example.com"), None)
    );
    assert!(
        owner.invitations().await.unwrap().data.is_empty(),
        "it is no invitation"
    );

    // A link that was made ends nothing yet; a password that is too short spends nothing.
    let refused = visitor
        .reset_password(&reset(token, "short"))
        .await
        .unwrap_err();
    assert_eq!(refused.problem().unwrap().faults[0].pointer, "/password");
    assert_eq!(wire.get("/api/v1/me", &tokens.access).await.status, 200);

    visitor.reset_password(&reset(token, NEW)).await.unwrap();
    assert_eq!(
        wire.get("/api/v1/me", &tokens.access).await.code(),
        "session_ended"
    );
    assert_eq!(wire.refresh(&tokens.refresh).await.code(), "session_ended");
    assert_eq!(refusal(agent.me().await), Some(Code::SessionEnded));
    assert_eq!(
        refusal(log_in(server, "agent@example.com", PASSWORD, None).await),
        Some(Code::InvalidCredentials)
    );
    assert!(log_in(server, "agent@example.com", NEW, None).await.is_ok());
    assert!(owner.me().await.is_ok());
    assert_eq!(
        refusal(
            visitor
                .reset_password(&reset(token, "yet another one"))
                .await
        ),
        Some(Code::LinkSpent)
    );
    assert!(log_in(server, "agent@example.com", NEW, None).await.is_ok());
}

async fn reset_links_hold_for_a_day_and_the_latest_only(server: &Server) {
    let owner = server.owner().await;
    server.member(&owner, Role::Agent).await;
    let first = reset_link(&owner, "agent@example.com").await.unwrap();
    let second = reset_link(&owner, "agent@example.com").await.unwrap();
    let visitor = server.visitor();
    assert_eq!(
        refusal(visitor.reset_password(&reset(&first, NEW)).await),
        Some(Code::LinkSpent)
    );
    server.later(24 * 3600).await;
    assert_eq!(
        refusal(visitor.reset_password(&reset(&second, NEW)).await),
        Some(Code::LinkSpent)
    );
    let third = reset_link(&owner, "agent@example.com").await.unwrap();
    server.later(24 * 3600 - 1).await;
    visitor.reset_password(&reset(&third, NEW)).await.unwrap();

    // The link goes with its member.
    let fourth = reset_link(&owner, "agent@example.com").await.unwrap();
    let agent = owner.members().await.unwrap().data[1].id;
    owner.remove_member(agent).await.unwrap();
    assert_eq!(
        refusal(visitor.reset_password(&reset(&fourth, NEW)).await),
        Some(Code::LinkSpent)
    );
}

async fn nobody_takes_over_members_of_other_accounts(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let token = invite(&owner, Role::Viewer, None).await;
    accept(server, &token, "stella@example.com").await.unwrap();
    assert_eq!(
        refusal(reset_link(&owner, "stella@example.com").await),
        Some(Code::Forbidden)
    );
    assert!(stranger.me().await.is_ok());

    // Nor does an admin's link work once its member is an owner.
    let admin = server.member(&owner, Role::Admin).await;
    let early = reset_link(&admin, "admin@example.com").await.unwrap();
    let id = admin.me().await.unwrap().id;
    let promoted = MemberPatch { role: Role::Owner };
    owner.update_member(id, &promoted).await.unwrap();
    assert_eq!(
        refusal(server.visitor().reset_password(&reset(&early, NEW)).await),
        Some(Code::LinkSpent)
    );

    // A link that was made while somebody was here alone does not work once they are elsewhere too.
    server.member(&owner, Role::Agent).await;
    let early = reset_link(&owner, "agent@example.com").await.unwrap();
    let token = invite(&stranger, Role::Admin, None).await;
    accept(server, &token, "agent@example.com").await.unwrap();
    assert_eq!(
        refusal(server.visitor().reset_password(&reset(&early, NEW)).await),
        Some(Code::LinkSpent)
    );
    assert!(
        log_in(server, "agent@example.com", PASSWORD, None)
            .await
            .is_ok()
    );
}

async fn links_of_one_kind_do_not_do_the_other(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let join = invite(&owner, Role::Admin, None).await;
    let forgot = reset_link(&owner, "agent@example.com").await.unwrap();
    assert_eq!(
        refusal(server.visitor().reset_password(&reset(&join, NEW)).await),
        Some(Code::LinkSpent)
    );
    assert_eq!(
        refusal(accept(server, &forgot, "nora@example.com").await),
        Some(Code::LinkSpent)
    );
    assert!(agent.me().await.is_ok());
    // Neither was spent by the other's door.
    assert!(accept(server, &join, "nora@example.com").await.is_ok());
    server
        .visitor()
        .reset_password(&reset(&forgot, NEW))
        .await
        .unwrap();
}

async fn broken_tokens_are_spent_links(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let token = invite(&owner, Role::Agent, None).await;
    let [account, id, secret] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("{token}")
    };
    let elsewhere = stranger.me().await.unwrap().account.id;
    let mut other = secret.to_owned();
    let last = if other.pop() == Some('A') { 'E' } else { 'A' };
    other.push(last);
    for broken in [
        String::new(),
        "nonsense".to_owned(),
        format!("{account}.{id}"),
        format!("{account}.{id}."),
        format!("{account}.{id}.{other}"),
        format!("{account}.{id}.{secret}.{secret}"),
        format!("{elsewhere}.{id}.{secret}"),
        format!("{account}.{id}.{secret}\0"),
        format!("{account}.{id}.{}", "x".repeat(10_000)),
    ] {
        assert_eq!(
            refusal(accept(server, &broken, "nora@example.com").await),
            Some(Code::LinkSpent),
            "{broken}"
        );
    }
    // With a space that was copied along it works.
    assert!(
        accept(server, &format!(" {token}\n"), "nora@example.com")
            .await
            .is_ok()
    );
}
