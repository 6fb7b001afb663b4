//! Turns `locales/*.json` into Rust, and refuses a translation that is not whole.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};
use serde_json::Value;

/// The language that the others are compared with.
const FIRST: &str = "en";
const OTHERS: [&str; 2] = ["es", "zh"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");

    let first = texts(FIRST)?;
    let mut gaps = Vec::new();
    for other in OTHERS {
        gaps.extend(gaps_between(&first, &texts(other)?, other));
    }
    if !gaps.is_empty() {
        return Err(format!("the translations differ:\n{}", gaps.join("\n")).into());
    }

    let options = ParseOptions::new().interpolate_display(true);
    let config = Config::new(FIRST)?
        .add_locales(OTHERS)?
        .parse_options(options);
    let infos = TranslationsInfos::parse(config)?;
    infos.emit_diagnostics();
    infos.generate_i18n_module(PathBuf::from(std::env::var("OUT_DIR")?).join("i18n"))?;
    Ok(())
}

/// Every text of a language by its dotted key.
fn texts(language: &str) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let path = format!("locales/{language}.json");
    let json = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let value = serde_json::from_str(&json).map_err(|error| format!("{path}: {error}"))?;
    let mut texts = BTreeMap::new();
    collect("", &value, &mut texts).map_err(|error| format!("{path}: {error}"))?;
    Ok(texts)
}

fn collect(key: &str, value: &Value, texts: &mut BTreeMap<String, String>) -> Result<(), String> {
    match value {
        Value::Object(children) => {
            for (name, child) in children {
                let key = if key.is_empty() {
                    name.clone()
                } else {
                    format!("{key}.{name}")
                };
                collect(&key, child, texts)?;
            }
            Ok(())
        }
        Value::String(text) if !text.trim().is_empty() => {
            texts.insert(key.to_owned(), text.clone());
            Ok(())
        }
        _ => Err(format!("{key}: expected a text that is not empty")),
    }
}

/// What stands in one language and not in the other: keys, and the values that a text is filled with.
fn gaps_between(
    first: &BTreeMap<String, String>,
    other: &BTreeMap<String, String>,
    language: &str,
) -> Vec<String> {
    let mut gaps = Vec::new();
    for (key, text) in first {
        match other.get(key) {
            None => gaps.push(format!("{language}: {key} is missing")),
            Some(translated) if slots(text) != slots(translated) => {
                gaps.push(format!(
                    "{language}: {key} is filled with other values than in {FIRST}"
                ));
            }
            Some(_) => {}
        }
    }
    let surplus = other.keys().filter(|key| !first.contains_key(*key));
    gaps.extend(surplus.map(|key| format!("{language}: {key} is not in {FIRST}")));
    gaps
}

/// The names between `{{` and `}}`.
fn slots(text: &str) -> BTreeSet<&str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split("}}").next())
        .map(str::trim)
        .collect()
}
