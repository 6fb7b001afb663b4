//! Tokens: access tokens (JWT), refresh tokens, the codes of links and of the first run. All derive from one secret key.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rapport_contract::auth::Secret;
use rapport_contract::{AccountId, Instant, InvitationId, SessionId, UserId};
use rapport_store::api_keys::HashedKey;
use rapport_store::invitations::LinkKey;
use rapport_store::sessions::SessionKey;
use serde::{Deserialize, Serialize};

/// Seconds that an access token holds.
pub(crate) const ACCESS_SECONDS: u32 = 15 * 60;

/// What an access token says. Role and membership are not in it: they are read on every request.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    acc: AccountId,
    iat: i64,
    exp: i64,
}

/// The session that an access token is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AccessKey {
    pub(crate) account: AccountId,
    pub(crate) session: SessionId,
}

const AUDIENCE: &str = "rapport-api";

/// Keys for everything that the server signs, derived from its secret key.
pub struct Keys {
    access: (EncodingKey, DecodingKey),
    refresh: hmac::Key,
    once: hmac::Key,
    setup_code: String,
}

impl Keys {
    /// Derives the keys from a secret of 32 random bytes.
    pub fn derive(secret: &[u8; 32]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let derive = |purpose: &str| hmac::sign(&root, purpose.as_bytes());
        let access = derive("access token");
        let code: String = URL_SAFE_NO_PAD
            .encode(derive("set-up code"))
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(20)
            .collect();
        Self {
            access: (
                EncodingKey::from_secret(access.as_ref()),
                DecodingKey::from_secret(access.as_ref()),
            ),
            refresh: hmac::Key::new(hmac::HMAC_SHA256, derive("refresh token").as_ref()),
            once: hmac::Key::new(hmac::HMAC_SHA256, derive("idempotency").as_ref()),
            setup_code: code,
        }
    }

    /// What requests with an `Idempotency-Key` are hashed with.
    pub(crate) const fn once(&self) -> &hmac::Key {
        &self.once
    }

    /// The code that the first run asks for.
    pub fn setup_code(&self) -> &str {
        &self.setup_code
    }

    /// Whether this is the code of the first run.
    pub(crate) fn is_setup_code(&self, code: &Secret) -> bool {
        let (given, right) = (code.0.trim().as_bytes(), self.setup_code.as_bytes());
        aws_lc_rs::constant_time::verify_slices_are_equal(given, right).is_ok()
    }

    pub(crate) fn access(
        &self,
        user: UserId,
        key: &SessionKey,
        issuer: &str,
        now: Instant,
    ) -> Result<Secret, jsonwebtoken::errors::Error> {
        let issued = now.unix_millis() / 1000;
        let claims = Claims {
            iss: issuer.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user,
            sid: key.session,
            acc: key.account,
            iat: issued,
            exp: issued + i64::from(ACCESS_SECONDS),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.access.0).map(Secret)
    }

    /// The session of an access token that holds at `now`.
    pub(crate) fn read_access(&self, token: &str, issuer: &str, now: Instant) -> Option<AccessKey> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "exp"]);
        // The library reads the machine's clock; ours is below.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.access.1, &validation)
            .ok()?
            .claims;
        let holds = claims.exp * 1000 > now.unix_millis();
        holds.then_some(AccessKey {
            account: claims.acc,
            session: claims.sid,
        })
    }

    /// The refresh token of a session's generation. The same each time: a lost answer can be given again.
    pub(crate) fn refresh(&self, key: &SessionKey) -> String {
        let text = format!("{}.{}.{}", key.account, key.session, key.generation);
        let mac = URL_SAFE_NO_PAD.encode(hmac::sign(&self.refresh, text.as_bytes()));
        format!("{text}.{mac}")
    }

    /// Reads a refresh token that we made.
    pub(crate) fn read_refresh(&self, token: &str) -> Option<SessionKey> {
        let (text, mac) = token.rsplit_once('.')?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        hmac::verify(&self.refresh, text.as_bytes(), &mac).ok()?;
        let mut parts = text.split('.');
        Some(SessionKey {
            account: parts.next()?.parse().ok()?,
            session: parts.next()?.parse().ok()?,
            generation: parts.next()?.parse().ok()?,
        })
    }
}

/// The secret of a link, made before the link has an id. Only its hash is kept.
pub struct LinkSecret(String);

