//! Evaluation in memory, with SQL's three-valued logic.
//!
//! ```text
//! activity.user_id == actor.id || activity.world().owner_id == actor.id
//!   own activity                        → Known(true): the world is not needed
//!   another's, the world not loaded     → Unloaded: ask the database
//!   another's, in no world              → Known(NULL)
//! ```

use std::borrow::Cow;

use super::{Facts, Hop, RowSource, operate};
use crate::ir::{self, CalculationId, Many, Node, NodeId, Path, PathId, Tree};
use crate::value::{Value, ValueError};

/// The result of an evaluation in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evaluation<T> {
    /// It is this value, whatever the rows that are not loaded hold.
    Known(T),
    /// It depends on something that is not loaded.
    Unloaded,
}

/// Evaluates `tree` for `row`. `None` is a row that does not exist: all its attributes are NULL.
///
/// `&&`, `||`, `if` and `unwrap_or` look at their later operands only if the earlier ones do not decide, so an error
/// in a later operand does not matter once an earlier one decides. An operand that is not loaded does not decide either; an error beside it counts as
/// not loaded.
///
/// # Errors
/// [`ValueError::Overflow`] where a needed operand overflows.
///
/// # Panics
/// If the tree is not well formed or a calculation it reads needs itself; [`ir::verify`] refuses such an app.
pub fn evaluate(tree: &Tree, facts: &Facts<'_>, row: Option<&dyn RowSource>) -> Result<Evaluation<Value>, ValueError> {
    let mut evaluator = Evaluator { tree, facts, row: row.into(), scopes: Vec::new() };
    Ok(match evaluator.value(tree.root)? {
        Known(value) => Known(value.into_owned()),
        Unloaded => Unloaded,
    })
}

/// As [`evaluate`] for a condition: unknown (NULL) counts as false.
///
/// # Errors
/// Those of [`evaluate`].
///
/// # Panics
/// Where [`evaluate`] does.
pub fn holds(tree: &Tree, facts: &Facts<'_>, row: Option<&dyn RowSource>) -> Result<Evaluation<bool>, ValueError> {
    let mut evaluator = Evaluator { tree, facts, row: row.into(), scopes: Vec::new() };
    evaluator.truth(tree.root)
}

/// The value of a calculation: an unknown condition is false.
pub(super) fn given_out(calculation: &ir::Calculation, value: Value) -> Value {
    match value {
        Value::Null if calculation.ty == ir::Type::Boolean && !calculation.nullable => Value::Bool(false),
        value => value,
    }
}

use Evaluation::{Known, Unloaded};

type EvaluationResult<'a> = Result<Evaluation<Cow<'a, Value>>, ValueError>;

struct Evaluator<'a> {
    tree: &'a Tree,
    facts: &'a Facts<'a>,
    row: Hop<'a>,
    /// The current row of each enclosing [`Node::Many`].
    scopes: Vec<(PathId, &'a dyn RowSource)>,
}

