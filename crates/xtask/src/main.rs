#![doc = include_str!("../README.md")]

mod apt;
mod bundle;
mod lockfile;
mod process;
mod project;
mod step;
mod toolchain;

fn main() -> anyhow::Result<()> {
    process::forward_signals()?;
    let project = project::Project::find()?;
    bundle::build(&project)
}
