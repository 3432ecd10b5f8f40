//! Expressions as SQL that means the same on both databases and in memory.

use std::collections::HashMap;
use std::rc::Rc;

use sea_query::extension::postgres::PgFunc;
use sea_query::{Alias, BinOper, CaseStatement, Expr, ExprTrait, Func, FunctionCall, Query, SelectStatement};

use super::lowering::{Lowering, broken, no, yes};
use super::parameter::{Source, TreeSource};
use super::scope::{Scope, ScopeSource};
use crate::error::Error;
use crate::ir::{
    Arithmetic, CalculationId, Comparison, Many, Node, NodeId, Path, PathId, Relationship, TextTest, TimePart,
    TimeUnit, Tree, TrimmedEnds, Type,
};
use crate::query::Access;
use crate::request::Clock;
use crate::value::{STORABLE_MICROS, Value};

impl<'a> Lowering<'a> {
    /// The value of a tree for the row at `row`.
    pub(super) fn tree(&self, tree: &Tree, source: TreeSource, row: &Scope<'a>, access: Access) -> Result<Expr, Error> {
        let mut scopes = HashMap::new();
        scopes.insert(Tree::ROW, Rc::new(row.clone()));
        if let Some(actor) = tree.actor.as_ref().and_then(|it| self.app().find(it)) {
            scopes.insert(Tree::ACTOR, Rc::new(Scope { resource: actor, source: ScopeSource::Actor }));
        }
        TreeLowering { lowering: self, tree, source, access, scopes, known: HashMap::new() }.node(tree.root)
    }

    /// A calculation of a row. A public one sees what the actor may read, unless it is declared `unrestricted`.
    pub(crate) fn calculation(&self, scope: &Scope<'a>, id: CalculationId, access: Access) -> Result<Expr, Error> {
        let calculation = &self.app().resource(scope.resource)[id];
        if matches!(scope.source, ScopeSource::Table(_)) {
            let access = if calculation.unrestricted { Access::Unrestricted } else { access };
            let value = self.tree(&calculation.tree, TreeSource::Declared, scope, access)?;
            let condition = calculation.ty == Type::Boolean && !calculation.nullable;
            return Ok(if condition { Func::coalesce([value, no()]).into() } else { value });
        }
        // The calculation is NULL if there is no row, so the row is looked up first: with the reader's access, whatever the calculation
        // itself may see.
        let found = self.fresh_existing(scope.resource);
        let mut select = self.from(&found)?;
        select.expr(self.calculation(&found, id, access)?);
        self.put_where(&mut select, &found, |found| match &scope.source {
            ScopeSource::Hop(from, relationship) => self.reached(from, relationship, found, access),
            ScopeSource::Actor | ScopeSource::Table(_) => {
                let it = self.key(found, Access::Unrestricted)?.eq(self.key(scope, Access::Unrestricted)?);
                Ok([it].into_iter().chain(self.visible(found, Access::Unrestricted)?).collect())
            }
        })?;
        Ok(select.into())
    }
}

/// Lowers the nodes of one tree.
pub(super) struct TreeLowering<'l, 'a> {
    pub(super) lowering: &'l Lowering<'a>,
    pub(super) tree: &'l Tree,
    pub(super) source: TreeSource,
    pub(super) access: Access,
    pub(super) scopes: HashMap<PathId, Rc<Scope<'a>>>,
    /// Calculations whose SQL exists already, by their row.
    pub(super) known: HashMap<(PathId, CalculationId), Expr>,
}

