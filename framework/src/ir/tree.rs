//! An expression as data: a flat tree that evaluation in memory, lowering to SQL, folding and the manifest read.

mod beyond;
mod error;
mod graft;
mod known;
mod print;
mod scope;
mod types;

pub use error::TreeError;
pub use types::NodeType;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{App, AttributeId, CalculationId, Name, RelationshipId, Type};
use crate::value::{Masked, Value};

/// The position of a [`Node`] in its [`Tree`]. Operands always stand before their operator.
pub type NodeId = u32;
/// The position of a [`Path`] in its [`Tree`].
pub type PathId = u16;

/// One expression over a row of a resource and the actor.
///
/// Printed, its literals are masked: what they are compared with may be sensitive.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tree {
    /// The resource of [`Path::Row`]; `None` where there is no row (a default, a policy that asks only the actor).
    pub row: Option<Name>,
    /// The resource of [`Path::Actor`]; `None` where the expression does not use the actor.
    pub actor: Option<Name>,
    /// Every row that a column may be read from. `paths[0]` is `Row` and `paths[1]` is `Actor`, used or not.
    pub paths: Vec<Path>,
    /// In post-order.
    pub nodes: Vec<Node>,
    /// The node whose value is the expression's value.
    pub root: NodeId,
}

/// Where a row comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Path {
    /// The row that the expression is evaluated for.
    Row,
    /// The actor's row; all NULL when nobody is signed in.
    Actor,
    /// The one row at the other end of a to-one relationship of `from`; all NULL when there is none. Interned: the same hop
    /// is the same path.
    One {
        /// The path of the row that the hop starts at.
        from: PathId,
        /// Of that row's resource.
        relationship: RelationshipId,
    },
    /// Each row at the other end of a to-many relationship of `from`, in turn. Never interned: each use is a scope of its own,
    /// bound by exactly one [`Node::Many`].
    Each {
        /// The path of the row that the hop starts at.
        from: PathId,
        /// Of that row's resource.
        relationship: RelationshipId,
    },
}

/// One step of an expression. Three-valued as in SQL: a condition is true, false or NULL.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    /// A known value of a known type.
    Literal {
        /// The value; may be NULL.
        value: Value,
        /// Its type; that of its items for a list.
        ty: Type,
    },
    /// An attribute of the row at `path`.
    Column {
        /// The row.
        path: PathId,
        /// Of its resource.
        attribute: AttributeId,
    },
    /// A calculation of the row at `path`; NULL if there is no such row.
    Calculation {
        /// The row.
        path: PathId,
        /// Of its resource.
        calculation: CalculationId,
    },
    /// An argument of the action.
    Argument {
        /// The argument's name.
        name: Name,
        /// Its type.
        ty: Type,
    },
    /// The request's time: one value for the whole request.
    Now,
    /// A comparison: NULL if either side is.
    Compare {
        /// Which.
        op: Comparison,
        /// Left operand.
        left: NodeId,
        /// Right operand.
        right: NodeId,
    },
    /// `+ - * /`: NULL if either side is, and where a divisor is 0. Integers, floats, spans of time, or a time and a span.
    Arithmetic {
        /// Which.
        op: Arithmetic,
        /// Left operand.
        left: NodeId,
        /// Right operand.
        right: NodeId,
    },
    /// All of them hold. Never empty.
    And(Vec<NodeId>),
    /// One of them holds. Never empty.
    Or(Vec<NodeId>),
    /// The opposite; NULL stays NULL.
    Not(NodeId),
    /// Whether the operand is NULL: true or false.
    IsNull(NodeId),
    /// Whether `item` is one of `list`, a literal of [`Value::List`]; NULL if `item` is. An empty list gives false, whatever the item.
    In {
        /// What is looked for.
        item: NodeId,
        /// A literal list without NULLs.
        list: NodeId,
    },
    /// The value of the first arm whose condition is true.
    Case {
        /// Condition and value, in order. Never empty.
        arms: Vec<(NodeId, NodeId)>,
        /// The value if none is.
        otherwise: NodeId,
    },
    /// The first operand that is not NULL.
    Coalesce(NodeId, NodeId),
    /// A test of text; case counts. NULL if either side is.
    Text {
        /// Which.
        op: TextTest,
        /// Where is searched.
        subject: NodeId,
        /// What is searched for, taken literally.
        pattern: NodeId,
    },
    /// The text in lower case (ASCII letters only, so that all databases agree).
    Lower(NodeId),
    /// The number of Unicode code points.
    Length(NodeId),
    /// The number of bytes in UTF-8.
    ByteLength(NodeId),
    /// The text without the white space at its ends (Unicode's `White_Space`).
    Trim {
        /// Which ends.
        ends: TrimmedEnds,
        /// The text.
        text: NodeId,
    },
    /// A number of a time's calendar date or clock, in UTC.
    TimePart {
        /// Which.
        part: TimePart,
        /// The time.
        time: NodeId,
    },
    /// The beginning of the year, month, day or hour that a time is in, in UTC.
    TimeStart {
        /// Of what.
        unit: TimeUnit,
        /// The time.
        time: NodeId,
    },
    /// An aggregate or a quantifier over all rows of a [`Path::Each`].
    Many {
        /// Which aggregate or quantifier.
        how: Many,
        /// The scope this node binds.
        each: PathId,
        /// For `Any` and `All`, the condition on each row; for `Count` and `Sum`, which rows are included. `None`: true of every row.
        condition: Option<NodeId>,
        /// For `Sum`, what is added up.
        value: Option<NodeId>,
    },
}

