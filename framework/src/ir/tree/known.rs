//! Whether a condition has the same value for every row, actor and argument.

use super::{Comparison, Node, NodeId, Tree};
use crate::value::Value;

/// Which values a condition may have, as far as that is known without any row, actor or argument.
#[derive(Clone, Copy, PartialEq)]
struct PossibleValues {
    yes: bool,
    no: bool,
    null: bool,
}

impl PossibleValues {
    const ANY: Self = Self { yes: true, no: true, null: true };
    const YES: Self = Self { no: false, null: false, ..Self::ANY };
    const NO: Self = Self { yes: false, null: false, ..Self::ANY };
    const NULL: Self = Self { yes: false, no: false, ..Self::ANY };
    /// A condition on something that is always NULL is NULL, so "never true" is more than "false".
    const NEVER: Self = Self { yes: false, ..Self::ANY };

    fn not(self) -> Self {
        Self { yes: self.no, no: self.yes, null: self.null }
    }

    /// The possible values of one condition or the other.
    fn either(self, other: Self) -> Self {
        Self { yes: self.yes || other.yes, no: self.no || other.no, null: self.null || other.null }
    }

    /// Of `self && other`.
    fn and(self, other: Self) -> Self {
        let unless_no = |it: Self| it.yes || it.null;
        Self {
            yes: self.yes && other.yes,
            no: self.no || other.no,
            null: self.null && unless_no(other) || other.null && unless_no(self),
        }
    }
}

impl Tree {
    /// Whether the condition always holds (`true`) or never does (`false`; unknown counts as not holding); `None` where it depends.
    ///
    /// It finds constants, `&&`, `||`, `!`, `if` and `match` that constants decide, and a value that would have to equal two different
    /// ones.
    pub fn known_condition(&self) -> Option<bool> {
        let mut known: Vec<PossibleValues> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            known.push(self.answers(node, &known));
        }
        match known.get(self.root as usize)? {
            PossibleValues { yes: false, .. } => Some(false),
            PossibleValues { no: false, null: false, .. } => Some(true),
            _ => None,
        }
    }

    fn answers(&self, node: &Node, before: &[PossibleValues]) -> PossibleValues {
        let of = |id: &NodeId| before.get(*id as usize).copied().unwrap_or(PossibleValues::ANY);
        match node {
            Node::Literal { value: Value::Bool(true), .. } => PossibleValues::YES,
            Node::Literal { value: Value::Bool(false), .. } => PossibleValues::NO,
            Node::Literal { value: Value::Null, .. } => PossibleValues::NULL,
            Node::And(operands) => {
                let all = operands.iter().map(of).fold(PossibleValues::YES, PossibleValues::and);
                if self.contradict(operands) { all.and(PossibleValues::NEVER) } else { all }
            }
            Node::Or(operands) => {
                operands.iter().map(|it| of(it).not()).fold(PossibleValues::YES, PossibleValues::and).not()
            }
            Node::Not(operand) => of(operand).not(),
            Node::IsNull(operand) => match of(operand) {
                PossibleValues::NULL => PossibleValues::YES,
                PossibleValues { null: false, .. } => PossibleValues::NO,
                _ => PossibleValues { null: false, ..PossibleValues::ANY },
            },
            Node::Case { arms, otherwise } => {
                arms.iter().rev().fold(of(otherwise), |rest, (condition, value)| match of(condition) {
                    PossibleValues::YES => of(value),
                    PossibleValues { yes: false, .. } => rest,
                    _ => of(value).either(rest),
                })
            }
            _ => PossibleValues::ANY,
        }
    }

    /// Whether one value would have to equal two different ones.
    fn contradict(&self, operands: &[NodeId]) -> bool {
        let mut demanded: Vec<(&Node, &Value)> = Vec::new();
        for id in operands {
            let Some((node, value)) = self.equals(*id) else { continue };
            if demanded.iter().any(|(other, another)| *other == node && *another != value) {
                return true;
            }
            demanded.push((node, value));
        }
        false
    }

    /// `column == value`, either way round, as the column and the value.
    fn equals(&self, id: NodeId) -> Option<(&Node, &Value)> {
        let Node::Compare { op: Comparison::Eq, left, right } = self.nodes.get(id as usize)? else { return None };
        let sides = [self.nodes.get(*left as usize)?, self.nodes.get(*right as usize)?];
        match sides {
            [node @ Node::Column { .. }, Node::Literal { value, .. }]
            | [Node::Literal { value, .. }, node @ Node::Column { .. }] => Some((node, value)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{AttributeId, Type};

    fn column_is(tree: &mut Tree, value: &str) -> NodeId {
        let left = tree.push(Node::Column { path: Tree::ACTOR, attribute: AttributeId::at(1) });
        let right = tree.literal(Value::Text(value.into()), Type::String);
        tree.push(Node::Compare { op: Comparison::Eq, left, right })
    }

    fn known(build: impl FnOnce(&mut Tree) -> NodeId) -> Option<bool> {
        let mut tree = Tree::new(None, None);
        tree.root = build(&mut tree);
        tree.known_condition()
    }

    #[test]
    fn constants_are_known_through_every_connective() {
        let literal = |tree: &mut Tree, it| tree.literal(Value::Bool(it), Type::Boolean);
        assert_eq!(known(|it| literal(it, true)), Some(true));
        assert_eq!(known(|it| it.literal(Value::Null, Type::Boolean)), Some(false));
        assert_eq!(known(|it| column_is(it, "ADMIN")), None);
        let or_true = known(|it| {
            let operands = vec![column_is(it, "ADMIN"), literal(it, true)];
            it.push(Node::Or(operands))
        });
        assert_eq!(or_true, Some(true));
        let not_and_false = known(|it| {
            let operands = vec![column_is(it, "ADMIN"), literal(it, false)];
            let both = it.push(Node::And(operands));
            it.push(Node::Not(both))
        });
        assert_eq!(not_and_false, Some(true));
    }

    #[test]
    fn a_value_cannot_be_two() {
        let both = |other: &'static str| {
            known(move |it| {
                let operands = vec![column_is(it, "ADMIN"), column_is(it, other)];
                it.push(Node::And(operands))
            })
        };
        assert_eq!(both("MEMBER"), Some(false));
        assert_eq!(both("ADMIN"), None);
    }

    #[test]
    fn the_opposite_of_never_is_not_always() {
        // Where nobody is signed in, the role is NULL, and so are both the comparison and its negation.
        let not_both = known(|it| {
            let operands = vec![column_is(it, "ADMIN"), column_is(it, "MEMBER")];
            let both = it.push(Node::And(operands));
            it.push(Node::Not(both))
        });
        assert_eq!(not_both, None);
        let and_null = |opposite: bool| {
            known(|it| {
                let operands = vec![column_is(it, "ADMIN"), it.literal(Value::Null, Type::Boolean)];
                let both = it.push(Node::And(operands));
                if opposite { it.push(Node::Not(both)) } else { both }
            })
        };
        assert_eq!(and_null(false), Some(false));
        assert_eq!(and_null(true), None);
    }

    #[test]
    fn what_each_arm_of_a_case_says_is_known_together() {
        let case = |first: bool, otherwise: bool| {
            known(|it| {
                let condition = column_is(it, "ADMIN");
                let value = it.literal(Value::Bool(first), Type::Boolean);
                let otherwise = it.literal(Value::Bool(otherwise), Type::Boolean);
                it.push(Node::Case { arms: vec![(condition, value)], otherwise })
            })
        };
        assert_eq!([case(true, true), case(false, false), case(true, false)], [Some(true), Some(false), None]);
    }
}
