//! Lowers rows and columns, as far as an expression's access allows; and what the lowering of a statement needs to know for that.

use std::cell::Cell;

use sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query, SelectStatement};

use super::parameter::{ConditionSource, OPEN_LIMIT, OpenParameters, Source, TreeSource, actor_value};
use super::scope::{Scope, ScopeSource};
use super::value::{bind, bind_list};
use crate::authorize::{PolicyFilter, ReadPolicies, Visible};
use crate::database::Capability;
use crate::error::Error;
use crate::ir::{self, AttributeId, Name, NodeId, ResourceId, Type};
use crate::plan::Reach;
use crate::query::Access;
use crate::request::Clock;
use crate::value::Value;

/// Lowers the expressions of one statement.
pub(crate) struct Lowering<'a> {
    pub(crate) read_policies: &'a ReadPolicies<'a>,
    pub(crate) capability: &'static Capability,
    pub(crate) clock: Clock,
    aliases: Cell<u32>,
    /// The open parameters of a statement that is prepared; `None`: it is sent once, and holds its values.
    open: Option<OpenParameters>,
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(read_policies: &'a ReadPolicies<'a>, capability: &'static Capability) -> Self {
        Self { read_policies, capability, clock: Clock::Request, aliases: Cell::new(0), open: None }
    }

    /// The lowering of a statement that is prepared for many requests.
    pub(crate) fn open(self) -> Self {
        Self { open: Some(OpenParameters::default()), ..self }
    }

    /// Whether the statement is prepared for many requests.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The parameters that are open.
    pub(super) fn into_open(self) -> OpenParameters {
        self.open.unwrap_or_default()
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
        self.within(Reach::Written, Scope::table(resource, self.alias()))
    }

    /// The same of a row that is reached from another: whoever reaches it asks that it exists.
    pub(super) fn fresh_existing(&self, resource: ResourceId) -> Scope<'a> {
        self.within(Reach::Existing, Scope::table(resource, self.alias()))
    }

    /// The row of a statement that is about the rows within `reach`, and asks that it is one of them.
    pub(super) fn within(&self, reach: Reach, row: Scope<'a>) -> Scope<'a> {
        let exists = reach == Reach::Existing || !self.app().resource(row.resource).has_extent();
        row.known_to_exist(exists)
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

    /// A literal of a tree.
    ///
    /// # Errors
    /// `INTERNAL` where the statement is prepared and nobody would find the literal again: it must not keep somebody's value.
    pub(super) fn literal(&self, tree: TreeSource, node: NodeId, value: &Value, ty: &Type) -> Result<Expr, Error> {
        self.of_tree(tree, || Source::Literal(tree, node, ty.clone()), || self.bound(value, ty))
    }

    /// Several literals of a tree as one list.
    ///
    /// # Errors
    /// As [`Lowering::literal`].
    pub(super) fn literals(
        &self,
        tree: TreeSource,
        nodes: &[NodeId],
        values: &[Value],
        ty: &Type,
    ) -> Result<Expr, Error> {
        self.of_tree(tree, || Source::Literals(tree, nodes.to_vec(), ty.clone()), || self.list(values, ty))
    }

    /// What a tree says: the declaration says the same to everybody, so its values stand in a statement that is prepared.
    fn of_tree(
        &self,
        tree: TreeSource,
        source: impl FnOnce() -> Source,
        value: impl FnOnce() -> Expr,
    ) -> Result<Expr, Error> {
        match tree {
            TreeSource::Declared => Ok(value()),
            TreeSource::Own => self.open_or(None, value),
            TreeSource::Predicate(..) | TreeSource::Rows(..) | TreeSource::Field(..) => {
                self.open_or(self.is_open().then(source), value)
            }
        }
    }

    /// A value that each request gives to a statement that is prepared.
    ///
    /// # Errors
    /// `INTERNAL` where the statement is prepared and no request gives the value.
    pub(super) fn given(&self, value: &Value, ty: &Type, source: Option<Source>) -> Result<Expr, Error> {
        self.open_or(source, || self.bound(value, ty))
    }

    /// The same of a list.
    ///
    /// # Errors
    /// As [`Lowering::given`].
    pub(super) fn given_list(&self, values: &[Value], ty: &Type, source: Option<Source>) -> Result<Expr, Error> {
        self.open_or(source, || self.list(values, ty))
    }

    fn open_or(&self, source: Option<Source>, value: impl FnOnce() -> Expr) -> Result<Expr, Error> {
        match (&self.open, source) {
            (None, _) => Ok(value()),
            (Some(open), Some(source)) => Ok(open.open(source)),
            (Some(_), None) => Err(broken("a value that no request gives")),
        }
    }

    /// The number for a LIMIT, which each request gives to a statement that is prepared.
    pub(super) fn limit(&self, rows: u64) -> u64 {
        if self.open.is_some() { OPEN_LIMIT } else { rows }
    }

    /// The same as an expression.
    pub(super) fn limit_value(&self, rows: u64) -> Expr {
        match &self.open {
            None => Expr::val(i64::try_from(rows).unwrap_or(i64::MAX)),
            Some(open) => open.open(Source::Limit),
        }
    }

    /// A bound list of a statement that is sent once.
    pub(super) fn list_of(&self, values: &[Value], ty: &Type) -> Expr {
        self.list(values, ty)
    }

    fn list(&self, values: &[Value], ty: &Type) -> Expr {
        Expr::val(bind_list(self.capability, values, ty))
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
                        let source = ConditionSource::Field(scope.resource, attribute);
                        let shown = self.all_of(conditions, source, scope)?;
                        Ok(CaseStatement::new().case(shown, column).into())
                    }
                }
            }
            ScopeSource::Actor => match &self.open {
                Some(open) => Ok(open.open(Source::Actor(attribute, declared.ty.clone()))),
                None => Ok(self.bound(actor_value(self.read_policies, attribute)?, &declared.ty)),
            },
            ScopeSource::Hop(from, relationship) => {
                if let Some(row) = self.joined_row(from, relationship, scope.resource, access)? {
                    return self.column(&row, attribute, access);
                }
                let target = self.fresh_existing(scope.resource);
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

    /// The type of the primary key of a resource.
    pub(super) fn key_type(&self, resource: ResourceId) -> Result<&'a Type, Error> {
        self.app().resource(resource).key_type().ok_or_else(|| broken("no primary key"))
    }

    /// The primary key of a row.
    pub(crate) fn key(&self, scope: &Scope<'a>, access: Access) -> Result<Expr, Error> {
        let key = self.app().resource(scope.resource).primary_key().ok_or_else(|| broken("no primary key"))?;
        self.column(scope, key, access)
    }

    /// The condition that a policy filter holds; `None` if it always does.
    pub(super) fn filter(
        &self,
        filter: &PolicyFilter,
        source: ConditionSource,
        scope: &Scope<'a>,
    ) -> Result<Option<Expr>, Error> {
        if filter.is_everything() {
            return Ok(None);
        }
        let mut groups = Vec::with_capacity(filter.groups().len());
        let mut before = 0;
        for group in filter.groups() {
            groups.push(self.conditions(group, (source, before), scope)?);
            before += group.len();
        }
        Ok(Some(groups.into_iter().reduce(Expr::or).unwrap_or_else(no)))
    }

    /// The conjunction of the conditions, with unrestricted access.
    pub(super) fn all_of(
        &self,
        conditions: &[ir::Tree],
        source: ConditionSource,
        scope: &Scope<'a>,
    ) -> Result<Expr, Error> {
        self.conditions(conditions, (source, 0), scope)
    }

    /// The same of conditions that begin at that position of their source.
    fn conditions(
        &self,
        conditions: &[ir::Tree],
        (source, first): (ConditionSource, usize),
        scope: &Scope<'a>,
    ) -> Result<Expr, Error> {
        let mut all = Vec::with_capacity(conditions.len());
        for (index, condition) in conditions.iter().enumerate() {
            let position = u16::try_from(first + index).map_err(|_| broken("more conditions than can be counted"))?;
            all.push(self.tree(condition, source.tree(position), scope, Access::Unrestricted)?);
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
