//! The tutorial of the book, done as it stands: its commands are run, its files written, its queries asked and their answers compared.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::client::Client;
use crate::command::said;
use crate::stranger::{Running, Stranger};

const CHAPTER: &str = include_str!("../../../docs/book/src/tutorial.md");

/// The fenced blocks of a chapter: the word after the fence, and the text.
fn blocks(chapter: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut lines = chapter.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let text = lines.by_ref().take_while(|it| *it != "```").fold(String::new(), |text, line| text + line + "\n");
        blocks.push((language, text));
    }
    blocks
}

/// Whoever does the tutorial.
#[derive(Default)]
struct Reader {
    stranger: Option<Stranger>,
    server: Option<Running>,
    /// What the last query gave, until its answer is compared.
    answer: Option<Value>,
    /// What the last page or program gave, until it is compared.
    shown: Option<Shown>,
}

/// What somebody sees.
#[derive(Debug, PartialEq, Eq)]
enum Shown {
    /// A page's status and its text.
    Page(u16, String),
    /// What a program printed.
    Printed(String),
}

impl Shown {
    /// Whether it is what the chapter says: of a page its status and some of its words, of a program all of it.
    fn is(&self, expected: &str) {
        match self {
            Self::Page(status, page) => {
                let (first, words) = expected.split_once('\n').unwrap();
                assert_eq!(status.to_string(), first, "{page}");
                words.lines().for_each(|it| assert!(page.contains(it), "{it}: {page}"));
            }
            Self::Printed(text) => assert_eq!(text, expected),
        }
    }
}

impl Reader {
    fn stranger(&self) -> &Stranger {
        self.stranger.as_ref().expect("the workspace is made first")
    }