/// `== != < <= > >=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the operators'")]
pub enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// `+ - * /`. Overflow is an error and a quotient by 0 is NULL, on every backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the operators'")]
pub enum Arithmetic {
    Add,
    Sub,
    Mul,
    Div,
}

/// Tests of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the functions'")]
pub enum TextTest {
    Contains,
    StartsWith,
    EndsWith,
}

/// The ends of a text from which white space is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum TrimmedEnds {
    Both,
    Start,
    End,
}

/// A number of a time in UTC, by the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimePart {
    /// 0 to 9999.
    Year,
    /// 1 to 12.
    Month,
    /// Of the month: 1 to 31.
    Day,
    /// 0 to 23.
    Hour,
    /// 0 to 59.
    Minute,
    /// 0 to 59, without the fraction.
    Second,
    /// 1 is Monday, 7 is Sunday.
    Weekday,
    /// Of the year: 1 to 366.
    DayOfYear,
}

/// What a time can be cut down to, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum TimeUnit {
    Year,
    Month,
    Day,
    Hour,
}

impl TrimmedEnds {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Both, Self::Start, Self::End];
}

impl TimePart {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Year, Self::Month, Self::Day, Self::Hour, Self::Minute, Self::Second, Self::Weekday, Self::DayOfYear];
}

impl TimeUnit {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Year, Self::Month, Self::Day, Self::Hour];
}

/// Aggregates and quantifiers over many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Many {
    /// Whether the condition is true of one of them: true or false, never NULL.
    Any,
    /// Whether the condition is true of each of them (NULL counts as not true): true or false, never NULL.
    All,
    /// How many there are: never NULL.
    Count,
    /// The sum of a value, NULLs left out; 0 for none.
    Sum,
}

impl Tree {
    /// [`Path::Row`] of every tree.
    pub const ROW: PathId = 0;
    /// [`Path::Actor`] of every tree.
    pub const ACTOR: PathId = 1;

    /// A tree without nodes; its root is the first one pushed until [`Tree::root`] is set.
    pub fn new(row: Option<Name>, actor: Option<Name>) -> Self {
        Self { row, actor, paths: vec![Path::Row, Path::Actor], nodes: Vec::new(), root: 0 }
    }

    /// Adds a node. Its operands must be in the tree already.
    pub fn push(&mut self, node: Node) -> NodeId {
        let id = self.nodes.len() as NodeId;
        self.nodes.push(node);
        id
    }

    /// Adds a known value.
    pub fn literal(&mut self, value: Value, ty: Type) -> NodeId {
        self.push(Node::Literal { value, ty })
    }

    /// The path of a to-one hop; equal hops share one path.
    pub fn one(&mut self, from: PathId, relationship: RelationshipId) -> PathId {
        let path = Path::One { from, relationship };
        match self.paths.iter().position(|it| *it == path) {
            Some(index) => index as PathId,
            None => self.new_path(path),
        }
    }

    /// A new scope over a to-many hop, to be bound by one [`Node::Many`].
    pub fn each(&mut self, from: PathId, relationship: RelationshipId) -> PathId {
        self.new_path(Path::Each { from, relationship })
    }

    /// The node whose value is the expression's value.
    pub fn root_node(&self) -> &Node {
        &self.nodes[self.root as usize]
    }

    fn new_path(&mut self, path: Path) -> PathId {
        self.paths.push(path);
        (self.paths.len() - 1) as PathId
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nodes: Vec<_> = self.nodes.iter().map(MaskedNode).collect();
        f.debug_struct("Tree")
            .field("row", &self.row)
            .field("actor", &self.actor)
            .field("paths", &self.paths)
            .field("nodes", &nodes)
            .field("root", &self.root)
            .finish()
    }
}

