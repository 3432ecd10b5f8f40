//! Random well-typed trees over the test app: every node, every kind of path.

use proptest::prelude::*;
use samara::ir::{
    Arithmetic, AttributeId, Comparison, Many, Name, Node, NodeId, PathId, RelationshipId, ResourceId, TextTest,
    TimePart, TimeUnit, Tree, TrimmedEnds, Type,
};
use samara::value::Value;

use super::rows::{APP, Tape, tape, value};
use super::schema;

/// What may occur in a tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// The resource of the row.
    pub(crate) row: &'static str,
    /// Whether the actor, a person, is asked.
    pub(crate) actor: bool,
    /// Whether arguments and `now()` are asked.
    pub(crate) facts: bool,
    /// How deep operators nest.
    pub(crate) depth: usize,
}

/// A person's row, the actor and every fact.
pub(crate) const EVERYTHING: Shape = Shape { row: "Person", actor: true, facts: true, depth: 5 };

/// The types of values that a tree may have.
pub(crate) fn types() -> Vec<Type> {
    vec![
        Type::Boolean,
        Type::Integer16,
        Type::Integer32,
        Type::Integer,
        Type::BigInteger,
        Type::Float,
        Type::Date,
        Type::Time,
        Type::Duration,
        Type::Bytes,
        Type::String,
        Type::CiString,
        Type::Uuid,
        Type::Timestamp,
        Type::Json,
        Type::Enum("Mood".into()),
    ]
}

/// Random conditions.
pub(crate) fn conditions(shape: Shape) -> impl Strategy<Value = Tree> {
    trees(shape, Type::Boolean)
}

/// Random trees of one type.
pub(crate) fn trees(shape: Shape, ty: Type) -> impl Strategy<Value = Tree> {
    tape(120).prop_map(move |tape| tree(tape, shape, &ty))
}

/// Random trees of any type.
pub(crate) fn any_trees(shape: Shape) -> impl Strategy<Value = (Type, Tree)> {
    proptest::sample::select(types()).prop_flat_map(move |ty| (Just(ty.clone()), trees(shape, ty)))
}

fn tree(tape: Tape, shape: Shape, ty: &Type) -> Tree {
    let row = APP.find(shape.row).unwrap();
    let person = APP.find("Person").unwrap();
    let actor = shape.actor.then(|| Name::from("Person"));
    let mut paths = vec![(Tree::ROW, row)];
    if shape.actor {
        paths.push((Tree::ACTOR, person));
    }
    let mut grower =
        Grower { tape, shape, tree: Tree::new(Some(shape.row.into()), actor), paths, scopes: 0, made: Vec::new() };
    grower.tree.root = grower.node(ty, shape.depth);
    grower.tree
}

struct Grower {
    tape: Tape,
    shape: Shape,
    tree: Tree,
    /// The rows in scope.
    paths: Vec<(PathId, ResourceId)>,
    scopes: usize,
    /// Nodes that were made outside of any scope, to be shared.
    made: Vec<(Type, NodeId)>,
}

impl Grower {
    fn node(&mut self, ty: &Type, depth: usize) -> NodeId {
        if self.tape.one_in(12)
            && let Some((_, id)) = self.made.iter().rev().find(|(it, _)| it == ty)
        {
            return *id;
        }
        let id = if depth == 0 || self.tape.one_in(8) { self.leaf(ty) } else { self.operator(ty, depth - 1) };
        if self.scopes == 0 {
            self.made.push((ty.clone(), id));
        }
        id
    }

    fn leaf(&mut self, ty: &Type) -> NodeId {
        match self.tape.below(8) {
            0..=3 => self.column(ty).unwrap_or_else(|| self.literal(ty)),
            4 if self.shape.facts && *ty == Type::Timestamp => self.tree.push(Node::Now),
            4 | 5 if self.shape.facts => self.argument(ty).unwrap_or_else(|| self.literal(ty)),
            6 => self.calculation(ty).unwrap_or_else(|| self.literal(ty)),
            _ => self.literal(ty),
        }
    }

    fn literal(&mut self, ty: &Type) -> NodeId {
        let value = if self.tape.one_in(6) { Value::Null } else { value(&mut self.tape, ty) };
        self.tree.literal(value, ty.clone())
    }

    fn argument(&mut self, ty: &Type) -> Option<NodeId> {
        let argument = schema::arguments().into_iter().find(|it| it.ty == *ty)?;
        Some(self.tree.push(Node::Argument { name: argument.name, ty: argument.ty }))
    }

