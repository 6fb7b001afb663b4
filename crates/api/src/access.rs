//! Who calls, and whether they may: in the handler's signature.

use crate::problem::Failure;
use crate::state::State;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::Shared;
use rapport_contract::auth::Me;
use rapport_contract::role::Permission;
use rapport_contract::{Code, Problem};
use rapport_store::{Actor, Who};
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
    OwnSelf, ContactsRead, ContactsWrite, ContactsDelete, ContactsImport, MembersManage, AccountManage,
    ContactsBulk, ContactsExport, SegmentsAssign, SegmentsManage, SavedFiltersWrite, CustomAttributesManage, ApiKeysManage,
}

/// A person who is signed in and has the permission, with role and account as they are at this moment.
pub(crate) struct Allowed<P> {
    me: Me,
    permission: PhantomData<P>,
}

impl<P> Allowed<P> {
    /// Who is written down for what is done.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            account: self.me.account.id,
            who: Who::User(self.me.id),
        }
    }

    /// The person.
    pub(crate) fn into_me(self) -> Me {
        self.me
    }
}

impl<P> Deref for Allowed<P> {
    type Target = Me;

    fn deref(&self) -> &Me {
        &self.me
    }
}

/// Opens when the caller is known to be allowed.
#[derive(Clone)]
struct Gate(Shared<oneshot::Receiver<()>>);

/// Waits until the caller is known to be allowed, if the operation asks for that: actix reads the arguments of a handler side by side, and
/// whoever may not call is told that, not what else is wrong.
///
/// It holds for arguments behind [`Allowed`], which therefore stands first.
pub(crate) fn permitted(request: &HttpRequest) -> impl Future<Output = ()> + 'static {
    let gate = request.extensions().get::<Gate>().cloned();
    async move {
        if let Some(Gate(opened)) = gate {
            // An error is a gate that will not open: then the refusal is the answer, and this is not asked again.
            let _ = opened.await;
        }
    }
}

impl<P: Asks> FromRequest for Allowed<P> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<State>>().cloned();
        let token = bearer(request).map(str::to_owned);
        let (open, opened) = oneshot::channel();
        request.extensions_mut().insert(Gate(opened.shared()));
        Box::pin(async move {
            let state = state.ok_or_else(|| Failure::internal(&"the app has no state"))?;
            let token = token.ok_or_else(Failure::unauthenticated)?;
            let now = state.now();
            let session = state
                .keys
                .read_access(&token, &state.config.public_url, now);
            let session = session.ok_or_else(|| {
                Failure::new(
                    Code::Unauthenticated,
                    "The access token is wrong or has expired. Refresh the session.",
                )
            })?;
            let me = rapport_store::sessions::person(
                &state.store,
                session.account,
                session.session,
                now,
            );
            let me = me.await?.ok_or_else(|| {
                Failure::new(Code::SessionEnded, "The session was ended. Sign in again.")
            })?;
            if !me.role.may(P::PERMISSION) {
                return Err(forbidden(P::PERMISSION).into());
            }
            // Nobody waits where nothing else is read.
            let _ = open.send(());
            Ok(Self {
                me,
                permission: PhantomData,
            })
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
