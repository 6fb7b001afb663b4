//! Saved filters: filters with a name, private or shared with the account.

mod changes;
mod check;
mod counts;
mod stored;

pub use changes::{
    NewSavedFilter, SavedFilterChange, create, delete, forget_deleted, restore, update,
};
pub use check::{check, check_patch, shown};
pub use counts::counts;
pub(crate) use stored::find;
pub use stored::{StoredFilter, get, list};
