//! Whether a condition is the same whatever it is asked of.

use super::{Comparison, Node, NodeId, Tree};
use crate::value::Value;

/// What is known of a node without any row, actor or argument.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    True,
    False,
    Null,
}

impl Tree {
    /// Whether the condition holds of everything (`true`) or of nothing (`false`; unknown counts as that); `None` where it depends.
    ///
    /// Found are constants, what they make of `&&`, `||`, `!`, `if` and `match`, and a value that should equal two others at once.
    pub fn known_condition(&self) -> Option<bool> {
        let mut known: Vec<Option<Known>> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            known.push(self.known(node, &known));
        }
        Some(known.get(self.root as usize).copied().flatten()? == Known::True)
    }

    fn known(&self, node: &Node, before: &[Option<Known>]) -> Option<Known> {
        let of = |id: &NodeId| before.get(*id as usize).copied().flatten();
        match node {
            Node::Literal { value: Value::Bool(true), .. } => Some(Known::True),
            Node::Literal { value: Value::Bool(false), .. } => Some(Known::False),
            Node::Literal { value: Value::Null, .. } => Some(Known::Null),
            Node::And(operands) => {
                if operands.iter().any(|it| of(it) == Some(Known::False)) || self.contradict(operands) {
                    return Some(Known::False);
                }
                let all: Vec<_> = operands.iter().map(of).collect::<Option<_>>()?;
                Some(if all.contains(&Known::Null) { Known::Null } else { Known::True })
            }
            Node::Or(operands) => {
                if operands.iter().any(|it| of(it) == Some(Known::True)) {
                    return Some(Known::True);
                }
                let all: Vec<_> = operands.iter().map(of).collect::<Option<_>>()?;
                Some(if all.contains(&Known::Null) { Known::Null } else { Known::False })
            }
            Node::Not(operand) => of(operand).map(|it| match it {
                Known::True => Known::False,
                Known::False => Known::True,
                Known::Null => Known::Null,
            }),
            Node::IsNull(operand) => of(operand).map(|it| if it == Known::Null { Known::True } else { Known::False }),
            Node::Case { arms, otherwise } => {
                for (condition, value) in arms {
                    if of(condition)? == Known::True {
                        return of(value);
                    }
                }
                of(otherwise)
            }
            _ => None,
        }
    }

    /// Whether one value should equal two different ones.
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
    use crate::ir::Type;

    fn column_is(tree: &mut Tree, value: &str) -> NodeId {
        let left = tree.push(Node::Column { path: Tree::ACTOR, attribute: 1 });
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
}
