//! A stranger's workspace, from nothing: made, built, migrated up, down and up, tested, served, signed in to and asked.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use samara::testing::Cluster;
use serde_json::{Value, json};

use crate::client::Client;
use crate::command::{said, status};

/// A folder outside of every workspace. There is one at a time: to cargo the `app` of each is the same package, wherever its workspace lies, so in
/// the build folder that they share one would take what another one built since for its own.
pub(crate) struct Stranger {
    folder: tempfile::TempDir,
    pub(crate) root: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

/// Whose turn it is.
static TURN: Mutex<()> = Mutex::new(());

/// A program that is stopped with the test.
pub(crate) struct Running {
    child: Child,
    url: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl AsRef<str> for Running {
    fn as_ref(&self) -> &str {
        &self.url
    }
}

impl Stranger {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        // A test that failed had its turn.
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let stranger = Self { root: folder.path().join(arguments[1]), folder, _turn: turn };
        status(&command(stranger.folder.path(), env!("CARGO_BIN_EXE_samara"), arguments), 0);
        stranger
    }

    /// What the installed `samara` prints, which hands over to that of the workspace.
    #[track_caller]
    pub(crate) fn samara(&self, arguments: &[&str]) -> String {
        let output = command(&self.root, env!("CARGO_BIN_EXE_samara"), arguments);
        status(&output, 0);
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    pub(crate) fn cargo(&self, arguments: &[&str]) -> String {
        let output = command(&self.root, env!("CARGO"), arguments);
        status(&output, 0);
        said(&output)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// Serves the app as `cargo run` does, and waits until it says where.
    pub(crate) fn serve(&self) -> Running {
        let mut command = prepared(&self.root, env!("CARGO"));
        let mut child = command
            .args(["run", "--quiet"])
            .env("SAMARA_LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let words = |line: String| line.split_whitespace().find(|it| it.starts_with("http://")).map(str::to_owned);
        let url = lines.by_ref().map_while(Result::ok).find_map(words).expect("the app says where it listens");
        std::thread::spawn(move || lines.for_each(drop));
        Running { child, url: url.trim_end_matches('/').to_owned() }
    }

    /// Migrations up, down and up, as the tables were after the first time.
    fn migrate(&self) {
        self.samara(&["db", "create"]);
        self.samara(&["db", "migrate"]);
        self.samara(&["db", "rollback"]);
        self.samara(&["db", "migrate"]);
        assert!(self.samara(&["codegen", "--check"]).contains("nothing has changed"));
    }
}

/// A command in a stranger's folder, with third-party crates as they were built for this test. What cargo builds there in the end, `app` in each
/// of them, lies beside the workspace: two tests that shared a place for it would run each other's.
fn prepared(folder: &Path, program: &str) -> Command {
    let built = Path::new(env!("CARGO_BIN_EXE_samara")).ancestors().nth(2).unwrap();
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let told = name.to_string_lossy();
        if told.starts_with("CARGO_PKG_")
            || told.starts_with("CARGO_MANIFEST_")
            || told.starts_with("SAMARA_") && told != "SAMARA_TEST_POSTGRES"
        {
            command.env_remove(&name);
        }
    }
    command
        .current_dir(folder)
        .env_remove("DATABASE_URL")
        .env("CARGO_BUILD_BUILD_DIR", built)
        .env("CARGO_TARGET_DIR", own_folder(folder).join("target"));
    command
}

/// The temporary folder that a path lies in.
fn own_folder(path: &Path) -> PathBuf {
    let temporary = std::env::temp_dir();
    let inside = path.strip_prefix(&temporary).expect("a stranger's folder is a temporary one");
    temporary.join(inside.components().next().expect("a folder of its own"))
}

fn command(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    prepared(folder, program).args(arguments).output().unwrap()
}

/// The titles of posts, sorted, as whoever it is reads them.
async fn titles(client: &Client) -> Vec<String> {
    let posts = client.ok("{ posts { nodes { title } } }", json!({})).await;
    let nodes = posts["posts"]["nodes"].as_array().unwrap();
    let mut titles: Vec<String> = nodes.iter().map(|it| it["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}

async fn nodes(client: &Client, query: &str, field: &str) -> Value {
    client.ok(query, json!({})).await[field]["nodes"].clone()
}

/// The five commands, a resource of one's own, and an answer that a policy decided.
#[tokio::test]
async fn a_workspace_with_everything_runs_on_sqlite() {
    let stranger = Stranger::new(&["new", "v-sekai", "--with", "auth,admin,graphql,godot", "--yes"]);
    {
        // Before a strategy the sign-in page says what to add.
        assert!(stranger.samara(&["codegen", "initial"]).ends_with("next: samara db create\n"));
        let server = stranger.serve();
        let page = reqwest::get(format!("{}/sign-in", server.url)).await.unwrap().text().await.unwrap();
        assert!(page.contains("samara add strategy magic-link"), "{page}");
    }
    let added = stranger.samara(&["add", "strategy", "magic-link", "--yes"]);
    assert!(added.ends_with("next: samara codegen add_magic_links\n"), "{added}");
    assert!(stranger.samara(&["add", "strategy", "magic-link", "--yes"]).contains("nothing has changed"));
    let fields = ["title:string", "bio:text:optional", "code:ci_string:unique", "user:belongs_to:User"];
    let generate = [&["gen", "resource", "Badge"], &fields[..], &["--admin", "--graphql", "--yes"]].concat();
    stranger.samara(&generate);
    assert!(stranger.samara(&generate).contains("nothing has changed"));
    stranger.samara(&["codegen", "add_badges"]);
    stranger.migrate();
    // The demo data was written before there were badges.
    stranger.samara(&["db", "reset", "--yes"]);
    assert!(stranger.samara(&["setup"]).ends_with("next: cargo run\n"));
    assert!(stranger.samara(&["check"]).ends_with("every rule holds\n"));
    stranger.cargo(&["fmt", "--check"]);
    stranger.cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    assert!(stranger.cargo(&["test", "--workspace"]).contains("test result: ok. 2 passed"));
    assert!(stranger.read("app/schema.graphql").contains("createBadge"));
    // The game's script names what its add-on has.
    let (game, addon) = (stranger.read("game/main.gd"), stranger.read("game/addons/v_sekai/api.gd"));
    assert!(game.contains("Api.posts.as_post_card()") && addon.contains("\nvar posts: "), "{addon}");
    assert!(game.contains("Api.PostCard.Pages") && addon.contains("\nconst PostCard = "), "{addon}");
    assert!(stranger.read("game/addons/v_sekai/calls/posts.gd").contains("func as_post_card("));
    assert!(stranger.root.join("game/addons/v_sekai/sign_in/sign_in.tscn").exists());

    let server = stranger.serve();
    let member = Client::sign_in(&server, "member@example.org").await;
    assert_eq!(titles(&member).await, ["A draft", "Hello"]);
    assert_eq!(titles(&Client::anonymous(&server)).await, ["Hello"]);
    let badges = "{ badges { nodes { title } } }";
    assert_eq!(nodes(&member, badges, "badges").await, json!([]), "no policy lets a member read them");
    let admin = Client::sign_in(&server, "admin@example.org").await;
    assert_eq!(nodes(&admin, badges, "badges").await, json!([{ "title": "Example" }]));
}

#[tokio::test]
async fn a_workspace_with_everything_runs_on_postgres() {
    let cluster = Cluster::own();
    let began = Instant::now();
    let stranger = Stranger::new(&["new", "theatre", "--database", "postgres", "--yes"]);
    assert!(stranger.read(".env").ends_with("DATABASE_URL=postgres://localhost/theatre\n"));
    fs::write(stranger.root.join(".env"), format!("DATABASE_URL='{}'\n", cluster.url("theatre"))).unwrap();
    assert!(stranger.samara(&["add", "strategy", "magic-link", "--yes"]).ends_with("next: samara codegen initial\n"));
    stranger.samara(&["codegen", "initial"]);
    stranger.migrate();
    stranger.samara(&["setup"]);
    stranger.cargo(&["fmt", "--check"]);
    let server = stranger.serve();
    let member = Client::sign_in(&server, "member@example.org").await;
    assert_eq!(titles(&member).await, ["A draft", "Hello"]);
    // A figure for `docs/measurements.md`; nothing depends on it.
    eprintln!("from nothing to an answer that a policy decided: {:.1?}", began.elapsed());
    let authors = nodes(&member, "{ posts(first: 1) { nodes { author { displayName } } } }", "posts").await;
    assert_eq!(authors, json!([{ "author": { "displayName": "Mira Member" } }]));
}

#[tokio::test]
async fn a_workspace_with_an_api_alone_runs() {
    let stranger = Stranger::new(&["new", "notes", "--with", "graphql", "--yes"]);
    let denied =
        command(&stranger.root, env!("CARGO_BIN_EXE_samara"), &["gen", "resource", "Tag", "name:string", "--yes"]);
    status(&denied, 2);
    assert!(said(&denied).contains("error[R0804]") && said(&denied).contains("--anyone"), "{}", said(&denied));
    stranger.samara(&["gen", "resource", "Tag", "name:string", "--graphql", "--anyone", "--yes"]);
    stranger.samara(&["codegen", "initial"]);
    stranger.migrate();
    stranger.cargo(&["fmt", "--check"]);
    stranger.cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    let server = stranger.serve();
    let anyone = Client::anonymous(&server);
    assert_eq!(titles(&anyone).await, ["A draft", "Hello"]);
    assert_eq!(nodes(&anyone, "{ tags { nodes { name } } }", "tags").await, json!([{ "name": "Example" }]));

    // A rule across resources that is broken, told with its place.
    let post = stranger.root.join("app/src/blog/post.rs");
    let text = fs::read_to_string(&post).unwrap();
    fs::write(&post, text.replacen("#[read(primary, ", "#[read(", 1)).unwrap();
    let broken = command(&stranger.root, env!("CARGO_BIN_EXE_samara"), &["check"]);
    status(&broken, 1);
    let told = said(&broken);
    assert!(told.contains("R1026") && told.contains("app/src/blog/post.rs:"), "{told}");
    assert!(told.contains("wrong  declaration  error[R0734]") && told.contains("wrong with 1 of these"), "{told}");
}

#[tokio::test]
async fn a_workspace_without_any_part_runs() {
    let cluster = Cluster::own();
    let stranger = Stranger::new(&["new", "ledger", "--with", "none", "--database", "postgres", "--yes"]);
    fs::write(stranger.root.join(".env"), format!("DATABASE_URL='{}'\n", cluster.url("ledger"))).unwrap();
    stranger.samara(&["codegen", "initial"]);
    stranger.migrate();
    assert!(!stranger.root.join("app/schema.graphql").exists() && !stranger.root.join("app/admin.json").exists());
    let server = stranger.serve();
    for (path, status) in [("/readyz", 200), ("/", 200), ("/graphql", 404), ("/sign-in", 404), ("/admin", 404)] {
        assert_eq!(reqwest::get(format!("{}{path}", server.url)).await.unwrap().status(), status, "{path}");
    }
}
