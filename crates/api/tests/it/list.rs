//! Lists: every order, page by page, forwards and backwards, against a plain sort in memory.

use crate::contacts::{person, some};
use crate::server::{Server, on_both};
use rapport_client::Client;
use rapport_contract::account::AccountPatch;
use rapport_contract::auth::Me;
use rapport_contract::contact::{
    Contact, ContactDraft, ContactQuery, CountQuery, Sort, SortKey, Source, full_name,
};
use rapport_contract::language::Language;
use rapport_contract::page::{Count, Page};
use rapport_contract::text::normalise;
use rapport_contract::{Code, Instant};
use rapport_store::{Actor, Who, demo};
use std::cmp::Ordering;
use std::time::{Duration, Instant as Moment};

on_both! {
    every_order_forwards_and_backwards;
    orders_as_people_expect_them;
    cursors_are_good_for_their_list_only;
    wrong_queries_say_what_is_wrong;
    countries_follow_the_language;
    counts_are_exact_or_say_so;
}

/// A value of a list's key, comparable; missing ones last both ways.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Text(String),
    Number(i64),
}

fn key(contact: &Contact, sort: &SortKey, language: Language) -> Option<Key> {
    let text = |text: Option<&str>| {
        let key: String = normalise(text?).chars().take(200).collect();
        (!key.is_empty()).then_some(Key::Text(key))
    };
    let at = |at: Instant| Key::Number(at.unix_millis());
    match sort {
        SortKey::Name => {
            text(full_name(contact.first_name.as_deref(), contact.last_name.as_deref()).as_deref())
        }
        SortKey::Email => text(contact.email.as_deref()),
        SortKey::Company => text(contact.company.as_deref()),
        SortKey::City => text(contact.city.as_deref()),
        SortKey::Phone => {
            let digits = contact
                .phone
                .as_ref()?
                .as_str()
                .trim_start_matches('+')
                .to_owned();
            Some(Key::Number(digits.parse().unwrap()))
        }
        SortKey::Country => Some(Key::Number(contact.country?.rank(language).into())),
        SortKey::CreatedAt => Some(at(contact.created_at)),
        SortKey::UpdatedAt => Some(at(contact.updated_at)),
        SortKey::LastActivityAt => contact.last_activity_at.map(at),
        SortKey::Custom(_) => None,
    }
}

/// The order that a list has to have.
pub(crate) fn sorted(contacts: &[Contact], sort: Sort, language: Language) -> Vec<Contact> {
    let mut sorted: Vec<_> = contacts
        .iter()
        .map(|contact| (key(contact, &sort.key, language), contact))
        .collect();
    sorted.sort_by(|(a, left), (b, right)| {
        let way = |order: Ordering| {
            if sort.descending {
                order.reverse()
            } else {
                order
            }
        };
        let ids = way(left.id.as_i64().cmp(&right.id.as_i64()));
        match (a, b) {
            (Some(a), Some(b)) => way(a.cmp(b)).then(ids),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => ids,
        }
    });
    sorted
        .into_iter()
        .map(|(_, contact)| contact.clone())
        .collect()
}

/// Every sort there is.
pub(crate) fn sorts() -> impl Iterator<Item = Sort> {
    let both = |key: SortKey| {
        [false, true].map(|descending| Sort {
            key: key.clone(),
            descending,
        })
    };
    SortKey::BUILT_IN.into_iter().flat_map(both)
}

/// One page.
pub(crate) async fn page(
    client: &Client,
    sort: Sort,
    q: &str,
    limit: i64,
    cursor: Option<String>,
) -> Page<Contact> {
    let query = ContactQuery {
        sort: Some(sort.to_string()),
        q: (!q.is_empty()).then(|| q.to_owned()),
        limit: Some(limit),
        cursor,
        ..ContactQuery::default()
    };
    client.contacts(&query).await.unwrap()
}

/// The pages of a list, from the first to the last.
pub(crate) async fn pages(client: &Client, sort: Sort, q: &str, limit: i64) -> Vec<Page<Contact>> {
    let mut pages = vec![page(client, sort.clone(), q, limit, None).await];
    while let Some(next) = pages.last().and_then(|page| page.page.next.clone()) {
        pages.push(page(client, sort.clone(), q, limit, Some(next)).await);
    }
    pages
}

