//! A condition over one row that asks nothing beyond it: which rows exist, and among which an identity is unique.
//!
//! ```text
//! base_filter = |it| it.withdrawn_at.is_none()   →   IsNull("withdrawn_at")
//!     every statement      … WHERE "_0"."withdrawn_at" IS NULL
//!     a unique index       CREATE UNIQUE INDEX … WHERE "withdrawn_at" IS NULL
//! ```
//! It is as little as both databases take as the condition of an index, and the same text in a statement, so that the index serves it.

use serde::{Deserialize, Serialize};

use super::{AttributeId, Comparison, Node, NodeId, Resource, Tree, Type};
use crate::value::Value;

/// A condition over the columns of one row and constants. Three-valued as in SQL; unknown does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowCondition {
    /// The column is NULL.
    IsNull(String),
    /// The column compared with a constant that is not NULL.
    Compare(String, Comparison, Value),
    /// Two columns compared.
    Columns(String, Comparison, String),
    /// The column is one of some constants, none of them NULL.
    OneOf(String, Vec<Value>),
    /// The opposite.
    Not(Box<RowCondition>),
    /// All of them hold; nothing is demanded where there are none.
    All(Vec<RowCondition>),
    /// One of them holds; none does where there are none.
    Any(Vec<RowCondition>),
}

impl RowCondition {
    /// The column is NULL.
    pub fn is_null(column: &str) -> Self {
        Self::IsNull(column.into())
    }

    /// The column has a value.
    pub fn is_present(column: &str) -> Self {
        Self::is_null(column).negated()
    }

    /// The column compared with a constant.
    pub fn compare(column: &str, comparison: Comparison, constant: Value) -> Self {
        Self::Compare(column.into(), comparison, constant)
    }

    /// Two columns compared.
    pub fn columns(column: &str, comparison: Comparison, other: &str) -> Self {
        Self::Columns(column.into(), comparison, other.into())
    }

    /// The column is one of some constants.
    pub fn one_of(column: &str, constants: impl IntoIterator<Item = Value>) -> Self {
        Self::OneOf(column.into(), constants.into_iter().collect())
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// All of them hold.
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::All(conditions.into_iter().collect())
    }

    /// One of them holds.
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::Any(conditions.into_iter().collect())
    }

    /// The conjunction of conditions; `None` where there are none, a single one as it is.
    pub(crate) fn together(mut conditions: Vec<Self>) -> Option<Self> {
        match conditions.len() {
            0 | 1 => conditions.pop(),
            _ => Some(Self::All(conditions)),
        }
    }

    /// Whether it reads the column.
    pub fn reads(&self, column: &str) -> bool {
        match self {
            Self::IsNull(it) | Self::Compare(it, ..) | Self::OneOf(it, _) => it == column,
            Self::Columns(it, _, other) => it == column || other == column,
            Self::Not(condition) => condition.reads(column),
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().any(|it| it.reads(column)),
        }
    }

    /// The names of its columns, to be changed in place.
    pub fn columns_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::IsNull(it) | Self::Compare(it, ..) | Self::OneOf(it, _) => vec![it],
            Self::Columns(it, _, other) => vec![it, other],
            Self::Not(condition) => condition.columns_mut(),
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter_mut().flat_map(Self::columns_mut).collect()
            }
        }
    }
}

impl Tree {
    /// The condition, if it asks nothing beyond the row of `resource` that it is about.
    ///
    /// # Errors
    /// What it asks besides: a noun phrase.
    pub(crate) fn row_condition(&self, resource: &Resource) -> Result<RowCondition, &'static str> {
        condition(self, self.root, resource)
    }
}