    /// A row in scope, or up to two hops away from one.
    fn path(&mut self) -> (PathId, ResourceId) {
        let mut at = *self.tape.pick(&self.paths);
        for _ in 0..2 {
            if self.tape.one_in(3) {
                let ones = relationships(at.1, true);
                if let Some(relationship) = ones.get(self.tape.below(ones.len())) {
                    at = (self.tree.one(at.0, *relationship), target(at.1, *relationship));
                }
            }
        }
        at
    }

    fn column(&mut self, ty: &Type) -> Option<NodeId> {
        let (path, resource) = self.path();
        let fitting = APP.resource(resource).attributes_by_id().filter(|(_, it)| it.ty == *ty);
        let fitting: Vec<AttributeId> = fitting.map(|(id, _)| id).collect();
        let attribute = *fitting.get(self.tape.below(fitting.len()))?;
        Some(self.tree.push(Node::Column { path, attribute }))
    }

    fn calculation(&mut self, ty: &Type) -> Option<NodeId> {
        let (path, resource) = self.path();
        let (calculation, _) = APP.resource(resource).calculations_by_id().find(|(_, it)| it.ty == *ty)?;
        Some(self.tree.push(Node::Calculation { path, calculation }))
    }

    fn operator(&mut self, ty: &Type, depth: usize) -> NodeId {
        match (ty, self.tape.below(7)) {
            (_, 4) => {
                let arms = (0..=self.tape.below(2)).map(|_| (self.node(&Type::Boolean, depth), self.node(ty, depth)));
                let arms = arms.collect();
                let otherwise = self.node(ty, depth);
                self.tree.push(Node::Case { arms, otherwise })
            }
            (_, 5) => {
                let (first, second) = (self.node(ty, depth), self.node(ty, depth));
                self.tree.push(Node::Coalesce(first, second))
            }
            (Type::Integer, 6) => {
                let operand = self.node(&Type::Timestamp, depth);
                let part = *self.tape.pick(&TimePart::ALL);
                self.tree.push(Node::TimePart { part, time: operand })
            }
            (Type::Integer, 3) if self.tape.one_in(2) => {
                let operand = self.node(&Type::String, depth);
                self.tree.push(Node::ByteLength(operand))
            }
            (Type::Timestamp, 6) => {
                let operand = self.node(&Type::Timestamp, depth);
                let unit = *self.tape.pick(&TimeUnit::ALL);
                self.tree.push(Node::TimeStart { unit, time: operand })
            }
            (Type::String, 6) => {
                let operand = self.node(&Type::String, depth);
                let ends = *self.tape.pick(&TrimmedEnds::ALL);
                self.tree.push(Node::Trim { ends, text: operand })
            }
            (Type::Boolean, _) => self.condition(depth),
            (Type::Integer, 0) => {
                let operand = self.node(&Type::String, depth);
                self.tree.push(Node::Length(operand))
            }
            (Type::Integer | Type::BigInteger, 1) => self.many(depth, Many::Count, ty),
            (Type::Integer | Type::BigInteger | Type::Duration, 2) => self.many(depth, Many::Sum, ty),
            (Type::Integer | Type::BigInteger, 3) => {
                let narrow = self.tape.pick(&[Type::Integer16, Type::Integer32]).clone();
                self.arithmetic(&narrow, depth)
            }
            (Type::Integer | Type::BigInteger | Type::Float | Type::Duration, _) => self.arithmetic(ty, depth),
            (Type::Timestamp, 0 | 1) => {
                let (left, right) = (self.node(ty, depth), self.node(&Type::Duration, depth.min(1)));
                let op = *self.tape.pick(&[Arithmetic::Add, Arithmetic::Sub]);
                let turned = op == Arithmetic::Add && self.tape.one_in(3);
                let (left, right) = if turned { (right, left) } else { (left, right) };
                self.tree.push(Node::Arithmetic { op, left, right })
            }
            (Type::String, 0 | 1) => {
                let operand = self.node(ty, depth);
                self.tree.push(Node::Lower(operand))
            }
            _ => self.leaf(ty),
        }
    }

