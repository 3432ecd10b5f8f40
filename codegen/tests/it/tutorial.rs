//! The tutorial of the book, done as it stands: its commands are run, its files written, its queries asked and their answers compared.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::client::Client;
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

#[tokio::test]
async fn the_tutorial_works_as_it_stands() {
    let mut reader = Reader::default();
    for (language, text) in blocks(CHAPTER) {
        if !matches!(language, "graphql" | "json") {
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
            other => panic!("the tutorial has a block of `{other}`, and nobody knows what to do with it"),
        }
    }
    assert_eq!(reader.answer, None, "the last query has an answer");
    let stranger = reader.stranger();
    stranger.cargo(&["fmt", "--check"]);
    stranger.cargo(&["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"]);
}
