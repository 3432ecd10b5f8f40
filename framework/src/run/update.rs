//! Changing a row: one `UPDATE` whose `WHERE` holds what policies and requirements ask of the row as it was.

use uuid::Uuid;

use super::approve::{Verdict, approve, folded, refused, verdict};
use super::disclose::{Disclosed, Disclosure, attributes, disclose};
use super::find;
use super::keys::keys_are_readable;
use crate::authorize::{ActionRequest, PolicyFilter, ReadPolicies, refusal, rows};
use crate::changeset::{self, Changeset, failed};
use crate::context::Context;
use crate::database::Purpose;
use crate::error::{Code, Error, Problem};
use crate::execute::{self, Unwritten};
use crate::ir::{Action, ActionKind, Node, Requirement, ResourceId, Tree};
use crate::plan::{Assigned, Draft, Predicate, Update};
use crate::query::Access;
use crate::record::{Input, Record};
use crate::sql::Clock;
use crate::value::Value;

impl Context {
    /// Runs an update action on the row with that primary key.
    ///
    /// # Errors
    /// `NOT_FOUND` if there is no such row that the actor may read; `FORBIDDEN`, or `UNAUTHENTICATED` if nobody is signed in, if
    /// they may not change it; `INVALID` with every field that is wrong, or with what the stored row does not fulfil; `CONFLICT` for
    /// values that must be unique. Then nothing was written.
    pub async fn update(&self, resource: ResourceId, action: &str, id: Uuid, input: Input) -> Result<Record, Error> {
        attributes(self.update_disclosing(resource, action, id, input, Disclosure::Attributes).await?)
    }

    /// The same, telling what is wanted of the row.
    pub(super) async fn update_disclosing(
        &self,
        resource: ResourceId,
        action: &str,
        id: Uuid,
        input: Input,
        wanted: Disclosure<'_>,
    ) -> Result<Disclosed, Error> {
        let action = find(self, resource, action, |it| matches!(it, ActionKind::Update))?;
        let target = WriteTarget::new(self, resource, action, &input, id).await?;
        let known = match action.reads_row() {
            false => Some(changeset::build(self, resource, action, &input, None)?.checked()?),
            true => None,
        };
        let mut attempt = 1;
        loop {
            let inside = self.begin(Purpose::Write).await?;
            let result = match &known {
                Some(changeset) => change(&inside, &target, changeset, &input, wanted).await,
                None => change_row(&inside, &target, &input, wanted).await,
            };
            match inside.finish(result, self).await {
                Ok(disclosed) => return Ok(disclosed),
                Err(Unchanged::Refused(draft, error)) => {
                    return Err(refused(self, &target.filter, &draft, error).await);
                }
                Err(Unchanged::Failed(error)) if self.may_retry(&error, attempt) => attempt += 1,
                Err(Unchanged::Failed(error)) => return Err(error),
            }
        }
    }
}

/// Why a row was not changed.
enum Unchanged {
    /// The database refused what it would have been.
    Refused(Draft, Error),
    /// Anything else.
    Failed(Error),
}

impl From<Error> for Unchanged {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The row that a write means, and who may write it.
pub(super) struct WriteTarget<'a> {
    pub(super) resource: ResourceId,
    pub(super) action: &'a Action,
    pub(super) id: Value,
    /// What the write's policies leave.
    pub(super) filter: PolicyFilter,
    /// What the actor may read: no other row exists for them.
    pub(super) readable: PolicyFilter,
}

impl<'a> WriteTarget<'a> {
    /// # Errors
    /// If the actor may run the action on no row: `UNAUTHENTICATED` if nobody is signed in, else `FORBIDDEN` for a row that they
    /// may read and `NOT_FOUND` for any other.
    pub(super) async fn new(
        cx: &Context,
        resource: ResourceId,
        action: &'a Action,
        arguments: &Input,
        id: Uuid,
    ) -> Result<Self, Error> {
        let filter = rows(cx, ActionRequest { resource, action, arguments });
        let target = Self { resource, action, id: Value::Uuid(id), filter, readable: readable(cx, resource) };
        if !target.filter.is_nothing() {
            return Ok(target);
        }
        let refusal = refusal(cx);
        if refusal.code() == Code::Unauthenticated || target.exists(cx).await? {
            Err(refusal)
        } else {
            Err(Error::not_found())
        }
    }

    /// Whether the actor may read it. What is never read is as if it did not exist.
    async fn exists(&self, cx: &Context) -> Result<bool, Error> {
        if self.readable.is_nothing() || !is_read(cx, self.resource) {
            return Ok(false);
        }
        let wanted = vec![Predicate::Policy(self.readable.clone())];
        Ok(execute::verdict(cx, self.resource, &self.id, wanted, Vec::new()).await?.is_some())
    }

    /// What must hold of the row as it was.
    pub(super) fn wanted(&self, cx: &Context, arguments: &Input) -> Vec<Predicate> {
        let mut wanted = vec![Predicate::Is(self.id.clone())];
        wanted.extend([&self.readable, &self.filter].map(|it| Predicate::Policy(it.clone())));
        let requirements = folded(cx, &self.requirements(), arguments);
        wanted.extend(requirements.into_iter().map(|it| Predicate::Tree(it, Access::Unrestricted)));
        wanted
    }

