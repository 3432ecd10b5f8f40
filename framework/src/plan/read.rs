//! From an authorised query to a [`Read`], and how its rows are turned into records.

use super::write::wanted;
use super::{Column, Cursor, JoinedRead, OrderKey, Parents, Plan, Predicate, Read};
use crate::authorize::{Authorized, ReadPolicies, Visible, authorize};
use crate::context::Context;
use crate::error::{Code, Error};
use crate::evaluate::{Folded, fold_condition};
use crate::ir::{
    self, App, AttributeId, CalculationId, Direction, Node, Pagination, RelationshipId, RelationshipKind, Resource,
    ResourceId, Tree, Type,
};
use crate::query::{Access, Cursors, PageEnd, Query, Slice, SortField, SortKey};
use crate::record::Input;
use crate::request::{ReadRequest, WriteRequest, is_about};
use crate::value::{HOLDS_UNSTORABLE, Value};

/// A read, and how its rows are turned into a page of records.
#[derive(Clone)]
pub(crate) struct Planned {
    pub(crate) read: Read,
    pub(crate) shape: RowLayout,
    /// The page's cursors, if they hold a primary key alone: the values of the other keys have to be looked up first.
    pub(crate) after: Option<Cursor>,
    pub(crate) before: Option<Cursor>,
    /// The number of rows of a page; `None`: the read has no pages.
    pub(crate) page: Option<u64>,
    /// The most rows that a list without pages may have, for each parent; `None`: there are pages, or the read is of one row.
    pub(crate) at_most: Option<u64>,
    pub(crate) count: bool,
    /// Whether to count the rows before the page.
    pub(crate) position: bool,
    pub(crate) cursors: Cursors,
}

impl Planned {
    /// Whether working out a selected calculation can fail.
    pub(crate) fn may_fail(&self, app: &App) -> bool {
        let resource = app.resource(self.read.resource);
        self.shape.calculations.iter().any(|(calculation, _)| resource[*calculation].may_fail(app))
    }

    /// The same read without its calculations.
    pub(crate) fn without_calculations(&self) -> Self {
        let mut without = self.clone();
        for (_, column) in std::mem::take(&mut without.shape.calculations) {
            // Rows are in the order of a key whether or not it is selected.
            let key = without.shape.keys.iter().position(|it| *it == column);
            without.read.columns[column] = key.map_or(Column::Nothing, Column::Key);
        }
        without
    }
}

/// Which column of a row becomes which field of a record.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowLayout {
    pub(crate) attributes: Vec<Selected>,
    /// Calculations with their columns.
    pub(crate) calculations: Vec<(CalculationId, usize)>,
    /// The columns of the keys of the order, if cursors are made.
    pub(crate) keys: Vec<usize>,
    pub(crate) total: Option<usize>,
    pub(crate) parent: Option<usize>,
}

/// An attribute that was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Selected {
    pub(crate) attribute: AttributeId,
    /// Its column; `None`: it is hidden from the actor in every row.
    pub(crate) column: Option<usize>,
    /// The column that says whether it is shown; `None`: in every row.
    pub(crate) shown: Option<usize>,
}

/// A read of at most one row and the one that it is related to, in one statement, with the time that the statement ran.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) read: Read,
    /// Of the row.
    pub(crate) shape: RowLayout,
    /// Of the related one.
    pub(crate) related: (ResourceId, RowLayout),
    /// The column of the time.
    pub(crate) now: usize,
}

impl RowLayout {
    /// The column of an attribute that is selected, and that no row hides.
    fn always_shown(&self, attribute: AttributeId) -> Option<usize> {
        self.attributes.iter().find(|it| it.attribute == attribute && it.shown.is_none())?.column
    }

    /// The same with all columns moved back by `columns`. It must have no keys, total or parent: those are not moved.
    fn after(mut self, columns: usize) -> Self {
        for it in &mut self.attributes {
            it.column = it.column.map(|it| it + columns);
            it.shown = it.shown.map(|it| it + columns);
        }
        for (_, column) in &mut self.calculations {
            *column += columns;
        }
        self
    }
}

/// Plans a read of a resource's rows; `None` if it cannot find any.
pub(crate) fn plan_read(cx: &Context, query: &Query) -> Result<Option<Planned>, Error> {
    plan(cx, query, None)
}

/// Plans a read of the rows that are related to those with the given keys; `None` if it cannot find any.
pub(crate) fn plan_load(
    cx: &Context,
    query: &Query,
    relationship: &RelationshipKind,
    keys: Vec<Value>,
) -> Result<Option<Planned>, Error> {
    plan(cx, query, Some((relationship, keys)))
}