/// Walks a list to its end and back, and compares it with what it has to be.
pub(crate) async fn walk(client: &Client, expected: &[Contact], sort: Sort, q: &str, limit: i64) {
    let what = format!("{sort}, {limit} on a page, q {q:?}");
    let forwards = pages(client, sort.clone(), q, limit).await;
    let rows = || forwards.iter().flat_map(|page| &page.data);
    if !rows().eq(expected) {
        let names = |rows: &mut dyn Iterator<Item = &Contact>| {
            rows.map(|row| format!("{} {}", row.id, row.name))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&mut rows()), names(&mut expected.iter()), "{what}");
        panic!("{what}: the rows themselves differ");
    }
    let (last, full) = forwards.split_last().unwrap();
    assert!(
        full.iter().all(|page| page.data.len() as i64 == limit),
        "{what}"
    );
    assert!(
        !last.data.is_empty() || full.is_empty(),
        "{what}: a page with nothing on it"
    );
    assert_eq!(forwards[0].page.prev, None, "{what}");

    // Back from the end: each page is full, the rows before are its neighbours, and the first is the first page again.
    let mut at = expected.len() - last.data.len();
    let mut here = last.clone();
    while let Some(prev) = here.page.prev.clone() {
        here = page(client, sort.clone(), q, limit, Some(prev)).await;
        at = at.saturating_sub(limit as usize);
        assert!(
            here.data
                .iter()
                .eq(expected[at..].iter().take(limit as usize)),
            "{what}, back at {at}"
        );
        assert!(here.page.next.is_some(), "{what}");
    }
    assert_eq!(at, 0, "{what}");
    assert_eq!(here, forwards[0], "{what}");
}

/// Contacts as they come: plausible ones, and among them ties, gaps, every script, and texts that are long or hardly there.
async fn fill(server: &Server, owner: &Client) -> (Me, Vec<Contact>) {
    let me = owner.me().await.unwrap();
    let actor = Actor {
        account: me.account.id,
        who: Who::System,
    };
    server
        .store
        .write(server.now(), async |w| {
            demo::fill_in(w, &actor, 5, 100).await
        })
        .await
        .unwrap();
    let long = "ä".repeat(210);
    let names = [
        "Ana",
        "ana",
        "ANÁ",
        "Ána",
        "Zoë",
        "zoe",
        "Øystein",
        "oystein",
        "Straße",
        "strasse",
        "王小明",
        "王",
        "김민준",
        "さくら",
        "ガ",
        "カ",
        "Ünal",
        "unal",
        "\u{301}",
        "\u{200b}",
        "🦀",
        "=1+1",
        "Ana",
        "ana ",
        long.as_str(),
        "a b",
        "a  b",
        "ﬁ",
        "fi",
        "ź",
        "z",
        "{",
        "~",
        "٣",
        "أحمد",
        "Ω",
        "Ж",
        "ж",
        "𠮷",
    ];
    for (n, name) in names.iter().enumerate() {
        server.pass(i64::from(n % 3 == 0));
        let third = |text: &str| (n % 3 == 0).then(|| text.to_owned());
        owner
            .create_contact(&ContactDraft {
                name: some(name),
                email: (n % 2 == 0)
                    .then(|| format!("{}{n}@example.com", ["a", "A", "é", "z"][n % 4])),
                phone: (n % 2 == 1).then(|| {
                    format!(
                        "{}{n:02}",
                        ["+5255123456", "+155123456", "+346551234"][n % 3]
                    )
                }),
                company: third(names[names.len() - 1 - n]),
                city: some(["Lima", "LIMA", "Łódź", "Lodz", " "][n % 5]),
                country: some(["AT", "DE", "ES", "CN", "", "SA", "AX", "AL"][n % 8]),
                source: Some(Source::Manual),
                last_activity_at: (n % 4 == 0)
                    .then(|| Instant::from_unix_millis(1_700_000_000_000 + (n as i64 % 3))),
                created_at: (n % 5 == 0).then(|| Instant::from_unix_millis(1_700_000_000_000)),
                ..ContactDraft::default()
            })
            .await
            .unwrap();
    }
    // Some who have nothing to sort by.
    for n in 0..20 {
        let draft = ContactDraft {
            identifier: Some(format!("only-{n}")),
            ..ContactDraft::default()
        };
        owner.create_contact(&draft).await.unwrap();
    }
    let all = page(owner, Sort::default(), "", 1000, None).await;
    assert_eq!(
        (all.data.len(), all.page.next),
        (100 + names.len() + 20, None)
    );
    (me, all.data)
}

