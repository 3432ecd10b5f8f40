//! Operations that were prepared once: parsed, validated and compiled, for all requests that send the same text.
//!
//! ```text
//! text, operation name ──▶ PreparedText: document, variables
//! + structure of the variables ──▶ CompiledOperation
//! + values of the variables, actor ──▶ response
//! ```
//! Nothing here knows who asks, and no value of a variable is kept that decides less than which fields are answered, in which order, or
//! how many rows: see [`super::coerce::Structure`].

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, Selection, SelectionSet};
use async_graphql_value::Value as Literal;
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use super::coerce::{Definition, Structure};
use super::compiled::CompiledOperation;
use super::document;
use super::error::ResponseError;

/// How the prepared operations of an API were used since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PreparedCounts {
    /// Requests whose operation was there.
    pub hits: u64,
    /// Requests whose operation had to be prepared first, refused ones among them.
    pub misses: u64,
    /// Operations that made room for others.
    pub evictions: u64,
}

/// A document that was validated, and the operation that is asked for.
#[derive(Debug)]
pub(super) struct PreparedText {
    /// No other text has it, also after this one was forgotten.
    number: u64,
    /// The length of the text.
    bytes: usize,
    document: ExecutableDocument,
    name: Option<String>,
    variables: Vec<Definition>,
}

impl PreparedText {
    /// Prepares a document that is valid, of a text of so many bytes.
    ///
    /// # Errors
    /// `INVALID` if it has no such operation.
    pub(super) fn new(document: ExecutableDocument, name: Option<&str>, bytes: usize) -> Result<Self, ResponseError> {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let operation = document::operation(&document, name)?;
        let mut sizes = Vec::new();
        put_sizes(&operation.selection_set.node, &mut sizes);
        for fragment in document.fragments.values() {
            put_sizes(&fragment.node.selection_set.node, &mut sizes);
        }
        let variables = Definition::of(operation, |name| sizes.iter().any(|it| it == name));
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        Ok(Self { number, bytes, variables, name: name.map(ToOwned::to_owned), document })
    }

    pub(super) fn document(&self) -> &ExecutableDocument {
        &self.document
    }

    /// The operation that is asked for.
    ///
    /// # Errors
    /// None: it was there when the text was prepared.
    pub(super) fn operation(&self) -> Result<&OperationDefinition, ResponseError> {
        document::operation(&self.document, self.name.as_deref())
    }

    /// The variables that the operation defines.
    pub(super) fn variables(&self) -> &[Definition] {
        &self.variables
    }
}

/// The variables that are the size of a page somewhere.
fn put_sizes(set: &SelectionSet, sizes: &mut Vec<String>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                for (name, value) in &field.node.arguments {
                    if let ("first" | "last", Literal::Variable(variable)) = (name.node.as_str(), &value.node) {
                        sizes.push(variable.to_string());
                    }
                }
                put_sizes(&field.node.selection_set.node, sizes);
            }
            Selection::InlineFragment(fragment) => put_sizes(&fragment.node.selection_set.node, sizes),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// What was prepared lately, within bounds: what is asked for seldom goes first.
#[derive(Debug)]
pub(super) struct PreparedOperations {
    texts: Cache<TextKey, Arc<PreparedText>, Bytes>,
    operations: Cache<OperationKey, Arc<CompiledOperation>, Bytes>,
    /// Operations that were kept so far.
    kept: AtomicU64,
}

/// The most bytes that each of the two may take, as far as texts tell: a document and what is compiled of it are several times as large
/// as their text.
const MOST_BYTES: u64 = 16 << 20;
/// The bytes of each that do not depend on its text, so that there can be only so many.
const BYTES_OF_EACH: u64 = 2 << 10;
/// The bytes for each byte of the text.
const BYTES_OF_BYTE: u64 = 8;

/// The text of a document, and the name of the operation that is asked for.
#[derive(Debug, PartialEq, Eq)]
struct TextKey {
    text: String,
    operation: Option<String>,
}

/// The same, borrowed.
#[derive(Hash)]
struct TextRef<'a> {
    text: &'a str,
    operation: Option<&'a str>,
}

/// A prepared text, and the structure of the variables.
#[derive(Debug, PartialEq, Eq, Hash)]
struct OperationKey {
    text: u64,
    bytes: usize,
    structure: Structure,
}

/// The same, borrowed.
#[derive(Hash)]
struct OperationRef<'a> {
    text: u64,
    bytes: usize,
    structure: &'a Structure,
}

impl PreparedOperations {
    pub(super) fn new() -> Self {
        let most = usize::try_from(MOST_BYTES / BYTES_OF_EACH).unwrap_or(usize::MAX);
        Self {
            texts: Cache::with_weighter(most, MOST_BYTES, Bytes),
            operations: Cache::with_weighter(most, MOST_BYTES, Bytes),
            kept: AtomicU64::new(0),
        }
    }