/// Plans the read of a row for which `filter` holds, with the row at the other end of a to-one relationship; `None` if it cannot find
/// any. `filter` is not folded, so `now()` in it is the time by the statement's clock.
pub(crate) fn plan_pair(
    cx: &Context,
    resource: ResourceId,
    relationship: RelationshipId,
    filter: Tree,
) -> Result<Option<Pair>, Error> {
    let app = cx.engine().app();
    let hop = Some(&app.resource(resource)[relationship]).filter(|it| it.is_to_one());
    let hop = hop.ok_or_else(|| Error::internal("a pair of rows needs a to-one relationship"))?;
    let (Some(row), Some(related)) =
        (plan_read(cx, &Query::unrestricted(resource))?, plan_read(cx, &Query::unrestricted(app.target(hop)))?)
    else {
        return Ok(None);
    };
    let Planned { mut read, shape, .. } = row;
    read.order.clear();
    read.limit = 1;
    read.wanted.push(Predicate::Tree(filter, Access::Unrestricted));
    let now = read.columns.len();
    read.columns.push(Column::Now);
    let related_shape = (related.read.resource, related.shape.after(read.columns.len()));
    read.beside = Some(Box::new(JoinedRead { relationship, read: related.read }));
    Ok(Some(Pair { read, shape, related: related_shape, now }))
}

/// Plans the read of rows by their primary keys whatever the policies of rows say, with the fields that the actor may see.
pub(crate) fn plan_rows(cx: &Context, resource: ResourceId, ids: &[Value]) -> Planned {
    let arguments = Input::new();
    let actor = cx.actor_row();
    let read_policies = ReadPolicies::new(cx, cx.facts(&actor, &arguments));
    let mut columns = Columns { read_policies: &read_policies, resource, list: Vec::new() };
    let shape = columns.shape(&Query::unrestricted(resource), cx.engine().app().resource(resource), &[], false);
    let columns = columns.list;
    let read = Read { columns, limit: ids.len() as u64, ..Read::of(resource, vec![Predicate::one_of(ids)]) };
    Planned {
        read,
        shape,
        after: None,
        before: None,
        page: None,
        at_most: None,
        count: false,
        position: false,
        cursors: Cursors::None,
    }
}

/// Plans the read of the rows that a write means, every attribute; they are kept as they are until the transaction ends.
///
/// # Errors
/// `INTERNAL` if the resource has no primary key.
pub(crate) fn plan_stored(cx: &Context, write: &Authorized<WriteRequest<'_>>) -> Result<Plan<Read>, Error> {
    locked(cx, write.resource(), wanted(cx, write, None))
}

/// Plans the read of the rows for which `matching` holds, every attribute; they are kept as they are until the transaction ends.
///
/// # Errors
/// `INTERNAL` if the resource has no primary key.
pub(crate) fn plan_matching(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    matching: Vec<Predicate>,
) -> Result<Plan<Read>, Error> {
    locked(cx, write.resource(), matching)
}

fn locked(cx: &Context, id: ResourceId, wanted: Vec<Predicate>) -> Result<Plan<Read>, Error> {
    let resource = cx.engine().app().resource(id);
    let columns = resource.attributes_by_id().map(|(id, _)| Column::Attribute(id)).collect();
    // Whoever locks several rows does so in the same order, so that no two wait for each other.
    let order = vec![OrderKey::unique(primary_key(resource)?, resource)];
    Ok(Plan(Read { columns, order, lock: true, limit: u64::MAX >> 1, ..Read::of(id, wanted) }))
}

/// Plans which of `questions` hold of the rows with those primary keys, for which `wanted` holds: a row's key comes first.
///
/// # Errors
/// `INTERNAL` if the resource has no primary key.
pub(crate) fn plan_question(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    ids: &[Value],
    mut wanted: Vec<Predicate>,
    questions: Vec<Predicate>,
) -> Result<Plan<Read>, Error> {
    let key = primary_key(cx.engine().app().resource(write.resource()))?;
    wanted.insert(0, Predicate::one_of(ids));
    let columns = [Column::Attribute(key)].into_iter().chain(questions.into_iter().map(Column::Holds)).collect();
    Ok(Plan(Read { columns, limit: ids.len() as u64, ..Read::of(write.resource(), wanted) }))
}

