//! Files on the disk: written, compared, removed; and a disk that refuses.

use std::fs;
use std::path::PathBuf;

use samara_codegen::write::{compare, write};
use samara_codegen::{DiagnosticCode, GeneratedFile};

fn files() -> Vec<GeneratedFile> {
    vec![
        GeneratedFile::present("a/new.txt", "one\ntwo\n"),
        GeneratedFile::present("changed.txt", "one\ntwo\n"),
        GeneratedFile::present("same.txt", "same\n"),
        GeneratedFile::Absent { path: "gone.txt".into() },
        GeneratedFile::Absent { path: "never.txt".into() },
    ]
}

#[test]
fn what_differs_is_told_and_then_written() {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in [("changed.txt", "one\n"), ("same.txt", "same\n"), ("gone.txt", "gone\n")] {
        fs::write(root.path().join(name), text).unwrap();
    }
    let drifts = compare(root.path(), &files()).unwrap();
    let summaries: Vec<String> = drifts.iter().map(|it| it.summary()).collect();
    assert_eq!(summaries, ["a/new.txt (+2 -0)", "changed.txt (+1 -0)", "gone.txt (+0 -1)"]);
    let diff = "--- a/changed.txt\n+++ b/changed.txt\n@@ -1 +1,2 @@\n one\n+two\n";
    assert_eq!(drifts[1].diff, diff);
    assert!(drifts[0].diff.starts_with("--- /dev/null\n+++ b/a/new.txt\n"), "{}", drifts[0].diff);
    assert!(drifts[2].diff.starts_with("--- a/gone.txt\n+++ /dev/null\n"), "{}", drifts[2].diff);

    let written = write(root.path(), &files()).unwrap();
    assert_eq!(written, ["a/new.txt", "changed.txt", "gone.txt"].map(PathBuf::from));
    assert_eq!(compare(root.path(), &files()).unwrap(), []);
    assert_eq!(write(root.path(), &files()).unwrap(), Vec::<PathBuf>::new());
}

#[test]
fn where_one_file_cannot_be_written_none_is() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("a"), "a file where a folder must be").unwrap();
    let files = [GeneratedFile::present("first.txt", "one\n"), GeneratedFile::present("a/new.txt", "two\n")];
    let error = write(root.path(), &files).unwrap_err();
    assert_eq!(error.code, DiagnosticCode::Files);
    let left: Vec<_> = fs::read_dir(root.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["a"], "what was written beside its place is taken away too");
}
