//! One contact: shown, made, changed. And many at once: into a segment, out of the account.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use super::figures::Times;
use super::http::{Connection, Request};
use super::subject::Memory;

const WARM_UP: usize = 20;
const MEASURED: usize = 300;

/// What can be done to one contact.
#[derive(Debug, Default)]
pub(super) struct OneByOne {
    pub(super) get: Times,
    pub(super) create: Times,
    pub(super) patch: Times,
}

/// Each on another contact than the time before, so that nothing is at hand from before.
pub(super) fn one_by_one(connection: &mut Connection) -> Result<OneByOne> {
    let path = "/api/v1/contacts?sort=email&limit=1000&fields=id";
    let page = connection.get(path)?.json(path)?;
    let ids: Vec<String> = page
        .get("data")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|contact| Some(contact.get("id")?.as_str()?.to_owned()))
        .collect();
    let rounds = (WARM_UP + MEASURED).min(ids.len());
    let mut measured = OneByOne::default();
    for (round, id) in ids.iter().take(rounds).enumerate() {
        let path = format!("/api/v1/contacts/{id}");
        let create = json!({
            "first_name": "Ana", "last_name": format!("Núñez {round}"), "email": format!("ana.{round}@bench.example"),
            "phone": format!("+52551234{round:04}"), "company": "Colegio Ágora", "city": "Mérida", "country": "MX",
            "language": "es-MX", "custom": {"plan": "pro", "score": 512.5, "vip": true},
        });
        let patch = json!({"city": format!("Lima {round}"), "company": null});
        for (request, times) in [
            (Request::get(&path), &mut measured.get),
            (
                Request::post("/api/v1/contacts", &create)?,
                &mut measured.create,
            ),
            (Request::patch(&path, &patch)?, &mut measured.patch),
        ] {
            let started = Instant::now();
            let answer = connection.send(&request)?;
            let took = started.elapsed();
            answer.json(&request.path)?;
            if round >= WARM_UP {
                times.add(took);
            }
        }
    }
    Ok(measured)
}

/// An export of every contact.
#[derive(Debug)]
pub(super) struct Exported {
    pub(super) rows: u64,
    /// Until the first row was there, behind the line with the columns' names.
    pub(super) first_row: Duration,
    pub(super) whole: Duration,
    /// The most memory of the server meanwhile, in bytes.
    pub(super) peak: u64,
}

/// Takes out all contacts; nothing when the server has no exports.
pub(super) fn export(connection: &mut Connection, memory: &Memory) -> Result<Option<Exported>> {
    let path = "/api/v1/contacts.csv";
    let ended = AtomicBool::new(false);
    let peak = AtomicU64::new(0);
    let (mut lines, mut first_row, mut refusal) = (0_u64, None, Vec::new());
    let started = Instant::now();
    let status = thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                // It is asked again in a moment, should it fail once.
                let now = memory.anonymous().unwrap_or_default();
                peak.fetch_max(now, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(5));
            }
        });
        let status = connection.receive(&Request::get(path), |bytes| {
            let ends = bytes.iter().filter(|&&byte| byte == b'\n').count();
            lines += ends as u64;
            if lines > 1 && first_row.is_none() {
                first_row = Some(started.elapsed());
            }
            if refusal.len() < 2_000 {
                refusal.extend_from_slice(bytes);
            }
        });
        ended.store(true, Ordering::Relaxed);
        status
    })?;
    let whole = started.elapsed();
    match status {
        200 => {}
        404 => return Ok(None),
        other => bail!("{path}: {other} {}", String::from_utf8_lossy(&refusal)),
    }
    // No value of the generated contacts has more than one line.
    Ok(Some(Exported {
        rows: lines.saturating_sub(1),
        first_row: first_row.context("an export without a row")?,
        whole,
        peak: peak.into_inner(),
    }))
}

/// How long a job may take.
const JOB_WITHIN: Duration = Duration::from_secs(120);

/// Puts the contacts of a country, about a tenth of all, into an empty segment by a filter: how many they were, and how long it took until it
/// was done. Nothing when the server takes no filters there.
pub(super) fn into_segment(connection: &mut Connection) -> Result<Option<(u64, Duration)>> {
    let filter = json!({"field": "country", "op": "eq", "value": "MX"});
    let count = connection.post("/api/v1/contacts/count", &json!({"filter": filter}))?;
    let count = count
        .get("count")
        .and_then(Value::as_u64)
        .context("count")?;
    let segment = connection.post(
        "/api/v1/segments",
        &json!({"name": "Measured", "color": "teal"}),
    )?;
    let segment = segment.get("id").and_then(Value::as_str).context("id")?;
    let path = format!("/api/v1/segments/{segment}/members");
    let request = Request::post(&path, &json!({"filter": filter}))?;
    let started = Instant::now();
    let answer = connection.send(&request)?;
    if matches!(answer.status, 400 | 404 | 405 | 422) {
        return Ok(None);
    }
    let answer_body = answer.json(&path)?;
    let mut took = started.elapsed();
    if answer.status == 202 {
        let job = answer_body.get("id").and_then(Value::as_str);
        let job = format!("/api/v1/jobs/{}", job.context("a job without an id")?);
        loop {
            let state = connection.get(&job)?.json(&job)?;
            took = started.elapsed();
            match state.get("state").and_then(Value::as_str) {
                Some("done") => break,
                Some("failed") => bail!("{job}: {state}"),
                _ => ensure!(took < JOB_WITHIN, "{job}: {state}"),
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
    let there = json!({"filter": {"field": "segment", "op": "eq", "value": segment}});
    let there = connection.post("/api/v1/contacts/count", &there)?;
    ensure!(
        there.get("count").and_then(Value::as_u64) == Some(count),
        "{count} contacts were put into a segment, and then there were {there}"
    );
    Ok(Some((count, took)))
}