    fn requirements(&self) -> Vec<&'a Requirement> {
        self.action.requirements.iter().filter(|it| it.old).collect()
    }

    /// Why no row was written.
    pub(super) async fn diagnose(&self, cx: &Context, arguments: &Input) -> Result<Error, Error> {
        let objection = self.objection(cx, arguments).await?;
        Ok(objection.unwrap_or_else(|| Error::new(Code::Conflict, "it was changed at the same time; try again")))
    }

    /// What speaks against writing the stored row: one select says whether there is one, whether it may be written, and what it does
    /// not fulfil.
    async fn objection(&self, cx: &Context, arguments: &Input) -> Result<Option<Error>, Error> {
        let requirements = self.requirements();
        let wanted = vec![Predicate::Policy(self.readable.clone())];
        let verdict = verdict(cx, self.resource, &self.id, wanted, Some(&self.filter), &requirements, arguments);
        let met = match verdict.await? {
            Verdict::Refused if is_read(cx, self.resource) => return Ok(Some(refusal(cx))),
            Verdict::Missing | Verdict::Refused => return Ok(Some(Error::not_found())),
            Verdict::Met(met) => met,
        };
        let failures: Vec<_> = requirements.iter().zip(met).filter(|(_, met)| !met).map(|(it, _)| failed(it)).collect();
        Ok((!failures.is_empty()).then(|| Error::from_problems(failures)))
    }
}

/// Whether rows of a resource are read at all.
fn is_read(cx: &Context, resource: ResourceId) -> bool {
    cx.engine().app().resource(resource).primary_read().is_some()
}

/// What the actor may read of a resource; everything where nothing is ever read, so that the write's own policies decide.
pub(super) fn readable(cx: &Context, resource: ResourceId) -> PolicyFilter {
    if !is_read(cx, resource) {
        return PolicyFilter::everything();
    }
    let arguments = Input::new();
    let actor = cx.actor_row();
    (*ReadPolicies::new(cx, cx.facts(&actor, &arguments)).rows(resource)).clone()
}

/// For changes that read the row: it is locked, so that what they saw is what is changed.
async fn change_row(
    cx: &Context,
    target: &WriteTarget<'_>,
    input: &Input,
    wanted: Disclosure<'_>,
) -> Result<Disclosed, Unchanged> {
    let arguments = changeset::cast_arguments(cx.engine().app(), target.action, input)?;
    let Some(row) = execute::lock(cx, target.resource, target.wanted(cx, &arguments)).await? else {
        return Err(target.diagnose(cx, &arguments).await?.into());
    };
    let changeset = changeset::build(cx, target.resource, target.action, input, Some(&row))?.checked()?;
    change(cx, target, &changeset, input, wanted).await
}

async fn change(
    cx: &Context,
    target: &WriteTarget<'_>,
    changeset: &Changeset,
    input: &Input,
    wanted: Disclosure<'_>,
) -> Result<Disclosed, Unchanged> {
    match keys_are_readable(cx, target.action, input, changeset).await {
        Ok(()) => {}
        // That the row itself is not theirs to change is told first.
        Err(error) if error.code() == Code::NotFound => {
            return Err(target.objection(cx, changeset.arguments()).await?.unwrap_or(error).into());
        }
        Err(error) => return Err(error.into()),
    }
    let update = Update {
        resource: target.resource,
        wanted: target.wanted(cx, changeset.arguments()),
        assignments: assignments(cx, changeset),
    };
    let record = match execute::update(cx, &update, Clock::Request).await {
        Ok(mut records) => records.pop(),
        Err(Unwritten::Failed(error)) => return Err(error.into()),
        Err(Unwritten::Refused(error)) => {
            let Update { resource, assignments, .. } = update;
            return Err(Unchanged::Refused(Draft { resource, stored: Some(target.id.clone()), assignments }, error));
        }
    };
    let Some(record) = record else {
        return Err(target.diagnose(cx, changeset.arguments()).await?.into());
    };
    let wrong = broken_rules(cx, changeset, &record);
    approve(cx, &target.filter, target.action, changeset, &record, &target.id, wrong).await?;
    Ok(disclose(cx, record, &target.id, wanted).await?)
}

/// The new values; never empty, so that a row which is not to be changed is looked for all the same.
pub(super) fn assignments(cx: &Context, changeset: &Changeset) -> Vec<(u16, Assigned)> {
    let resource = cx.engine().app().resource(changeset.resource());
    let index = |name: &str| resource.attribute(name).map(|(index, _)| index);
    let values = changeset.values().iter();
    let values = values.filter_map(|(name, it)| Some((index(name)?, Assigned::Value(it.clone()))));
    let trees = changeset.expressions().iter();
    let trees = trees.filter_map(|(name, it)| Some((index(name)?, Assigned::Tree(it.clone()))));
    let mut assignments: Vec<_> = values.chain(trees).collect();
    if let (true, Some(key)) = (assignments.is_empty(), resource.primary_key()) {
        let mut same = Tree::new(Some(resource.name.clone()), None);
        same.root = same.push(Node::Column { path: Tree::ROW, attribute: key });
        assignments.push((key, Assigned::Tree(same)));
    }
    let stamps = changeset.stamps().iter();
    assignments.extend(stamps.filter_map(|(name, it)| Some((index(name)?, Assigned::IfChanged(it.clone())))));
    assignments
}

/// Which values that the database worked out break a rule of their attribute.
fn broken_rules(cx: &Context, changeset: &Changeset, record: &Record) -> Vec<Problem> {
    let app = cx.engine().app();
    let resource = app.resource(changeset.resource());
    let broken = changeset.expressions().iter().filter_map(|(name, _)| {
        let (index, attribute) = resource.attribute(name)?;
        let value = record.attributes.get(usize::from(index))?.value()?.clone();
        let message = changeset::cast_attribute(app, resource, attribute, value).err()?.to_string();
        Some(Problem { code: Code::Invalid, message, fields: vec![name.to_string()] })
    });
    broken.collect()
}
