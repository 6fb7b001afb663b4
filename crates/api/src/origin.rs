//! Where a request with a cookie comes from.

use crate::problem::{Answer, Failure};
use actix_web::HttpRequest;
use actix_web::http::header;
use rapport_contract::Code;

/// Demands that the request comes from a page of ours: `Origin` equals the public URL. A browser sets it by itself and lets no page lie.
///
/// Where the public URL is this machine (`http://127.0.0.1:8080`), its other names (`localhost`, `[::1]`) are pages of ours too.
pub(crate) fn demand(request: &HttpRequest, public_url: &str) -> Answer<()> {
    let origin = request
        .headers()
        .get(header::ORIGIN)
        .and_then(|value| value.to_str().ok());
    if origin.is_some_and(|origin| is_ours(origin, public_url)) {
        return Ok(());
    }
    Err(Failure::new(
        Code::WrongOrigin,
        format!("Open Rapport at {public_url}: sessions are refreshed from there alone."),
    ))
}

fn is_ours(origin: &str, public_url: &str) -> bool {
    origin == public_url
        || matches!((loopback_port(origin), loopback_port(public_url)), (Some(a), Some(b)) if a == b)
}

/// The port of an `http` address of this machine.
fn loopback_port(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("http://")?;
    ["127.0.0.1", "localhost", "[::1]"].iter().find_map(|host| {
        let port = rest.strip_prefix(host)?;
        match port.strip_prefix(':') {
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits),
            None if port.is_empty() => Some("80"),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_pages_are_ours() {
        let here = "http://127.0.0.1:8080";
        for (origin, public_url, ours) in [
            ("https://rapport.example", "https://rapport.example", true),
            ("https://evil.example", "https://rapport.example", false),
            (
                "https://rapport.example.evil.example",
                "https://rapport.example",
                false,
            ),
            ("http://localhost:8080", here, true),
            ("http://localhost:8081", here, false),
            ("http://localhost.evil.example:8080", here, false),
            ("http://127.0.0.1:8080@evil.example", here, false),
            ("http://localhost:8080", "https://rapport.example", false),
            ("null", here, false),
        ] {
            assert_eq!(is_ours(origin, public_url), ours, "{origin} {public_url}");
        }
    }
}