async fn every_order_forwards_and_backwards(server: &Server) {
    let owner = server.owner().await;
    let (_, everyone) = fill(server, &owner).await;
    for sort in sorts() {
        let expected = sorted(&everyone, sort.clone(), Language::Es);
        walk(&owner, &expected, sort.clone(), "", 7).await;
        walk(&owner, &expected, sort.clone(), "", 50).await;
        walk(&owner, &expected, sort.clone(), "", expected.len() as i64).await;
    }
    // One by one is the same walk; on two lists with many gaps and ties.
    for sort in ["-company", "country"] {
        let sort: Sort = sort.parse().unwrap();
        let expected = sorted(&everyone, sort.clone(), Language::Es);
        walk(&owner, &expected, sort.clone(), "", 1).await;
    }
    // Searched lists have the same orders.
    let matching: Vec<_> = everyone
        .iter()
        .filter(|contact| normalise(&contact.name).contains("an"))
        .cloned()
        .collect();
    assert!(matching.len() > 10);
    let found = page(&owner, Sort::default(), "an", 1000, None).await.data;
    assert!(matching.iter().all(|contact| found.contains(contact)));
    for sort in sorts() {
        walk(
            &owner,
            &sorted(&found, sort.clone(), Language::Es),
            sort,
            "an",
            7,
        )
        .await;
    }
}

async fn orders_as_people_expect_them(server: &Server) {
    let owner = server.owner().await;
    for (name, phone, country, company) in [
        ("zoë", "+34600123456", "CN", "Acme"),
        ("Ana", "+5215512345678", "DE", ""),
        ("ÁNGEL", "+15417543010", "ES", "acme"),
        ("Øystein", "", "", "Ácme"),
        ("王小明", "+85212345678", "MX", "Bolt"),
        ("Omar", "+4930123456", "AF", ""),
    ] {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let draft = ContactDraft {
            phone: given(phone),
            country: given(country),
            company: given(company),
            ..person(name, "")
        };
        owner.create_contact(&draft).await.unwrap();
    }
    let names = async |sort: &str| -> Vec<String> {
        let page = page(&owner, sort.parse().unwrap(), "", 50, None).await;
        page.data.into_iter().map(|contact| contact.name).collect()
    };
    assert_eq!(
        names("name").await,
        ["Ana", "ÁNGEL", "Omar", "Øystein", "zoë", "王小明"]
    );
    assert_eq!(
        names("-name").await,
        ["王小明", "zoë", "Øystein", "Omar", "ÁNGEL", "Ana"]
    );
    // As numbers: the longer ones last, whatever they begin with.
    assert_eq!(
        names("phone").await,
        ["Omar", "ÁNGEL", "zoë", "王小明", "Ana", "Øystein"]
    );
    assert_eq!(
        names("-phone").await,
        ["Ana", "王小明", "zoë", "ÁNGEL", "Omar", "Øystein"]
    );
    // Afganistán, Alemania, China, España, México; nobody knows where Øystein lives.
    assert_eq!(
        names("country").await,
        ["Omar", "Ana", "zoë", "ÁNGEL", "王小明", "Øystein"]
    );
    assert_eq!(
        names("-country").await,
        ["王小明", "ÁNGEL", "zoë", "Ana", "Omar", "Øystein"]
    );
    // Three spellings of one company are a tie, which goes by age.
    assert_eq!(
        names("company").await,
        ["zoë", "ÁNGEL", "Øystein", "王小明", "Ana", "Omar"]
    );
    assert_eq!(
        names("-company").await,
        ["王小明", "Øystein", "ÁNGEL", "zoë", "Omar", "Ana"]
    );
}

