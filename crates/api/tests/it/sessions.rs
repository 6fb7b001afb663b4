//! Signing in and out, sessions, and what tokens hold.

use crate::server::{PASSWORD, Server, on_both};
use crate::wire::{Heard, Tokens, Wire, hear};
use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rapport_api::{Clock, Config, Keys, State};
use rapport_contract::auth::{LoginDraft, MePatch, PasswordChange, SignedIn};
use rapport_contract::language::Language;
use rapport_contract::member::MemberPatch;
use rapport_contract::role::Role;
use rapport_contract::{Code, FaultCode, Patch};
use reqwest::Method;
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Notify;

on_both! {
    unknown_people_and_wrong_passwords_get_the_same_answer;
    access_tokens_hold_for_a_quarter_of_an_hour;
    sessions_end_after_thirty_days_without_a_refresh;
    spent_tokens_give_the_same_successor_for_thirty_seconds;
    late_reuse_of_a_spent_token_ends_the_session;
    tokens_from_long_ago_end_the_session_at_once;
    two_tabs_can_refresh_at_the_same_time;
    refresh_and_logout_demand_the_origin;
    logging_out_ends_the_session_and_takes_the_cookie;
    cookies_are_kept_from_scripts_and_other_sites;
    only_our_tokens_are_believed;
    sessions_are_listed_and_ended_one_by_one;
    a_new_password_ends_the_other_sessions;
    wrong_passwords_change_nothing;
    tries_are_limited_by_account;
    tries_are_limited_by_address;
    removal_and_new_roles_work_at_once;
    one_changes_ones_own_name_and_language;
}

async fn unknown_people_and_wrong_passwords_get_the_same_answer(server: &Server) {
    server.owner().await;
    let wire = Wire::new(server);
    let right = wire.log_in(" OLGA@example.com ", PASSWORD).await;
    assert_eq!(right.status, 200, "{}", right.text());
    let right = right.json();
    assert_eq!(right["expires_in"], 900);
    assert_eq!(right["me"]["email"], "olga@example.com");
    assert_eq!(right["me"]["role"], "owner");

    let answer = |heard: &Heard| {
        let mut problem = heard.json();
        problem["request_id"] = json!(null);
        (
            heard.status,
            problem.to_string(),
            heard.headers.get("set-cookie").cloned(),
        )
    };
    let wrong = wire
        .log_in("olga@example.com", "correct horse battery stapler")
        .await;
    assert_eq!(
        (wrong.status, wrong.code().as_str()),
        (401, "invalid_credentials")
    );
    for (email, password) in [
        ("nobody@example.com", PASSWORD),
        ("not an address", PASSWORD),
        ("olga@example.com", ""),
        ("", ""),
        ("olga@example.com", "correct horse battery staple\0"),
    ] {
        let heard = wire.log_in(email, password).await;
        assert_eq!(answer(&heard), answer(&wrong), "{email} {password}");
    }
    // An account that the person is not a member of is as wrong as a wrong password.
    let stranger = server.stranger().await;
    let elsewhere = stranger.me().await.unwrap().account.id;
    let draft = json!({"email": "olga@example.com", "password": PASSWORD, "account": elsewhere});
    let heard = hear(
        wire.request(Method::POST, "/api/v1/auth/login")
            .json(&draft),
    )
    .await;
    assert_eq!(answer(&heard), answer(&wrong));
}

async fn access_tokens_hold_for_a_quarter_of_an_hour(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    let tokens = wire.session("olga@example.com").await;
    server.later(899).await;
    assert_eq!(wire.get("/api/v1/me", &tokens.access).await.status, 200);
    server.later(1).await;
    let late = wire.get("/api/v1/me", &tokens.access).await;
    assert_eq!(
        (late.status, late.code().as_str()),
        (401, "unauthenticated")
    );
    assert_eq!(late.header("www-authenticate"), Some("Bearer"));
    // The client refreshes by itself.
    assert_eq!(owner.me().await.unwrap().name, "Olga Owner");
}

