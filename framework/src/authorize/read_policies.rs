//! What the actor may read of each resource, worked out once for each statement: an expression that a client wrote sees related rows and
//! fields only as far as that.
//!
//! A statement that is prepared for many actors is made of answers without values, and those answers are kept with it: it serves an actor
//! for whom they have the same shape.

use std::cell::RefCell;
use std::sync::Arc;

use super::{PolicyFilter, Visible, rows_for, visible};
use crate::context::Context;
use crate::evaluate::{Facts, fold_condition};
use crate::ir::{AttributeId, RelationshipId, ResourceId};
use crate::request::NO_ARGUMENTS;

/// What the actor may read, by resource and by field.
pub(crate) struct ReadPolicies<'a> {
    facts: Facts<'a>,
    /// The same without the arguments of the action that is run: the policies of other actions do not know them.
    plain: Facts<'a>,
    system: bool,
    /// What the statement itself checks of its rows.
    statement: Option<&'a PolicyFilter>,
    /// Whether what is told holds no values.
    told_as_shapes: bool,
    rows: Asked<ResourceId, PolicyFilter>,
    fields: Asked<FieldId, Visible>,
    implied: RefCell<Vec<(Implication, bool)>>,
}

/// An attribute of a resource.
type FieldId = (ResourceId, AttributeId);

/// What was asked so far, with the answers.
struct Asked<K, T>(RefCell<Vec<(K, Answer<T>)>>);

/// One answer: as it is for the actor; and as it was told, if it was.
struct Answer<T> {
    whole: Arc<T>,
    told: Option<Arc<T>>,
}

impl<K, T> Default for Asked<K, T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K: Copy + PartialEq, T> Asked<K, T> {
    /// What is taken of the answer, which is decided when it is asked for first.
    fn ask<R>(&self, key: K, decide: impl FnOnce() -> T, take: impl FnOnce(&mut Answer<T>) -> R) -> R {
        if let Some((_, it)) = self.0.borrow_mut().iter_mut().find(|(it, _)| *it == key) {
            return take(it);
        }
        let mut answer = Answer { whole: Arc::new(decide()), told: None };
        let taken = take(&mut answer);
        self.0.borrow_mut().push((key, answer));
        taken
    }

    /// Every answer as it is for the actor.
    fn decided(&self) -> Vec<(K, Arc<T>)> {
        self.0.borrow().iter().map(|(key, it)| (*key, it.whole.clone())).collect()
    }

    /// As if those had been asked, and nothing told of them.
    fn knowing(decided: &[(K, Arc<T>)]) -> Self {
        let answer = |whole: &Arc<T>| Answer { whole: whole.clone(), told: None };
        Self(RefCell::new(decided.iter().map(|(key, it)| (*key, answer(it))).collect()))
    }

    /// What was told, without values.
    fn told(&self, shape: impl Fn(&T) -> T) -> Vec<(K, T)> {
        let asked = self.0.borrow();
        asked.iter().filter(|(_, it)| it.told.is_some()).map(|(key, it)| (*key, shape(&it.whole))).collect()
    }
}

impl<T> Answer<T> {
    fn tell(&mut self, as_shape: bool, shape: impl FnOnce(&T) -> T) -> Arc<T> {
        let told = || if as_shape { Arc::new(shape(&self.whole)) } else { self.whole.clone() };
        self.told.get_or_insert_with(told).clone()
    }
}

/// What was decided for one actor, with values: for the next statement of the same read.
#[derive(Debug, Default)]
pub(crate) struct DecidedPolicies {
    rows: Vec<(ResourceId, Arc<PolicyFilter>)>,
    fields: Vec<(FieldId, Arc<Visible>)>,
}

/// A question about two policies: whether a row of `resource` may be read because the row at the other end of its `relationship` passes
/// `other`. It depends on values, so its answer is asked anew for each actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Implication {
    pub(crate) resource: ResourceId,
    pub(crate) relationship: RelationshipId,
    pub(crate) other: CheckedPolicy,
}

/// A policy that a statement checks of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CheckedPolicy {
    /// That of the action that the statement is for.
    Statement,
    /// That of the primary read of the resource.
    Rows(ResourceId),
}

/// What was answered while a statement was made, without values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answers {
    rows: Vec<(ResourceId, PolicyFilter)>,
    fields: Vec<(FieldId, Visible)>,
    implied: Vec<(Implication, bool)>,
}

impl Answers {
    /// How many bytes they take, roughly.
    pub(super) fn bytes(&self) -> usize {
        let rows = self.rows.iter().map(|(_, it)| it.bytes()).sum::<usize>();
        let fields = self.fields.iter().map(|(_, it)| it.bytes()).sum::<usize>();
        rows + fields + self.implied.len() * size_of::<(Implication, bool)>()
    }
}