/// Plans which of the rows with those primary keys the actor may read.
///
/// # Errors
/// `INTERNAL` if the resource has no primary key.
pub(crate) fn plan_keys(
    cx: &Context,
    read: &Authorized<ReadRequest<'_>>,
    ids: Vec<Value>,
) -> Result<Plan<Read>, Error> {
    let key = primary_key(cx.engine().app().resource(read.resource()))?;
    let limit = ids.len() as u64;
    let wanted = vec![Predicate::OneOf(ids), Predicate::Policy(read.filter().clone())];
    Ok(Plan(Read { columns: vec![Column::Attribute(key)], limit, ..Read::of(read.resource(), wanted) }))
}

fn primary_key(resource: &Resource) -> Result<AttributeId, Error> {
    resource.primary_key().ok_or_else(|| Error::internal(format!("{} has no primary key", resource.name)))
}

fn plan(
    cx: &Context,
    query: &Query,
    parents: Option<(&RelationshipKind, Vec<Value>)>,
) -> Result<Option<Planned>, Error> {
    let resource = declared(cx, query)?;
    let action = read_action(resource, query)?;
    let settings = action.read().ok_or_else(|| Error::internal("the action of a query does not read"))?;
    // A filter narrows the read that declares it, so its arguments are that read's too.
    let narrows = query.action.is_some();
    let request = match narrows {
        true => ReadRequest::new(cx, query.resource, action, &query.arguments)?,
        false => ReadRequest::primary(query.resource, action),
    };
    query.filter.as_ref().map_or(Ok(()), comparable)?;
    let authorized = authorize(cx, request)?;

    let actor = cx.actor_row();
    let facts = cx.facts(&actor, authorized.request().arguments());
    let read_policies = ReadPolicies::new(cx, facts);
    let access = if query.access == Access::Restricted { Access::Restricted } else { Access::Unrestricted };
    let to_one = parents
        .as_ref()
        .is_some_and(|(it, _)| matches!(it, RelationshipKind::BelongsTo { .. } | RelationshipKind::HasOne { .. }));
    if query.for_update && (!cx.session().in_transaction() || query.count || parents.is_some()) {
        return Err(Error::internal("rows are locked inside a transaction, by a read that does not count them"));
    }
    let belongs = parents.as_ref().is_some_and(|(it, _)| matches!(it, RelationshipKind::BelongsTo { .. }));
    let order = match query.for_update && query.sort.is_empty() {
        // Of the one row that others belong to there is no order.
        _ if belongs => Vec::new(),
        // Whoever locks several rows does so in the same order, so that no two wait for each other.
        true => vec![OrderKey::unique(primary_key(resource)?, resource)],
        false => order(&read_policies, query.resource, &query.sort, settings, access)?,
    };
    let slice = if to_one { &Slice::All } else { &query.slice };
    let paging = paging(cx, resource, &order, slice, settings.pagination)?;

    let at_most = (!to_one && paging.page.is_none()).then_some(u64::from(query.at_most));
    let one_each = parents.as_ref().map_or(0, |(_, keys)| keys.len() as u64);

    let mut wanted = Vec::new();
    if authorized.filter().is_nothing() {
        return Ok(None);
    }
    if !authorized.filter().is_everything() {
        wanted.push(Predicate::Policy(authorized.filter().clone()));
    }
    let narrowing = settings.filter.as_ref().filter(|_| narrows);
    let filters = [(narrowing, Access::Unrestricted), (query.filter.as_ref(), access)];
    for (filter, access) in filters.into_iter().filter_map(|(filter, access)| Some((filter?, access))) {
        match fold_condition(filter, &facts) {
            Folded::True => {}
            Folded::False => return Ok(None),
            Folded::Residue(residue) => wanted.push(Predicate::Tree(residue.tree, access)),
        }
    }

    let mut columns = Columns { read_policies: &read_policies, resource: query.resource, list: Vec::new() };
    // What comes before a page is found by the keys of its first row.
    let needs_keys = query.cursors != Cursors::None || query.position;
    let mut shape = columns.shape(query, resource, &order, paging.page.is_some() && needs_keys);
    let per_parent = parents.is_some();
    if per_parent {
        // A row that others belong to is found by its own key.
        let own = resource.primary_key().filter(|_| belongs).and_then(|it| shape.always_shown(it));
        shape.parent = Some(own.unwrap_or_else(|| columns.add(Column::Parent)));
    } else if query.count {
        shape.total = Some(columns.add(Column::Total));
    }
    let columns = columns.list;
    let read = Read {
        resource: query.resource,
        wanted,
        order,
        after: None,
        before: None,
        backwards: paging.backwards,
        // One more than the page or the list shows whether there are more.
        limit: paging.page.or(at_most).map_or(one_each, |it| it.saturating_add(1)),
        count_at_most: query.count_at_most,
        columns,
        lock: query.for_update,
        parents: parents.map(|(kind, keys)| Parents { relationship: kind.clone(), keys }),
        beside: None,
    };
    let Paging { page, after, before, .. } = paging;
    let (count, position, cursors) = (query.count, query.position && page.is_some(), query.cursors);
    Ok(Some(Planned { read, shape, after, before, page, at_most, count, position, cursors }))
}

