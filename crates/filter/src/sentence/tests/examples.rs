//! Sentences to be proofread by people. They stand in `sentences.txt`; after a change that is meant,
//! `REWRITE_SENTENCES=1 cargo nextest run -p rapport-filter -E 'test(sentences_read_well)'` writes them anew, from the titles and
//! the filters that stand there.

use super::*;
use std::fmt::Write as _;

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/src/sentence/tests/sentences.txt"
);

#[test]
fn sentences_read_well() {
    let text = std::fs::read_to_string(FILE).unwrap();
    let mut expected = String::new();
    let mut filters = 0;
    for line in text.lines() {
        if line.starts_with('{') {
            filters += 1;
            let [en, es, zh] = in_all(&read(line));
            write!(expected, "{line}\nen  {en}\nes  {es}\nzh  {zh}\n").unwrap();
        } else if !["en  ", "es  ", "zh  "]
            .iter()
            .any(|tag| line.starts_with(tag))
        {
            writeln!(expected, "{line}").unwrap();
        }
    }
    assert!(filters >= 40, "{filters}");
    if std::env::var_os("REWRITE_SENTENCES").is_some() {
        std::fs::write(FILE, expected).unwrap();
    } else {
        assert_eq!(text, expected, "read the first lines of examples.rs");
    }
}
