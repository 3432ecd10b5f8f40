//! The type of every node, and whether it may be NULL.
//!
//! ```text
//! post.world().name           `world` may be NULL  → String, may be NULL
//! a + b                       one may be NULL      → Integer, may be NULL
//! if c { a } else { b }       one may be NULL      → may be NULL; whether `c` may does not matter
//! a.unwrap_or(b)              both may be NULL     → may be NULL
//! ```

use super::{Arithmetic, Comparison, Many, Node, NodeId, Path, PathId, Tree, TreeError};
use crate::ir::{App, Argument, Name, Relationship, RelationshipId, RelationshipKind, Resource, Type};
use crate::value::Value;

/// What a node's value can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeType {
    /// Its type; that of its items for a list.
    pub ty: Type,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether it is a list: the right side of `is_in`.
    pub list: bool,
}

impl Tree {
    /// Checks that the tree is well formed, and returns the type of its value. `arguments` are those that it may use.
    ///
    /// # Errors
    /// The first error of the tree.
    pub fn check(&self, app: &App, arguments: &[Argument]) -> Result<NodeType, TreeError> {
        let mut types = self.types(app, arguments)?;
        self.check_scopes()?;
        let answer = types.swap_remove(self.root as usize);
        if answer.list { Err(TreeError::List) } else { Ok(answer) }
    }

    /// Checks that every attribute, calculation and relationship that it names is there, and every operand, and nothing else.
    ///
    /// # Errors
    /// The first that is not.
    pub(crate) fn check_ids(&self, app: &App) -> Result<(), TreeError> {
        let places = places(app, self)?;
        if self.nodes.get(self.root as usize).is_none() {
            return Err(TreeError::NoNode(self.root));
        }
        for (index, node) in self.nodes.iter().enumerate() {
            if let Some(operand) = node.operands().into_iter().find(|it| *it as usize >= index) {
                return Err(TreeError::NoNode(operand));
            }
            match node {
                Node::Column { path, attribute } => {
                    let resource = place(&places, *path)?.resource;
                    nth(resource, "attribute", &resource.attributes, attribute.number())?;
                }
                Node::Calculation { path, calculation } => {
                    let resource = place(&places, *path)?.resource;
                    nth(resource, "calculation", &resource.calculations, calculation.number())?;
                }
                Node::Many { each, .. } if !matches!(self.paths.get(usize::from(*each)), Some(Path::Each { .. })) => {
                    return Err(TreeError::NoPath(*each));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The type of each node, in order.
    ///
    /// # Errors
    /// The first error of the tree.
    pub fn types(&self, app: &App, arguments: &[Argument]) -> Result<Vec<NodeType>, TreeError> {
        let places = places(app, self)?;
        let types = Vec::with_capacity(self.nodes.len());
        let mut typing = Typing { app, tree: self, arguments, places, types };
        for node in &self.nodes {
            let typed = typing.node(node)?;
            typing.types.push(typed);
        }
        typing.at(self.root)?;
        Ok(typing.types)
    }

    /// The resource of the rows at `path`; `None` if it is not declared.
    pub fn resource_at<'a>(&self, app: &'a App, path: PathId) -> Option<&'a Resource> {
        let named = |name: &Option<Name>| name.as_ref().and_then(|it| app.find(it)).map(|it| app.resource(it));
        match *self.paths.get(usize::from(path))? {
            Path::Row => named(&self.row),
            Path::Actor => named(&self.actor),
            Path::One { from, relationship } | Path::Each { from, relationship } => {
                let relationship = self.resource_at(app, from)?.relationships.get(usize::from(relationship))?;
                app.find(&relationship.target).map(|it| app.resource(it))
            }
        }
    }
}

/// The rows at a path.
#[derive(Clone, Copy)]
struct RowsAtPath<'a> {
    resource: &'a Resource,
    /// Whether there may be no row.
    optional: bool,
}

/// The rows at each path; `None` for a row or an actor that the tree does not have.
fn places<'a>(app: &'a App, tree: &Tree) -> Result<Vec<Option<RowsAtPath<'a>>>, TreeError> {
    let mut places: Vec<Option<RowsAtPath<'a>>> = Vec::with_capacity(tree.paths.len());
    for (index, path) in tree.paths.iter().enumerate() {
        let place = match (index, *path) {
            (0, Path::Row) => named(app, &tree.row, false)?,
            (1, Path::Actor) => named(app, &tree.actor, true)?,
            (2.., Path::One { from, relationship }) => Some(hop(app, &places, from, relationship, true)?),
            (2.., Path::Each { from, relationship }) => Some(hop(app, &places, from, relationship, false)?),
            _ => return Err(TreeError::Start),
        };
        places.push(place);
    }
    if places.len() < 2 { Err(TreeError::Start) } else { Ok(places) }
}