async fn cursors_are_good_for_their_list_only(server: &Server) {
    let owner = server.owner().await;
    for n in 0..5 {
        owner
            .create_contact(&person(&format!("Ana {n}"), ""))
            .await
            .unwrap();
    }
    let first = page(&owner, "name".parse().unwrap(), "ana", 2, None).await;
    let next = first.page.next.unwrap();
    let ask = async |sort: &str, q: &str, cursor: &str| {
        let query = ContactQuery {
            sort: some(sort),
            q: some(q),
            limit: Some(2),
            cursor: some(cursor),
            ..ContactQuery::default()
        };
        owner
            .contacts(&query)
            .await
            .map(|page| page.data.len())
            .map_err(|error| error.code())
    };
    assert_eq!(ask("name", "ana", &next).await, Ok(2));
    for (sort, q) in [
        ("-name", "ana"),
        ("email", "ana"),
        ("created_at", "ana"),
        ("name", ""),
        ("name", "an"),
        ("name", "Ana"),
    ] {
        assert_eq!(
            ask(sort, q, &next).await,
            Err(Some(Code::InvalidCursor)),
            "{sort} {q:?}"
        );
    }
    for cursor in [
        "",
        "x",
        "%00",
        "'",
        "eyJ2IjoxfQ",
        &next[1..],
        &"A".repeat(5000),
        "null",
    ] {
        assert_eq!(
            ask("name", "ana", cursor).await,
            Err(Some(Code::InvalidCursor)),
            "{cursor:?}"
        );
    }
    // The limit is no part of the list.
    let query = ContactQuery {
        sort: some("name"),
        q: some("ana"),
        limit: Some(3),
        cursor: Some(next),
        ..ContactQuery::default()
    };
    assert_eq!(owner.contacts(&query).await.unwrap().data.len(), 3);
    // Another account with the same query sees its own people.
    let stranger = server.stranger().await;
    let theirs = stranger.contacts(&query).await.unwrap();
    assert_eq!(theirs.data, []);
}

async fn wrong_queries_say_what_is_wrong(server: &Server) {
    let owner = server.owner().await;
    for (query, name) in [
        ("sort=nonsense", "sort"),
        ("sort=--name", "sort"),
        ("sort=", "sort"),
        ("sort=name,email", "sort"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=-1", "limit"),
        ("q=a%00b", "q"),
        ("q=a%1Fb", "q"),
    ] {
        let (status, problem) = crate::contacts::raw(
            &owner,
            reqwest::Method::GET,
            &format!("/contacts?{query}"),
            None,
        )
        .await;
        assert_eq!(
            (status, &problem["code"]),
            (400, &serde_json::json!("invalid_query")),
            "{query}: {problem}"
        );
        assert_eq!(problem["faults"][0]["pointer"], name, "{query}: {problem}");
    }
    for query in [
        "limit=many",
        "limit=1e3",
        "limit=",
        "sorted=name",
        "limit=1&limit=2",
    ] {
        let (status, problem) = crate::contacts::raw(
            &owner,
            reqwest::Method::GET,
            &format!("/contacts?{query}"),
            None,
        )
        .await;
        assert_eq!(
            (status, &problem["code"]),
            (400, &serde_json::json!("invalid_query")),
            "{query}: {problem}"
        );
    }
}

async fn countries_follow_the_language(server: &Server) {
    let owner = server.owner().await;
    let (_, everyone) = fill(server, &owner).await;
    for language in [Language::En, Language::Zh, Language::Es] {
        let patch = AccountPatch {
            language: Some(language),
            ..AccountPatch::default()
        };
        owner.update_account(&patch).await.unwrap();
        for sort in ["country", "-country"] {
            let sort: Sort = sort.parse().unwrap();
            let expected = sorted(&everyone, sort.clone(), language);
            let deadline = Moment::now() + Duration::from_secs(20);
            while page(&owner, sort.clone(), "", 1000, None).await.data != expected {
                assert!(Moment::now() < deadline, "{language:?} is not the order");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            walk(&owner, &expected, sort.clone(), "", 50).await;
        }
    }
    let orders = [Language::En, Language::Zh, Language::Es]
        .map(|language| sorted(&everyone, "country".parse().unwrap(), language));
    assert!(orders[0] != orders[1] && orders[1] != orders[2] && orders[0] != orders[2]);
}

async fn counts_are_exact_or_say_so(server: &Server) {
    let owner = server.owner().await;
    let (_, everyone) = fill(server, &owner).await;
    let total = everyone.len() as u64;
    let count = async |q: &str, at_most| {
        let query = CountQuery {
            q: some(q),
            ..CountQuery::default()
        };
        let Count { count, exact } = owner.count_contacts(&query, at_most).await.unwrap();
        (count, exact)
    };
    assert_eq!(count("", None).await, (total, true));
    let most = |n: u64| Some(u32::try_from(n).unwrap());
    assert_eq!(count("", most(total)).await, (total, true));
    assert_eq!(count("", most(total - 1)).await, (total - 1, false));
    assert_eq!(count("", Some(1)).await, (1, false));
    assert_eq!(count("only-", None).await, (20, true));
    assert_eq!(count("only-", Some(5)).await, (5, false));
    assert_eq!(count("nobody has this", None).await, (0, true));
    let wrong = owner
        .count_contacts(&CountQuery::default(), Some(0))
        .await
        .unwrap_err();
    assert_eq!(wrong.code(), Some(Code::InvalidQuery));
}
