#![doc = include_str!("../README.md")]

mod apt;
mod arguments;
mod bench;
mod bundle;
mod check;
mod chromium;
mod e2e;
mod lockfile;
mod node;
mod openapi;
mod postgres;
mod process;
mod project;
mod report;
mod run;
mod server;
mod step;
mod test;
mod toolchain;

use std::process::ExitCode;

use anyhow::Result;

use crate::arguments::Invocation;
use crate::project::Project;
use crate::report::Report;
use crate::server::Build;

fn main() -> ExitCode {
    match obey() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why:#}");
            // As a shell reports a program that Ctrl-C ended.
            if process::interrupted() {
                ExitCode::from(130)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

fn obey() -> Result<()> {
    let invocation = Invocation::parse(std::env::args_os().skip(1))?;
    process::forward_signals()?;
    let project = Project::find()?;
    match invocation {
        Invocation::Help => {
            println!("{}", arguments::HELP);
            Ok(())
        }
        Invocation::Run {
            build,
            effort,
            server,
        } => run::run(&project, build, effort, &server),
        Invocation::App { effort } => bundle::build(&project, effort),
        Invocation::Check => {
            let mut report = Report::default();
            check::check(&project, &mut report);
            report.finish()
        }
        Invocation::Test => test::test(&project),
        Invocation::E2e {
            databases,
            effort,
            playwright,
        } => e2e::e2e(&project, databases, effort, &playwright),
        Invocation::OpenApi => openapi::write(&project, &server::build(&project, Build::Dev)?),
        Invocation::Bench(plan) => bench::bench(&project, &plan),
    }
}
