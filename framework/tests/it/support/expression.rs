//! Expressions by name, for declarations written by hand.

use samara::ir::{App, Arithmetic, Comparison, Many, Node, NodeId, PathId, ResourceId, TextTest, Tree, Type};
use samara::value::Value;

/// An expression over a row and the action's arguments.
#[derive(Clone, Debug)]
pub(crate) enum E {
    /// `world.owner_id`: hops and an attribute, of the innermost row.
    Col(&'static str),
    Arg(&'static str, Type),
    Lit(Value, Type),
    Now,
    Compare(Comparison, Box<E>, Box<E>),
    And(Vec<E>),
    Not(Box<E>),
    IsNull(Box<E>),
    Text(TextTest, Box<E>, Box<E>),
    Arithmetic(Arithmetic, Box<E>, Box<E>),
    /// The second where the first holds, else the third.
    If(Box<E>, Box<E>, Box<E>),
    /// Something about the rows of a to-many relationship, hops before it; in it they are the innermost.
    Many(Many, &'static str, Option<Box<E>>),
}

pub(crate) fn col(path: &'static str) -> E {
    E::Col(path)
}

pub(crate) fn variant(ty: &'static str, value: &'static str) -> E {
    E::Lit(Value::Text(value.into()), Type::Enum(ty.into()))
}

pub(crate) fn int(value: i64) -> E {
    E::Lit(Value::Int(value), Type::Integer)
}

/// A number that is out of range where a world's capacity is below 8.
pub(crate) fn surge() -> E {
    let above = E::Arithmetic(Arithmetic::Sub, Box::new(col("capacity")), Box::new(int(8)));
    E::Arithmetic(Arithmetic::Add, Box::new(above), Box::new(int(i64::MIN)))
}

pub(crate) fn any(relationship: &'static str, condition: E) -> E {
    E::Many(Many::Any, relationship, Some(Box::new(condition)))
}

pub(crate) fn count(relationship: &'static str) -> E {
    E::Many(Many::Count, relationship, None)
}

impl E {
    pub(crate) fn eq(self, other: E) -> E {
        E::Compare(Comparison::Eq, Box::new(self), Box::new(other))
    }

    pub(crate) fn compare(self, op: Comparison, other: E) -> E {
        E::Compare(op, Box::new(self), Box::new(other))
    }

    pub(crate) fn and(self, other: E) -> E {
        E::And(vec![self, other])
    }

    pub(crate) fn when(self, condition: E, otherwise: E) -> E {
        E::If(Box::new(condition), Box::new(self), Box::new(otherwise))
    }

    /// The tree over a row of `row`, if there is one; a user acts.
    pub(crate) fn tree(&self, app: &App, row: Option<&str>) -> Tree {
        self.tree_for(app, row, "User")
    }

    /// The tree over a row of `row`, if there is one, and an actor of the resource `actor`.
    pub(crate) fn tree_for(&self, app: &App, row: Option<&str>, actor: &'static str) -> Tree {
        let mut tree = Tree::new(row.map(|it| it.to_owned().into()), Some(actor.into()));
        let resource = row.map(|it| app.find(it).unwrap());
        tree.root = Builder { app, tree: &mut tree }.node(self, Tree::ROW, resource);
        tree
    }
}

struct Builder<'a> {
    app: &'a App,
    tree: &'a mut Tree,
}

impl Builder<'_> {
    fn node(&mut self, it: &E, path: PathId, resource: Option<ResourceId>) -> NodeId {
        let node = match it {
            E::Col(name) => self.column(name, path, resource),
            E::Arg(name, ty) => Node::Argument { name: (*name).into(), ty: ty.clone() },
            E::Lit(value, ty) => Node::Literal { value: value.clone(), ty: ty.clone() },
            E::Now => Node::Now,
            E::Compare(op, left, right) => {
                let (left, right) = (self.node(left, path, resource), self.node(right, path, resource));
                Node::Compare { op: *op, left, right }
            }
            E::And(operands) => Node::And(operands.iter().map(|it| self.node(it, path, resource)).collect()),
            E::Not(operand) => Node::Not(self.node(operand, path, resource)),
            E::IsNull(operand) => Node::IsNull(self.node(operand, path, resource)),
            E::Text(op, subject, pattern) => {
                let (subject, pattern) = (self.node(subject, path, resource), self.node(pattern, path, resource));
                Node::Text { op: *op, subject, pattern }
            }
            E::Arithmetic(op, left, right) => {
                let (left, right) = (self.node(left, path, resource), self.node(right, path, resource));
                Node::Arithmetic { op: *op, left, right }
            }
            E::If(condition, then, otherwise) => {
                let [condition, then, otherwise] = [condition, then, otherwise].map(|it| self.node(it, path, resource));
                Node::Case { arms: vec![(condition, then)], otherwise }
            }
            E::Many(how, name, condition) => {
                let (path, resource, name) = self.hops(name, path, resource);
                let (relationship, declared) = self.app.resource(resource.unwrap()).relationship(name).unwrap();
                let target = Some(self.app.target(declared));
                let each = self.tree.each(path, relationship);
                let condition = condition.as_ref().map(|it| self.node(it, each, target));
                Node::Many { how: *how, each, condition, value: None }
            }
        };
        self.tree.push(node)
    }

    fn column(&mut self, name: &str, path: PathId, resource: Option<ResourceId>) -> Node {
        let (path, resource, name) = self.hops(name, path, resource);
        let declared = self.app.resource(resource.unwrap());
        match declared.attribute(name) {
            Some((attribute, _)) => Node::Column { path, attribute },
            None => Node::Calculation { path, calculation: declared.calculation(name).unwrap().0 },
        }
    }

    /// Goes along all names but the last.
    fn hops<'n>(
        &mut self,
        name: &'n str,
        mut path: PathId,
        mut resource: Option<ResourceId>,
    ) -> (PathId, Option<ResourceId>, &'n str) {
        let (hops, last) = name.rsplit_once('.').unwrap_or(("", name));
        for hop in hops.split('.').filter(|it| !it.is_empty()) {
            let (relationship, declared) = self.app.resource(resource.unwrap()).relationship(hop).unwrap();
            path = self.tree.one(path, relationship);
            resource = Some(self.app.target(declared));
        }
        (path, resource, last)
    }
}
