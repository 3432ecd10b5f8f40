//! `samara new`: every tree that it can write, and what it refuses.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use samara_codegen::GeneratedFile;
use samara_codegen::new::{NewWorkspace, StartDatabase};
use similar::TextDiff;

use crate::command::{said, status};

const PARTS: [&str; 8] = [
    "none",
    "auth",
    "graphql",
    "auth,admin",
    "auth,graphql",
    "graphql,godot",
    "auth,admin,graphql",
    "auth,admin,graphql,godot",
];

fn tree(parts: &str, database: StartDatabase) -> Vec<GeneratedFile> {
    let workspace = NewWorkspace {
        name: "v-sekai".parse().unwrap(),
        parts: parts.parse().unwrap(),
        database,
        framework: "path:/srv/samara".parse().unwrap(),
        lock: "version = 4\n".to_owned(),
    };
    workspace.files().unwrap()
}

/// The files one after the other, each under its path.
fn text(files: &[GeneratedFile]) -> String {
    files.iter().map(|it| format!("==== {}\n{}", it.path().display(), it.text())).collect()
}

fn samara(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_samara")).args(arguments).current_dir(folder).output().unwrap()
}

/// The whole of one tree; of each other one, what is different.
#[test]
fn every_tree() {
    let whole = tree("auth,admin,graphql", StartDatabase::Sqlite);
    insta::assert_snapshot!("new_whole", text(&whole));
    for database in [StartDatabase::Sqlite, StartDatabase::Postgres] {
        for parts in PARTS {
            let (whole, other) = (text(&whole), text(&tree(parts, database)));
            let diff = TextDiff::from_lines(&whole, &other);
            let name = format!("new_{}_{database:?}", parts.replace(',', "_")).to_lowercase();
            insta::assert_snapshot!(name, diff.unified_diff().context_radius(0).to_string());
        }
    }
}

#[test]
fn a_folder_is_written_whole_and_never_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    let shown = samara(folder.path(), &["new", "shop", "--dry-run"]);
    status(&shown, 0);
    assert!(said(&shown).contains("  app/src/lib.rs\n") && said(&shown).contains("nothing was written"));
    assert!(!at("shop").exists());

    let made = samara(folder.path(), &["new", "shop", "--with", "graphql", "--yes"]);
    status(&made, 0);
    assert!(said(&made).ends_with("next: cd shop && samara codegen initial\n"), "{}", said(&made));
    assert!(at("shop/app/src/main.rs").exists() && at("shop/.git").exists());
    assert!(!at("shop/.env").exists());
    let lock = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock")).unwrap();
    assert_eq!(fs::read_to_string(at("shop/Cargo.lock")).unwrap(), lock);

    for (arguments, code, help) in [
        (["new", "shop"], "R0801", "`--force`"),
        (["new", "3d"], "a letter first", "--help"),
        (["new", "self"], "word of the language", "--help"),
        (["new", "tokio"], "a crate that the framework uses", "another name"),
    ] {
        let refused = samara(folder.path(), &arguments);
        status(&refused, 2);
        assert!(said(&refused).contains(code) && said(&refused).contains(help), "{}", said(&refused));
    }
    let again = samara(folder.path(), &["new", "shop", "--force"]);
    status(&again, 2);
    assert!(said(&again).contains("nothing is overwritten: .cargo/config.toml, "), "{}", said(&again));

    // Inside a workspace, and a framework that is not there.
    let inside = samara(&at("shop/app"), &["new", "other"]);
    status(&inside, 2);
    assert!(said(&inside).contains("error[R0801]: this folder is in a workspace already"), "{}", said(&inside));
    status(&samara(&at("shop/app"), &["new", "other", "--force", "--with", "none"]), 0);
    let lost = samara(folder.path(), &["new", "other", "--samara", "path:nowhere"]);
    status(&lost, 2);
    assert!(said(&lost).contains("error[R0802]: the framework is not there"), "{}", said(&lost));
    let source = samara(folder.path(), &["new", "remote", "--samara", "git:https://example.org/samara#v1"]);
    status(&source, 0);
    let manifest = fs::read_to_string(at("remote/Cargo.toml")).unwrap();
    assert!(manifest.contains(r#"samara = { git = "https://example.org/samara", rev = "v1" }"#), "{manifest}");
}

#[test]
fn what_cannot_be_written_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // A file where a folder belongs.
    fs::create_dir(folder.path().join("shop")).unwrap();
    fs::write(folder.path().join("shop/app"), "mine").unwrap();
    let refused = samara(folder.path(), &["new", "shop", "--force"]);
    status(&refused, 2);
    assert!(said(&refused).contains("error[R0713]"), "{}", said(&refused));
    assert_eq!(fs::read_to_string(folder.path().join("shop/app")).unwrap(), "mine");
    assert!(!folder.path().join("shop/Cargo.toml").exists() && !folder.path().join("shop/Cargo.lock.new").exists());

    // An empty folder is as good as none.
    fs::create_dir(folder.path().join("shop2")).unwrap();
    status(&samara(folder.path(), &["new", "shop2"]), 0);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

/// Nobody makes files in the kernel's own folders, the root user neither.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_is_told_of() {
    let refused = samara(Path::new("/sys"), &["new", "shop", "--yes"]);
    status(&refused, 2);
    assert!(said(&refused).contains("error[R0713]: a file could not be made"), "{}", said(&refused));
    assert!(!Path::new("/sys/shop").exists());
}

#[cfg(unix)]
#[test]
fn a_file_of_passwords_is_its_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    status(&samara(folder.path(), &["new", "shop", "--database", "postgres"]), 0);
    let mode = fs::metadata(folder.path().join("shop/.env")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
