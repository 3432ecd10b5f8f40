//! `filter` arguments: from an input object to the one expression language.
//!
//! All conditions that are given must hold. A to-one relationship is a hop; a to-many one holds if one of its rows matches. A comparison
//! with NULL is unknown, so it matches no row; `eq: null` and `notEq: null` test for NULL itself. An empty object is no condition, an
//! empty `or` is false.

use async_graphql::{Pos, Value as Const};

use super::{Compiler, unknown};
use crate::graphql::coerce::CoercedFields;
use crate::graphql::error::ResponseError;
use crate::graphql::schema::{InputMeaning, Operator, exposed};
use crate::graphql::{name, scalar};
use crate::ir::{Comparison, Many, Node, NodeId, PathId, ResourceId, TextTest, Tree, Type};
use crate::query::Query;
use crate::value::Value;

/// How many relationships a filter may hop in a row: each is a subquery inside of the one before.
const MAX_HOPS: usize = 5;
/// How many values one `in` may list.
const MAX_LIST: usize = 1_000;
/// How many keys a sort may have.
const MAX_SORT: usize = 10;

/// The position of a condition in a filter: whose row it is about, and how many hops it is from the root.
#[derive(Clone, Copy)]
struct FilterPosition {
    path: PathId,
    resource: ResourceId,
    hops: usize,
    position: Pos,
}

impl Compiler<'_> {
    /// Sets `filter` and `sort` of a query from a field's arguments.
    pub(super) fn order(
        &mut self,
        query: &mut Query,
        given: &CoercedFields,
        position: Pos,
    ) -> Result<(), ResponseError> {
        if let Some(filter @ Const::Object(_)) = given.get("filter") {
            let mut tree = Tree::new(Some(self.app.resource(query.resource).name.clone()), None);
            let place = FilterPosition { path: Tree::ROW, resource: query.resource, hops: 0, position };
            if let Some(root) = self.condition(&mut tree, place, filter)? {
                tree.root = root;
                query.filter = Some(tree);
            }
        }
        if let Some(keys) = given.get("sort") {
            query.sort = self.sort(query.resource, keys);
            if query.sort.len() > MAX_SORT {
                return Err(ResponseError::limit(format!("a sort may have at most {MAX_SORT} keys")).at(position));
            }
        }
        Ok(())
    }

    /// The condition of a filter object; `None` if the object is empty.
    fn condition(
        &mut self,
        tree: &mut Tree,
        place: FilterPosition,
        filter: &Const,
    ) -> Result<Option<NodeId>, ResponseError> {
        let Const::Object(members) = filter else { return Ok(None) };
        let graphql = exposed(self.app, place.resource).ok_or_else(|| unknown(place.position))?;
        let declared = self.schema.input(&name::filter(graphql.type_name.as_str()));
        let declared = declared.ok_or_else(|| unknown(place.position))?;
        let resource = self.app.resource(place.resource);
        let mut all = Vec::new();
        for (name, value) in members {
            let meaning = declared.field(name).map(|it| &it.meaning).ok_or_else(|| unknown(place.position))?;
            if *value == Const::Null {
                continue;
            }
            let condition = match meaning {
                InputMeaning::And => {
                    for member in items(value) {
                        all.extend(self.condition(tree, place, member)?);
                    }
                    None
                }
                InputMeaning::Or => self.any(tree, place, value)?,
                InputMeaning::Not => Some(match self.condition(tree, place, value)? {
                    Some(condition) => tree.push(Node::Not(condition)),
                    None => truth(tree, Value::Bool(false)),
                }),
                InputMeaning::Attribute(index) => {
                    let ty = &resource.attributes[usize::from(*index)].ty;
                    let column = Node::Column { path: place.path, attribute: *index };
                    self.tests(tree, place, &column, ty, value)?
                }
                InputMeaning::Calculation(index) => {
                    let ty = &resource.calculations[usize::from(*index)].ty;
                    let calculation = Node::Calculation { path: place.path, calculation: *index };
                    self.tests(tree, place, &calculation, ty, value)?
                }
                InputMeaning::Relationship(index) => self.hop(tree, place, *index, value)?,
                InputMeaning::Place | InputMeaning::Operator(_) | InputMeaning::Given { .. } => None,
            };
            all.extend(condition);
        }
        Ok(match all.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => Some(tree.push(Node::And(all))),
        })
    }

    fn any(&mut self, tree: &mut Tree, place: FilterPosition, value: &Const) -> Result<Option<NodeId>, ResponseError> {
        let mut any = Vec::new();
        for member in items(value) {
            match self.condition(tree, place, member)? {
                Some(condition) => any.push(condition),
                // An empty object is true, so the whole `or` is.
                None => any.push(truth(tree, Value::Bool(true))),
            }
        }
        Ok(Some(match any.as_slice() {
            [] => truth(tree, Value::Bool(false)),
            [one] => *one,
            _ => tree.push(Node::Or(any)),
        }))
    }

    fn hop(
        &mut self,
        tree: &mut Tree,
        place: FilterPosition,
        index: u16,
        value: &Const,
    ) -> Result<Option<NodeId>, ResponseError> {
        if place.hops == MAX_HOPS {
            let message = format!("a filter may hop at most {MAX_HOPS} relationships in a row");
            return Err(ResponseError::limit(message).at(place.position));
        }
        let relationship = &self.app.resource(place.resource).relationships[usize::from(index)];
        let to_one = relationship.is_to_one();
        let path = if to_one { tree.one(place.path, index) } else { tree.each(place.path, index) };
        let there = FilterPosition { path, resource: self.app.target(relationship), hops: place.hops + 1, ..place };
        let condition = self.condition(tree, there, value)?;
        if to_one {
            return Ok(condition);
        }
        self.count_condition(place)?;
        Ok(Some(tree.push(Node::Many { how: Many::Any, each: path, condition, value: None })))
    }

    /// The conditions that the operators of a scalar's filter make on `subject`.
    fn tests(
        &mut self,
        tree: &mut Tree,
        place: FilterPosition,
        subject: &Node,
        ty: &Type,
        filter: &Const,
    ) -> Result<Option<NodeId>, ResponseError> {
        let Const::Object(members) = filter else { return Ok(None) };
        let declared = self.schema.input(&name::filter(scalar::filter_prefix(ty)));
        let declared = declared.ok_or_else(|| unknown(place.position))?;
        let mut all = Vec::new();
        for (name, value) in members {
            let Some(InputMeaning::Operator(operator)) = declared.field(name).map(|it| &it.meaning) else {
                return Err(unknown(place.position));
            };
            self.count_condition(place)?;
            all.extend(test(tree, subject, *operator, ty, value).map_err(|it| it.at(place.position))?);
        }
        Ok(match all.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => Some(tree.push(Node::And(all))),
        })
    }

    fn count_condition(&mut self, place: FilterPosition) -> Result<(), ResponseError> {
        self.conditions += 1;
        if self.conditions > self.limits.conditions {
            let message = format!("filters may hold at most {} conditions", self.limits.conditions);
            return Err(ResponseError::limit(message).at(place.position));
        }
        Ok(())
    }
}