    /// Runs a line of a shell.
    fn run(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["samara", arguments @ ..] if arguments[0] == "new" => self.stranger = Some(Stranger::new(arguments)),
            ["cd", folder] => assert!(self.stranger().root.ends_with(folder)),
            ["samara", arguments @ ..] => drop(self.stranger().samara(arguments)),
            ["cargo", "test"] => {
                let said = self.stranger().cargo(&["test"]);
                assert!(said.contains("test tickets::a_ticket_is_taken_once ... ok"), "{said}");
            }
            _ => panic!("the tutorial says `{line}`, and nobody runs it"),
        }
    }

    /// Writes a file whose path stands in its first line.
    fn write(&self, text: &str) {
        let (path, text) = text.split_once('\n').unwrap();
        let path = self.stranger().root.join(path.strip_prefix("// ").expect("a path"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Makes a change that is shown as a difference.
    fn apply(&self, diff: &str) {
        let mut git = Command::new("git");
        git.args(["apply", "--recount", "-"])
            .current_dir(&self.stranger().root)
            .stdin(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = git.spawn().unwrap();
        child.stdin.take().unwrap().write_all(diff.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}\n{diff}", String::from_utf8_lossy(&output.stderr));
    }

    /// Opens a page as whoever its first line names, with a browser's cookies.
    async fn open(&mut self, text: &str) {
        assert_eq!(self.shown, None, "what was shown before is compared");
        let mut lines = text.lines();
        let email = lines.next().and_then(|it| it.strip_prefix("# as ")).expect("who looks");
        let path = lines.next().and_then(|it| it.strip_prefix("GET ")).expect("a page");
        let server = self.server.take().unwrap_or_else(|| self.stranger().serve());
        let browser = signed_in(server.as_ref(), email).await;
        let page = browser.get(format!("{}{path}", server.as_ref())).send().await.unwrap();
        self.shown = Some(Shown::Page(page.status().as_u16(), page.text().await.unwrap()));
        self.server = Some(server);
    }

    /// Compiles a program of the web's folder, strictly, and runs it as a member.
    async fn run_typescript(&mut self, text: &str) {
        assert_eq!(self.shown, None, "what was shown before is compared");
        self.write(text);
        let web = self.stranger().root.join("web");
        fs::write(web.join("package.json"), r#"{ "type": "module" }"#).unwrap();
        let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/tests/typescript/node_modules");
        let compiler = installed.join("typescript/bin/tsc");
        assert!(compiler.exists(), "`npm ci` in app/tests/typescript installs the compiler; `scripts/test` does it");
        let types = installed.join("@types");
        let types = ["--types", "node", "--typeRoots", types.to_str().unwrap()];
        let options = ["--strict", "--noUncheckedIndexedAccess", "--target", "ES2022", "--module", "NodeNext"];
        let arguments = [&[compiler.to_str().unwrap()][..], &types, &options, &["src/tickets.ts"]].concat();
        node(&web, &arguments, &[]);
        let server = self.server.take().unwrap_or_else(|| self.stranger().serve());
        let member = Client::sign_in(&server, "member@example.org").await;
        let url = format!("{}/graphql", server.as_ref());
        let environment = [("API_URL", url.as_str()), ("API_TOKEN", member.token())];
        self.shown = Some(Shown::Printed(node(&web, &["src/tickets.js"], &environment)));
        self.server = Some(server);
    }

    /// Asks a query as whoever its first line names.
    async fn ask(&mut self, text: &str) {
        assert_eq!(self.answer, None, "the query before this one has an answer");
        let (first, query) = text.split_once('\n').unwrap();
        let server = self.server.take().unwrap_or_else(|| self.stranger().serve());
        let client = match first.strip_prefix("# as ").expect("who asks") {
            "nobody" => Client::anonymous(&server),
            email => Client::sign_in(&server, email).await,
        };
        self.answer = Some(client.ok(query, json!({})).await);
        self.server = Some(server);
    }
}

/// What Node prints, run in a folder.
#[track_caller]
fn node(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let mut node = Command::new("node");
    let output = node.args(arguments).current_dir(folder).envs(environment.iter().copied()).output();
    let output = output.expect("Node is installed; `scripts/test` does it");
    assert!(output.status.success(), "node {}\n{}", arguments.join(" "), said(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// A browser in which somebody followed the link from their mail.
async fn signed_in(url: &str, email: &str) -> reqwest::Client {
    let browser = reqwest::Client::builder().cookie_store(true).build().unwrap();
    let page = |path: String| {
        let request = browser.get(format!("{url}{path}"));
        async { request.send().await.unwrap().text().await.unwrap() }
    };
    let post = |path: String, mut fields: Vec<(String, String)>| {
        fields.push(("email".to_owned(), email.to_owned()));
        let request = browser.post(format!("{url}{path}")).form(&fields);
        async { assert!(request.send().await.unwrap().status().is_success()) }
    };
    post("/sign-in".to_owned(), hidden(&page("/sign-in".to_owned()).await)).await;
    let mails: Vec<Value> = serde_json::from_str(&page("/dev/mailbox.json".to_owned()).await).unwrap();
    let mail = mails.iter().find(|it| it["to"] == email).expect("a mail");
    let link = mail["text"].as_str().unwrap().split_whitespace().find(|it| it.contains("/auth/link/")).expect("a link");
    let path = link.strip_prefix(url).expect("a link to this server").to_owned();
    post(path.clone(), hidden(&page(path).await)).await;
    browser
}

/// The hidden fields of a page's form.
fn hidden(page: &str) -> Vec<(String, String)> {
    let value = |input: &str, name: &str| {
        let (_, rest) = input.split_once(&format!("{name}=\"")).expect("an attribute");
        rest.split('"').next().unwrap().to_owned()
    };
    let inputs = page.split("<input ").skip(1).filter_map(|it| it.split('>').next());
    let hidden = inputs.filter(|it| it.contains("type=\"hidden\""));
    hidden.map(|it| (value(it, "name"), value(it, "value"))).collect()
}

#[tokio::test]
async fn the_tutorial_works_as_it_stands() {
    let mut reader = Reader::default();
    for (language, text) in blocks(CHAPTER) {
        if !matches!(language, "graphql" | "json" | "http" | "text") {
            reader.server = None;
        }
        match language {
            "sh" => text.lines().for_each(|line| reader.run(line)),
            "rust" => reader.write(&text),
            "diff" => reader.apply(&text),
            "graphql" => reader.ask(&text).await,
            "json" => {
                let expected: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(reader.answer.take().expect("a query before its answer"), expected);
            }
            "http" => reader.open(&text).await,
            "ts" => reader.run_typescript(&text).await,
            "text" => reader.shown.take().expect("something is shown before").is(&text),
            other => panic!("the tutorial has a block of `{other}`, and nobody knows what to do with it"),
        }
    }
    assert_eq!((&reader.answer, &reader.shown), (&None, &None), "all that is given is compared");
    let stranger = reader.stranger();
    stranger.cargo(&["fmt", "--check"]);
    stranger.cargo(&["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"]);
}
