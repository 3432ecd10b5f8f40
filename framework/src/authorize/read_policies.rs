//! What the actor may read of each resource, worked out once for each statement: an expression that a client wrote sees related rows and
//! fields only as far as that.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{PolicyFilter, Visible, decide, visible};
use crate::context::Context;
use crate::evaluate::Facts;
use crate::ir::{AttributeId, ResourceId};
use crate::request::NO_ARGUMENTS;

/// What the actor may read, by resource and by field.
pub(crate) struct ReadPolicies<'a> {
    facts: Facts<'a>,
    /// The same without the arguments of the action that is run: the policies of other actions do not know them.
    plain: Facts<'a>,
    system: bool,
    rows: RefCell<HashMap<ResourceId, Rc<PolicyFilter>>>,
    fields: RefCell<HashMap<(ResourceId, AttributeId), Rc<Visible>>>,
}

impl<'a> ReadPolicies<'a> {
    pub(crate) fn new(cx: &Context, facts: Facts<'a>) -> Self {
        let plain = Facts { arguments: &NO_ARGUMENTS, ..facts };
        Self { facts, plain, system: cx.is_system(), rows: RefCell::default(), fields: RefCell::default() }
    }

    /// The facts that the statement's own expressions are lowered with.
    pub(crate) fn facts(&self) -> &Facts<'a> {
        &self.facts
    }

    /// The rows of a resource that the actor may read: those that the policies of its primary read leave, whatever its own filter.
    pub(crate) fn rows(&self, resource: ResourceId) -> Rc<PolicyFilter> {
        self.rows.borrow_mut().entry(resource).or_insert_with(|| Rc::new(self.decide_rows(resource))).clone()
    }

    /// For which rows an attribute is shown.
    pub(crate) fn field(&self, resource: ResourceId, attribute: AttributeId) -> Rc<Visible> {
        let decide = || Rc::new(self.decide_field(resource, attribute));
        self.fields.borrow_mut().entry((resource, attribute)).or_insert_with(decide).clone()
    }

    fn decide_rows(&self, resource: ResourceId) -> PolicyFilter {
        if self.system {
            return PolicyFilter::everything();
        }
        let resource = self.plain.app.resource(resource);
        match resource.primary_read() {
            Some(read) => decide(resource, read, &self.plain),
            None => PolicyFilter::nothing(),
        }
    }

    fn decide_field(&self, resource: ResourceId, attribute: AttributeId) -> Visible {
        if self.system { Visible::Always } else { visible(self.plain.app.resource(resource), attribute, &self.plain) }
    }
}