impl<'a> ReadPolicies<'a> {
    pub(crate) fn new(cx: &Context, facts: Facts<'a>) -> Self {
        let plain = Facts { arguments: &NO_ARGUMENTS, ..facts };
        Self {
            facts,
            plain,
            system: cx.is_system(),
            statement: None,
            told_as_shapes: false,
            rows: Asked::default(),
            fields: Asked::default(),
            implied: RefCell::default(),
        }
    }

    /// The same for a statement that checks that policy of its rows.
    pub(crate) fn of_statement(self, statement: Option<&'a PolicyFilter>) -> Self {
        Self { statement, ..self }
    }

    /// The same for an actor of whom that is decided already, at the same time.
    pub(crate) fn knowing(self, decided: &DecidedPolicies) -> Self {
        Self { rows: Asked::knowing(&decided.rows), fields: Asked::knowing(&decided.fields), ..self }
    }

    /// What was decided so far.
    pub(crate) fn decided(&self) -> DecidedPolicies {
        DecidedPolicies { rows: self.rows.decided(), fields: self.fields.decided() }
    }

    /// The same, whose answers are told without values.
    pub(crate) fn told_as_shapes(self) -> Self {
        Self { told_as_shapes: true, ..self }
    }

    /// The facts that the statement's own expressions are lowered with.
    pub(crate) fn facts(&self) -> &Facts<'a> {
        &self.facts
    }

    /// The rows of a resource that the actor may read: those that the policies of its primary read leave, whatever its own filter.
    pub(crate) fn rows(&self, resource: ResourceId) -> Arc<PolicyFilter> {
        let tell = |it: &mut Answer<_>| it.tell(self.told_as_shapes, PolicyFilter::shape);
        self.rows.ask(resource, || self.decide_rows(resource), tell)
    }

    /// The same with its values.
    pub(crate) fn whole_rows(&self, resource: ResourceId) -> Arc<PolicyFilter> {
        self.rows.ask(resource, || self.decide_rows(resource), |it| it.whole.clone())
    }

    /// For which rows an attribute is shown.
    pub(crate) fn field(&self, resource: ResourceId, attribute: AttributeId) -> Arc<Visible> {
        let tell = |it: &mut Answer<_>| it.tell(self.told_as_shapes, Visible::shape);
        let field = (resource, attribute);
        self.fields.ask(field, || self.decide_field(field), tell)
    }

    /// The same with its values.
    pub(crate) fn whole_field(&self, resource: ResourceId, attribute: AttributeId) -> Arc<Visible> {
        let field = (resource, attribute);
        self.fields.ask(field, || self.decide_field(field), |it| it.whole.clone())
    }

    /// Whether one policy implies the other.
    pub(crate) fn is_implied(&self, implication: Implication) -> bool {
        let holds = self.asks_beyond(implication);
        let mut implied = self.implied.borrow_mut();
        if !implied.contains(&(implication, holds)) {
            implied.push((implication, holds));
        }
        holds
    }

    /// What was told so far, without values.
    pub(crate) fn answers(&self) -> Answers {
        let implied = self.implied.borrow().clone();
        Answers { rows: self.rows.told(PolicyFilter::shape), fields: self.fields.told(Visible::shape), implied }
    }

    /// Whether these are the answers for this actor too, but for values.
    pub(crate) fn gives(&self, answers: &Answers) -> bool {
        answers.rows.iter().all(|(resource, it)| self.whole_rows(*resource).has_shape_of(it))
            && answers.fields.iter().all(|((resource, field), it)| self.whole_field(*resource, *field).has_shape_of(it))
            && answers.implied.iter().all(|(implication, holds)| self.asks_beyond(*implication) == *holds)
    }

    fn asks_beyond(&self, Implication { resource, relationship, other }: Implication) -> bool {
        let policy = self.whole_rows(resource);
        match other {
            CheckedPolicy::Statement => self.statement.is_some_and(|other| policy.asks_beyond(relationship, other)),
            CheckedPolicy::Rows(other) => policy.asks_beyond(relationship, &self.whole_rows(other)),
        }
    }

    fn decide_rows(&self, resource: ResourceId) -> PolicyFilter {
        if self.system {
            return PolicyFilter::everything();
        }
        let resource = self.plain.app.resource(resource);
        match resource.primary_read() {
            Some(read) => rows_for(resource, read, |it| fold_condition(it, &self.plain)),
            None => PolicyFilter::nothing(),
        }
    }

    fn decide_field(&self, (resource, attribute): FieldId) -> Visible {
        if self.system { Visible::Always } else { visible(self.plain.app.resource(resource), attribute, &self.plain) }
    }
}