    /// What was prepared of that text.
    pub(super) fn text(&self, text: &str, operation: Option<&str>) -> Option<Arc<PreparedText>> {
        self.texts.get(&TextRef { text, operation })
    }

    /// Keeps what was prepared of that text.
    pub(super) fn keep_text(&self, text: &str, prepared: &Arc<PreparedText>) {
        self.texts.insert(TextKey { text: text.to_owned(), operation: prepared.name.clone() }, prepared.clone());
    }

    /// What was compiled of a text for variables of that structure.
    pub(super) fn operation(&self, text: &PreparedText, structure: &Structure) -> Option<Arc<CompiledOperation>> {
        self.operations.get(&OperationRef { text: text.number, bytes: text.bytes, structure })
    }

    /// Keeps what was compiled of a text for variables of that structure.
    pub(super) fn keep_operation(&self, text: &PreparedText, structure: Structure, operation: &Arc<CompiledOperation>) {
        self.kept.fetch_add(1, Ordering::Relaxed);
        self.operations.insert(OperationKey { text: text.number, bytes: text.bytes, structure }, operation.clone());
    }

    pub(super) fn counts(&self, requests: u64) -> PreparedCounts {
        let hits = self.operations.hits();
        let there = self.operations.len() as u64;
        let evictions = self.kept.load(Ordering::Relaxed).saturating_sub(there);
        PreparedCounts { hits, misses: requests.saturating_sub(hits), evictions }
    }
}

/// What an entry takes of the bounds.
#[derive(Clone, Debug)]
struct Bytes;

impl Bytes {
    fn of(text: usize, besides: usize) -> u64 {
        BYTES_OF_EACH + BYTES_OF_BYTE * text as u64 + besides as u64
    }
}

impl Weighter<TextKey, Arc<PreparedText>> for Bytes {
    fn weight(&self, key: &TextKey, _: &Arc<PreparedText>) -> u64 {
        Self::of(key.text.len(), 0)
    }
}

impl Weighter<OperationKey, Arc<CompiledOperation>> for Bytes {
    fn weight(&self, key: &OperationKey, _: &Arc<CompiledOperation>) -> u64 {
        Self::of(key.bytes, key.structure.bytes())
    }
}

impl Hash for TextKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        TextRef { text: &self.text, operation: self.operation.as_deref() }.hash(state);
    }
}

impl Equivalent<TextKey> for TextRef<'_> {
    fn equivalent(&self, key: &TextKey) -> bool {
        self.text == key.text && self.operation == key.operation.as_deref()
    }
}

impl Equivalent<OperationKey> for OperationRef<'_> {
    fn equivalent(&self, key: &OperationKey) -> bool {
        self.text == key.text && *self.structure == key.structure
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;
    use crate::graphql::open::OpenValues;

    /// A text of so many bytes.
    fn text(bytes: usize) -> Arc<PreparedText> {
        let document = parse_query("{ a }").unwrap_or_else(|it| panic!("{it}"));
        Arc::new(PreparedText::new(document, None, bytes).unwrap_or_else(|it| panic!("{it:?}")))
    }

    fn operation() -> Arc<CompiledOperation> {
        Arc::new(CompiledOperation { roots: Vec::new(), open: OpenValues::default(), introspects: false })
    }

    #[test]
    fn however_many_texts_come_only_so_many_are_kept() {
        let prepared = PreparedOperations::new();
        let (query, most) = (text(5), MOST_BYTES / BYTES_OF_EACH);
        for number in 0..3 * most {
            let text = format!("{{ a{number} }}");
            prepared.keep_text(&text, &query);
        }
        assert!(prepared.texts.len() as u64 <= most && prepared.texts.weight() <= MOST_BYTES);
    }

    #[test]
    fn large_texts_are_kept_in_smaller_numbers_and_what_went_is_counted() {
        let prepared = PreparedOperations::new();
        let large = 100_000;
        for _ in 0..100 {
            prepared.keep_operation(&text(large), Structure::default(), &operation());
        }
        let there = prepared.operations.len() as u64;
        assert!(there * BYTES_OF_BYTE * large as u64 <= MOST_BYTES, "{there}");
        assert_eq!(prepared.counts(100), PreparedCounts { hits: 0, misses: 100, evictions: 100 - there });
    }

    #[test]
    fn a_text_that_was_prepared_again_does_not_find_what_was_compiled_of_the_first() {
        let prepared = PreparedOperations::new();
        let (first, second) = (text(5), text(5));
        prepared.keep_operation(&first, Structure::default(), &operation());
        assert!(prepared.operation(&first, &Structure::default()).is_some());
        assert!(prepared.operation(&second, &Structure::default()).is_none());
    }
}
