//! What is said of filters, whole and broken.

mod anything;
mod broken;
mod cases;
mod examples;
mod laws;

use super::{Language, sentence};
use crate::catalogue::{Catalogue, Choice, CustomDefinition, CustomType};
use crate::raw::Raw;

/// The fields of an account whose people named things as people do.
fn catalogue() -> Catalogue {
    let list = |choices: &[(&str, &str)]| {
        let choice = |(key, label): &(&str, &str)| Choice::labelled(*key, *label);
        CustomType::List(choices.iter().map(choice).collect())
    };
    let plans = [
        ("basic", "Basic"),
        ("pro", "Pro"),
        ("family", "Mother and child"),
    ];
    let custom = [
        ("note", "Note", CustomType::Text),
        ("score", "Score", CustomType::Number),
        ("renewal", "Renewal", CustomType::Date),
        ("vip", "VIP", CustomType::YesNo),
        ("plan", "Plan", list(&plans)),
        ("website", "Website", CustomType::Link),
        ("city", "City", CustomType::Text),
        ("paid", "Paid, and when", CustomType::Date),
        ("empty", " \u{202e}", CustomType::Text),
        ("grado", "Inscripción", CustomType::Text),
    ];
    let custom = custom
        .into_iter()
        .map(|(key, label, kind)| CustomDefinition {
            key: key.to_owned(),
            label: label.to_owned(),
            kind,
            indexed: true,
        });
    let segments = [
        ("sg_1", "Students"),
        ("sg_2", "Alumni"),
        ("sg_3", "Parents and teachers"),
        ("sg_4", "家长"),
    ];
    let segment = |(key, label)| Choice::labelled(key, label);
    let countries = ["BA", "CN", "DE", "ES", "HN", "IE", "MX", "PE", "US"];
    Catalogue::new(
        countries.map(Choice::new).into(),
        segments.map(segment).into(),
        custom.collect(),
    )
}

/// Names that the catalogue does not know.
fn name(language: Language, field: &str, key: &str) -> Option<String> {
    let [en, es, zh] = match (field, key) {
        ("country", "BA") => [
            "Bosnia and Herzegovina",
            "Bosnia y Herzegovina",
            "波斯尼亚和黑塞哥维那",
        ],
        ("country", "CN") => ["China", "China", "中国"],
        ("country", "DE") => ["Germany", "Alemania", "德国"],
        ("country", "ES") => ["Spain", "España", "西班牙"],
        ("country", "HN") => ["Honduras", "Honduras", "洪都拉斯"],
        ("country", "IE") => ["Ireland", "Irlanda", "爱尔兰"],
        ("country", "MX") => ["Mexico", "México", "墨西哥"],
        ("country", "PE") => ["Peru", "Perú", "秘鲁"],
        ("country", "US") => ["United States", "Estados Unidos", "美国"],
        ("language", "es-MX") => ["Mexican Spanish", "español de México", "西班牙语（墨西哥）"],
        ("segment", "sg_gone") => ["Interns", "Interns", "Interns"],
        _ => return None,
    };
    let name = match language {
        Language::En => en,
        Language::Es => es,
        Language::Zh => zh,
    };
    Some(name.to_owned())
}

fn read(filter: &str) -> Raw {
    serde_json::from_str(filter).unwrap_or_else(|error| panic!("{filter}: {error}"))
}

fn said(filter: &Raw, language: Language) -> String {
    let name = |field: &str, key: &str| name(language, field, key);
    sentence(filter, &catalogue(), language, &name)
}

/// The filter in English, Spanish and Chinese.
fn in_all(filter: &Raw) -> [String; 3] {
    Language::ALL.map(|language| said(filter, language))
}
