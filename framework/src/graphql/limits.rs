//! How large a document may be: checked on the text before it is parsed, and on the document before it is validated.
//!
//! Validators and executors walk fragments wherever they are spread, so a small text can be a huge operation. Everything here
//! is linear in the text: a fragment is measured once.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use super::lexer::Tokens;
use super::{Limits, error::ResponseError};

/// How deep brackets of a document may nest; it limits the parser's recursion.
const MAX_BRACKETS: usize = 64;
/// How deep lists of types may nest in introspection, as in graphql-js.
const MAX_INTROSPECTION_LISTS: usize = 3;

/// Refuses a text that is too long, or nests too deep, to be parsed.
pub(super) fn text(query: &str, limits: &Limits) -> Result<(), ResponseError> {
    if query.len() > limits.query_bytes {
        return Err(ResponseError::limit(format!("the document is longer than {} bytes", limits.query_bytes)));
    }
    let mut brackets = 0_usize;
    for (count, (_, token)) in Tokens::of(query).enumerate() {
        if count == limits.tokens {
            return Err(ResponseError::limit(format!("the document has more than {} tokens", limits.tokens)));
        }
        match token {
            b"{" | b"[" | b"(" => brackets += 1,
            b"}" | b"]" | b")" => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        if brackets > MAX_BRACKETS {
            return Err(ResponseError::limit(format!("the document nests deeper than {MAX_BRACKETS} brackets")));
        }
    }
    Ok(())
}

/// Refuses a document that is too large once its fragments are spread.
pub(super) fn document(document: &ExecutableDocument, limits: &Limits) -> Result<(), ResponseError> {
    if document.fragments.len() > limits.fragments {
        return Err(ResponseError::limit(format!("the document has more than {} fragments", limits.fragments)));
    }
    let mut measure = Measure { document, limits, fragments: HashMap::new(), aliases: 0, directives: 0 };
    let mut selections = 0_usize;
    for (_, operation) in document.operations.iter() {
        measure.directives += operation.node.directives.len();
        let size = measure.set(&operation.node.selection_set.node)?;
        selections = selections.saturating_add(size.selections);
        if size.depth > limits.depth {
            return Err(ResponseError::limit(format!("the operation nests deeper than {} fields", limits.depth)));
        }
    }
    if selections > limits.fields {
        return Err(ResponseError::limit(format!("the document selects more than {} fields", limits.fields)));
    }
    let names: Vec<&str> = document.fragments.keys().map(|it| it.as_str()).collect();
    for name in names {
        measure.fragment(name)?;
    }
    if measure.aliases > limits.aliases {
        return Err(ResponseError::limit(format!("the document has more than {} aliases", limits.aliases)));
    }
    if measure.directives > limits.directives {
        return Err(ResponseError::limit(format!("the document has more than {} directives", limits.directives)));
    }
    Ok(())
}

struct Measure<'a> {
    document: &'a ExecutableDocument,
    limits: &'a Limits,
    /// Measured fragments; `None` while one is being measured.
    fragments: HashMap<String, Option<Size>>,
    aliases: usize,
    directives: usize,
}

/// A selection set with its fragments spread.
#[derive(Clone, Copy, Default)]
struct Size {
    selections: usize,
    depth: usize,
    /// How deep lists of types nest; only checked beneath `__schema` and `__type`.
    lists: usize,
}

impl Size {
    fn add(&mut self, other: Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.depth = self.depth.max(other.depth);
        self.lists = self.lists.max(other.lists);
    }
}

