//! How often something can be tried.

use crate::problem::{Answer, Failure};
use actix_web::HttpRequest;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

/// Tries to sign in, to set up, and to use links.
pub(crate) struct Limits {
    by_address: DefaultKeyedRateLimiter<IpAddr>,
    wrong_keys: DefaultKeyedRateLimiter<IpAddr>,
    by_name: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

/// Tries at once from one address, then one every two seconds.
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::new(30).expect("30 is not 0");
/// Tries at once for one e-mail address, then one every 30 seconds.
const NAME_BURST: NonZeroU32 = NonZeroU32::new(10).expect("10 is not 0");

impl Limits {
    pub(crate) fn new() -> Self {
        let quota = |burst: NonZeroU32, every: u64| {
            Quota::with_period(Duration::from_secs(every))
                .unwrap_or(Quota::per_minute(burst))
                .allow_burst(burst)
        };
        Self {
            by_address: RateLimiter::keyed(quota(ADDRESS_BURST, 2)),
            wrong_keys: RateLimiter::keyed(quota(ADDRESS_BURST, 2)),
            by_name: RateLimiter::keyed(quota(NAME_BURST, 30)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a try from where the request comes from; `trusted` proxies are believed.
    pub(crate) fn try_from(&self, request: &HttpRequest, trusted: &[IpAddr]) -> Answer<()> {
        self.count(&self.by_address, network(client(request, trusted)))
    }

    /// Counts a wrong API key from this network.
    pub(crate) fn wrong_key(&self, network: IpAddr) -> Answer<()> {
        self.count(&self.wrong_keys, network)
    }

    fn count(&self, limiter: &DefaultKeyedRateLimiter<IpAddr>, network: IpAddr) -> Answer<()> {
        // Full buckets are forgotten now and then, so that a passing crowd takes no memory.
        if limiter.len() > 10_000 {
            limiter.retain_recent();
        }
        limiter
            .check_key(&network)
            .map_err(|not_until| self.later(&not_until))
    }

    /// Counts a try for an e-mail address, whoever tries.
    pub(crate) fn try_name(&self, name: &str) -> Answer<()> {
        if self.by_name.len() > 10_000 {
            self.by_name.retain_recent();
        }
        self.by_name
            .check_key(&name.to_owned())
            .map_err(|not_until| self.later(&not_until))
    }

    fn later(&self, not_until: &governor::NotUntil<<DefaultClock as Clock>::Instant>) -> Failure {
        Failure::too_many(not_until.wait_time_from(self.clock.now()).as_secs() + 1)
    }
}

/// Where a request comes from: the peer, or, behind trusted proxies, the last address that they vouch for.
pub(crate) fn client(request: &HttpRequest, trusted: &[IpAddr]) -> IpAddr {
    let peer = request
        .peer_addr()
        .map_or(IpAddr::V6(Ipv6Addr::LOCALHOST), |peer| peer.ip());
    if !trusted.contains(&peer) {
        return peer;
    }
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok());
    let addresses: Vec<IpAddr> = forwarded
        .flat_map(|list| list.split(','))
        .filter_map(|address| address.trim().parse().ok())
        .collect();
    addresses
        .into_iter()
        .rev()
        .find(|address| !trusted.contains(address))
        .unwrap_or(peer)
}

/// The network that one caller has to itself: an IPv6 household gets a /64.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(
            || IpAddr::V6(Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX))),
            IpAddr::V4,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn address(peer: &str, forwarded: Option<&str>, trusted: &[&str]) -> String {
        let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
        if let Some(forwarded) = forwarded {
            request = request.insert_header(("x-forwarded-for", forwarded));
        }
        let trusted: Vec<_> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        network(client(&request.to_http_request(), &trusted)).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let spoofed = Some("1.2.3.4, 5.6.7.8");
        assert_eq!(address("9.9.9.9:1", spoofed, &[]), "9.9.9.9");
        assert_eq!(address("9.9.9.9:1", spoofed, &["9.9.9.9"]), "5.6.7.8");
        assert_eq!(
            address("9.9.9.9:1", spoofed, &["9.9.9.9", "5.6.7.8"]),
            "1.2.3.4"
        );
        assert_eq!(
            address("[2001:db8:1:2:3:4:5:6]:1", None, &[]),
            "2001:db8:1:2::"
        );
    }

    #[test]
    fn tries_run_out_by_name() {
        let limits = Limits::new();
        let allowed = (0..50)
            .filter(|_| limits.try_name("ana@example.com").is_ok())
            .count();
        assert_eq!(allowed, 10);
        assert!(limits.try_name("bea@example.com").is_ok());
    }
}