impl<'a> TreeLowering<'_, 'a> {
    pub(super) fn node(&mut self, id: NodeId) -> Result<Expr, Error> {
        let tree = self.tree;
        match &tree.nodes[id as usize] {
            Node::Literal { value: Value::Bool(true), .. } => Ok(yes()),
            Node::Literal { value: Value::Bool(false), .. } => Ok(no()),
            Node::Literal { value, ty } => self.lowering.literal(self.source, id, value, ty),
            Node::Argument { name, ty } => {
                let value = self.lowering.read_policies.facts().arguments.get(name).unwrap_or(&Value::Null);
                self.lowering.given(value, ty, Some(Source::Argument(name.clone(), ty.clone())))
            }
            Node::Now => self.lowering.now(),
            Node::Column { path, attribute } => {
                let scope = self.scope(*path)?;
                self.lowering.column(&scope, *attribute, self.access)
            }
            Node::Calculation { path, calculation } => {
                if let Some(known) = self.known.get(&(*path, *calculation)) {
                    return Ok(known.clone());
                }
                let scope = self.scope(*path)?;
                self.lowering.calculation(&scope, *calculation, self.access)
            }
            Node::Compare { op, left, right } => self.compare(*op, *left, *right),
            Node::Arithmetic { op, left, right } => self.arithmetic(*op, *left, *right),
            Node::And(_) => self.all(id),
            Node::Or(_) => self.any(id),
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
                Ok(Func::lower(self.lowering.collated(operand)).into())
            }
            Node::Length(operand) => {
                let length = call("length", [self.node(*operand)?]);
                Ok(self.lowering.integer(length))
            }
            Node::ByteLength(operand) => {
                let length = call("octet_length", [self.node(*operand)?]);
                Ok(self.lowering.integer(length))
            }
            Node::Trim { ends, text } => {
                let trim = match ends {
                    TrimmedEnds::Both if self.lowering.capability.native_types => "btrim",
                    TrimmedEnds::Both => "trim",
                    TrimmedEnds::Start => "ltrim",
                    TrimmedEnds::End => "rtrim",
                };
                Ok(call(trim, [self.node(*text)?, Expr::cust(WHITE_SPACE)]))
            }
            Node::TimePart { part, time } => {
                let time = self.node(*time)?;
                Ok(self.lowering.time_part(*part, time))
            }
            Node::TimeStart { unit, time } => {
                let time = self.node(*time)?;
                Ok(self.lowering.time_start(*unit, time))
            }
            Node::Many { how, each, condition, value } => {
                self.many(*how, &[*each], condition.as_ref().map(std::slice::from_ref), *value)
            }
        }
    }

    pub(super) fn scope(&mut self, path: PathId) -> Result<Rc<Scope<'a>>, Error> {
        if let Some(scope) = self.scopes.get(&path) {
            return Ok(scope.clone());
        }
        match self.tree.paths.get(usize::from(path)) {
            Some(Path::One { from, relationship }) => {
                let from = self.scope(*from)?;
                let app = self.lowering.app();
                let relationship = &app.resource(from.resource)[*relationship];
                let scope = Rc::new(from.hop(relationship, app.target(relationship)));
                self.scopes.insert(path, scope.clone());
                Ok(scope)
            }
            _ => Err(broken("a row outside of its scope")),
        }
    }

    fn compare(&mut self, op: Comparison, left: NodeId, right: NodeId) -> Result<Expr, Error> {
        let ordered = !matches!(op, Comparison::Eq | Comparison::Ne);
        // A column has a collation; any other text would be ordered by the collation that the database was installed with.
        let says_order = |id: NodeId| matches!(self.tree.nodes.get(id as usize), Some(Node::Column { path, .. }) if *path != Tree::ACTOR);
        let collate = ordered && !says_order(left) && !says_order(right) && self.is_text(left);
        let (left, right) = (self.node(left)?, self.node(right)?);
        let left = if collate { self.lowering.collated(left) } else { left };
        Ok(match op {
            Comparison::Eq => left.eq(right),
            Comparison::Ne => left.ne(right),
            Comparison::Lt => left.lt(right),
            Comparison::Le => left.lte(right),
            Comparison::Gt => left.gt(right),
            Comparison::Ge => left.gte(right),
        })
    }

    fn one_of(&mut self, item: NodeId, list: NodeId) -> Result<Expr, Error> {
        let item = self.node(item)?;
        let Some(Node::Literal { value: value @ Value::List(_), ty }) = self.tree.nodes.get(list as usize) else {
            return Err(broken("a list that is no list"));
        };
        let list = self.lowering.literal(self.source, list, value, ty)?;
        Ok(self.lowering.listed(item, list, ty))
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
            // In SQLite a negative start counts from the end of the text; the result is shorter than the pattern in either case.
            TextTest::EndsWith => {
                let start = length(subject.clone()).sub(length(pattern.clone())).add(Expr::cust("1"));
                call("substr", [subject, start]).eq(pattern)
            }
        })
    }

    /// An aggregate or a quantifier over the rows that each of `scopes` binds, all of them over the same relationship of the same row:
    /// over those for which one of `conditions` holds, or over all if there are no conditions.
    pub(super) fn many(
        &mut self,
        how: Many,
        scopes: &[PathId],
        conditions: Option<&[NodeId]>,
        value: Option<NodeId>,
    ) -> Result<Expr, Error> {
        let (from, relationship) = scopes.first().map_or_else(|| Err(nowhere()), |it| self.each(*it))?;
        // A node may be shared: rows that were joined for an earlier use of this scope are not joined for this one.
        let outer = self.scopes.clone();
        let mut related = self.lowering.related(&from, relationship, how, self.access)?;
        self.scopes.extend(scopes.iter().map(|it| (*it, related.row.clone())));
        let condition = conditions.map(|it| self.either(it)).transpose()?;
        let value = value.map(|it| self.node(it)).transpose()?;
        self.scopes = outer;
        let condition = match how {
            Many::All => Some(condition.map(|it| Func::coalesce([it, no()]).not()).unwrap_or_else(no)),
            Many::Any | Many::Count | Many::Sum => condition,
        };
        if let Some(condition) = condition {
            let app = self.lowering.app();
            related
                .wanted
                .push(condition, conditions.unwrap_or_default().iter().any(|it| self.tree.may_fail(app, *it)));
        }
        let beside = related.beside.take().map(|it| Func::coalesce([it, no()]));
        let mut select = related.into_select();
        let one = |mut select: SelectStatement| {
            let exists = Expr::exists(select.expr(Expr::cust("1")).to_owned());
            match beside {
                Some(beside) => Expr::from(beside).and(exists),
                None => exists,
            }
        };
        Ok(match how {
            Many::Any => one(select),
            Many::All => one(select).not(),
            Many::Count => select.expr(count_all()).to_owned().into(),
            Many::Sum => {
                // In SQL, a sum that only reads outer rows would belong to the outer statement; a column of the subquery prevents that.
                let value = value.ok_or_else(|| broken("a sum of nothing"))?;
                let (rows, summand) = (Alias::new("_rows"), Alias::new("summand"));
                select.expr_as(value, summand.clone());
                let sum = self.lowering.sum(Expr::col((rows.clone(), summand)));
                Query::select().expr(sum).from_subquery(select, rows).to_owned().into()
            }
        })
    }

    /// The row at which a to-many scope starts, and its relationship.
    pub(super) fn each(&mut self, scope: PathId) -> Result<(Rc<Scope<'a>>, &'a Relationship), Error> {
        let Some(Path::Each { from, relationship }) = self.tree.paths.get(usize::from(scope)) else {
            return Err(nowhere());
        };
        let from = self.scope(*from)?;
        let relationship = &self.lowering.app().resource(from.resource)[*relationship];
        Ok((from, relationship))
    }

    fn arithmetic(&mut self, op: Arithmetic, left: NodeId, right: NodeId) -> Result<Expr, Error> {
        let types = [left, right].map(|it| self.tree.type_of(self.lowering.app(), it));
        let plain = self.is_plain(left) && self.is_plain(right);
        let operands = [self.node(left)?, self.node(right)?];
        match types {
            [Some(Type::Timestamp), _] => {
                return Ok(self.lowering.once(operands, plain, |[time, span]| self.lowering.moved(op, time, span)));
            }
            [_, Some(Type::Timestamp)] => {
                return Ok(self.lowering.once(operands, plain, |[span, time]| self.lowering.moved(op, time, span)));
            }
            _ => {}
        }
        if self.lowering.capability.checked_arithmetic {
            let may_be_zero = op == Arithmetic::Div && !self.tree.is_nonzero(right);
            let [left, right] = operands;
            let right = if may_be_zero { call("nullif", [right, Expr::cust("0")]) } else { right };
            return Ok(apply(op, left, right));
        }
        let checked = if types[0] == Some(Type::Float) { checked_float } else { checked };
        Ok(self.lowering.once(operands, plain, |[left, right]| checked(op, left, right)))
    }

    /// Whether a node's text is short, however often it is repeated.
    fn is_plain(&self, id: NodeId) -> bool {
        let node = self.tree.nodes.get(id as usize);
        matches!(node, Some(Node::Literal { .. } | Node::Argument { .. } | Node::Column { .. } | Node::Now))
    }

    /// Whether a node is stored as text.
    fn is_text(&self, id: NodeId) -> bool {
        self.tree.type_of(self.lowering.app(), id).is_some_and(|it| it.is_stored_as_text())
    }
}

