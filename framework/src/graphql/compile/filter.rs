//! `filter` arguments: from an input object to the one expression language.
//!
//! All conditions that are given must hold. A to-one relationship is a hop; a to-many one holds if one of its rows matches. A comparison
//! with NULL is unknown, so it matches no row; `eq: null` and `notEq: null` test for NULL itself. An empty object is no condition, an
//! empty `or` is false.

use async_graphql::Pos;

use super::{Compiler, unknown};
use crate::graphql::coerce::{Given, GivenFields};
use crate::graphql::error::ResponseError;
use crate::graphql::open::{MaybeOpen, OpenQuery, Role};
use crate::graphql::schema::{InputMeaning, Operator, exposed};
use crate::graphql::{name, scalar};
use crate::ir::{Comparison, Many, Node, NodeId, PathId, RelationshipId, ResourceId, TextTest, Tree, Type};
use crate::value::Value;

/// How many relationships a filter may hop in a row: each is a subquery inside of the one before.
const MAX_HOPS: usize = 5;
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

/// A filter's expression, and which of its literals are open.
struct FilterTree {
    tree: Tree,
    literals: Vec<(NodeId, usize)>,
}

impl Compiler<'_> {
    /// Sets `filter` and `sort` of a query from a field's arguments.
    pub(super) fn order(
        &mut self,
        query: &mut OpenQuery,
        given: &GivenFields,
        position: Pos,
    ) -> Result<(), ResponseError> {
        let resource = query.known.resource;
        if let Some(filter @ Given::Object(_)) = given.get("filter") {
            let tree = Tree::new(Some(self.app.resource(resource).name.clone()), None);
            let mut filter_tree = FilterTree { tree, literals: Vec::new() };
            let place = FilterPosition { path: Tree::ROW, resource, hops: 0, position };
            if let Some(root) = self.condition(&mut filter_tree, place, filter)? {
                filter_tree.tree.root = root;
                self.bytes += filter_tree.tree.nodes.len() * size_of::<Node>();
                query.known.filter = Some(filter_tree.tree);
                query.literals = filter_tree.literals;
            }
        }
        if let Some(keys) = given.get("sort") {
            query.known.sort = self.sort(resource, keys);
            if query.known.sort.len() > MAX_SORT {
                return Err(ResponseError::limit(format!("a sort may have at most {MAX_SORT} keys")).at(position));
            }
        }
        Ok(())
    }

    /// The condition of a filter object; `None` if the object is empty.
    fn condition(
        &mut self,
        tree: &mut FilterTree,
        place: FilterPosition,
        filter: &Given,
    ) -> Result<Option<NodeId>, ResponseError> {
        let Given::Object(members) = filter else { return Ok(None) };
        let graphql = exposed(self.app, place.resource).ok_or_else(|| unknown(place.position))?;
        let declared = self.schema.input(&name::filter(graphql.type_name.as_str()));
        let declared = declared.ok_or_else(|| unknown(place.position))?;
        let resource = self.app.resource(place.resource);
        let mut all = Vec::new();
        for (name, value) in members {
            let meaning = declared.field(name).map(|it| &it.meaning).ok_or_else(|| unknown(place.position))?;
            if *value == Given::Null {
                continue;
            }
            let condition = match meaning {
                InputMeaning::And => {
                    for member in value.items() {
                        all.extend(self.condition(tree, place, member)?);
                    }
                    None
                }
                InputMeaning::Or => self.any(tree, place, value)?,
                InputMeaning::Not => Some(match self.condition(tree, place, value)? {
                    Some(condition) => tree.tree.push(Node::Not(condition)),
                    None => truth(tree, Value::Bool(false)),
                }),
                InputMeaning::Attribute(id) => {
                    let ty = &resource[*id].ty;
                    let column = Node::Column { path: place.path, attribute: *id };
                    self.tests(tree, place, &column, ty, value)?
                }
                InputMeaning::Calculation(id) => {
                    let ty = &resource[*id].ty;
                    let calculation = Node::Calculation { path: place.path, calculation: *id };
                    self.tests(tree, place, &calculation, ty, value)?
                }
                InputMeaning::Relationship(id) => self.hop(tree, place, *id, value)?,
                InputMeaning::Place | InputMeaning::Operator(_) | InputMeaning::Given { .. } => None,
            };
            all.extend(condition);
        }
        Ok(match all.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => Some(tree.tree.push(Node::And(all))),
        })
    }

    fn any(
        &mut self,
        tree: &mut FilterTree,
        place: FilterPosition,
        value: &Given,
    ) -> Result<Option<NodeId>, ResponseError> {
        let mut any = Vec::new();
        for member in value.items() {
            match self.condition(tree, place, member)? {
                Some(condition) => any.push(condition),
                // An empty object is true, so the whole `or` is.
                None => any.push(truth(tree, Value::Bool(true))),
            }
        }
        Ok(Some(match any.as_slice() {
            [] => truth(tree, Value::Bool(false)),
            [one] => *one,
            _ => tree.tree.push(Node::Or(any)),
        }))
    }

    fn hop(
        &mut self,
        tree: &mut FilterTree,
        place: FilterPosition,
        id: RelationshipId,
        value: &Given,
    ) -> Result<Option<NodeId>, ResponseError> {
        if place.hops == MAX_HOPS {
            let message = format!("a filter may hop at most {MAX_HOPS} relationships in a row");
            return Err(ResponseError::limit(message).at(place.position));
        }
        let relationship = &self.app.resource(place.resource)[id];
        let to_one = relationship.is_to_one();
        let path = if to_one { tree.tree.one(place.path, id) } else { tree.tree.each(place.path, id) };
        let there = FilterPosition { path, resource: self.app.target(relationship), hops: place.hops + 1, ..place };
        let condition = self.condition(tree, there, value)?;
        if to_one {
            return Ok(condition);
        }
        self.count_condition(place)?;
        Ok(Some(tree.tree.push(Node::Many { how: Many::Any, each: path, condition, value: None })))
    }

    /// The conditions that the operators of a scalar's filter make on `subject`.
    fn tests(
        &mut self,
        tree: &mut FilterTree,
        place: FilterPosition,
        subject: &Node,
        ty: &Type,
        filter: &Given,
    ) -> Result<Option<NodeId>, ResponseError> {
        let Given::Object(members) = filter else { return Ok(None) };
        let declared = self.schema.input(&name::filter(scalar::filter_prefix(ty)));
        let declared = declared.ok_or_else(|| unknown(place.position))?;
        let mut all = Vec::new();
        for (name, value) in members {
            let Some(InputMeaning::Operator(operator)) = declared.field(name).map(|it| &it.meaning) else {
                return Err(unknown(place.position));
            };
            self.count_condition(place)?;
            all.extend(self.test(tree, place, (subject, ty), *operator, value)?);
        }
        Ok(match all.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => Some(tree.tree.push(Node::And(all))),
        })
    }

    /// The condition that one operator makes.
    fn test(
        &mut self,
        tree: &mut FilterTree,
        place: FilterPosition,
        (subject, ty): (&Node, &Type),
        operator: Operator,
        given: &Given,
    ) -> Result<Option<NodeId>, ResponseError> {
        let compare = |op| move |left, right| Node::Compare { op, left, right };
        let text = |op| move |subject, pattern| Node::Text { op, subject, pattern };
        let mut binary = |tree: &mut FilterTree, node: &dyn Fn(NodeId, NodeId) -> Node| {
            let left = tree.tree.push(subject.clone());
            let right = self.literal(tree, place, ty, given, Role::Compared)?;
            Ok::<_, ResponseError>(tree.tree.push(node(left, right)))
        };
        Ok(Some(match (operator, given) {
            (Operator::IsNil, Given::Known(Value::Bool(wanted))) => is_null(tree, subject, *wanted),
            (Operator::IsNil, _) => return Ok(None),
            (Operator::Eq, Given::Null) => is_null(tree, subject, true),
            (Operator::NotEq, Given::Null) => is_null(tree, subject, false),
            (_, Given::Null) => truth(tree, Value::Null),
            (Operator::In, list) => self.is_in(tree, place, (subject, ty), list)?,
            (Operator::NotIn, list) => {
                let within = self.is_in(tree, place, (subject, ty), list)?;
                tree.tree.push(Node::Not(within))
            }
            (Operator::Eq, _) => binary(tree, &compare(Comparison::Eq))?,
            (Operator::NotEq, _) => binary(tree, &compare(Comparison::Ne))?,
            (Operator::Lt, _) => binary(tree, &compare(Comparison::Lt))?,
            (Operator::Lte, _) => binary(tree, &compare(Comparison::Le))?,
            (Operator::Gt, _) => binary(tree, &compare(Comparison::Gt))?,
            (Operator::Gte, _) => binary(tree, &compare(Comparison::Ge))?,
            (Operator::Contains, _) => binary(tree, &text(TextTest::Contains))?,
            (Operator::StartsWith, _) => binary(tree, &text(TextTest::StartsWith))?,
            (Operator::EndsWith, _) => binary(tree, &text(TextTest::EndsWith))?,
            (Operator::IEq, _) => {
                let subject = tree.tree.push(subject.clone());
                let left = tree.tree.push(Node::Lower(subject));
                let right = self.literal(tree, place, ty, given, Role::ComparedInLowerCase)?;
                tree.tree.push(Node::Compare { op: Comparison::Eq, left, right })
            }
        }))
    }

    fn is_in(
        &mut self,
        tree: &mut FilterTree,
        place: FilterPosition,
        (subject, ty): (&Node, &Type),
        list: &Given,
    ) -> Result<NodeId, ResponseError> {
        let item = tree.tree.push(subject.clone());
        let list = self.literal(tree, place, ty, list, Role::ComparedList)?;
        Ok(tree.tree.push(Node::In { item, list }))
    }

    /// A value that is compared with; NULL stands for one that is open.
    fn literal(
        &mut self,
        tree: &mut FilterTree,
        place: FilterPosition,
        ty: &Type,
        given: &Given,
        role: Role,
    ) -> Result<NodeId, ResponseError> {
        Ok(match self.open.value(given, ty, role, place.position)? {
            MaybeOpen::Known(value) => tree.tree.literal(value, ty.clone()),
            MaybeOpen::Open(slot) => {
                let node = tree.tree.literal(Value::Null, ty.clone());
                tree.literals.push((node, slot));
                node
            }
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

/// Whether `subject` is NULL, or is not.
fn is_null(tree: &mut FilterTree, subject: &Node, wanted: bool) -> NodeId {
    let subject = tree.tree.push(subject.clone());
    let null = tree.tree.push(Node::IsNull(subject));
    if wanted { null } else { tree.tree.push(Node::Not(null)) }
}

fn truth(tree: &mut FilterTree, value: Value) -> NodeId {
    tree.tree.literal(value, Type::Boolean)
}
