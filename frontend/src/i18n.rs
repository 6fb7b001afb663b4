//! The texts of the app in its languages, made from `locales/*.json` by `build.rs`.

use leptos::prelude::*;
use rapport_contract::language::Language;
use std::borrow::Cow;

#[expect(
    clippy::expect_used,
    dead_code,
    unused_imports,
    reason = "generated code"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

pub(crate) use generated::i18n::{I18nContextProvider, Locale, t_string, td_string, use_i18n};

/// A text that follows the language. All of them are of one type: a type for each would make the app a sixth larger.
pub(crate) type Text = Box<dyn Fn() -> Cow<'static, str> + Send + Sync>;

/// Makes a text of what says it.
pub(crate) fn text<S: Into<Cow<'static, str>>>(
    say: impl Fn() -> S + Send + Sync + 'static,
) -> Text {
    Box::new(move || say().into())
}

/// A text for a view, by its key, with the values that fill it.
macro_rules! t {
    ($i18n:expr, $($key:tt)*) => {{
        let i18n = $i18n;
        $crate::i18n::text(move || $crate::i18n::t_string!(i18n, $($key)*))
    }};
}
pub(crate) use t;

/// What components take to show texts.
pub(crate) type I18n = leptos_i18n::I18nContext<Locale>;

/// The locale of a language.
pub(crate) const fn locale(language: Language) -> Locale {
    match language {
        Language::En => Locale::en,
        Language::Es => Locale::es,
        Language::Zh => Locale::zh,
    }
}

/// The language of a locale.
pub(crate) const fn language(locale: Locale) -> Language {
    match locale {
        Locale::en => Language::En,
        Locale::es => Language::Es,
        Locale::zh => Language::Zh,
    }
}

/// A language's name in itself: never translated, so that everybody finds their own.
pub(crate) const fn own_name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Es => "Español",
        Language::Zh => "简体中文",
    }
}

/// The language that is shown now, tracked.
pub(crate) fn shown_language(i18n: I18n) -> Language {
    language(i18n.get_locale())
}

/// Keeps the page's title.
pub(crate) fn title(text: impl Fn() -> String + Send + Sync + 'static) {
    let i18n = use_i18n();
    Effect::new(move |_| {
        let text = text();
        let name = t_string!(i18n, app.name);
        document().set_title(&if text.is_empty() {
            name.to_owned()
        } else {
            format!("{text} · {name}")
        });
    });
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    const EN: &str = include_str!("../locales/en.json");
    const ES: &str = include_str!("../locales/es.json");
    const ZH: &str = include_str!("../locales/zh.json");

    /// Texts that are the same in another language: names, and words that Spanish shares with English.
    const SAME: &[(&str, &str)] = &[
        ("es", "app.name"),
        ("es", "import.dialect"),
        ("es", "source.api"),
        ("es", "source.manual"),
        ("es", "source.sms"),
        ("es", "source.wechat"),
        ("es", "source.whatsapp"),
        ("zh", "app.name"),
        ("zh", "source.api"),
        ("zh", "source.whatsapp"),
    ];

    fn texts(json: &str) -> Vec<(String, String)> {
        fn collect(key: &str, value: &Value, texts: &mut Vec<(String, String)>) {
            match value {
                Value::Object(children) => {
                    for (name, child) in children {
                        collect(&format!("{key}.{name}"), child, texts);
                    }
                }
                Value::String(text) => {
                    texts.push((key.trim_start_matches('.').to_owned(), text.clone()));
                }
                _ => panic!("{key} is not a text"),
            }
        }
        let mut all = Vec::new();
        collect("", &serde_json::from_str(json).unwrap(), &mut all);
        all
    }

    #[test]
    fn every_text_is_translated() {
        let english = texts(EN);
        assert!(english.len() > 200, "{} texts", english.len());
        let mut same = Vec::new();
        for (language, json) in [("es", ES), ("zh", ZH)] {
            let translated: std::collections::HashMap<_, _> = texts(json).into_iter().collect();
            for (key, text) in &english {
                if translated.get(key) == Some(text) {
                    same.push((language, key.as_str()));
                }
            }
        }
        same.sort_unstable();
        assert_eq!(
            same, SAME,
            "texts that equal the English ones, and those that may"
        );
    }

    #[test]
    fn chinese_is_written_in_chinese() {
        for (key, text) in texts(ZH) {
            let known = SAME.contains(&("zh", key.as_str())) || key == "import.dialect";
            let han = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(known || han, "{key}: {text}");
        }
    }
}