/// A node without the value that it holds.
struct MaskedNode<'a>(&'a Node);

impl fmt::Debug for MaskedNode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Node::Literal { value, ty } => {
                f.debug_struct("Literal").field("value", &Masked(value)).field("ty", ty).finish()
            }
            other => other.fmt(f),
        }
    }
}

impl Node {
    /// Its operands, in order.
    pub fn operands(&self) -> Vec<NodeId> {
        match self {
            Self::Literal { .. }
            | Self::Column { .. }
            | Self::Calculation { .. }
            | Self::Argument { .. }
            | Self::Now => Vec::new(),
            Self::And(operands) | Self::Or(operands) => operands.clone(),
            Self::Not(operand)
            | Self::IsNull(operand)
            | Self::Lower(operand)
            | Self::Length(operand)
            | Self::ByteLength(operand)
            | Self::Trim { text: operand, .. }
            | Self::TimePart { time: operand, .. }
            | Self::TimeStart { time: operand, .. } => vec![*operand],
            Self::Compare { left, right, .. } | Self::Arithmetic { left, right, .. } => vec![*left, *right],
            Self::In { item, list } => vec![*item, *list],
            Self::Case { arms, otherwise } => {
                let arms = arms.iter().flat_map(|(condition, value)| [*condition, *value]);
                arms.chain([*otherwise]).collect()
            }
            Self::Coalesce(first, second) => vec![*first, *second],
            Self::Text { subject, pattern, .. } => vec![*subject, *pattern],
            Self::Many { condition, value, .. } => condition.iter().chain(value).copied().collect(),
        }
    }

    /// The path that it reads, or the scope that it binds.
    pub fn path(&self) -> Option<PathId> {
        match self {
            Self::Column { path, .. } | Self::Calculation { path, .. } | Self::Many { each: path, .. } => Some(*path),
            _ => None,
        }
    }

    /// The node with its operands and paths renumbered.
    pub fn renumbered(&self, id: impl Fn(NodeId) -> NodeId, path: impl Fn(PathId) -> PathId) -> Self {
        match self {
            Self::Literal { .. } | Self::Argument { .. } | Self::Now => self.clone(),
            Self::Column { path: at, attribute } => Self::Column { path: path(*at), attribute: *attribute },
            Self::Calculation { path: at, calculation } => {
                Self::Calculation { path: path(*at), calculation: *calculation }
            }
            Self::Compare { op, left, right } => Self::Compare { op: *op, left: id(*left), right: id(*right) },
            Self::Arithmetic { op, left, right } => Self::Arithmetic { op: *op, left: id(*left), right: id(*right) },
            Self::And(operands) => Self::And(operands.iter().map(|it| id(*it)).collect()),
            Self::Or(operands) => Self::Or(operands.iter().map(|it| id(*it)).collect()),
            Self::Not(operand) => Self::Not(id(*operand)),
            Self::IsNull(operand) => Self::IsNull(id(*operand)),
            Self::In { item, list } => Self::In { item: id(*item), list: id(*list) },
            Self::Case { arms, otherwise } => Self::Case {
                arms: arms.iter().map(|(condition, value)| (id(*condition), id(*value))).collect(),
                otherwise: id(*otherwise),
            },
            Self::Coalesce(first, second) => Self::Coalesce(id(*first), id(*second)),
            Self::Text { op, subject, pattern } => Self::Text { op: *op, subject: id(*subject), pattern: id(*pattern) },
            Self::Lower(operand) => Self::Lower(id(*operand)),
            Self::Length(operand) => Self::Length(id(*operand)),
            Self::ByteLength(operand) => Self::ByteLength(id(*operand)),
            Self::Trim { ends, text } => Self::Trim { ends: *ends, text: id(*text) },
            Self::TimePart { part, time } => Self::TimePart { part: *part, time: id(*time) },
            Self::TimeStart { unit, time } => Self::TimeStart { unit: *unit, time: id(*time) },
            Self::Many { how, each, condition, value } => {
                Self::Many { how: *how, each: path(*each), condition: condition.map(&id), value: value.map(&id) }
            }
        }
    }
}

impl Tree {
    /// The nodes one of which is the expression's value: the values of a CASE's arms, the operands of a COALESCE.
    pub(crate) fn outcomes(&self) -> Vec<&Node> {
        let mut seen = vec![false; self.nodes.len()];
        let (mut outcomes, mut waiting) = (Vec::new(), vec![self.root]);
        while let Some(id) = waiting.pop() {
            let Some(node) = self.nodes.get(id as usize) else { continue };
            if std::mem::replace(&mut seen[id as usize], true) {
                continue;
            }
            match node {
                Node::Case { arms, otherwise } => {
                    waiting.extend(arms.iter().map(|(_, value)| value).chain([otherwise]))
                }
                Node::Coalesce(first, second) => waiting.extend([first, second]),
                _ => outcomes.push(node),
            }
        }
        outcomes
    }

