//! Why something was not done: a code to branch on, and messages to read.

use std::error::Error as StdError;
use std::fmt;

use serde::Serialize;

use crate::ir::Action;
use crate::value::ValueError;

/// The kind of an error; stable, and the same in GraphQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// Nobody is signed in, and somebody must be.
    Unauthenticated,
    /// The actor may not do it to a row they may see.
    Forbidden,
    /// No such row, as far as the actor may know.
    NotFound,
    /// The input, or the row's state, does not allow it.
    Invalid,
    /// It collides with what is stored: a value that must be unique, a row that others point at.
    Conflict,
    /// Too often; later it may work.
    RateLimited,
    /// The request is larger than the limits allow.
    LimitExceeded,
    /// A cursor that was not made by this list in this order.
    InvalidCursor,
    /// It took too long and was stopped.
    Timeout,
    /// The database cannot be reached, or is too busy.
    Unavailable,
    /// Something failed on the server: the cause is in the log, under the request's id.
    Internal,
}

impl Code {
    /// `NOT_FOUND`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::Invalid => "INVALID",
            Self::Conflict => "CONFLICT",
            Self::RateLimited => "RATE_LIMITED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::InvalidCursor => "INVALID_CURSOR",
            Self::Timeout => "TIMEOUT",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }

    /// What it means, in a sentence for a client.
    pub fn docs(self) -> &'static str {
        match self {
            Self::Unauthenticated => "Nobody is signed in, and somebody must be.",
            Self::Forbidden => "The actor may not do it.",
            Self::NotFound => "No such row, as far as the actor may know.",
            Self::Invalid => "The input, or the row's state, does not allow it.",
            Self::Conflict => "It collides with what is stored.",
            Self::RateLimited => "Too often; later it may work.",
            Self::LimitExceeded => "The request is larger than the limits allow.",
            Self::InvalidCursor => "A cursor that was not made by this list in this order.",
            Self::Timeout => "It took too long and was stopped.",
            Self::Unavailable => "The database cannot be reached, or is too busy.",
            Self::Internal => "A fault of ours; the request's id finds the cause in the log.",
        }
    }

    /// Every code, in the order of the GraphQL enum.
    pub const ALL: [Self; 11] = [
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Invalid,
        Self::Conflict,
        Self::RateLimited,
        Self::LimitExceeded,
        Self::InvalidCursor,
        Self::Timeout,
        Self::Unavailable,
        Self::Internal,
    ];
}

/// One thing that is wrong with a request, in words that a client may see.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// What kind.
    pub code: Code,
    /// One sentence, without values that the actor may not see.
    pub message: String,
    /// The Rust names of the inputs or attributes that are wrong; may be empty.
    pub fields: Vec<String>,
    /// Where in the input: names and positions, from its root; empty where nothing in it is wrong. `["3", "title"]` is the title of the
    /// fourth of several inputs.
    pub path: Vec<String>,
}

impl Problem {
    /// The position of the input or key that it is about, where there are several.
    pub(crate) fn position(&self) -> Option<usize> {
        self.path.first()?.parse().ok()
    }

    /// A problem of these fields, wherever they are.
    pub fn new(code: Code, message: impl Into<String>, fields: Vec<String>) -> Self {
        Self { code, message: message.into(), fields, path: Vec::new() }
    }

    /// An input names a row that does not exist, as far as the actor may know.
    pub(crate) fn not_found(field: &str) -> Self {
        Self::new(Code::NotFound, NOT_FOUND, vec![field.to_owned()])
    }

    /// The same with its path, if it has none yet: the first of its fields that is an input of the action, of the input at `index` where
    /// there are several.
    pub(crate) fn located(mut self, action: &Action, index: Option<usize>) -> Self {
        if self.path.is_empty() {
            let is_input = |it: &&String| action.has_input(it);
            let field = self.fields.iter().find(is_input).cloned();
            self.path = index.map(|it| it.to_string()).into_iter().chain(field).collect();
        }
        self
    }
}

/// Why an action was not done. Opaque: branch on [`Error::code`].
///
/// The code is for programs, and the problems are for people:
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// let error = World::create().name("").slug("Not a slug").run(cx).await.unwrap_err();
/// match error.code() {
///     Code::Invalid => {
///         let fields: Vec<_> = error.problems().iter().flat_map(|it| &it.fields).collect();
///         assert_eq!(fields, ["name", "slug"]);
///     }
///     code => panic!("{code:?}"),
/// }
/// # Ok(())
/// # });
/// # }
/// ```
///
/// It holds one or more [`Problem`]s, all that were found at once. The cause of an `INTERNAL`, `UNAVAILABLE` or `TIMEOUT` one is kept for
/// the log ([`StdError::source`]) and is never part of a message.
pub struct Error(Box<Inner>);

struct Inner {
    problems: Vec<Problem>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// One problem.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self::from_problems(vec![Problem::new(code, message, Vec::new())])
    }

    /// One problem of one input or attribute.
    pub fn at(code: Code, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::from_problems(vec![Problem::new(code, message, vec![field.into()])])
    }

    /// Several problems; an empty list is a bug in the framework and becomes `INTERNAL`.
    pub fn from_problems(mut problems: Vec<Problem>) -> Self {
        if problems.is_empty() {
            problems.push(Problem::new(Code::Internal, INTERNAL, Vec::new()));
        }
        Self(Box::new(Inner { problems, source: None }))
    }

    /// Something failed on the server. The cause goes to the log only.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let mut error = Self::new(Code::Internal, INTERNAL);
        error.0.source = Some(source.into());
        error
    }

    /// The database cannot be reached. The cause goes to the log only.
    pub fn unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let mut error = Self::new(Code::Unavailable, "the database cannot be reached; try again later");
        error.0.source = Some(source.into());
        error
    }

    /// The error with a cause for the log.
    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The error as one of that input or attribute.
    pub(crate) fn of(mut self, field: &str) -> Self {
        for problem in &mut self.0.problems {
            problem.fields.push(field.to_owned());
        }
        self
    }

    /// The same, each problem with its path: see [`Problem::located`].
    pub(crate) fn located(mut self, action: &Action, index: Option<usize>) -> Self {
        self.0.problems = self.0.problems.into_iter().map(|it| it.located(action, index)).collect();
        self
    }

    /// Whether it tells of what was asked for: not of the database, nor of a bug in the framework.
    pub(crate) fn is_of_input(&self) -> bool {
        !matches!(self.code(), Code::Timeout | Code::Unavailable | Code::Internal)
    }

    /// No such row, as far as the actor may know.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, NOT_FOUND)
    }

    /// The actor may not do it.
    pub fn forbidden() -> Self {
        Self::new(Code::Forbidden, "forbidden")
    }

    /// Somebody must be signed in.
    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, "sign in first")
    }

    /// The first problem's code.
    pub fn code(&self) -> Code {
        self.0.problems.first().map_or(Code::Internal, |it| it.code)
    }

    /// All problems that were found. Never empty.
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }
}

const INTERNAL: &str = "something went wrong on our side";
const NOT_FOUND: &str = "not found";

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("problems", &self.0.problems).field("source", &self.0.source).finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{}", problem.message)?;
            if !problem.fields.is_empty() {
                write!(f, " ({})", problem.fields.join(", "))?;
            }
        }
        Ok(())
    }
}

impl From<ValueError> for Error {
    fn from(error: ValueError) -> Self {
        match error {
            ValueError::Overflow => Self::new(Code::Invalid, error.to_string()),
            ValueError::Unreadable | ValueError::IllTyped => Self::internal(error),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|it| it as &(dyn StdError + 'static))
    }
}