async fn sessions_end_after_thirty_days_without_a_refresh(server: &Server) {
    server.owner().await;
    let wire = Wire::new(server);
    let day = 24 * 3600;
    let first = wire.session("olga@example.com").await;
    server.later(29 * day).await;
    let second = Tokens::of(&wire.refresh(&first.refresh).await);
    server.later(29 * day).await;
    let third = Tokens::of(&wire.refresh(&second.refresh).await);
    server.later(30 * day).await;
    let ended = wire.refresh(&third.refresh).await;
    assert_eq!(
        (ended.status, ended.code().as_str()),
        (401, "session_ended")
    );
    // What was left to expire does not stay in the list.
    let tokens = wire.session("olga@example.com").await;
    let list = wire
        .get("/api/v1/auth/sessions", &tokens.access)
        .await
        .json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1, "{list}");
}

async fn spent_tokens_give_the_same_successor_for_thirty_seconds(server: &Server) {
    server.owner().await;
    let wire = Wire::new(server);
    let first = wire.session("olga@example.com").await;
    let one = Tokens::of(&wire.refresh(&first.refresh).await);
    assert_ne!(one.refresh, first.refresh);
    server.later(30).await;
    let other = Tokens::of(&wire.refresh(&first.refresh).await);
    assert_eq!(other.refresh, one.refresh);
    let next = Tokens::of(&wire.refresh(&other.refresh).await);
    assert_ne!(next.refresh, other.refresh);
    assert_eq!(wire.get("/api/v1/me", &next.access).await.status, 200);
}

async fn late_reuse_of_a_spent_token_ends_the_session(server: &Server) {
    server.owner().await;
    let wire = Wire::new(server);
    let apart = wire.session("olga@example.com").await;
    let first = wire.session("olga@example.com").await;
    let second = Tokens::of(&wire.refresh(&first.refresh).await);
    server.later(31).await;
    let thief = wire.refresh(&first.refresh).await;
    assert_eq!(
        (thief.status, thief.code().as_str()),
        (401, "session_ended")
    );
    assert!(thief.headers.get("set-cookie").is_none());
    let other = wire.refresh(&second.refresh).await;
    assert_eq!(
        (other.status, other.code().as_str()),
        (401, "session_ended")
    );
    let access = wire.get("/api/v1/me", &second.access).await;
    assert_eq!(
        (access.status, access.code().as_str()),
        (401, "session_ended")
    );
    // Another sign-in of the same person is another family.
    assert_eq!(wire.get("/api/v1/me", &apart.access).await.status, 200);
}

async fn tokens_from_long_ago_end_the_session_at_once(server: &Server) {
    server.owner().await;
    let wire = Wire::new(server);
    let first = wire.session("olga@example.com").await;
    let second = Tokens::of(&wire.refresh(&first.refresh).await);
    server.later(60).await;
    let third = Tokens::of(&wire.refresh(&second.refresh).await);
    // Within thirty seconds of the last refresh, but not the token that it spent.
    let thief = wire.refresh(&first.refresh).await;
    assert_eq!(thief.code(), "session_ended");
    assert_eq!(wire.refresh(&third.refresh).await.code(), "session_ended");
}

async fn two_tabs_can_refresh_at_the_same_time(server: &Server) {
    server.owner().await;
    let wire = Wire::new(server);
    let mut tokens = wire.session("olga@example.com").await;
    for _ in 0..5 {
        server.later(600).await;
        let (one, other) =
            futures::join!(wire.refresh(&tokens.refresh), wire.refresh(&tokens.refresh));
        let (one, other) = (Tokens::of(&one), Tokens::of(&other));
        assert_eq!(one.refresh, other.refresh);
        assert_eq!(wire.get("/api/v1/me", &one.access).await.status, 200);
        assert_eq!(wire.get("/api/v1/me", &other.access).await.status, 200);
        tokens = one;
    }
}

async fn refresh_and_logout_demand_the_origin(server: &Server) {
    server.owner().await;
    let wire = Wire::new(server);
    let tokens = wire.session("olga@example.com").await;
    let longer = format!("{}.evil.example", server.url);
    let slash = format!("{}/", server.url);
    for path in ["/api/v1/auth/refresh", "/api/v1/auth/logout"] {
        for origin in [
            None,
            Some("https://evil.example"),
            Some("null"),
            Some(&longer),
            Some(&slash),
        ] {
            let heard = hear(wire.cookie(path, &tokens.refresh, origin)).await;
            assert_eq!(
                (heard.status, heard.code().as_str()),
                (403, "wrong_origin"),
                "{path} {origin:?}"
            );
            assert!(heard.headers.get("set-cookie").is_none());
        }
    }
    // Nothing was spent or ended; and a header of the request does not say who we are.
    let heard = hear(
        wire.cookie(
            "/api/v1/auth/refresh",
            &tokens.refresh,
            Some("https://evil.example"),
        )
        .header("Host", "evil.example")
        .header("X-Forwarded-Host", "evil.example"),
    )
    .await;
    assert_eq!(heard.code(), "wrong_origin");
    let next = Tokens::of(&wire.refresh(&tokens.refresh).await);
    assert_eq!(wire.get("/api/v1/me", &next.access).await.status, 200);
    assert_eq!(wire.get("/api/v1/me", &tokens.access).await.status, 200);
}

