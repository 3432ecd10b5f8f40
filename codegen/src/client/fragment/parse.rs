//! Reads `.graphql` files: fragments alone, each name once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use async_graphql::Pos;
use async_graphql::parser::types::{DocumentOperations, FragmentDefinition};
use async_graphql::parser::{Error as ParseError, parse_query};

use super::{Finding, FragmentFile};
use crate::client::model::Model;
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// A fragment as it is written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) path: PathBuf,
    pub(super) position: Pos,
    pub(super) definition: FragmentDefinition,
}

/// The parser asks for an operation, so one follows the file's text, where it moves no line.
const OPERATION: &str = "_Samara";

/// The fragments of a file, in order.
pub(super) fn file(file: &FragmentFile) -> Result<Vec<Written>, Vec<Finding>> {
    let text = format!("{}\nquery {OPERATION} {{ __typename }}\n", file.text);
    let document = parse_query(&text).map_err(|error| vec![syntax(&file.path, &file.text, &error)])?;
    let found: Vec<Finding> = match &document.operations {
        DocumentOperations::Single(operation) => vec![operation_refused(&file.path, operation.pos)],
        DocumentOperations::Multiple(operations) => {
            let others = operations.iter().filter(|(name, _)| *name != OPERATION);
            others.map(|(_, it)| operation_refused(&file.path, it.pos)).collect()
        }
    };
    if !found.is_empty() {
        return Err(found);
    }
    let mut fragments: Vec<Written> = document
        .fragments
        .into_iter()
        .map(|(name, it)| Written {
            name: name.to_string(),
            docs: comment_above(&file.text, it.pos.line),
            path: file.path.clone(),
            position: it.pos,
            definition: it.node,
        })
        .collect();
    fragments.sort_by_key(|it| (it.position.line, it.position.column));
    Ok(fragments)
}

/// The fragments by name, without those whose name another thing has, and what is wrong with these.
pub(super) fn by_name(model: &Model, written: Vec<Written>) -> (BTreeMap<String, Written>, Vec<Finding>) {
    let mut by_name: BTreeMap<String, Written> = BTreeMap::new();
    let mut found = Vec::new();
    for fragment in written {
        if model.type_names().any(|it| it == fragment.name) {
            let message =
                format!("`{}` is a type of the API, and a fragment is one of the client's types", fragment.name);
            let help = format!("give the fragment another name: `{}Card`", fragment.name);
            found.push(finding(&fragment.path, fragment.position, DiagnosticCode::FragmentName, message, help));
        } else if let Some(first) = by_name.get(&fragment.name) {
            let message = format!("there are two fragments `{}`", fragment.name);
            let help = format!("rename one of the two; the other is at {}", place(&first.path, first.position));
            found.push(finding(&fragment.path, fragment.position, DiagnosticCode::FragmentName, message, help));
        } else {
            by_name.insert(fragment.name.clone(), fragment);
        }
    }
    (by_name, found)
}

/// A diagnostic at a position of a file.
pub(super) fn finding(
    path: &Path,
    position: Pos,
    code: DiagnosticCode,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Finding {
    let diagnostic = Diagnostic::new(code, message, help).at(place(path, position));
    ((path.to_owned(), position.line, position.column), diagnostic)
}

fn place(path: &Path, position: Pos) -> String {
    format!("{}:{}:{}", path.display(), position.line, position.column)
}

fn operation_refused(path: &Path, position: Pos) -> Finding {
    let message = "only fragments stand here, and this is an operation";
    let help =
        "the client has a call for each query and mutation; say what it selects as `fragment Name on Type { … }`";
    finding(path, position, DiagnosticCode::NoFragment, message, help)
}

fn syntax(path: &Path, text: &str, error: &ParseError) -> Finding {
    let position = error.positions().next().unwrap_or(Pos { line: 1, column: 1 });
    match error {
        ParseError::MultipleOperations { anonymous, .. } => operation_refused(path, *anonymous),
        ParseError::OperationDuplicated { second, .. } => operation_refused(path, *second),
        ParseError::FragmentDuplicated { fragment, first, second } => {
            let message = format!("there are two fragments `{fragment}`");
            let help = format!("rename one of the two; the other is at {}", place(path, *first));
            finding(path, *second, DiagnosticCode::FragmentName, message, help)
        }
        ParseError::RecursionLimitExceeded => {
            finding(path, position, DiagnosticCode::FragmentSyntax, "it nests too deep", "select less")
        }
        _ => {
            // The parser quotes the line, and says at the end what it expected there.
            let said = error.to_string();
            let expected = said.lines().rev().find_map(|it| it.trim().strip_prefix("= ")).map(|it| format!(": {it}"));
            let help = "a file holds fragments: `fragment WorldCard on World { id name }`";
            let lines = text.lines().count().max(1);
            if position.line > lines {
                let column = text.lines().last().map_or(0, |it| it.chars().count()) + 1;
                let (end, message) = (Pos { line: lines, column }, "it is no GraphQL: something is not closed");
                return finding(path, end, DiagnosticCode::FragmentSyntax, message, help);
            }
            let message = format!("it is no GraphQL{}", expected.unwrap_or_default());
            finding(path, position, DiagnosticCode::FragmentSyntax, message, help)
        }
    }
}

/// The comment lines right above a line.
fn comment_above(text: &str, line: usize) -> String {
    let lines: Vec<&str> = text.lines().take(line.saturating_sub(1)).collect();
    let comment = lines.iter().rev().map_while(|it| it.trim_start().strip_prefix('#'));
    let mut comment: Vec<&str> = comment.map(str::trim).collect();
    comment.reverse();
    comment.join("\n").trim().to_owned()
}
