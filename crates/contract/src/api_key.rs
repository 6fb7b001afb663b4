//! API keys: what programs call with.

use crate::auth::Secret;
use crate::role::{Permission, Permissions};
use crate::text::{keep, required_line};
use crate::{ApiKeyId, Fault, FaultCode, Instant, Patch, UserId};
use serde::{Deserialize, Serialize};

/// An API key. The key itself is shown once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// The API key's id.
    pub id: ApiKeyId,
    /// What it is called.
    pub name: String,
    /// How the key begins, to tell one from another.
    pub start: String,
    /// What it may do at most. It may no more than its maker's role allows, which is looked up on every request.
    pub scopes: Vec<Permission>,
    /// Who made it. When this person is no longer a member, the key is deleted.
    pub made_by: UserId,
    /// When it was made.
    pub created_at: Instant,
    /// When its name or its end was last changed.
    pub updated_at: Instant,
    /// When it stops working; null for never.
    pub expires_at: Option<Instant>,
    /// When it was last used, to within a minute; null if never.
    pub last_used_at: Option<Instant>,
    /// Counts the changes.
    pub version: i64,
}

/// An API key that was just made, and the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeApiKey {
    /// For the header `Authorization: Bearer …`. It is shown here and never again.
    pub key: Secret,
    /// What is kept of it.
    pub api_key: ApiKey,
}

/// What makes an API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeyDraft {
    /// What it is called, 1 to 255 characters: the program that gets it.
    pub name: String,
    /// What it may do: at least one permission, none that the maker does not have, and not `self`.
    pub scopes: Vec<Permission>,
    /// When it stops working, or null for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Instant>,
}

/// A change of an API key. What it may do cannot be changed: make another one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeyPatch {
    /// What it is called, 1 to 255 characters.
    #[serde(
        default,
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub name: Option<String>,
    /// When it stops working, or null for never.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Instant>))]
    pub expires_at: Patch<Instant>,
}

/// The parsed values of an [`ApiKeyDraft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub scopes: Permissions,
    /// When it stops working.
    pub expires_at: Option<Instant>,
}

impl ApiKeyDraft {
    /// Parses the draft of somebody who may do `allowed`.
    pub fn check(&self, allowed: Permissions, now: Instant) -> Result<NewApiKey, Vec<Fault>> {
        let mut faults = Vec::new();
        let name = keep(required_line(&self.name, 255, "/name"), &mut faults);
        if self.scopes.is_empty() {
            faults.push(Fault::new(
                "/scopes",
                FaultCode::Required,
                "expected at least one permission",
            ));
        }
        for (place, scope) in self.scopes.iter().enumerate() {
            let detail = match scope {
                Permission::OwnSelf => {
                    "a key is no person: expected another permission than self".to_owned()
                }
                _ if !allowed.has(*scope) => format!(
                    "expected a permission that you have yourself; {} is not one",
                    scope.as_str()
                ),
                _ => continue,
            };
            let pointer = format!("/scopes/{place}");
            faults.push(Fault::new(pointer, FaultCode::NotAllowed, detail));
        }
        keep(check_end(self.expires_at, now), &mut faults);
        match name {
            Some(name) if faults.is_empty() => Ok(NewApiKey {
                name,
                scopes: self.scopes.iter().copied().collect(),
                expires_at: self.expires_at,
            }),
            _ => Err(faults),
        }
    }
}

impl ApiKeyPatch {
    /// Parses the patch.
    pub fn check(self, now: Instant) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let name = self
            .name
            .and_then(|name| keep(required_line(&name, 255, "/name"), &mut faults));
        if let Patch::Set(end) = self.expires_at {
            keep(check_end(Some(end), now), &mut faults);
        }
        if faults.is_empty() {
            Ok(Self { name, ..self })
        } else {
            Err(faults)
        }
    }
}

fn check_end(end: Option<Instant>, now: Instant) -> Result<(), Fault> {
    if end.is_none_or(|end| end > now) {
        return Ok(());
    }
    Err(Fault::new(
        "/expires_at",
        FaultCode::OutOfRange,
        "expected an instant in the future, or null",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::Role;

    const NOW: i64 = 1_795_000_000_000;

    fn faults(scopes: &[Permission], role: Role) -> Vec<(String, FaultCode)> {
        let draft = ApiKeyDraft {
            name: "Shop".to_owned(),
            scopes: scopes.to_vec(),
            expires_at: None,
        };
        let checked = draft.check(Permissions::of(role), Instant::from_unix_millis(NOW));
        let faults = checked.err().unwrap_or_default();
        faults
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect()
    }

    #[test]
    fn nobody_gives_what_they_do_not_have() {
        for role in Role::ALL {
            for scope in Permission::ALL {
                let expected = if scope != Permission::OwnSelf && role.may(scope) {
                    vec![]
                } else {
                    vec![("/scopes/0".to_owned(), FaultCode::NotAllowed)]
                };
                assert_eq!(faults(&[scope], role), expected, "{role:?} {scope:?}");
            }
        }
        assert_eq!(
            faults(&[], Role::Owner),
            [("/scopes".to_owned(), FaultCode::Required)]
        );
    }

    #[test]
    fn a_key_ends_later() {
        let now = Instant::from_unix_millis(NOW);
        let ends = |end| ApiKeyPatch {
            expires_at: Patch::Set(end),
            ..ApiKeyPatch::default()
        };
        assert!(ends(now).check(now).is_err());
        assert!(ends(now.plus_seconds(1)).check(now).is_ok());
    }
}
