//! From a row to the rows related to it.
//!
//! ```text
//! membership.user().display_name == $1    LEFT JOIN "users" AS "_1" ON "_1"."id" = "_0"."user_id" … "_1"."display_name" = $1
//! world.memberships().any(…)              EXISTS (SELECT 1 FROM "memberships" AS "_1" WHERE "_1"."world_id" = "_0"."id" AND …)
//! world.memberships().any(|it| it.world().visibility == …)    … of `_0` itself: a membership of a world is a membership of that world
//! ```
//! A join can be planned from either end; a subquery for each column can only be run once for each row.

use std::rc::Rc;

use sea_query::{Expr, ExprTrait, JoinType, SelectStatement};

use super::lowering::{Conjunction, Lowering, broken};
use super::parameter::ConditionSource;
use super::scope::{Joins, Scope, ScopeSource, Table};
use crate::authorize::{CheckedPolicy, Implication};
use crate::error::Error;
use crate::ir::{Many, Relationship, RelationshipKind, ResourceId};
use crate::plan::Reach;
use crate::query::Access;

/// The rows at the other end of a to-many relationship, as a subquery from which nothing is selected yet.
pub(super) struct RelatedRows<'a> {
    pub(super) select: SelectStatement,
    /// The subquery's row.
    pub(super) row: Rc<Scope<'a>>,
    /// The conditions on each row.
    pub(super) wanted: Conjunction,
    /// A condition for there to be any rows at all. It does not depend on the subquery's row and is put beside the subquery, so that the
    /// database may run the subquery once for all outer rows.
    pub(super) beside: Option<Expr>,
    joins: Rc<Joins<'a>>,
}

impl RelatedRows<'_> {
    /// The subquery with its conditions.
    pub(super) fn into_select(self) -> SelectStatement {
        let Self { mut select, wanted, joins, .. } = self;
        for condition in wanted {
            select.and_where(condition);
        }
        joins.put(&mut select);
        select
    }
}

impl<'a> Lowering<'a> {
    /// Adds conditions on `row` to its SELECT, and joins the rows that they reach from it.
    pub(super) fn put_where<C: IntoIterator<Item = Expr>>(
        &self,
        select: &mut SelectStatement,
        row: &Scope<'a>,
        make: impl FnOnce(&Scope<'a>) -> Result<C, Error>,
    ) -> Result<(), Error> {
        let joins = Rc::new(Joins::default());
        for condition in make(&row.joining(&joins))? {
            select.and_where(condition);
        }
        joins.put(select);
        Ok(())
    }

    /// The row at the other end of a to-one relationship, joined to the FROM; `None` where it needs a subquery.
    pub(super) fn joined_row(
        &self,
        from: &Rc<Scope<'a>>,
        relationship: &'a Relationship,
        resource: ResourceId,
        access: Access,
    ) -> Result<Option<Rc<Scope<'a>>>, Error> {
        let from = self.resolved(from, access)?;
        let ScopeSource::Table(table) = &from.source else { return Ok(None) };
        if let Some(row) = self.known(&from, table, relationship, access) {
            return Ok(Some(row));
        }
        let Some(joins) = table.joins() else { return Ok(None) };
        if let Some(row) = joins.find(&table.alias, relationship, access) {
            return Ok(Some(row));
        }
        // A join is evaluated for every row, also for those that other conditions exclude: its errors would reveal them.
        let fails = self.read_policies.rows(resource).may_fail(self.app()) || self.is_guarded(&from, relationship);
        if access == Access::Restricted && fails {
            return Ok(None);
        }
        let row = self.fresh_existing(resource);
        let on = self.reached(&from, relationship, &row, access)?.into_iter().reduce(Expr::and);
        let on = on.ok_or_else(|| broken("a relationship without a key"))?;
        let (target, _) = self.table(&row)?;
        let row = Rc::new(self.with_checked_policy(row.joining(joins), access));
        joins.push(&table.alias, (relationship, access), row.clone(), (target, on));
        Ok(Some(row))
    }