impl LinkSecret {
    /// 32 random bytes; nothing when the machine has no randomness.
    pub fn random() -> Option<Self> {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).ok()?;
        Some(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// What is kept of it.
    pub fn hash(&self) -> String {
        hash(&self.0)
    }

    /// The token of the link: the account, the invitation, and the secret.
    pub fn token(&self, account: AccountId, id: InvitationId) -> String {
        format!("{account}.{id}.{}", self.0)
    }
}

/// Before the random characters of an API key: people and scanners know by it what they found.
const API_KEY_PREFIX: &str = "rap_";
/// Random characters of an API key, of 5 bits each: 200 bits.
const API_KEY_LENGTH: usize = 40;
/// Crockford's alphabet in lower case, as in ids.
const API_KEY_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// An API key. Only its hash is kept: it is random and long, so that a fast hash is enough.
pub(crate) struct ApiSecret(String);

impl ApiSecret {
    /// A new key; nothing when the machine has no randomness.
    pub(crate) fn random() -> Option<Self> {
        let mut bytes = [0; API_KEY_LENGTH];
        SystemRandom::new().fill(&mut bytes).ok()?;
        let digit = |byte: u8| API_KEY_ALPHABET.get(usize::from(byte % 32));
        let digits: Option<String> = bytes
            .into_iter()
            .map(|b| digit(b).map(|d| char::from(*d)))
            .collect();
        Some(Self(format!("{API_KEY_PREFIX}{}", digits?)))
    }

    /// The key, for the one time that it is shown.
    pub(crate) fn shown(&self) -> Secret {
        Secret(self.0.clone())
    }

    /// What is kept of it.
    pub(crate) fn hashed(&self) -> HashedKey {
        let shown = API_KEY_PREFIX.len() + 4;
        HashedKey {
            start: self.0.chars().take(shown).collect(),
            hash: hash(&self.0),
        }
    }
}

/// The secret of a ticket. Only its hash is kept.
pub(crate) struct TicketSecret(String);

impl TicketSecret {
    /// 32 random bytes; nothing when the machine has no randomness.
    pub(crate) fn random() -> Option<Self> {
        LinkSecret::random().map(|LinkSecret(text)| Self(text))
    }

    /// The secret, for the address.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub(crate) fn hash(&self) -> String {
        hash(&self.0)
    }
}

/// The hash by which a ticket is known.
pub(crate) fn ticket_hash(text: &str) -> String {
    hash(text)
}

/// Whether a token wants to be an API key, whatever it is worth.
pub(crate) fn is_api_key(token: &str) -> bool {
    token.starts_with(API_KEY_PREFIX)
}

/// The hash by which an API key is known.
pub(crate) fn api_key_hash(token: &str) -> String {
    hash(token)
}

fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, secret.as_bytes()))
}

/// Reads the token of a link; whether it is a right one the store knows.
pub(crate) fn read_link(token: &Secret) -> Option<LinkKey> {
    let mut parts = token.0.trim().split('.');
    let key = LinkKey {
        account: parts.next()?.parse().ok()?,
        id: parts.next()?.parse().ok()?,
        secret_hash: hash(parts.next()?),
    };
    parts.next().is_none().then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(generation: i64) -> SessionKey {
        SessionKey {
            account: AccountId::from_i64(5),
            session: SessionId::from_i64(6),
            generation,
        }
    }

    #[test]
    fn access_tokens_end_and_are_bound_to_their_issuer() {
        let keys = Keys::derive(&[7; 32]);
        let now = Instant::from_unix_millis(1_795_000_000_000);
        let token = keys
            .access(UserId::from_i64(9), &key(1), "http://a", now)
            .unwrap()
            .0;
        let read = |keys: &Keys, issuer: &str, at: Instant| keys.read_access(&token, issuer, at);
        let expected = AccessKey {
            account: key(1).account,
            session: key(1).session,
        };
        assert_eq!(read(&keys, "http://a", now), Some(expected));
        assert_eq!(
            read(&keys, "http://a", now.plus_seconds(15 * 60 - 1)),
            Some(expected)
        );
        assert_eq!(read(&keys, "http://a", now.plus_seconds(15 * 60)), None);
        assert_eq!(read(&keys, "http://b", now), None);
        assert_eq!(read(&Keys::derive(&[8; 32]), "http://a", now), None);
    }

    #[test]
    fn refresh_tokens_cannot_be_made_by_others() {
        let keys = Keys::derive(&[7; 32]);
        let token = keys.refresh(&key(3));
        assert_eq!(keys.read_refresh(&token), Some(key(3)));
        assert_eq!(keys.refresh(&key(3)), token);
        assert_eq!(keys.read_refresh(&token.replacen(".3.", ".4.", 1)), None);
        assert_eq!(Keys::derive(&[8; 32]).read_refresh(&token), None);
        for text in ["", ".", "a.b.c.d"] {
            assert_eq!(keys.read_refresh(text), None);
        }
    }

    #[test]
    fn api_keys_are_long_and_begin_as_shown() {
        let secret = ApiSecret::random().unwrap();
        let (key, hashed) = (secret.shown().0, secret.hashed());
        assert_eq!(key.len(), 44);
        assert!(is_api_key(&key) && key.starts_with(&hashed.start));
        assert_eq!((hashed.start.len(), hashed.hash), (8, api_key_hash(&key)));
        assert_ne!(ApiSecret::random().unwrap().0, key);
    }

    #[test]
    fn set_up_codes_are_checked() {
        let keys = Keys::derive(&[7; 32]);
        assert_eq!(keys.setup_code().len(), 20);
        assert!(keys.is_setup_code(&Secret(format!(" {}\n", keys.setup_code()))));
        assert!(!keys.is_setup_code(&Secret(String::new())));
    }
}
