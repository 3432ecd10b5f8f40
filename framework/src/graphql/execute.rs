//! Runs a [`Plan`]: one query a root field, one action after the other, written as they come.
//!
//! Root fields of a query are read one after the other, each in statements of its own: two fields may see two states of the
//! database. Each mutation is a transaction of its own.

mod act;
mod read;
mod sign_in;

use async_graphql::{Pos, Value as Const};

use super::SignIn;
use super::fault::log;
use super::plan::{Output, Plan, Root};
use super::write::{Bubble, Path, Writer, Written};
use crate::context::Context;
use crate::error::{Code, Error};

/// Everything that a run needs besides the plan.
pub(super) struct Run<'a> {
    pub(super) cx: &'a Context,
    pub(super) request_id: Option<&'a str>,
    pub(super) extensions: &'a http::Extensions,
    pub(super) sign_in: Option<&'a dyn SignIn>,
    /// What introspection fields answer.
    pub(super) introspection: &'a Const,
}

impl Run<'_> {
    /// The response's body.
    pub(super) async fn plan(&self, plan: &Plan) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.raw(b"{\"data\":");
        if self.roots(plan, &mut writer).await.is_err() {
            writer.rewind(b"{\"data\":".len());
            writer.null();
        }
        writer.finish(self.request_id)
    }

    async fn roots(&self, plan: &Plan, writer: &mut Writer) -> Written {
        writer.raw(b"{");
        for (index, root) in plan.roots.iter().enumerate() {
            if index > 0 {
                writer.raw(b",");
            }
            writer.key(&root.key);
            self.root(root, writer).await?;
        }
        writer.raw(b"}");
        Ok(())
    }

    async fn root(&self, root: &Output<Root>, writer: &mut Writer) -> Written {
        let path = &Path::Key(&Path::Root, &root.key);
        match &root.part {
            Root::Typename(name) => writer.json(name),
            Root::Introspection => match self.introspection {
                Const::Object(members) => writer.json(&members.get(root.key.as_str())),
                _ => writer.null(),
            },
            Root::Page { query, connection } => {
                let page = self.required(self.cx.read(query.clone()).await, writer, path, root.position)?;
                writer.page(connection, &page, path)?;
            }
            Root::Rows { query, record } => {
                let page = self.required(self.cx.read(query.clone()).await, writer, path, root.position)?;
                writer.rows(record, &page.records, path)?;
            }
            Root::One { query, record } => {
                let row = self.cx.read(query.clone()).await.map(|page| page.records.into_iter().next());
                self.row(row, record, writer, path, root.position);
            }
            Root::Get { query, id, record } => {
                let row = self.cx.get(query.clone(), *id).await;
                self.row(row, record, writer, path, root.position);
            }
            Root::CurrentUser { query, record } => {
                self.row(self.current_user(query).await, record, writer, path, root.position);
            }
            Root::Call { call, answer } => self.call(call, answer, writer, path, root.position).await?,
            Root::Act { act, payload } => self.act(act, payload, writer, path).await?,
            Root::CallPayload { call, payload } => self.call_payload(call, payload, writer, path).await?,
            Root::RequestCode { email, payload } => self.request_code(email, payload, writer, path).await?,
            Root::SignIn { flow, code, query, payload } => {
                self.sign_in(flow, code, query, payload, writer, path).await?;
            }
            Root::SignOut { payload } => self.sign_out(payload, writer, path).await?,
        }
        Ok(())
    }

    /// The value, or a field error in a place that may not be null.
    fn required<T>(&self, it: Result<T, Error>, writer: &mut Writer, path: &Path<'_>, at: Pos) -> Result<T, Bubble> {
        it.map_err(|error| {
            self.report(&error, writer, path, at);
            Bubble
        })
    }

    /// A field error.
    fn report(&self, error: &Error, writer: &mut Writer, path: &Path<'_>, position: Pos) {
        log(error, self.request_id);
        for problem in error.problems() {
            writer.fault(problem.code, &problem.message, path, position);
        }
    }

    fn not_served() -> Error {
        Error::new(Code::Unavailable, "sign-in is not set up")
    }
}