async fn logging_out_ends_the_session_and_takes_the_cookie(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    let tokens = wire.session("olga@example.com").await;
    let out = hear(wire.cookie("/api/v1/auth/logout", &tokens.refresh, Some(&server.url))).await;
    assert_eq!((out.status, out.body.len()), (204, 0));
    let cookie = out.cookie();
    assert!(
        cookie.starts_with("rapport_refresh=;") && cookie.contains("Max-Age=0"),
        "{cookie}"
    );
    assert!(cookie.contains("Path=/api/v1/auth"), "{cookie}");
    assert_eq!(
        wire.get("/api/v1/me", &tokens.access).await.code(),
        "session_ended"
    );
    assert_eq!(wire.refresh(&tokens.refresh).await.code(), "session_ended");
    // Twice, without a cookie, and with nonsense: signed out all the same.
    for refresh in [tokens.refresh.as_str(), "", "nonsense", "ac_1.se_1.1.x"] {
        let again = hear(wire.cookie("/api/v1/auth/logout", refresh, Some(&server.url))).await;
        assert_eq!(again.status, 204, "{refresh}");
    }
    let bare = hear(
        wire.request(Method::POST, "/api/v1/auth/refresh")
            .header("Origin", &server.url),
    )
    .await;
    assert_eq!(
        (bare.status, bare.code().as_str()),
        (401, "unauthenticated")
    );
    // The other session goes on, and through the client it is the same.
    owner.log_out().await.unwrap();
    assert!(!owner.is_signed_in());
    assert_eq!(
        owner.me().await.unwrap_err().code(),
        Some(Code::Unauthenticated)
    );
    assert_eq!(
        owner.refresh().await.unwrap_err().code(),
        Some(Code::Unauthenticated)
    );
}

/// The same store behind another configuration.
fn state_of(server: &Server, public_url: &str, keys: &[u8; 32]) -> State {
    let now = server.now();
    let config = Config {
        public_url: public_url.to_owned(),
        trusted_proxies: Vec::new(),
        upload_max: 1 << 20,
        rates: rapport_api::RateLimits::default(),
    };
    let clock = Clock::new(move || now);
    State::new(
        server.store.clone(),
        config,
        Keys::derive(keys),
        clock,
        None,
        Arc::new(Notify::new()),
    )
}

async fn cookies_are_kept_from_scripts_and_other_sites(server: &Server) {
    server.owner().await;
    let wire = Wire::new(server);
    let parts = |cookie: &str| {
        let mut parts: Vec<_> = cookie.split("; ").skip(1).map(str::to_owned).collect();
        parts.sort();
        parts
    };
    let cookie = wire.log_in("olga@example.com", PASSWORD).await.cookie();
    let plain = [
        "HttpOnly",
        "Max-Age=2592000",
        "Path=/api/v1/auth",
        "SameSite=Strict",
    ];
    assert_eq!(parts(&cookie), plain);

    let app = init_service(rapport_api::app(state_of(
        server,
        "https://rapport.example",
        &[7; 32],
    )))
    .await;
    let log_in = TestRequest::post()
        .uri("/api/v1/auth/login")
        .set_json(json!({"email": "olga@example.com", "password": PASSWORD}))
        .to_request();
    let answer = call_service(&app, log_in).await;
    assert_eq!(answer.status(), 200);
    let cookie = answer
        .headers()
        .get("set-cookie")
        .unwrap()
        .to_str()
        .unwrap();
    let mut secure = [plain.as_slice(), &["Secure"]].concat();
    secure.sort_unstable();
    assert_eq!(parts(cookie), secure);
}

