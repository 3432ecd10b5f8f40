//! The command line in a workspace of its own, whose app answers with a manifest that the test gives it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use samara::ir::{App, Type};
use samara::manifest::Manifest;
use tempfile::TempDir;

use crate::declare::{Declare, Describe, app, attribute, resource};

/// A workspace of an app that prints `manifest.json` and notes what it was asked in `asked.txt`.
pub(crate) struct Workspace(TempDir);

const ROOT: &str = r#"
[workspace]
members = ["app", "migrations"]
resolver = "3"

[workspace.metadata.samara]
app = "shop"
"#;

const APP: &str = r#"
[package]
name = "shop"
edition = "2024"

[features]
default = ["migrations", "extra"]
migrations = ["dep:migrations"]
extra = []

[dependencies]
migrations = { path = "../migrations", optional = true }
"#;

const MAIN: &str = r#"
use std::io::Write;

fn main() {
    #[cfg(feature = "migrations")]
    migrations::all();
    assert!(cfg!(feature = "extra"));
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open("asked.txt").unwrap();
    writeln!(file, "{}", asked.join(" ")).unwrap();
    match asked[0].as_str() {
        "manifest" => print!("{}", std::fs::read_to_string("manifest.json").unwrap()),
        "seed" => std::process::exit(2),
        _ => std::process::exit(if asked[1] == "status" { 1 } else { 0 }),
    }
}
"#;

impl Workspace {
    pub(crate) fn new(app: &App) -> Self {
        let workspace = Self(tempfile::tempdir().unwrap());
        workspace.write("Cargo.toml", ROOT);
        workspace.write("app/Cargo.toml", APP);
        workspace.write("app/src/main.rs", MAIN);
        workspace.write("migrations/Cargo.toml", "[package]\nname = \"migrations\"\nedition = \"2024\"\n");
        workspace.write("migrations/src/lib.rs", "pub fn all() {}\n");
        workspace.declare(app);
        workspace
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_default()
    }

    pub(crate) fn declare(&self, app: &App) {
        self.write("manifest.json", &Manifest::new(app.clone()).to_json().unwrap());
    }

    /// Runs `samara` in a folder below the root.
    pub(crate) fn samara(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_samara"))
            .args(arguments)
            .current_dir(self.path().join("app"))
            .env("CARGO_TARGET_DIR", self.path().join("target"))
            .output()
            .unwrap()
    }

    pub(crate) fn migrations(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path().join("migrations/src")).unwrap();
        let mut names: Vec<String> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|it| it != "lib.rs");
        names.sort();
        names
    }
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
pub(crate) fn status(output: &Output, expected: i32) {
    assert_eq!(output.status.code(), Some(expected), "{}", said(output));
}

fn shop() -> samara::ir::Resource {
    resource("Shop", "shops").with(attribute("name", Type::String))
}

#[test]
fn codegen_writes_checks_and_shows() {
    let workspace = Workspace::new(&app(vec![shop()]));

    let check = workspace.samara(&["codegen", "--check"]);
    status(&check, 1);
    assert!(said(&check).contains("+++ b/migrations/snapshots/shops.json"), "{}", said(&check));
    let shown = workspace.samara(&["codegen", "create_shops", "--dry-run"]);
    status(&shown, 0);
    assert!(said(&shown).contains("nothing was written"), "{}", said(&shown));
    assert_eq!(workspace.migrations(), Vec::<String>::new());

    let nameless = workspace.samara(&["codegen"]);
    status(&nameless, 1);
    assert!(said(&nameless).contains("error[R0711]"), "{}", said(&nameless));

    status(&workspace.samara(&["codegen", "create_shops"]), 0);
    assert_eq!(workspace.migrations().len(), 1);
    assert!(workspace.read("migrations/src/lib.rs").contains("_create_shops::Migration"));
    status(&workspace.samara(&["codegen", "--check"]), 0);
    let again = workspace.samara(&["codegen", "again"]);
    status(&again, 0);
    assert_eq!(said(&again).trim(), "nothing has changed");
    assert_eq!(workspace.migrations().len(), 1);

    workspace.write("migrations/snapshots/shops.json", "{");
    let broken = workspace.samara(&["codegen", "--check"]);
    status(&broken, 2);
    assert!(said(&broken).contains(" --> migrations/snapshots/shops.json:1:1"), "{}", said(&broken));
}

