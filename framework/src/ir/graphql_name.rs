//! The names that declared things take in GraphQL: the one place that spells them, for the schema and for its rules.
//!
//! ```text
//! Activity, table `activities`   type Activity, fields activity and activities, inputs ActivityFilter, ActivitySort, …
//! create `record`                recordActivity(input: RecordActivityInput!): RecordActivityPayload!
//! update `set_role`, name = "setUserRole"   setUserRole(id: ID!, input: SetUserRoleInput!): SetUserRolePayload!
//! attribute `occurred_at`        field occurredAt, sort field OCCURRED_AT
//! ```

use heck::{ToLowerCamelCase, ToPascalCase};

use super::{Action, Graphql, Name, Resource};

/// The field of a page of rows: `magic_links` → `magicLinks`.
pub fn plural(resource: &Resource) -> String {
    resource.table.camel()
}

/// The field of one row: `MagicLink` → `magicLink`.
pub fn singular(graphql: &Graphql) -> String {
    graphql.type_name.camel()
}

/// The field of an action that is not the primary read: `recordActivity`, `recentActivities`, or the declared name.
pub fn action(action: &Action, resource: &Resource, graphql: &Graphql) -> String {
    if let Some(name) = &action.graphql_name {
        return name.as_str().to_owned();
    }
    let object = match action.read() {
        Some(read) if !read.get => resource.table.pascal(),
        _ => graphql.type_name.pascal(),
    };
    format!("{}{object}", action.name.camel())
}

/// `setUserRole` → `SetUserRoleInput`.
pub fn input(field: &str) -> String {
    format!("{}Input", field.to_pascal_case())
}

/// `setUserRole` → `SetUserRolePayload`.
pub fn payload(field: &str) -> String {
    format!("{}Payload", field.to_pascal_case())
}

/// `User` → `UserConnection`.
pub fn connection(object: &str) -> String {
    format!("{object}Connection")
}

/// `User` → `UserEdge`.
pub fn edge(object: &str) -> String {
    format!("{object}Edge")
}

/// `User` → `UserFilter`; the filter of a scalar or enum too.
pub fn filter(ty: &str) -> String {
    format!("{ty}Filter")
}

/// `User` → `UserSort`.
pub fn sort(object: &str) -> String {
    format!("{object}Sort")
}

/// `User` → `UserSortField`.
pub fn sort_field(object: &str) -> String {
    format!("{object}SortField")
}

/// `occurred_at` → `occurredAt`; what an error's `fields` and `path` say too.
pub fn field(name: &str) -> String {
    name.to_lower_camel_case()
}

/// `occurred_at` → `OCCURRED_AT`.
pub fn sort_value(name: &Name) -> String {
    name.screaming()
}
