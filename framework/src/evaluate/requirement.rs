//! Whether a requirement is met, and what is told where it is not.

use super::{Evaluation, Facts, Folded, RowSource, evaluate, fold_condition, holds};
use crate::ir::{Node, Requirement, Tree, Type, in_a_sentence};
use crate::value::{Value, ValueError};

/// Whether a requirement is met by a row, as far as the row is loaded.
///
/// # Errors
/// Those of [`evaluate`], of what has to be asked.
pub(crate) fn met(
    requirement: &Requirement,
    facts: &Facts<'_>,
    row: Option<&dyn RowSource>,
) -> Result<Evaluation<bool>, ValueError> {
    let asked = requirement.when.as_ref().map_or(Ok(Evaluation::Known(true)), |it| holds(it, facts, row))?;
    match asked {
        Evaluation::Known(false) => Ok(Evaluation::Known(true)),
        Evaluation::Known(true) => holds(&requirement.condition, facts, row),
        // What it would be if it were asked decides only where it is met.
        Evaluation::Unloaded => match holds(&requirement.condition, facts, row) {
            Ok(Evaluation::Known(true)) => Ok(Evaluation::Known(true)),
            _ => Ok(Evaluation::Unloaded),
        },
    }
}

/// What is left of a requirement before any row is read, as one condition.
pub(crate) fn fold_requirement(requirement: &Requirement, facts: &Facts<'_>) -> Folded {
    let when = requirement.when.as_ref().map_or(Folded::True, |it| fold_condition(it, facts));
    match (when, fold_condition(&requirement.condition, facts)) {
        (Folded::False, _) | (_, Folded::True) => Folded::True,
        (Folded::True, condition) => condition,
        (Folded::Residue(when), condition) => {
            let mut tree = Tree::new(when.row.clone(), None);
            let when = tree.graft(&when, Tree::ROW);
            let condition = match condition {
                Folded::Residue(condition) => tree.graft(&condition, Tree::ROW),
                Folded::True | Folded::False => tree.literal(Value::Bool(false), Type::Boolean),
            };
            let otherwise = tree.literal(Value::Bool(true), Type::Boolean);
            tree.root = tree.push(Node::Case { arms: vec![(when, condition)], otherwise });
            Folded::Residue(tree)
        }
    }
}

/// The message of a requirement that is not met, with its values; `None` if one of them is not loaded.
pub(crate) fn told(requirement: &Requirement, facts: &Facts<'_>, row: Option<&dyn RowSource>) -> Option<String> {
    let mut values = Vec::with_capacity(requirement.values.len());
    for tree in &requirement.values {
        values.push(match evaluate(tree, facts, row) {
            Ok(Evaluation::Known(value)) => in_a_sentence(&value),
            Ok(Evaluation::Unloaded) => return None,
            Err(_) => "a number that is out of range".into(),
        });
    }
    Some(requirement.with_values(&values))
}
