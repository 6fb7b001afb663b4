//! Many clients at once.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use super::http::Request;
use super::subject::{Client, Serving};

pub(super) const CLIENTS: usize = 16;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(5);

/// How many of these requests are answered in a second, sent by [`CLIENTS`] clients, each of which sends the next when it has its answer.
///
/// # Errors
/// When one is refused.
pub(super) fn per_second(serving: &Serving, client: &Client, request: &Request) -> Result<f64> {
    let connections = (0..CLIENTS)
        .map(|_| serving.connect_as(client))
        .collect::<Result<Vec<_>>>()?;
    let begin = Instant::now() + WARM_UP;
    let end = begin + MEASURED;
    let answered: Result<usize> = thread::scope(|scope| {
        let clients: Vec<_> = connections
            .into_iter()
            .map(|mut connection| {
                scope.spawn(move || {
                    let mut answered = 0;
                    loop {
                        let answer = connection.send(request)?;
                        if !answer.is_success() {
                            answer.json(&request.path)?;
                        }
                        let now = Instant::now();
                        if now > end {
                            return Ok(answered);
                        }
                        answered += usize::from(now > begin);
                    }
                })
            })
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().map_err(|_| anyhow!("a client panicked"))?)
            .sum()
    });
    Ok(answered? as f64 / MEASURED.as_secs_f64())
}
