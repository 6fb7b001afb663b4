//! Notes: what somebody of the account wrote down about a contact.

mod changes;
mod forget;
mod list;
mod markdown;

pub use changes::{create, delete, restore, update};
pub use forget::forget_deleted;
pub use list::{get, list};

/// For how long a deletion can be taken back: 30 days.
const RESTORABLE_SECONDS: i64 = 30 * 24 * 3600;
