//! The plan of the house: who may use whom, and that every room says what it is for.

#![expect(
    clippy::expect_used,
    reason = "what a test cannot do without may fail it"
)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// What each crate may use of ours, beside crates from elsewhere. A crate that is not here has no place yet.
const MAY_USE: &[(&str, &[&str])] = &[
    ("rapport-filter", &[]),
    ("rapport-contract", &["rapport-filter"]),
    ("rapport-client", &["rapport-contract"]),
    (
        "frontend",
        &["rapport-client", "rapport-contract", "rapport-filter"],
    ),
    ("rapport-store", &["rapport-contract", "rapport-filter"]),
    (
        "rapport-worker",
        &["rapport-store", "rapport-channels", "rapport-contract"],
    ),
    (
        "rapport-api",
        &[
            "rapport-store",
            "rapport-channels",
            "rapport-contract",
            "rapport-filter",
        ],
    ),
    (
        "rapport-server",
        &[
            "rapport-api",
            "rapport-worker",
            "migrations",
            "rapport-store",
            "rapport-contract",
        ],
    ),
    ("migrations", &[]),
    ("xtask", &[]),
];

/// Crates that compile for the browser: no database, no server.
const IN_THE_BROWSER: &[&str] = &[
    "rapport-filter",
    "rapport-contract",
    "rapport-client",
    "frontend",
];

/// What only the store may use: SQL is made nowhere else.
const DATABASE: &[&str] = &["sqlx", "sea-orm", "sea-query"];

fn packages() -> Vec<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

/// Names of the normal dependencies of each of our crates.
fn normal_dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let names = |package: &Value| {
        let all = package["dependencies"].as_array().expect("dependencies");
        let normal = all.iter().filter(|dependency| dependency["kind"].is_null());
        normal
            .map(|dependency| dependency["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    let packages = packages();
    packages
        .iter()
        .map(|package| {
            (
                package["name"].as_str().expect("a name").to_owned(),
                names(package),
            )
        })
        .collect()
}

#[test]
fn crates_use_each_other_in_one_direction_only() {
    let crates = normal_dependencies();
    for (name, dependencies) in &crates {
        let (_, allowed) = MAY_USE
            .iter()
            .find(|(known, _)| known == name)
            .unwrap_or_else(|| {
                panic!("{name} has no place in the house: say in MAY_USE what it may use")
            });
        for dependency in dependencies
            .iter()
            .filter(|dependency| crates.contains_key(*dependency))
        {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} must not use {dependency}"
            );
        }
    }
}

#[test]
fn the_store_alone_knows_a_database() {
    for (name, dependencies) in normal_dependencies() {
        if name == "rapport-store" {
            continue;
        }
        for dependency in DATABASE {
            assert!(
                !dependencies.contains(*dependency),
                "{name} must not use {dependency}"
            );
        }
    }
}

#[test]
fn what_runs_in_the_browser_needs_no_server() {
    let crates = normal_dependencies();
    for name in IN_THE_BROWSER {
        for dependency in ["tokio", "actix-web", "argon2", "phonenumber", "chrono-tz"] {
            assert!(
                !crates[*name].contains(dependency),
                "{name} must not use {dependency}"
            );
        }
    }
}

#[test]
fn every_crate_says_what_it_is_for() {
    for package in packages() {
        let name = package["name"].as_str().expect("a name");
        let folder = Path::new(package["manifest_path"].as_str().expect("a path"))
            .parent()
            .expect("a folder");
        let readme = std::fs::read_to_string(folder.join("README.md"))
            .unwrap_or_else(|_| panic!("{name} has no README.md"));
        assert!(readme.len() > 200, "{name}'s README.md says too little");
        let root = ["src/lib.rs", "src/main.rs"].map(|path| folder.join(path));
        let root = root
            .iter()
            .find(|path| path.exists())
            .expect("a root module");
        let code = std::fs::read_to_string(root).expect("readable code");
        assert!(
            code.starts_with("#![doc = include_str!(\"../README.md\")]"),
            "{}: begin with #![doc = include_str!(\"../README.md\")]",
            root.display()
        );
    }
}
