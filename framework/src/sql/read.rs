//! A read as one statement: plain, or of the related rows of many parents at once.

use sea_query::{
    Alias, Expr, ExprTrait, Func, JoinType, LockType, NullOrdering, Order, OrderedStatement, OverStatement, Query,
    SelectStatement, WindowStatement,
};

use super::condition::count_all;
use super::lowering::{Conjunction, Lowering, broken, no, yes};
use super::parameter::{ConditionSource, Source};
use super::scope::Scope;
use super::seek;
use crate::authorize::{CheckedPolicy, Visible};
use crate::error::Error;
use crate::ir::{AttributeId, CalculationId, Name, RelationshipKind, Type};
use crate::plan::{Column, JoinedRead, Lock, OrderKey, Parents, Predicate, Reach, Read};
use crate::query::{Access, SortField};

/// One row for each row read, its columns in the order of the plan. The rows are in the order of those keys.
pub(super) fn select(lowering: &Lowering<'_>, read: &Read, order: &[OrderKey]) -> Result<SelectStatement, Error> {
    Ok(match &read.parents {
        Some(parents) if parents.is_to_many() && lowering.capability.lateral => {
            lateral(lowering, read, parents, order)?
        }
        Some(parents) if parents.is_to_many() => window(lowering, read, parents)?,
        Some(parents) => {
            let row = row(lowering, read);
            let (mut select, key) = beside_parents(lowering, &row, parents)?;
            put_columns(&mut select, lowering, read, &row, Some(&key), 0)?;
            put_wanted(&mut select, lowering, read, &row)?;
            put_order(&mut select, lowering, read, order, &row)?;
            select.limit(lowering.limit(read.limit)).to_owned()
        }
        None => {
            let row = row(lowering, read);
            let mut select = lowering.from(&row)?;
            put_columns(&mut select, lowering, read, &row, None, 0)?;
            put_page(&mut select, lowering, read, &row)?;
            if let Some(beside) = &read.beside {
                put_beside(&mut select, lowering, read, &row, beside)?;
            }
            put_order(&mut select, lowering, read, order, &row)?;
            if let (Some(lock), true) = (read.lock, lowering.capability.row_locks) {
                // The lock that an UPDATE takes: rows that refer to this one can still be written.
                select.lock(if lock == Lock::Update { LockType::NoKeyUpdate } else { LockType::Share });
            }
            select.limit(lowering.limit(read.limit)).to_owned()
        }
    })
}

/// One row with the number of rows between the cursors.
pub(super) fn count_between(lowering: &Lowering<'_>, read: &Read) -> Result<SelectStatement, Error> {
    let row = lowering.within(read.reach, lowering.fresh(read.resource));
    let mut select = lowering.from(&row)?;
    put_page(&mut select, lowering, read, &row)?;
    Ok(counted(select, read.count_at_most))
}

/// For each parent that has rows: its key and their number.
pub(super) fn count_per_parent(lowering: &Lowering<'_>, read: &Read) -> Result<SelectStatement, Error> {
    let parents = read.parents.as_ref().ok_or_else(|| broken("rows without parents"))?;
    let row = row(lowering, read);
    let (mut select, key) = beside_parents(lowering, &row, parents)?;
    put_wanted(&mut select, lowering, read, &row)?;
    select.expr(key.clone()).expr(count_all()).add_group_by([key]);
    Ok(select)
}

/// One row with the time by the lowering's clock.
pub(super) fn now(lowering: &Lowering<'_>) -> Result<SelectStatement, Error> {
    Ok(Query::select().expr(lowering.now()?).to_owned())
}

/// The row that is read. The statement itself checks the policies of its read.
fn row<'a>(lowering: &Lowering<'a>, read: &Read) -> Scope<'a> {
    let row = lowering.within(read.reach, lowering.fresh(read.resource));
    match read.policy() {
        Some(_) => row.checked_policy(CheckedPolicy::Statement),
        None => row,
    }
}

/// One row with the number of rows that the read finds, regardless of pages.
pub(super) fn total(lowering: &Lowering<'_>, read: &Read) -> Result<SelectStatement, Error> {
    let row = row(lowering, read);
    let mut select = lowering.from(&row)?;
    put_wanted(&mut select, lowering, read, &row)?;
    Ok(counted(select, read.count_at_most))
}

/// The number of rows that `select` finds, up to one more than `most`.
fn counted(mut select: SelectStatement, most: Option<u64>) -> SelectStatement {
    let Some(most) = most else { return select.expr(count_all()).to_owned() };
    select.expr_as(Expr::val(1), column_alias(0)).limit(Ord::min(most.saturating_add(1), i64::MAX as u64));
    Query::select().expr(count_all()).from_subquery(select, Alias::new("_counted")).to_owned()
}