/// An access token and a cookie of a server with this address and these keys.
async fn tokens_elsewhere(server: &Server, public_url: &str, keys: &[u8; 32]) -> (String, String) {
    let app = init_service(rapport_api::app(state_of(server, public_url, keys))).await;
    let log_in = TestRequest::post()
        .uri("/api/v1/auth/login")
        .set_json(json!({"email": "olga@example.com", "password": PASSWORD}))
        .to_request();
    let answer = call_service(&app, log_in).await;
    assert_eq!(answer.status(), 200);
    let cookie = answer
        .response()
        .cookies()
        .next()
        .unwrap()
        .value()
        .to_owned();
    let signed_in: SignedIn = read_body_json(answer).await;
    (signed_in.access_token.0, cookie)
}

async fn only_our_tokens_are_believed(server: &Server) {
    server.owner().await;
    let wire = Wire::new(server);
    let (same, _) = tokens_elsewhere(server, &server.url, &[7; 32]).await;
    assert_eq!(
        wire.get("/api/v1/me", &same).await.status,
        200,
        "the same server in another process"
    );

    let (issuer, _) = tokens_elsewhere(server, "https://rapport.example", &[7; 32]).await;
    let (key, refresh) = tokens_elsewhere(server, &server.url, &[8; 32]).await;
    let tokens = wire.session("olga@example.com").await;
    let parts: Vec<_> = tokens.access.split('.').collect();
    let (claims, mac) = (parts[1], parts[2]);
    let header = |alg: &str| URL_SAFE_NO_PAD.encode(json!({"typ": "JWT", "alg": alg}).to_string());
    let mut later: serde_json::Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    later["exp"] = json!(later["exp"].as_i64().unwrap() + 3600);
    let later = URL_SAFE_NO_PAD.encode(later.to_string());
    let forged = [
        issuer,
        key,
        format!("{}.{claims}.", header("none")),
        format!("{}.{claims}.{mac}", header("none")),
        format!("{}.{claims}.{mac}", header("HS384")),
        format!("{}.{claims}.{mac}", header("RS256")),
        format!("{}.{later}.{mac}", parts[0]),
        format!("{}.{claims}.", parts[0]),
        format!("{}.{claims}", parts[0]),
        tokens.refresh.clone(),
        "nonsense".to_owned(),
        "a.b.c".to_owned(),
    ];
    for token in forged {
        let heard = wire.get("/api/v1/me", &token).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (401, "unauthenticated"),
            "{token}"
        );
    }
    for value in [
        "Bearer",
        "Bearer ",
        "Basic b2xnYTpvbGdh",
        tokens.access.as_str(),
        "bearer\t",
    ] {
        let request = wire
            .request(Method::GET, "/api/v1/me")
            .header("Authorization", value);
        let heard = hear(request).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (401, "unauthenticated"),
            "{value}"
        );
    }
    let lower = wire
        .request(Method::GET, "/api/v1/me")
        .header("Authorization", format!("bearer {}", tokens.access));
    assert_eq!(hear(lower).await.status, 200, "the scheme has no case");

    // A refresh token of other keys, of an access token, or changed by a digit, is nobody's.
    let changed = tokens.refresh.replacen(".1.", ".2.", 1);
    for refresh in [refresh.as_str(), &tokens.access, &changed, "a.b.c.d"] {
        let heard = wire.refresh(refresh).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (401, "unauthenticated"),
            "{refresh}"
        );
    }
    assert_eq!(
        wire.refresh(&tokens.refresh).await.status,
        200,
        "nothing of it ended the session"
    );
}

