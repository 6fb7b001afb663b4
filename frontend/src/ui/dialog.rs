//! Dialogs: the browser's own `<dialog>`, which keeps the focus inside and gives it back.

use super::{IconButton, Symbol, unique_id};
use crate::i18n::{t_string, use_i18n};
use leptos::html;
use leptos::prelude::*;

/// Closes the dialog that stands around.
#[derive(Clone, Copy)]
pub(crate) struct DialogControl(NodeRef<html::Dialog>);

impl DialogControl {
    /// Closes it: the focus goes back to where it came from.
    pub(crate) fn close(self) {
        if let Some(dialog) = self.0.get_untracked() {
            dialog.close();
        }
    }
}

/// A dialog, open for as long as it is on the page. `on_close` has to take it off.
#[component]
pub(crate) fn Dialog(
    /// What it is for.
    #[prop(into)]
    heading: TextProp,
    /// Wider, for tables.
    #[prop(optional)]
    wide: bool,
    /// Only what stands inside closes it.
    #[prop(optional)]
    firm: bool,
    /// It was closed, by whatever means.
    #[prop(into)]
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let node = NodeRef::<html::Dialog>::new();
    let control = DialogControl(node);
    provide_context(control);
    let heading_id = unique_id("dialog");
    let labelled_by = heading_id.clone();
    Effect::new(move |_| {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            // Throws only where it is not on the page: then there is nothing to open.
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog
            node_ref=node
            class="dialog"
            class:dialog-wide=wide
            aria-labelledby=labelled_by
            on:close=move |_| on_close.run(())
            on:cancel=move |event: leptos::ev::Event| if firm { event.prevent_default() }
        >
            <header class="dialog-head">
                <h2 id=heading_id>{move || heading.get()}</h2>
                {(!firm).then(|| view! {
                    <IconButton
                        symbol=Symbol::X
                        label=move || t_string!(i18n, act.close)
                        on_press=move |()| control.close()
                    />
                })}
            </header>
            <div class="dialog-body">{children()}</div>
        </dialog>
    }
}
