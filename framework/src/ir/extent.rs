//! Which rows of a resource exist at all: the layer under its policies.
//!
//! A row outside of the extent is there for nobody, the framework itself included: no read, hop, count or key finds it, and what it holds
//! is unique for nothing.

use std::borrow::Cow;

use super::{Action, ActionKind, Attribute, AttributeId, Change, Identity, Name, Node, Resource, RowCondition, Tree};

impl Resource {
    /// Whether some of its rows may not exist.
    pub(crate) fn has_extent(&self) -> bool {
        self.base_filter.is_some() || self.deleted_at().is_some() || self.tenant.is_some()
    }

    /// The key that says which tenant a row is of.
    pub(crate) fn tenant_key(&self) -> Option<(AttributeId, &Attribute)> {
        self.attribute(self.tenant.as_ref()?)
    }

    /// The conditions that a row must fulfil to exist, whichever the tenant; empty: every row does.
    pub fn extent(&self) -> impl Iterator<Item = Cow<'_, Tree>> {
        self.base_filter.iter().map(Cow::Borrowed).chain(self.is_not_deleted().map(Cow::Owned))
    }

    /// That a row is not deleted for the time being.
    fn is_not_deleted(&self) -> Option<Tree> {
        self.is_deleted(false)
    }

    /// Whether a row is deleted for the time being, or is not; `None` where rows are removed at once.
    pub(crate) fn is_deleted(&self, deleted: bool) -> Option<Tree> {
        let (attribute, _) = self.deleted_at()?;
        let mut tree = Tree::new(Some(self.name.clone()), None);
        let column = tree.push(Node::Column { path: Tree::ROW, attribute });
        tree.root = tree.push(Node::IsNull(column));
        if deleted {
            tree.root = tree.push(Node::Not(tree.root));
        }
        Some(tree)
    }

    /// The condition for a row to exist, but for that it may be deleted for the time being; `None`: every row of the table.
    pub(crate) fn extent_with_deleted(&self) -> Option<RowCondition> {
        self.base_filter.as_ref().map(|it| self.condition_of_row(it))
    }

    /// The condition for a row to be a deleted one that would exist otherwise. None is, where rows are removed at once.
    pub(crate) fn deleted_extent(&self) -> RowCondition {
        let Some((_, deleted_at)) = self.deleted_at() else { return RowCondition::Any(Vec::new()) };
        let is_deleted = RowCondition::is_present(&deleted_at.name);
        let both = self.extent_with_deleted().into_iter().chain([is_deleted.clone()]).collect();
        RowCondition::together(both).unwrap_or(is_deleted)
    }

    /// The same as one condition that a database takes for an index; `None`: every row exists. Of a declaration that was not verified
    /// nothing does, rather than everything.
    pub(crate) fn extent_condition(&self) -> Option<RowCondition> {
        RowCondition::together(self.extent().map(|it| self.condition_of_row(&it)).collect())
    }

    /// The attributes that are unique together: those of an identity, within each tenant.
    pub(crate) fn unique_attributes<'a>(&'a self, identity: &'a Identity) -> impl Iterator<Item = &'a Name> {
        let tenant = self.tenant.iter().filter(|it| !identity.attributes.contains(it));
        tenant.chain(&identity.attributes)
    }

    /// The rows among which an identity is unique; `None`: all rows of the table.
    pub(crate) fn unique_among(&self, identity: &Identity) -> Option<RowCondition> {
        let own = identity.only.iter().map(|it| self.condition_of_row(it));
        RowCondition::together(self.extent_condition().into_iter().chain(own).collect())
    }

    /// What of the extent must hold of a row that an action has written: all but what the action itself decides. An update that sets an attribute is a
    /// way out by the conditions that read it, and by no others, which its input might break.
    pub(crate) fn extent_after(&self, action: &Action) -> Vec<Tree> {
        let is_set = |name: &Name| {
            action.changes.iter().any(|it| matches!(it, Change::Set { attribute, .. } if attribute == name))
        };
        let decides = |it: &Tree| {
            action.kind == ActionKind::Update
                && it
                    .reads_of_row()
                    .any(|it| matches!(it, Node::Column { attribute, .. } if is_set(&self[*attribute].name)))
        };
        self.extent().flat_map(|it| it.conjuncts()).filter(|it| !decides(it)).collect()
    }

    fn condition_of_row(&self, tree: &Tree) -> RowCondition {
        tree.row_condition(self).unwrap_or_else(|_| RowCondition::Any(Vec::new()))
    }
}