async fn sessions_are_listed_and_ended_one_by_one(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let wire = Wire::new(server);
    server.later(60).await;
    let draft = json!({"email": "olga@example.com", "password": PASSWORD});
    let login = wire
        .request(Method::POST, "/api/v1/auth/login")
        .json(&draft);
    let phone = Tokens::of(
        &hear(login.header("User-Agent", "Phone/1 \t(x)".to_owned() + &"y".repeat(300))).await,
    );

    let sessions = owner.sessions().await.unwrap().data;
    assert_eq!(sessions.len(), 2);
    let [latest, first] = sessions.as_slice() else {
        unreachable!()
    };
    assert!(!latest.current && first.current);
    let agent_text = latest.user_agent.as_deref().unwrap();
    assert!(
        agent_text.starts_with("Phone/1 (x)y") && agent_text.len() == 200,
        "{agent_text}"
    );
    assert_eq!(latest.created_at, server.now());
    assert_eq!(latest.expires_at, server.now().plus_seconds(30 * 24 * 3600));
    assert_eq!(first.id, owner.me().await.unwrap().session);

    // Nobody else's sessions are in the list, and nobody else ends these.
    assert_eq!(agent.sessions().await.unwrap().data.len(), 1);
    assert_eq!(
        agent.end_session(latest.id).await.unwrap_err().code(),
        Some(Code::NotFound)
    );
    assert_eq!(wire.get("/api/v1/me", &phone.access).await.status, 200);

    owner.end_session(latest.id).await.unwrap();
    assert_eq!(
        wire.get("/api/v1/me", &phone.access).await.code(),
        "session_ended"
    );
    assert_eq!(wire.refresh(&phone.refresh).await.code(), "session_ended");
    assert_eq!(owner.sessions().await.unwrap().data.len(), 1);
    assert_eq!(
        owner.end_session(latest.id).await.unwrap_err().code(),
        Some(Code::NotFound)
    );
    // One's own too.
    owner.end_session(first.id).await.unwrap();
    assert_eq!(
        owner.me().await.unwrap_err().code(),
        Some(Code::SessionEnded)
    );
}

async fn a_new_password_ends_the_other_sessions(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let wire = Wire::new(server);
    let other = wire.session("olga@example.com").await;
    let change = PasswordChange {
        current: PASSWORD.into(),
        new: "another long enough one".into(),
    };
    owner.change_password(&change).await.unwrap();

    assert_eq!(
        owner.me().await.unwrap().name,
        "Olga Owner",
        "this session goes on"
    );
    assert!(owner.refresh().await.is_ok());
    assert_eq!(
        wire.get("/api/v1/me", &other.access).await.code(),
        "session_ended"
    );
    assert_eq!(wire.refresh(&other.refresh).await.code(), "session_ended");
    assert_eq!(
        wire.log_in("olga@example.com", PASSWORD).await.code(),
        "invalid_credentials"
    );
    assert_eq!(
        wire.log_in("olga@example.com", "another long enough one")
            .await
            .status,
        200
    );
    assert!(agent.me().await.is_ok(), "nobody else's sessions end");
}

async fn wrong_passwords_change_nothing(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    let other = wire.session("olga@example.com").await;
    for (current, new, pointer, code) in [
        (
            "not the password",
            "another long enough one",
            "/current",
            FaultCode::Incorrect,
        ),
        (PASSWORD, "short", "/new", FaultCode::TooShort),
        (PASSWORD, "password1234", "/new", FaultCode::CommonPassword),
        (PASSWORD, &"x y".repeat(67), "/new", FaultCode::TooLong),
    ] {
        let change = PasswordChange {
            current: current.into(),
            new: new.into(),
        };
        let refused = owner.change_password(&change).await.unwrap_err();
        let faults = &refused.problem().unwrap().faults;
        assert_eq!(refused.code(), Some(Code::ValidationFailed));
        assert_eq!(
            (faults[0].pointer.as_str(), faults[0].code),
            (pointer, code)
        );
    }
    assert_eq!(wire.get("/api/v1/me", &other.access).await.status, 200);
    assert_eq!(wire.log_in("olga@example.com", PASSWORD).await.status, 200);
}

async fn tries_are_limited_by_account(server: &Server) {
    let owner = server.owner().await;
    server.member(&owner, Role::Agent).await;
    // Each try from another address: it is the name that runs out.
    let mut refused = None;
    for n in 0..11 {
        let heard = Wire::from_address(server, 10 + n)
            .log_in("olga@example.com", "a wrong one")
            .await;
        if heard.status == 429 {
            assert!(n >= 9, "a person may mistype a few times");
            refused = Some(heard);
        }
    }
    let refused = refused.expect("an end of the tries");
    assert_eq!(refused.code(), "too_many_requests");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    // The right password does not help then, other spellings of the address are the same one, and others can go on.
    let wire = Wire::from_address(server, 40);
    assert_eq!(wire.log_in("olga@example.com", PASSWORD).await.status, 429);
    assert_eq!(wire.log_in(" Olga@EXAMPLE.com", PASSWORD).await.status, 429);
    assert_eq!(wire.log_in("agent@example.com", PASSWORD).await.status, 200);
    // Who is signed in already is not thrown out.
    assert!(owner.me().await.is_ok());
    assert!(owner.refresh().await.is_ok());
}

