//! How the file was understood: encoding, delimiter, and what each column fills.

use crate::i18n::{t, t_string, use_i18n};
use crate::words::{delimiter_text, field_name};
use leptos::prelude::*;
use rapport_contract::import::Import;

/// Encoding, delimiter and columns, once they are known.
#[component]
pub(super) fn Reading(import: Import) -> impl IntoView {
    let i18n = use_i18n();
    let Import {
        dialect, columns, ..
    } = import;
    dialect.map(|dialect| {
        let unused: Vec<String> = columns
            .iter()
            .filter(|column| column.field.is_none())
            .map(|column| column.header.clone())
            .collect();
        let used: Vec<_> = columns
            .into_iter()
            .filter_map(|column| column.field.map(|field| (column.header, field)))
            .collect();
        let encoding = dialect.encoding;
        view! {
            <details class="reading">
                <summary>
                    {t!(i18n, import.found)}
                    <span class="muted">
                        {move || {
                            let delimiter = match dialect.delimiter {
                                Some(delimiter) => delimiter_text(i18n.get_locale(), delimiter),
                                None => t_string!(i18n, import.cards).to_owned(),
                            };
                            t_string!(i18n, import.dialect, encoding = encoding.clone(), delimiter = delimiter)
                        }}
                    </span>
                </summary>
                <dl class="mapping">
                    {used
                        .into_iter()
                        .map(|(header, field)| view! {
                            <div class="mapping-row">
                                <dt title=header.clone()>{header.clone()}</dt>
                                <dd>{move || field_name(i18n.get_locale(), field)}</dd>
                            </div>
                        })
                        .collect_view()}
                </dl>
                {(!unused.is_empty()).then(|| {
                    let columns = unused.join(", ");
                    view! {
                        <p class="muted small">
                            {move || t_string!(i18n, import.unused_columns, columns = columns.clone())}
                        </p>
                    }
                })}
            </details>
        }
    })
}
