//! Descriptions of declared things without documentation, and of what is made from them.

use crate::graphql::name;
use crate::ir::{Action, ActionKind, Graphql, Name, Pagination, Relationship, Resource, Type};

/// The declared documentation, or else `sentence`.
pub(super) fn or(docs: &str, sentence: impl Into<String>) -> String {
    if docs.trim().is_empty() { sentence.into() } else { docs.to_owned() }
}

/// `ROLE_PLAY` → `Role play.`
pub(super) fn of_value(stored: &Name) -> String {
    format!("{}.", stored.label())
}

/// What its rows are called: `activities`.
pub(super) fn rows(resource: &Resource) -> String {
    resource.table.words()
}

/// What one is called: `activity`.
pub(super) fn row(graphql: &Graphql) -> String {
    graphql.type_name.words()
}

/// The description of an attribute or argument, with what its type does to the value: `Display name: text.`
pub(super) fn of_typed(docs: &str, name: &Name, ty: &Type) -> String {
    let kind = match ty {
        Type::String | Type::CiString => "text",
        Type::Integer16 | Type::Integer32 | Type::Integer | Type::BigInteger => "an integer",
        Type::Float => "a number",
        Type::Boolean => "true or false",
        Type::Uuid | Type::Key(_) => "an id",
        Type::Timestamp => "a point in time",
        Type::Date => "a date",
        Type::Time => "a time of day",
        Type::Duration => "a span of time",
        Type::Json => "JSON",
        Type::Bytes => "bytes",
        Type::Enum(_) => "one of the values",
    };
    let docs = or(docs, format!("{}: {kind}.", name.label()));
    match ty {
        Type::CiString => format!("{docs} Upper and lower case are the same; it is kept in lower case."),
        _ => docs,
    }
}

/// The row or the rows at the other end: `Owner: the user, if there is one that the actor may see.`
pub(super) fn of_related(relationship: &Relationship, target: &Resource, graphql: &Graphql) -> String {
    let label = relationship.name.label();
    match relationship.is_to_one() {
        true => format!("{label}: the {}, if there is one that the actor may see.", row(graphql)),
        false => format!("{label}: the {} that belong to it, as far as the actor may see them.", rows(target)),
    }
}

/// The description of an action without documentation.
pub(super) fn of_action(action: &Action, resource: &Resource) -> String {
    let rows = rows(resource);
    match &action.kind {
        ActionKind::Read(read) if read.get => {
            format!("The one of the {rows} that is asked for, if the actor may see it.")
        }
        ActionKind::Read(_) => format!("The {rows} that the actor may see."),
        ActionKind::Create => format!("Makes one of the {rows}."),
        ActionKind::Update => format!("Changes one of the {rows}."),
        ActionKind::Destroy => format!("Removes one of the {rows}."),
        ActionKind::Generic { .. } => format!("{} of the {rows}.", action.name.label()),
    }
}

/// `first` and `last`: how many rows.
pub(super) fn of_page_size(from: &str, Pagination { default, max }: Pagination) -> String {
    format!("How many rows, from the {from}: at most {max}. Without `first` and `last` it is the first {default}.")
}

/// A sort field, by the name it has as a field.
pub(super) fn of_sort_value(field: &Name) -> String {
    format!("By `{}`.", name::field(field))
}