impl Lowering<'_> {
    /// Whether `item` is one of a list, which is one value.
    pub(super) fn any_of(&self, item: Expr, list: Expr) -> Expr {
        if self.capability.arrays {
            return item.eq(PgFunc::any(list));
        }
        let each = Func::cust("json_each").arg(list);
        item.in_subquery(Query::select().column("value").from_function(each, Alias::new("_list")).to_owned())
    }

    /// Whether `item`, of type `ty`, is one of a list of values of that type.
    pub(super) fn listed(&self, item: Expr, list: Expr, ty: &Type) -> Expr {
        if self.capability.arrays || *ty != Type::Bytes {
            return self.any_of(item, list);
        }
        // JSON holds no bytes: they are written in hexadecimal.
        let each = Func::cust("json_each").arg(list);
        let bytes = call("unhex", [Expr::col("value")]);
        item.in_subquery(Query::select().expr(bytes).from_function(each, Alias::new("_list")).to_owned())
    }

    /// The time by this lowering's clock.
    pub(super) fn now(&self) -> Result<Expr, Error> {
        let request = Value::Timestamp(self.read_policies.facts().now);
        Ok(match (self.clock, self.capability.native_types) {
            (Clock::Request, _) => self.given(&request, &Type::Timestamp, Some(Source::Now))?,
            (Clock::Database, true) => call("statement_timestamp", []),
            (Clock::Database, false) => {
                concat(call("strftime", [Expr::cust("'%Y-%m-%dT%H:%M:%f'"), Expr::cust("'now'")]), Expr::cust("'000Z'"))
            }
        })
    }

    /// Text that is ordered by code points, whatever it is made of.
    pub(super) fn collated(&self, text: Expr) -> Expr {
        match self.capability.collation {
            None => text,
            Some(_) => collate_c(text),
        }
    }

    /// Casts to an integer of 64 bits.
    fn integer(&self, value: Expr) -> Expr {
        if self.capability.checked_arithmetic { value.cast_as(Alias::new("bigint")) } else { value }
    }

    /// The sum of a column, 0 for no rows; an error only if the sum itself leaves 64 bits.
    fn sum(&self, column: Expr) -> Expr {
        let sum = |it: Expr| -> Expr { Func::coalesce([Func::sum(it).into(), Expr::cust("0")]).into() };
        if self.capability.checked_arithmetic {
            return self.integer(sum(column));
        }
        // SQLite fails as soon as a partial sum overflows, which would depend on the order of the rows. The sums of the upper and lower
        // halves fit for any number of rows, and the lower one is never negative.
        let (half, lower_half) = (Expr::cust("32"), Expr::cust("4294967295"));
        let low = sum(column.clone().bit_and(lower_half.clone()));
        let high = sum(column.right_shift(half.clone())).add(low.clone().right_shift(half.clone()));
        let fits = high.clone().between(Expr::cust("-2147483648"), Expr::cust("2147483647"));
        let whole = high.left_shift(half).bit_or(low.bit_and(lower_half));
        CaseStatement::new().case(fits, whole).finally(overflow()).into()
    }

    /// A time that a span of microseconds is added to or subtracted from, if it stays in the years 0 to 9999.
    fn moved(&self, op: Arithmetic, time: Expr, span: Expr) -> Expr {
        if self.capability.native_types {
            // Neither part has more digits than a float keeps.
            let second = span.clone().div(Expr::cust("1000000")).mul(Expr::cust("INTERVAL '1 second'"));
            let fraction = span.modulo(Expr::cust("1000000")).mul(Expr::cust("INTERVAL '1 microsecond'"));
            return self.once([apply(op, time, second.add(fraction))], false, |[moved]| {
                let first = moved.clone().lt(Expr::cust("TIMESTAMPTZ '0001-01-01 00:00:00+00 BC'"));
                let out_of_range = first.or(moved.clone().gte(Expr::cust("TIMESTAMPTZ '10000-01-01 00:00:00+00'")));
                // PostgreSQL itself ends at the year 294276.
                let overflow = moved.clone().add(Expr::cust("INTERVAL '300000 years'"));
                CaseStatement::new().case(out_of_range, overflow).finally(moved).into()
            });
        }
        // SQLite's own arithmetic would round to milliseconds, so microseconds since 1970 are counted here.
        let whole = call("substr", [time.clone(), Expr::cust("1"), Expr::cust("19")]);
        let seconds = call("strftime", [Expr::cust("'%s'"), whole]).mul(Expr::cust("1000000"));
        let fraction = call("substr", [time, Expr::cust("21"), Expr::cust("6")]).add(Expr::cust("0"));
        self.once([apply(op, seconds.add(fraction), span)], false, |[micros]| {
            let million = || Expr::cust("1000000");
            let fraction = micros.clone().modulo(million()).add(million()).modulo(million());
            let seconds = micros.clone().sub(fraction.clone()).div(million());
            let clock = call("strftime", [Expr::cust("'%Y-%m-%dT%H:%M:%S'"), seconds, Expr::cust("'unixepoch'")]);
            let text = concat(clock, call("printf", [Expr::cust("'.%06dZ'"), fraction]));
            // What leaves 64 bits goes on as a float, which is out of range too.
            let (first, last) = (*STORABLE_MICROS.start(), *STORABLE_MICROS.end());
            let out_of_range = micros.not_between(Expr::cust(first.to_string()), Expr::cust(last.to_string()));
            CaseStatement::new().case(out_of_range, overflow()).finally(text).into()
        })
    }

    /// A number of a time, in UTC.
    fn time_part(&self, part: TimePart, time: Expr) -> Expr {
        if !self.capability.native_types {
            let digits = |start: &'static str, length: &'static str, time: Expr| {
                call("substr", [time, Expr::cust(start), Expr::cust(length)]).cast_as(Alias::new("integer"))
            };
            let formatted = |format: &'static str, time: Expr| {
                call("strftime", [Expr::cust(format), time]).cast_as(Alias::new("integer"))
            };
            return match part {
                TimePart::Year => digits("1", "4", time),
                TimePart::Month => digits("6", "2", time),
                TimePart::Day => digits("9", "2", time),
                TimePart::Hour => digits("12", "2", time),
                TimePart::Minute => digits("15", "2", time),
                TimePart::Second => digits("18", "2", time),
                // 0 is Sunday there; the last of seven here.
                TimePart::Weekday => {
                    let sunday_first = formatted("'%w'", time);
                    sunday_first.add(Expr::cust("6")).modulo(Expr::cust("7")).add(Expr::cust("1"))
                }
                TimePart::DayOfYear => formatted("'%j'", time),
            };
        }
        let extract = |part: &'static str, time: Expr| {
            let part = call("date_part", [Expr::cust(part), in_utc(time)]);
            part.cast_as(Alias::new("bigint"))
        };
        match part {
            // PostgreSQL has no year 0; the calendar repeats every 400 years.
            TimePart::Year => {
                let later = in_utc(time).add(Expr::cust("INTERVAL '400 years'"));
                call("date_part", [Expr::cust("'year'"), later]).sub(Expr::cust("400")).cast_as(Alias::new("bigint"))
            }
            TimePart::Month => extract("'month'", time),
            TimePart::Day => extract("'day'", time),
            TimePart::Hour => extract("'hour'", time),
            TimePart::Minute => extract("'minute'", time),
            TimePart::Second => {
                let whole = call("floor", [call("date_part", [Expr::cust("'second'"), in_utc(time)])]);
                whole.cast_as(Alias::new("bigint"))
            }
            TimePart::Weekday => extract("'isodow'", time),
            TimePart::DayOfYear => extract("'doy'", time),
        }
    }

    /// The beginning of what a time is in, in UTC.
    fn time_start(&self, unit: TimeUnit, time: Expr) -> Expr {
        if self.capability.native_types {
            let unit = match unit {
                TimeUnit::Year => "'year'",
                TimeUnit::Month => "'month'",
                TimeUnit::Day => "'day'",
                TimeUnit::Hour => "'hour'",
            };
            return call("date_trunc", [Expr::cust(unit), time, Expr::cust("'UTC'")]);
        }
        let (kept, rest) = match unit {
            TimeUnit::Year => ("4", "'-01-01T00:00:00.000000Z'"),
            TimeUnit::Month => ("7", "'-01T00:00:00.000000Z'"),
            TimeUnit::Day => ("10", "'T00:00:00.000000Z'"),
            TimeUnit::Hour => ("13", "':00:00.000000Z'"),
        };
        concat(call("substr", [time, Expr::cust("1"), Expr::cust(kept)]), Expr::cust(rest))
    }

    /// Gives `make` names for values that it uses more than once, unless they are `plain`: text that is nested would double with every
    /// level.
    fn once<const N: usize>(&self, values: [Expr; N], plain: bool, make: impl FnOnce([Expr; N]) -> Expr) -> Expr {
        if plain {
            return make(values);
        }
        let named = Named::new(self, values);
        let names = std::array::from_fn(|index| named.name(index));
        named.of(make(names))
    }
}