async fn tries_are_limited_by_address(server: &Server) {
    server.owner().await;
    let wire = Wire::from_address(server, 50);
    let mut refused = None;
    for n in 0..60 {
        // Not an address of anybody, so that no name runs out and nothing takes long.
        let open = wire
            .request(Method::POST, "/api/v1/links/open")
            .json(&json!({"token": "x"}));
        let heard = hear(open.header("X-Forwarded-For", format!("10.0.0.{n}"))).await;
        if heard.status == 429 {
            assert!(n >= 30, "an office may try {n} times");
            refused = Some(heard);
            break;
        }
        assert_eq!((heard.status, heard.code().as_str()), (410, "link_spent"));
    }
    let refused = refused.expect("an end of the tries");
    assert_eq!(refused.code(), "too_many_requests");
    assert!(
        refused
            .header("retry-after")
            .unwrap()
            .parse::<u64>()
            .unwrap()
            >= 1
    );
    assert_eq!(wire.log_in("olga@example.com", PASSWORD).await.status, 429);
    assert_eq!(
        Wire::from_address(server, 51)
            .log_in("olga@example.com", PASSWORD)
            .await
            .status,
        200
    );
}

async fn removal_and_new_roles_work_at_once(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let id = agent.me().await.unwrap().id;
    let wire = Wire::new(server);
    let tokens = wire.session("agent@example.com").await;
    assert_eq!(
        wire.get("/api/v1/invitations", &tokens.access).await.code(),
        "forbidden"
    );
    owner
        .update_member(id, &MemberPatch { role: Role::Admin })
        .await
        .unwrap();
    assert_eq!(
        wire.get("/api/v1/invitations", &tokens.access).await.status,
        200
    );
    owner
        .update_member(id, &MemberPatch { role: Role::Viewer })
        .await
        .unwrap();
    assert_eq!(
        wire.get("/api/v1/invitations", &tokens.access).await.code(),
        "forbidden"
    );
    assert_eq!(
        wire.get("/api/v1/contacts", &tokens.access).await.status,
        200
    );

    owner.remove_member(id).await.unwrap();
    assert_eq!(
        wire.get("/api/v1/contacts", &tokens.access).await.code(),
        "session_ended"
    );
    assert_eq!(wire.refresh(&tokens.refresh).await.code(), "session_ended");
    assert_eq!(
        agent.me().await.unwrap_err().code(),
        Some(Code::SessionEnded)
    );
    let draft = LoginDraft {
        email: "agent@example.com".to_owned(),
        password: PASSWORD.into(),
        account: None,
    };
    assert_eq!(
        agent.log_in(&draft).await.unwrap_err().code(),
        Some(Code::InvalidCredentials)
    );
}

async fn one_changes_ones_own_name_and_language(server: &Server) {
    let owner = server.owner().await;
    let viewer = server.member(&owner, Role::Viewer).await;
    let patch = MePatch {
        name: Some("  Vera Viewer ".to_owned()),
        language: Patch::Set(Language::Zh),
    };
    let me = viewer.update_me(&patch).await.unwrap();
    assert_eq!(
        (me.name.as_str(), me.language),
        ("Vera Viewer", Some(Language::Zh))
    );
    let me = viewer
        .update_me(&MePatch {
            name: None,
            language: Patch::Null,
        })
        .await
        .unwrap();
    assert_eq!((me.name.as_str(), me.language), ("Vera Viewer", None));
    assert_eq!(viewer.me().await.unwrap(), me);
    assert_eq!(owner.me().await.unwrap().name, "Olga Owner");
    for name in ["", "  ", "a\0b", "two\nlines", &"x".repeat(256)] {
        let patch = MePatch {
            name: Some(name.to_owned()),
            language: Patch::Set(Language::En),
        };
        let refused = viewer.update_me(&patch).await.unwrap_err();
        assert_eq!(refused.problem().unwrap().faults[0].pointer, "/name");
    }
    assert_eq!(viewer.me().await.unwrap(), me);
}
