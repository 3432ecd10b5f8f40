//! The add-on and the game as GDScript: formatted, linted, and nothing that the editor would warn of.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of these tests, and the one of the game.
fn folders() -> (PathBuf, PathBuf) {
    let app = Path::new(env!("CARGO_MANIFEST_DIR"));
    (app.join("tests/godot"), app.join("godot"))
}

/// A program of the tools that are installed beside these tests.
fn tool(name: &str) -> PathBuf {
    let program = folders().0.join(".venv/bin").join(name);
    assert!(
        program.is_file(),
        "these tests need gdtoolkit: in app/tests/godot run `python3 -m venv .venv && .venv/bin/pip install -r requirements.txt`"
    );
    program
}

/// Runs a program in the folder of the tests; it must end well.
fn runs(program: &Path, arguments: &[&str]) {
    let (tests, _) = folders();
    let output = Command::new(program).args(arguments).current_dir(tests).output().expect("a program that runs");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

#[test]
fn every_script_is_formatted() {
    runs(&tool("gdformat"), &["--check", "../../godot"]);
}

#[test]
fn every_script_passes_the_linter() {
    runs(&tool("gdlint"), &["../../godot"]);
}

#[test]
fn nothing_is_untyped_inferred_unused_hidden_unsafe_or_dropped() {
    runs(&tool("python"), &["editor_warnings.py", "../../godot"]);
}

/// What is held is found: each line of a wrong file is named, and a right one is not.
#[test]
fn what_the_editor_would_warn_of_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = "extends Node\n\nvar untyped = 1\nvar inferred := 2\nvar _unused: int = 3\nconst NUMBER = 4\nsignal told(what)\n\n\n\
        func f(a, b: int, name: String):\n\tvar c: Variant = {}\n\tc.get(b)\n\tvar d: int = 5\n\tfor e in [1]:\n\t\tprint_debug(e, a)\n\treturn name\n";
    std::fs::write(folder.path().join("wrong.gd"), wrong).expect("a file");
    let output = Command::new(tool("python"))
        .args([folders().0.join("editor_warnings.py").as_os_str(), folder.path().as_os_str()])
        .output()
        .expect("a program that runs");
    let found = String::from_utf8_lossy(&output.stdout).into_owned();
    for wanted in [
        "no type is written for `untyped`",
        "no type is written for `inferred`",
        "no type is written for `NUMBER`",
        "no type is written for `what`",
        "no type is written for `a`",
        "no type is written for `e`",
        "`_unused` is never used",
        "`d` is never used",
        "`name` hides another name",
        "`f` does not say what it answers",
        "what it is a part of has no type",
        "what `get` answers is dropped",
    ] {
        assert!(found.contains(wanted), "{wanted}: {found}");
    }
    assert_eq!(output.status.code(), Some(1));
}
