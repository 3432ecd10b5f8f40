//! What somebody asks for, before it is decided whether they may: to read, to write, or to call a generic action.
//!
//! A request is made of what a caller gave, and its arguments are cast on the way: nothing is ever asked of an input as it came.

mod named;

use std::collections::HashSet;

use crate::changeset::cast_arguments;
use crate::context::Context;
use crate::error::{Code, Error, Problem};
use crate::ir::{self, Action, ActionKind, Name, Node, Resource, ResourceId, Tree};
use crate::query::{Access, Deleted, Query};
use crate::record::Input;
use crate::value::RowKey;

pub(crate) use named::named_row;

/// What is given where nothing is.
pub(crate) static NO_ARGUMENTS: Input = Input::new();

/// An action that somebody wants to run: what the policies are asked about. `P` is the purpose, which tells requests apart for what they
/// lead to: who may read may not write.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a, P> {
    resource: ResourceId,
    action: &'a Action,
    /// Cast. One that is wrong is left out.
    arguments: Input,
    problems: Vec<Problem>,
    purpose: P,
}

/// A read of the rows that a resource's primary read lets the actor see.
pub(crate) type ReadRequest<'a> = Request<'a, ToRead>;

/// A query: a read by one of the resource's read actions, of some rows in some order.
pub(crate) type QueryRequest<'a> = Request<'a, ToQuery<'a>>;

/// A create, an update or a destroy, of as many rows as its target means.
pub(crate) type WriteRequest<'a> = Request<'a, ToWrite>;

/// A call of a generic action.
pub(crate) type CallRequest<'a> = Request<'a, ToCall>;

/// An action that might be run, before anybody gave it arguments: for buttons and forms.
pub(crate) type Prospect<'a> = Request<'a, ToOffer>;

/// The purpose of a [`ReadRequest`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct ToRead;

/// The purpose of a [`QueryRequest`]: what is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ToQuery<'a>(&'a Query);

/// The purpose of a [`WriteRequest`]: what is written of which rows.
#[derive(Clone, Debug)]
pub(crate) struct ToWrite {
    target: Target,
    /// As it was given: attributes are cast when the changes are worked out.
    input: Input,
}

/// The purpose of a [`CallRequest`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct ToCall;

/// The purpose of a [`Prospect`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct ToOffer;

/// Which rows a write means.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    /// A new row.
    New,
    /// A new row, or the stored one that has the same values of an identity.
    Identity(Box<Upsert>),
    /// The stored row with this primary key.
    Key(RowKey),
    /// The stored row of which this holds: it has the values of the identity that the action names its row by.
    Named(Tree),
    /// The stored rows with these primary keys: every one of them, or none is written.
    Keys(Vec<RowKey>),
    /// Every stored row for which this holds, which the actor may read and write, and which the action's requirements let pass. The
    /// others are passed over.
    Where(Where),
}

/// The one row that a write means.
#[derive(Clone, Debug)]
pub(crate) enum OneRow {
    /// A new one.
    New,
    /// The stored row with this primary key.
    Key(RowKey),
    /// The stored row with these values of the attributes that the action names it by.
    Named(Input),
}

/// What is done where a new row has the identity of a stored one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Upsert {
    /// The identity, by name.
    pub(crate) identity: Name,
    /// The update action whose policies decide about the stored row. What it sets, of the row as it was, goes before accepted values. `None`:
    /// the stored row stays as it is, if the actor may read it.
    pub(crate) update: Option<Name>,
    /// The accepted attributes that it takes; `None`: all but those of the identity.
    pub(crate) fields: Option<Vec<Name>>,
    /// What the update itself is given, besides what the stored row takes of the new one.
    pub(crate) input: Input,
    /// Which stored rows take the accepted values first of all, as new ones do, and the others take none; `None`: every row does, but for
    /// what the update sets.
    pub(crate) replaced: Option<Tree>,
    /// What must hold of the stored row besides; it is passed over where that does not.
    pub(crate) condition: Option<Tree>,
    /// Whose clock `now()` reads in both.
    pub(crate) clock: Clock,
}

/// A condition over the rows of the target.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Where {
    /// The condition.
    pub(crate) tree: Tree,
    /// What it sees of other rows and of guarded fields.
    pub(crate) access: Access,
    /// Whose clock `now()` reads in it.
    pub(crate) clock: Clock,
}

/// Whose clock `now()` reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// The request's: one value, bound.
    Request,
    /// The database's, when the statement runs.
    Database,
}

impl<'a, P> Request<'a, P> {
    /// The resource whose action it is.
    pub(crate) fn resource(&self) -> ResourceId {
        self.resource
    }

