//! Whether scripts declare each name once, and none that the engine has: either would be an error when a game loads them.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use samara_codegen::GeneratedFile;

/// Names that no class, constant or enum may have.
const ENGINE: &str = include_str!("../../../src/client/gdscript/godot_classes.txt");

/// Something with names of its own, whose lines stand `depth` tabs from the left.
struct Scope {
    kind: Kind,
    depth: usize,
    names: BTreeSet<String>,
}

#[derive(PartialEq)]
enum Kind {
    Class,
    Enum,
    Dictionary,
    Function,
}

/// What is wrong with the names of these scripts; each with its file.
pub(super) fn problems(files: &[GeneratedFile]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|it| it.path().extension().is_some_and(|it| it == "gd")) {
        let mut of_file = of_text(file.text());
        let folder = file.path().parent().unwrap();
        for path in between(file.text(), "preload(\"", "\")") {
            if !files.iter().any(|it| *it.path() == normal(&folder.join(path))) {
                of_file.push(format!("there is no {path}"));
            }
        }
        if let Some(parent) = between(file.text(), "\nextends \"", "\"\n").next() {
            let parent = files.iter().find(|it| *it.path() == normal(&folder.join(parent))).unwrap();
            let inherited = top(parent.text());
            // A function may stand in the place of its parent's.
            let overrides = |it: &String| {
                let head = format!("\nfunc {it}(");
                file.text().contains(&head) && parent.text().contains(&head)
            };
            let twice = top(file.text()).into_iter().filter(|it| inherited.contains(it) && !overrides(it));
            of_file.extend(twice.map(|it| format!("its parent has {it}")));
        }
        for (constant, path) in [("Operations", "operations.gd"), ("Enums", "enums.gd")] {
            let declared = files.iter().find(|it| it.path() == Path::new(path)).map(|it| top(it.text())).unwrap();
            for member in between(file.text(), &format!("{constant}."), "").map(identifier) {
                if member.starts_with(char::is_uppercase) && !declared.contains(member) {
                    of_file.push(format!("there is no {constant}.{member}"));
                }
            }
        }
        found.extend(of_file.into_iter().map(|it| format!("{}: {it}", file.path().display())));
    }
    found
}

/// What stands at the left edge of a script.
fn top(script: &str) -> BTreeSet<String> {
    script.lines().filter_map(|it| declared(it).map(|(_, name)| name.to_owned())).collect()
}

fn of_text(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut scopes = vec![Scope { kind: Kind::Class, depth: 0, names: BTreeSet::new() }];
    let mut lines = script.lines();
    while let Some(line) = lines.next() {
        let (depth, mut line) = (line.len() - line.trim_start_matches('\t').len(), line.trim().to_owned());
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        while scopes.last().is_some_and(|it| it.depth > depth) {
            scopes.pop();
        }
        let around: BTreeSet<String> = scopes.iter().flat_map(|it| it.names.iter().cloned()).collect();
        let scope = scopes.last_mut().unwrap();
        let mut inner = None;
        let name = match (&scope.kind, declared(&line)) {
            (Kind::Enum, _) => Some(identifier(&line).to_owned()),
            (Kind::Dictionary, _) => {
                inner = line.ends_with('{').then(|| (Kind::Dictionary, BTreeSet::new()));
                line.strip_prefix('"').and_then(|it| it.split('"').next()).map(str::to_owned)
            }
            (Kind::Function, declared) => declared.filter(|(word, _)| *word == "var").map(|(_, name)| name.to_owned()),
            (Kind::Class, Some((word, name))) => {
                let name = name.to_owned();
                if ENGINE.lines().any(|it| it == name) {
                    found.push(format!("the engine has {name}"));
                }
                if word == "class" && around.contains(&name) {
                    found.push(format!("{name} hides what is around it"));
                }
                inner = match word {
                    "class" => Some((Kind::Class, BTreeSet::new())),
                    "enum" if line.ends_with('{') => Some((Kind::Enum, BTreeSet::new())),
                    "const" if line.ends_with('{') => Some((Kind::Dictionary, BTreeSet::new())),
                    "func" => {
                        while !line.ends_with(':') {
                            line += lines.next().expect("the rest of a signature").trim();
                        }
                        let (_, parameters) = line.split_once('(').unwrap();
                        let parameters = parameters.rsplit_once(')').unwrap().0.split(',').map(identifier);
                        Some((Kind::Function, parameters.map(str::to_owned).collect()))
                    }
                    _ => None,
                };
                Some(name)
            }
            (Kind::Class, None) => None,
        };
        // Two blocks of a function may each have a local of one name, which only its parameters must not have.
        if let Some(name) = name.filter(|it| !it.is_empty()) {
            let is_function = scope.kind == Kind::Function;
            let is_new = if is_function { !scope.names.contains(&name) } else { scope.names.insert(name.clone()) };
            if !is_new {
                found.push(format!("{name} is declared twice"));
            }
        }
        scopes.extend(inner.map(|(kind, names)| Scope { kind, depth: depth + 1, names }));
    }
    found
}

/// The word by which a line declares something, and its name.
fn declared(line: &str) -> Option<(&str, &str)> {
    let (word, rest) = line.strip_prefix("static ").unwrap_or(line).split_once(' ')?;
    let declares = ["class", "const", "enum", "func", "signal", "var"].contains(&word);
    declares.then(|| (word, identifier(rest)))
}

/// The name at the start of a text; may be empty.
fn identifier(text: &str) -> &str {
    let text = text.trim_start();
    text.split(|it: char| !it.is_alphanumeric() && it != '_').next().unwrap_or_default()
}

/// Each text between two others.
fn between<'t>(text: &'t str, before: &'t str, after: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(before).skip(1).map(move |it| if after.is_empty() { it } else { it.split(after).next().unwrap_or(it) })
}

/// The path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(out.pop(), "{} is outside", path.display()),
            part => out.push(part),
        }
    }
    out
}
