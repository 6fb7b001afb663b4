//! Notes: what somebody of the account wrote down about a contact.

mod changes;
mod forget;
mod list;
mod markdown;

pub use changes::{create, delete, restore, update};
pub use forget::forget_deleted;
pub use list::{get, list};
