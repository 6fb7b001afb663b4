//! Changing custom attributes: labels, descriptions, choices.

use super::Attribute;
use super::attributes::{Replacing, read};
use super::define::{find, write};
use super::usage::{holders_of, users_of};
use super::walk::{AT_ONCE, settle, walk_later};
use crate::accounts::{catalogue_changed, check_version};
use crate::entity::custom_attributes;
use crate::{Actor, Engine, Error, Write};
use rapport_contract::custom_attribute::{AttributeChange, AttributeType, Choice, CustomAttribute};
use rapport_contract::{AttributeId, Code, Fault, FaultCode, Problem};
use std::collections::BTreeMap;

/// Changes an attribute; with `if_version`, only if nobody changed it meanwhile. A change that changes nothing makes no new version.
///
/// A choice that contacts have goes only if it is said what they get instead. A few contacts get it at once, many by and by; whoever reads
/// them sees it at once.
///
/// # Errors
/// `not_found`, `version_mismatch`; `validation_failed` for choices of what is no list, and replacements that make no sense; `choice_in_use`.
pub async fn update(
    w: &Write<'_>,
    actor: &Actor,
    id: AttributeId,
    change: &AttributeChange,
    if_version: Option<i64>,
) -> Result<CustomAttribute, Error> {
    let before = find(&w.tx, actor.account, id, Engine::of(&w.tx).for_update()).await?;
    check_version(before.version, if_version)?;
    let AttributeChange {
        label,
        description,
        choices,
        replace_choices,
    } = change;
    let (attribute, definition) = read(before.clone())?;
    let removed = removed(&definition, choices.as_deref());
    check_replacements(&definition, change, &removed).map_err(Problem::invalid)?;

    let mut after = before.clone();
    if let Some(label) = label {
        label.clone_into(&mut after.label);
    }
    after.description = description.clone().apply(after.description);
    if let Some(choices) = choices {
        after.choices = text(choices)?;
        let live: Vec<_> = choices.iter().map(|choice| choice.key.as_str()).collect();
        let replacing = replacing(&attribute, &live, replace_choices, actor);
        after.replacing = replacing.as_ref().map(text).transpose()?;
    }
    if after == before {
        return Ok(definition);
    }
    // From here on nobody gives a contact a choice that is removed.
    catalogue_changed(w, actor.account).await?;
    let has_replacement = |choice: &str| replace_choices.contains_key(choice);
    refuse_used(w, actor, &attribute, &removed, has_replacement).await?;
    let after = write(w, actor, after, "custom_attribute.updated").await?;
    let replaced: Vec<&str> = removed
        .into_iter()
        .filter(|one| has_replacement(one))
        .collect();
    replace(w, actor, &attribute, &replaced).await?;
    Ok(after)
}

fn text<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Corrupt(error.to_string()))
}

/// The keys of the choices that are no longer there.
fn removed<'a>(before: &'a CustomAttribute, choices: Option<&[Choice]>) -> Vec<&'a str> {
    let Some(choices) = choices else {
        return Vec::new();
    };
    let stays = |key: &str| choices.iter().any(|choice| choice.key == key);
    let keys = before.choices.iter().map(|choice| choice.key.as_str());
    keys.filter(|key| !stays(key)).collect()
}

fn check_replacements(
    before: &CustomAttribute,
    change: &AttributeChange,
    removed: &[&str],
) -> Result<(), Vec<Fault>> {
    let mut faults = Vec::new();
    if before.kind != AttributeType::List && change.choices.is_some() {
        faults.push(Fault::new(
            "/choices",
            FaultCode::NotTogether,
            "expected no choices: only a list has them",
        ));
    }
    let choices = change.choices.as_ref().unwrap_or(&before.choices);
    for (old, new) in &change.replace_choices {
        let pointer = format!(
            "/replace_choices/{}",
            old.replace('~', "~0").replace('/', "~1")
        );
        if !removed.contains(&old.as_str()) {
            faults.push(Fault::new(
                pointer,
                FaultCode::UnknownValue,
                "expected the key of a choice that this change removes",
            ));
        } else if let Some(new) = new
            && !choices.iter().any(|choice| choice.key == *new)
        {
            faults.push(Fault::new(
                pointer,
                FaultCode::UnknownValue,
                "expected the key of a choice that stays or is added, or null",
            ));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

/// What is to be replaced after the change, what was to be replaced before it included.
fn replacing(
    attribute: &Attribute,
    live: &[&str],
    replace: &BTreeMap<String, Option<String>>,
    actor: &Actor,
) -> Option<Replacing> {
    let mut choices = BTreeMap::new();
    if let Some(earlier) = &attribute.replacing {
        for (old, new) in &earlier.choices {
            // A choice that is there again means itself; one that was to be replaced by what goes now is replaced by what comes for that.
            if !live.contains(&old.as_str()) {
                let now = new.as_ref().and_then(|new| match replace.get(new) {
                    Some(newer) => newer.clone(),
                    None => Some(new.clone()),
                });
                choices.insert(old.clone(), now);
            }
        }
    }
    choices.extend(replace.clone());
    (!choices.is_empty()).then_some(Replacing {
        choices,
        by: actor.who,
    })
}

/// Refuses to remove choices that contacts have, unless it is said what they get.
async fn refuse_used(
    w: &Write<'_>,
    actor: &Actor,
    attribute: &Attribute,
    removed: &[&str],
    has_replacement: impl Fn(&str) -> bool,
) -> Result<(), Error> {
    let left: Vec<_> = removed
        .iter()
        .copied()
        .filter(|one| !has_replacement(one))
        .collect();
    if left.is_empty() {
        return Ok(());
    }
    let mut used = users_of(&w.tx, actor.account, attribute, &left).await?;
    // Contacts that are yet to get it are not counted, and have it all the same.
    let coming = attribute
        .replacing
        .iter()
        .flat_map(|one| one.choices.values());
    for choice in coming.flatten().filter(|one| left.contains(&one.as_str())) {
        used.entry(choice.clone()).or_insert(1);
    }
    if used.is_empty() {
        return Ok(());
    }
    let faults: Vec<_> = used
        .iter()
        .map(|(choice, users)| {
            let who = if *users == 1 { "1 contact has".to_owned() } else { format!("{users} contacts have") };
            Fault::new(
                format!("/replace_choices/{choice}"),
                FaultCode::Required,
                format!("{who} it: expected the key of the choice that they get instead, or null for none"),
            )
        })
        .collect();
    let named: Vec<_> = used
        .iter()
        .map(|(choice, users)| format!("{choice} ({users})"))
        .collect();
    Err(Problem {
        faults,
        ..Problem::new(
            Code::ChoiceInUse,
            format!(
                "Contacts have choices that would go: {}. Say in replace_choices what they get instead.",
                named.join(", ")
            ),
        )
    }
    .into())
}

/// Gives contacts what they get instead of choices: a few at once, many by a job.
async fn replace(
    w: &Write<'_>,
    actor: &Actor,
    attribute: &Attribute,
    choices: &[&str],
) -> Result<(), Error> {
    if choices.is_empty() {
        return Ok(());
    }
    let holders = holders_of(&w.tx, actor.account, attribute, choices, AT_ONCE + 1).await?;
    let earlier = attribute.replacing.is_some();
    if holders.len() > AT_ONCE || earlier {
        return walk_later(w, actor.account).await;
    }
    settle(w, actor.account, &holders).await?;
    let done = custom_attributes::Model {
        replacing: None,
        ..find(&w.tx, actor.account, attribute.id, "").await?
    };
    super::define::write_quietly(w, done).await
}
