//! Partial evaluation: what is known before any row is read is worked out, and only the rest goes to the database.
//!
//! ```text
//! activity.user_id == actor.id || actor.role == Role::Coordinator
//!   a coordinator  → True: no policy text at all
//!   a member       → user_id = $actor.id, which can use an index
//!   nobody         → False: no statement at all
//! ```
//! Where only the truth of a condition counts, as at the root, an unknown one (NULL) may be folded to false; under `!` that would make it
//! true. So each node is folded in a [`Mode`] that says which of its values must be told apart:
//!
//! ```text
//! the root            Positive        && ||   hand their mode on        a known NULL   false in Positive,
//! if …, any(…)        Positive        !       swaps the first two                      true in Negative,
//! all other operands  Exact           arms    take the mode of the if                  NULL in Exact
//! ```

mod prune;

use super::eval::given_out;
use super::{Evaluation, Facts, Hop, evaluate, operate};
use crate::ir::{Arithmetic, AttributeId, CalculationId, Many, Node, NodeId, Path, PathId, Tree, Type};
use crate::value::Value;

/// Which values of a condition must be told apart. In the first two modes an unknown condition may be folded to the value that is not
/// asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Only whether it is true.
    Positive,
    /// Only whether it is false.
    Negative,
    /// Whether it is true, false or NULL. The mode of all nodes that are no conditions.
    Exact,
}

/// A condition after folding.
#[derive(Clone, Debug, PartialEq)]
pub enum Folded {
    /// It holds, whatever the row.
    True,
    /// It holds for no row.
    False,
    /// It depends on the row.
    Residue(Tree),
}

/// A value after folding.
#[derive(Clone, Debug, PartialEq)]
pub enum FoldedValue {
    /// It is this, whatever the row; may be NULL.
    Known(Value),
    /// It depends on the row.
    Residue(Tree),
}

/// Folds a condition that is only asked whether it is true: a policy, a filter.
///
/// What fails when it is worked out (an overflow) is left unfolded, so that it is an error only where its value is needed.
///
/// # Panics
/// If the tree is not well formed or a calculation it reads needs itself; [`crate::ir::verify`] refuses such an app.
pub fn fold_condition(tree: &Tree, facts: &Facts<'_>) -> Folded {
    match Folder::new(tree, facts).finish(Mode::Positive) {
        FoldedValue::Known(Value::Bool(true)) => Folded::True,
        FoldedValue::Known(_) => Folded::False,
        FoldedValue::Residue(residue) => Folded::Residue(residue),
    }
}

/// Folds a tree in the given mode. For a value that is no condition, the mode is [`Mode::Exact`].
///
/// # Panics
/// Where [`fold_condition`] does.
pub fn fold_value(tree: &Tree, facts: &Facts<'_>, mode: Mode) -> FoldedValue {
    Folder::new(tree, facts).finish(mode)
}

/// A folded node.
#[derive(Clone)]
enum FoldedNode {
    Known { value: Value, ty: Type },
    Open(NodeId),
}

struct Folder<'a> {
    tree: &'a Tree,
    facts: &'a Facts<'a>,
    /// The new nodes; some are not needed in the end.
    nodes: Vec<Node>,
    /// What each node of the source folded to, by mode: a shared node is folded once.
    done: Vec<[Option<FoldedNode>; 3]>,
}

impl<'a> Folder<'a> {
    fn new(tree: &'a Tree, facts: &'a Facts<'a>) -> Self {
        let done = vec![[const { None }; 3]; tree.nodes.len()];
        Self { tree, facts, nodes: Vec::new(), done }
    }

    fn finish(mut self, mode: Mode) -> FoldedValue {
        match self.fold(self.tree.root, mode) {
            FoldedNode::Known { value, .. } => FoldedValue::Known(value),
            FoldedNode::Open(root) => FoldedValue::Residue(prune::pruned(self.tree, self.nodes, root)),
        }
    }

    fn fold(&mut self, id: NodeId, mode: Mode) -> FoldedNode {
        if let Some(part) = &self.done[id as usize][mode as usize] {
            return part.clone();
        }
        let part = match self.fold_node(id, mode) {
            FoldedNode::Known { value: Value::Null, .. } if mode != Mode::Exact => condition(mode == Mode::Negative),
            part => part,
        };
        self.done[id as usize][mode as usize] = Some(part.clone());
        part
    }

