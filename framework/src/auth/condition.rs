//! Conditions over the framework's own columns, by name.

use crate::error::Error;
use crate::ir::{App, Comparison, Node, NodeId, ResourceId, Tree, Type};
use crate::value::Value;

/// Several comparisons of one resource's attributes.
#[derive(Debug)]
pub(crate) struct ConditionBuilder<'a> {
    app: &'a App,
    resource: ResourceId,
    tree: Tree,
    parts: Vec<NodeId>,
    missing: Option<String>,
}

impl<'a> ConditionBuilder<'a> {
    /// No comparisons yet.
    pub(crate) fn of(app: &'a App, resource: ResourceId) -> Self {
        let tree = Tree::new(Some(app.resource(resource).name.clone()), None);
        Self { app, resource, tree, parts: Vec::new(), missing: None }
    }

    /// `attribute = value`.
    pub(crate) fn is(self, attribute: &str, value: impl Into<Value>) -> Self {
        self.compare(attribute, Comparison::Eq, value.into())
    }

    /// `attribute <> value`.
    pub(crate) fn differs(self, attribute: &str, value: impl Into<Value>) -> Self {
        self.compare(attribute, Comparison::Ne, value.into())
    }

    /// `attribute < value`.
    pub(crate) fn below(self, attribute: &str, value: impl Into<Value>) -> Self {
        self.compare(attribute, Comparison::Lt, value.into())
    }

    /// It is one of the rows with these primary keys.
    pub(crate) fn one_of(mut self, keys: Vec<Value>) -> Self {
        if let Some(attribute) = self.app.resource(self.resource).primary_key() {
            let item = self.tree.push(Node::Column { path: Tree::ROW, attribute });
            let list = self.tree.literal(Value::List(keys), Type::Uuid);
            let part = self.tree.push(Node::In { item, list });
            self.parts.push(part);
        }
        self
    }

    /// `attribute IS NULL`.
    pub(crate) fn null(mut self, attribute: &str) -> Self {
        if let Some((column, _)) = self.column(attribute) {
            let part = self.tree.push(Node::IsNull(column));
            self.parts.push(part);
        }
        self
    }

    /// `attribute > now()`.
    pub(crate) fn in_future(self, attribute: &str) -> Self {
        self.against_now(attribute, Comparison::Gt)
    }

    /// The condition as a filter.
    ///
    /// # Errors
    /// `INTERNAL` if the resource lacks an attribute: then its role was not declared by the macros.
    pub(crate) fn tree(mut self) -> Result<Tree, Error> {
        if let Some(name) = self.missing {
            let resource = &self.app.resource(self.resource).name;
            return Err(Error::internal(format!("`{resource}` has no attribute `{name}`")));
        }
        self.tree.root = self.tree.push(Node::And(self.parts));
        Ok(self.tree)
    }

    fn compare(mut self, attribute: &str, op: Comparison, value: Value) -> Self {
        if let Some((left, ty)) = self.column(attribute) {
            let right = self.tree.literal(value, ty);
            let part = self.tree.push(Node::Compare { op, left, right });
            self.parts.push(part);
        }
        self
    }

    fn against_now(mut self, attribute: &str, op: Comparison) -> Self {
        if let Some((left, _)) = self.column(attribute) {
            let right = self.tree.push(Node::Now);
            let part = self.tree.push(Node::Compare { op, left, right });
            self.parts.push(part);
        }
        self
    }

    fn column(&mut self, attribute: &str) -> Option<(NodeId, Type)> {
        match self.app.resource(self.resource).attribute(attribute) {
            Some((index, it)) => {
                Some((self.tree.push(Node::Column { path: Tree::ROW, attribute: index }), it.ty.clone()))
            }
            None => {
                self.missing.get_or_insert_with(|| attribute.to_owned());
                None
            }
        }
    }
}
