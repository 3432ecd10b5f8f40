//! What residues have in common that differ only in their parameters: a shape that can be compared, and a hash of it to look it up by.

use super::Residue;
use crate::ir::{Arithmetic, Comparison, Many, Node, Path, TextTest, Type};
use crate::value::Value;

/// A hash of the residue's shape: the same for equal shapes, whatever the build or the machine.
///
/// A parameter counts by its slot, its type and whether it is NULL, never by its value; of a list not even the length. Different shapes
/// may share a fingerprint: compare with [`Shape::is_of`] before using what was found by a fingerprint.
pub fn fingerprint(residue: &Residue) -> u64 {
    let mut hash = Hash::new();
    let tree = &residue.tree;
    for resource in [&tree.row, &tree.actor] {
        hash.text(resource.as_deref().unwrap_or_default());
    }
    hash.word(tree.paths.len() as u64);
    tree.paths.iter().for_each(|it| hash.path(*it));
    for (node, slot) in tree.nodes.iter().zip(&residue.slots) {
        hash.node(node, *slot);
        let operands = node.operands();
        hash.word(operands.len() as u64);
        operands.into_iter().for_each(|it| hash.word(it.into()));
    }
    hash.word(tree.root.into());
    hash.0
}

/// A residue without the values of its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape(Residue);

impl Shape {
    /// The shape of a residue.
    pub fn new(residue: &Residue) -> Self {
        let mut shape = residue.clone();
        for node in &mut shape.tree.nodes {
            if let Node::Literal { value, .. } = node
                && !value.is_null()
            {
                *value = if matches!(value, Value::List(_)) { Value::List(Vec::new()) } else { Value::Bool(true) };
            }
        }
        Self(shape)
    }

    /// Whether the residue has this shape: it may differ from the one that this was made of in the values of its parameters alone.
    pub fn is_of(&self, residue: &Residue) -> bool {
        let (shape, tree) = (&self.0.tree, &residue.tree);
        shape.root == tree.root
            && shape.row == tree.row
            && shape.actor == tree.actor
            && shape.paths == tree.paths
            && self.0.slots == residue.slots
            && shape.nodes.len() == tree.nodes.len()
            && shape.nodes.iter().zip(&tree.nodes).all(|(shape, node)| same(shape, node))
    }
}

fn same(shape: &Node, node: &Node) -> bool {
    match (shape, node) {
        (Node::Literal { value: left, ty: left_type }, Node::Literal { value: right, ty: right_type }) => {
            left_type == right_type && nature(left) == nature(right)
        }
        (shape, node) => shape == node,
    }
}

/// The part of a parameter's value that belongs to the shape: what kind of value it is.
fn nature(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::List(_) => 1,
        _ => 2,
    }
}

/// FNV-1a over explicit tags, 64 bits. `std`'s hashers and `derive(Hash)` may change with the toolchain.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    fn word(&mut self, word: u64) {
        word.to_le_bytes().into_iter().for_each(|it| self.byte(it));
    }

    /// With its length first, so that no two sequences of texts run together.
    fn text(&mut self, text: &str) {
        self.word(text.len() as u64);
        text.bytes().for_each(|it| self.byte(it));
    }

    fn path(&mut self, path: Path) {
        let (tag, from, relationship) = match path {
            Path::Row => (0, 0, 0),
            Path::Actor => (1, 0, 0),
            Path::One { from, relationship } => (2, from, relationship.number()),
            Path::Each { from, relationship } => (3, from, relationship.number()),
        };
        self.byte(tag);
        self.word(from.into());
        self.word(relationship.into());
    }

    /// Adds a node, without its operands.
    fn node(&mut self, node: &Node, slot: Option<u32>) {
        match node {
            Node::Literal { value, ty } => {
                self.byte(0);
                self.byte(nature(value));
                self.ty(ty);
                self.word(slot.map_or(u64::MAX, u64::from));
            }
            Node::Column { path, attribute } => self.indices(1, *path, attribute.number()),
            Node::Calculation { path, calculation } => self.indices(2, *path, calculation.number()),
            Node::Argument { name, ty } => {
                self.byte(3);
                self.text(name);
                self.ty(ty);
            }
            Node::Now => self.byte(4),
            Node::Compare { op, .. } => self.tags(5, comparison(*op)),
            Node::Arithmetic { op, .. } => self.tags(6, arithmetic(*op)),
            Node::And(_) => self.byte(7),
            Node::Or(_) => self.byte(8),
            Node::Not(_) => self.byte(9),
            Node::IsNull(_) => self.byte(10),
            Node::In { .. } => self.byte(11),
            Node::Case { .. } => self.byte(12),
            Node::Coalesce(..) => self.byte(13),
            Node::Text { op, .. } => self.tags(14, text_test(*op)),
            Node::Lower(_) => self.byte(15),
            Node::Length(_) => self.byte(16),
            Node::Many { how, each, condition, .. } => {
                self.indices(17, *each, u16::from(condition.is_some()));
                self.byte(many(*how));
            }
        }
    }

    fn tags(&mut self, node: u8, operator: u8) {
        self.byte(node);
        self.byte(operator);
    }

    fn indices(&mut self, node: u8, path: u16, index: u16) {
        self.byte(node);
        self.word(path.into());
        self.word(index.into());
    }

    fn ty(&mut self, ty: &Type) {
        let tag = match ty {
            Type::String => 0,
            Type::CiString => 1,
            Type::Integer => 2,
            Type::BigInteger => 3,
            Type::Boolean => 4,
            Type::Uuid => 5,
            Type::Timestamp => 6,
            Type::Json => 7,
            Type::Enum(_) => 8,
            Type::Duration => 9,
        };
        self.byte(tag);
        if let Type::Enum(name) = ty {
            self.text(name);
        }
    }
}

fn comparison(op: Comparison) -> u8 {
    match op {
        Comparison::Eq => 0,
        Comparison::Ne => 1,
        Comparison::Lt => 2,
        Comparison::Le => 3,
        Comparison::Gt => 4,
        Comparison::Ge => 5,
    }
}

fn arithmetic(op: Arithmetic) -> u8 {
    match op {
        Arithmetic::Add => 0,
        Arithmetic::Sub => 1,
        Arithmetic::Mul => 2,
        Arithmetic::Div => 3,
    }
}

fn text_test(op: TextTest) -> u8 {
    match op {
        TextTest::Contains => 0,
        TextTest::StartsWith => 1,
        TextTest::EndsWith => 2,
    }
}

fn many(how: Many) -> u8 {
    match how {
        Many::Any => 0,
        Many::All => 1,
        Many::Count => 2,
        Many::Sum => 3,
    }
}
