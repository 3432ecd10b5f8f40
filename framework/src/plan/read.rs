//! From what was authorised to a [`Read`], and how its rows are laid out.

use super::write::{permitted, wanted};
use super::{Column, JoinedRead, Lock, OrderKey, Parents, Plan, Predicate, Reach, Read, Rows};
use crate::authorize::{Authorized, ReadPolicies, Visible, are_seen_alike, readable_before};
use crate::context::Context;
use crate::error::Error;
use crate::ir::{
    self, AttributeId, CalculationId, Direction, RelationshipId, RelationshipKind, Resource, ResourceId, Tree, Type,
};
use crate::query::{Access, Cursors, Query, SortField, SortKey};
use crate::request::{NO_ARGUMENTS, ReadRequest, WriteRequest, is_about};
use crate::value::Value;

/// Which column of a row becomes which field of a record.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowLayout {
    pub(crate) attributes: Vec<Selected>,
    /// Calculations with their columns.
    pub(crate) calculations: Vec<(CalculationId, usize)>,
    /// The columns of the keys of the order, if cursors are made.
    pub(crate) keys: Vec<usize>,
    /// The same, if the last key is the primary key and decides between rows that are at hand; else empty.
    pub(crate) ties: Vec<usize>,
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
    /// Whether whatever its column holds may be given out: it is not sensitive, and every value of its type is one of its values.
    pub(crate) plain: bool,
}

/// A read of at most one row and the one that it is related to, in one statement, with the time that the statement ran.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) read: Plan<Read>,
    /// Of the row.
    pub(crate) layout: RowLayout,
    /// Of the related one.
    pub(crate) related: (ResourceId, RowLayout),
    /// The column of the time.
    pub(crate) now: usize,
}

impl RowLayout {
    /// Where an attribute is; `None`: it was not asked for.
    pub(crate) fn attribute(&self, id: AttributeId) -> Option<&Selected> {
        // They are in the order of the declaration.
        let at = self.attributes.binary_search_by_key(&id, |it| it.attribute).ok()?;
        self.attributes.get(at)
    }