    fn fold_node(&mut self, id: NodeId, mode: Mode) -> FoldedNode {
        let tree = self.tree;
        let node = &tree.nodes[id as usize];
        match node {
            Node::Literal { value, ty } => FoldedNode::Known { value: value.clone(), ty: ty.clone() },
            Node::Now => FoldedNode::Known { value: Value::Timestamp(self.facts.now), ty: Type::Timestamp },
            Node::Argument { name, ty } => {
                let value = self.facts.arguments.get(name).cloned().unwrap_or(Value::Null);
                FoldedNode::Known { value, ty: ty.clone() }
            }
            Node::Column { path, attribute } => self.column(*path, *attribute),
            Node::Calculation { path, calculation } => self.calculation(*path, *calculation),
            Node::And(operands) => self.junction(operands, mode, false, Node::And),
            Node::Or(operands) => self.junction(operands, mode, true, Node::Or),
            Node::Not(operand) => {
                let swapped = match mode {
                    Mode::Positive => Mode::Negative,
                    Mode::Negative => Mode::Positive,
                    Mode::Exact => Mode::Exact,
                };
                self.unary(*operand, swapped, Node::Not, |it| operate::not(it).ok(), |_| Type::Boolean)
            }
            Node::IsNull(operand) => {
                self.unary(*operand, Mode::Exact, Node::IsNull, |it| Some(Value::Bool(it.is_null())), |_| Type::Boolean)
            }
            Node::Lower(operand) => {
                self.unary(*operand, Mode::Exact, Node::Lower, |it| operate::lower(it).ok(), Type::clone)
            }
            Node::Length(operand) => {
                self.unary(*operand, Mode::Exact, Node::Length, |it| operate::length(it).ok(), |_| Type::Integer)
            }
            Node::ByteLength(operand) => {
                let apply = |it: &Value| operate::byte_length(it).ok();
                self.unary(*operand, Mode::Exact, Node::ByteLength, apply, |_| Type::Integer)
            }
            Node::Trim { ends, text } => {
                let make = |text| Node::Trim { ends: *ends, text };
                self.unary(*text, Mode::Exact, make, |it| operate::trim(*ends, it).ok(), Type::clone)
            }
            Node::TimePart { part, time } => {
                let make = |time| Node::TimePart { part: *part, time };
                self.unary(*time, Mode::Exact, make, |it| operate::time_part(*part, it).ok(), |_| Type::Integer)
            }
            Node::TimeStart { unit, time } => {
                let make = |time| Node::TimeStart { unit: *unit, time };
                self.unary(*time, Mode::Exact, make, |it| operate::time_start(*unit, it).ok(), |_| Type::Timestamp)
            }
            Node::Compare { op, left, right } => self.strict(
                (*left, *right),
                |left, right| Node::Compare { op: *op, left, right },
                |left, right| operate::compare(*op, left, right).ok(),
                |_| Type::Boolean,
            ),
            Node::Text { op, subject, pattern } => self.strict(
                (*subject, *pattern),
                |subject, pattern| Node::Text { op: *op, subject, pattern },
                |subject, pattern| operate::text(*op, subject, pattern).ok(),
                |_| Type::Boolean,
            ),
            Node::Arithmetic { op: Arithmetic::Div, right, .. } if self.is_zero(*right) => {
                FoldedNode::Known { value: Value::Null, ty: self.type_of(id) }
            }
            Node::Arithmetic { op, left, right } => self.strict(
                (*left, *right),
                |left, right| Node::Arithmetic { op: *op, left, right },
                |left, right| operate::arithmetic(*op, left, right).ok(),
                |it| it.type_of(id),
            ),
            Node::In { item, list } => self.is_in(*item, *list),
            Node::Case { arms, otherwise } => self.case(arms, *otherwise, mode),
            Node::Coalesce(first, second) => match self.fold(*first, Mode::Exact) {
                FoldedNode::Known { value: Value::Null, .. } => self.fold(*second, Mode::Exact),
                known @ FoldedNode::Known { .. } => known,
                FoldedNode::Open(first) => {
                    let second = self.fold(*second, Mode::Exact);
                    let second = self.place(second);
                    self.open(Node::Coalesce(first, second))
                }
            },
            Node::Many { how, each, condition, value } => self.many(*how, *each, *condition, *value),
        }
    }

