//! The book: chapters are listed, links lead somewhere, and no Rust in it is left out of `app/src/book.rs`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The tutorial is a workspace of its own, with a test of its own.
const TESTED_ELSEWHERE: &str = "tutorial.md";

#[test]
fn every_chapter_is_in_the_summary() {
    let summary = read(&folder().join("SUMMARY.md"));
    let listed: BTreeSet<String> = links(&summary).into_iter().map(|(_, target)| target).collect();
    let chapters: BTreeSet<String> =
        chapters().into_iter().map(|it| name(&it)).filter(|it| it != "SUMMARY.md").collect();
    assert_eq!(listed, chapters);
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut broken = Vec::new();
    for chapter in chapters() {
        let text = read(&chapter);
        for (line, link) in links(&text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { chapter.clone() } else { folder().join(file) };
            let found = target.exists() && (heading.is_empty() || headings(&read(&target)).contains(heading));
            if !found {
                broken.push(format!("{}:{line}: {link}", name(&chapter)));
            }
        }
    }
    assert_eq!(broken, [""; 0]);
}

#[test]
fn rust_is_compiled_wherever_it_stands() {
    let compiled = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/book.rs"));
    for chapter in chapters() {
        let (name, text) = (name(&chapter), read(&chapter));
        let blocks: Vec<_> = text.lines().filter(|it| it.trim_start().starts_with("```rust")).collect();
        if blocks.is_empty() || name == TESTED_ELSEWHERE {
            continue;
        }
        assert!(compiled.contains(&format!("\"{name}\"")), "{name} has Rust, and app/src/book.rs does not have it");
        assert!(!blocks.iter().any(|it| it.contains("ignore")), "{name} has Rust that is ignored");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/book/src")
}

fn chapters() -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder()).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 10, "{files:?}");
    files
}

fn name(file: &Path) -> String {
    file.file_name().unwrap().to_str().unwrap().to_owned()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The targets of Markdown's links, each with its line, but for those in code.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    for (number, line) in prose(text) {
        // Every second piece is between ticks.
        for piece in line.split('`').step_by(2) {
            let targets = piece.split("](").skip(1).filter_map(|it| it.split_once(')'));
            links.extend(targets.map(|(target, _)| (number, target.to_owned())));
        }
        // The text of a link may be code, and then its target begins a piece.
        let targets = line.split("`](").skip(1).filter_map(|it| it.split_once(')'));
        links.extend(targets.map(|(target, _)| (number, target.to_owned())));
    }
    links
}

/// The anchors of headings, as mdBook and forges make them.
fn headings(text: &str) -> BTreeSet<String> {
    let headings = prose(text).into_iter().filter_map(|(_, it)| it.strip_prefix('#').map(str::to_owned));
    let anchor = |it: String| {
        let text = it.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        text.chars().filter(|it| it.is_alphanumeric() || matches!(it, '-' | '_')).collect()
    };
    headings.map(anchor).collect()
}

/// The lines outside of code blocks, each with its number.
fn prose(text: &str) -> Vec<(usize, String)> {
    let mut in_code = false;
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            lines.push((number, line.to_owned()));
        }
    }
    lines
}
