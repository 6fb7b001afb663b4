//! The first run.

use crate::server::{Server, on_both};
use rapport_contract::Code;
use rapport_contract::page::Count;

on_both! {
    sets_up_once;
    wrong_codes_change_nothing;
}

async fn sets_up_once(server: &Server) {
    let (olga, late) = (server.visitor(), server.visitor());
    assert!(olga.setup_state().await.unwrap().needed);
    let mut draft = server.setup_draft();
    draft.sample_contacts = 200;
    let signed_in = olga.set_up(&draft).await.unwrap();
    assert_eq!(signed_in.me.account.name, "Ágora");
    assert!(!olga.setup_state().await.unwrap().needed);
    let count = olga
        .count_contacts(&Default::default(), None)
        .await
        .unwrap();
    assert_eq!(
        count,
        Count {
            count: 200,
            exact: true
        }
    );

    let again = late.set_up(&draft).await.unwrap_err();
    assert_eq!(again.code(), Some(Code::AlreadySetUp));
    assert_eq!(
        late.me().await.unwrap_err().code(),
        Some(Code::Unauthenticated)
    );
}

async fn wrong_codes_change_nothing(server: &Server) {
    let visitor = server.visitor();
    let mut draft = server.setup_draft();
    draft.code = "guess".into();
    let refused = visitor.set_up(&draft).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::WrongSetupCode));

    let mut draft = server.setup_draft();
    draft.account.time_zone = "Mars/Olympus".to_owned();
    draft.account.default_country = "XX".to_owned();
    draft.email = "olga".to_owned();
    draft.password = "short".into();
    let refused = visitor.set_up(&draft).await.unwrap_err();
    let faults = &refused.problem().unwrap().faults;
    let mut places: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
    places.sort_unstable();
    assert_eq!(
        places,
        [
            "/account/default_country",
            "/account/time_zone",
            "/email",
            "/password"
        ]
    );
    assert!(visitor.setup_state().await.unwrap().needed);
}