    fn column(&mut self, path: PathId, attribute: AttributeId) -> FoldedNode {
        let value = match self.hop(path) {
            Some(Hop::Row(row)) => row.attribute(attribute).cloned(),
            Some(Hop::Absent) => Some(Value::Null),
            Some(Hop::Unloaded) | None => None,
        };
        let resource = self.tree.resource_at(self.facts.app, path);
        let declared = resource.and_then(|it| it.attributes.get(usize::from(attribute)));
        match (value, declared) {
            (Some(value), Some(declared)) => FoldedNode::Known { value, ty: declared.ty.clone() },
            _ => self.open(Node::Column { path, attribute }),
        }
    }

    fn calculation(&mut self, path: PathId, index: CalculationId) -> FoldedNode {
        let resource = self.tree.resource_at(self.facts.app, path);
        if let (Some(hop), Some(declared)) =
            (self.hop(path), resource.and_then(|it| it.calculations.get(usize::from(index))))
        {
            let value = match hop {
                Hop::Row(row) => evaluate(&declared.tree, self.facts, Some(row)).map(|it| match it {
                    Evaluation::Known(value) => Some(given_out(declared, value)),
                    Evaluation::Unloaded => None,
                }),
                Hop::Absent => Ok(Some(Value::Null)),
                Hop::Unloaded => Ok(None),
            };
            if let Ok(Some(value)) = value {
                return FoldedNode::Known { value, ty: declared.ty.clone() };
            }
        }
        self.open(Node::Calculation { path, calculation: index })
    }

    /// `&&` and `||`: operands that cannot change the result are dropped, and one operand may decide it.
    fn junction(
        &mut self,
        operands: &[NodeId],
        mode: Mode,
        settled: bool,
        make: fn(Vec<NodeId>) -> Node,
    ) -> FoldedNode {
        let mut left = Vec::with_capacity(operands.len());
        for operand in operands {
            match self.fold(*operand, mode) {
                FoldedNode::Known { value: Value::Bool(it), .. } if it == settled => return condition(settled),
                FoldedNode::Known { value: Value::Bool(_), .. } => {}
                part => left.push(part),
            }
        }
        if left.is_empty() {
            return condition(!settled);
        }
        if left.iter().all(|it| matches!(it, FoldedNode::Known { .. })) {
            return FoldedNode::Known { value: Value::Null, ty: Type::Boolean };
        }
        if left.len() == 1 {
            return left.remove(0);
        }
        let left = left.into_iter().map(|it| self.place(it)).collect();
        self.open(make(left))
    }

    fn unary(
        &mut self,
        operand: NodeId,
        mode: Mode,
        make: impl FnOnce(NodeId) -> Node,
        apply: impl FnOnce(&Value) -> Option<Value>,
        ty: fn(&Type) -> Type,
    ) -> FoldedNode {
        let part = self.fold(operand, mode);
        if let FoldedNode::Known { value, ty: operand, .. } = &part
            && let Some(value) = apply(value)
        {
            return FoldedNode::Known { value, ty: ty(operand) };
        }
        let operand = self.place(part);
        self.open(make(operand))
    }

    /// An operator of two operands that is NULL if one of them is.
    fn strict(
        &mut self,
        (left, right): (NodeId, NodeId),
        make: impl FnOnce(NodeId, NodeId) -> Node,
        apply: impl FnOnce(&Value, &Value) -> Option<Value>,
        ty: impl FnOnce(&Self) -> Type,
    ) -> FoldedNode {
        let (left, right) = (self.fold(left, Mode::Exact), self.fold(right, Mode::Exact));
        let known = match (left.known(), right.known()) {
            (Some(Value::Null), _) | (_, Some(Value::Null)) => Some(Value::Null),
            (Some(left), Some(right)) => apply(left, right),
            _ => None,
        };
        if let Some(value) = known {
            return FoldedNode::Known { value, ty: ty(self) };
        }
        let (left, right) = (self.place(left), self.place(right));
        self.open(make(left, right))
    }

    /// The type of a node of the source.
    fn type_of(&self, id: NodeId) -> Type {
        // `verify` refuses a tree that is not well formed.
        self.tree.type_of(self.facts.app, id).unwrap_or(Type::Integer)
    }

    /// Whether a divisor is known to be 0: then the quotient is NULL, whatever is divided.
    fn is_zero(&mut self, divisor: NodeId) -> bool {
        match self.fold(divisor, Mode::Exact).known() {
            Some(Value::Int(it)) => *it == 0,
            Some(Value::Float(it)) => it.get() == 0.0,
            _ => false,
        }
    }

