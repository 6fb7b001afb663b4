//! The attributes of an account, as everything that handles values needs them.

use super::Slot;
use crate::RESTORABLE_SECONDS;
use crate::entity::custom_attributes;
use crate::{Engine, Error, Store, Who};
use rapport_contract::custom_attribute::{AttributeType, Choice, CustomAttribute, Definitions};
use rapport_contract::{AccountId, ApiKeyId, AttributeId, ImportId, Instant, UserId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where the values of an attribute stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The attribute.
    pub id: AttributeId,
    /// Its key.
    pub key: String,
    /// What its values are.
    pub kind: AttributeType,
    /// The column that holds the values of every contact; without it they stand in `more`, under `custom.` and the key.
    pub slot: Option<Slot>,
    /// The column that is given to it but does not hold every contact's value yet; they stand in `more` as well.
    pub filling: Option<Slot>,
    /// When it was deleted. Its values stay until they are gone for good, but nobody sees them.
    pub deleted_at: Option<Instant>,
    /// Choices that were removed and that contacts may still have stored.
    pub(crate) replacing: Option<Replacing>,
}

/// What contacts get instead of choices that were removed. Whoever reads a value sees it replaced already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Replacing {
    /// By the key of the removed choice: the key of another one, or none.
    pub(crate) choices: BTreeMap<String, Option<String>>,
    /// Who asked for it.
    #[serde(with = "By")]
    pub(crate) by: Who,
}

/// [`Who`] as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Who", rename_all = "snake_case")]
enum By {
    User(UserId),
    ApiKey { key: ApiKeyId, maker: UserId },
    Import(ImportId),
    System,
}

impl Attribute {
    /// The value as it is now, if it is one of a choice that was removed.
    pub(super) fn replaced(&self, value: &Value) -> Option<Option<&str>> {
        self.replaced_choice(value.as_str()?)
    }

    /// The choice that contacts with this one have now, if it was removed.
    pub(crate) fn replaced_choice(&self, choice: &str) -> Option<Option<&str>> {
        let choices = &self.replacing.as_ref()?.choices;
        Some(choices.get(choice)?.as_deref())
    }

    /// Whether its deletion can no longer be taken back: its values go.
    pub(crate) fn is_gone(&self, now: Instant) -> bool {
        self.deleted_at
            .is_some_and(|at| at.plus_seconds(RESTORABLE_SECONDS) < now)
    }
}

/// The custom attributes of an account, the deleted ones not among them: what values are checked against.
pub async fn definitions(store: &Store, account: AccountId) -> Result<Definitions, Error> {
    Ok(Attributes::load(&store.reader, account).await?.live)
}

/// Every attribute of an account, the deleted ones too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    all: Vec<Attribute>,
    live: Definitions,
}

impl Attributes {
    /// Reads them.
    pub(crate) async fn load(db: &impl ConnectionTrait, account: AccountId) -> Result<Self, Error> {
        let statement = Engine::of(db).statement(
            "SELECT * FROM custom_attributes WHERE account_id = $1 ORDER BY id",
            [account.as_i64().into()],
        );
        let rows = custom_attributes::Model::find_by_statement(statement)
            .all(db)
            .await?;
        let mut all = Vec::with_capacity(rows.len());
        let mut live = Vec::with_capacity(rows.len());
        for row in rows {
            let (attribute, definition) = read(row)?;
            if attribute.deleted_at.is_none() {
                live.push(definition);
            }
            all.push(attribute);
        }
        Ok(Self {
            all,
            live: live.into_iter().collect(),
        })
    }

    /// Those that are not deleted, as they stand on the wire; what values are checked against.
    pub const fn live(&self) -> &Definitions {
        &self.live
    }

    /// Every attribute, the deleted ones too.
    pub fn all(&self) -> &[Attribute] {
        &self.all
    }

    /// The attribute with this key, unless it is deleted.
    pub fn get(&self, key: &str) -> Option<&Attribute> {
        self.all
            .iter()
            .find(|attribute| attribute.key == key && attribute.deleted_at.is_none())
    }
}

/// A row as both see it.
pub(super) fn read(row: custom_attributes::Model) -> Result<(Attribute, CustomAttribute), Error> {
    let custom_attributes::Model {
        account_id: _,
        id,
        key,
        label,
        kind,
        choices,
        description,
        slot,
        slot_filled,
        created_at,
        updated_at,
        version,
        deleted_at,
        replacing,
    } = row;
    let id = AttributeId::from_i64(id);
    let kind = AttributeType::from_name(&kind)
        .ok_or_else(|| Error::Corrupt(format!("type {kind:?} of an attribute")))?;
    let slot = slot.as_deref().map(Slot::read).transpose()?;
    let attribute = Attribute {
        id,
        key: key.clone(),
        kind,
        slot: slot.filter(|_| slot_filled),
        filling: slot.filter(|_| !slot_filled),
        deleted_at: deleted_at.map(Instant::from_unix_millis),
        replacing: replacing
            .as_deref()
            .map(serde_json::from_str)
            .transpose()
            .map_err(|error| Error::Corrupt(format!("replaced choices of {id}: {error}")))?,
    };
    let choices: Vec<Choice> = serde_json::from_str(&choices)
        .map_err(|error| Error::Corrupt(format!("choices of {id}: {error}")))?;
    let definition = CustomAttribute {
        id,
        key,
        label,
        kind,
        choices,
        description,
        indexed: attribute.slot.is_some(),
        created_at: Instant::from_unix_millis(created_at),
        updated_at: Instant::from_unix_millis(updated_at),
        version,
    };
    Ok((attribute, definition))
}
