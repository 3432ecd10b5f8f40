//! What fields and inputs mean to the compiler.

use crate::ir::{AttributeId, CalculationId, Name, Pagination, RelationshipId, ResourceId, Type};

/// What a field returns.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::graphql) enum Meaning {
    Root(Root),
    Record(RecordField),
    Connection(ConnectionField),
    Edge(EdgeField),
    PageInfo(PageInfoField),
    Payload(PayloadField),
    Problem(ProblemField),
    /// A field of an object that a generic action returns, by position, with its type.
    Answer(usize, Type),
    SignIn(SignInField),
}

/// A field of `Query` or `Mutation`.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::graphql) enum Root {
    /// Rows by a read action.
    Read {
        resource: ResourceId,
        action: Name,
        shape: ReadShape,
    },
    /// A row by its primary key.
    Get {
        resource: ResourceId,
    },
    /// The actor's own row.
    CurrentUser {
        resource: ResourceId,
    },
    /// A generic action that only reads.
    Call {
        resource: ResourceId,
        action: Name,
    },
    /// Any other action, whose result is a payload.
    Act {
        resource: ResourceId,
        action: Name,
    },
    SignIn(SignInRoot),
}

/// What a read returns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::graphql) enum ReadShape {
    /// A connection.
    Page(Pagination),
    /// A list.
    Rows,
    /// One row or null.
    One,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::graphql) enum RecordField {
    Attribute(AttributeId),
    Calculation(CalculationId),
    /// A to-one relationship.
    One(RelationshipId),
    /// A to-many relationship, as a connection.
    Page(RelationshipId, Pagination),
    /// A to-many relationship to a resource that does not page.
    Rows(RelationshipId),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::graphql) enum ConnectionField {
    Nodes,
    Edges,
    PageInfo,
    TotalCount,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::graphql) enum EdgeField {
    Cursor,
    Node,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::graphql) enum PageInfoField {
    HasNextPage,
    HasPreviousPage,
    StartCursor,
    EndCursor,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::graphql) enum PayloadField {
    Result,
    /// What a create did that may find its row stored already.
    Wrote,
    Errors,
}

/// A field of `ActionError`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::graphql) enum ProblemField {
    Code,
    Message,
    Path,
    Fields,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::graphql) enum SignInRoot {
    RequestCode,
    SignIn,
    SignOut,
}

/// A field of `SignInFlow` or `SignedIn`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::graphql) enum SignInField {
    /// The flow or the token.
    Secret,
    ExpiresAt,
    User,
}

/// What an argument or a field of an input object is for.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::graphql) enum InputMeaning {
    /// Its name and field say it: `id`, `input`, `filter`, `first`, …
    Place,
    And,
    Or,
    Not,
    Attribute(AttributeId),
    Calculation(CalculationId),
    Relationship(RelationshipId),
    Operator(Operator),
    /// An attribute or argument of an action, by its Rust name. `key`: it names a row, so a malformed id finds none.
    Given {
        name: Name,
        ty: Type,
        key: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::graphql) enum Operator {
    Eq,
    NotEq,
    Lt,
    Lte,
    Gt,
    Gte,
    Contains,
    StartsWith,
    EndsWith,
    IEq,
    In,
    NotIn,
    IsNil,
}