    /// Not more than one product in a branch, so that nothing overflows. A divisor may be zero.
    fn arithmetic(&mut self, ty: &Type, depth: usize) -> NodeId {
        let op = *self.tape.pick(&[Arithmetic::Add, Arithmetic::Sub, Arithmetic::Mul, Arithmetic::Div]);
        let left = self.node(ty, depth);
        let right = match (op, ty) {
            (Arithmetic::Div, Type::Duration) => self.node(&Type::Integer, depth),
            (Arithmetic::Mul, Type::Float) => {
                let value = Value::Float((*self.tape.pick(&[1.0, 0.5, -1.0, 3.0])).into());
                self.tree.literal(value, ty.clone())
            }
            (Arithmetic::Mul, _) => {
                let value = Value::Int(*self.tape.pick(&[1, 2, -1, 3]));
                self.tree.literal(value, if ty.is_integer() { ty.clone() } else { Type::Integer })
            }
            _ => self.node(ty, depth),
        };
        self.tree.push(Node::Arithmetic { op, left, right })
    }

    fn condition(&mut self, depth: usize) -> NodeId {
        match self.tape.below(10) {
            0 | 1 => {
                let ty = self.tape.pick(&types()).clone();
                self.comparison(&ty, depth)
            }
            2 => {
                let operands = self.operands(depth);
                self.tree.push(Node::And(operands))
            }
            3 => {
                let operands = self.operands(depth);
                self.tree.push(Node::Or(operands))
            }
            4 => {
                let operand = self.node(&Type::Boolean, depth);
                self.tree.push(Node::Not(operand))
            }
            5 => {
                let ty = self.tape.pick(&types()).clone();
                let operand = self.node(&ty, depth);
                self.tree.push(Node::IsNull(operand))
            }
            6 => {
                let types: Vec<Type> =
                    types().into_iter().filter(|it| !matches!(it, Type::Json | Type::Boolean)).collect();
                let ty = self.tape.pick(&types).clone();
                let item = self.node(&ty, depth);
                let items = (0..self.tape.below(4)).map(|_| value(&mut self.tape, &ty)).collect();
                let list = self.tree.literal(Value::List(items), ty);
                self.tree.push(Node::In { item, list })
            }
            7 => {
                let op = *self.tape.pick(&[TextTest::Contains, TextTest::StartsWith, TextTest::EndsWith]);
                let (subject, pattern) = (self.node(&Type::String, depth), self.node(&Type::String, depth));
                self.tree.push(Node::Text { op, subject, pattern })
            }
            8 => self.many(depth, Many::Any, &Type::Boolean),
            _ => self.many(depth, Many::All, &Type::Boolean),
        }
    }

    fn operands(&mut self, depth: usize) -> Vec<NodeId> {
        (0..=self.tape.below(3)).map(|_| self.node(&Type::Boolean, depth)).collect()
    }

    fn comparison(&mut self, ty: &Type, depth: usize) -> NodeId {
        let ops = [Comparison::Eq, Comparison::Ne, Comparison::Lt, Comparison::Le, Comparison::Gt, Comparison::Ge];
        let op = *self.tape.pick(if ty.has_order() { &ops } else { &ops[..2] });
        let (left, right) = (self.node(ty, depth), self.node(ty, depth));
        self.tree.push(Node::Compare { op, left, right })
    }

    fn many(&mut self, depth: usize, how: Many, ty: &Type) -> NodeId {
        let (from, resource) = self.path();
        let manys = relationships(resource, false);
        let Some(relationship) = manys.get(self.tape.below(manys.len())).copied() else { return self.leaf(ty) };
        let each = self.tree.each(from, relationship);
        self.paths.push((each, target(resource, relationship)));
        self.scopes += 1;
        let condition = (how == Many::Any || how == Many::All || self.tape.below(2) == 1)
            .then(|| self.node(&Type::Boolean, depth.min(2)));
        let summed = if *ty == Type::Duration { Type::Duration } else { Type::Integer };
        let value = (how == Many::Sum).then(|| self.node(&summed, depth.min(2)));
        self.scopes -= 1;
        self.paths.pop();
        self.tree.push(Node::Many { how, each, condition, value })
    }
}

fn relationships(resource: ResourceId, to_one: bool) -> Vec<RelationshipId> {
    let all = APP.resource(resource).relationships_by_id();
    all.filter(|(_, it)| it.is_to_one() == to_one).map(|(id, _)| id).collect()
}

fn target(resource: ResourceId, relationship: RelationshipId) -> ResourceId {
    APP.target(&APP.resource(resource)[relationship])
}