    /// Whether it reads an attribute of its row that `other` reads of its row too.
    pub(crate) fn asks_same_of_row(&self, other: &Self) -> bool {
        other.reads_of_row().any(|it| self.nodes.contains(it))
    }

    /// The attributes that it reads of its row itself.
    pub(crate) fn reads_of_row(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|it| matches!(it, Node::Column { path: Self::ROW, .. }))
    }

    /// The conditions all of which must hold for it to hold, each by itself; it alone, where it is no conjunction.
    pub(crate) fn conjuncts(&self) -> Vec<Self> {
        let (mut parts, mut waiting) = (Vec::new(), vec![self.root]);
        while let Some(id) = waiting.pop() {
            match self.nodes.get(id as usize) {
                Some(Node::And(operands)) => waiting.extend(operands.iter().rev()),
                Some(_) => parts.push(self.part(id)),
                None => {}
            }
        }
        parts
    }

    /// The expression of one node, with nothing else.
    fn part(&self, root: NodeId) -> Self {
        let (mut needed, mut waiting) = (std::collections::BTreeSet::new(), vec![root]);
        while let Some(id) = waiting.pop() {
            if let Some(node) = self.nodes.get(id as usize)
                && needed.insert(id)
            {
                waiting.extend(node.operands());
            }
        }
        let place: std::collections::BTreeMap<NodeId, NodeId> = needed.iter().copied().zip(0..).collect();
        let renumbered = |id: &NodeId| self.nodes[*id as usize].renumbered(|it| place[&it], |path| path);
        Self { nodes: needed.iter().map(renumbered).collect(), root: place[&root], ..self.clone() }
    }

    /// Whether its value depends on the action's arguments.
    pub fn asks_arguments(&self) -> bool {
        self.nodes.iter().any(|it| matches!(it, Node::Argument { .. }))
    }

    /// Whether its value depends on rows besides the row it is evaluated for and the actor's.
    pub fn asks_other_rows(&self) -> bool {
        self.nodes.iter().any(|node| match node {
            Node::Calculation { .. } | Node::Many { .. } => true,
            Node::Column { path, .. } => *path != Self::ROW && *path != Self::ACTOR,
            _ => false,
        })
    }

    /// Whether a node is a literal that divides every number: neither 0 nor NULL.
    pub(crate) fn is_nonzero(&self, id: NodeId) -> bool {
        match self.nodes.get(id as usize) {
            Some(Node::Literal { value: Value::Int(it), .. }) => *it != 0,
            Some(Node::Literal { value: Value::Float(it), .. }) => it.get() != 0.0,
            _ => false,
        }
    }

    /// How many bytes it takes, roughly: those of its values are not counted.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.nodes.len() * size_of::<Node>() + self.paths.len() * size_of::<Path>()
    }

    /// Whether working out the node `root` can be an error: arithmetic out of range.
    pub fn may_fail(&self, app: &App, root: NodeId) -> bool {
        let mut seen = vec![false; self.nodes.len()];
        let mut waiting = vec![root];
        while let Some(id) = waiting.pop() {
            let Some(node) = self.nodes.get(id as usize) else { continue };
            if std::mem::replace(&mut seen[id as usize], true) {
                continue;
            }
            let fails = match node {
                Node::Arithmetic { .. } | Node::Many { how: Many::Sum, .. } => true,
                Node::Calculation { path, calculation } => self
                    .resource_at(app, *path)
                    .and_then(|it| it.calculations.get(usize::from(*calculation)))
                    .is_some_and(|it| it.may_fail(app)),
                // Every node is named: one that may fail and is not told of here would let an error reveal hidden rows.
                Node::Literal { .. }
                | Node::Column { .. }
                | Node::Argument { .. }
                | Node::Now
                | Node::Compare { .. }
                | Node::And(_)
                | Node::Or(_)
                | Node::Not(_)
                | Node::IsNull(_)
                | Node::In { .. }
                | Node::Case { .. }
                | Node::Coalesce(..)
                | Node::Text { .. }
                | Node::Lower(_)
                | Node::Length(_)
                | Node::ByteLength(_)
                | Node::Trim { .. }
                | Node::TimePart { .. }
                | Node::TimeStart { .. }
                | Node::Many { .. } => false,
            };
            if fails {
                return true;
            }
            waiting.extend(node.operands());
        }
        false
    }
}
