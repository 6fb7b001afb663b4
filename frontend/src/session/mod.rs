//! Who is signed in, and everything on the way there.

mod ended;
mod frame;
mod join;
mod login;
mod reset;
mod setup;
mod start;
mod state;

pub(crate) use ended::SessionEndedDialog;
pub(crate) use join::JoinPage;
pub(crate) use login::LoginPage;
pub(crate) use reset::ResetPage;
pub(crate) use setup::SetupPage;
pub(crate) use start::{Start, Unreachable};
pub(crate) use state::{Session, use_session};