/// `FROM unnest(keys), LATERAL (the parent's page)`: as many index scans as parents, none of which reads more than its page.
fn lateral(
    lowering: &Lowering<'_>,
    read: &Read,
    parents: &Parents,
    order: &[OrderKey],
) -> Result<SelectStatement, Error> {
    let (parent, page) = (Alias::new("_parent"), Alias::new("_page"));
    let key = Expr::col((parent.clone(), parent.clone()));
    let row = row(lowering, read);
    let mut inner = lowering.from(&row)?;
    match &parents.relationship {
        RelationshipKind::BelongsTo { .. } => {
            inner.and_where(lowering.key(&row, Access::Unrestricted)?.eq(key.clone()))
        }
        RelationshipKind::HasMany { attribute } | RelationshipKind::HasOne { attribute } => {
            inner.and_where(lowering.named(&row, attribute, Access::Unrestricted)?.eq(key.clone()))
        }
        RelationshipKind::ManyToMany { through, source_attribute, target_attribute } => {
            let (join, mut select) = join_rows(lowering, through)?;
            select.expr(lowering.named(&join, target_attribute, Access::Unrestricted)?);
            select.and_where(lowering.named(&join, source_attribute, Access::Unrestricted)?.eq(key.clone()));
            inner.and_where(lowering.key(&row, Access::Unrestricted)?.in_subquery(select))
        }
    };
    put_columns(&mut inner, lowering, read, &row, Some(&key), 0)?;
    put_page(&mut inner, lowering, read, &row)?;
    put_order(&mut inner, lowering, read, order, &row)?;
    inner.limit(lowering.limit(read.limit));
    let keys = Func::cust("unnest").arg(lowering.given_list(
        &parents.keys,
        &parents.ty,
        Some(Source::Parents(parents.ty.clone())),
    )?);
    let mut outer = Query::select().from_function(keys, parent).to_owned();
    outer.join_lateral(JoinType::InnerJoin, inner, page.clone(), yes());
    for index in 0..read.columns.len() {
        outer.column((page.clone(), column_alias(index)));
    }
    Ok(outer)
}

/// The rows of all parents, numbered within each parent; those of each parent's page are kept.
fn window(lowering: &Lowering<'_>, read: &Read, parents: &Parents) -> Result<SelectStatement, Error> {
    let (numbered, number) = (Alias::new("_numbered"), Alias::new("_number"));
    let row = row(lowering, read);
    let (mut inner, key) = beside_parents(lowering, &row, parents)?;
    put_columns(&mut inner, lowering, read, &row, Some(&key), 0)?;
    put_page(&mut inner, lowering, read, &row)?;
    let mut within = WindowStatement::new();
    within.add_partition_by(key);
    for it in &read.order {
        let value = self::key(lowering, it, &row)?;
        put_key(&mut within, lowering, read, it, value);
    }
    inner.expr_window_as(Func::cust("row_number"), within, number.clone());
    let mut outer = Query::select().from_subquery(inner, numbered.clone()).to_owned();
    for index in 0..read.columns.len() {
        outer.column((numbered.clone(), column_alias(index)));
    }
    let number = Expr::col((numbered, number));
    Ok(outer
        .and_where(number.clone().lte(lowering.limit_value(read.limit)))
        .order_by_expr(number, Order::Asc)
        .to_owned())
}

/// `row` with the parents it is related to, and the expression of the parent's key.
fn beside_parents<'a>(
    lowering: &Lowering<'a>,
    row: &Scope<'a>,
    parents: &Parents,
) -> Result<(SelectStatement, Expr), Error> {
    let mut select = lowering.from(row)?;
    let keys = lowering.given_list(&parents.keys, &parents.ty, Some(Source::Parents(parents.ty.clone())))?;
    let key = match &parents.relationship {
        RelationshipKind::BelongsTo { .. } => lowering.key(row, Access::Unrestricted)?,
        RelationshipKind::HasMany { attribute } | RelationshipKind::HasOne { attribute } => {
            lowering.named(row, attribute, Access::Unrestricted)?
        }
        RelationshipKind::ManyToMany { through, source_attribute, target_attribute } => {
            let (link, near, far) = (Alias::new("_link"), Alias::new("near"), Alias::new("far"));
            let (join, mut links) = join_rows(lowering, through)?;
            let source = lowering.named(&join, source_attribute, Access::Unrestricted)?;
            links.distinct().expr_as(source.clone(), near.clone());
            links.expr_as(lowering.named(&join, target_attribute, Access::Unrestricted)?, far.clone());
            links.and_where(lowering.any_of(source, keys));
            let linked = lowering.key(row, Access::Unrestricted)?.eq(Expr::col((link.clone(), far)));
            select.join_subquery(JoinType::InnerJoin, links, link.clone(), linked);
            return Ok((select, Expr::col((link, near))));
        }
    };
    select.and_where(lowering.any_of(key.clone(), keys));
    Ok((select, key))
}

