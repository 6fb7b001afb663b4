//! The segments of the made-up account, and who is in them.

use super::dice::unique;
use crate::entity::segments as rows;
use crate::{Actor, Engine, Error, Write, segments};
use rapport_contract::SegmentId;
use rapport_contract::color::Color;
use rapport_contract::segment::{NewSegment, SegmentName};
use sea_orm::FromQueryResult;
use std::sync::OnceLock;

/// What they are called, the smallest first.
pub(super) const NAMES: [&str; 20] = [
    "Board",
    "Press",
    "Speakers 2026",
    "Scholarship holders",
    "Open complaints",
    "Beta testers",
    "Ambassadors",
    "Partners",
    "Volunteers",
    "Alumni mentors",
    "Webinar: Admissions",
    "Black Friday 2025",
    "Open day visitors",
    "Trial ended",
    "Current students",
    "Brochure sent",
    "Former customers",
    "Summer campaign",
    "Event invitations",
    "Newsletter",
];

/// The share of the smallest and of the largest; between them each is as many times larger than the one before.
const SHARES: (f64, f64) = (0.0001, 0.5);

/// The share of contacts that are in segment `place`.
pub(super) fn share(place: usize) -> f64 {
    let (least, most) = SHARES;
    let steps = (NAMES.len() - 1) as f64;
    least * (most / least).powf(place as f64 / steps)
}

/// The account's segments that have our names, each at its place. Ours are made if the account has none at all.
pub(super) async fn define(w: &Write<'_>, actor: &Actor) -> Result<[Option<SegmentId>; 20], Error> {
    let statement = Engine::of(&w.tx).statement(
        "SELECT * FROM segments WHERE account_id = $1 AND deleted_at IS NULL",
        [actor.account.as_i64().into()],
    );
    let there = rows::Model::find_by_statement(statement).all(&w.tx).await?;
    let mut ids = [None; 20];
    for ((name, id), color) in NAMES
        .into_iter()
        .zip(&mut ids)
        .zip(Color::ALL.into_iter().cycle())
    {
        let Ok(name) = SegmentName::parse(name, "") else {
            continue;
        };
        *id = if there.is_empty() {
            Some(
                segments::create(w, actor, &NewSegment { name, color })
                    .await?
                    .id,
            )
        } else {
            let ours = there.iter().find(|row| row.name_key == name.key());
            ours.map(|row| SegmentId::from_i64(row.id))
        };
    }
    Ok(ids)
}

/// The places of the segments that contact `n` of the seed is in.
pub(super) fn places(seed: u64, n: u64) -> impl Iterator<Item = usize> {
    static BOUNDS: OnceLock<Vec<u64>> = OnceLock::new();
    let bound = |place| (share(place) * u64::MAX as f64) as u64;
    let bounds = BOUNDS.get_or_init(|| (0..NAMES.len()).map(bound).collect());
    // Each segment has dice of its own: who is in one says nothing of the others.
    let inside = move |(place, bound): (usize, &u64)| {
        (unique(unique(seed, place as u64 + 2), n) < *bound).then_some(place)
    };
    bounds.iter().enumerate().filter_map(inside)
}
