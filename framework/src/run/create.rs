//! Creating a row.

use super::approve::{approve, decided, refused};
use super::disclose::{Disclosed, Disclosure, attributes, disclose};
use super::find;
use super::keys::keys_are_readable;
use crate::authorize::{ActionRequest, Authorized, authorize, refusal};
use crate::changeset::{self, Builder, Changeset};
use crate::context::Context;
use crate::database::Purpose;
use crate::error::{Code, Error};
use crate::execute::{self, Unwritten};
use crate::expr::Evaluation;
use crate::ir::{Action, ActionKind, Change, ResourceId};
use crate::plan::{Assigned, Draft, Insert};
use crate::record::{Input, Record};
use crate::value::Value;

impl Context {
    /// Runs a create action; the answer holds all attributes that the actor may read.
    ///
    /// # Errors
    /// `INVALID` with every field that is wrong; `FORBIDDEN`, or `UNAUTHENTICATED` if nobody is signed in; `NOT_FOUND` for a key
    /// that names no row the actor may read; `CONFLICT` for values that must be unique. Then nothing was written.
    pub async fn create(&self, resource: ResourceId, action: &str, input: Input) -> Result<Record, Error> {
        attributes(self.create_disclosing(resource, action, input, Disclosure::Attributes).await?)
    }

    /// The same, telling what is wanted of the row.
    pub(super) async fn create_disclosing(
        &self,
        resource: ResourceId,
        action: &str,
        input: Input,
        wanted: Disclosure<'_>,
    ) -> Result<Disclosed, Error> {
        let action = find(self, resource, action, |it| matches!(it, ActionKind::Create))?;
        let authorized = authorize(self, ActionRequest { resource, action, arguments: &input })?;
        let known = match asks_rows(action) {
            false => Some(New::of(self, &authorized, changeset::build(self, resource, action, &input, None)?)?),
            true => None,
        };
        let mut attempt = 1;
        loop {
            let inside = self.begin(Purpose::Write).await?;
            let result = match &known {
                Some(new) => store(&inside, &authorized, new, wanted).await,
                None => store_asking(&inside, &authorized, wanted).await,
            };
            match inside.finish(result, self).await {
                Ok(disclosed) => return Ok(disclosed),
                Err(NotStored::Refused(draft, error)) => {
                    return Err(refused(self, authorized.filter(), &draft, error).await);
                }
                Err(NotStored::Failed(error)) if self.may_retry(&error, attempt) => attempt += 1,
                Err(NotStored::Failed(error)) => return Err(error),
            }
        }
    }
}

/// A row that is to be stored.
struct New {
    changeset: Changeset,
    record: Record,
    id: Value,
    /// What its policies still ask of other rows.
    undecided: bool,
}

impl New {
    /// # Errors
    /// What is wrong with the changeset, and what is known to be refused before anything is written.
    fn of(cx: &Context, authorized: &Authorized<'_>, changeset: Changeset) -> Result<Self, Error> {
        let app = cx.engine().app();
        let changeset = changeset.checked()?;
        let record = changeset.record(app, true);
        let decided = decided(cx, authorized.filter(), &changeset, &record)?;
        if decided == Evaluation::Known(false) {
            return Err(refusal(cx));
        }
        let id = record.id(app).map(Value::Uuid).ok_or_else(|| Error::internal("a new row without id"))?;
        Ok(Self { changeset, record, id, undecided: decided == Evaluation::Unloaded })
    }
}

/// Why a row was not stored.
enum NotStored {
    /// Something is wrong with it that the database knows, and its policies are not decided.
    Refused(Draft, Error),
    /// Anything else.
    Failed(Error),
}

impl From<Error> for NotStored {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

async fn store(
    cx: &Context,
    authorized: &Authorized<'_>,
    New { changeset, record, id, undecided }: &New,
    wanted: Disclosure<'_>,
) -> Result<Disclosed, NotStored> {
    let ActionRequest { resource, action, arguments: input } = authorized.request();
    keys_are_readable(cx, action, input, changeset).await?;
    match execute::insert(cx, &Insert { resource, values: values(cx, changeset) }).await {
        Ok(()) => {}
        Err(Unwritten::Refused(error)) if *undecided => {
            return Err(NotStored::Refused(draft(cx, changeset), error));
        }
        Err(unwritten) => return Err(NotStored::Failed(unwritten.into())),
    }
    approve(cx, authorized.filter(), action, changeset, record, id, Vec::new()).await?;
    Ok(disclose(cx, record.clone(), id, wanted).await?)
}

/// As [`store`], of a row whose values the database has to work out first.
async fn store_asking(
    cx: &Context,
    authorized: &Authorized<'_>,
    wanted: Disclosure<'_>,
) -> Result<Disclosed, NotStored> {
    let ActionRequest { resource, action, arguments: input } = authorized.request();
    let mut builder = Builder::new(cx, resource, action, input, None)?;
    let mut is_asked = false;
    while let Some((tree, ty)) = builder.run()? {
        // What a hidden row holds is not told, not even by what is wrong with it.
        keys_are_readable(cx, action, input, builder.changeset()).await?;
        let draft = draft(cx, builder.changeset());
        match execute::draft_value(cx, &draft, tree, &ty).await {
            Ok(value) => builder.answer(value),
            Err(Unwritten::Refused(error)) => return Err(NotStored::Refused(draft, error)),
            Err(Unwritten::Failed(error)) => return Err(error.into()),
        }
        is_asked = true;
    }
    let changeset = builder.finish()?;
    let draft = draft(cx, &changeset);
    match New::of(cx, authorized, changeset) {
        Ok(new) => store(cx, authorized, &new, wanted).await,
        // Nor is what is wrong with a value that was made of other rows, to who may not store it.
        Err(error) if is_asked && error.code() == Code::Invalid => Err(NotStored::Refused(draft, error)),
        Err(error) => Err(error.into()),
    }
}

/// Whether the action sets what only the database can work out.
fn asks_rows(action: &Action) -> bool {
    action.changes.iter().any(|it| matches!(it, Change::Set { value, .. } if value.asks_other_rows()))
}

fn draft(cx: &Context, changeset: &Changeset) -> Draft {
    let assignments = values(cx, changeset).into_iter().map(|(index, it)| (index, Assigned::Value(it))).collect();
    Draft { resource: changeset.resource(), stored: None, assignments }
}

/// The value of every attribute.
fn values(cx: &Context, changeset: &Changeset) -> Vec<(u16, Value)> {
    let attributes = (0..).zip(&cx.engine().app().resource(changeset.resource()).attributes);
    attributes.map(|(index, it)| (index, changeset.value(&it.name).cloned().unwrap_or(Value::Null))).collect()
}