fn named<'a>(app: &'a App, name: &Option<Name>, optional: bool) -> Result<Option<RowsAtPath<'a>>, TreeError> {
    name.as_ref().map(|it| resource(app, it).map(|resource| RowsAtPath { resource, optional })).transpose()
}

fn resource<'a>(app: &'a App, name: &Name) -> Result<&'a Resource, TreeError> {
    app.find(name).map(|it| app.resource(it)).ok_or_else(|| TreeError::NoResource(name.clone()))
}

fn hop<'a>(
    app: &'a App,
    places: &[Option<RowsAtPath<'a>>],
    from: PathId,
    id: RelationshipId,
    to_one: bool,
) -> Result<RowsAtPath<'a>, TreeError> {
    let from = place(places, from)?;
    let relationship = nth(from.resource, "relationship", &from.resource.relationships, id.number())?;
    if relationship.is_to_one() != to_one {
        return Err(TreeError::Cardinality {
            resource: from.resource.name.clone(),
            relationship: relationship.name.clone(),
            wanted: if to_one { "one row" } else { "many" },
        });
    }
    let optional = to_one && (from.optional || may_be_missing(from.resource, relationship));
    Ok(RowsAtPath { resource: resource(app, &relationship.target)?, optional })
}

fn may_be_missing(resource: &Resource, relationship: &Relationship) -> bool {
    match &relationship.kind {
        RelationshipKind::BelongsTo { attribute, .. } => {
            resource.attribute(attribute).is_none_or(|(_, it)| it.nullable)
        }
        _ => true,
    }
}

fn place<'a>(places: &[Option<RowsAtPath<'a>>], path: PathId) -> Result<RowsAtPath<'a>, TreeError> {
    let asked = || if path == Tree::ROW { "a row" } else { "the actor" };
    places.get(usize::from(path)).ok_or(TreeError::NoPath(path))?.ok_or_else(|| TreeError::NoRow(asked()))
}

fn nth<'a, T>(resource: &Resource, what: &'static str, items: &'a [T], index: u16) -> Result<&'a T, TreeError> {
    items.get(usize::from(index)).ok_or_else(|| TreeError::NoSuch { resource: resource.name.clone(), what, index })
}

struct Typing<'a> {
    app: &'a App,
    tree: &'a Tree,
    arguments: &'a [Argument],
    places: Vec<Option<RowsAtPath<'a>>>,
    types: Vec<NodeType>,
}

