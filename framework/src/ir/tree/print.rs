//! A tree in the declaration's language: `activity.user_id == actor.id || activity.world().owner_id == actor.id`.

use std::fmt::{self, Display};

use super::{
    Arithmetic, Comparison, Many, Node, NodeId, Path, PathId, TextTest, TimePart, TimeUnit, Tree, TrimmedEnds,
};
use crate::ir::{App, Name, RelationshipId, Resource, Type};
use crate::value::{Value, bytes_text, date_text, duration_text, float_text, time_text, timestamp_text};

impl Tree {
    /// Displays the tree as it would be written in a declaration of `app`; names that the app does not have as `?`.
    ///
    /// It contains the tree's values, so it is for developers, not for clients.
    pub fn display<'a>(&'a self, app: &'a App) -> impl Display + 'a {
        Printed { app, tree: self }
    }
}

struct Printed<'a> {
    app: &'a App,
    tree: &'a Tree,
}

impl Display for Printed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.node(self.tree.root))
    }
}

/// How tightly an operator binds, as in Rust.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Precedence {
    Or,
    And,
    Compare,
    Sum,
    Product,
    Not,
    Operand,
}

impl Printed<'_> {
    fn node(&self, id: NodeId) -> String {
        let Some(node) = self.tree.nodes.get(id as usize) else { return "?".into() };
        match node {
            Node::Literal { value, ty } => literal(value, ty),
            Node::Column { path, attribute } => {
                let name = self.name(*path, |it| it.attributes.get(usize::from(*attribute)).map(|it| &it.name));
                format!("{}.{name}", self.path(*path))
            }
            Node::Calculation { path, calculation } => {
                let name = self.name(*path, |it| it.calculations.get(usize::from(*calculation)).map(|it| &it.name));
                format!("{}.{name}()", self.path(*path))
            }
            Node::Argument { name, .. } => name.to_string(),
            Node::Now => "now()".into(),
            Node::Compare { op, left, right } => {
                // Comparisons do not chain.
                format!(
                    "{} {} {}",
                    self.within(*left, Precedence::Sum),
                    comparison(*op),
                    self.within(*right, Precedence::Sum)
                )
            }
            Node::Arithmetic { op, left, right } => {
                let (binding, right_binding) = match op {
                    Arithmetic::Add | Arithmetic::Sub => (Precedence::Sum, Precedence::Product),
                    Arithmetic::Mul | Arithmetic::Div => (Precedence::Product, Precedence::Not),
                };
                format!("{} {} {}", self.within(*left, binding), arithmetic(*op), self.within(*right, right_binding))
            }
            Node::And(operands) => self.joined(operands, " && ", Precedence::Compare),
            Node::Or(operands) => self.joined(operands, " || ", Precedence::And),
            Node::Not(operand) => match self.tree.nodes.get(*operand as usize) {
                Some(Node::IsNull(operand)) => format!("{}.is_some()", self.within(*operand, Precedence::Operand)),
                _ => format!("!{}", self.within(*operand, Precedence::Not)),
            },
            Node::IsNull(operand) => format!("{}.is_none()", self.within(*operand, Precedence::Operand)),
            Node::In { item, list } => {
                format!("{}.is_in({})", self.within(*item, Precedence::Operand), self.node(*list))
            }
            Node::Case { arms, otherwise } => {
                let arm = |(condition, value): &(NodeId, NodeId)| {
                    format!("if {} {{ {} }} else ", self.node(*condition), self.node(*value))
                };
                format!("{}{{ {} }}", arms.iter().map(arm).collect::<String>(), self.node(*otherwise))
            }
            Node::Coalesce(first, second) => {
                format!("{}.unwrap_or({})", self.within(*first, Precedence::Operand), self.node(*second))
            }
            Node::Text { op, subject, pattern } => {
                format!("{}.{}({})", self.within(*subject, Precedence::Operand), text_test(*op), self.node(*pattern))
            }
            Node::Lower(operand) => self.method(*operand, "to_lowercase"),
            Node::Length(operand) => self.method(*operand, "len"),
            Node::ByteLength(operand) => self.method(*operand, "byte_len"),
            Node::Trim { ends, text } => self.method(*text, trim(*ends)),
            Node::TimePart { part, time } => self.method(*time, time_part(*part)),
            Node::TimeStart { unit, time } => self.method(*time, time_start(*unit)),
            Node::Many { how, each, condition, value } => self.many(*how, *each, *condition, *value),
        }
    }

    /// The call of a method without arguments.
    fn method(&self, operand: NodeId, name: &str) -> String {
        format!("{}.{name}()", self.within(operand, Precedence::Operand))
    }

    fn many(&self, how: Many, each: PathId, condition: Option<NodeId>, value: Option<NodeId>) -> String {
        let rows = match self.tree.paths.get(usize::from(each)) {
            Some(Path::Each { from, relationship }) => self.hop(*from, *relationship),
            _ => "?".into(),
        };
        let closure = |body: Option<NodeId>| {
            format!("|{}| {}", self.path(each), body.map_or_else(|| "true".into(), |it| self.node(it)))
        };
        let filtered = condition.map_or_else(String::new, |_| format!(".filter({})", closure(condition)));
        match how {
            Many::Any => format!("{rows}.any({})", closure(condition)),
            Many::All => format!("{rows}.all({})", closure(condition)),
            Many::Count => format!("{rows}{filtered}.count()"),
            Many::Sum => format!("{rows}{filtered}.sum({})", closure(value)),
        }
    }

    fn joined(&self, operands: &[NodeId], operator: &str, binding: Precedence) -> String {
        operands.iter().map(|it| self.within(*it, binding)).collect::<Vec<_>>().join(operator)
    }

    /// A node in parentheses, if it binds less tightly than the operator around it.
    fn within(&self, id: NodeId, around: Precedence) -> String {
        let text = self.node(id);
        if self.tree.nodes.get(id as usize).is_some_and(|it| self.binding(it) < around) {
            format!("({text})")
        } else {
            text
        }
    }

    fn binding(&self, node: &Node) -> Precedence {
        let only = |operands: &[NodeId], binding| match operands {
            [operand] => self.tree.nodes.get(*operand as usize).map_or(Precedence::Operand, |it| self.binding(it)),
            _ => binding,
        };
        match node {
            Node::And(operands) => only(operands, Precedence::And),
            Node::Or(operands) => only(operands, Precedence::Or),
            Node::Case { .. } => Precedence::Or,
            Node::Compare { .. } => Precedence::Compare,
            Node::Arithmetic { op: Arithmetic::Add | Arithmetic::Sub, .. } => Precedence::Sum,
            Node::Arithmetic { .. } => Precedence::Product,
            Node::Not(operand) => match self.tree.nodes.get(*operand as usize) {
                Some(Node::IsNull(_)) => Precedence::Operand,
                _ => Precedence::Not,
            },
            _ => Precedence::Operand,
        }
    }

    fn path(&self, path: PathId) -> String {
        match self.tree.paths.get(usize::from(path)) {
            Some(Path::Row) => self.tree.row.as_ref().map_or_else(|| "?".into(), Name::snake),
            Some(Path::Actor) => "actor".into(),
            Some(Path::One { from, relationship }) => self.hop(*from, *relationship),
            Some(Path::Each { .. }) => {
                // Scopes over the same resource differ by their number.
                let name = self.tree.resource_at(self.app, path).map_or_else(|| "each".into(), |it| it.name.snake());
                let scopes = self.tree.paths.iter().take(usize::from(path));
                match scopes.filter(|it| matches!(it, Path::Each { .. })).count() {
                    0 if self.tree.row.as_ref().is_none_or(|it| it.snake() != name) => name,
                    number => format!("{name}_{}", number + 1),
                }
            }
            None => "?".into(),
        }
    }

    fn hop(&self, from: PathId, relationship: RelationshipId) -> String {
        let name = self.name(from, |it| it.relationships.get(usize::from(relationship)).map(|it| &it.name));
        format!("{}.{name}()", self.path(from))
    }

    fn name(&self, path: PathId, name: impl FnOnce(&Resource) -> Option<&Name>) -> String {
        self.tree.resource_at(self.app, path).and_then(name).map_or_else(|| "?".into(), Name::to_string)
    }
}

