//! The search box in SQL.

use super::compile::Found;
use super::keys::{is_short_word, phone_word};
use crate::Engine;
use rapport_filter::search::Search;
use sea_orm::Value;

/// Fewer characters than this make no trigram.
const TRIGRAM: usize = 3;

/// The words to find, as they stand in search keys; all of them.
pub(super) fn words(q: &str) -> Vec<String> {
    match Search::parse(q) {
        Search::Everything => Vec::new(),
        Search::Words(words) => words,
        Search::Phone(digits) => vec![phone_word(&digits)],
    }
}

/// The condition that `s`, a row of `contact_search`, has every word; its values are pushed behind those that are there.
fn recheck(engine: Engine, words: &[String], values: &mut Vec<Value>) -> String {
    let each = words.iter().map(|word| match engine {
        Engine::Postgres => {
            let escaped = word
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            values.push(format!("%{escaped}%").into());
            format!("s.search_key LIKE ${}", values.len())
        }
        Engine::Sqlite => {
            values.push(word.as_str().into());
            format!("instr(s.search_key, ${}) > 0", values.len())
        }
    });
    let each: Vec<_> = each.collect();
    // In groups: SQLite takes no expression that is a thousand levels deep, and each AND of a row is one.
    let groups = each
        .chunks(32)
        .map(|group| format!("({})", group.join(" AND ")));
    groups.collect::<Vec<_>>().join(" AND ")
}

/// How the contacts that have every word are found: by the index that knows the words, or by reading.
pub(super) fn found(words: &[String]) -> Found {
    if words
        .iter()
        .any(|word| word.chars().count() >= TRIGRAM || is_short_word(word))
    {
        Found::ByTrigrams
    } else {
        Found::ByReading
    }
}

/// Ids of at least all contacts that have every word, of which an index knows one. `$1` is the account; on SQLite there are those of others too.
pub(super) fn candidates(engine: Engine, words: &[String], values: &mut Vec<Value>) -> String {
    match engine {
        // Its index gives places in the table, not ids, and is unsure: the key has to be read anyway.
        Engine::Postgres => hits(engine, words, values),
        Engine::Sqlite => matches(words, values),
    }
}

/// Ids of the contacts that have every word, found by an index where it knows the words. `$1` is the account.
pub(super) fn hits(engine: Engine, words: &[String], values: &mut Vec<Value>) -> String {
    let mut condition = recheck(engine, words, values);
    match engine {
        Engine::Sqlite if found(words) == Found::ByTrigrams => {
            let matches = matches(words, values);
            condition = format!("s.id IN ({matches}) AND {condition}");
        }
        Engine::Sqlite => {}
        Engine::Postgres => {
            for word in words.iter().filter(|word| is_short_word(word)) {
                values.push(word.as_str().into());
                condition = format!(
                    "s.pairs IS NOT NULL AND string_to_array(s.pairs, ' ') @> ARRAY[${}::text] AND {condition}",
                    values.len()
                );
            }
        }
    }
    format!(
        "SELECT s.id FROM contact_search s{} WHERE s.account_id = $1 AND {condition}",
        engine.whole_table()
    )
}

/// Where SQLite finds the rows that have all trigrams of the words, and all words that are shorter and have an index.
fn matches(words: &[String], values: &mut Vec<Value>) -> String {
    let trigrams: Vec<_> = words.iter().flat_map(|word| trigrams(word)).collect();
    let short = words.iter().filter(|word| is_short_word(word));
    let short: Vec<_> = short.map(|word| format!("\"{word}\"")).collect();
    let mut both = Vec::new();
    for (table, all) in [
        ("contact_search_trigrams", trigrams),
        ("contact_search_pairs", short),
    ] {
        if !all.is_empty() {
            values.push(all.join(" AND ").into());
            both.push(format!(
                "SELECT rowid AS id FROM {table} WHERE {table} MATCH ${}",
                values.len()
            ));
        }
    }
    both.join(" INTERSECT ")
}

/// The condition that `i`, a row of `contact_index`, has every word. `$1` is the account; `apart` keeps the planner from making a join of it.
pub(super) fn probe(
    engine: Engine,
    words: &[String],
    apart: &str,
    values: &mut Vec<Value>,
) -> String {
    let condition = recheck(engine, words, values);
    format!(
        "EXISTS (SELECT 1 FROM contact_search s WHERE s.account_id = $1 AND s.id = i.id AND {condition}{apart})"
    )
}

/// The trigrams of a word as FTS5 wants them; a quote is written twice. One after the other and the last, which may lie over the one before: they
/// have every character of the word, so those between would find hardly fewer contacts, and reading each costs as much.
fn trigrams(word: &str) -> Vec<String> {
    let characters: Vec<char> = word.chars().collect();
    let last = characters.len().saturating_sub(TRIGRAM);
    characters
        .windows(TRIGRAM)
        .enumerate()
        .filter(|(place, _)| place % TRIGRAM == 0 || *place == last)
        .map(|(_, three)| {
            let text: String = three.iter().collect();
            format!("\"{}\"", text.replace('"', "\"\""))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trigrams_are_quoted() {
        assert_eq!(trigrams("a\"bc"), ["\"a\"\"b\"", "\"\"\"bc\""]);
        assert_eq!(trigrams("garcia"), ["\"gar\"", "\"cia\""]);
        assert_eq!(trigrams("maria"), ["\"mar\"", "\"ria\""]);
        assert_eq!(trigrams("王小"), Vec::<String>::new());
    }

    #[test]
    fn a_part_of_a_phone_is_sought_in_phones_alone() {
        assert_eq!(words("+52 (55) 12"), ["５２５５１２"]);
        assert_eq!(words("Ana 5512"), ["ana", "5512"]);
    }
}