impl Typing<'_> {
    /// The type of a node that came before.
    fn at(&self, id: NodeId) -> Result<&NodeType, TreeError> {
        self.types.get(id as usize).ok_or(TreeError::NoNode(id))
    }

    /// As [`Self::at`], for a node that must not be a list.
    fn scalar(&self, id: NodeId) -> Result<&NodeType, TreeError> {
        self.at(id).and_then(|it| if it.list { Err(TreeError::List) } else { Ok(it) })
    }

    fn node(&self, node: &Node) -> Result<NodeType, TreeError> {
        match node {
            Node::Literal { value, ty } => self.literal(value, ty),
            Node::Column { path, attribute } => {
                let place = place(&self.places, *path)?;
                let declared = nth(place.resource, "attribute", &place.resource.attributes, attribute.number())?;
                Ok(scalar(declared.ty.plain(), declared.nullable || place.optional))
            }
            Node::Calculation { path, calculation } => {
                let place = place(&self.places, *path)?;
                let declared = nth(place.resource, "calculation", &place.resource.calculations, calculation.number())?;
                Ok(scalar(declared.ty.clone(), declared.nullable || place.optional))
            }
            Node::Argument { name, ty } => {
                let declared = self.arguments.iter().find(|it| it.name == *name && it.ty == *ty);
                let declared = declared.ok_or_else(|| TreeError::NoArgument { name: name.clone(), ty: ty.clone() })?;
                Ok(scalar(ty.plain(), declared.nullable))
            }
            Node::Now => Ok(scalar(Type::Timestamp, false)),
            Node::Compare { op, left, right } => {
                let ordered = !matches!(op, Comparison::Eq | Comparison::Ne);
                self.both("a comparison", *left, *right, |left, right| {
                    common(left, right).filter(|it| !ordered || it.has_order()).map(|_| Type::Boolean)
                })
            }
            Node::Arithmetic { op, left, right } => {
                let mut typed = self.both("arithmetic", *left, *right, |left, right| op.of(left, right))?;
                typed.nullable |= *op == Arithmetic::Div && !self.tree.is_nonzero(*right);
                Ok(typed)
            }
            Node::Text { subject, pattern, .. } => {
                self.both("a search in a text", *subject, *pattern, |subject, pattern| {
                    (subject.is_text() && pattern.is_text()).then_some(Type::Boolean)
                })
            }
            Node::And(operands) => self.junction("`&&`", operands),
            Node::Or(operands) => self.junction("`||`", operands),
            Node::Not(operand) => self.one("`!`", *operand, |it| (*it == Type::Boolean).then_some(Type::Boolean)),
            Node::Lower(operand) => self.one("`to_lowercase`", *operand, |it| it.is_text().then_some(it.clone())),
            Node::Length(operand) => self.one("`len`", *operand, |it| it.is_text().then_some(Type::Integer)),
            Node::ByteLength(operand) => self.one("`byte_len`", *operand, |it| it.is_text().then_some(Type::Integer)),
            Node::Trim { text, .. } => self.one("`trim`", *text, |it| it.is_text().then_some(it.clone())),
            Node::TimePart { time, .. } => {
                self.one("a part of a time", *time, |it| (*it == Type::Timestamp).then_some(Type::Integer))
            }
            Node::TimeStart { time, .. } => {
                self.one("the beginning of a time", *time, |it| (*it == Type::Timestamp).then_some(Type::Timestamp))
            }
            Node::IsNull(operand) => self.scalar(*operand).map(|_| scalar(Type::Boolean, false)),
            Node::In { item, list } => {
                let (item, list) = (self.scalar(*item)?, self.at(*list)?);
                if !list.list {
                    return Err(TreeError::List);
                }
                match common(&item.ty, &list.ty) {
                    Some(_) => Ok(scalar(Type::Boolean, item.nullable)),
                    None => Err(operands("`is_in`", &[item, list])),
                }
            }
            Node::Case { arms, otherwise } => self.case(arms, *otherwise),
            Node::Coalesce(first, second) => {
                let (first, second) = (self.scalar(*first)?, self.scalar(*second)?);
                let ty = common(&first.ty, &second.ty).ok_or_else(|| operands("`unwrap_or`", &[first, second]))?;
                Ok(scalar(ty, first.nullable && second.nullable))
            }
            Node::Many { how, each, condition, value } => self.many(*how, *each, *condition, *value),
        }
    }

    fn literal(&self, value: &Value, ty: &Type) -> Result<NodeType, TreeError> {
        if let Type::Enum(name) = ty
            && !self.app.enums().iter().any(|it| it.name == *name)
        {
            return Err(TreeError::NoEnum(name.clone()));
        }
        let (fits, list) = match value {
            Value::List(items) => (items.iter().all(|it| !it.is_null() && self.fits(it, ty)), true),
            value => (self.fits(value, ty), false),
        };
        if fits {
            Ok(NodeType { ty: ty.plain(), nullable: value.is_null(), list })
        } else {
            Err(TreeError::Literal(ty.clone()))
        }
    }

    fn fits(&self, value: &Value, ty: &Type) -> bool {
        match (value, &ty.plain()) {
            (Value::Null, _)
            | (Value::Text(_), Type::String | Type::CiString)
            | (Value::Int(_), Type::Integer16 | Type::Integer32 | Type::Integer | Type::BigInteger)
            | (Value::Float(_), Type::Float)
            | (Value::Bool(_), Type::Boolean)
            | (Value::Uuid(_), Type::Uuid)
            | (Value::Timestamp(_), Type::Timestamp)
            | (Value::Date(_), Type::Date)
            | (Value::Time(_), Type::Time)
            | (Value::Duration(_), Type::Duration)
            | (Value::Json(_), Type::Json)
            | (Value::Bytes(_), Type::Bytes) => true,
            (Value::Text(text), Type::Enum(name)) => {
                let declared = self.app.enums().iter().find(|it| it.name == *name);
                declared.is_some_and(|it| it.variants.iter().any(|variant| variant.stored == *text.as_str()))
            }
            _ => false,
        }
    }

    /// An operator of one operand that is NULL if it is.
    fn one(
        &self,
        operator: &'static str,
        operand: NodeId,
        answer: impl FnOnce(&Type) -> Option<Type>,
    ) -> Result<NodeType, TreeError> {
        let operand = self.scalar(operand)?;
        let ty = answer(&operand.ty).ok_or_else(|| operands(operator, &[operand]))?;
        Ok(scalar(ty, operand.nullable))
    }

    /// An operator of two operands that is NULL if one of them is.
    fn both(
        &self,
        operator: &'static str,
        left: NodeId,
        right: NodeId,
        answer: impl FnOnce(&Type, &Type) -> Option<Type>,
    ) -> Result<NodeType, TreeError> {
        let (left, right) = (self.scalar(left)?, self.scalar(right)?);
        let ty = answer(&left.ty, &right.ty).ok_or_else(|| operands(operator, &[left, right]))?;
        Ok(scalar(ty, left.nullable || right.nullable))
    }

    fn junction(&self, operator: &'static str, items: &[NodeId]) -> Result<NodeType, TreeError> {
        if items.is_empty() {
            return Err(TreeError::Arity(operator));
        }
        let mut nullable = false;
        for item in items {
            nullable |= self.condition(operator, *item)?.nullable;
        }
        Ok(scalar(Type::Boolean, nullable))
    }

    fn condition(&self, operator: &'static str, id: NodeId) -> Result<&NodeType, TreeError> {
        let typed = self.scalar(id)?;
        if typed.ty == Type::Boolean { Ok(typed) } else { Err(operands(operator, &[typed])) }
    }

    fn case(&self, arms: &[(NodeId, NodeId)], otherwise: NodeId) -> Result<NodeType, TreeError> {
        if arms.is_empty() {
            return Err(TreeError::Arity("`if`"));
        }
        let mut answer = self.scalar(otherwise)?.clone();
        for (condition, value) in arms {
            self.condition("`if`", *condition)?;
            let value = self.scalar(*value)?;
            answer.ty = common(&answer.ty, &value.ty).ok_or_else(|| operands("`if`", &[value, &answer]))?;
            answer.nullable |= value.nullable;
        }
        Ok(answer)
    }

    fn many(
        &self,
        how: Many,
        each: PathId,
        condition: Option<NodeId>,
        value: Option<NodeId>,
    ) -> Result<NodeType, TreeError> {
        if !matches!(self.tree.paths.get(usize::from(each)), Some(Path::Each { .. })) {
            return Err(TreeError::NoPath(each));
        }
        if let Some(condition) = condition {
            self.condition("a question about many rows", condition)?;
        }
        let ty = match (how, value) {
            (Many::Any | Many::All, None) => Type::Boolean,
            (Many::Count, None) => Type::Integer,
            (Many::Sum, Some(value)) => {
                let value = self.scalar(value)?;
                sum(&value.ty).ok_or_else(|| operands("`sum`", &[value]))?
            }
            (Many::Any | Many::All | Many::Count, Some(_)) | (Many::Sum, None) => {
                return Err(TreeError::Arity("a question about many rows"));
            }
        };
        Ok(scalar(ty, false))
    }
}