/// Values that are computed once, by name.
pub(super) struct Named {
    row: Alias,
    select: SelectStatement,
}

impl Named {
    pub(super) fn new(lowering: &Lowering<'_>, values: impl IntoIterator<Item = Expr>) -> Self {
        let mut select = Query::select().to_owned();
        for (index, value) in values.into_iter().enumerate() {
            select.expr_as(value, Self::column(index));
        }
        if lowering.capability.merges_subqueries {
            select.offset(0);
        }
        Self { row: Alias::new(lowering.alias()), select }
    }

    /// The value at that position.
    pub(super) fn name(&self, index: usize) -> Expr {
        Expr::col((self.row.clone(), Self::column(index)))
    }

    /// The expression `made` of the names, with the values that they name.
    pub(super) fn of(self, made: Expr) -> Expr {
        Query::select().expr(made).from_subquery(self.select, self.row).to_owned().into()
    }

    fn column(index: usize) -> Alias {
        Alias::new(format!("v{index}"))
    }
}

/// All white space of Unicode, which both databases take as a set of characters.
const WHITE_SPACE: &str = "'\t\n\u{b}\u{c}\r \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}'";

/// A time without its zone, as the clock of UTC shows it.
fn in_utc(time: Expr) -> Expr {
    call("timezone", [Expr::cust("'UTC'"), time])
}

