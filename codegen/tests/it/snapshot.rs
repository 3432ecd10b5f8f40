//! Snapshots that are broken, strange, or from the future.

use std::path::Path;

use samara::ir::{OnDelete, Type};
use samara::table::declared;
use samara_codegen::{GeneratedFile, snapshot};

use crate::declare::{Declare, Describe, app, attribute, resource, text};

fn written() -> GeneratedFile {
    let world = resource("World", "worlds")
        .with(attribute("name", Type::String).defaulting(text("a \"b\"\n\u{1F40E}")))
        .may_belong_to("parent", "World", OnDelete::Nilify)
        .unique("name", &["name"]);
    snapshot::file(Path::new("migrations/snapshots"), &declared(&app(vec![world]))[0])
}

fn read(path: &str, text: &str) -> String {
    snapshot::read(Path::new(path), text).map_or_else(|it| it.to_string(), |it| format!("{it:?}"))
}

#[test]
fn what_was_written_is_read() {
    let file = written();
    let table = snapshot::read(file.path(), file.text()).unwrap();
    assert_eq!(snapshot::file(Path::new("migrations/snapshots"), &table), file);
    insta::assert_snapshot!(file.text());
}

#[test]
fn what_is_no_snapshot_is_refused_at_its_place() {
    let text = written().text().to_owned();
    let path = "migrations/snapshots/worlds.json";
    let conflict = text.replace("    \"id\"", "<<<<<<< ours\n    \"id\"");
    let cases = [
        read(path, ""),
        read(path, &conflict),
        read(path, &text.replace("\"text\",", "\"varchar\",")),
        read(path, &text.replace("\"nullable\"", "\"nulable\"")),
        read(path, &text.replace("\"version\": 2", "\"version\": 3, \"new\": 1")),
        read("migrations/snapshots/worlds copy.json", &text),
    ];
    insta::assert_snapshot!(cases.join("\n\n"));
}
