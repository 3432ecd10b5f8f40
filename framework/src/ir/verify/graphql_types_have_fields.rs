//! R1022: every object type has a field, as GraphQL asks.

use super::Findings;
use crate::ir::{ActionKind, App, Returns, Subject};

pub(super) fn graphql_types_have_fields(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources().iter().filter(|it| it.graphql.is_some()) {
        let shown = resource.attributes.iter().any(|it| it.public && !it.sensitive);
        if !shown {
            found.report(resource, "it is in the GraphQL API, but none of its attributes is public");
        }
        for action in resource.actions.iter().filter(|it| it.public) {
            if let ActionKind::Generic { returns, .. } = &action.kind
                && is_empty(returns)
            {
                found.report(Subject::action(resource, &action.name), "it answers an object without fields");
            }
        }
    }
}

fn is_empty(returns: &Returns) -> bool {
    match returns {
        Returns::Value { .. } | Returns::Row { .. } => false,
        Returns::Object { fields, .. } => fields.is_empty(),
        Returns::List(item) => is_empty(item),
    }
}
