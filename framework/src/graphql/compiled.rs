//! A compiled operation: what to read or do, and how to write the response.
//!
//! ```text
//! { world(id: "…") { title: name owner { id } } }
//! → Root { output: "world", task: Get { query: World [name] + owner [id], record: [title = attribute 1, owner = load 0 [id = attribute 0]] } }
//! ```

use async_graphql::Pos;

use crate::ir::{AttributeId, Name, ResourceId};
use crate::value::Value;

use super::open::{MaybeOpen, OpenInput, OpenQuery, OpenValues};
use super::schema::{PageInfoField, ProblemField, SignInField};

/// The root fields, in the order of the response.
#[derive(Debug)]
pub(super) struct CompiledOperation {
    pub(super) roots: Vec<Output<Root>>,
    /// What is filled in for each request.
    pub(super) open: OpenValues,
    /// Whether `__schema` or `__type` is among them.
    pub(super) introspects: bool,
    /// How many bytes it takes, roughly.
    pub(super) bytes: usize,
}

impl CompiledOperation {
    /// Whether its text says what only one person may know: a code, or the flow that it belongs to, that are no variables.
    pub(super) fn holds_secrets(&self) -> bool {
        self.roots.iter().any(|it| match &it.part {
            Root::RequestCode { input, .. } | Root::SignIn { input, .. } => !self.open.are_variables(input),
            _ => false,
        })
    }
}

/// One field of a response object: its key, and what it shows.
#[derive(Debug)]
pub(super) struct Output<P> {
    pub(super) key: String,
    /// `,"key":`, as it is written. Names of GraphQL hold no character that JSON escapes.
    pub(super) written_key: String,
    pub(super) position: Pos,
    pub(super) part: P,
}

/// A response object's fields, in order.
pub(super) type Outputs<P> = Vec<Output<P>>;

/// What a root field does.
#[derive(Debug)]
pub(super) enum Root {
    Typename(&'static str),
    /// An introspection field, executed by async-graphql.
    Introspection,
    Page {
        query: OpenQuery,
        connection: ConnectionOutputs,
    },
    Rows {
        query: OpenQuery,
        record: RecordOutputs,
    },
    /// The row of a read that returns one.
    One {
        query: OpenQuery,
        record: RecordOutputs,
    },
    Get {
        query: OpenQuery,
        id: MaybeOpen<Value>,
        record: RecordOutputs,
    },
    CurrentUser {
        query: OpenQuery,
        record: RecordOutputs,
    },
    Call {
        call: GenericCall,
        answer: ReturnOutput,
    },
    Act {
        act: RowMutation,
        payload: PayloadOutputs<RecordOutputs>,
    },
    CallPayload {
        call: GenericCall,
        payload: PayloadOutputs<ReturnOutput>,
    },
    RequestCode {
        input: OpenInput,
        payload: PayloadOutputs<Outputs<SignInPart>>,
    },
    SignIn {
        input: OpenInput,
        query: OpenQuery,
        payload: PayloadOutputs<Outputs<SignInPart>>,
    },
    SignOut {
        payload: PayloadOutputs<()>,
    },
}

impl Root {
    /// Whether it is a field of `Mutation`.
    pub(super) fn writes(&self) -> bool {
        match self {
            Self::Act { .. }
            | Self::CallPayload { .. }
            | Self::RequestCode { .. }
            | Self::SignIn { .. }
            | Self::SignOut { .. } => true,
            Self::Typename(_)
            | Self::Introspection
            | Self::Page { .. }
            | Self::Rows { .. }
            | Self::One { .. }
            | Self::Get { .. }
            | Self::CurrentUser { .. }
            | Self::Call { .. } => false,
        }
    }
}

/// A generic action with its input.
#[derive(Debug)]
pub(super) struct GenericCall {
    pub(super) resource: ResourceId,
    pub(super) action: Name,
    pub(super) input: OpenInput,
    /// How the rows are read that it answers; `None` if it answers none, or none of them is selected.
    pub(super) query: Option<OpenQuery>,
}

/// A create, update or destroy.
#[derive(Debug)]
pub(super) struct RowMutation {
    pub(super) resource: ResourceId,
    pub(super) action: Name,
    pub(super) row: MeantRow,
    pub(super) input: OpenInput,
    /// How the row is read for `result`; `None` if `result` is not selected.
    pub(super) query: Option<OpenQuery>,
}

/// The row that a mutation means.
#[derive(Debug)]
pub(super) enum MeantRow {
    New,
    Id(MaybeOpen<Value>),
    /// By the attributes that the action names it by.
    Named(OpenInput),
}

pub(super) type RecordOutputs = Outputs<RecordPart>;

/// A field of a row. Positions are those of [`crate::record::Record`].
#[derive(Debug)]
pub(super) enum RecordPart {
    Typename(String),
    Attribute { id: AttributeId, leaf: Leaf },
    Calculation { slot: usize, leaf: Leaf },
    One { load: usize, record: RecordOutputs },
    Page { load: usize, connection: ConnectionOutputs },
    Rows { load: usize, record: RecordOutputs },
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Leaf {
    pub(super) form: LeafFormat,
    pub(super) nullable: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum LeafFormat {
    /// As the value is stored.
    Plain,
    /// An integer of 32 bits; a larger one is an error.
    Int,
    /// An integer as a string.
    BigInt,
}

pub(super) type ConnectionOutputs = Outputs<ConnectionPart>;

#[derive(Debug)]
pub(super) enum ConnectionPart {
    Typename(String),
    Nodes(RecordOutputs),
    Edges(Outputs<EdgePart>),
    PageInfo(Outputs<PageInfoPart>),
    TotalCount,
}

#[derive(Debug)]
pub(super) enum EdgePart {
    Typename(String),
    Cursor,
    Node(RecordOutputs),
}

#[derive(Debug)]
pub(super) enum PageInfoPart {
    Typename,
    Field(PageInfoField),
}

/// A payload whose `result` is written by `R`.
pub(super) type PayloadOutputs<R> = Outputs<PayloadPart<R>>;

#[derive(Debug)]
pub(super) enum PayloadPart<R> {
    Typename(String),
    Result(R),
    /// What was done with the row.
    Wrote,
    /// With the names of the action's inputs: a problem of anything else has no path.
    Errors(Outputs<ProblemPart>, Vec<String>),
}

#[derive(Debug)]
pub(super) enum ProblemPart {
    Typename,
    Field(ProblemField),
}

/// How the return value of a generic action is written.
#[derive(Debug)]
pub(super) enum ReturnOutput {
    Value(Leaf),
    Object(Outputs<ReturnPart>),
    /// A row; one that is not there, or that the actor may not read, is null. A list of rows that are not null leaves such a row out.
    Row {
        record: RecordOutputs,
        nullable: bool,
    },
    List(Box<ReturnOutput>),
}

#[derive(Debug)]
pub(super) enum ReturnPart {
    Typename(String),
    Field { index: usize, leaf: Leaf },
}

#[derive(Debug)]
pub(super) enum SignInPart {
    Typename(String),
    Field(SignInField),
    User(RecordOutputs),
}
