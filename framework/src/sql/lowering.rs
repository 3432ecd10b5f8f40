//! Lowers rows and columns, as far as an expression's access allows; and what the lowering of a statement needs to know for that.

use std::cell::Cell;

use sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query, SelectStatement};

use super::scope::{Scope, ScopeSource};
use super::value::bind;
use crate::authorize::{PolicyFilter, ReadPolicies, Visible};
use crate::database::Capability;
use crate::error::Error;
use crate::ir::{self, AttributeId, Name, ResourceId, Type};
use crate::query::Access;
use crate::request::Clock;
use crate::value::Value;

/// Lowers the expressions of one statement.
pub(crate) struct Lowering<'a> {
    pub(crate) read_policies: &'a ReadPolicies<'a>,
    pub(crate) capability: &'static Capability,
    pub(crate) clock: Clock,
    aliases: Cell<u32>,
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(read_policies: &'a ReadPolicies<'a>, capability: &'static Capability) -> Self {
        Self { read_policies, capability, clock: Clock::Request, aliases: Cell::new(0) }
    }

    /// The lowering with another clock.
    pub(crate) fn by(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    pub(crate) fn app(&self) -> &'a ir::App {
        self.read_policies.facts().app
    }

    /// A row of `resource` under an alias that no other row of this statement has.
    pub(crate) fn fresh(&self, resource: ResourceId) -> Scope<'a> {
        Scope::table(resource, self.alias())
    }

    /// An alias that nothing else in this statement has.
    pub(super) fn alias(&self) -> String {
        let alias = self.aliases.get();
        self.aliases.set(alias + 1);
        format!("_{alias}")
    }

    /// `FROM table AS alias`.
    pub(crate) fn from(&self, scope: &Scope<'a>) -> Result<SelectStatement, Error> {
        let (table, alias) = self.table(scope)?;
        Ok(Query::select().from_as(table, alias).to_owned())
    }

    /// The table of a row, and its alias.
    pub(crate) fn table(&self, scope: &Scope<'a>) -> Result<(Alias, Alias), Error> {
        let ScopeSource::Table(row) = &scope.source else { return Err(broken("a row that is no table")) };
        let table = &self.app().resource(scope.resource).table;
        Ok((Alias::new(table.as_str()), Alias::new(&row.alias)))
    }

    /// A bound value.
    pub(crate) fn bound(&self, value: &Value, ty: &Type) -> Expr {
        Expr::val(bind(self.capability, value, ty))
    }

    /// An attribute of a row; NULL where `access` does not allow to see it.
    pub(crate) fn column(&self, scope: &Scope<'a>, attribute: AttributeId, access: Access) -> Result<Expr, Error> {
        let declared = &self.app().resource(scope.resource)[attribute];
        match &scope.source {
            ScopeSource::Table(row) => {
                row.ask();
                let column = Expr::col((Alias::new(&row.alias), Alias::new(declared.name.as_str())));
                if access == Access::Unrestricted || !declared.guarded {
                    return Ok(column);
                }
                match &*self.read_policies.field(scope.resource, attribute) {
                    Visible::Always => Ok(column),
                    Visible::Never => Ok(self.bound(&Value::Null, &declared.ty)),
                    Visible::When(conditions) => {
                        let shown = self.all_of(conditions, scope)?;
                        Ok(CaseStatement::new().case(shown, column).into())
                    }
                }
            }
            ScopeSource::Actor => match self.read_policies.facts().actor {
                None => Ok(self.bound(&Value::Null, &declared.ty)),
                Some(actor) => {
                    let value = actor.attribute(attribute).ok_or_else(|| {
                        broken("an actor that is not loaded, or holds what is not of its declared type")
                    })?;
                    Ok(self.bound(value, &declared.ty))
                }
            },
            ScopeSource::Hop(from, relationship) => {
                if let Some(row) = self.joined_row(from, relationship, scope.resource, access)? {
                    return self.column(&row, attribute, access);
                }
                let target = self.fresh(scope.resource);
                let mut select = self.from(&target)?;
                select.expr(self.column(&target, attribute, access)?);
                self.put_where(&mut select, &target, |target| self.reached(from, relationship, target, access))?;
                Ok(select.into())
            }
        }
    }

    /// An attribute of a row that the declaration names: the key of a relationship.
    pub(crate) fn named(&self, scope: &Scope<'a>, attribute: &Name, access: Access) -> Result<Expr, Error> {
        self.column(scope, self.app().resource(scope.resource).named(attribute), access)
    }

    /// The primary key of a row.
    pub(crate) fn key(&self, scope: &Scope<'a>, access: Access) -> Result<Expr, Error> {
        let key = self.app().resource(scope.resource).primary_key().ok_or_else(|| broken("no primary key"))?;
        self.column(scope, key, access)
    }

    /// The condition that a policy filter holds; `None` if it always does.
    pub(crate) fn filter(&self, filter: &PolicyFilter, scope: &Scope<'a>) -> Result<Option<Expr>, Error> {
        if filter.is_everything() {
            return Ok(None);
        }
        let mut groups = Vec::with_capacity(filter.groups().len());
        for group in filter.groups() {
            groups.push(self.all_of(group, scope)?);
        }
        Ok(Some(groups.into_iter().reduce(Expr::or).unwrap_or_else(no)))
    }

    /// The conjunction of the conditions, with unrestricted access.
    pub(crate) fn all_of(&self, conditions: &[ir::Tree], scope: &Scope<'a>) -> Result<Expr, Error> {
        let mut all = Vec::with_capacity(conditions.len());
        for condition in conditions {
            all.push(self.tree(condition, scope, Access::Unrestricted)?);
        }
        Ok(all.into_iter().reduce(Expr::and).unwrap_or_else(yes))
    }
}

/// Conditions all of which must hold. One that may fail is evaluated only where those before it hold: else its error would reveal a row
/// that they exclude, because a database may evaluate them in any order.
#[derive(Default)]
pub(super) struct Conjunction {
    /// The conditions that cannot fail, separate so that the database's planner can use them.
    plain: Vec<Expr>,
    /// The conditions that may fail, each guarded by all conditions before it: also by the first `guards` of `plain`.
    guarded: Option<Expr>,
    guards: usize,
}

impl Conjunction {
    pub(super) fn push(&mut self, condition: Expr, may_fail: bool) {
        if !may_fail {
            self.plain.push(condition);
            return;
        }
        let before = self.guarded.take().into_iter().chain(self.plain[self.guards..].iter().cloned());
        self.guarded = Some(match before.reduce(Expr::and) {
            Some(before) => CaseStatement::new().case(before, condition).finally(no()).into(),
            None => condition,
        });
        self.guards = self.plain.len();
    }
}

impl IntoIterator for Conjunction {
    type Item = Expr;
    type IntoIter = std::iter::Chain<std::vec::IntoIter<Expr>, std::option::IntoIter<Expr>>;

    fn into_iter(self) -> Self::IntoIter {
        self.plain.into_iter().chain(self.guarded)
    }
}

pub(super) fn yes() -> Expr {
    Expr::cust("TRUE")
}

pub(super) fn no() -> Expr {
    Expr::cust("FALSE")
}

/// A declaration or a tree that [`ir::verify`] would have refused.
pub(super) fn broken(what: &'static str) -> Error {
    Error::internal(format!("an expression or a declaration is not well formed: {what}"))
}
