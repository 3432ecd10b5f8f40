//! Expressions as SQL that means the same on both databases and in memory.

use std::collections::HashMap;
use std::rc::Rc;

use sea_query::extension::postgres::PgFunc;
use sea_query::{Alias, BinOper, CaseStatement, Expr, ExprTrait, Func, FunctionCall, Query};

use super::lowering::{Clock, Lowering, Sight, broken, no, yes};
use super::scope::{Scope, Source};
use super::value::bind_list;
use crate::error::Error;
use crate::ir::{Arithmetic, Comparison, Many, Node, NodeId, Path, PathId, TextTest, Tree, Type};
use crate::value::Value;

impl<'a> Lowering<'a> {
    /// The answer of a tree for the row at `row`.
    pub(crate) fn tree(&self, tree: &Tree, row: &Scope<'a>, sight: Sight) -> Result<Expr, Error> {
        let mut scopes = HashMap::new();
        scopes.insert(Tree::ROW, Rc::new(row.clone()));
        if let Some(actor) = tree.actor.as_ref().and_then(|it| self.app().find(it)) {
            scopes.insert(Tree::ACTOR, Rc::new(Scope { resource: actor, source: Source::Actor }));
        }
        TreeLowering { lowering: self, tree, sight, scopes }.node(tree.root)
    }

    /// A calculation of a row. A public one sees what the actor may read, unless it says otherwise.
    pub(crate) fn calculation(&self, scope: &Scope<'a>, index: u16, sight: Sight) -> Result<Expr, Error> {
        let calculations = &self.app().resource(scope.resource).calculations;
        let calculation = calculations.get(usize::from(index)).ok_or_else(|| broken("an unknown calculation"))?;
        let sight = if calculation.unrestricted { Sight::All } else { sight };
        if matches!(scope.source, Source::Table(_)) {
            let value = self.tree(&calculation.tree, scope, sight)?;
            let condition = calculation.ty == Type::Boolean && !calculation.nullable;
            return Ok(if condition { Func::coalesce([value, no()]).into() } else { value });
        }
        // Of a row that does not exist it is NULL, so the row is looked for first.
        let found = self.fresh(scope.resource);
        let mut select = self.from(&found)?;
        select.expr(self.calculation(&found, index, sight)?);
        match &scope.source {
            Source::Hop(from, relationship) => select.and_where(self.joined(from, relationship, &found, sight)?),
            Source::Actor | Source::Table(_) => {
                select.and_where(self.key(&found, Sight::All)?.eq(self.key(scope, Sight::All)?))
            }
        };
        Ok(select.into())
    }
}

struct TreeLowering<'l, 'a> {
    lowering: &'l Lowering<'a>,
    tree: &'l Tree,
    sight: Sight,
    scopes: HashMap<PathId, Rc<Scope<'a>>>,
}

