//! How many requests one caller, and one address, may make; and the headers that tell how many are left.
//!
//! The headers are those of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy: "caller";q=300000;w=60`, `RateLimit: "caller";r=299999;t=1`.
//! A quota is a bucket that fills evenly (GCRA): `q` requests at once, then as many as fill `q` within `w` seconds; `t` says in how many seconds it is
//! full again.

use crate::limits::{client, network};
use crate::problem::{Answer, Failure};
use crate::state::State;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, ResponseError, web};
use governor::clock::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use rapport_contract::{ApiKeyId, SessionId};
use rapport_store::{Caller, Who};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

/// What is allowed.
pub(crate) const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What is left of it.
pub(crate) const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// In so many seconds a quota fills.
const WINDOW: u32 = 60;

/// Full buckets are forgotten every so many requests, so that a passing crowd takes no memory.
const FORGET_EVERY: u32 = 1 << 16;

/// How many requests a minute are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// To one session or one API key.
    pub caller: NonZeroU32,
    /// To one address; IPv6: to one /64.
    pub address: NonZeroU32,
}

impl Default for RateLimits {
    /// 5,000 a second for a caller, a minute's worth at once: more than twice what one caller was ever measured to get from two cores. It stops
    /// what runs away, no program that works.
    fn default() -> Self {
        const CALLER: NonZeroU32 = NonZeroU32::new(300_000).expect("300,000 is not 0");
        const ADDRESS: NonZeroU32 = NonZeroU32::new(600_000).expect("600,000 is not 0");
        Self {
            caller: CALLER,
            address: ADDRESS,
        }
    }
}

/// Who calls, as far as requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    Session(Option<SessionId>),
    ApiKey(ApiKeyId),
}

impl Counted {
    /// The caller.
    pub(crate) fn of(caller: &Caller) -> Self {
        match caller.who {
            Who::ApiKey { key, .. } => Self::ApiKey(key),
            Who::User(_) | Who::Import(_) | Who::System => Self::Session(caller.session),
        }
    }
}

/// The buckets.
pub(crate) struct Rates {
    callers: Meter<Counted>,
    addresses: Meter<IpAddr>,
}

impl Rates {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self {
            callers: Meter::new("caller", limits.caller),
            addresses: Meter::new("address", limits.address),
        }
    }

    /// Counts a request of this caller; its answer says how many are left.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub(crate) fn count(&self, request: &HttpRequest, caller: Counted) -> Answer<()> {
        let (left, counted) = self.callers.count(caller);
        request.extensions_mut().insert(OfCaller(left));
        counted
    }
}

/// Requests of one kind of key.
struct Meter<K: Hash + Eq + Clone> {
    name: &'static str,
    quota: NonZeroU32,
    limiter: DefaultKeyedRateLimiter<K, StateInformationMiddleware>,
    requests: AtomicU32,
}

/// What is left of a quota.
#[derive(Clone, Copy)]
struct Left {
    name: &'static str,
    quota: NonZeroU32,
    requests: u32,
}

/// What is left to the caller, for the answer.
struct OfCaller(Left);

impl<K: Hash + Eq + Clone> Meter<K> {
    fn new(name: &'static str, quota: NonZeroU32) -> Self {
        Self {
            name,
            quota,
            limiter: RateLimiter::keyed(Quota::per_minute(quota))
                .with_middleware::<StateInformationMiddleware>(),
            requests: AtomicU32::new(0),
        }
    }

    fn count(&self, key: K) -> (Left, Answer<()>) {
        if self.requests.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        let left = |requests| Left {
            name: self.name,
            quota: self.quota,
            requests,
        };
        match self.limiter.check_key(&key) {
            Ok(state) => (left(state.remaining_burst_capacity()), Ok(())),
            Err(not_until) => {
                let wait = not_until.wait_time_from(self.limiter.clock().now());
                (left(0), Err(Failure::too_many(wait.as_secs() + 1)))
            }
        }
    }
}

impl Left {
    /// Seconds until the bucket is full again.
    fn full_in(self) -> u64 {
        let quota = u64::from(self.quota.get());
        let missing = quota.saturating_sub(u64::from(self.requests));
        (missing * u64::from(WINDOW)).div_ceil(quota)
    }
}

/// Counts the request for its address, and tells in the answer what is left.
pub(crate) async fn limit<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let state = request.app_data::<web::Data<State>>().cloned();
    let Some(state) = state.filter(|_| request.path().starts_with("/api/")) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let address = network(client(request.request(), &state.config.trusted_proxies));
    let (left, counted) = state.rates.addresses.count(address);
    let mut response = match counted {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(failure) => request.into_response(failure.error_response()),
    };
    let of_caller = response
        .request()
        .extensions()
        .get::<OfCaller>()
        .map(|OfCaller(left)| *left);
    let all: Vec<Left> = of_caller.into_iter().chain([left]).collect();
    tell(&mut response, POLICY, &all, |left| {
        format!("{:?};q={};w={WINDOW}", left.name, left.quota)
    });
    tell(&mut response, LEFT, &all, |left| {
        format!("{:?};r={};t={}", left.name, left.requests, left.full_in())
    });
    Ok(response)
}

/// Sets a header that is a list of structured fields (RFC 9651).
fn tell(
    response: &mut ServiceResponse<BoxBody>,
    name: HeaderName,
    all: &[Left],
    item: impl Fn(&Left) -> String,
) {
    let items: Vec<_> = all.iter().map(item).collect();
    if let Ok(value) = HeaderValue::from_str(&items.join(", ")) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_says_when_it_is_full_again() {
        let meter = Meter::new("caller", NonZeroU32::new(30).unwrap());
        let (first, counted) = meter.count(1);
        assert!(counted.is_ok());
        assert_eq!((first.requests, first.full_in()), (29, 2));
        let refused = (0..100)
            .map(|_| meter.count(1))
            .find(|(_, counted)| counted.is_err());
        let (left, _) = refused.unwrap();
        assert_eq!((left.requests, left.full_in()), (0, 60));
        assert!(meter.count(2).1.is_ok());
    }
}