#[test]
fn every_rule_is_checked_in_one_report() {
    let workspace = Workspace::new(&app(vec![shop()]));
    let stale = workspace.samara(&["check"]);
    status(&stale, 1);
    let told = said(&stale);
    for line in [
        "ok     sources      1 files\n",
        "ok     declaration  1 resources\n",
        "ok     migrations   0 of them\n",
        "wrong  generated    error[R0715]: ",
        "migrations/snapshots/shops.json (+",
        "something is wrong with 1 of these",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    status(&workspace.samara(&["codegen", "create_shops"]), 0);
    // This workspace has no framework to compile its migrations with.
    let broken = workspace.samara(&["check"]);
    status(&broken, 1);
    let told = said(&broken);
    assert!(told.contains("wrong  migrations   the app does not compile with them"), "{told}");
    assert!(told.contains("ok     generated    as the declaration asks for it\n"), "{told}");

    // Several things at once.
    let migration = workspace.migrations().remove(0);
    fs::remove_file(workspace.path().join("migrations/src").join(&migration)).unwrap();
    workspace.write("app/src/other.rs", "<<<<<<< mine\n");
    workspace.write("migrations/snapshots/shops.json", "{");
    let ill = workspace.samara(&["check"]);
    status(&ill, 1);
    let told = said(&ill);
    for line in [
        "wrong  sources      error[R0803]: a merge is not finished",
        "wrong  migrations   gone from their folder, though they are listed: m",
        "wrong  generated    error[R0702]: ",
        "something is wrong with 3 of these",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }

    // An app whose declaration breaks rules says so itself; one that does not compile is a failure.
    workspace.write("app/src/main.rs", "fn main() { eprintln!(\"R1004\"); std::process::exit(1) }\n");
    let broken = workspace.samara(&["check"]);
    status(&broken, 1);
    let told = said(&broken);
    assert!(told.contains("R1004") && told.contains("wrong  declaration  error[R0734]: "), "{told}");
    assert!(told.contains("-      generated    not compared"), "{told}");
    let asked = workspace.samara(&["policies"]);
    status(&asked, 2);
    assert!(said(&asked).contains("error[R0734]: the declaration breaks rules"), "{}", said(&asked));
    workspace.write("app/src/main.rs", "fn main() { shop }\n");
    status(&workspace.samara(&["check"]), 2);
}

/// An app of another version of the framework: each command that asks it says so.
#[test]
fn a_manifest_of_another_version_is_refused_everywhere() {
    let workspace = Workspace::new(&app(vec![shop()]));
    for manifest in [r#"{"format":7,"resources":[]}"#, r#"{"format":"7"}"#, "{}", "", "no JSON"] {
        workspace.write("manifest.json", manifest);
        for arguments in [&["codegen", "x"][..], &["check"], &["policies"]] {
            let refused = workspace.samara(arguments);
            status(&refused, 2);
            assert!(said(&refused).contains("error[R0701]: "), "{manifest} {arguments:?}: {}", said(&refused));
        }
    }
    assert_eq!(workspace.migrations(), Vec::<String>::new());
}

#[test]
fn a_broken_migration_does_not_stop_codegen() {
    let workspace = Workspace::new(&app(vec![shop()]));
    workspace.write("migrations/src/lib.rs", "mod m20260101_000000_broken;\n");
    workspace.write("migrations/src/m20260101_000000_broken.rs", "this is no Rust\n");
    status(&workspace.samara(&["db", "migrate"]), 2);
    status(&workspace.samara(&["codegen", "create_shops"]), 0);
    assert_eq!(workspace.migrations().len(), 2);
    assert_eq!(workspace.read("asked.txt"), "manifest\n");
}

#[test]
fn a_migration_that_is_gone_is_told_of() {
    let workspace = Workspace::new(&app(vec![shop()]));
    status(&workspace.samara(&["codegen", "create_shops"]), 0);
    let migration = workspace.migrations().remove(0);
    fs::remove_file(workspace.path().join("migrations/src").join(&migration)).unwrap();
    let check = workspace.samara(&["codegen", "--check"]);
    status(&check, 1);
    let warning = format!("warning: the migration `{}` is gone", migration.trim_end_matches(".rs"));
    assert!(said(&check).contains(&warning), "{}", said(&check));

    // With its snapshot it is taken back, and made anew.
    fs::remove_file(workspace.path().join("migrations/snapshots/shops.json")).unwrap();
    let again = workspace.samara(&["codegen", "create_shops"]);
    status(&again, 0);
    assert!(said(&again).contains("create table `shops`"), "{}", said(&again));
    assert_eq!(workspace.migrations().len(), 1);
    status(&workspace.samara(&["codegen", "--check"]), 0);
}

#[test]
fn only_a_migration_is_to_be_run() {
    let workspace = Workspace::new(&app(vec![shop()]));
    let made = workspace.samara(&["codegen", "create_shops"]);
    assert!(said(&made).ends_with("written; review it\nnext: samara db create\n"), "{}", said(&made));
    workspace.write("migrations/src/m20200101_000000_by_hand.rs", "pub(crate) struct Migration;\n");
    let listed = workspace.samara(&["codegen"]);
    status(&listed, 0);
    assert_eq!(said(&listed), "migrations/src/lib.rs (+6 -1)\nwritten; review it\n");
}

#[test]
fn without_a_terminal_nothing_is_guessed() {
    let workspace = Workspace::new(&app(vec![shop()]));
    status(&workspace.samara(&["codegen", "create_shops"]), 0);
    workspace.declare(&app(vec![resource("Shop", "shops").with(attribute("title", Type::String).optional())]));
    let asked = workspace.samara(&["codegen", "rename"]);
    status(&asked, 1);
    assert!(said(&asked).contains("say `--rename shops.name:title` or `--drop shops.name`"), "{}", said(&asked));
    assert_eq!(workspace.migrations().len(), 1);
    status(&workspace.samara(&["codegen", "--check"]), 1);
    let dropped = workspace.samara(&["codegen", "drop_name", "--drop", "shops.name"]);
    status(&dropped, 0);
    assert!(said(&dropped).contains("warning: all values of `shops.name` are lost"), "{}", said(&dropped));
}

#[test]
fn the_app_does_what_concerns_the_database() {
    let workspace = Workspace::new(&app(vec![]));
    status(&workspace.samara(&["db", "rollback", "--steps", "3"]), 0);
    status(&workspace.samara(&["db", "status"]), 1);
    status(&workspace.samara(&["db", "reset", "--yes"]), 0);
    let setup = workspace.samara(&["setup"]);
    status(&setup, 2);
    assert!(said(&setup).ends_with("error: 1 of 3 steps failed: `shop seed`\n"), "{}", said(&setup));
    assert_eq!(
        workspace.read("asked.txt"),
        "db rollback --steps 3\ndb status\ndb reset --yes\ndb create\ndb migrate\nseed\n"
    );
}

#[test]
fn an_app_that_does_not_compile_says_so_once() {
    let workspace = Workspace::new(&app(vec![]));
    workspace.write("app/src/main.rs", "fn main() { shop }\n");
    let setup = workspace.samara(&["setup"]);
    status(&setup, 2);
    assert_eq!(said(&setup).matches("cannot find value `shop`").count(), 1, "{}", said(&setup));
    let asked = workspace.samara(&["codegen", "create_shops"]);
    status(&asked, 2);
    let told = said(&asked);
    let compiler = told.find("cannot find value `shop`").unwrap();
    let ours = told.find("error[R0701]: the app `shop` does not build").unwrap();
    assert!(compiler < ours, "{told}");
}

/// `cargo samara` is cargo in cargo, and the outer one sets variables that build scripts watch.
#[test]
fn cargo_in_cargo_builds_nothing_again() {
    let workspace = Workspace::new(&app(vec![]));
    let script = r#"
        fn main() {
            use std::io::Write;
            println!("cargo:rerun-if-env-changed=CARGO_PKG_NAME");
            println!("cargo:rerun-if-env-changed=CARGO_MANIFEST_DIR");
            let mut file = std::fs::OpenOptions::new().append(true).create(true).open("../built.txt").unwrap();
            file.write_all(b"x").unwrap();
        }
    "#;
    workspace.write("app/build.rs", script);
    let run = |inside: bool| {
        let mut samara = Command::new(env!("CARGO_BIN_EXE_samara"));
        samara.args(["db", "migrate"]).current_dir(workspace.path());
        samara.env("CARGO_TARGET_DIR", workspace.path().join("target"));
        match inside {
            true => samara.env("CARGO_PKG_NAME", "samara-codegen").env("CARGO_MANIFEST_DIR", "/elsewhere"),
            false => samara.env_remove("CARGO_PKG_NAME").env_remove("CARGO_MANIFEST_DIR"),
        };
        status(&samara.output().unwrap(), 0);
    };
    [false, true, false, true].into_iter().for_each(run);
    assert_eq!(workspace.read("built.txt"), "x");
}

#[test]
fn what_is_not_there_is_named() {
    let workspace = Workspace::new(&app(vec![]));
    let missing = workspace.samara(&["--app", "market", "codegen", "x"]);
    status(&missing, 2);
    assert!(
        said(&missing).contains("there is no package `market`\n  help: the workspace has shop, migrations"),
        "{}",
        said(&missing)
    );

    workspace.write("manifest.json", r#"{"format":7}"#);
    let newer = workspace.samara(&["codegen", "x"]);
    status(&newer, 2);
    assert!(said(&newer).contains("error[R0701]: the manifest has format 7"), "{}", said(&newer));

    let file = workspace.samara(&["codegen", "x", "--manifest", "nowhere.json"]);
    status(&file, 2);
    assert!(said(&file).contains(" --> nowhere.json"), "{}", said(&file));

    workspace.write("Cargo.toml", &ROOT.replace("app = \"shop\"", ""));
    let nameless = workspace.samara(&["codegen", "x"]);
    status(&nameless, 2);
    assert!(
        said(&nameless).contains("error[R0712]: the workspace does not say which package is the app"),
        "{}",
        said(&nameless)
    );

    let nowhere = tempfile::tempdir().unwrap();
    let outside = Command::new(env!("CARGO_BIN_EXE_samara")).arg("setup").current_dir(nowhere.path()).output().unwrap();
    status(&outside, 2);
    assert!(said(&outside).contains("error[R0712]: no workspace here"), "{}", said(&outside));
}