/// The type that holds both, if they can be compared at all.
fn common(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        _ if left == right => Some(left.clone()),
        _ if left.is_text() && right.is_text() => Some(Type::String),
        _ if left.is_integer() && right.is_integer() => Some(whole(left, right)),
        _ => None,
    }
}

/// What is worked out of two integers has 64 bits, however narrow they are.
fn whole(left: &Type, right: &Type) -> Type {
    if [left, right].contains(&&Type::BigInteger) { Type::BigInteger } else { Type::Integer }
}

/// The type of a sum of values. Floats have none: their sum would depend on the order of the rows.
fn sum(ty: &Type) -> Option<Type> {
    match ty {
        Type::Duration => Some(Type::Duration),
        ty if ty.is_integer() => Some(whole(ty, ty)),
        _ => None,
    }
}

impl Arithmetic {
    /// The type of its value for operands of these types; `None`: they have none.
    pub(crate) fn of(self, left: &Type, right: &Type) -> Option<Type> {
        let adds = matches!(self, Self::Add | Self::Sub);
        match (left, right) {
            _ if left.is_integer() && right.is_integer() => Some(whole(left, right)),
            (Type::Float, Type::Float) => Some(Type::Float),
            (Type::Timestamp, Type::Duration) if adds => Some(Type::Timestamp),
            (Type::Duration, Type::Timestamp) if self == Self::Add => Some(Type::Timestamp),
            (Type::Duration, Type::Duration) if adds => Some(Type::Duration),
            (Type::Duration, right) if !adds && right.is_integer() => Some(Type::Duration),
            _ => None,
        }
    }
}