impl Measure<'_> {
    fn set(&mut self, set: &SelectionSet) -> Result<Size, ResponseError> {
        let mut size = Size { selections: set.items.len(), ..Size::default() };
        let mut aliased: HashMap<&str, usize> = HashMap::new();
        for selection in &set.items {
            let directives = selection.node.directives().len();
            self.directives += directives;
            if directives > self.limits.directives_of_field {
                let most = self.limits.directives_of_field;
                return Err(ResponseError::limit(format!("a field has more than {most} directives")).at(selection.pos));
            }
            size.add(match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    if field.node.alias.is_some() {
                        self.aliases += 1;
                        let count = aliased.entry(name).or_default();
                        *count += 1;
                        if *count > self.limits.aliases_of_field {
                            let most = self.limits.aliases_of_field;
                            return Err(
                                ResponseError::limit(format!("a field has more than {most} aliases")).at(field.pos)
                            );
                        }
                    }
                    self.field(name, &field.node.selection_set.node)?
                }
                Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
            });
        }
        Ok(size)
    }

    fn field(&mut self, name: &str, set: &SelectionSet) -> Result<Size, ResponseError> {
        let mut size = self.set(set)?;
        size.depth += 1;
        if matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes") && !set.items.is_empty() {
            size.lists += 1;
        }
        if matches!(name, "__schema" | "__type") {
            if size.lists >= MAX_INTROSPECTION_LISTS {
                return Err(ResponseError::limit("introspection nests too many lists"));
            }
            // Introspection is limited by the size of the schema, and standard tools nest it deep.
            size = Size { depth: 1, lists: 0, ..size };
        }
        Ok(size)
    }

    fn fragment(&mut self, name: &str) -> Result<Size, ResponseError> {
        match self.fragments.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(ResponseError::invalid("fragments must not spread each other in a circle")),
            None => {}
        }
        let document = self.document;
        // An unknown fragment is reported by the validator.
        let Some(fragment) = document.fragments.get(name) else { return Ok(Size::default()) };
        self.fragments.insert(name.to_owned(), None);
        self.directives += fragment.node.directives.len();
        let size = self.set(&fragment.node.selection_set.node)?;
        self.fragments.insert(name.to_owned(), Some(size));
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;
    use crate::error::Code;

    fn refused(query: &str) -> Option<Code> {
        let limits = Limits::default();
        let check = || {
            text(query, &limits)?;
            let parsed = parse_query(query).map_err(|it| ResponseError::invalid(it.to_string()))?;
            document(&parsed, &limits)
        };
        check().err().map(|it| it.code)
    }

    #[test]
    fn ordinary_documents_pass() {
        for query in [
            "{ a }",
            "query($x: [Int!]! = [1, 2]) { a(b: $x, c: {d: \"}}}}\"}) { ...F } } fragment F on T { x y }",
            "# {{{{{{\n{ a(s: \"\"\"\n \\\"\"\" { \" \"\"\") }",
        ] {
            assert_eq!(refused(query), None, "{query}");
        }
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let doubling = |levels: usize| {
            let fragments: String = (0..levels)
                .map(|it| format!("fragment F{it} on T {{ ...F{next} ...F{next} }}", next = it + 1))
                .collect();
            format!("{{ ...F0 }} {fragments} fragment F{levels} on T {{ a }}")
        };
        for query in [
            format!("{{ {} }}", "a ".repeat(6_000)),
            format!("{}a{}", "{a".repeat(1_000_000), "}".repeat(1_000_000)),
            "{ a(b: ".to_owned() + &"[".repeat(70) + &"]".repeat(70) + ") }",
            "{ a".repeat(20) + &"}".repeat(20),
            format!("{{ {} }}", (0..31).map(|it| format!("x{it}: a ")).collect::<String>()),
            format!("{{ {} }}", (0..201).map(|it| format!("x{it}: a{it} ")).collect::<String>()),
            format!("{{ a {} }}", "@include(if: true) ".repeat(6)),
            format!("{{ {} }}", "a @skip(if: false) ".repeat(201)),
            doubling(30),
            (0..51).map(|it| format!("fragment F{it} on T {{ a }} ")).collect::<String>() + "{ a }",
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }".to_owned(),
        ] {
            assert_eq!(refused(&query), Some(Code::LimitExceeded), "{}", &query[..query.len().min(80)]);
        }
    }

    #[test]
    fn cycles_are_found_before_anything_walks_them() {
        let query = "{ ...A } fragment A on T { ...B ...B } fragment B on T { ...A ...A }";
        assert_eq!(refused(query), Some(Code::Invalid));
    }
}
