//! The feed of everything that happens, as it happens: server-sent events.
//!
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>

use crate::access::{Allowed, ContactsRead};
use crate::busy::{UnderWay, Work};
use crate::extract::{Params, wrong_parameter};
use crate::problem::{Answer, Failure};
use crate::state::State;
use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use futures::Stream;
use rapport_contract::FaultCode;
use rapport_contract::event::Event;
use rapport_store::Caller;
use rapport_store::events::{self, Place};
use serde::Deserialize;
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

/// Events that are sent at once.
const AT_ONCE: u32 = 500;
/// Who listens hears of what this process writes at once, and so often of what others write.
const LOOK: Duration = Duration::from_secs(1);
/// Not more often than this, however much is written.
const PAUSE: Duration = Duration::from_millis(50);
/// So often something is sent in any case: whoever is between here and there keeps the connection open.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// So often it is looked up whether the caller may still listen.
const STILL_ALLOWED: Duration = Duration::from_secs(10);

/// Where to begin.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    after: Option<String>,
}

/// Listen to what happens
///
/// Server-sent events (`text/event-stream`), each with the `id` of its place, its kind as `event`, and itself as `data`. Whoever comes back with the last
/// id as `Last-Event-ID`, or `after`, misses nothing; without one the stream begins with what happens from now on. Events are kept for a week: when that
/// is past, the first event is `reset`, and everything has to be read anew. The stream ends when the session or the key does.
#[utoipa::path(
    operation_id = "list_events", tag = "events", security(("session" = ["contacts:read"])),
    params(
        ("after" = Option<String>, Query, description = "The id of the last event that was received; before `Last-Event-ID`"),
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was received"),
    ),
    responses((
        status = 200, body = Event, content_type = "text/event-stream",
        example = "id: 0.250000000000000000\nevent: contact.updated\ndata: {\"id\":\"ev_0g4zk8q1w9r2t\",\"type\":\"contact.updated\",\"subject\":\"ct_0g4zk8q1w9r2t\",\"at\":\"2026-11-20T08:15:30.123Z\"}\n\n"
    ), (status = 400), (status = 429))
)]
#[get("/events")]
pub(crate) async fn listen(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    request: HttpRequest,
    Params(query): Params<Query>,
) -> Answer<HttpResponse> {
    let account = me.account.id;
    let under_way = state.begin(account, Work::Listen)?;
    let (place, is_whole) = match wanted(query, &request)? {
        None => (events::latest(&state.store, account).await?, true),
        Some(place) => match events::is_whole_behind(&state.store, account, place).await? {
            true => (place, true),
            false => (events::latest(&state.store, account).await?, false),
        },
    };
    let mut begin = format!("retry: {}\n\n", LOOK.as_millis());
    if !is_whole {
        // Writing into memory cannot fail.
        let _ = write!(begin, "id: {place}\nevent: reset\ndata: {{}}\n\n");
    }
    let now = Instant::now();
    let listening = Listening {
        stopping: state.stopping(),
        caller: Caller::clone(&me),
        state: State::clone(&state),
        place,
        ready: VecDeque::from([begin]),
        sent_at: now,
        allowed_at: now,
        _under_way: under_way,
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // A proxy that collected what is to be sent would keep it from whoever waits for it.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream(listening)))
}

/// The place to begin behind, if one is said.
fn wanted(query: Query, request: &HttpRequest) -> Answer<Option<Place>> {
    let header = request.headers().get("last-event-id");
    let header = header.and_then(|value| value.to_str().ok());
    let said = query
        .after
        .as_deref()
        .or(header)
        .filter(|text| !text.is_empty());
    let place = said.map(str::parse).transpose();
    place.map_err(|error: events::InvalidPlace| {
        wrong_parameter("after", FaultCode::UnknownValue, error.to_string())
    })
}

/// Somebody who listens.
struct Listening {
    state: State,
    caller: Caller,
    place: Place,
    /// What is to be sent.
    ready: VecDeque<String>,
    sent_at: Instant,
    allowed_at: Instant,
    stopping: watch::Receiver<bool>,
    _under_way: UnderWay,
}

fn stream(listening: Listening) -> impl Stream<Item = Answer<Bytes>> {
    futures::stream::unfold(Some(listening), async |listening| {
        let mut listening = listening?;
        match listening.next().await {
            Ok(Some(text)) => Some((Ok(Bytes::from(text)), Some(listening))),
            Ok(None) => None,
            Err(failure) => Some((Err(failure), None)),
        }
    })
}

impl Listening {
    /// What is sent next; nothing when the stream is to end.
    async fn next(&mut self) -> Answer<Option<String>> {
        loop {
            if let Some(text) = self.ready.pop_front() {
                self.sent_at = Instant::now();
                return Ok(Some(text));
            }
            if *self.stopping.borrow() || !self.is_allowed().await? {
                return Ok(None);
            }
            // Whoever is woken from now on has seen nothing yet of what wakes them.
            let written = self.state.store.written();
            let woken = written.notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            let account = self.caller.account.id;
            let happened = events::behind(&self.state.store, account, self.place, AT_ONCE).await?;
            if happened.is_empty() {
                let silent_until = self.sent_at + SIGN_OF_LIFE;
                tokio::select! {
                    () = woken => sleep(PAUSE).await,
                    () = sleep(LOOK) => {}
                    () = sleep_until(silent_until) => self.ready.push_back(":\n\n".to_owned()),
                    _ = self.stopping.changed() => {}
                }
                continue;
            }
            let mut text = String::new();
            for (place, event) in &happened {
                self.place = *place;
                tell(&mut text, *place, event)?;
            }
            self.ready.push_back(text);
        }
    }

    /// Whether the caller may still listen; looked up now and then.
    async fn is_allowed(&mut self) -> Answer<bool> {
        if self.allowed_at.elapsed() < STILL_ALLOWED {
            return Ok(true);
        }
        self.allowed_at = Instant::now();
        let now = self.state.now();
        let caller = self.caller.again(&self.state.store, now).await?;
        Ok(caller.is_some_and(|caller| Allowed::<ContactsRead>::check(caller).is_ok()))
    }
}

fn tell(text: &mut String, place: Place, event: &Event) -> Answer<()> {
    let data = serde_json::to_string(event).map_err(|error| Failure::internal(&error))?;
    // Writing into memory cannot fail.
    let _ = write!(text, "id: {place}\nevent: {}\ndata: {data}\n\n", event.kind);
    Ok(())
}
