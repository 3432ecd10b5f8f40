//! The response to a client.

use bytes::Bytes;

/// A finished response.
#[derive(Clone, Debug)]
pub struct Response {
    /// JSON with `data`, `errors` or both.
    pub body: Bytes,
    /// How far the request came.
    pub outcome: ResponseStatus,
}

/// How far a request came: HTTP's status is chosen by it.
///
/// Source: GraphQL over HTTP, "Status Codes".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseStatus {
    /// It was executed: the body has `data`, perhaps with `errors`.
    Executed,
    /// It was executed, and every root field failed with `UNAVAILABLE`.
    Unavailable,
    /// It was refused before anything was read or written: the body has `errors` and no `data`.
    RequestError,
}
