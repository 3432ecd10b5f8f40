//! `sort` arguments.

use super::Compiler;
use crate::graphql::coerce::Given;
use crate::graphql::name;
use crate::graphql::schema::exposed;
use crate::ir::{Direction, ResourceId};
use crate::query::SortKey;
use crate::value::Value;

impl Compiler<'_> {
    /// The keys of an order, without keys that repeat the field of an earlier one: they have no effect.
    pub(super) fn sort(&self, resource: ResourceId, keys: &Given) -> Vec<SortKey> {
        let mut sort: Vec<SortKey> = Vec::new();
        for key in keys.items().iter().filter_map(|it| self.sort_key(resource, it)) {
            if !sort.iter().any(|it| it.field == key.field) {
                sort.push(key);
            }
        }
        sort
    }

    fn sort_key(&self, resource: ResourceId, key: &Given) -> Option<SortKey> {
        let Given::Object(key) = key else { return None };
        let (Some(Given::Known(Value::Text(field))), Some(Given::Known(Value::Text(order)))) =
            (key.get("field"), key.get("order"))
        else {
            return None;
        };
        let object = exposed(self.app, resource)?.type_name.as_str();
        let fields = self.schema.find_enum(&name::sort_field(object))?;
        let field = fields.values.iter().find(|it| it.name == *field)?.sort_field?;
        Some(SortKey { field, direction: direction(order)? })
    }
}

fn direction(order: &str) -> Option<Direction> {
    Some(match order {
        "ASC" => Direction::Asc,
        "DESC" => Direction::Desc,
        "ASC_NULLS_FIRST" => Direction::AscNullsFirst,
        "ASC_NULLS_LAST" => Direction::AscNullsLast,
        "DESC_NULLS_FIRST" => Direction::DescNullsFirst,
        "DESC_NULLS_LAST" => Direction::DescNullsLast,
        _ => return None,
    })
}
