//! Derives the screens from the declaration.

use super::{
    Action, AdminActionKind, Column, DELETED, Filter, FilterKind, List, Model, NavigationGroup, ROOT, Screen,
    ValueSource, Widget, field, related,
};
use crate::ir::{
    self, ActionKind, Attribute, AttributeId, Name, RelationshipId, RelationshipKind, Resource, ResourceId, Role, Type,
};

/// Columns of a list that names none.
const COLUMNS: usize = 5;
/// The page sizes that a list offers, as far as its read allows them.
const PAGE_SIZES: [u32; 4] = [25, 50, 100, 250];

pub(super) fn model(app: &ir::App) -> Model {
    let screens = app
        .resources_by_id()
        .filter_map(|(id, resource)| Some(screen(app, id, resource, resource.admin.as_ref()?)))
        .collect();
    Model { groups: groups(app), screens }
}

fn groups(app: &ir::App) -> Vec<NavigationGroup> {
    let mut groups: Vec<NavigationGroup> = Vec::new();
    for resource in app.resources() {
        let Some(admin) = &resource.admin else { continue };
        match groups.iter_mut().find(|it| it.title == admin.group) {
            Some(group) => group.resources.push(resource.name.clone()),
            None => groups.push(NavigationGroup { title: admin.group.clone(), resources: vec![resource.name.clone()] }),
        }
    }
    groups
}

fn screen(app: &ir::App, id: ResourceId, resource: &Resource, admin: &ir::Admin) -> Screen {
    let address = format!("{ROOT}/{}", resource.table.kebab());
    let one = resource.name.label().to_lowercase();
    let columns = columns(app, resource, admin);
    let screen = Screen {
        resource: resource.name.clone(),
        id,
        title: resource.table.label(),
        docs: first_paragraph(&resource.docs),
        label: label(resource),
        list: List {
            filters: filters(app, resource, &columns),
            sort: sort(resource),
            rows: pagination(resource).default,
            max_rows: pagination(resource).max,
            page_sizes: page_sizes(pagination(resource)),
            columns,
        },
        detail: detail(app, resource),
        related: related::lists(app, id, resource),
        actions: resource
            .actions
            .iter()
            .filter(|it| it.public)
            .filter_map(|it| action(app, resource, &address, &one, it))
            .collect(),
        one,
        address,
        deleted: None,
        shows_deleted: false,
    };
    Screen { deleted: deleted(resource, &screen).map(Box::new), ..screen }
}

/// The list of deleted rows, those that were deleted last first.
fn deleted(resource: &Resource, screen: &Screen) -> Option<Screen> {
    let (id, deleted_at) = resource.deleted_at()?;
    let actions: Vec<_> = screen.actions.iter().filter(|it| it.of_deleted).cloned().collect();
    if actions.is_empty() || screen.action_at(DELETED, false).is_some() {
        return None;
    }
    let deleted_at = Column {
        name: deleted_at.name.clone(),
        title: title(deleted_at),
        source: ValueSource::Attribute { id },
        sortable: true,
        guarded: false,
    };
    let own = screen.list.columns.iter().cloned();
    let list = List {
        sort: vec![format!("-{}", deleted_at.name)],
        columns: own.chain([deleted_at]).collect(),
        filters: Vec::new(),
        ..screen.list.clone()
    };
    Some(Screen {
        title: format!("Deleted {}", screen.title.to_lowercase()),
        docs: String::new(),
        address: format!("{}/{DELETED}", screen.address),
        list,
        detail: Vec::new(),
        related: Vec::new(),
        actions,
        shows_deleted: true,
        ..screen.clone()
    })
}

fn pagination(resource: &Resource) -> ir::Pagination {
    resource.primary_read().and_then(|it| it.read()?.pagination).unwrap_or_default()
}