    /// The action that is to run.
    pub(crate) fn action(&self) -> &'a Action {
        self.action
    }

    /// The action's arguments, cast. One that is wrong is left out.
    pub(crate) fn arguments(&self) -> &Input {
        &self.arguments
    }

    /// What is wrong with the arguments.
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// One with the arguments among what was given.
    fn of(cx: &Context, resource: ResourceId, action: &'a Action, given: &Input, purpose: P) -> Self {
        let (arguments, problems) = cast_arguments(cx.engine().app(), action, given);
        Self { resource, action, arguments, problems, purpose }
    }

    /// One without arguments.
    fn bare(resource: ResourceId, action: &'a Action, purpose: P) -> Self {
        Self { resource, action, arguments: Input::new(), problems: Vec::new(), purpose }
    }
}

impl Upsert {
    /// Every stored row that has the identity of a new one is changed, by that update.
    pub(crate) fn new(identity: Name, update: Name, input: Input) -> Self {
        let (fields, replaced, condition) = (None, None, None);
        Self { identity, update: Some(update), fields, input, replaced, condition, clock: Clock::Request }
    }

    /// What the create itself declares.
    fn declared(it: &ir::Upsert) -> Self {
        let ir::Upsert { identity, update, fields } = it.clone();
        let (input, replaced, condition) = (Input::new(), None, None);
        Self { identity, update, fields, input, replaced, condition, clock: Clock::Request }
    }

    /// Whether a stored row stays as it is.
    pub(crate) fn keeps(&self) -> bool {
        self.update.is_none()
    }
}

impl Target {
    /// The expressions over stored rows that it holds.
    fn trees(&self) -> impl Iterator<Item = &Tree> {
        let (one, two) = match self {
            Self::Where(rows) => (Some(&rows.tree), None),
            Self::Identity(upsert) => (upsert.replaced.as_ref(), upsert.condition.as_ref()),
            Self::New | Self::Key(_) | Self::Named(_) | Self::Keys(_) => (None, None),
        };
        one.into_iter().chain(two)
    }
}

/// That an expression is about a row of `resource`, and names what there is in this app.
///
/// # Errors
/// `INTERNAL`, if it is about another, or an id in it is one of another resource.
pub(crate) fn is_about(cx: &Context, tree: &Tree, resource: &Resource) -> Result<(), Error> {
    if tree.row.as_ref().is_some_and(|it| *it != resource.name) {
        return Err(Error::internal("an expression of a request is about a row of another resource"));
    }
    tree.check_ids(cx.engine().app()).map_err(Error::internal)
}

impl<'a> QueryRequest<'a> {
    /// A query, with the arguments that it gives the action that narrows it.
    ///
    /// # Errors
    /// `FORBIDDEN` if deleted rows are to be read beside existing ones, and it is not the framework itself that asks; `INTERNAL` for another
    /// app's resource, an action that does not read, or a filter over another resource; `INVALID` with every argument
    /// that is wrong, and for a filter with a text that no database compares.
    pub(crate) fn new(cx: &'a Context, query: &'a Query) -> Result<Self, Error> {
        let resource = cx.resource(query.resource)?;
        if query.deleted == Deleted::Included && !cx.is_system() {
            return Err(Error::forbidden());
        }
        let action = match &query.action {
            Some(name) => resource.action(name),
            None => resource.primary_read(),
        };
        let action = action.filter(|it| it.is_read());
        let action =
            action.ok_or_else(|| Error::internal(format!("{} has no such read: {:?}", resource.name, query.action)))?;
        if let Some(filter) = &query.filter {
            is_about(cx, filter, resource)?;
            comparable(filter)?;
        }
        let mut request = match query.action {
            Some(_) => Self::of(cx, query.resource, action, &query.arguments, ToQuery(query)),
            None => Self::bare(query.resource, action, ToQuery(query)),
        };
        // A value that no row can have names none: as in a write, it is not wrong.
        let names_none =
            |name: &str| action.named_by.iter().any(|it| it.attribute == *name) && query.arguments.get(name).is_some();
        request.problems.retain(|it| !it.fields.iter().any(|name| names_none(name)));
        if request.problems.is_empty() { Ok(request) } else { Err(Error::from_problems(request.problems)) }
    }

    /// What is read.
    pub(crate) fn query(&self) -> &'a Query {
        self.purpose.0
    }
}

/// What no database compares is refused by both, whatever the rest of the filter says.
fn comparable(filter: &Tree) -> Result<(), Error> {
    let unstorable = |it: &Node| match it {
        Node::Literal { value, .. } => value.unstorable(),
        _ => None,
    };
    match filter.nodes.iter().find_map(unstorable) {
        Some(why) => Err(Error::new(Code::Invalid, format!("a value in a filter {why}"))),
        None => Ok(()),
    }
}

impl<'a> ReadRequest<'a> {
    /// The primary read of that resource.
    ///
    /// # Errors
    /// `INTERNAL` for another app's resource, and for one without a primary read.
    pub(crate) fn of_resource(cx: &'a Context, resource: ResourceId) -> Result<Self, Error> {
        let declared = cx.resource(resource)?;
        let read = declared.primary_read();
        let read = read.ok_or_else(|| Error::internal(format!("{} has no primary read", declared.name)))?;
        Ok(Self::primary(resource, read))
    }

