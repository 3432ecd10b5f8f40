//! The generated TypeScript client: strictly typed, over a network that fails, and against the served application.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use samara::database::Backend;

use crate::server::Server;

/// The client's sources and tests.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/typescript")
}

/// Runs Node in that folder, with what it printed if it fails.
#[track_caller]
fn node(arguments: &[&str], environment: &[(&str, &str)]) {
    let output = Command::new("node").args(arguments).current_dir(folder()).envs(environment.iter().copied()).output();
    let output = output.expect("Node is installed; `scripts/test` does it");
    let (said, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "node {}\n{said}{told}", arguments.join(" "));
}

/// The compiler with these arguments.
#[track_caller]
fn compile(arguments: &[&str]) {
    let compiler = "node_modules/typescript/bin/tsc";
    let is_installed = folder().join(compiler).exists();
    assert!(is_installed, "`npm ci` in app/tests/typescript installs the compiler; `scripts/test` does it");
    node(&[&[compiler], arguments].concat(), &[]);
}

/// The tests, compiled once, strictly: what may not compile stands in `types.ts`.
fn compiled() -> &'static Path {
    static COMPILED: OnceLock<PathBuf> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("typescript");
        compile(&["-p", "tsconfig.json", "--outDir", out.to_str().unwrap()]);
        std::fs::copy(folder().join("package.json"), out.join("package.json")).unwrap();
        out
    })
}

#[test]
fn the_client_needs_nothing_but_what_browsers_have() {
    compile(&["-p", "tsconfig.browser.json"]);
}

#[test]
fn a_network_that_fails_loses_nothing_and_does_nothing_twice() {
    node(&[compiled().join("transport.test.js").to_str().unwrap()], &[]);
}

/// The TypeScript of the book's chapter: its imports, and each block as a function.
fn book() -> String {
    let chapter = include_str!("../../../docs/book/src/clients.md");
    let blocks = chapter.split("```ts\n").skip(1).filter_map(|it| it.split_once("```")).map(|(it, _)| it);
    let (mut imports, mut functions) = (Vec::new(), String::new());
    for (number, block) in blocks.enumerate() {
        let (own, body): (Vec<&str>, Vec<&str>) = block.lines().partition(|it| it.starts_with("import "));
        imports.extend(own);
        functions += &format!("export async function block{number}() {{\n{}\n}}\n", body.join("\n"));
    }
    assert!(functions.matches("export").count() > 3 && !imports.is_empty());
    let given = "
        import type { ApiClient, Activity } from \"./api/index.js\";
        declare const api: ApiClient;
        declare const email: string;
        declare const typed: string;
        declare function show(name: string, owner: string | undefined): void;
        declare function tell(message: string): void;
        declare function add(activity: Activity): void;
    ";
    format!("{}\n{given}\n{functions}", imports.join("\n"))
}

#[test]
fn the_books_typescript_compiles() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book");
    std::fs::create_dir_all(&out).unwrap();
    std::fs::write(out.join("book.ts"), book()).unwrap();
    let settings = serde_json::json!({
        "extends": folder().join("tsconfig.browser.json"),
        "compilerOptions": { "rootDir": "/", "rootDirs": [".", folder().join("src")], "noUnusedLocals": false },
        "include": ["book.ts"],
    });
    std::fs::write(out.join("tsconfig.json"), settings.to_string()).unwrap();
    compile(&["-p", out.to_str().unwrap()]);
}

async fn a_day(backend: Backend) {
    let server = Server::start(backend).await;
    let day = compiled().join("day.test.js");
    let url = server.url.clone();
    tokio::task::spawn_blocking(move || node(&[day.to_str().unwrap()], &[("APP_URL", &url)])).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_sqlite() {
    a_day(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_postgres() {
    a_day(Backend::Postgres).await;
}
