//! The widgets of attributes, and the inputs of an action's form.

use super::{FormField, SelectOption, Widget, derive};
use crate::ir::{
    self, ActionKind, Attribute, Constraints, KeyType, Name, Node, Relationship, RelationshipId, Resource, Type,
};

/// Whether the attribute's value may appear on a screen at all.
pub(super) fn is_shown(attribute: &Attribute) -> bool {
    attribute.public && !attribute.sensitive
}

/// The public `belongs_to` whose key is the attribute of that name, with its id.
pub(in crate::admin) fn belongs_to<'a>(
    resource: &'a Resource,
    attribute: &Name,
) -> Option<(RelationshipId, &'a Relationship)> {
    resource.relationships_by_id().find(|(_, it)| it.public && it.key() == Some(attribute))
}

/// The attribute's heading: a key has its relationship's.
pub(super) fn title(resource: &Resource, attribute: &Attribute) -> String {
    belongs_to(resource, &attribute.name).map_or_else(|| attribute.name.label(), |(_, it)| it.name.label())
}

/// The attribute's widget.
pub(super) fn attribute_widget(app: &ir::App, resource: &Resource, attribute: &Attribute) -> Widget {
    let max_length = attribute.constraints.max_length;
    if let Some(widget) = row_widget(app, resource, attribute) {
        return widget;
    }
    match &attribute.ty {
        Type::String | Type::CiString if attribute.constraints.email => Widget::Email,
        Type::String if !resource.is_one_line(attribute) => Widget::Multiline { max_length },
        Type::String | Type::CiString | Type::Key(KeyType::String | KeyType::CiString) => Widget::Text { max_length },
        ty if ty.is_integer() => {
            let Constraints { min, max, .. } = attribute.constraints;
            let all = ty.integers();
            let least = all.as_ref().map(|it| *it.start());
            Widget::Integer { min: min.max(least), max: max.into_iter().chain(all.map(|it| *it.end())).min() }
        }
        ty => widget(app, ty, attribute.nullable),
    }
}

fn row_widget(app: &ir::App, resource: &Resource, attribute: &Attribute) -> Option<Widget> {
    let (_, relationship) = belongs_to(resource, &attribute.name)?;
    let id = app.find(&relationship.target)?;
    app.resource(id).primary_read()?;
    Some(Widget::Row { resource: relationship.target.clone(), id })
}

/// The widget of a type by itself.
fn widget(app: &ir::App, ty: &Type, nullable: bool) -> Widget {
    match ty {
        Type::String | Type::CiString => Widget::Text { max_length: None },
        Type::Integer16 | Type::Integer32 | Type::Integer | Type::BigInteger => {
            let all = ty.integers();
            Widget::Integer { min: all.as_ref().map(|it| *it.start()), max: all.map(|it| *it.end()) }
        }
        Type::Float => Widget::Number,
        Type::Boolean if nullable => Widget::YesNo,
        Type::Boolean => Widget::Checkbox,
        Type::Uuid => Widget::Uuid,
        Type::Key(KeyType::Integer) => Widget::Integer { min: None, max: None },
        Type::Key(KeyType::String | KeyType::CiString) => Widget::Text { max_length: None },
        Type::Timestamp => Widget::Timestamp,
        Type::Date => Widget::Date,
        Type::Time => Widget::Time,
        Type::Duration => Widget::Duration,
        Type::Bytes => Widget::Bytes,
        Type::Json => Widget::Json,
        Type::Enum(name) => Widget::Select { options: choices(app, name) },
    }
}

fn choices(app: &ir::App, name: &Name) -> Vec<SelectOption> {
    let variants = app.find_enum(name).map_or(&[][..], |it| &it.variants);
    variants.iter().map(|it| SelectOption { value: it.stored.clone(), title: variant_title(&it.stored) }).collect()
}

/// `ROLEPLAY` → `Roleplay`.
pub(in crate::admin) fn variant_title(stored: &str) -> String {
    Name::from(stored.to_lowercase()).label()
}

/// The form of an action: what it accepts, then its arguments.
pub(super) fn inputs(app: &ir::App, resource: &Resource, action: &ir::Action) -> Vec<FormField> {
    let creates = matches!(action.kind, ActionKind::Create);
    let accepted = action.accept.iter().filter_map(|name| resource.attribute(name)).filter(|(_, it)| !it.sensitive);
    let accepted = accepted.map(|(index, it)| FormField {
        name: it.name.clone(),
        title: title(resource, it),
        docs: docs(resource, it),
        widget: attribute_widget(app, resource, it),
        ty: it.ty.clone(),
        required: action.required.contains(&it.name)
            || !(it.nullable || creates && it.default.is_some() || it.ty == Type::Boolean),
        nullable: it.nullable,
        computed: creates && it.nullable && is_computed(it),
        argument: false,
        attribute: Some(index),
    });
    let arguments = action.arguments.iter().map(|it| FormField {
        name: it.name.clone(),
        title: it.name.label(),
        docs: derive::first_paragraph(&it.docs),
        widget: widget(app, &it.ty, it.nullable),
        ty: it.ty.clone(),
        required: !it.nullable && it.ty != Type::Boolean,
        nullable: it.nullable,
        computed: false,
        argument: true,
        attribute: None,
    });
    accepted.chain(arguments).collect()
}

/// Whether its default is computed when it is stored, and so cannot be shown before.
fn is_computed(attribute: &Attribute) -> bool {
    attribute.default.as_ref().is_some_and(|it| !matches!(it.root_node(), Node::Literal { .. }))
}

fn docs(resource: &Resource, attribute: &Attribute) -> String {
    let docs = match belongs_to(resource, &attribute.name) {
        Some((_, relationship)) if !relationship.docs.is_empty() => &relationship.docs,
        _ => &attribute.docs,
    };
    derive::first_paragraph(docs)
}