impl<'a> TreeLowering<'_, 'a> {
    fn node(&mut self, id: NodeId) -> Result<Expr, Error> {
        let tree = self.tree;
        let node = tree.nodes.get(id as usize).ok_or_else(|| broken("an unknown node"))?;
        match node {
            Node::Literal { value: Value::Bool(true), .. } => Ok(yes()),
            Node::Literal { value: Value::Bool(false), .. } => Ok(no()),
            Node::Literal { value, ty } => Ok(self.lowering.bound(value, ty)),
            Node::Argument { name, ty } => {
                let value = self.lowering.guard.facts().arguments.get(name).cloned().unwrap_or(Value::Null);
                Ok(self.lowering.bound(&value, ty))
            }
            Node::Now => Ok(self.lowering.now()),
            Node::Column { path, attribute } => {
                let scope = self.scope(*path)?;
                self.lowering.column(&scope, *attribute, self.sight)
            }
            Node::Calculation { path, calculation } => {
                let scope = self.scope(*path)?;
                self.lowering.calculation(&scope, *calculation, self.sight)
            }
            Node::Compare { op, left, right } => self.compare(*op, *left, *right),
            Node::Arithmetic { op, left, right } => self.arithmetic(*op, *left, *right),
            Node::And(operands) => self.junction(operands, Expr::and),
            Node::Or(operands) => self.junction(operands, Expr::or),
            Node::Not(operand) => Ok(self.node(*operand)?.not()),
            Node::IsNull(operand) => Ok(self.node(*operand)?.is_null()),
            Node::In { item, list } => self.one_of(*item, *list),
            Node::Case { arms, otherwise } => {
                let mut case = CaseStatement::new();
                for (condition, value) in arms {
                    case = case.case(self.node(*condition)?, self.node(*value)?);
                }
                Ok(case.finally(self.node(*otherwise)?).into())
            }
            Node::Coalesce(first, second) => Ok(Func::coalesce([self.node(*first)?, self.node(*second)?]).into()),
            Node::Text { op, subject, pattern } => self.text(*op, *subject, *pattern),
            Node::Lower(operand) => {
                let operand = self.node(*operand)?;
                Ok(Func::lower(self.collated(operand)).into())
            }
            Node::Length(operand) => {
                let length = call("length", [self.node(*operand)?]);
                Ok(self.lowering.integer(length))
            }
            Node::Many { how, each, condition, value } => self.many(*how, *each, *condition, *value),
        }
    }

    fn scope(&mut self, path: PathId) -> Result<Rc<Scope<'a>>, Error> {
        if let Some(scope) = self.scopes.get(&path) {
            return Ok(scope.clone());
        }
        match self.tree.paths.get(usize::from(path)) {
            Some(Path::One { from, relationship }) => {
                let from = self.scope(*from)?;
                let app = self.lowering.app();
                let relationships = &app.resource(from.resource).relationships;
                let relationship = relationships.get(usize::from(*relationship));
                let relationship = relationship.ok_or_else(|| broken("an unknown relationship"))?;
                let scope = Rc::new(from.hop(relationship, app.target(relationship)));
                self.scopes.insert(path, scope.clone());
                Ok(scope)
            }
            _ => Err(broken("a row outside of its scope")),
        }
    }

    fn compare(&mut self, op: Comparison, left: NodeId, right: NodeId) -> Result<Expr, Error> {
        let (left, right) = (self.node(left)?, self.node(right)?);
        Ok(match op {
            Comparison::Eq => left.eq(right),
            Comparison::Ne => left.ne(right),
            Comparison::Lt => left.lt(right),
            Comparison::Le => left.lte(right),
            Comparison::Gt => left.gt(right),
            Comparison::Ge => left.gte(right),
        })
    }

    fn junction(&mut self, operands: &[NodeId], operator: fn(Expr, Expr) -> Expr) -> Result<Expr, Error> {
        let operands: Vec<_> = operands.iter().map(|it| self.node(*it)).collect::<Result<_, _>>()?;
        operands.into_iter().reduce(operator).ok_or_else(|| broken("a junction of nothing"))
    }

    fn one_of(&mut self, item: NodeId, list: NodeId) -> Result<Expr, Error> {
        let item = self.node(item)?;
        let Some(Node::Literal { value: Value::List(items), ty }) = self.tree.nodes.get(list as usize) else {
            return Err(broken("a list that is no list"));
        };
        Ok(self.lowering.any_of(item, items, ty))
    }

    fn text(&mut self, op: TextTest, subject: NodeId, pattern: NodeId) -> Result<Expr, Error> {
        let (subject, pattern) = (self.node(subject)?, self.node(pattern)?);
        let length = |text: Expr| call("length", [text]);
        Ok(match op {
            TextTest::Contains => {
                let position = if self.lowering.capability.native_types { "strpos" } else { "instr" };
                call(position, [subject, pattern]).gt(Expr::cust("0"))
            }
            TextTest::StartsWith => call("substr", [subject, Expr::cust("1"), length(pattern.clone())]).eq(pattern),
            // A start before the text would count from its end in SQLite, but gives less than the pattern in any case.
            TextTest::EndsWith => {
                let start = length(subject.clone()).sub(length(pattern.clone())).add(Expr::cust("1"));
                call("substr", [subject, start]).eq(pattern)
            }
        })
    }

    fn many(
        &mut self,
        how: Many,
        each: PathId,
        condition: Option<NodeId>,
        value: Option<NodeId>,
    ) -> Result<Expr, Error> {
        let Some(Path::Each { from, relationship }) = self.tree.paths.get(usize::from(each)) else {
            return Err(broken("a scope over nothing"));
        };
        let from = self.scope(*from)?;
        let app = self.lowering.app();
        let relationship = app.resource(from.resource).relationships.get(usize::from(*relationship));
        let relationship = relationship.ok_or_else(|| broken("an unknown relationship"))?;
        // A node may be shared: what was reached from an earlier use of this scope is not reached from this one.
        let outer = self.scopes.clone();
        let target = Rc::new(self.lowering.fresh(app.target(relationship)));
        let mut select = self.lowering.from(&target)?;
        select.and_where(self.lowering.joined(&from, relationship, &target, self.sight)?);
        self.scopes.insert(each, target);
        let condition = condition.map(|it| self.node(it)).transpose()?;
        let value = value.map(|it| self.node(it)).transpose()?;
        self.scopes = outer;
        Ok(match how {
            Many::Any => Expr::exists(select.expr(Expr::cust("1")).and_where_option(condition).to_owned()),
            Many::All => {
                let fails = condition.map(|it| Func::coalesce([it, no()]).not()).unwrap_or_else(no);
                Expr::not_exists(select.expr(Expr::cust("1")).and_where(fails).to_owned())
            }
            Many::Count => select.expr(count_all()).and_where_option(condition).to_owned().into(),
            Many::Sum => {
                // A sum of what only reads outer rows would be a sum of the outer statement, were it not of a column.
                let value = value.ok_or_else(|| broken("a sum of nothing"))?;
                let (rows, summand) = (Alias::new("_rows"), Alias::new("summand"));
                select.expr_as(value, summand.clone()).and_where_option(condition);
                let sum = Func::sum(Expr::col((rows.clone(), summand)));
                let sum = Func::coalesce([sum.into(), Expr::cust("0")]).into();
                Query::select().expr(self.lowering.integer(sum)).from_subquery(select, rows).to_owned().into()
            }
        })
    }

    fn arithmetic(&mut self, op: Arithmetic, left: NodeId, right: NodeId) -> Result<Expr, Error> {
        if let Some(seconds) = self.duration(right) {
            return Ok(self
                .lowering
                .later(self.node(left)?, if op == Arithmetic::Sub { seconds.saturating_neg() } else { seconds }));
        }
        if let Some(seconds) = self.duration(left) {
            return Ok(self.lowering.later(self.node(right)?, seconds));
        }
        let (left, right) = (self.node(left)?, self.node(right)?);
        Ok(self.lowering.checked(op, left, right))
    }

    fn duration(&self, id: NodeId) -> Option<i64> {
        match self.tree.nodes.get(id as usize) {
            Some(Node::Literal { value: Value::Duration(seconds), .. }) => Some(*seconds),
            _ => None,
        }
    }

    fn collated(&self, text: Expr) -> Expr {
        match self.lowering.capability.collation {
            None => text,
            Some(_) => collate_c(text),
        }
    }
}

