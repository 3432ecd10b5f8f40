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
