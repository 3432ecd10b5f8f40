//! Runs a [`CompiledOperation`]: one query for each root field, one action after the other, each written when it is done.
//!
//! Root fields of a query are read one after the other, each in statements of its own: two fields may see two states of the
//! database. Each mutation is a transaction of its own; under a key, in which what is answered is kept too.

mod act;
mod read;
mod sign_in;

use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::{Pos, Value as Const};

use super::SignIn;
use super::compiled::{CompiledOperation, Output, Root};
use super::error::{ResponseError, log};
use super::keyed::KeyedRequest;
use super::open::FilledValues;
use super::response::ResponseStatus;
use super::write::{NullPropagated, ResponsePath, Writer};
use crate::context::Context;
use crate::error::{Code, Error};
use crate::execute;
use crate::ir::App;
use act::{Act, Call};
use sign_in::SignOut;

/// Everything that the execution needs besides the compiled operation.
pub(super) struct Execution<'a> {
    pub(super) cx: &'a Context,
    pub(super) request_id: Option<&'a str>,
    pub(super) extensions: &'a http::Extensions,
    pub(super) sign_in: Option<&'a dyn SignIn>,
    /// What was answered before, if it was sent under a key.
    pub(super) keyed: Option<&'a KeyedRequest>,
    /// What the variables of this request hold.
    pub(super) values: &'a FilledValues,
    /// The values of the introspection fields.
    pub(super) introspection: &'a Const,
    /// The number of `UNAVAILABLE` errors so far.
    pub(super) unavailable: AtomicUsize,
    /// The number of mutations so far that were done, now or before.
    pub(super) written: AtomicUsize,
}

/// How many root fields failed and how many wrote.
#[derive(Default)]
struct RootFieldCounts {
    /// Root fields that failed because something was unavailable.
    unavailable: usize,
    /// Root fields that were done, whether what they show could be read or not.
    written: usize,
}

/// Why the root fields that follow are not answered.
enum Stopped {
    NullPropagated,
    /// The key that the request was sent under belongs to another one.
    AnotherRequest,
}

impl From<NullPropagated> for Stopped {
    fn from(_: NullPropagated) -> Self {
        Self::NullPropagated
    }
}

impl Execution<'_> {
    /// The response's body, and the response's status.
    ///
    /// # Errors
    /// `CONFLICT` if the request was sent under the key of another one. Then nothing was written.
    pub(super) async fn plan(&self, plan: &CompiledOperation) -> Result<(Vec<u8>, ResponseStatus), ResponseError> {
        let mut writer = Writer::default();
        writer.raw(b"{\"data\":");
        let mut tally = RootFieldCounts::default();
        let complete = match self.roots(plan, &mut writer, &mut tally).await {
            Ok(()) => true,
            Err(Stopped::NullPropagated) => false,
            Err(Stopped::AnotherRequest) => {
                let message = "another request was sent under this `Idempotency-Key`: each has one of its own";
                return Err(ResponseError::new(Code::Conflict, message));
            }
        };
        if !complete {
            writer.rewind(b"{\"data\":".len());
            writer.null();
        }
        // What was written stays written, so a client must not simply repeat the request.
        let nothing = if complete { tally.unavailable == plan.roots.len() } else { tally.written == 0 };
        let outcome = match tally.unavailable > 0 && nothing {
            true => ResponseStatus::Unavailable,
            false => ResponseStatus::Executed,
        };
        Ok((writer.finish(self.request_id), outcome))
    }

    async fn roots(
        &self,
        plan: &CompiledOperation,
        writer: &mut Writer,
        tally: &mut RootFieldCounts,
    ) -> Result<(), Stopped> {
        writer.raw(b"{");
        for (index, root) in plan.roots.iter().enumerate() {
            writer.raw(&root.written_key.as_bytes()[usize::from(index == 0)..]);
            let (unavailable, done) = (self.unavailable.load(Ordering::Relaxed), self.written.load(Ordering::Relaxed));
            let written = self.root(root, index, writer).await;
            if self.written.load(Ordering::Relaxed) > done {
                tally.written += 1;
            } else if self.unavailable.load(Ordering::Relaxed) > unavailable {
                tally.unavailable += 1;
            }
            written?;
        }
        writer.raw(b"}");
        Ok(())
    }

    /// Of the kinds of root fields, those that are no reads have large futures: they are on the heap, so that reads do not carry them.
    async fn root(&self, root: &Output<Root>, index: usize, writer: &mut Writer) -> Result<(), Stopped> {
        let path = &ResponsePath::Key(&ResponsePath::Root, &root.key);
        match &root.part {
            Root::Typename(name) => writer.json(name),
            Root::Introspection => match self.introspection {
                Const::Object(members) => writer.json(&members.get(root.key.as_str())),
                _ => writer.null(),
            },
            Root::Page { query, connection } => {
                let found = execute::find(self.cx, &query.filled(self.values)).await;
                let found = self.required(found, writer, path, root.position)?;
                writer.page(connection, found.view(self.app()), path)?;
            }
            Root::Rows { query, record } => {
                let found = execute::find(self.cx, &query.filled(self.values)).await;
                let found = self.required(found, writer, path, root.position)?;
                writer.rows(record, found.view(self.app()), path)?;
            }
            Root::One { query, record } => {
                let found = execute::find_only(self.cx, &query.filled(self.values)).await;
                self.row(found, record, writer, path, root.position);
            }
            Root::Get { query, id, record } => {
                let id = self.values.id(id).into();
                let found = execute::find_by_key(self.cx, &query.filled(self.values), id).await;
                self.row(found, record, writer, path, root.position);
            }
            Root::CurrentUser { query, record } => {
                self.row(self.current_user(query).await, record, writer, path, root.position);
            }
            Root::Call { call, answer } => Box::pin(self.call(call, answer, writer, path, root.position)).await?,
            Root::Act { act, payload } => Box::pin(self.mutate(Act(act, payload), index, writer, path)).await?,
            Root::CallPayload { call, payload } => {
                Box::pin(self.mutate(Call(call, payload), index, writer, path)).await?;
            }
            Root::RequestCode { input, payload } => Box::pin(self.request_code(input, payload, writer, path)).await?,
            Root::SignIn { input, query, payload } => {
                Box::pin(self.sign_in(input, query, payload, writer, path)).await?;
            }
            Root::SignOut { payload } => Box::pin(self.mutate(SignOut(payload), index, writer, path)).await?,
        }
        Ok(())
    }

    fn app(&self) -> &App {
        self.cx.engine().app()
    }

    /// The value, or a field error, which makes a non-null field's parent null.
    fn required<T>(
        &self,
        it: Result<T, Error>,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
        at: Pos,
    ) -> Result<T, NullPropagated> {
        it.map_err(|error| {
            self.report(&error, writer, path, at);
            NullPropagated
        })
    }

    /// A field error.
    fn report(&self, error: &Error, writer: &mut Writer, path: &ResponsePath<'_>, position: Pos) {
        self.log(Some(error));
        for problem in error.problems() {
            writer.error(problem.code, &problem.message, path, position);
        }
    }

    /// Counts a mutation that was done.
    fn count<T, E>(&self, done: &Result<T, E>) {
        if done.is_ok() {
            self.written.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Logs the cause, which the client is not given, and counts errors of unavailability.
    fn log(&self, error: Option<&Error>) {
        let Some(error) = error else { return };
        log(error, self.request_id);
        if error.code() == Code::Unavailable {
            self.unavailable.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn not_served() -> Error {
        Error::new(Code::Unavailable, "sign-in is not set up")
    }
}
