//! A cache of what was computed for the shape of a residue, for other residues of the same shape.

use std::collections::{HashMap, VecDeque};

use super::{Residue, Shape, fingerprint};

/// Values by the shape of a residue; the oldest are dropped when it is full.
///
/// It looks up by fingerprint and then compares the shape itself: where two shapes share a fingerprint, neither ever gets the value of
/// the other. (A collision would run another actor's policy.)
#[derive(Debug)]
pub struct ShapeCache<V> {
    capacity: usize,
    fingerprint: fn(&Residue) -> u64,
    entries: HashMap<u64, Vec<(Shape, V)>>,
    /// The fingerprint of each entry, the oldest first.
    order: VecDeque<u64>,
}

impl<V> ShapeCache<V> {
    /// An empty cache for at most `capacity` shapes.
    pub fn new(capacity: usize) -> Self {
        Self::with_fingerprint(capacity, fingerprint)
    }

    fn with_fingerprint(capacity: usize, fingerprint: fn(&Residue) -> u64) -> Self {
        Self { capacity, fingerprint, entries: HashMap::new(), order: VecDeque::new() }
    }

    /// The value of the residue's shape.
    pub fn get(&self, residue: &Residue) -> Option<&V> {
        let same = self.entries.get(&(self.fingerprint)(residue))?;
        same.iter().find(|(shape, _)| shape.is_of(residue)).map(|(_, value)| value)
    }

    /// Sets the value of the residue's shape.
    pub fn insert(&mut self, residue: &Residue, value: V) {
        let fingerprint = (self.fingerprint)(residue);
        let same = self.entries.entry(fingerprint).or_default();
        if let Some((_, kept)) = same.iter_mut().find(|(shape, _)| shape.is_of(residue)) {
            *kept = value;
            return;
        }
        same.push((Shape::new(residue), value));
        self.order.push_back(fingerprint);
        if self.order.len() > self.capacity {
            self.drop_oldest();
        }
    }

    /// How many shapes are kept.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.order.pop_front() else { return };
        if let Some(same) = self.entries.get_mut(&oldest) {
            same.remove(0);
            if same.is_empty() {
                self.entries.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{AttributeId, Comparison, Node, Tree, Type};
    use crate::value::Value;

    const TITLE: AttributeId = AttributeId::at(0);
    const LIKES: AttributeId = AttributeId::at(1);
    const PUBLIC: AttributeId = AttributeId::at(2);

    /// `row.<attribute> == <integer>`, the integer at `slot`.
    fn residue(attribute: AttributeId, integer: i64, slot: u32) -> Residue {
        let mut tree = Tree::new(Some("Post".into()), None);
        let left = tree.push(Node::Column { path: Tree::ROW, attribute });
        let right = tree.literal(Value::Int(integer), Type::Integer);
        tree.root = tree.push(Node::Compare { op: Comparison::Eq, left, right });
        Residue { tree, slots: vec![None, Some(slot), None] }
    }

    #[test]
    fn a_value_is_found_by_shape_whatever_the_parameters() {
        let mut cache = ShapeCache::new(4);
        cache.insert(&residue(TITLE, 1, 7), "first");
        assert_eq!(cache.get(&residue(TITLE, 2, 7)), Some(&"first"));
        assert_eq!(cache.get(&residue(LIKES, 1, 7)), None);
        assert_eq!(cache.get(&residue(TITLE, 1, 8)), None);
    }

    #[test]
    fn on_a_hit_the_residue_itself_is_compared() {
        let mut cache = ShapeCache::with_fingerprint(4, |_| 42);
        cache.insert(&residue(TITLE, 1, 7), "first");
        assert_eq!(cache.get(&residue(LIKES, 1, 7)), None);
        assert_eq!(cache.get(&residue(TITLE, 1, 8)), None);
        cache.insert(&residue(LIKES, 1, 7), "second");
        assert_eq!(cache.get(&residue(TITLE, 9, 7)), Some(&"first"));
        assert_eq!(cache.get(&residue(LIKES, 9, 7)), Some(&"second"));
    }

    #[test]
    fn the_oldest_shapes_go_when_it_is_full() {
        for fingerprint in [fingerprint as fn(&Residue) -> u64, |_| 42] {
            let mut cache = ShapeCache::with_fingerprint(2, fingerprint);
            for attribute in [TITLE, LIKES, LIKES, PUBLIC] {
                cache.insert(&residue(attribute, 1, 7), attribute);
            }
            assert_eq!(cache.len(), 2);
            let kept = [TITLE, LIKES, PUBLIC].map(|it| cache.get(&residue(it, 1, 7)).copied());
            assert_eq!(kept, [None, Some(LIKES), Some(PUBLIC)]);
        }
    }
}
