//! Passwords: hashed with Argon2id, on threads of their own, a few at once.

use crate::problem::{Answer, Failure};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use rapport_contract::auth::Secret;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A hash that no password has: checked for people who do not exist, so that they take as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$UmFwcG9ydE5vYm9keUhlcmU$aNH0Gk3z3L4w7w6Q1o0Jw9QeG3b9pQm0kq0yVv5mS5U";

/// Hashes a password with OWASP's parameters for Argon2id (19 MiB, two passes), as a PHC string. Takes tens of milliseconds.
pub fn hash_password(password: &Secret) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default()
        .hash_password(password.0.as_bytes())?
        .to_string())
}

/// Hashes and checks passwords, at most two per core at once: each takes 19 MiB.
#[derive(Clone)]
pub(crate) struct Hasher(Arc<Semaphore>);

impl Hasher {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(cores * 2)))
    }

    pub(crate) async fn hash(&self, password: Secret) -> Answer<String> {
        let hashed = self.run(move || hash_password(&password)).await?;
        hashed.map_err(|error| Failure::internal(&error))
    }

    /// Whether the password is the one behind the hash; never, but as slowly, without a hash.
    pub(crate) async fn matches(&self, password: Secret, hash: Option<String>) -> Answer<bool> {
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.as_deref().unwrap_or(NOBODY);
            let right = PasswordHash::new(hash).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.0.as_bytes(), &hash)
                    .is_ok()
            });
            known && right
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
        let turn = self.0.clone().acquire_owned().await;
        let turn = turn.map_err(|error| Failure::internal(&error))?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .map_err(|error| Failure::internal(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn passwords_match_their_hash_alone() {
        let hasher = Hasher::new();
        let hash = hasher.hash("correct horse battery".into()).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(
            hasher
                .matches("correct horse battery".into(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .matches("correct horse".into(), Some(hash))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .matches("correct horse battery".into(), None)
                .await
                .unwrap()
        );
    }

    #[test]
    fn nobody_has_a_hash_of_the_same_cost() {
        let hash = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(hash.algorithm.as_str(), "argon2id");
        assert!(NOBODY.contains("m=19456,t=2,p=1"));
    }
}
