//! The tables as sea-orm sees them. Instants are Unix milliseconds, ids are plain numbers: the nouns' modules turn both into types.

pub(crate) mod accounts;
pub(crate) mod activities;
pub(crate) mod api_keys;
pub(crate) mod consents;
pub(crate) mod contact_emails;
pub(crate) mod contact_index;
pub(crate) mod contact_phones;
pub(crate) mod contact_search;
pub(crate) mod contacts;
pub(crate) mod custom_attributes;
pub(crate) mod deleted_contacts;
pub(crate) mod events;
pub(crate) mod identities;
pub(crate) mod import_chunks;
pub(crate) mod import_problems;
pub(crate) mod import_rejects;
pub(crate) mod imports;
pub(crate) mod invitations;
pub(crate) mod jobs;
pub(crate) mod kept_answers;
pub(crate) mod members;
pub(crate) mod saved_filters;
pub(crate) mod segment_members;
pub(crate) mod segments;
pub(crate) mod sessions;
pub(crate) mod users;
