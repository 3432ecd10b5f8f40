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

use super::coerce::{Definitions, Structure};
use super::compiled::CompiledOperation;
use super::document;
use super::error::ResponseError;
use super::lexer::Tokens;
use crate::cache::{BYTES_OF_EACH, bounded};
use crate::query::PreparedCounts;

/// A document that was validated, and the operation that is asked for.
#[derive(Debug)]
pub(super) struct PreparedText {
    /// No other text has it, also after this one was forgotten.
    number: u64,
    /// How many bytes it takes, roughly.
    bytes: u64,
    document: ExecutableDocument,
    name: Option<String>,
    variables: Definitions,
}

impl PreparedText {
    /// Prepares a document that is valid, of that text.
    ///
    /// # Errors
    /// `INVALID` if it has no such operation.
    pub(super) fn new(document: ExecutableDocument, name: Option<&str>, text: &str) -> Result<Self, ResponseError> {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let operation = document::operation(&document, name)?;
        let mut sizes = Vec::new();
        put_sizes(&operation.selection_set.node, &mut sizes);
        for fragment in document.fragments.values() {
            put_sizes(&fragment.node.selection_set.node, &mut sizes);
        }
        let bytes = BYTES_OF_EACH + BYTES_OF_TOKEN * Tokens::of(text).count() as u64 + 2 * text.len() as u64;
        let variables = Definitions::of(operation, |name| sizes.iter().any(|it| it == name));
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
    pub(super) fn variables(&self) -> &Definitions {
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

/// The bytes of a parsed document for each token of its text.
const BYTES_OF_TOKEN: u64 = 128;

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
    structure: Structure,
}

/// The same, borrowed.
#[derive(Hash)]
struct OperationRef<'a> {
    text: u64,
    structure: &'a Structure,
}

impl PreparedOperations {
    pub(super) fn new() -> Self {
        Self { texts: bounded(Bytes), operations: bounded(Bytes), kept: AtomicU64::new(0) }
    }

    /// What was prepared of that text.
    pub(super) fn text(&self, text: &str, operation: Option<&str>) -> Option<Arc<PreparedText>> {
        self.texts.get(&TextRef { text, operation })
    }

    /// Keeps what was prepared of that text, unless it is there.
    pub(super) fn keep_text(&self, text: &str, prepared: &Arc<PreparedText>) {
        if self.texts.contains_key(&TextRef { text, operation: prepared.name.as_deref() }) {
            return;
        }
        self.texts.insert(TextKey { text: text.to_owned(), operation: prepared.name.clone() }, prepared.clone());
    }

    /// What was compiled of a text for variables of that structure.
    pub(super) fn operation(&self, text: &PreparedText, structure: &Structure) -> Option<Arc<CompiledOperation>> {
        self.operations.get(&OperationRef { text: text.number, structure })
    }

    /// Keeps what was compiled of a text for variables of that structure.
    pub(super) fn keep_operation(&self, text: &PreparedText, structure: Structure, operation: &Arc<CompiledOperation>) {
        self.kept.fetch_add(1, Ordering::Relaxed);
        self.operations.insert(OperationKey { text: text.number, structure }, operation.clone());
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

impl Weighter<TextKey, Arc<PreparedText>> for Bytes {
    fn weight(&self, _: &TextKey, text: &Arc<PreparedText>) -> u64 {
        text.bytes
    }
}

impl Weighter<OperationKey, Arc<CompiledOperation>> for Bytes {
    fn weight(&self, key: &OperationKey, operation: &Arc<CompiledOperation>) -> u64 {
        BYTES_OF_EACH + (operation.bytes + key.structure.bytes()) as u64
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
    use crate::cache::MOST_BYTES;
    use crate::graphql::open::OpenValues;

    fn prepared() -> PreparedOperations {
        PreparedOperations::new()
    }

    fn text(query: &str) -> Arc<PreparedText> {
        let document = parse_query("{ a }").unwrap_or_else(|it| panic!("{it}"));
        Arc::new(PreparedText::new(document, None, query).unwrap_or_else(|it| panic!("{it:?}")))
    }

    fn operation(bytes: usize) -> Arc<CompiledOperation> {
        Arc::new(CompiledOperation { roots: Vec::new(), open: OpenValues::default(), introspects: false, bytes })
    }

    #[test]
    fn however_many_texts_come_only_so_many_are_kept() {
        let prepared = prepared();
        let (query, most) = (text("{ a }"), MOST_BYTES / BYTES_OF_EACH);
        for number in 0..3 * most {
            let text = format!("{{ a{number} }}");
            prepared.keep_text(&text, &query);
        }
        assert!(prepared.texts.len() as u64 <= most && prepared.texts.weight() <= MOST_BYTES);
    }

    #[test]
    fn the_largest_text_can_be_kept_and_counts_for_what_it_takes() {
        let prepared = prepared();
        // As many tokens, and as many bytes, as may be.
        let large = format!("{{ {}\"{}\" }}", "a ".repeat(4_900), "x".repeat(240_000));
        for number in 0..100 {
            prepared.keep_text(&format!("{large}{number}"), &text(&large));
        }
        let there = prepared.texts.len() as u64;
        assert!(there > 0 && there * text(&large).bytes <= MOST_BYTES, "{there}");
    }

    #[test]
    fn large_operations_are_kept_in_smaller_numbers_and_what_went_is_counted() {
        let prepared = prepared();
        for _ in 0..100 {
            prepared.keep_operation(&text("{ a }"), Structure::default(), &operation(1 << 20));
        }
        let there = prepared.operations.len() as u64;
        assert!(there > 0 && there << 20 <= MOST_BYTES, "{there}");
        assert_eq!(prepared.counts(100), PreparedCounts { hits: 0, misses: 100, evictions: 100 - there });
    }

    #[test]
    fn a_text_that_was_prepared_again_does_not_find_what_was_compiled_of_the_first() {
        let prepared = prepared();
        let (first, second) = (text("{ a }"), text("{ a }"));
        prepared.keep_operation(&first, Structure::default(), &operation(0));
        assert!(prepared.operation(&first, &Structure::default()).is_some());
        assert!(prepared.operation(&second, &Structure::default()).is_none());
    }
}
