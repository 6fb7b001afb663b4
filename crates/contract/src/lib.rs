#![doc = include_str!("../README.md")]

pub mod account;
pub mod activity;
pub mod api_key;
mod attribute_key;
pub mod auth;
pub mod bulk;
pub mod color;
pub mod contact;
pub mod country;
pub mod custom_attribute;
pub mod duplicate;
pub mod email;
pub mod event;
pub mod filter;
pub mod id;
pub mod import;
pub mod instant;
pub mod invitation;
pub mod job;
pub mod language;
pub mod member;
pub mod merge;
pub mod note;
pub mod page;
pub mod patch;
pub mod phone;
pub mod problem;
pub mod role;
pub mod saved_filter;
mod schema;
pub mod segment;
pub mod setup;
pub mod text;
pub mod ticket;

pub use attribute_key::{AttributeKey, InvalidAttributeKey};
pub use id::{
    AccountId, ActivityId, ApiKeyId, AttributeId, ContactId, EventId, IdentityId, ImportId,
    InvitationId, JobId, MergeId, NoteId, SavedFilterId, SegmentId, SessionId, UserId,
};
pub use instant::Instant;
pub use patch::Patch;
pub use problem::{Code, Fault, FaultCode, Problem};