    /// The column of an attribute that is selected, and that no row hides.
    fn always_shown(&self, attribute: AttributeId) -> Option<usize> {
        self.attribute(attribute).filter(|it| it.shown.is_none())?.column
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

/// Plans the read of a row for which `filter` holds, with the row at the other end of a to-one relationship; `None` if it cannot find
/// any. `filter` is not folded, so `now()` in it is the time by the statement's clock.
pub(crate) fn plan_pair(
    cx: &Context,
    (row, related): (&Authorized<ReadRequest<'_>>, &Authorized<ReadRequest<'_>>),
    relationship: RelationshipId,
    filter: Tree,
) -> Result<Option<Pair>, Error> {
    let app = cx.engine().app();
    let hop = Some(&app.resource(row.resource())[relationship]).filter(|it| it.is_to_one());
    let hop = hop.filter(|it| app.target(it) == related.resource());
    hop.ok_or_else(|| Error::internal("a pair of rows needs a to-one relationship"))?;
    let resource = related.resource();
    let (Some((mut read, layout)), Some((beside, related))) = (every_attribute(cx, row), every_attribute(cx, related))
    else {
        return Ok(None);
    };
    read.limit = 1;
    read.wanted.push(Predicate::Tree(filter, Access::Unrestricted));
    let now = read.columns.len();
    read.columns.push(Column::Now);
    let related = (resource, related.after(read.columns.len()));
    read.beside = Some(Box::new(JoinedRead { relationship, read: beside }));
    Ok(Some(Pair { read: Plan(read), layout, related, now }))
}

/// A read of the rows that the actor may read, every attribute; `None` if there are none.
fn every_attribute(cx: &Context, authorized: &Authorized<ReadRequest<'_>>) -> Option<(Read, RowLayout)> {
    let (id, filter) = (authorized.resource(), authorized.filter());
    let wanted = match () {
        () if filter.is_nothing() => return None,
        () if filter.is_everything() => Vec::new(),
        () => vec![Predicate::Policy(filter.clone())],
    };
    Some(with_every_attribute(cx, Read::of(id, wanted)))
}

/// The read with every attribute, as far as the actor may see it.
fn with_every_attribute(cx: &Context, read: Read) -> (Read, RowLayout) {
    let resource = read.resource;
    let actor = cx.actor_row();
    let read_policies = ReadPolicies::new(cx, cx.facts(&actor, &NO_ARGUMENTS));
    let mut columns = Columns { read_policies: &read_policies, resource, list: Vec::new() };
    let layout = columns.layout(&Query::unrestricted(resource), cx.engine().app().resource(resource), &[], false);
    (Read { columns: columns.list, ..read }, layout)
}

/// Plans the read of rows that were written, by their primary keys, whatever the policies of rows say, with the fields that the actor may see.
pub(crate) fn plan_rows(cx: &Context, resource: ResourceId, ids: &[Value]) -> (Plan<Read>, RowLayout) {
    let limit = ids.len() as u64;
    let read = Read { limit, reach: Reach::Written, ..Read::of(resource, vec![Predicate::one_of(ids)]) };
    let (read, layout) = with_every_attribute(cx, read);
    (Plan(read), layout)
}

/// Plans the read of the rows that a write means, every attribute; they are kept as they are until the transaction ends.
///
/// # Errors
/// `INTERNAL` if the resource has no primary key.
pub(crate) fn plan_stored(cx: &Context, write: &Authorized<WriteRequest<'_>>) -> Result<Plan<Read>, Error> {
    locked(cx, write, wanted(cx, write, None))
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
    locked(cx, write, matching)
}

/// Plans the read of those rows with these primary keys that the actor may read and write, every attribute: what a refusal tells of them.
///
/// # Errors
/// `INTERNAL` if the resource has no primary key.
pub(crate) fn plan_told(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    keys: Vec<Value>,
) -> Result<Plan<Read>, Error> {
    let mut wanted = permitted(cx, write);
    wanted.push(Predicate::of_keys(keys));
    let Plan(read) = locked(cx, write, wanted)?;
    Ok(Plan(Read { lock: None, ..read }))
}

fn locked(cx: &Context, write: &Authorized<WriteRequest<'_>>, wanted: Vec<Predicate>) -> Result<Plan<Read>, Error> {
    let (id, reach) = (write.resource(), Reach::of(write.action()));
    let resource = cx.engine().app().resource(id);
    let columns = resource.attributes_by_id().map(|(id, _)| Column::Attribute(id)).collect();
    // Whoever locks several rows does so in the same order, so that no two wait for each other.
    let order = vec![OrderKey::unique(primary_key(resource)?, resource)];
    let lock = Some(Lock::Update);
    Ok(Plan(Read { columns, order, lock, reach, limit: u64::MAX >> 1, ..Read::of(id, wanted) }))
}

/// Plans which of `questions` hold of the rows with those primary keys, for which `wanted` holds: a row's key comes first.
///
/// # Errors
/// `INTERNAL` if the resource has no primary key.
pub(crate) fn plan_question(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    ids: &[Value],
    (reach, mut wanted): (Reach, Vec<Predicate>),
    questions: Vec<Predicate>,
) -> Result<Plan<Read>, Error> {
    let key = primary_key(cx.engine().app().resource(write.resource()))?;
    wanted.insert(0, Predicate::one_of(ids));
    let columns = [Column::Attribute(key)].into_iter().chain(questions.into_iter().map(Column::Holds)).collect();
    Ok(Plan(Read { columns, reach, limit: ids.len() as u64, ..Read::of(write.resource(), wanted) }))
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
    let policy = Predicate::Policy(read.filter().clone());
    let Plan(keys) = keys(cx, read.resource(), vec![Predicate::OneOf(ids), policy])?;
    // A row that is deleted for the time being stays in the table, so no foreign key keeps others from pointing at it.
    let is_soft = cx.engine().app().resource(read.resource()).deleted_at().is_some();
    Ok(Plan(Read { lock: is_soft.then_some(Lock::Share), ..keys }))
}

/// Plans which of the rows with those primary keys exist, whoever may read them.
///
/// # Errors
/// `INTERNAL` if the resource has no primary key.
pub(crate) fn plan_existing_keys(cx: &Context, resource: ResourceId, ids: Vec<Value>) -> Result<Plan<Read>, Error> {
    let Plan(keys) = keys(cx, resource, vec![Predicate::OneOf(ids)])?;
    let is_soft = cx.engine().app().resource(resource).deleted_at().is_some();
    Ok(Plan(Read { lock: is_soft.then_some(Lock::Share), ..keys }))
}

/// Plans which row of the table, whether it exists or not, has what `condition` asks: its key.
///
/// # Errors
/// `INTERNAL` if the resource has no primary key.
pub(crate) fn plan_stored_anywhere(cx: &Context, resource: ResourceId, condition: Tree) -> Result<Plan<Read>, Error> {
    let wanted = vec![Predicate::Tree(condition, Access::Unrestricted)];
    let Plan(keys) = keys(cx, resource, wanted)?;
    Ok(Plan(Read { limit: 1, reach: Reach::Written, ..keys }))
}

/// Plans whether there is a tenant of that primary key of whom `condition` holds: its key.
///
/// # Errors
/// `INTERNAL` if the resource has no primary key.
pub(crate) fn plan_tenant(
    cx: &Context,
    resource: ResourceId,
    tenant: Value,
    condition: Option<Tree>,
) -> Result<Plan<Read>, Error> {
    let condition = condition.map(|it| Predicate::Tree(it, Access::Unrestricted));
    keys(cx, resource, [Predicate::Is(tenant)].into_iter().chain(condition).collect())
}

/// The primary keys of the rows for which `wanted` holds.
fn keys(cx: &Context, resource: ResourceId, wanted: Vec<Predicate>) -> Result<Plan<Read>, Error> {
    let key = primary_key(cx.engine().app().resource(resource))?;
    let limit = wanted.iter().map(Predicate::keys).sum();
    Ok(Plan(Read { columns: vec![Column::Attribute(key)], limit, ..Read::of(resource, wanted) }))
}

/// Plans which row, of which `named` holds, the actor may read of those that an action changes or removes: its key.
///
/// # Errors
/// `INTERNAL` if the resource has no primary key.
pub(crate) fn plan_named(cx: &Context, id: ResourceId, action: &ir::Action, named: &Tree) -> Result<Plan<Read>, Error> {
    let key = primary_key(cx.engine().app().resource(id))?;
    let readable = Predicate::Policy(readable_before(cx, id, action));
    let wanted = vec![Predicate::Tree(named.clone(), Access::Unrestricted), readable];
    let reach = Reach::of(action);
    Ok(Plan(Read { columns: vec![Column::Attribute(key)], limit: 1, reach, ..Read::of(id, wanted) }))
}

fn primary_key(resource: &Resource) -> Result<AttributeId, Error> {
    resource.primary_key().ok_or_else(|| Error::internal(format!("{} has no primary key", resource.name)))
}

/// Plans a read of the rows for which `wanted` holds. What `read_policies` tells decides about its form.
///
/// # Errors
/// `INTERNAL` for ids of another resource.
pub(super) fn plan(
    cx: &Context,
    read_policies: &ReadPolicies<'_>,
    query: &Query,
    settings: &ir::Read,
    rows: &Rows<'_>,
    wanted: Vec<Predicate>,
) -> Result<(Read, RowLayout), Error> {
    let resource = declared(cx, query)?;
    let order = match rows {
        // One row, or those that were named: there is no order.
        Rows::ByKey(_) | Rows::Related(RelationshipKind::BelongsTo { .. }, _) => Vec::new(),
        // Whoever locks several rows does so in the same order, so that no two wait for each other.
        _ if query.for_update && query.sort.is_empty() => vec![OrderKey::unique(primary_key(resource)?, resource)],
        _ => order(read_policies, query.resource, &query.sort, settings, query.access)?,
    };
    let mut columns = Columns { read_policies, resource: query.resource, list: Vec::new() };
    // What comes before a page is found by the keys of its first row.
    let needs_keys = rows.cursors(query) != Cursors::None || query.position;
    let mut layout = columns.layout(query, resource, &order, rows.are_paged(query) && needs_keys);
    if may_tie(cx, resource, rows, query, &order) {
        layout.ties = match layout.keys.is_empty() {
            true => columns.keys(&order, &layout),
            false => layout.keys.clone(),
        };
    }
    if let Rows::Related(kind, _) = rows {
        // A row that others belong to is found by its own key.
        let belongs = matches!(kind, RelationshipKind::BelongsTo { .. });
        let own = resource.primary_key().filter(|_| belongs).and_then(|it| layout.always_shown(it));
        layout.parent = Some(own.unwrap_or_else(|| columns.add(Column::Parent)));
    } else if rows.are_counted(query) {
        layout.total = Some(columns.add(Column::Total));
    }
    let parents = match rows {
        Rows::Related(kind, keys) => {
            let (relationship, ty) = ((*kind).clone(), parent_type(cx.engine().app(), resource, kind)?.clone());
            Some(Parents { relationship, ty, keys: keys.clone() })
        }
        Rows::All | Rows::One | Rows::ByKey(_) => None,
    };
    let read = Read {
        order,
        backwards: rows.are_backwards(query),
        count_at_most: query.count_at_most,
        columns: columns.list,
        lock: query.for_update.then_some(Lock::Update),
        reach: query.deleted.into(),
        parents,
        ..Read::of(query.resource, wanted)
    };
    Ok((read, layout))
}

/// The type of the keys of the rows whose related rows, of `resource`, are read.
fn parent_type<'a>(app: &'a ir::App, resource: &'a Resource, kind: &RelationshipKind) -> Result<&'a Type, Error> {
    let attribute = match kind {
        RelationshipKind::BelongsTo { .. } => resource.primary_key().map(|it| &resource[it]),
        RelationshipKind::HasMany { attribute } | RelationshipKind::HasOne { attribute } => {
            resource.attribute(attribute).map(|(_, it)| it)
        }
        RelationshipKind::ManyToMany { through, source_attribute, .. } => {
            app.resource(app.named(through)).attribute(source_attribute).map(|(_, it)| it)
        }
    };
    attribute
        .map(|it| &it.ty)
        .ok_or_else(|| Error::internal(format!("a relationship to {} without a key", resource.name)))
}

/// Whether rows that are equal but for the primary key may be put in order after they were read: they come parent by parent, their
/// keys are nothing that a policy hides, and nobody is to lock them in that order.
fn may_tie(cx: &Context, resource: &Resource, rows: &Rows<'_>, query: &Query, order: &[OrderKey]) -> bool {
    let together = match rows {
        Rows::All => true,
        Rows::Related(RelationshipKind::HasMany { .. } | RelationshipKind::ManyToMany { .. }, _) => {
            cx.engine().database().capability().lateral
        }
        Rows::One | Rows::ByKey(_) | Rows::Related(..) => false,
    };
    let compares = |key: &OrderKey| match key.field {
        SortField::Attribute(id) => {
            let attribute = &resource[id];
            !attribute.guarded && !attribute.sensitive && key.ty.has_order()
        }
        SortField::Calculation(_) => false,
    };
    together && !query.for_update && order.len() > 1 && order.iter().all(compares)
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

    fn layout(&mut self, query: &Query, resource: &Resource, order: &[OrderKey], cursors: bool) -> RowLayout {
        let mut layout = RowLayout::default();
        let mut shown: Vec<(AttributeId, usize)> = Vec::new();
        for attribute in wanted_attributes(query, resource) {
            let declared = &resource[attribute];
            let plain = !declared.sensitive && !declared.ty.is_part_of_its_storage();
            // Nobody is refused an attribute that is not guarded.
            let visible = declared.guarded.then(|| self.read_policies.field(self.resource, attribute));
            let shown = match visible.as_deref() {
                None | Some(Visible::Always) => None,
                Some(Visible::Never) => {
                    layout.attributes.push(Selected { attribute, column: None, shown: None, plain });
                    continue;
                }
                Some(Visible::When(_)) => {
                    Some(match shown.iter().find(|(it, _)| are_seen_alike(resource, *it, attribute)) {
                        Some((_, column)) => *column,
                        None => {
                            let column = self.add(Column::Shown(attribute));
                            shown.push((attribute, column));
                            column
                        }
                    })
                }
            };
            let column = Some(self.add(Column::Attribute(attribute)));
            layout.attributes.push(Selected { attribute, column, shown, plain });
        }
        for calculation in &query.calculations {
            layout.calculations.push((*calculation, self.add(Column::Calculation(*calculation))));
        }
        if cursors {
            layout.keys = self.keys(order, &layout);
        }
        layout
    }

    /// The columns of the keys of an order.
    fn keys(&mut self, order: &[OrderKey], layout: &RowLayout) -> Vec<usize> {
        order.iter().enumerate().map(|(index, key)| self.key(index, key, layout)).collect()
    }

    /// The column of a key: its own, where that is selected and always shown.
    fn key(&mut self, index: usize, key: &OrderKey, layout: &RowLayout) -> usize {
        let own = match key.field {
            SortField::Attribute(attribute) => layout.always_shown(attribute),
            SortField::Calculation(calculation) => {
                layout.calculations.iter().find(|(it, _)| *it == calculation).map(|(_, column)| *column)
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