fn literal(value: &Value, ty: &Type) -> String {
    match (value, ty) {
        (Value::Null, _) => "None".into(),
        (Value::Bool(it), _) => it.to_string(),
        (Value::Int(it), _) => it.to_string(),
        (Value::Float(it), _) => float_text(*it),
        (Value::Text(text), Type::Enum(name)) => format!("{name}::{}", Name::from(text.clone()).pascal()),
        (Value::Text(text), _) => format!("{text:?}"),
        (Value::Uuid(it), _) => it.to_string(),
        (Value::Timestamp(it), _) => timestamp_text(*it),
        (Value::Date(it), _) => date_text(*it),
        (Value::Time(it), _) => time_text(*it),
        (Value::Bytes(it), _) => format!("base64({})", bytes_text(it)),
        (Value::Json(it), _) => it.to_string(),
        (Value::Duration(it), _) => duration(*it),
        (Value::List(items), _) => {
            format!("[{}]", items.iter().map(|it| literal(it, ty)).collect::<Vec<_>>().join(", "))
        }
    }
}

fn duration(micros: i64) -> String {
    let units =
        [("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)].map(|(name, it)| (name, it * 1_000_000));
    match units.into_iter().find(|(name, unit)| micros % unit == 0 && (micros != 0 || *name == "seconds")) {
        Some((name, unit)) => format!("{name}({})", micros / unit),
        None => duration_text(micros),
    }
}

fn comparison(op: Comparison) -> &'static str {
    match op {
        Comparison::Eq => "==",
        Comparison::Ne => "!=",
        Comparison::Lt => "<",
        Comparison::Le => "<=",
        Comparison::Gt => ">",
        Comparison::Ge => ">=",
    }
}

fn arithmetic(op: Arithmetic) -> &'static str {
    match op {
        Arithmetic::Add => "+",
        Arithmetic::Sub => "-",
        Arithmetic::Mul => "*",
        Arithmetic::Div => "/",
    }
}

fn trim(ends: TrimmedEnds) -> &'static str {
    match ends {
        TrimmedEnds::Both => "trim",
        TrimmedEnds::Start => "trim_start",
        TrimmedEnds::End => "trim_end",
    }
}

fn time_part(part: TimePart) -> &'static str {
    match part {
        TimePart::Year => "year",
        TimePart::Month => "month",
        TimePart::Day => "day",
        TimePart::Hour => "hour",
        TimePart::Minute => "minute",
        TimePart::Second => "second",
        TimePart::Weekday => "weekday",
        TimePart::DayOfYear => "day_of_year",
    }
}

fn time_start(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Year => "start_of_year",
        TimeUnit::Month => "start_of_month",
        TimeUnit::Day => "start_of_day",
        TimeUnit::Hour => "start_of_hour",
    }
}

fn text_test(op: TextTest) -> &'static str {
    match op {
        TextTest::Contains => "contains",
        TextTest::StartsWith => "starts_with",
        TextTest::EndsWith => "ends_with",
    }
}
