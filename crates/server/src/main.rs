#![doc = include_str!("../README.md")]

mod accounts;
mod commands;
mod config;
mod database;
mod explain;
mod secret;
mod serve;

use anyhow::Context;
use clap::Parser;
use commands::{Admin, Command};
use explain::Question;
use std::process::ExitCode;

/// Rows are made by one thread and let go by another, which the system's allocator does slowly.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[actix_web::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("rapport: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<ExitCode> {
    let arguments = commands::Arguments::parse();
    if matches!(arguments.command, Command::Openapi) {
        println!("{}", serde_json::to_string_pretty(&rapport_api::openapi())?);
        return Ok(ExitCode::SUCCESS);
    }
    let config = config::read(arguments.config.as_deref())?;
    config.log.start()?;
    match arguments.command {
        Command::Serve => serve::serve(config).await?,
        Command::Migrate => {
            database::open(&config).await?.close().await;
            println!("The database is up to date.");
        }
        Command::Demo {
            contacts,
            seed,
            account,
        } => {
            let store = database::open(&config).await?;
            let done = accounts::demo(
                &store,
                contacts,
                seed.unwrap_or_else(database::fresh_seed),
                account,
            )
            .await;
            store.close().await;
            done?;
        }
        Command::Explain {
            account,
            repeat,
            count,
            at_most,
        } => {
            let question = if count {
                Question::Count(at_most)
            } else {
                Question::Page
            };
            let store = database::open(&config).await?;
            let done = explain::explain(&store, account, question, repeat).await;
            store.close().await;
            done?;
        }
        Command::Doctor => {
            let store = database::open(&config).await?;
            let findings = rapport_store::doctor::examine(&store).await;
            store.close().await;
            let findings = findings.context("the database cannot be examined")?;
            for finding in &findings {
                println!("{finding}");
            }
            if !findings.is_empty() {
                println!("{} findings (at most 100 are shown).", findings.len());
                return Ok(ExitCode::FAILURE);
            }
            println!("All is well.");
        }
        Command::Admin { what } => {
            let store = database::open(&config).await?;
            let done = match what {
                Admin::CreateAccount(new) => accounts::create(&store, new).await,
                Admin::ResetPassword { email } => {
                    accounts::reset_password(&store, &config.public_url, &email).await
                }
            };
            store.close().await;
            done?;
        }
        Command::Openapi => {}
    }
    Ok(ExitCode::SUCCESS)
}
