//! Which rows of a resource exist at all: the layer under its policies.
//!
//! A row outside of the extent is there for nobody, the framework itself included: no read, hop, count or key finds it, and what it holds
//! is unique for nothing.

use std::borrow::Cow;

use super::{Action, ActionKind, Change, Identity, Resource, RowCondition, Tree};

impl Resource {
    /// The conditions that a row must fulfil to exist; empty: every row does.
    pub(crate) fn extent(&self) -> impl Iterator<Item = Cow<'_, Tree>> {
        self.base_filter.iter().map(Cow::Borrowed)
    }

    /// The same as one condition that a database takes for an index; `None`: every row exists. Of a declaration that was not verified
    /// nothing does, rather than everything.
    pub(crate) fn extent_condition(&self) -> Option<RowCondition> {
        RowCondition::together(self.extent().map(|it| self.condition_of_row(&it)).collect())
    }

    /// The rows among which an identity is unique; `None`: all rows of the table.
    pub(crate) fn unique_among(&self, identity: &Identity) -> Option<RowCondition> {
        let own = identity.only.iter().map(|it| self.condition_of_row(it));
        RowCondition::together(self.extent_condition().into_iter().chain(own).collect())
    }

    /// Whether an action is a way out of the extent, and says so: an update that itself sets what decides whether a row exists.
    pub(crate) fn leads_out(&self, action: &Action) -> bool {
        let Some(extent) = self.extent_condition() else { return false };
        let sets = |it: &Change| matches!(it, Change::Set { attribute, .. } if extent.reads(attribute));
        action.kind == ActionKind::Update && action.changes.iter().any(sets)
    }

    fn condition_of_row(&self, tree: &Tree) -> RowCondition {
        tree.row_condition(self).unwrap_or_else(|_| RowCondition::Any(Vec::new()))
    }
}