    /// The resource's primary read, of every row that the actor may see: without arguments, as no filter of that read is asked.
    pub(crate) fn primary(resource: ResourceId, action: &'a Action) -> Self {
        Self::bare(resource, action, ToRead)
    }
}

/// The kinds of action that write stored rows.
pub(crate) const OF_STORED_ROWS: [ActionKind; 2] = [ActionKind::Update, ActionKind::Destroy];

impl<'a> WriteRequest<'a> {
    /// A write by the action of that name, which is of one of `kinds`.
    ///
    /// # Errors
    /// `INTERNAL` if the resource has no such action; `INVALID` at each key that is given again.
    pub(crate) fn new(
        cx: &'a Context,
        resource: ResourceId,
        action: &str,
        kinds: &[ActionKind],
        target: Target,
        input: Input,
    ) -> Result<Self, Error> {
        let action = find(cx, resource, action, |it| kinds.contains(it))?;
        let target = match (target, &action.upsert) {
            (Target::New, Some(upsert)) => Target::Identity(Box::new(Upsert::declared(upsert))),
            (target, _) => target,
        };
        are_distinct(action, &target)?;
        for tree in target.trees() {
            is_about(cx, tree, cx.resource(resource)?)?;
        }
        let (arguments, problems) = cast_arguments(cx.engine().app(), action, &input);
        Ok(Self { resource, action, arguments, problems, purpose: ToWrite { target, input } })
    }

    /// As [`WriteRequest::new`], of one row.
    ///
    /// # Errors
    /// As [`WriteRequest::new`]; `UNAUTHENTICATED` if it is the actor's row, and nobody is signed in; `INTERNAL` if the action names its row
    /// in another way, or a value is missing.
    pub(crate) fn of_one(
        cx: &'a Context,
        resource: ResourceId,
        action: &str,
        kinds: &[ActionKind],
        row: OneRow,
        input: Input,
    ) -> Result<Self, Error> {
        let (declared, found) = (cx.resource(resource)?, find(cx, resource, action, |it| kinds.contains(it))?);
        let named_otherwise =
            || Error::internal(format!("{}.{} names its row in another way", declared.name, found.name));
        let target = match row {
            OneRow::New if found.has_row() => return Err(named_otherwise()),
            OneRow::New => Target::New,
            OneRow::Key(id) => Target::Key(id),
            OneRow::Named(_) if found.named_by.is_empty() => return Err(named_otherwise()),
            OneRow::Named(given) => {
                named::names_somebody(cx, found)?;
                Target::Named(named_row(cx, declared, found, &given)?)
            }
        };
        Self::new(cx, resource, action, kinds, target, input)
    }

    /// Which rows it means.
    pub(crate) fn target(&self) -> &Target {
        &self.purpose.target
    }

    /// Attributes and arguments, as they were given.
    pub(crate) fn input(&self) -> &Input {
        &self.purpose.input
    }
}

impl<'a> CallRequest<'a> {
    /// A call of the generic action of that name.
    ///
    /// # Errors
    /// `INTERNAL` if the resource has no such generic action.
    pub(crate) fn new(cx: &'a Context, resource: ResourceId, action: &str, given: &Input) -> Result<Self, Error> {
        let action = find(cx, resource, action, |it| matches!(it, ActionKind::Generic { .. }))?;
        Ok(Self::of(cx, resource, action, given, ToCall))
    }
}

impl<'a> Prospect<'a> {
    pub(crate) fn new(resource: ResourceId, action: &'a Action) -> Self {
        Self::bare(resource, action, ToOffer)
    }
}

/// What is wrong with a row that is meant twice by one write.
pub(crate) const GIVEN_TWICE: &str = "is given twice";

/// That no row is meant twice: each is written once, and answered once.
fn are_distinct(action: &Action, target: &Target) -> Result<(), Error> {
    let Target::Keys(keys) = target else { return Ok(()) };
    let mut seen = HashSet::with_capacity(keys.len());
    let again = keys.iter().enumerate().filter(|(_, key)| !seen.insert(*key));
    let problem = |index| Problem::new(Code::Invalid, GIVEN_TWICE, Vec::new()).located(action, Some(index));
    let problems: Vec<_> = again.map(|(index, _)| problem(index)).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::from_problems(problems)) }
}

/// The action of that name, if it is of the kind that was called.
fn find<'a>(
    cx: &'a Context,
    resource: ResourceId,
    action: &str,
    kind: impl Fn(&ActionKind) -> bool,
) -> Result<&'a Action, Error> {
    let declared = cx.resource(resource)?;
    let found = declared.action(action).filter(|it| kind(&it.kind));
    found.ok_or_else(|| Error::internal(format!("{} has no such action of this kind: {action}", declared.name)))
}
