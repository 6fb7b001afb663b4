//! Who calls, and whether they may: in the handler's signature.

use crate::limits::{client, network};
use crate::problem::{Answer, Failure};
use crate::rate::Counted;
use crate::state::State;
use crate::tokens::{api_key_hash, is_api_key};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::Shared;
use rapport_contract::auth::Me;
use rapport_contract::role::Permission;
use rapport_contract::{Code, Problem};
use rapport_store::sessions::{self, Person};
use rapport_store::{Caller, Who, api_keys};
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;

/// A permission as a type.
pub(crate) trait Asks: 'static {
    /// The permission.
    const PERMISSION: Permission;
}

macro_rules! permissions {
    ($($name:ident,)+) => {$(
        #[doc = concat!("Asks for [`Permission::", stringify!($name), "`].")]
        pub(crate) struct $name;

        impl Asks for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+};
}

permissions! {
    ContactsRead, ContactsWrite, ContactsDelete, ContactsImport, ContactsMerge, ContactsBulk, ContactsExport, NotesWrite, SegmentsAssign, SegmentsManage,
    SavedFiltersWrite, CustomAttributesManage, ApiKeysManage, MembersManage, AccountManage,
}

/// A caller who has the permission: a person who is signed in or a program with an API key, with role and account as they are now.
pub(crate) struct Allowed<P> {
    caller: Caller,
    permission: PhantomData<P>,
}

impl<P> Deref for Allowed<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<P: Asks> Allowed<P> {
    /// The caller, if they have the permission.
    pub(crate) fn check(caller: Caller) -> Answer<Self> {
        if !caller.may(P::PERMISSION) {
            return Err(refusal(&caller, P::PERMISSION).into());
        }
        Ok(Self {
            caller,
            permission: PhantomData,
        })
    }
}

impl<P> Allowed<P> {
    /// Asks for a permission that this call needs beside the one of its operation.
    ///
    /// # Errors
    /// `forbidden`, naming it.
    pub(crate) fn also(&self, permission: Permission) -> Answer<()> {
        if self.caller.may(permission) {
            Ok(())
        } else {
            Err(refusal(&self.caller, permission).into())
        }
    }
}

impl<P: Asks> FromRequest for Allowed<P> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Answer<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (gate, token) = (Gate::shut(request), Token::of(request));
        Box::pin(async move {
            let me = Self::check(token?.caller().await?)?;
            gate.open();
            Ok(me)
        })
    }
}

/// A person who is signed in, for what concerns nobody else: one's own name, password and sessions.
pub(crate) struct Myself(pub(crate) Me);

impl Deref for Myself {
    type Target = Me;

    fn deref(&self) -> &Me {
        &self.0
    }
}

impl FromRequest for Myself {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Answer<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (gate, token) = (Gate::shut(request), Token::of(request));
        Box::pin(async move {
            let token = token?;
            if is_api_key(&token.text) {
                token.program().await?;
                return Err(Failure::new(
                    Code::Forbidden,
                    "This is for people who are signed in: it concerns nobody but themselves, and an API key is no person.",
                ));
            }
            let person = token.person().await?;
            gate.open();
            Ok(Self(person.me))
        })
    }
}

/// What a request shows to be let in.
struct Token {
    state: web::Data<State>,
    request: HttpRequest,
    text: String,
}

impl Token {
    fn of(request: &HttpRequest) -> Answer<Self> {
        let state = request.app_data::<web::Data<State>>().cloned();
        Ok(Self {
            state: state.ok_or_else(|| Failure::internal(&"the app has no state"))?,
            request: request.clone(),
            text: bearer(request)
                .ok_or_else(Failure::unauthenticated)?
                .to_owned(),
        })
    }

    /// Whoever it is.
    async fn caller(&self) -> Answer<Caller> {
        if is_api_key(&self.text) {
            self.program().await
        } else {
            self.person().await.map(Caller::from)
        }
    }

    /// The program that has an API key. Wrong keys are looked up as right ones are, and their number is limited.
    async fn program(&self) -> Answer<Caller> {
        let (state, now) = (&self.state, self.state.now());
        let found = api_keys::program(&state.store, &api_key_hash(&self.text), now).await?;
        let Some(program) = found else {
            let from = network(client(&self.request, &state.config.trusted_proxies));
            state.limits.wrong_key(from)?;
            return Err(Failure::new(
                Code::InvalidApiKey,
                "The API key is wrong, was deleted, or has expired. Ask for another one where you got it.",
            ));
        };
        state
            .rates
            .count(&self.request, Counted::of(&program.caller))?;
        state.uses.note(state, &program);
        Ok(program.caller)
    }

    /// The person in the session of an access token.
    async fn person(&self) -> Answer<Person> {
        let (state, now) = (&self.state, self.state.now());
        let session = state
            .keys
            .read_access(&self.text, &state.config.public_url, now)
            .ok_or_else(|| {
                Failure::new(
                    Code::Unauthenticated,
                    "The access token is wrong or has expired. Refresh the session.",
                )
            })?;
        state
            .rates
            .count(&self.request, Counted::Session(Some(session.session)))?;
        sessions::person(&state.store, session.account, session.session, now)
            .await?
            .ok_or_else(|| {
                Failure::new(Code::SessionEnded, "The session was ended. Sign in again.")
            })
    }
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request
        .headers()
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Why this caller may not.
fn refusal(caller: &Caller, permission: Permission) -> Problem {
    match caller.who {
        Who::ApiKey { .. } => Problem::new(
            Code::Forbidden,
            format!(
                "This needs {}, which this API key does not have: it is not among its scopes, or its maker's role does not allow it any more. \
                 The role {} and above have it.",
                permission.as_str(),
                permission.least_role().as_str()
            ),
        ),
        _ => forbidden(permission),
    }
}

/// What is missing, and who has it.
pub(crate) fn forbidden(permission: Permission) -> Problem {
    Problem::new(
        Code::Forbidden,
        format!(
            "This needs {}, which the role {} and above have. Ask an owner for it.",
            permission.as_str(),
            permission.least_role().as_str()
        ),
    )
}

/// Keeps the other arguments of a handler waiting until the caller is known to be allowed.
pub(crate) struct Gate(oneshot::Sender<()>);

/// Opens when the caller is known to be allowed.
#[derive(Clone)]
struct Gated(Shared<oneshot::Receiver<()>>);

impl Gate {
    pub(crate) fn shut(request: &HttpRequest) -> Self {
        let (open, opened) = oneshot::channel();
        request.extensions_mut().insert(Gated(opened.shared()));
        Self(open)
    }

    pub(crate) fn open(self) {
        // Nobody waits where nothing else is read.
        let _ = self.0.send(());
    }
}

/// Waits until the caller is known to be allowed, if the operation asks for that: actix reads the arguments of a handler side by side, and
/// whoever may not call is told that, not what else is wrong.
///
/// It holds for arguments behind [`Allowed`], which therefore stands first.
pub(crate) fn permitted(request: &HttpRequest) -> impl Future<Output = ()> + 'static {
    let gated = request.extensions().get::<Gated>().cloned();
    async move {
        if let Some(Gated(opened)) = gated {
            // An error is a gate that will not open: then the refusal is the answer, and this is not asked again.
            let _ = opened.await;
        }
    }
}