/// The usual page sizes, and the read's own default.
fn page_sizes(pagination: ir::Pagination) -> Vec<u32> {
    let mut sizes: Vec<u32> = PAGE_SIZES.into_iter().filter(|it| *it <= pagination.max).collect();
    sizes.push(pagination.default);
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

fn sort(resource: &Resource) -> Vec<String> {
    let keys = resource.primary_read().and_then(|it| it.read()).map_or(&[][..], |it| &it.sort);
    keys.iter()
        .map(|it| if it.direction.descends() { format!("-{}", it.field) } else { it.field.to_string() })
        .collect()
}

/// The columns that the declaration names, or else the first of those that may be shown.
fn columns(app: &ir::App, resource: &Resource, admin: &ir::Admin) -> Vec<Column> {
    let all = visible_columns(app, resource);
    if admin.columns.is_empty() {
        return all.filter(|it| it.name != "id").take(COLUMNS).collect();
    }
    let all: Vec<Column> = all.collect();
    admin.columns.iter().filter_map(|name| all.iter().find(|it| it.name == *name).cloned()).collect()
}

/// All columns that may be shown; those that the framework fills in come last.
fn detail(app: &ir::App, resource: &Resource) -> Vec<Column> {
    let filled_in = |column: &Column| match column.source {
        ValueSource::Attribute { id } => resource[id].primary_key || resource[id].generated.is_some(),
        ValueSource::Calculation { .. } | ValueSource::Relationship { .. } => false,
    };
    let (last, mut first): (Vec<Column>, Vec<Column>) = visible_columns(app, resource).partition(filled_in);
    first.extend(last);
    first
}

/// All columns of a row that may be shown: attributes, a `belongs_to` in the place of its key, then calculations and `has_one`s.
fn visible_columns<'a>(app: &'a ir::App, resource: &'a Resource) -> impl Iterator<Item = Column> + 'a {
    let attributes = resource.attributes_by_id().filter(|(_, it)| field::is_shown(it)).map(|(id, attribute)| {
        key_relationship(app, resource, attribute).unwrap_or_else(|| Column {
            name: attribute.name.clone(),
            title: title(attribute),
            source: ValueSource::Attribute { id },
            sortable: attribute.sortable && attribute.ty.has_order(),
            guarded: attribute.guarded,
        })
    });
    let calculations = resource.calculations_by_id().filter(|(_, it)| it.public).map(|(id, it)| Column {
        name: it.name.clone(),
        title: it.name.label(),
        source: ValueSource::Calculation { id },
        sortable: it.ty.has_order(),
        guarded: false,
    });
    let is_has_one = |it: &ir::Relationship| it.public && matches!(it.kind, RelationshipKind::HasOne { .. });
    let has_ones = resource.relationships_by_id();
    let has_ones = has_ones.filter(move |(_, it)| is_has_one(it)).map(|(id, it)| to_one(id, it));
    attributes.chain(calculations).chain(has_ones)
}

fn title(attribute: &Attribute) -> String {
    if attribute.primary_key { "ID".to_owned() } else { attribute.name.label() }
}

fn key_relationship(app: &ir::App, resource: &Resource, attribute: &Attribute) -> Option<Column> {
    let (id, relationship) = field::belongs_to(resource, &attribute.name)?;
    app.find(&relationship.target)?;
    Some(Column { guarded: attribute.guarded, ..to_one(id, relationship) })
}

fn to_one(id: RelationshipId, relationship: &ir::Relationship) -> Column {
    Column {
        name: relationship.name.clone(),
        title: relationship.name.label(),
        source: ValueSource::Relationship { id, target: relationship.target.clone() },
        sortable: false,
        guarded: false,
    }
}

/// The first text attribute; preferably one without a field policy, and a short one. An actor is also named by its identity. A session
/// has no label: its texts name a program, not a user.
pub(super) fn label(resource: &Resource) -> Vec<Name> {
    if matches!(resource.role, Some(Role::Session { .. })) {
        return Vec::new();
    }
    let is_text = |it: &&Attribute| field::is_shown(it) && matches!(it.ty, Type::String | Type::CiString);
    let rank = |it: &&Attribute| (it.guarded, !resource.is_one_line(it));
    let first = resource.attributes.iter().filter(is_text).min_by_key(rank);
    let mut label: Vec<Name> = first.map(|it| it.name.clone()).into_iter().collect();
    if let Some(Role::Actor { identity, .. }) = &resource.role
        && !label.contains(identity)
    {
        label.push(identity.clone());
    }
    label
}

fn filters(app: &ir::App, resource: &Resource, columns: &[Column]) -> Vec<Filter> {
    let position = |attribute: &Attribute| {
        let relationship = field::belongs_to(resource, &attribute.name).map(|(_, it)| &it.name);
        columns.iter().position(|it| it.name == attribute.name || Some(&it.name) == relationship)
    };
    let mut filters: Vec<(usize, Filter)> = resource
        .attributes_by_id()
        .filter(|(_, it)| field::is_shown(it) && it.filterable && it.ty.has_order())
        .map(|(id, it)| {
            let column = position(it);
            (column.unwrap_or(usize::MAX), filter(app, resource, it, id, column.is_some()))
        })
        .collect();
    filters.sort_by_key(|(position, _)| *position);
    filters.into_iter().map(|(_, filter)| filter).collect()
}

fn filter(app: &ir::App, resource: &Resource, attribute: &Attribute, id: AttributeId, column: bool) -> Filter {
    let name = &attribute.name;
    let test = match &attribute.ty {
        Type::String | Type::CiString => FilterKind::Contains,
        Type::Integer16
        | Type::Integer32
        | Type::Integer
        | Type::BigInteger
        | Type::Float
        | Type::Timestamp
        | Type::Date
        | Type::Time
        | Type::Duration => FilterKind::Range,
        Type::Boolean | Type::Uuid | Type::Key(_) | Type::Json | Type::Bytes | Type::Enum(_) => FilterKind::Equals,
    };
    let widget = match field::attribute_widget(app, resource, attribute) {
        Widget::Multiline { .. } | Widget::Email | Widget::Text { .. } => Widget::Text { max_length: None },
        Widget::Checkbox => Widget::YesNo,
        other => other,
    };
    Filter {
        name: name.clone(),
        id,
        title: if attribute.primary_key { title(attribute) } else { field::title(resource, attribute) },
        test,
        nullable: attribute.nullable,
        parameters: parameters(name, test, attribute.nullable && !is_choice(&widget)),
        widget,
        column,
    }
}

fn parameters(name: &Name, test: FilterKind, presence: bool) -> Vec<String> {
    let mut parameters = match test {
        FilterKind::Range => vec![format!("{name}.from"), format!("{name}.to")],
        FilterKind::Contains | FilterKind::Equals => vec![name.to_string()],
    };
    if presence {
        parameters.push(format!("{name}.is"));
    }
    parameters
}

/// Whether the widget is a list, which can also offer "no value" and "any value".
fn is_choice(widget: &Widget) -> bool {
    matches!(widget, Widget::Select { .. } | Widget::YesNo | Widget::Row { .. })
}

fn action(app: &ir::App, resource: &Resource, address: &str, one: &str, action: &ir::Action) -> Option<Action> {
    let kind = match &action.kind {
        ActionKind::Read(_) => return None,
        ActionKind::Create => AdminActionKind::Create,
        ActionKind::Update => AdminActionKind::Update,
        ActionKind::Destroy => AdminActionKind::Destroy,
        ActionKind::Generic { query: true, .. } => AdminActionKind::Query,
        ActionKind::Generic { query: false, .. } => AdminActionKind::Call,
    };
    let usual = is_usual(resource, action);
    let segment = match kind {
        AdminActionKind::Create if usual => "new".to_owned(),
        AdminActionKind::Update if usual => "edit".to_owned(),
        _ => action.name.kebab(),
    };
    Some(Action {
        name: action.name.clone(),
        title: match kind {
            AdminActionKind::Update if action.name == "update" => "Edit".to_owned(),
            AdminActionKind::Destroy if action.name == "destroy" => "Delete".to_owned(),
            AdminActionKind::Create | AdminActionKind::Call => format!("{} {one}", action.name.label()),
            AdminActionKind::Update | AdminActionKind::Destroy | AdminActionKind::Query => action.name.label(),
        },
        kind,
        address: if kind.has_row() { format!("{address}/{{id}}/{segment}") } else { format!("{address}/{segment}") },
        docs: first_paragraph(&action.docs),
        fields: field::inputs(app, resource, action),
        of_deleted: action.of_deleted,
        can_be_undone: action.deletes_softly(resource) && resource.actions.iter().any(ir::Action::restores),
    })
}

/// Whether the action is the one at `…/new` or `…/edit`: the primary one of its kind, else the one of that name, else the only create.
fn is_usual(resource: &Resource, action: &ir::Action) -> bool {
    let (is_kind, plain): (fn(&ActionKind) -> bool, &str) = match action.kind {
        ActionKind::Create => (|it| matches!(it, ActionKind::Create), "create"),
        ActionKind::Update => (|it| matches!(it, ActionKind::Update), "update"),
        _ => return false,
    };
    let same: Vec<&ir::Action> = resource.actions.iter().filter(|it| it.public && is_kind(&it.kind)).collect();
    let only = match same[..] {
        [only] if matches!(only.kind, ActionKind::Create) => Some(only),
        _ => None,
    };
    let usual = same.iter().find(|it| it.primary).or_else(|| same.iter().find(|it| it.name == plain)).copied().or(only);
    usual.is_some_and(|it| it.name == action.name)
}

/// The first paragraph of a documentation, on one line.
pub(super) fn first_paragraph(docs: &str) -> String {
    docs.split("\n\n").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}
