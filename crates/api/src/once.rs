//! `Idempotency-Key`: a request that is sent again is answered again and not carried out again.
//!
//! The answer is kept in the transaction of the change. What is kept of the request are keyed hashes, and the answer is encrypted with a key
//! that derives from the server's secret and the caller's `Idempotency-Key`, which is not kept: whoever has the database, the secret even,
//! reads no answer without the key of its request. So answers with secrets in them (a new API key, a link) are kept as well.

use crate::access::permitted;
use crate::problem::{Answer, Failure};
use crate::reply::{Reply, json};
use crate::state::State;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rapport_contract::{Code, Fault, FaultCode, Problem};
use rapport_store::idempotency::{self, Keyed};
use rapport_store::{Actor, Error, Who, Write};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

/// The header.
const HEADER: &str = "idempotency-key";

/// Stands in an answer that was kept.
pub(crate) const REPLAYED: &str = "idempotent-replayed";

/// The longest body of an answer that is kept; of a longer one the status and the headers are.
const BODY_MAX: usize = 1 << 20;

/// The header, as the document shows it.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes the header; `Once` reads it")]
pub(crate) struct IdempotencyKey {
    /// 1 to 255 visible characters, chosen by the caller, a new one for each request: a request that comes again with its key within 24
    /// hours is answered as before (with `Idempotent-Replayed: true`), and not carried out again
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255)]
    key: Option<String>,
}

/// Carries a change out once, however often it is asked for with the same `Idempotency-Key`.
#[derive(Default)]
pub(crate) struct Once(Option<Asked>);

struct Asked {
    key: String,
    request: HttpRequest,
}

impl FromRequest for Once {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Answer<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = read_key(request);
        let (permitted, request) = (permitted(request), request.clone());
        Box::pin(async move {
            permitted.await;
            Ok(Self(key?.map(|key| Asked { key, request })))
        })
    }
}

fn read_key(request: &HttpRequest) -> Answer<Option<String>> {
    let mut given = request.headers().get_all(HEADER);
    let Some(key) = given.next() else {
        return Ok(None);
    };
    let key = key.as_bytes();
    let right = (1..=255).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic);
    match std::str::from_utf8(key) {
        Ok(key) if right && given.next().is_none() => Ok(Some(key.to_owned())),
        _ => {
            let detail = "expected one key of 1 to 255 visible characters of ASCII";
            Err(Problem {
                faults: vec![Fault::new("Idempotency-Key", FaultCode::Incorrect, detail)],
                ..Problem::new(Code::InvalidHeader, format!("Idempotency-Key: {detail}"))
            }
            .into())
        }
    }
}

/// Whether the request has a key, so that its body has to be told from others.
pub(crate) fn is_keyed(request: &HttpRequest) -> bool {
    request.headers().contains_key(HEADER)
}

/// The hash of a request's body, left by whoever read it.
pub(crate) struct BodyDigest(pub(crate) digest::Digest);

