//! What a server may choose about the GraphQL API.

use std::fmt;
use std::sync::Arc;

use super::SignIn;

/// What a server chooses; the default is that of production, without sign-in.
#[derive(Clone, Default)]
pub struct Options {
    /// Whether clients may introspect the schema, and errors suggest similar names.
    pub introspection: bool,
    /// How large an operation may be.
    pub limits: Limits,
    /// What sign-in's root fields do. The fields exist wherever a magic-link role is declared; without this they fail with `UNAVAILABLE`.
    pub sign_in: Option<Arc<dyn SignIn>>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("introspection", &self.introspection)
            .field("limits", &self.limits)
            .field("sign_in", &self.sign_in.is_some())
            .finish()
    }
}

/// How large an operation may be. What is larger is `LIMIT_EXCEEDED` before anything is read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the document.
    pub query_bytes: usize,
    /// Lexical tokens of the document.
    pub tokens: usize,
    /// How deep fields nest, fragments spread. A connection's `nodes` counts as a level.
    pub depth: usize,
    /// Fields of an operation, fragments spread.
    pub fields: usize,
    /// Root fields of a query.
    pub query_roots: usize,
    /// Root fields of a mutation.
    pub mutation_roots: usize,
    /// Aliases of a document.
    pub aliases: usize,
    /// Aliases of one field in one selection set.
    pub aliases_of_field: usize,
    /// Directives of one field or fragment.
    pub directives_of_field: usize,
    /// Directives of a document.
    pub directives: usize,
    /// Fragments of a document.
    pub fragments: usize,
    /// Conditions of all filters of an operation.
    pub conditions: usize,
    /// Rows that an operation could read: page sizes multiplied along the nesting, added up. A list without pages counts as 250 rows,
    /// which is also its limit.
    pub rows: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            query_bytes: 256 * 1024,
            tokens: 5_000,
            depth: 15,
            fields: 1_000,
            query_roots: 20,
            mutation_roots: 10,
            aliases: 200,
            aliases_of_field: 30,
            directives_of_field: 5,
            directives: 200,
            fragments: 50,
            conditions: 200,
            rows: 20_000,
        }
    }
}