fn test(
    tree: &mut Tree,
    subject: &Node,
    operator: Operator,
    ty: &Type,
    given: &Const,
) -> Result<Option<NodeId>, ResponseError> {
    let compare = |op| move |left, right| Node::Compare { op, left, right };
    let text = |op| move |subject, pattern| Node::Text { op, subject, pattern };
    Ok(Some(match (operator, given) {
        (Operator::IsNil, Const::Boolean(wanted)) => is_null(tree, subject, *wanted),
        (Operator::IsNil, _) => return Ok(None),
        (Operator::Eq, Const::Null) => is_null(tree, subject, true),
        (Operator::NotEq, Const::Null) => is_null(tree, subject, false),
        (_, Const::Null) => truth(tree, Value::Null),
        (Operator::In, list) => is_in(tree, subject, ty, list)?,
        (Operator::NotIn, list) => {
            let within = is_in(tree, subject, ty, list)?;
            tree.push(Node::Not(within))
        }
        (Operator::Eq, _) => binary(tree, subject, ty, given, compare(Comparison::Eq))?,
        (Operator::NotEq, _) => binary(tree, subject, ty, given, compare(Comparison::Ne))?,
        (Operator::Lt, _) => binary(tree, subject, ty, given, compare(Comparison::Lt))?,
        (Operator::Lte, _) => binary(tree, subject, ty, given, compare(Comparison::Le))?,
        (Operator::Gt, _) => binary(tree, subject, ty, given, compare(Comparison::Gt))?,
        (Operator::Gte, _) => binary(tree, subject, ty, given, compare(Comparison::Ge))?,
        (Operator::Contains, _) => binary(tree, subject, ty, given, text(TextTest::Contains))?,
        (Operator::StartsWith, _) => binary(tree, subject, ty, given, text(TextTest::StartsWith))?,
        (Operator::EndsWith, _) => binary(tree, subject, ty, given, text(TextTest::EndsWith))?,
        (Operator::IEq, _) => {
            let subject = tree.push(subject.clone());
            let left = tree.push(Node::Lower(subject));
            let Value::Text(wanted) = value(given, ty)? else { return Ok(None) };
            let right = tree.literal(Value::Text(wanted.to_ascii_lowercase()), ty.clone());
            tree.push(Node::Compare { op: Comparison::Eq, left, right })
        }
    }))
}

fn binary(
    tree: &mut Tree,
    subject: &Node,
    ty: &Type,
    given: &Const,
    node: impl Fn(NodeId, NodeId) -> Node,
) -> Result<NodeId, ResponseError> {
    let left = tree.push(subject.clone());
    let right = tree.literal(value(given, ty)?, ty.clone());
    Ok(tree.push(node(left, right)))
}

fn is_null(tree: &mut Tree, subject: &Node, wanted: bool) -> NodeId {
    let subject = tree.push(subject.clone());
    let null = tree.push(Node::IsNull(subject));
    if wanted { null } else { tree.push(Node::Not(null)) }
}

fn is_in(tree: &mut Tree, subject: &Node, ty: &Type, list: &Const) -> Result<NodeId, ResponseError> {
    let given: Vec<&Const> = items(list).collect();
    if given.len() > MAX_LIST {
        return Err(ResponseError::limit(format!("`in` and `notIn` may list at most {MAX_LIST} values")));
    }
    let values = given.into_iter().map(|it| value(it, ty)).collect::<Result<_, _>>()?;
    let item = tree.push(subject.clone());
    let list = tree.literal(Value::List(values), ty.clone());
    Ok(tree.push(Node::In { item, list }))
}

/// In a filter, a malformed id matches no row.
fn value(given: &Const, ty: &Type) -> Result<Value, ResponseError> {
    scalar::value(given, ty, true).ok_or_else(|| ResponseError::invalid("a filter holds a value of the wrong type"))
}

fn truth(tree: &mut Tree, value: Value) -> NodeId {
    tree.literal(value, Type::Boolean)
}

fn items(list: &Const) -> impl Iterator<Item = &Const> {
    match list {
        Const::List(items) => items.as_slice(),
        _ => &[],
    }
    .iter()
}
