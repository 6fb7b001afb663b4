//! Symbols: Lucide's, from the sprite in `index.html`.

use leptos::prelude::*;

macro_rules! symbols {
    ($($name:ident = $id:literal,)+) => {
        /// A symbol of the sprite.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Symbol { $(#[doc = $id] $name,)+ }

        impl Symbol {
            /// Where the sprite has it.
            const fn href(self) -> &'static str {
                match self { $(Self::$name => concat!("#i-", $id),)+ }
            }
        }

        #[cfg(test)]
        const IDS: &[&str] = &[$($id,)+];
    };
}

symbols! {
    ArrowLeft = "arrow-left",
    Check = "check",
    ChevronDown = "chevron-down",
    CircleAlert = "circle-alert",
    CircleCheck = "circle-check",
    Copy = "copy",
    Download = "download",
    Eye = "eye",
    EyeOff = "eye-off",
    FileSpreadsheet = "file-spreadsheet",
    FileUp = "file-up",
    Info = "info",
    Link = "link",
    Loader = "loader-circle",
    LogOut = "log-out",
    Pencil = "pencil",
    Plus = "plus",
    Refresh = "refresh-cw",
    Search = "search",
    Settings = "settings",
    Sort = "chevrons-up-down",
    SortDown = "chevron-down",
    SortUp = "chevron-up",
    Trash = "trash-2",
    TriangleAlert = "triangle-alert",
    Upload = "upload",
    Users = "users",
    WifiOff = "wifi-off",
    X = "x",
}

/// A symbol of 16 pixels; the words beside it say the same.
#[component]
pub(crate) fn Icon(symbol: Symbol) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=symbol.href()></use>
        </svg>
    }
}

/// The product's mark and name.
#[component]
pub(crate) fn Logo() -> impl IntoView {
    view! {
        <span class="logo">
            <svg class="logo-mark" viewBox="0 0 24 24" aria-hidden="true">
                <use href="#logo"></use>
            </svg>
            <span class="logo-name">"Rapport"</span>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::IDS;

    #[test]
    fn the_sprite_has_every_symbol_and_no_other() {
        let page = include_str!("../../index.html");
        let mut drawn: Vec<&str> = page
            .split("<symbol id=\"i-")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        drawn.sort_unstable();
        let mut used = IDS.to_vec();
        used.sort_unstable();
        used.dedup();
        assert_eq!(drawn, used);
    }
}