fn nowhere() -> Error {
    broken("a scope over nothing")
}

fn apply(op: Arithmetic, left: Expr, right: Expr) -> Expr {
    match op {
        Arithmetic::Add => left.add(right),
        Arithmetic::Sub => left.sub(right),
        Arithmetic::Mul => left.mul(right),
        Arithmetic::Div => left.div(right),
    }
}

/// Arithmetic on SQLite, which goes on with a float where an integer is too large. A quotient by 0 is NULL there by itself.
fn checked(op: Arithmetic, left: Expr, right: Expr) -> Expr {
    let value = apply(op, left, right);
    let float = call("typeof", [value.clone()]).eq(Expr::cust("'real'"));
    CaseStatement::new().case(float, overflow()).finally(value).into()
}

/// The same of floats: SQLite goes on with infinity where one is too large, and with 0 where it is too small, which PostgreSQL refuses both.
fn checked_float(op: Arithmetic, left: Expr, right: Expr) -> Expr {
    let value = apply(op, left.clone(), right.clone());
    let is_some = |it: Expr| it.ne(Expr::cust("0"));
    let infinite = call("abs", [value.clone()]).eq(Expr::cust("9e999"));
    let vanishes = match op {
        Arithmetic::Add | Arithmetic::Sub => None,
        Arithmetic::Mul => Some(is_some(left).and(is_some(right))),
        Arithmetic::Div => Some(is_some(left)),
    };
    let wrong = match vanishes {
        Some(vanishes) => infinite.or(value.clone().eq(Expr::cust("0")).and(vanishes)),
        None => infinite,
    };
    CaseStatement::new().case(wrong, overflow()).finally(value).into()
}

/// An expression that makes SQLite fail with `integer overflow`. It is not constant, so SQLite never evaluates it ahead of time.
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
