//! Whether a row that was just written may be read, told from the row itself.

use crate::authorize::{Filter, Request, rows};
use crate::context::Context;
use crate::error::Error;
use crate::expr::{Outcome, RecordRow, RowSource};
use crate::ir::{Node, Resource, ResourceId, Tree};
use crate::record::{Input, Record};

impl Context {
    /// Whether [`Context::may_read`] can tell for rows of this resource: what the primary read asks of this actor is in the row.
    pub fn reads_by_row(&self, resource: ResourceId) -> bool {
        let declared = self.engine().app().resource(resource);
        let in_row = |filter: Filter| filter.groups().iter().flatten().all(|it| is_in_row(declared, it));
        self.primary_filter(resource).is_some_and(in_row)
    }

    /// Whether the actor may read a row that this context just wrote, as a surface that shows it has to know.
    ///
    /// # Errors
    /// `INTERNAL` if that cannot be told from the row: see [`Context::reads_by_row`].
    pub fn may_read(&self, record: &Record) -> Result<bool, Error> {
        let filter = self.primary_filter(record.resource).unwrap_or_else(Filter::nothing);
        let arguments = Input::new();
        let actor = self.actor_row();
        let row = RecordRow::new(self.engine().app(), record);
        match filter.decide(&self.facts(&actor, &arguments), Some(&row as &dyn RowSource))? {
            Outcome::Known(readable) => Ok(readable),
            Outcome::Unloaded => Err(Error::internal("only the database can tell whether the row may be read")),
        }
    }

    /// Which rows the primary read is for, unless it also has a filter of its own or arguments.
    fn primary_filter(&self, resource: ResourceId) -> Option<Filter> {
        let action = self.engine().app().resource(resource).primary_read()?;
        let plain = action.arguments.is_empty() && action.read().is_some_and(|it| it.filter.is_none());
        plain.then(|| rows(self, Request { resource, action, arguments: &Input::new() }))
    }
}

/// Whether a condition asks only what a written row shows: no other rows, nothing that a field policy may have hidden.
fn is_in_row(resource: &Resource, condition: &Tree) -> bool {
    let hidden = |node: &Node| match node {
        Node::Column { path: Tree::ROW, attribute } => {
            resource.attributes.get(usize::from(*attribute)).is_none_or(|it| it.guarded)
        }
        Node::Calculation { .. } => true,
        _ => false,
    };
    !condition.asks_other_rows() && !condition.nodes.iter().any(hidden)
}
