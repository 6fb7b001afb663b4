//! Signing in, sessions, passwords.

use crate::account::Account;
use crate::language::Language;
use crate::role::Role;
use crate::text::{keep, required_line};
use crate::{AccountId, Fault, FaultCode, Instant, SessionId, UserId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A text that must not be shown: its `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// E-mail and password of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginDraft {
    /// The e-mail to sign in with.
    pub email: String,
    /// The password.
    pub password: Secret,
    /// Which account, for a person who has several; without it, the one joined first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
}

/// A new access token. The refresh token that goes with it is in a cookie that scripts cannot read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// For the header `Authorization: Bearer …`; to be kept in memory only.
    pub access_token: Secret,
    /// Seconds until the access token expires.
    pub expires_in: u32,
    /// Who signed in, and where.
    pub me: Me,
}

/// The person who is signed in, and the account the session is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The person.
    pub id: UserId,
    /// The person's name.
    pub name: String,
    /// The e-mail to sign in with.
    pub email: String,
    /// The language that the person chose, or null for the account's.
    pub language: Option<Language>,
    /// The person's role in the account.
    pub role: Role,
    /// The account.
    pub account: Account,
    /// The session.
    pub session: SessionId,
}

/// A change of one's own person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MePatch {
    /// The person's name, 1 to 255 characters.
    #[serde(
        default,
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub name: Option<String>,
    /// The language, or null for the account's.
    #[serde(default, skip_serializing_if = "crate::Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Language>))]
    pub language: crate::Patch<Language>,
}

/// A new password, and the one that it replaces. All other sessions of the person end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The password until now.
    pub current: Secret,
    /// The new one: see [`check_password`].
    pub new: Secret,
}

/// A sign-in on one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The session's id.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// What the browser called itself, shortened.
    pub user_agent: Option<String>,
    /// When the person signed in.
    pub created_at: Instant,
    /// When the session was last refreshed.
    pub last_seen_at: Instant,
    /// When it ends if it is not refreshed.
    pub expires_at: Instant,
}

/// Shortest password, in characters (NIST SP 800-63B-4 §3.1.1.2 asks for 8 beside another factor; there is none here).
pub const PASSWORD_MIN: usize = 10;
/// Longest password, in characters.
pub const PASSWORD_MAX: usize = 200;

/// The passwords of ten characters and more that every guesser tries first.
const COMMON: &[&str] = &[
    "1234567890",
    "12345678910",
    "0123456789",
    "0987654321",
    "9876543210",
    "123456789a",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "qwertyuiop",
    "qwerty12345",
    "qwerty123456",
    "password12",
    "password123",
    "password1234",
    "passw0rd123",
    "contraseña",
    "contrasena1",
    "contraseña1",
    "contraseña123",
    "iloveyou123",
    "welcome123",
    "admin12345",
    "administrator",
    "letmein123",
    "changeme123",
    "rapport123",
    "woaini1314",
    "a123456789",
    "aa12345678",
];

/// Checks a new password: 10 to 200 characters, not one of the most common, not one character repeated. Nothing is asked
/// of its composition, as NIST SP 800-63B advises.
pub fn check_password(password: &Secret, pointer: &str) -> Result<(), Fault> {
    let length = password.0.chars().count();
    if length < PASSWORD_MIN {
        return Err(Fault::new(
            pointer,
            FaultCode::TooShort,
            format!("expected at least {PASSWORD_MIN} characters"),
        ));
    }
    if length > PASSWORD_MAX {
        return Err(Fault::new(
            pointer,
            FaultCode::TooLong,
            format!("expected at most {PASSWORD_MAX} characters"),
        ));
    }
    let lower = password.0.to_lowercase();
    let mut characters = lower.chars();
    let first = characters.next();
    if COMMON.contains(&lower.as_str()) || characters.all(|c| Some(c) == first) {
        return Err(Fault::new(
            pointer,
            FaultCode::CommonPassword,
            "expected a password that is not among those that everybody tries first",
        ));
    }
    Ok(())
}

/// A person who will sign in: parsed from a set-up or the acceptance of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The person's name.
    pub name: String,
    /// The e-mail to sign in with.
    pub email: crate::email::EmailAddress,
    /// The password, not yet hashed.
    pub password: Secret,
}

impl NewUser {
    /// Parses the three values; faults stand at `/name`, `/email` and `/password`.
    pub fn check(name: &str, email: &str, password: &Secret) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let name = keep(required_line(name, 255, "/name"), &mut faults);
        let email = keep(crate::contact::check_email(email, "/email"), &mut faults);
        keep(check_password(password, "/password"), &mut faults);
        match (name, email) {
            (Some(name), Some(email)) if faults.is_empty() => Ok(Self {
                name,
                email,
                password: password.clone(),
            }),
            _ => Err(faults),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_and_not_common() {
        for (text, code) in [
            ("short", Some(FaultCode::TooShort)),
            ("Password123", Some(FaultCode::CommonPassword)),
            ("ññññññññññññ", Some(FaultCode::CommonPassword)),
            ("correct horse battery", None),
            ("密码密码密码密码密码一", None),
        ] {
            let fault = check_password(&text.into(), "/password").err();
            assert_eq!(fault.map(|fault| fault.code), code, "{text}");
        }
        assert_eq!(format!("{:?}", Secret::from("hush")), "Secret(…)");
    }
}
