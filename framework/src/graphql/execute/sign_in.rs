//! Sign-in's root fields: `auth` does the work, and the result is written here.

use super::Execution;
use super::act::Mutation;
use crate::context::Context;
use crate::error::Error;
use crate::execute::RowView;
use crate::future::BoxFuture;
use crate::graphql::compiled::{Outputs, PayloadOutputs, SignInPart};
use crate::graphql::open::{OpenInput, OpenQuery};
use crate::graphql::schema::SignInField;
use crate::graphql::write::{NullPropagated, ResponsePath, WriteResult, Writer};
use crate::record::Record as Row;
use crate::value::{DateTimeUtc, Value};

/// The result of a sign-in step, for its payload.
struct SignInResult {
    secret: String,
    expires_at: DateTimeUtc,
    /// The user, as far as they may read themself; an error here does not undo the sign-in.
    user: Result<Option<Row>, Error>,
}

/// The end of the session.
pub(super) struct SignOut<'a>(pub(super) &'a PayloadOutputs<()>);

impl Mutation for SignOut<'_> {
    /// Whether there was a session.
    type Done = bool;

    fn perform<'a>(&'a self, run: &'a Execution<'_>, cx: &'a Context) -> BoxFuture<'a, Result<bool, Error>> {
        Box::pin(async move {
            let sign_in = run.sign_in.ok_or_else(Execution::not_served)?;
            sign_in.sign_out(cx, run.extensions).await
        })
    }

    fn show(
        &self,
        run: &Execution<'_>,
        done: &Result<bool, Error>,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        let error = done.as_ref().err();
        run.log(error);
        writer.payload(self.0, error, run.request_id, path, |writer, (), _, _| {
            writer.json(&done.as_ref().ok());
            Ok(())
        })
    }
}

impl Execution<'_> {
    pub(super) async fn request_code(
        &self,
        input: &OpenInput,
        payload: &PayloadOutputs<Outputs<SignInPart>>,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        let done = match self.sign_in {
            Some(sign_in) => sign_in.request_code(self.cx, self.extensions, self.text(input, "email")).await,
            None => Err(Self::not_served()),
        };
        self.count(&done);
        let shown = done.map(|it| SignInResult { secret: it.flow, expires_at: it.expires_at, user: Ok(None) });
        self.show(&shown, payload, writer, path)
    }

    pub(super) async fn sign_in(
        &self,
        input: &OpenInput,
        query: &OpenQuery,
        payload: &PayloadOutputs<Outputs<SignInPart>>,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        let shown = self.signed_in(input, query).await;
        self.count(&shown);
        self.show(&shown, payload, writer, path)
    }

    async fn signed_in(&self, input: &OpenInput, query: &OpenQuery) -> Result<SignInResult, Error> {
        let sign_in = self.sign_in.ok_or_else(Self::not_served)?;
        let done =
            sign_in.sign_in(self.cx, self.extensions, self.text(input, "flow"), self.text(input, "code")).await?;
        let wanted = query.known.attributes.is_some();
        let user = if wanted { done.context.get(query.filled(self.values), done.user).await } else { Ok(None) };
        Ok(SignInResult { secret: done.token, expires_at: done.expires_at, user })
    }

    fn text(&self, input: &OpenInput, name: &str) -> String {
        match input.filled(self.values).get(name) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        }
    }

    fn show(
        &self,
        shown: &Result<SignInResult, Error>,
        payload: &PayloadOutputs<Outputs<SignInPart>>,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        let error = shown.as_ref().err();
        self.log(error);
        writer.payload(payload, error, self.request_id, path, |writer, outputs, _, path| {
            let Ok(shown) = shown else { return Ok(()) };
            writer.object(outputs, path, |writer, output, path| {
                match (&output.part, &shown.user) {
                    (SignInPart::Typename(name), _) => writer.json(name),
                    (SignInPart::Field(SignInField::Secret), _) => writer.json(&shown.secret),
                    (SignInPart::Field(SignInField::ExpiresAt), _) => writer.timestamp(shown.expires_at),
                    (SignInPart::User(record), Ok(Some(user))) => {
                        return writer.record(record, RowView::Record(user), path);
                    }
                    (SignInPart::User(_), Err(error)) => {
                        self.report(error, writer, path, output.position);
                        return Err(NullPropagated);
                    }
                    (SignInPart::User(_) | SignInPart::Field(SignInField::User), _) => {
                        return writer.broken(path, output.position);
                    }
                }
                Ok(())
            })
        })
    }
}
