//! The commands and their arguments.

use clap::{Args, Parser, Subcommand};
use rapport_contract::AccountId;
use std::path::PathBuf;

/// Rapport: contacts and engagement.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(crate) struct Arguments {
    /// The configuration file; without it rapport.toml in this folder, if there is one.
    #[arg(long, global = true, env = "RAPPORT_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server: the API, the app, and the work in the background.
    Serve,
    /// Bring the database up to date. `serve` does it too.
    Migrate,
    /// Print the OpenAPI document.
    Openapi,
    /// Make plausible contacts, in an account made for them if there is none.
    Demo {
        /// How many.
        #[arg(long, default_value_t = 1000)]
        contacts: u64,
        /// The same seed makes the same contacts; without it, each run makes others.
        #[arg(long)]
        seed: Option<u64>,
        /// Which account; without it, the only one.
        #[arg(long)]
        account: Option<AccountId>,
    },
    /// Tell what the database does for a search or a count, and how long it takes: the question is read from standard input, as the API
    /// takes it in a body; the answer is JSON.
    Explain {
        /// Which account; without it, the only one.
        #[arg(long)]
        account: Option<AccountId>,
        /// How often to answer it, to measure.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        repeat: u32,
        /// Count what is found, instead of a page of it.
        #[arg(long)]
        count: bool,
        /// Stop counting there.
        #[arg(long, requires = "count")]
        at_most: Option<u32>,
    },
    /// Recompute everything that is computed from contacts, and tell every difference.
    Doctor,
    /// Do what needs nobody's permission but that of whoever runs the server.
    Admin {
        #[command(subcommand)]
        what: Admin,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Make an account and its owner.
    CreateAccount(NewAccount),
    /// Make a link with which a person can set a new password.
    ResetPassword {
        /// The e-mail that the person signs in with.
        #[arg(long)]
        email: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct NewAccount {
    /// The organisation's name.
    #[arg(long)]
    pub(crate) name: String,
    /// The owner's name.
    #[arg(long)]
    pub(crate) owner: String,
    /// The e-mail that the owner signs in with.
    #[arg(long)]
    pub(crate) email: String,
    /// The account's language: en, es or zh.
    #[arg(long, default_value = "en")]
    pub(crate) language: String,
    /// An IANA time zone.
    #[arg(long, default_value = "UTC")]
    pub(crate) time_zone: String,
    /// The country with which national phone numbers are read: ISO 3166-1 alpha-2.
    #[arg(long, default_value = "US")]
    pub(crate) default_country: String,
    /// Where the owner's password is: it is never an argument, which other people of the machine could see. Without it, a link to set one
    /// is printed.
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}
