//! The bar while a file is sent or worked through.

use crate::browser::intl;
use crate::i18n::{shown_language, use_i18n};
use leptos::prelude::*;

/// Shares are shown in whole percents, and never as done before they are.
pub(crate) fn percent_of(share: f64) -> f64 {
    let whole = (share * 100.0).floor() / 100.0;
    whole.clamp(0.0, 1.0)
}

/// A bar with its percentage. Without a share it says that something is going on.
#[component]
pub(crate) fn ProgressBar(
    /// 0 to 1.
    #[prop(into)]
    share: Signal<Option<f64>>,
    /// What is going on.
    #[prop(into)]
    label: TextProp,
) -> impl IntoView {
    let i18n = use_i18n();
    let name = label.clone();
    view! {
        <div class="progress">
            <div class="progress-words">
                <span>{move || label.get()}</span>
                <span class="number">
                    {move || share.get().map(|share| intl::percent(shown_language(i18n), percent_of(share)))}
                </span>
            </div>
            <progress
                aria-label=move || name.get()
                max="1"
                value=move || share.get().map(|share| share.to_string())
            ></progress>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::percent_of;

    #[test]
    fn nothing_is_done_before_it_is() {
        for (share, shown) in [
            (0.0, 0.0),
            (0.999, 0.99),
            (1.0, 1.0),
            (1.2, 1.0),
            (-1.0, 0.0),
        ] {
            assert!((percent_of(share) - shown).abs() < 1e-9, "{share}");
        }
    }
}
