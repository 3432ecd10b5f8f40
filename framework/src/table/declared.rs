//! Derives tables from a declaration.

use crate::ir::{App, Attribute, Generated, Name, Node, RelationshipKind, Resource, Type};
use crate::value::Value;

use super::{Column, ColumnOrder, Fill, ForeignKey, Index, Storage, Table, ValueRules, index_name, unique_name};

/// The tables of a verified app, in the order of its resources.
///
/// An identity becomes a unique index (both databases can add and drop one without touching the table). A key of a
/// `belongs_to` gets an index of its own unless the primary key, an identity or another index starts with it. Where some rows do not exist,
/// the unique index is one of the others.
pub fn declared(app: &App) -> Vec<Table> {
    app.resources().iter().map(|resource| table(app, resource)).collect()
}

fn table(app: &App, resource: &Resource) -> Table {
    let columns = resource.attributes.iter().map(|it| column(app, resource, it)).collect();
    let mut table = Table { name: resource.table.to_string(), columns, indexes: Vec::new() };
    for identity in &resource.identities {
        let columns = resource.unique_attributes(identity).map(|it| (it.to_string(), ColumnOrder::Asc)).collect();
        let (name, only) = (unique_name(&table.name, &identity.name), resource.unique_among(identity));
        let nullable = |it: &&Name| identity.nulls_equal && is_nullable(resource, it);
        let nulls_equal = identity.attributes.iter().filter(nullable).map(Name::to_string).collect();
        table.indexes.push(Index { name, unique: true, nulls_equal, columns, only });
    }
    for index in &resource.indexes {
        let columns = index.attributes.iter().map(|(name, descends)| {
            let order = if *descends { ColumnOrder::Desc } else { ColumnOrder::Asc };
            (name.to_string(), order)
        });
        push_index(&mut table, columns.collect());
    }
    for key in resource.relationships.iter().filter_map(|it| it.key()) {
        let is_primary = table.column(key).is_some_and(|it| it.primary_key);
        // An index that leaves out rows does not find all that point at a row, nor does one over expressions.
        let leads = |index: &Index| index.columns.first().is_some_and(|(first, _)| *key == **first);
        let is_first =
            table.indexes.iter().any(|index| index.only.is_none() && index.nulls_equal.is_empty() && leads(index));
        if !is_primary && !is_first {
            push_index(&mut table, vec![(key.to_string(), ColumnOrder::Asc)]);
        }
    }
    table
}

fn is_nullable(resource: &Resource, attribute: &Name) -> bool {
    resource.attribute(attribute).is_some_and(|(_, it)| it.nullable)
}

/// Adds an index unless an equal one is there. Two that differ only in direction get names that differ.
fn push_index(table: &mut Table, columns: Vec<(String, ColumnOrder)>) {
    if table.indexes.iter().any(|it| !it.unique && it.columns == columns) {
        return;
    }
    let mut name = index_name(&table.name, columns.iter().map(|(column, _)| column.as_str()));
    if table.indexes.iter().any(|it| it.name == name) {
        let spelt = columns.iter().map(|(column, order)| match order {
            ColumnOrder::Asc => format!("{column}_asc"),
            ColumnOrder::Desc => format!("{column}_desc"),
        });
        let spelt: Vec<String> = spelt.collect();
        name = index_name(&table.name, spelt.iter().map(String::as_str));
    }
    table.indexes.push(Index { name, unique: false, nulls_equal: Vec::new(), columns, only: None });
}

fn column(app: &App, resource: &Resource, attribute: &Attribute) -> Column {
    Column {
        name: attribute.name.to_string(),
        storage: Storage::of(&attribute.ty),
        primary_key: attribute.primary_key,
        counted: attribute.generated == Some(Generated::Number),
        nullable: attribute.nullable,
        default: constant(attribute),
        references: foreign_key(app, resource, attribute),
        rules: Some(Box::new(rules(app, resource, attribute))),
        fill: fill(attribute),
    }
}

/// Only a literal can be the database's default; other expressions (`now()`) are evaluated by the engine.
fn constant(attribute: &Attribute) -> Option<Value> {
    match attribute.default.as_ref()?.root_node() {
        Node::Literal { value, .. } if !value.is_null() => Some(value.clone()),
        _ => None,
    }
}

fn fill(attribute: &Attribute) -> Option<Fill> {
    let is_now = matches!(attribute.generated, Some(Generated::InsertedAt | Generated::UpdatedAt))
        || attribute.default.as_ref().is_some_and(|tree| *tree.root_node() == Node::Now);
    is_now.then_some(Fill::Now)
}

fn rules(app: &App, resource: &Resource, attribute: &Attribute) -> ValueRules {
    let constraints = &attribute.constraints;
    let one_of = match &attribute.ty {
        Type::Enum(name) => app.find_enum(name),
        _ => None,
    };
    let integers = attribute.ty.integers();
    let least = integers.as_ref().map(|it| *it.start());
    let most = integers.as_ref().map(|it| *it.end());
    let rules = ValueRules {
        case_insensitive: attribute.ty.plain() == Type::CiString,
        one_of: None,
        min_length: constraints.min_length,
        max_length: constraints.max_length,
        min: constraints.min.max(least),
        max: constraints.max.into_iter().chain(most).min(),
        email: constraints.email,
        slug: constraints.slug,
        one_line: attribute.ty.is_text() && resource.is_one_line(attribute),
    };
    match one_of {
        Some(it) => rules.one_of(it.variants.iter().map(|it| &*it.stored)),
        None => rules,
    }
}

fn foreign_key(app: &App, resource: &Resource, attribute: &Attribute) -> Option<ForeignKey> {
    let (target, on_delete) = resource.relationships.iter().find_map(|it| match &it.kind {
        RelationshipKind::BelongsTo { attribute: key, on_delete } if *key == attribute.name => {
            Some((&it.target, *on_delete))
        }
        _ => None,
    })?;
    let target = app.resource(app.find(target)?);
    let column = &target.attributes[usize::from(target.primary_key()?)].name;
    Some(ForeignKey { table: target.table.to_string(), column: column.to_string(), on_delete })
}