    fn is_in(&mut self, item: NodeId, list: NodeId) -> FoldedNode {
        let list = self.fold(list, Mode::Exact);
        if matches!(list.known(), Some(Value::List(items)) if items.is_empty()) {
            return condition(false);
        }
        let item = self.fold(item, Mode::Exact);
        if let (Some(item), Some(list)) = (item.known(), list.known())
            && let Ok(value) = operate::is_in(item, list)
        {
            return FoldedNode::Known { value, ty: Type::Boolean };
        }
        let (item, list) = (self.place(item), self.place(list));
        self.open(Node::In { item, list })
    }

    fn case(&mut self, arms: &[(NodeId, NodeId)], otherwise: NodeId, mode: Mode) -> FoldedNode {
        let mut left = Vec::new();
        let mut last = otherwise;
        for (condition, value) in arms {
            match self.fold(*condition, Mode::Positive) {
                FoldedNode::Known { value: Value::Bool(true), .. } => {
                    last = *value;
                    break;
                }
                FoldedNode::Known { .. } => {}
                FoldedNode::Open(condition) => {
                    let value = self.fold(*value, mode);
                    left.push((condition, self.place(value)));
                }
            }
        }
        let last = self.fold(last, mode);
        if left.is_empty() {
            return last;
        }
        let otherwise = self.place(last);
        self.open(Node::Case { arms: left, otherwise })
    }

    fn many(&mut self, how: Many, each: PathId, within: Option<NodeId>, value: Option<NodeId>) -> FoldedNode {
        let summed = value.map_or(Type::Integer, |it| self.type_of(it));
        let none = || match how {
            Many::Any => condition(false),
            Many::All => condition(true),
            Many::Sum if summed == Type::Duration => {
                FoldedNode::Known { value: Value::Duration(0), ty: summed.clone() }
            }
            Many::Count | Many::Sum => FoldedNode::Known { value: Value::Int(0), ty: Type::Integer },
        };
        if let Path::Each { from, .. } = self.tree.paths[usize::from(each)]
            && matches!(self.hop(from), Some(Hop::Absent))
        {
            return none();
        }
        let within = match within.map(|it| self.fold(it, Mode::Positive)) {
            None if how == Many::All => return none(),
            None => None,
            Some(FoldedNode::Known { value: Value::Bool(true), .. }) if how == Many::All => return none(),
            Some(FoldedNode::Known { value: Value::Bool(true), .. }) => None,
            Some(FoldedNode::Known { .. }) if how == Many::All => {
                // The condition is true of no row, so `all` holds only where there are no rows.
                let any = self.push(Node::Many { how: Many::Any, each, condition: None, value: None });
                return self.open(Node::Not(any));
            }
            Some(FoldedNode::Known { .. }) => return none(),
            Some(FoldedNode::Open(within)) => Some(within),
        };
        let value = match value.map(|it| self.fold(it, Mode::Exact)) {
            Some(FoldedNode::Known { value: Value::Null, .. }) if how == Many::Sum => return none(),
            Some(part) => Some(self.place(part)),
            None => None,
        };
        self.open(Node::Many { how, each, condition: within, value })
    }

    /// The row at a path that starts at the actor; `None` if the path starts at a row of the query.
    fn hop(&self, path: PathId) -> Option<Hop<'a>> {
        match self.tree.paths[usize::from(path)] {
            Path::Actor => Some(self.facts.actor.into()),
            Path::One { from, relationship } => self.hop(from).map(|it| it.one(relationship)),
            Path::Row | Path::Each { .. } => None,
        }
    }

    fn open(&mut self, node: Node) -> FoldedNode {
        FoldedNode::Open(self.push(node))
    }

    /// The new node of a folded operand; a known value becomes a literal.
    fn place(&mut self, part: FoldedNode) -> NodeId {
        match part {
            FoldedNode::Known { value, ty } => self.push(Node::Literal { value, ty }),
            FoldedNode::Open(id) => id,
        }
    }

    fn push(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        (self.nodes.len() - 1) as NodeId
    }
}

impl FoldedNode {
    fn known(&self) -> Option<&Value> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Open(_) => None,
        }
    }
}

fn condition(holds: bool) -> FoldedNode {
    FoldedNode::Known { value: Value::Bool(holds), ty: Type::Boolean }
}