impl Lowering<'_> {
    /// Whether `item` is one of `items`, bound as one value.
    pub(crate) fn any_of(&self, item: Expr, items: &[Value], ty: &Type) -> Expr {
        let list = Expr::val(bind_list(self.capability, items, ty));
        if self.capability.arrays {
            return item.eq(PgFunc::any(list));
        }
        let each = Func::cust("json_each").arg(list);
        item.in_subquery(Query::select().column("value").from_function(each, Alias::new("_list")).to_owned())
    }

    /// The time by this lowering's clock.
    pub(crate) fn now(&self) -> Expr {
        let request = Value::Timestamp(self.guard.facts().now);
        match (self.clock, self.capability.native_types) {
            (Clock::Request, _) => self.bound(&request, &Type::Timestamp),
            (Clock::Database, true) => call("statement_timestamp", []),
            (Clock::Database, false) => {
                concat(call("strftime", [Expr::cust("'%Y-%m-%dT%H:%M:%f'"), Expr::cust("'now'")]), Expr::cust("'000Z'"))
            }
        }
    }

    /// A whole number of 64 bits.
    fn integer(&self, value: Expr) -> Expr {
        if self.capability.checked_arithmetic { value.cast_as(Alias::new("bigint")) } else { value }
    }

    /// A time moved by whole seconds.
    fn later(&self, time: Expr, seconds: i64) -> Expr {
        if self.capability.native_types {
            let interval = Expr::val(seconds as f64).mul(Expr::cust("INTERVAL '1 second'"));
            return time.add(interval);
        }
        // Whole seconds leave the fraction as it is; SQLite's own arithmetic would round it to milliseconds.
        let whole = call("substr", [time.clone(), Expr::cust("1"), Expr::cust("19")]);
        let fraction = call("substr", [time.clone(), Expr::cust("20")]);
        let moved =
            call("strftime", [Expr::cust("'%Y-%m-%dT%H:%M:%S'"), whole, Expr::val(format!("{seconds:+} seconds"))]);
        let moved = concat(moved, fraction);
        let out_of_range = time.is_not_null().and(moved.clone().is_null());
        CaseStatement::new().case(out_of_range, overflow()).finally(moved).into()
    }

    /// Arithmetic that fails when the answer does not fit, as it does in memory.
    fn checked(&self, op: Arithmetic, left: Expr, right: Expr) -> Expr {
        let value = match op {
            Arithmetic::Add => left.clone().add(right.clone()),
            Arithmetic::Sub => left.clone().sub(right.clone()),
            Arithmetic::Mul => left.clone().mul(right.clone()),
            Arithmetic::Div => left.clone().div(right.clone()),
        };
        if self.capability.checked_arithmetic {
            return value;
        }
        // SQLite goes on with a float where an integer is too large, and with NULL after a division by zero.
        let mut case = CaseStatement::new();
        if op == Arithmetic::Div {
            case = case.case(left.is_not_null().and(right.eq(Expr::cust("0"))), overflow());
        }
        let float = call("typeof", [value.clone()]).eq(Expr::cust("'real'"));
        case.case(float, overflow()).finally(value).into()
    }
}

/// An expression that SQLite stops at with `integer overflow`. It is not constant, so it is never worked out ahead.
fn overflow() -> Expr {
    Expr::cust("abs(-9223372036854775807 - 1 + 0 * random())")
}

fn collate_c(text: Expr) -> Expr {
    Expr::cust_with_expr("$1 COLLATE \"C\"", text)
}

fn concat(left: Expr, right: Expr) -> Expr {
    left.binary(BinOper::Custom("||"), right)
}

pub(super) fn count_all() -> FunctionCall {
    Func::count(Expr::cust("*"))
}

fn call<const N: usize>(function: &'static str, arguments: [Expr; N]) -> Expr {
    Func::cust(function).args(arguments).into()
}
