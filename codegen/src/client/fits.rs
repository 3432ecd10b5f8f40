//! The documents by which a client asks a server whether its operations still fit: a document is validated as a whole, and of these only an
//! operation runs that asks for nothing.
//!
//! ```text
//! query Fits { __typename }
//! query Fit1($id: ID!) { world(id: $id) { id name } }
//! …
//! ```
//! A server that has more than the client knows answers the same. What a server does not take is in a line, and each line is one operation.

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{Selection, SelectionSet};

use super::fragment::Fragment;
use super::model::{Call, Model};

/// One document; its operation `Fits` is the one to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckDocument {
    /// Its lines, each an operation.
    pub lines: Vec<CheckLine>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckLine {
    /// What does not fit if this does not: a root field, or a fragment. `None` of `Fits` itself.
    pub name: Option<String>,
    /// Its text, without a line feed.
    pub text: String,
}

impl CheckDocument {
    /// Its text.
    pub fn text(&self) -> String {
        self.lines.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

/// How much is in a text, as servers limit it.
#[derive(Clone, Copy, Default)]
struct Size {
    bytes: usize,
    tokens: usize,
    fields: usize,
    aliases: usize,
}

/// Less than what a server takes that was not told otherwise (`graphql::Limits`).
const MOST: Size = Size { bytes: 200_000, tokens: 4_500, fields: 900, aliases: 180 };

/// Every call with its default selection, and every fragment in a call that gives its type, in as few documents as servers take.
pub fn check_documents(model: &Model, fragments: &[Fragment]) -> Vec<CheckDocument> {
    let mut asked: Vec<(String, &Call, String)> = Vec::new();
    for call in model.calls() {
        let result = call.result.name();
        let user = model.sign_in.as_ref().filter(|it| it.sign_in == *call).and_then(|it| it.user.as_deref());
        let selection = match user {
            Some(user) => format!("{{ token expiresAt user {} }}", model.default_selection(user)),
            None => model.default_selection(result),
        };
        asked.push((call.field.clone(), call, selection));
    }
    for fragment in fragments {
        // A fragment of which no call gives the type is part of others, and asked there.
        if let Some(call) = model.calls().find(|it| it.result.name() == fragment.selection.on) {
            asked.push((fragment.name.clone(), call, fragment.selection.text()));
        }
    }
    let mut documents: Vec<CheckDocument> = Vec::new();
    let mut size = MOST;
    for (number, (name, call, selection)) in asked.into_iter().enumerate() {
        let text = call.document_named(&format!("Fit{}", number + 1)).with(&selection);
        let more = Size::of(&text);
        if !size.has_space_for(more) {
            let fits = CheckLine { name: None, text: "query Fits { __typename }".to_owned() };
            size = Size::of(&fits.text);
            documents.push(CheckDocument { lines: vec![fits] });
        }
        size = size.with(more);
        if let Some(document) = documents.last_mut() {
            document.lines.push(CheckLine { name: Some(name), text });
        }
    }
    documents
}

impl Size {
    fn of(text: &str) -> Self {
        let mut size = Self { bytes: text.len() + 1, tokens: tokens(text), ..Self::default() };
        if let Ok(document) = parse_query(text) {
            document.operations.iter().for_each(|(_, it)| size.add(&it.node.selection_set.node));
        }
        size
    }

    fn add(&mut self, set: &SelectionSet) {
        for selection in &set.items {
            self.fields += 1;
            if let Selection::Field(field) = &selection.node {
                self.aliases += usize::from(field.node.alias.is_some());
                self.add(&field.node.selection_set.node);
            }
        }
    }

    fn with(self, more: Self) -> Self {
        Self {
            bytes: self.bytes + more.bytes,
            tokens: self.tokens + more.tokens,
            fields: self.fields + more.fields,
            aliases: self.aliases + more.aliases,
        }
    }

    fn has_space_for(self, more: Self) -> bool {
        let sum = self.with(more);
        sum.bytes <= MOST.bytes && sum.tokens <= MOST.tokens && sum.fields <= MOST.fields && sum.aliases <= MOST.aliases
    }
}

/// No fewer than its lexical tokens: each word, and each sign. Those within a string are counted too.
fn tokens(text: &str) -> usize {
    let is_word = |it: char| it.is_alphanumeric() || it == '_';
    let mut in_word = false;
    let mut count = 0;
    for letter in text.chars() {
        let starts = is_word(letter) && !in_word;
        let is_sign = !is_word(letter) && !letter.is_whitespace() && letter != ',';
        count += usize::from(starts || is_sign);
        in_word = is_word(letter);
    }
    count
}
