//! What the browser offers, in the form that the app needs it.

pub(crate) mod address;
pub(crate) mod device;
pub(crate) mod files;
pub(crate) mod focus;
pub(crate) mod intl;
pub(crate) mod locks;
pub(crate) mod storage;
pub(crate) mod theme;
pub(crate) mod time;