    /// The row that a `belongs_to` is known to point at, because `from` was reached from it.
    fn known(
        &self,
        from: &Scope<'a>,
        table: &Table<'a>,
        relationship: &Relationship,
        access: Access,
    ) -> Option<Rc<Scope<'a>>> {
        let RelationshipKind::BelongsTo { attribute, .. } = &relationship.kind else { return None };
        let row = table.linked(attribute).filter(|it| self.app().find(&relationship.target) == Some(it.resource))?;
        // The row may have been reached with unrestricted access.
        let all_seen = || self.read_policies.rows(row.resource).is_everything() && !self.is_guarded(from, relationship);
        (access == Access::Unrestricted || all_seen()).then(|| row.clone())
    }

    /// Whether the key of `relationship` has a field policy.
    fn is_guarded(&self, from: &Scope<'a>, relationship: &Relationship) -> bool {
        let attribute = relationship.key().and_then(|it| self.app().resource(from.resource).attribute(it));
        attribute.is_some_and(|(_, it)| it.guarded)
    }

    /// A hop replaced by the row in the FROM that it leads to, where it can be joined.
    fn resolved(&self, scope: &Rc<Scope<'a>>, access: Access) -> Result<Rc<Scope<'a>>, Error> {
        let arrived = match &scope.source {
            ScopeSource::Hop(from, relationship) => self.joined_row(from, relationship, scope.resource, access)?,
            ScopeSource::Table(_) | ScopeSource::Actor => None,
        };
        Ok(arrived.unwrap_or_else(|| scope.clone()))
    }

    /// The conditions for `target`, a table's row, to be at the other end of `relationship`, and to be visible with `access`.
    pub(super) fn reached(
        &self,
        from: &Scope<'a>,
        relationship: &'a Relationship,
        target: &Scope<'a>,
        access: Access,
    ) -> Result<Vec<Expr>, Error> {
        let reached = match &relationship.kind {
            RelationshipKind::BelongsTo { attribute, .. } => {
                self.key(target, access)?.eq(self.named(from, attribute, access)?)
            }
            RelationshipKind::HasMany { attribute } | RelationshipKind::HasOne { attribute } => {
                self.named(target, attribute, access)?.eq(self.key(from, access)?)
            }
            RelationshipKind::ManyToMany { through, source_attribute, target_attribute } => {
                let join = self.fresh_existing(self.app().named(through));
                let mut select = self.from(&join)?;
                select.expr(self.named(&join, target_attribute, access)?);
                self.put_where(&mut select, &join, |join| {
                    let here = self.named(join, source_attribute, access)?.eq(self.key(from, access)?);
                    Ok([here].into_iter().chain(self.visible(join, access)?))
                })?;
                self.key(target, access)?.in_subquery(select)
            }
        };
        Ok([reached].into_iter().chain(self.visible(target, access)?).collect())
    }

    /// The rows at the other end of a to-many relationship, for the aggregate or quantifier `how`.
    pub(super) fn related(
        &self,
        from: &Rc<Scope<'a>>,
        relationship: &'a Relationship,
        how: Many,
        access: Access,
    ) -> Result<RelatedRows<'a>, Error> {
        let from = self.resolved(from, access)?;
        let joins = Rc::new(Joins::default());
        let plain = self.fresh_existing(self.app().target(relationship));
        let mut select = self.from(&plain)?;
        let row = self.with_checked_policy(plain.joining(&joins), access);
        let counted = matches!(how, Many::Count | Many::Sum);
        let mut related = match &relationship.kind {
            RelationshipKind::HasMany { attribute } | RelationshipKind::HasOne { attribute } => {
                let row = Rc::new(row.linked(attribute, &from));
                let mut wanted = Conjunction::default();
                wanted.push(self.named(&row, attribute, access)?.eq(self.key(&from, access)?), false);
                RelatedRows { select, row, wanted, beside: None, joins }
            }
            // Two join rows for one target would duplicate it, which matters for counts and sums.
            RelationshipKind::ManyToMany { through, source_attribute, target_attribute } if !counted => {
                let join = self.fresh_existing(self.app().named(through));
                let linked = self.named(&join, target_attribute, access)?.eq(self.key(&plain, access)?);
                let (table, alias) = self.table(&join)?;
                select.join_as(JoinType::InnerJoin, table, alias, linked);
                let row = Rc::new(row);
                let join = join.joining(&joins).linked(source_attribute, &from).linked(target_attribute, &row);
                let mut wanted = Conjunction::default();
                wanted.push(self.named(&join, source_attribute, access)?.eq(self.key(&from, access)?), false);
                let mut related = RelatedRows { select, row, wanted, beside: None, joins };
                self.put_visible(&mut related, &join, how, access)?;
                related
            }
            RelationshipKind::ManyToMany { .. } | RelationshipKind::BelongsTo { .. } => {
                let mut wanted = Conjunction::default();
                for condition in self.reached(&from, relationship, &row, access)? {
                    wanted.push(condition, false);
                }
                return Ok(RelatedRows { select, row: Rc::new(row), wanted, beside: None, joins });
            }
        };
        let row = related.row.clone();
        self.put_visible(&mut related, &row, how, access)?;
        Ok(related)
    }

    /// Adds the condition that `row`, a row of the subquery, is visible. If it does not depend on the subquery's rows, it is put beside
    /// the subquery.
    fn put_visible(
        &self,
        related: &mut RelatedRows<'a>,
        row: &Scope<'a>,
        how: Many,
        access: Access,
    ) -> Result<(), Error> {
        if access == Access::Restricted && self.is_implied(row) {
            if let Some(exists) = self.exists(row, Reach::Existing)? {
                related.wanted.push(exists, false);
            }
            return Ok(());
        }
        let (seen, asked) = related.joins.asked_by(|| self.visible(row, access));
        let Some(seen) = seen? else { return Ok(()) };
        // Beside the subquery it would also be evaluated where there is no row, and its error would reveal that.
        if asked || matches!(how, Many::Count | Many::Sum) || self.read_policies.rows(row.resource).may_fail(self.app())
        {
            related.wanted.push(seen, false);
        } else {
            related.beside = Some(match related.beside.take() {
                Some(before) => before.and(seen),
                None => seen,
            });
        }
        Ok(())
    }

    /// Whether a row is visible because the row that it belongs to is: both policies put the same conditions on that row.
    fn is_implied(&self, row: &Scope<'a>) -> bool {
        let ScopeSource::Table(table) = &row.source else { return false };
        self.app().resource(row.resource).relationships_by_id().any(|(id, relationship)| {
            let RelationshipKind::BelongsTo { attribute, .. } = &relationship.kind else { return false };
            let owner = table.linked(attribute).filter(|it| self.app().find(&relationship.target) == Some(it.resource));
            match owner.map(|it| &it.source) {
                Some(ScopeSource::Table(owner)) => owner.checked_policy().is_some_and(|other| {
                    let implication = Implication { resource: row.resource, relationship: id, other };
                    self.read_policies.is_implied(implication)
                }),
                _ => false,
            }
        })
    }

    /// The row, marked as one whose visibility the statement itself checks, if `access` is restricted.
    fn with_checked_policy(&self, row: Scope<'a>, access: Access) -> Scope<'a> {
        match access {
            Access::Unrestricted => row,
            Access::Restricted => {
                let policy = CheckedPolicy::Rows(row.resource);
                row.checked_policy(policy)
            }
        }
    }

    /// The condition that a table's row exists, and is visible with `access`; `None` if all rows are.
    pub(crate) fn visible(&self, scope: &Scope<'a>, access: Access) -> Result<Option<Expr>, Error> {
        let readable = match access {
            Access::Unrestricted => None,
            Access::Restricted => {
                let source = ConditionSource::Rows(scope.resource);
                self.filter(&self.read_policies.rows(scope.resource), source, scope)?
            }
        };
        Ok(self.exists(scope, Reach::Existing)?.into_iter().chain(readable).reduce(Expr::and))
    }
}