fn condition(tree: &Tree, id: NodeId, resource: &Resource) -> Result<RowCondition, &'static str> {
    let all = |operands: &[NodeId]| operands.iter().map(|it| condition(tree, *it, resource)).collect::<Result<_, _>>();
    match node(tree, id)? {
        Node::Literal { value: Value::Bool(true), .. } => Ok(RowCondition::All(Vec::new())),
        Node::Literal { value: Value::Bool(false), .. } => Ok(RowCondition::Any(Vec::new())),
        Node::And(operands) => Ok(RowCondition::All(all(operands)?)),
        Node::Or(operands) => Ok(RowCondition::Any(all(operands)?)),
        Node::Not(operand) => Ok(condition(tree, *operand, resource)?.negated()),
        Node::IsNull(operand) => Ok(RowCondition::IsNull(column(tree, *operand, resource)?.0)),
        Node::Column { .. } => {
            let (name, _) = column(tree, id, resource)?;
            Ok(RowCondition::Compare(name, Comparison::Eq, Value::Bool(true)))
        }
        Node::In { item, list } => {
            let (name, ty) = column(tree, *item, resource)?;
            match node(tree, *list)? {
                Node::Literal { value: Value::List(items), .. } => {
                    let items = items.iter().map(|it| constant(it, &ty));
                    Ok(RowCondition::OneOf(name, items.collect::<Result<_, _>>()?))
                }
                _ => Err("a list that is not constant"),
            }
        }
        Node::Compare { op, left, right } => match (node(tree, *left)?, node(tree, *right)?) {
            (_, Node::Literal { value, .. }) => {
                let (name, ty) = column(tree, *left, resource)?;
                Ok(RowCondition::Compare(name, *op, constant(value, &ty)?))
            }
            (Node::Literal { value, .. }, _) => {
                let (name, ty) = column(tree, *right, resource)?;
                Ok(RowCondition::Compare(name, op.mirrored(), constant(value, &ty)?))
            }
            _ => {
                let ((left, ty), (right, _)) = (column(tree, *left, resource)?, column(tree, *right, resource)?);
                if ty == Type::Json { Err(JSON) } else { Ok(RowCondition::Columns(left, *op, right)) }
            }
        },
        node => Err(beyond(node)),
    }
}

const JSON: &str = "the inside of a JSON value";

/// The name and type of a column of the row.
fn column(tree: &Tree, id: NodeId, resource: &Resource) -> Result<(String, Type), &'static str> {
    match node(tree, id)? {
        Node::Column { path: Tree::ROW, attribute } => {
            let attribute = attribute_at(resource, *attribute).ok_or("a column of another resource")?;
            Ok((attribute.name.to_string(), attribute.ty.clone()))
        }
        node => Err(beyond(node)),
    }
}

fn attribute_at(resource: &Resource, id: AttributeId) -> Option<&super::Attribute> {
    resource.attributes.get(usize::from(id))
}

fn constant(value: &Value, ty: &Type) -> Result<Value, &'static str> {
    match value {
        Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Uuid(_)
        | Value::Timestamp(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Duration(_)
            if value.unstorable().is_none() && *ty != Type::Json =>
        {
            Ok(value.clone())
        }
        Value::Null => Err("a comparison with NULL"),
        // Each database writes them in its own way.
        Value::Bytes(_) => Err("bytes that are written out"),
        _ => Err(JSON),
    }
}

fn node(tree: &Tree, id: NodeId) -> Result<&Node, &'static str> {
    tree.nodes.get(id as usize).ok_or("a node that it does not have")
}

/// What a node asks that a row and constants do not tell.
fn beyond(node: &Node) -> &'static str {
    match node {
        Node::Column { path: Tree::ACTOR, .. } => "the actor",
        Node::Column { .. } | Node::Many { .. } => "other rows",
        Node::Calculation { .. } => "a calculation",
        Node::Argument { .. } => "an argument",
        Node::Now => "the time",
        Node::Arithmetic { .. } => "arithmetic",
        Node::Case { .. } | Node::Coalesce(..) => "a choice",
        Node::Text { .. } | Node::Lower(_) | Node::Length(_) | Node::ByteLength(_) | Node::Trim { .. } => {
            "a function of a text"
        }
        Node::TimePart { .. } | Node::TimeStart { .. } => "a part of a time",
        Node::Literal { .. }
        | Node::Compare { .. }
        | Node::And(_)
        | Node::Or(_)
        | Node::Not(_)
        | Node::IsNull(_)
        | Node::In { .. } => "a condition as a value",
    }
}

impl Comparison {
    /// The comparison of the operands the other way round.
    fn mirrored(self) -> Self {
        match self {
            Self::Eq | Self::Ne => self,
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
        }
    }
}