/// The resource of a query all of whose ids are those of this app and of that resource, with what it loads.
fn declared<'a>(cx: &'a Context, query: &Query) -> Result<&'a Resource, Error> {
    let resource = cx.resource(query.resource)?;
    let is_attribute = |it: AttributeId| usize::from(it) < resource.attributes.len();
    let is_calculation = |it: CalculationId| usize::from(it) < resource.calculations.len();
    let sorts = query.sort.iter().all(|it| match it.field {
        SortField::Attribute(id) => is_attribute(id),
        SortField::Calculation(id) => is_calculation(id),
    });
    let selects = query.attributes.iter().flatten().all(|it| is_attribute(*it));
    if !(sorts && selects && query.calculations.iter().all(|it| is_calculation(*it))) {
        return Err(Error::internal("a query has an attribute or a calculation of another resource"));
    }
    if let Some(filter) = &query.filter {
        is_about(cx, filter, resource)?;
    }
    for load in &query.loads {
        let relationship = resource.relationships.get(usize::from(load.relationship));
        let target = relationship.map(|it| cx.engine().app().target(it));
        declared(cx, &load.query)?;
        if target != Some(load.query.resource) {
            return Err(Error::internal("a query loads a relationship of another resource"));
        }
    }
    Ok(resource)
}

/// A text that no database compares is refused by both, whatever the rest of the filter says.
fn comparable(filter: &Tree) -> Result<(), Error> {
    let unstorable = |it: &Node| matches!(it, Node::Literal { value, .. } if value.holds_unstorable());
    if filter.nodes.iter().any(unstorable) {
        return Err(Error::new(Code::Invalid, format!("a filter {HOLDS_UNSTORABLE}")));
    }
    Ok(())
}

fn read_action<'a>(resource: &'a Resource, query: &Query) -> Result<&'a ir::Action, Error> {
    let action = match &query.action {
        Some(name) => resource.action(name),
        None => resource.primary_read(),
    };
    action.ok_or_else(|| Error::internal(format!("{} has no such read: {:?}", resource.name, query.action)))
}

/// The keys that were asked for, else the action's; and the primary key, in the direction of the last of them.
fn order(
    read_policies: &ReadPolicies<'_>,
    resource: ResourceId,
    asked: &[SortKey],
    settings: &ir::Read,
    access: Access,
) -> Result<Vec<OrderKey>, Error> {
    let declared = read_policies.facts().app.resource(resource);
    let mut keys: Vec<(SortField, Direction)> = Vec::new();
    if asked.is_empty() {
        for sort in &settings.sort {
            let field = match (declared.attribute(&sort.field), declared.calculation(&sort.field)) {
                (Some((index, _)), _) => SortField::Attribute(index),
                (None, Some((index, _))) => SortField::Calculation(index),
                (None, None) => return Err(Error::internal(format!("no such sort field: {}", sort.field))),
            };
            keys.push((field, sort.direction));
        }
    } else {
        keys.extend(asked.iter().map(|it| (it.field, it.direction)));
    }
    let primary = declared.primary_key().map(SortField::Attribute);
    let primary = primary.ok_or_else(|| Error::internal(format!("{} has no primary key", declared.name)))?;
    let last = if keys.last().is_some_and(|(_, it)| it.descends()) { Direction::Desc } else { Direction::Asc };
    keys.push((primary, last));

    let mut order: Vec<OrderKey> = Vec::with_capacity(keys.len());
    for (field, direction) in keys {
        // A field that comes again decides nothing, and after the primary key nothing does.
        if order.iter().any(|it| it.field == field || it.field == primary) {
            continue;
        }
        order.push(key(read_policies, resource, field, direction, access));
    }
    Ok(order)
}