impl<'a> Evaluator<'a> {
    fn value(&mut self, id: NodeId) -> EvaluationResult<'a> {
        let tree = self.tree;
        match &tree.nodes[id as usize] {
            Node::Literal { value, .. } => Ok(Known(Cow::Borrowed(value))),
            Node::Column { path, attribute } => Ok(match self.hop(*path) {
                Hop::Row(row) => row.attribute(*attribute).map_or(Unloaded, |it| Known(Cow::Borrowed(it))),
                Hop::Absent => null(),
                Hop::Unloaded => Unloaded,
            }),
            Node::Calculation { path, calculation } => self.calculation(*path, *calculation),
            Node::Argument { name, .. } => {
                Ok(self.facts.arguments.get(name).map_or_else(null, |it| Known(Cow::Borrowed(it))))
            }
            Node::Now => Ok(known(Value::Timestamp(self.facts.now))),
            Node::Compare { op, left, right } => self.strict(*left, *right, |l, r| operate::compare(*op, l, r)),
            Node::Arithmetic { op, left, right } => self.strict(*left, *right, |l, r| operate::arithmetic(*op, l, r)),
            Node::Text { op, subject, pattern } => {
                self.strict(*subject, *pattern, |subject, pattern| operate::text(*op, subject, pattern))
            }
            Node::And(operands) => self.until(operands, false),
            Node::Or(operands) => self.until(operands, true),
            Node::Not(operand) => self.apply(*operand, operate::not),
            Node::Lower(operand) => self.apply(*operand, operate::lower),
            Node::Length(operand) => self.apply(*operand, operate::length),
            Node::ByteLength(operand) => self.apply(*operand, operate::byte_length),
            Node::Trim { ends, text } => self.apply(*text, |it| operate::trim(*ends, it)),
            Node::TimePart { part, time } => self.apply(*time, |it| operate::time_part(*part, it)),
            Node::TimeStart { unit, time } => self.apply(*time, |it| operate::time_start(*unit, it)),
            Node::IsNull(operand) => self.apply(*operand, |it| Ok(Value::Bool(it.is_null()))),
            Node::In { item, list } => match &tree.nodes[*list as usize] {
                Node::Literal { value: Value::List(list), .. } if list.is_empty() => Ok(known(Value::Bool(false))),
                _ => self.strict(*item, *list, operate::is_in),
            },
            Node::Case { arms, otherwise } => {
                for (condition, value) in arms {
                    match self.truth(*condition)? {
                        Known(true) => return self.value(*value),
                        Known(false) => {}
                        Unloaded => return Ok(Unloaded),
                    }
                }
                self.value(*otherwise)
            }
            Node::Coalesce(first, second) => match self.value(*first)? {
                Known(value) if value.is_null() => self.value(*second),
                first => Ok(first),
            },
            Node::Many { how, each, condition, value } => self.many(*how, *each, *condition, *value),
        }
    }

    /// Whether a condition holds: unknown counts as false.
    fn truth(&mut self, id: NodeId) -> Result<Evaluation<bool>, ValueError> {
        match self.value(id)? {
            Known(value) => match *value {
                Value::Bool(it) => Ok(Known(it)),
                Value::Null => Ok(Known(false)),
                _ => Err(ValueError::IllTyped),
            },
            Unloaded => Ok(Unloaded),
        }
    }

    /// `&&` until one is false, `||` until one is true.
    fn until(&mut self, operands: &[NodeId], settled: bool) -> EvaluationResult<'a> {
        let (mut unknown, mut unloaded) = (false, false);
        for operand in operands {
            match self.value(*operand) {
                Ok(Known(value)) => match *value {
                    Value::Bool(it) if it == settled => return Ok(known(Value::Bool(settled))),
                    Value::Bool(_) => {}
                    Value::Null => unknown = true,
                    _ => return Err(ValueError::IllTyped),
                },
                Ok(Unloaded) => unloaded = true,
                // An earlier operand that is not loaded may decide, and then this one would not be evaluated.
                Err(_) if unloaded => return Ok(Unloaded),
                Err(error) => return Err(error),
            }
        }
        Ok(match (unloaded, unknown) {
            (true, _) => Unloaded,
            (false, true) => null(),
            (false, false) => known(Value::Bool(!settled)),
        })
    }

    /// An operator of two operands that is NULL if one of them is, loaded or not.
    fn strict(
        &mut self,
        left: NodeId,
        right: NodeId,
        operator: impl FnOnce(&Value, &Value) -> Result<Value, ValueError>,
    ) -> EvaluationResult<'a> {
        let left = self.value(left)?;
        if matches!(&left, Known(it) if it.is_null()) {
            return Ok(null());
        }
        match (left, self.value(right)?) {
            (Known(left), Known(right)) => operator(&left, &right).map(known),
            (Unloaded, Known(right)) if right.is_null() => Ok(null()),
            _ => Ok(Unloaded),
        }
    }

    fn apply(
        &mut self,
        operand: NodeId,
        operator: impl FnOnce(&Value) -> Result<Value, ValueError>,
    ) -> EvaluationResult<'a> {
        match self.value(operand)? {
            Known(value) => operator(&value).map(known),
            Unloaded => Ok(Unloaded),
        }
    }

    fn calculation(&mut self, path: PathId, index: CalculationId) -> EvaluationResult<'a> {
        let row = match self.hop(path) {
            Hop::Row(row) => row,
            Hop::Absent => return Ok(null()),
            Hop::Unloaded => return Ok(Unloaded),
        };
        let resource = self.tree.resource_at(self.facts.app, path).ok_or(ValueError::IllTyped)?;
        let calculation = resource.calculations.get(usize::from(index)).ok_or(ValueError::IllTyped)?;
        Ok(match evaluate(&calculation.tree, self.facts, Some(row))? {
            Known(value) => known(given_out(calculation, value)),
            Unloaded => Unloaded,
        })
    }

    fn many(
        &mut self,
        how: Many,
        each: PathId,
        condition: Option<NodeId>,
        value: Option<NodeId>,
    ) -> EvaluationResult<'a> {
        let Path::Each { from, relationship } = self.tree.paths[usize::from(each)] else {
            return Err(ValueError::IllTyped);
        };
        let rows = match self.hop(from) {
            Hop::Row(row) => row.many(relationship),
            Hop::Absent => Some(Vec::new()),
            Hop::Unloaded => None,
        };
        let Some(rows) = rows else { return Ok(Unloaded) };
        let (mut unloaded, mut total) = (false, 0_i128);
        for row in rows {
            self.scopes.push((each, row));
            let term = self.term(how, condition, value);
            self.scopes.pop();
            match (how, term?) {
                (_, Unloaded) => unloaded = true,
                (Many::Any, Known(1)) => return Ok(known(Value::Bool(true))),
                (Many::All, Known(0)) => return Ok(known(Value::Bool(false))),
                (_, Known(term)) => total += i128::from(term),
            }
        }
        Ok(match how {
            _ if unloaded => Unloaded,
            Many::Any => known(Value::Bool(false)),
            Many::All => known(Value::Bool(true)),
            Many::Count | Many::Sum => {
                let total = i64::try_from(total).map_err(|_| ValueError::Overflow)?;
                let is_span = || value.and_then(|it| self.tree.type_of(self.facts.app, it)) == Some(ir::Type::Duration);
                known(if is_span() { Value::Duration(total) } else { Value::Int(total) })
            }
        })
    }

    /// What the row of the innermost scope contributes: its value to a sum; else 1 if the condition holds, and 0 if not.
    fn term(
        &mut self,
        how: Many,
        condition: Option<NodeId>,
        value: Option<NodeId>,
    ) -> Result<Evaluation<i64>, ValueError> {
        match condition.map_or(Ok(Known(true)), |it| self.truth(it))? {
            Unloaded => return Ok(Unloaded),
            Known(false) => return Ok(Known(0)),
            Known(true) => {}
        }
        let (Many::Sum, Some(value)) = (how, value) else { return Ok(Known(1)) };
        match self.value(value)? {
            Unloaded => Ok(Unloaded),
            Known(value) => match *value {
                Value::Int(it) | Value::Duration(it) => Ok(Known(it)),
                Value::Null => Ok(Known(0)),
                _ => Err(ValueError::IllTyped),
            },
        }
    }

    fn hop(&self, path: PathId) -> Hop<'a> {
        match self.tree.paths[usize::from(path)] {
            Path::Row => self.row,
            Path::Actor => self.facts.actor.into(),
            Path::One { from, relationship } => self.hop(from).one(relationship),
            // An open scope has a row, and `verify` refuses the use of one that is not open.
            Path::Each { .. } => {
                self.scopes.iter().rev().find(|(it, _)| *it == path).map_or(Hop::Absent, |(_, row)| Hop::Row(*row))
            }
        }
    }
}

fn known<'a>(value: Value) -> Evaluation<Cow<'a, Value>> {
    Known(Cow::Owned(value))
}

fn null<'a>() -> Evaluation<Cow<'a, Value>> {
    known(Value::Null)
}