/// The rows of a join resource that the actor may read: a row of it that is hidden joins nothing.
fn join_rows<'a>(lowering: &Lowering<'a>, through: &Name) -> Result<(Scope<'a>, SelectStatement), Error> {
    let join = lowering.fresh_existing(lowering.app().named(through));
    let mut select = lowering.from(&join)?;
    lowering.put_where(&mut select, &join, |join| lowering.visible(join, Access::Restricted))?;
    Ok((join, select))
}

/// Joins the row that `row` is related to, and selects it after what is selected of `row`.
fn put_beside<'a>(
    select: &mut SelectStatement,
    lowering: &Lowering<'a>,
    read: &Read,
    row: &Scope<'a>,
    beside: &JoinedRead,
) -> Result<(), Error> {
    let relationship = &lowering.app().resource(read.resource)[beside.relationship];
    let related = lowering.fresh_existing(beside.read.resource);
    let joined = lowering.reached(row, relationship, &related, Access::Unrestricted)?.into_iter().reduce(Expr::and);
    let (table, alias) = lowering.table(&related)?;
    select.join_as(JoinType::InnerJoin, table, alias, joined.unwrap_or_else(yes));
    if lowering.is_open() && !beside.read.wanted.is_empty() {
        // Predicates are found again by their positions, which are those of the first row.
        return Err(broken("a predicate of a joined row"));
    }
    put_columns(select, lowering, &beside.read, &related, None, read.columns.len())?;
    put_wanted(select, lowering, &beside.read, &related)
}

/// Selects the plan's columns of `row`. `after`: how many columns are selected already.
fn put_columns<'a>(
    select: &mut SelectStatement,
    lowering: &Lowering<'a>,
    read: &Read,
    row: &Scope<'a>,
    parent: Option<&Expr>,
    after: usize,
) -> Result<(), Error> {
    for (index, column) in read.columns.iter().enumerate() {
        let value = match column {
            Column::Attribute(attribute) => lowering.column(row, *attribute, Access::Unrestricted)?,
            Column::Calculation(calculation) => lowering.selected(row, *calculation)?,
            Column::Shown(attribute) => lowering.shown(row, *attribute)?,
            Column::Holds(condition) => lowering.wanted(condition, ConditionSource::Own, row)?.unwrap_or_else(yes),
            Column::Key(key) => {
                let key = read.order.get(*key).ok_or_else(|| broken("an unknown key of an order"))?;
                self::key(lowering, key, row)?
            }
            Column::Total => total(lowering, read)?.into(),
            Column::Parent => parent.cloned().ok_or_else(|| broken("a row without a parent"))?,
            Column::Now => lowering.now()?,
            Column::Nothing => Expr::cust("NULL"),
        };
        select.expr_as(value, column_alias(after + index));
    }
    Ok(())
}

/// Adds the conditions of the read, regardless of pages.
fn put_wanted<'a>(
    select: &mut SelectStatement,
    lowering: &Lowering<'a>,
    read: &Read,
    row: &Scope<'a>,
) -> Result<(), Error> {
    lowering.put_where(select, row, |row| lowering.all_wanted(&read.wanted, read.reach, row))
}

/// Adds the conditions of the read, and the cursors.
fn put_page<'a>(
    select: &mut SelectStatement,
    lowering: &Lowering<'a>,
    read: &Read,
    row: &Scope<'a>,
) -> Result<(), Error> {
    let between = seek::condition(lowering, read, row)?;
    let wanted = |row: &Scope<'a>| {
        let mut all = lowering.all_wanted(&read.wanted, read.reach, row)?;
        if let Some(between) = between {
            all.push(between, read.order.iter().any(|it| it.may_fail(lowering.app(), read.resource)));
        }
        Ok(all)
    };
    if read.lock.is_some() {
        // PostgreSQL cannot lock the nullable side of a LEFT JOIN.
        for condition in wanted(row)? {
            select.and_where(condition);
        }
        return Ok(());
    }
    lowering.put_where(select, row, wanted)
}

/// Orders by those keys of the read. A calculation that is selected is worked out once: the order names its column.
fn put_order<'a>(
    select: &mut SelectStatement,
    lowering: &Lowering<'a>,
    read: &Read,
    order: &[OrderKey],
    row: &Scope<'a>,
) -> Result<(), Error> {
    for (index, it) in order.iter().enumerate() {
        let value = match selected_key(read, index, it) {
            Some(column) => Expr::col(column_alias(column)),
            None => key(lowering, it, row)?,
        };
        put_key(select, lowering, read, it, value);
    }
    Ok(())
}

