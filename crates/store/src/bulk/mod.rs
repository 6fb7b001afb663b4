//! Changing many contacts at once.
//!
//! Which contacts are meant is fixed when the change is accepted: their ids are kept, batch by batch. Each batch, with how far the work has
//! come, is one transaction, so that whoever takes the work up goes on where it stopped, and nothing is done twice.

mod accept;
mod progress;
mod step;

pub use accept::{Targets, accept, check_segment, named, selected};
pub(crate) use progress::{cancel, find};
pub use progress::{fail, forget_old};
pub use step::{Step, step};
