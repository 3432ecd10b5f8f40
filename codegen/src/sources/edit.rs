//! Edits of one source: what is put where, all of them in the text as it was.

use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Item, UseTree};

use super::SourceFile;

/// Some edits of one source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edits(Vec<(usize, String)>);

impl Edits {
    /// Puts `text` before the byte `at`.
    pub(crate) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.0.push((at, text.into()));
    }

    /// The text with all of them; those at one place in the order in which they were made.
    pub(super) fn applied_to(mut self, text: &str) -> String {
        self.0.sort_by_key(|(at, _)| *at);
        let crlf = text.contains("\r\n");
        let mut result = String::with_capacity(text.len() + 256);
        let mut done = 0;
        for (at, inserted) in self.0 {
            result.push_str(text.get(done..at).unwrap_or_default());
            result.push_str(&if crlf { inserted.replace('\n', "\r\n") } else { inserted });
            done = at;
        }
        result.push_str(text.get(done..).unwrap_or_default());
        result
    }

    /// Adds `mod name;` among the modules of a source, unless it is there.
    pub(crate) fn add_module(&mut self, source: &SourceFile, name: &str) {
        let modules: Vec<(String, Range<usize>)> = source
            .file
            .items
            .iter()
            .filter_map(|it| match it {
                Item::Mod(module) => Some((module.ident.to_string(), range(it))),
                _ => None,
            })
            .collect();
        if modules.iter().any(|(it, _)| it == name) {
            return;
        }
        self.insert_sorted(source, &modules, name, &format!("mod {name};"));
    }

    /// Adds `pub use module::Name;` among the other such lines of a source, unless `Name` is re-exported already.
    pub(crate) fn add_reexport(&mut self, source: &SourceFile, module: &str, name: &str) {
        if re_exports(source, name) {
            return;
        }
        let uses: Vec<(String, Range<usize>)> = source
            .file
            .items
            .iter()
            .filter_map(|it| match it {
                Item::Use(item) if is_given(&item.vis) => match &item.tree {
                    UseTree::Path(path) => Some((path.ident.to_string(), range(it))),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let line = format!("pub use {module}::{name};");
        if uses.is_empty() {
            let after =
                source.file.items.iter().rfind(|it| matches!(it, Item::Mod(module) if module.content.is_none()));
            let at = after.map_or_else(|| first_item(source), |it| end_of_line(source, range(it).end));
            return self.insert(at, format!("\n{line}\n"));
        }
        self.insert_sorted(source, &uses, module, &line);
    }

    /// Adds a `use` after those that are there; once is enough.
    pub(crate) fn add_import(&mut self, source: &SourceFile, line: &str) {
        if self.0.iter().any(|(_, it)| it.trim_end() == line) {
            return;
        }
        let last = source.file.items.iter().rfind(|it| matches!(it, Item::Use(_)));
        match last {
            Some(last) => self.insert(end_of_line(source, range(last).end), format!("{line}\n")),
            None => self.insert(first_item(source), format!("{line}\n\n")),
        }
    }

    /// Puts a line of its own below the line that ends with the byte before `at`; on the same line where something follows there.
    pub(crate) fn insert_below(&mut self, source: &SourceFile, at: usize, line: &str) {
        let below = end_of_line(source, at);
        let rest = source.text.get(at..below).unwrap_or_default().trim();
        match rest.is_empty() || rest.starts_with("//") {
            true => self.insert(below, format!("{line}\n")),
            false => self.insert(at, format!(" {line}")),
        }
    }

    /// Puts a line of its own after the last of `items` that sorts before `name`, or above all of them.
    fn insert_sorted(&mut self, source: &SourceFile, items: &[(String, Range<usize>)], name: &str, line: &str) {
        let before = items.iter().filter(|(it, _)| it.as_str() < name).max_by_key(|(_, range)| range.end);
        if let Some((_, range)) = before {
            self.insert(end_of_line(source, range.end), format!("{line}\n"));
        } else if let Some(start) = items.iter().map(|(_, range)| range.start).min() {
            self.insert(above_comments(source, start), format!("{line}\n"));
        } else {
            self.insert(first_item(source), format!("{line}\n\n"));
        }
    }
}

/// The start of the comment lines right above the line that starts at the byte `at`.
fn above_comments(source: &SourceFile, at: usize) -> usize {
    let mut start = at;
    while let Some(line) = source.text.get(..start).and_then(|it| it.strip_suffix('\n')) {
        let from = line.rfind('\n').map_or(0, |it| it + 1);
        if !line.get(from..).is_some_and(|it| it.starts_with("//") && !it.starts_with("//!")) {
            break;
        }
        start = from;
    }
    start
}

/// The bytes of a piece of the syntax, with its attributes.
fn range(piece: &impl Spanned) -> Range<usize> {
    bytes(piece.span())
}

/// The bytes of a span.
pub(super) fn bytes(span: Span) -> Range<usize> {
    span.byte_range()
}

/// Where the first item starts, with its documentation.
fn first_item(source: &SourceFile) -> usize {
    source.file.items.first().map_or(source.text.len(), |it| range(it).start)
}

/// The start of the line after the byte `at`.
fn end_of_line(source: &SourceFile, at: usize) -> usize {
    let rest = source.text.get(at..).unwrap_or_default();
    rest.find('\n').map_or(source.text.len(), |it| at + it + 1)
}

/// Whether everybody may name it.
pub(super) fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

/// Whether other modules may name it.
fn is_given(visibility: &syn::Visibility) -> bool {
    !matches!(visibility, syn::Visibility::Inherited)
}

/// Whether the source gives others `name`: declares it, or re-exports it.
pub(crate) fn re_exports(source: &SourceFile, name: &str) -> bool {
    source.file.items.iter().any(|it| match it {
        Item::Use(item) if is_given(&item.vis) => names(&item.tree, name, true),
        Item::Struct(item) => is_given(&item.vis) && item.ident == name,
        Item::Enum(item) => is_given(&item.vis) && item.ident == name,
        _ => false,
    })
}

/// Whether an import gives that name; `glob`: whether one of all names is taken to.
pub(super) fn names(tree: &UseTree, name: &str, glob: bool) -> bool {
    match tree {
        UseTree::Path(path) => names(&path.tree, name, glob),
        UseTree::Name(it) => it.ident == name,
        UseTree::Rename(it) => it.rename == name,
        UseTree::Glob(_) => glob,
        UseTree::Group(group) => group.items.iter().any(|it| names(it, name, glob)),
    }
}