fn put_key(statement: &mut impl OrderedStatement, lowering: &Lowering<'_>, read: &Read, key: &OrderKey, value: Expr) {
    let direction = if read.backwards { key.direction.reversed() } else { key.direction };
    let order = if direction.descends() { Order::Desc } else { Order::Asc };
    // It is left out where it is the database's default: then an index is used more easily.
    let natural = lowering.capability.nulls_are_large == direction.descends();
    if key.nullable && direction.nulls_first() != natural {
        let nulls = if direction.nulls_first() { NullOrdering::First } else { NullOrdering::Last };
        statement.order_by_expr_with_nulls(value, order, nulls);
    } else {
        statement.order_by_expr(value, order);
    }
}

/// The column that holds the value of the key at `index`, if it is a calculation that is selected. A text is ordered by another collation
/// than that of its column, and a column's name cannot be part of an expression there.
fn selected_key(read: &Read, index: usize, key: &OrderKey) -> Option<usize> {
    let SortField::Calculation(calculation) = key.field else { return None };
    let holds = |it: &Column| match it {
        Column::Calculation(it) => *it == calculation,
        Column::Key(it) => *it == index,
        _ => false,
    };
    read.columns.iter().position(holds).filter(|_| !key.ty.is_stored_as_text())
}

/// The value of a key of an order.
pub(super) fn key<'a>(lowering: &Lowering<'a>, key: &OrderKey, row: &Scope<'a>) -> Result<Expr, Error> {
    match key.field {
        SortField::Attribute(attribute) => lowering.column(row, attribute, key.access),
        SortField::Calculation(calculation) => {
            let value = lowering.selected(row, calculation)?;
            Ok(if key.ty.is_stored_as_text() { lowering.collated(value) } else { value })
        }
    }
}

impl<'a> Lowering<'a> {
    /// A calculation that is shown or sorted by.
    fn selected(&self, row: &Scope<'a>, id: CalculationId) -> Result<Expr, Error> {
        let public = self.app().resource(row.resource)[id].public;
        self.calculation(row, id, if public { Access::Restricted } else { Access::Unrestricted })
    }

    /// That a row of a statement is one of those that it is about, and the conjunction of predicates. One that may fail is evaluated only
    /// where those before it hold.
    pub(super) fn all_wanted(&self, wanted: &[Predicate], reach: Reach, row: &Scope<'a>) -> Result<Conjunction, Error> {
        let mut all = Conjunction::default();
        if let Some(exists) = self.exists(row, reach)? {
            all.push(exists, false);
        }
        for (position, condition) in wanted.iter().enumerate() {
            let position = u16::try_from(position).map_err(|_| broken("more predicates than can be counted"))?;
            if let Some(holds) = self.wanted(condition, ConditionSource::Predicate(position), row)? {
                all.push(holds, condition.may_fail(self.app()));
            }
        }
        Ok(all)
    }

    /// A predicate as a condition on a row; `None` if it always holds.
    pub(super) fn wanted(
        &self,
        condition: &Predicate,
        source: ConditionSource,
        row: &Scope<'a>,
    ) -> Result<Option<Expr>, Error> {
        let keys = |ty: &Type| match source {
            ConditionSource::Predicate(position) => Some(Source::Keys(position, ty.clone())),
            ConditionSource::Rows(_) | ConditionSource::Field(..) | ConditionSource::Own => None,
        };
        match condition {
            Predicate::Policy(filter) => self.filter(filter, source, row),
            Predicate::Tree(tree, access) => self.tree(tree, source.tree(0), row, *access).map(Some),
            Predicate::OneOf(list) => {
                let ty = self.key_type(row.resource)?;
                let list = self.given_list(list, ty, keys(ty))?;
                Ok(Some(self.any_of(self.key(row, Access::Unrestricted)?, list)))
            }
            Predicate::Is(key) => {
                let ty = self.key_type(row.resource)?;
                let key = self.given(key, ty, keys(ty))?;
                Ok(Some(self.key(row, Access::Unrestricted)?.eq(key)))
            }
        }
    }

    /// Whether the attribute of a row is shown, where that depends on the row.
    fn shown(&self, row: &Scope<'a>, attribute: AttributeId) -> Result<Expr, Error> {
        match &*self.read_policies.field(row.resource, attribute) {
            Visible::When(conditions) => self.all_of(conditions, ConditionSource::Field(row.resource, attribute), row),
            Visible::Always => Ok(yes()),
            Visible::Never => Ok(no()),
        }
    }
}

pub(super) fn column_alias(index: usize) -> Alias {
    Alias::new(format!("c{index}"))
}
