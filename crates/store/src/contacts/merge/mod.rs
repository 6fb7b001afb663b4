//! Merging two contacts that are the same person, and taking it back.
//!
//! The survivor gets everything of both. The other one is deleted, says into whom it went, and its row still says what it was; the survivor as it
//! was before and after stands in `merges`. So a merge is undone by what is known and not by what is left: of the survivor, what the merge gave it
//! and nobody changed since goes back; what came later stays.

mod combine;
mod forget;
mod join;
mod separate;
mod stored;

pub use forget::forget_what_cannot_be_undone;
pub use join::merge;
pub use separate::undo;
pub use stored::list;
pub(super) use stored::whereabouts;

/// What belongs to a contact and goes with it, by tables that say which merge brought a row here.
const MOVED: [(&str, &str); 2] = [
    ("notes", "notes_contact"),
    ("activities", "activities_contact"),
];