impl Tree {
    /// The type of a node's value in a tree that is well formed, that of its items for a list; `None` where it is not.
    pub(crate) fn type_of(&self, app: &App, id: NodeId) -> Option<Type> {
        match self.nodes.get(id as usize)? {
            Node::Literal { ty, .. } | Node::Argument { ty, .. } => Some(ty.clone()),
            Node::Column { path, attribute } => {
                self.resource_at(app, *path)?.attributes.get(usize::from(*attribute)).map(|it| it.ty.clone())
            }
            Node::Calculation { path, calculation } => {
                self.resource_at(app, *path)?.calculations.get(usize::from(*calculation)).map(|it| it.ty.clone())
            }
            Node::Now => Some(Type::Timestamp),
            Node::Arithmetic { op, left, right } => op.of(&self.type_of(app, *left)?, &self.type_of(app, *right)?),
            // What may be its value is of one type, or of two that are stored alike.
            Node::Case { otherwise: one, .. }
            | Node::Coalesce(one, _)
            | Node::Lower(one)
            | Node::Trim { text: one, .. } => self.type_of(app, *one),
            Node::TimeStart { .. } => Some(Type::Timestamp),
            Node::Length(_) | Node::ByteLength(_) | Node::TimePart { .. } | Node::Many { how: Many::Count, .. } => {
                Some(Type::Integer)
            }
            Node::Many { how: Many::Sum, value, .. } => sum(&self.type_of(app, (*value)?)?),
            Node::Compare { .. }
            | Node::And(_)
            | Node::Or(_)
            | Node::Not(_)
            | Node::IsNull(_)
            | Node::In { .. }
            | Node::Text { .. }
            | Node::Many { how: Many::Any | Many::All, .. } => Some(Type::Boolean),
        }
    }
}

fn scalar(ty: Type, nullable: bool) -> NodeType {
    NodeType { ty, nullable, list: false }
}

fn operands(operator: &'static str, operands: &[&NodeType]) -> TreeError {
    TreeError::Operands { operator, operands: operands.iter().map(|it| it.ty.clone()).collect() }
}
