//! How a contact is reached stands beside its names, so that a page, a profile and an export read one row per contact instead of looking into four
//! more tables for each.
//!
//! `reach` is `[e-mails, phones, identities, consents]`, each a list of rows as lists: `[address, email_id or null when it is the same, is_primary,
//! verified, added_at]`, `[number, is_primary, verified, added_at]`, `[id, kind, external_id, verified, added_at]`, `[channel, state, at]`. A deleted
//! contact has it still, so that only its memberships have to be kept elsewhere.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, POSTGRES, SQLITE).await
    }
}

const POSTGRES: &str = r#"
ALTER TABLE contacts ADD COLUMN reach TEXT NOT NULL DEFAULT '[[],[],[],[]]';
UPDATE contacts c SET reach = json_build_array(
    coalesce((SELECT json_agg(json_build_array(a.address, nullif(a.email_id, a.address), a.is_primary::int, a.verified, a.added_at)
                              ORDER BY a.is_primary DESC, a.added_at, a.email_id)
              FROM contact_emails a WHERE a.account_id = c.account_id AND a.contact_id = c.id), '[]'),
    coalesce((SELECT json_agg(json_build_array(a.number, a.is_primary::int, a.verified, a.added_at)
                              ORDER BY a.is_primary DESC, a.added_at, a.number)
              FROM contact_phones a WHERE a.account_id = c.account_id AND a.contact_id = c.id), '[]'),
    coalesce((SELECT json_agg(json_build_array(a.id, a.kind, a.external_id, a.verified, a.added_at) ORDER BY a.added_at, a.id)
              FROM identities a WHERE a.account_id = c.account_id AND a.contact_id = c.id), '[]'),
    coalesce((SELECT json_agg(json_build_array(a.channel, a.state, a.at) ORDER BY a.channel COLLATE "C")
              FROM consents a WHERE a.account_id = c.account_id AND a.contact_id = c.id), '[]'))::text
    WHERE c.deleted_at IS NULL;
UPDATE contacts c SET reach = json_build_array(
    coalesce((SELECT json_agg(json_build_array(a ->> 'text', nullif(a ->> 'key', a ->> 'text'), (a ->> 'primary')::boolean::int,
                                               a ->> 'verified', (a ->> 'added_at')::bigint))
              FROM json_array_elements(d.kept::json -> 'emails') a), '[]'),
    coalesce((SELECT json_agg(json_build_array(a ->> 'key', (a ->> 'primary')::boolean::int, a ->> 'verified', (a ->> 'added_at')::bigint))
              FROM json_array_elements(d.kept::json -> 'phones') a), '[]'),
    coalesce((SELECT json_agg(json_build_array((a ->> 'id')::bigint, a ->> 'kind', a ->> 'external_id', a ->> 'verified',
                                               (a ->> 'added_at')::bigint))
              FROM json_array_elements(d.kept::json -> 'identities') a), '[]'),
    coalesce((SELECT json_agg(json_build_array(a ->> 'channel', a ->> 'state', (a ->> 'at')::bigint))
              FROM json_array_elements(d.kept::json -> 'consents') a), '[]'))::text
    FROM deleted_contacts d WHERE d.account_id = c.account_id AND d.id = c.id;
UPDATE deleted_contacts SET kept = json_build_object('segments', coalesce(kept::json -> 'segments', '[]'))::text;
"#;

const SQLITE: &str = r#"
ALTER TABLE contacts ADD COLUMN reach TEXT NOT NULL DEFAULT '[[],[],[],[]]';
UPDATE contacts SET reach = json_array(
    json((SELECT json_group_array(json_array(a.address, nullif(a.email_id, a.address), a.is_primary, a.verified, a.added_at)
                                  ORDER BY a.is_primary DESC, a.added_at, a.email_id)
          FROM contact_emails a WHERE a.account_id = contacts.account_id AND a.contact_id = contacts.id)),
    json((SELECT json_group_array(json_array(a.number, a.is_primary, a.verified, a.added_at)
                                  ORDER BY a.is_primary DESC, a.added_at, a.number)
          FROM contact_phones a WHERE a.account_id = contacts.account_id AND a.contact_id = contacts.id)),
    json((SELECT json_group_array(json_array(a.id, a.kind, a.external_id, a.verified, a.added_at) ORDER BY a.added_at, a.id)
          FROM identities a WHERE a.account_id = contacts.account_id AND a.contact_id = contacts.id)),
    json((SELECT json_group_array(json_array(a.channel, a.state, a.at) ORDER BY a.channel)
          FROM consents a WHERE a.account_id = contacts.account_id AND a.contact_id = contacts.id)))
    WHERE deleted_at IS NULL;
UPDATE contacts SET reach = json_array(
    json((SELECT json_group_array(json_array(a.value ->> 'text', nullif(a.value ->> 'key', a.value ->> 'text'), a.value ->> 'primary',
                                             a.value ->> 'verified', a.value ->> 'added_at'))
          FROM json_each(d.kept, '$.emails') a)),
    json((SELECT json_group_array(json_array(a.value ->> 'key', a.value ->> 'primary', a.value ->> 'verified', a.value ->> 'added_at'))
          FROM json_each(d.kept, '$.phones') a)),
    json((SELECT json_group_array(json_array(a.value ->> 'id', a.value ->> 'kind', a.value ->> 'external_id', a.value ->> 'verified',
                                             a.value ->> 'added_at'))
          FROM json_each(d.kept, '$.identities') a)),
    json((SELECT json_group_array(json_array(a.value ->> 'channel', a.value ->> 'state', a.value ->> 'at'))
          FROM json_each(d.kept, '$.consents') a)))
    FROM deleted_contacts d WHERE d.id = contacts.id AND d.account_id = contacts.account_id;
UPDATE deleted_contacts SET kept = json_object('segments', json(coalesce(kept -> '$.segments', '[]')));
"#;
