//! The import under way: it goes on while the dialog is closed, and is found again.

use crate::browser::{intl, time};
use crate::contacts::ContactList;
use crate::i18n::{I18n, shown_language, t_string, use_i18n};
use crate::session::{Session, use_session};
use crate::ui::{Toasts, Tone, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_client::ClientError;
use rapport_contract::ImportId;
use rapport_contract::import::{Import, ImportState};
use rapport_contract::role::Permission;
use std::time::Duration;
use web_sys::{File, FileList};

/// How often the server is asked at first, and in the end.
const SOON: Duration = Duration::from_millis(500);
const SELDOM: Duration = Duration::from_secs(2);

/// How far it has come.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stage {
    /// A file has to be chosen.
    Choosing {
        /// More than one came.
        too_many: bool,
    },
    /// The file is on its way.
    Sending {
        /// Its name.
        file: String,
        /// The share that has been sent, 0 to 1.
        share: f64,
    },
    /// The file did not arrive.
    NotSent(ClientError),
    /// The server has it.
    There(Import),
}

/// The import of this page, and its dialog.
#[derive(Clone, Copy)]
pub(crate) struct Imports {
    session: Session,
    list: ContactList,
    toasts: Toasts,
    i18n: I18n,
    pub(super) stage: RwSignal<Stage>,
    shown: RwSignal<bool>,
    /// Which import is followed: a later one makes an earlier watch stop.
    turn: StoredValue<u32>,
    /// Changes when an import has ended.
    ended: RwSignal<u32>,
}

impl Imports {
    /// Imports for everything below.
    pub(crate) fn provide(list: ContactList) {
        provide_context(Self {
            session: use_session(),
            list,
            toasts: use_toasts(),
            i18n: use_i18n(),
            stage: RwSignal::new(Stage::Choosing { too_many: false }),
            shown: RwSignal::new(false),
            turn: StoredValue::new(0),
            ended: RwSignal::new(0),
        });
    }

    /// How far it has come, tracked.
    pub(crate) fn stage(self) -> Stage {
        self.stage.get()
    }

    /// Whether the dialog is open, tracked.
    pub(crate) fn is_shown(self) -> bool {
        self.shown.get()
    }

    /// Changes when an import has ended, tracked.
    pub(crate) fn ended(self) -> u32 {
        self.ended.get()
    }

    /// Opens the dialog: with the import under way if there is one, else for a new file.
    pub(crate) fn open(self) {
        if !self.is_busy() {
            self.choose_again();
        }
        self.shown.set(true);
    }

    /// Opens the dialog with an import of before.
    pub(crate) fn show(self, import: Import) {
        let turn = self.next_turn();
        let done = import.state.is_final();
        let id = import.id;
        self.stage.set(Stage::There(import));
        self.shown.set(true);
        if !done {
            self.watch(id, turn);
        }
    }

    /// The dialog was closed.
    pub(crate) fn hide(self) {
        self.shown.set(false);
    }

    /// Back to choosing a file.
    pub(crate) fn choose_again(self) {
        self.next_turn();
        self.stage.set(Stage::Choosing { too_many: false });
    }

    fn is_busy(self) -> bool {
        self.stage.with_untracked(|stage| match stage {
            Stage::Sending { .. } => true,
            Stage::There(import) => !import.state.is_final(),
            Stage::Choosing { .. } | Stage::NotSent(_) => false,
        })
    }

    /// Takes what was chosen or dropped.
    pub(crate) fn take(self, files: Option<FileList>) {
        let Some(files) = files else { return };
        self.shown.set(true);
        if self.is_busy() {
            return;
        }
        match (files.length(), files.get(0)) {
            (1, Some(file)) => self.send(file),
            (0, _) | (_, None) => {}
            _ => self.stage.set(Stage::Choosing { too_many: true }),
        }
    }

    fn next_turn(self) -> u32 {
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        turn
    }