fn key(
    read_policies: &ReadPolicies<'_>,
    resource: ResourceId,
    field: SortField,
    direction: Direction,
    access: Access,
) -> OrderKey {
    let declared = read_policies.facts().app.resource(resource);
    match field {
        SortField::Attribute(id) => {
            let attribute = &declared[id];
            let guarded = attribute.guarded && *read_policies.field(resource, id) != Visible::Always;
            let nullable = attribute.nullable || guarded && access == Access::Restricted;
            let shown = attribute.public && !attribute.sensitive && (!guarded || access == Access::Restricted);
            let told = attribute.primary_key || shown;
            OrderKey { field, direction, access, nullable, ty: attribute.ty.clone(), told }
        }
        SortField::Calculation(id) => {
            let calculation = &declared[id];
            let certain = calculation.ty == Type::Boolean || calculation.unrestricted || !calculation.public;
            let nullable = calculation.nullable || !certain;
            // A public one is worked out from what the reader may see, whoever sorts by it.
            OrderKey { field, direction, access, nullable, ty: calculation.ty.clone(), told: calculation.public }
        }
    }
}

struct Paging {
    page: Option<u64>,
    backwards: bool,
    after: Option<Cursor>,
    before: Option<Cursor>,
}

fn paging(
    cx: &Context,
    resource: &Resource,
    order: &[OrderKey],
    slice: &Slice,
    pagination: Option<Pagination>,
) -> Result<Paging, Error> {
    let Slice::Keyset { rows, from, after, before } = slice else {
        return Ok(Paging { page: None, backwards: false, after: None, before: None });
    };
    let pagination = pagination.unwrap_or_default();
    let rows = rows.unwrap_or(pagination.default);
    if rows > pagination.max {
        let message = format!("a page has at most {} rows", pagination.max);
        return Err(Error::new(Code::LimitExceeded, message));
    }
    let decode = |text: &String| Cursor::decode(cx.engine().seal()?, resource, order, text);
    let cursor = |text: &Option<String>| text.as_ref().map(decode).transpose();
    Ok(Paging {
        page: Some(rows.into()),
        backwards: *from == PageEnd::Finish,
        after: cursor(after)?,
        before: cursor(before)?,
    })
}

struct Columns<'g, 'a> {
    read_policies: &'g ReadPolicies<'a>,
    resource: ResourceId,
    list: Vec<Column>,
}

impl Columns<'_, '_> {
    fn add(&mut self, column: Column) -> usize {
        self.list.push(column);
        self.list.len() - 1
    }

    fn shape(&mut self, query: &Query, resource: &Resource, order: &[OrderKey], cursors: bool) -> RowLayout {
        let mut shape = RowLayout::default();
        let mut shown: Vec<(Vec<Tree>, usize)> = Vec::new();
        for attribute in wanted_attributes(query, resource) {
            let visible = self.read_policies.field(self.resource, attribute);
            let shown = match &*visible {
                Visible::Always => None,
                Visible::Never => {
                    shape.attributes.push(Selected { attribute, column: None, shown: None });
                    continue;
                }
                Visible::When(conditions) => Some(match shown.iter().find(|(it, _)| it == conditions) {
                    Some((_, column)) => *column,
                    None => {
                        let column = self.add(Column::Shown(conditions.clone()));
                        shown.push((conditions.clone(), column));
                        column
                    }
                }),
            };
            let column = Some(self.add(Column::Attribute(attribute)));
            shape.attributes.push(Selected { attribute, column, shown });
        }
        for calculation in &query.calculations {
            shape.calculations.push((*calculation, self.add(Column::Calculation(*calculation))));
        }
        if cursors {
            shape.keys = order.iter().enumerate().map(|(index, key)| self.key(index, key, &shape)).collect();
        }
        shape
    }

    /// The column of a key: its own, where that is selected and always shown.
    fn key(&mut self, index: usize, key: &OrderKey, shape: &RowLayout) -> usize {
        let own = match key.field {
            SortField::Attribute(attribute) => shape.always_shown(attribute),
            SortField::Calculation(calculation) => {
                shape.calculations.iter().find(|(it, _)| *it == calculation).map(|(_, column)| *column)
            }
        };
        own.unwrap_or_else(|| self.add(Column::Key(index)))
    }
}

/// What was asked for, with the primary key and the keys that loads start from; in order.
fn wanted_attributes(query: &Query, resource: &Resource) -> Vec<AttributeId> {
    let Some(asked) = &query.attributes else { return resource.attributes_by_id().map(|(id, _)| id).collect() };
    let loads = query.loads.iter().map(|it| &resource[it.relationship]);
    let keys = loads.filter_map(|it| resource.attribute(it.key()?)).map(|(id, _)| id);
    let mut wanted: Vec<AttributeId> = asked.iter().copied().chain(resource.primary_key()).chain(keys).collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}