impl Once {
    /// Makes the change and gives its answer; gives the answer again when it was made before.
    ///
    /// A change that was refused (4xx) is kept too; faults that a handler finds before it comes here are not, nor are faults of the server.
    ///
    /// # Errors
    /// `idempotency_in_progress` while the same request is being carried out, `idempotency_key_reused` when the key came with another one.
    pub(crate) async fn write(
        &self,
        state: &State,
        actor: &Actor,
        change: impl AsyncFn(&Write<'_>) -> Result<Reply, Error>,
    ) -> Answer<HttpResponse> {
        let Some(asked) = &self.0 else {
            return Ok(state.write(change).await?.into());
        };
        let (keyed, seal) = asked.keyed(state, actor);
        let _running = state
            .running
            .enter(&keyed.request)
            .ok_or_else(|| Error::from(idempotency::in_progress()))?;
        let done = state.write(async |w| {
            if let Some(answer) = idempotency::find(w, &keyed).await? {
                return Ok((seal.open(answer)?, true));
            }
            let reply = change(w).await?;
            let kept = Kept::from(&reply);
            idempotency::keep(w, &keyed, seal.shut(&kept)?, reply.subject).await?;
            Ok((kept, false))
        });
        match done.await {
            Ok((kept, replayed)) => kept.answer(replayed),
            Err(Error::Problem(problem)) if is_kept(&problem) => {
                keep_refusal(state, &keyed, &seal, &problem).await;
                Err(Error::Problem(problem).into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Once {
    /// The answer, if the request was carried out before: for what has to be found out before the change, and may be different by now.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub(crate) async fn answered(
        &self,
        state: &State,
        actor: &Actor,
    ) -> Answer<Option<HttpResponse>> {
        let Some(asked) = &self.0 else {
            return Ok(None);
        };
        let (keyed, seal) = asked.keyed(state, actor);
        let kept = state
            .write(async |w| match idempotency::find(w, &keyed).await? {
                Some(answer) => seal.open(answer).map(Some),
                None => Ok(None),
            })
            .await?;
        kept.map(|kept| kept.answer(true)).transpose()
    }

    /// Keeps another answer in the place of the one that was kept: a change that goes on in steps has come to its end.
    pub(crate) async fn amend(
        &self,
        w: &Write<'_>,
        state: &State,
        actor: &Actor,
        reply: &Reply,
    ) -> Result<(), Error> {
        let Some(asked) = &self.0 else {
            return Ok(());
        };
        let (keyed, seal) = asked.keyed(state, actor);
        let kept = seal.shut(&Kept::from(reply))?;
        idempotency::replace(w, &keyed, kept).await
    }
}

impl Asked {
    /// What the request is known by, and what its answer is encrypted with.
    fn keyed(&self, state: &State, actor: &Actor) -> (Keyed, Seal) {
        let (kind, id) = match actor.who {
            Who::User(person) => ("person", person.as_i64()),
            Who::ApiKey { key, .. } => ("api key", key.as_i64()),
            Who::Import(import) => ("import", import.as_i64()),
            Who::System => ("system", 0),
        };
        let sign = |purpose: &str, parts: &[&[u8]]| {
            let mut context = hmac::Context::with_key(state.keys.once());
            let account = actor.account.as_i64().to_be_bytes();
            for part in [
                purpose.as_bytes(),
                &account,
                kind.as_bytes(),
                &id.to_be_bytes(),
            ]
            .into_iter()
            .chain(parts.iter().copied())
            {
                // With their lengths, so that no two lists of parts are the same text.
                context.update(&(part.len() as u64).to_be_bytes());
                context.update(part);
            }
            context.sign()
        };
        let request = &self.request;
        let extensions = request.extensions();
        let body = extensions.get::<BodyDigest>();
        let what: [&[u8]; 4] = [
            request.method().as_str().as_bytes(),
            request.path().as_bytes(),
            request.query_string().as_bytes(),
            body.map(|BodyDigest(digest)| digest.as_ref())
                .unwrap_or_default(),
        ];
        let key = self.key.as_bytes();
        let keyed = Keyed {
            account: actor.account,
            request: URL_SAFE_NO_PAD.encode(sign("request", &[key])),
            fingerprint: URL_SAFE_NO_PAD.encode(sign("fingerprint", &what)),
        };
        (keyed, Seal(sign("answer", &[key])))
    }
}

/// Whether a refusal is kept. What the key itself was refused for is not.
fn is_kept(problem: &Problem) -> bool {
    problem.status < 500
        && !matches!(
            problem.code,
            Code::IdempotencyInProgress | Code::IdempotencyKeyReused
        )
}

/// Keeps a refusal. Nothing was changed, so nothing is lost when this fails.
async fn keep_refusal(state: &State, keyed: &Keyed, seal: &Seal, problem: &Problem) {
    let kept = Kept {
        status: problem.status,
        location: None,
        etag: None,
        body: String::from_utf8(json(problem)).unwrap_or_default(),
    };
    let subject = problem.conflict.as_ref().map(|conflict| conflict.id);
    let done = state.write(async |w| {
        if idempotency::find(w, keyed).await?.is_none() {
            idempotency::keep(w, keyed, seal.shut(&kept)?, subject).await?;
        }
        Ok(())
    });
    if let Err(error) = done.await {
        tracing::warn!(%error, "a refusal was not kept");
    }
}

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    location: Option<String>,
    etag: Option<String>,
    body: String,
}

impl From<&Reply> for Kept {
    fn from(reply: &Reply) -> Self {
        let body = String::from_utf8_lossy(&reply.body);
        Self {
            status: reply.status.as_u16(),
            location: reply.location.clone(),
            etag: reply.etag.clone(),
            body: body.into_owned(),
        }
    }
}

impl Kept {
    fn answer(self, replayed: bool) -> Answer<HttpResponse> {
        let status =
            StatusCode::from_u16(self.status).map_err(|error| Failure::internal(&error))?;
        let mut response = if status.is_client_error() {
            let problem: Problem =
                serde_json::from_str(&self.body).map_err(|error| Failure::internal(&error))?;
            Failure::from(problem).error_response()
        } else {
            HttpResponse::from(Reply {
                status,
                location: self.location,
                etag: self.etag,
                body: self.body.into_bytes(),
                subject: None,
            })
        };
        if replayed {
            response.headers_mut().insert(
                actix_web::http::header::HeaderName::from_static(REPLAYED),
                actix_web::http::header::HeaderValue::from_static("true"),
            );
        }
        Ok(response)
    }
}

/// What an answer is encrypted with: AES-256-GCM, a random nonce before the text.
struct Seal(hmac::Tag);

impl Seal {
    fn key(&self) -> Result<RandomizedNonceKey, Error> {
        RandomizedNonceKey::new(&AES_256_GCM, self.0.as_ref()).map_err(|_| broken())
    }

    fn shut(&self, kept: &Kept) -> Result<Vec<u8>, Error> {
        let mut text = if kept.body.len() > BODY_MAX {
            json(&Kept {
                status: kept.status,
                location: kept.location.clone(),
                etag: kept.etag.clone(),
                body: String::new(),
            })
        } else {
            json(kept)
        };
        let nonce = self
            .key()?
            .seal_in_place_append_tag(Aad::empty(), &mut text);
        let nonce = nonce.map_err(|_| broken())?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut text);
        Ok(sealed)
    }

    fn open(&self, mut sealed: Vec<u8>) -> Result<Kept, Error> {
        if sealed.len() < NONCE_LEN {
            return Err(broken());
        }
        let (nonce, text) = sealed.split_at_mut(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let text = self.key()?.open_in_place(nonce, Aad::empty(), text);
        let text = text.map_err(|_| broken())?;
        serde_json::from_slice(text).map_err(|_| broken())
    }
}

fn broken() -> Error {
    Error::Corrupt("a kept answer".to_owned())
}

/// The requests with a key that this process is carrying out.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Mutex<HashSet<String>>>);

/// One of them, until it is dropped.
pub(crate) struct Entered {
    running: Running,
    request: String,
}

impl Running {
    /// Begins this request, if nobody is at it.
    fn enter(&self, request: &str) -> Option<Entered> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(request.to_owned()).then(|| Entered {
            running: self.clone(),
            request: request.to_owned(),
        })
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut running = self
            .running
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.request);
    }
}