    fn is_turn(self, turn: u32) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    fn send(self, file: File) {
        let turn = self.next_turn();
        self.stage.set(Stage::Sending {
            file: file.name(),
            share: 0.0,
        });
        let progress = move |sent: f64| {
            if self.is_turn(turn) {
                self.stage.update(|stage| {
                    if let Stage::Sending { share, .. } = stage {
                        *share = sent;
                    }
                });
            }
        };
        spawn_local(async move {
            let answer = self
                .session
                .ask(|client| {
                    let file = file.clone();
                    async move { upload(&client, &file, progress).await }
                })
                .await;
            if !self.is_turn(turn) {
                return;
            }
            match answer {
                Ok(import) => {
                    let id = import.id;
                    self.stage.set(Stage::There(import));
                    self.watch(id, turn);
                }
                Err(error) => self.stage.set(Stage::NotSent(error)),
            }
        });
    }

    /// Follows an import to its end. A lost connection only makes it wait.
    fn watch(self, id: ImportId, turn: u32) {
        spawn_local(async move {
            let mut pause = SOON;
            loop {
                let answer = self
                    .session
                    .ask(|client| async move { client.import(id).await })
                    .await;
                if !self.is_turn(turn) {
                    return;
                }
                if let Ok(import) = answer {
                    let done = import.state.is_final();
                    self.stage.set(Stage::There(import.clone()));
                    if done {
                        self.finished(import);
                        return;
                    }
                }
                time::sleep(pause).await;
                pause = (pause * 5 / 4).min(SELDOM);
            }
        });
    }

    fn finished(self, import: Import) {
        self.ended.update(|ended| *ended += 1);
        if import.counts.created + import.counts.updated > 0 {
            self.list.reload();
        }
        if self.shown.get_untracked() {
            return;
        }
        let i18n = self.i18n;
        let (tone, text) = if import.state == ImportState::Done {
            let number = |n| intl::number(untrack(|| shown_language(i18n)), n);
            let text = t_string!(
                i18n,
                import.toast_done,
                file = import.file_name.clone(),
                created = number(import.counts.created),
                updated = number(import.counts.updated),
                rejected = number(import.counts.rejected)
            );
            (Tone::Good, text)
        } else {
            (
                Tone::Bad,
                t_string!(i18n, import.toast_failed, file = import.file_name.clone()),
            )
        };
        let show = t_string!(i18n, contacts.view);
        self.toasts
            .offer(tone, text, show, move || self.show(import.clone()));
    }

    /// Finds an import that the person began before this page was opened.
    pub(crate) fn resume(self) {
        if self.is_busy() || !untrack(|| self.session.may(Permission::ContactsImport)) {
            return;
        }
        spawn_local(async move {
            let me = self.session.client();
            let Ok(page) = me.imports().await else { return };
            let mine = self.session.me().map(|me| me.id);
            let running = page
                .data
                .into_iter()
                .find(|import| !import.state.is_final() && Some(import.created_by) == mine);
            if let Some(import) = running
                && !self.is_busy()
            {
                let (id, turn) = (import.id, self.next_turn());
                self.stage.set(Stage::There(import));
                self.watch(id, turn);
            }
        });
    }
}

/// Sends the file, by the browser itself.
#[cfg(target_arch = "wasm32")]
async fn upload(
    client: &rapport_client::Client,
    file: &File,
    progress: impl Fn(f64) + Clone + 'static,
) -> Result<Import, ClientError> {
    client.upload_import(file, progress).await
}

/// Outside of a browser there are no browser's files: the app is compiled there only to be checked.
#[cfg(not(target_arch = "wasm32"))]
async fn upload(
    _client: &rapport_client::Client,
    _file: &File,
    _progress: impl Fn(f64) + Clone + 'static,
) -> Result<Import, ClientError> {
    Err(ClientError::Connection("not in a browser".to_owned()))
}

/// The imports of the page.
pub(crate) fn use_imports() -> Imports {
    expect_context()
}
