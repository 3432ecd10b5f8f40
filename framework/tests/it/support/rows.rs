//! Random rows of the test app, held in memory: the evaluator's database.

use std::cell::OnceCell;
use std::sync::LazyLock;

use chrono::TimeDelta;
use proptest::prelude::*;
use samara::evaluate::{Hop, RowSource};
use samara::ir::{
    App, AttributeId, KeyType, Name, Relationship, RelationshipId, RelationshipKind, Resource, ResourceId, Type,
};
use samara::record::Input;
use samara::value::{DateTimeUtc, Value};
use uuid::Uuid;

use super::schema;

/// The test app.
pub(crate) static APP: LazyLock<App> = LazyLock::new(schema::app);

/// Texts that databases like to disagree about.
pub(crate) const TEXTS: [&str; 13] =
    ["", "a", "A", "ab", "aB", "b", "ä", "Ä", "%", "_", "a\\b", "é𝄞z", " \u{a0}a b\u{3000}"];
/// Texts as case-insensitive strings are stored.
pub(crate) const CI_TEXTS: [&str; 6] = ["", "a", "ab", "b", "ä", "%"];
/// Small, so that they are often equal and never overflow.
pub(crate) const INTEGERS: [i64; 6] = [0, 1, 2, 3, -1, 7];
/// Numbers that decimal text does not hold, zero with its sign, and what is at the end of what a float can tell apart. No product of a few
/// of them is too large.
pub(crate) const FLOATS: [f64; 8] = [0.0, -0.0, 0.1, 0.30000000000000004, -2.5, 3.0, 1e-40, 1e40];
/// Dates, among them the first and the last.
pub(crate) const DATES: [&str; 4] = ["2026-03-01", "0000-01-01", "9999-12-31", "1969-12-31"];
/// Times of day, among them the first and the last.
pub(crate) const CLOCKS: [&str; 4] = ["00:00:00", "13:05:00", "13:05:00.000001", "23:59:59.999999"];
/// Spans of time in microseconds.
pub(crate) const SPANS: [i64; 7] = [0, 1, -1, 60_000_000, 86_400_000_000, -86_399_999_999, 1_500_000];
/// Bytes that are no text.
pub(crate) const BYTES: [&[u8]; 4] = [b"", b"\0", b"a", &[255, 0]];
/// The variants of the test app's enum.
pub(crate) const MOODS: [&str; 3] = ["CALM", "MERRY", "CROSS"];

/// One of a few times.
pub(crate) fn time(index: u32) -> DateTimeUtc {
    let base = DateTimeUtc::from_timestamp(1_790_000_000, 0).unwrap();
    base + [TimeDelta::zero(), TimeDelta::microseconds(1), TimeDelta::seconds(-60), TimeDelta::days(2)]
        [index as usize % 4]
}

/// One of a few JSON values.
pub(crate) fn json(index: u32) -> serde_json::Value {
    use serde_json::json;
    [json!({}), json!({ "a": 1, "b": [true, null] }), json!([1, 2]), json!("a"), json!(1)][index as usize % 5].clone()
}

/// The key of a row: the position of its resource among the app's, and its own.
pub(crate) fn key(resource: usize, row: usize) -> Uuid {
    Uuid::from_u128(((resource as u128 + 1) << 100) | (row as u128 + 1))
}

/// All rows of every resource, by position.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    tables: Vec<Vec<Vec<Value>>>,
}

/// Choices that a random thing is made of: simpler ones are smaller, and after the last all are 0, so that it shrinks.
#[derive(Clone, Debug)]
pub(crate) struct Tape {
    choices: Vec<u32>,
    at: usize,
}

impl Tape {
    /// Reads from the start.
    pub(crate) fn new(choices: Vec<u32>) -> Self {
        Self { choices, at: 0 }
    }

    /// The next choice, below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let choice = self.choices.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        choice as usize % n.max(1)
    }

    /// Whether the next choice is one of `n` that is not the simplest.
    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    /// One of `items`.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Up to `n` random choices.
pub(crate) fn tape(n: usize) -> impl Strategy<Value = Tape> {
    proptest::collection::vec(any::<u32>(), 0..n).prop_map(Tape::new)
}

/// Random rows, a few of each resource, whose keys all exist.
pub(crate) fn rows() -> impl Strategy<Value = Rows> {
    tape(160).prop_map(|mut tape| Rows::random(&mut tape))
}

/// Random arguments, some missing.
pub(crate) fn arguments() -> impl Strategy<Value = Input> {
    tape(8).prop_map(|mut tape| {
        let mut input = Input::new();
        for argument in schema::arguments() {
            if !tape.one_in(4) {
                input.set(argument.name.clone(), value(&mut tape, &argument.ty));
            }
        }
        input
    })
}

/// A random value of the type that is not NULL. A UUID is the key of a row that may exist.
pub(crate) fn value(tape: &mut Tape, ty: &Type) -> Value {
    match ty {
        Type::String => Value::Text((*tape.pick(&TEXTS)).into()),
        Type::CiString => Value::Text((*tape.pick(&CI_TEXTS)).into()),
        Type::Integer16 | Type::Integer32 | Type::Integer | Type::BigInteger => Value::Int(*tape.pick(&INTEGERS)),
        Type::Float => Value::Float((*tape.pick(&FLOATS)).into()),
        Type::Boolean => Value::Bool(tape.below(2) == 1),
        Type::Uuid => Value::Uuid(key(tape.below(4), tape.below(3))),
        Type::Key(KeyType::Integer) => Value::Int(*tape.pick(&INTEGERS)),
        Type::Key(KeyType::String) => Value::Text((*tape.pick(&TEXTS)).into()),
        Type::Key(KeyType::CiString) => Value::Text((*tape.pick(&CI_TEXTS)).into()),
        Type::Timestamp => Value::Timestamp(time(tape.below(4) as u32)),
        Type::Json => Value::Json(json(tape.below(5) as u32)),
        Type::Enum(_) => Value::Text((*tape.pick(&MOODS)).into()),
        Type::Date => Value::Date((*tape.pick(&DATES)).parse().unwrap()),
        Type::Time => Value::Time((*tape.pick(&CLOCKS)).parse().unwrap()),
        Type::Duration => Value::Duration(*tape.pick(&SPANS)),
        Type::Bytes => Value::Bytes((*tape.pick(&BYTES)).into()),
    }
}

impl Rows {
    fn random(tape: &mut Tape) -> Self {
        let counts: Vec<usize> = schema::RESOURCES.iter().map(|_| 1 + tape.below(4)).collect();
        let table = |(resource, count): (&Resource, usize)| {
            (0..count).map(|row| random_row(tape, resource, row, &counts)).collect::<Vec<_>>()
        };
        let mut tables: Vec<_> = APP.resources().iter().zip(counts.iter().copied()).map(table).collect();
        for (resource, rows) in APP.resources().iter().zip(&mut tables) {
            keep_identities(resource, rows);
        }
        Self { tables }
    }

    /// How many rows the resource has.
    pub(crate) fn count(&self, resource: ResourceId) -> usize {
        self.tables[resource.position()].len()
    }

    /// The attributes of a row, in order.
    pub(crate) fn values(&self, resource: ResourceId, row: usize) -> &[Value] {
        &self.tables[resource.position()][row]
    }

    /// Every row of the resource.
    pub(crate) fn all(&self, resource: ResourceId) -> Vec<Stored<'_>> {
        (0..self.count(resource)).map(|row| self.row(resource, row)).collect()
    }

    /// A row with everything around it.
    pub(crate) fn row(&self, resource: ResourceId, row: usize) -> Stored<'_> {
        let related = APP.resource(resource).relationships.iter().map(|_| OnceCell::new()).collect();
        Stored { rows: self, resource, row, related }
    }

    fn matching(&self, resource: ResourceId, meant: impl Fn(&[Value]) -> bool) -> Vec<usize> {
        self.tables[resource.position()].iter().enumerate().filter(|(_, it)| meant(it)).map(|(row, _)| row).collect()
    }

    fn related(&self, resource: ResourceId, row: usize, relationship: &Relationship) -> Vec<usize> {
        let declared = APP.resource(resource);
        let target = APP.target(relationship);
        let values = self.values(resource, row);
        let id = &values[0];
        let at = |resource: &Resource, attribute: &Name| usize::from(resource.attribute(attribute).unwrap().0);
        match &relationship.kind {
            RelationshipKind::BelongsTo { attribute, .. } => {
                let key = &values[at(declared, attribute)];
                self.matching(target, |it| it[0] == *key)
            }
            RelationshipKind::HasMany { attribute } | RelationshipKind::HasOne { attribute } => {
                let key = at(APP.resource(target), attribute);
                self.matching(target, |it| it[key] == *id)
            }
            RelationshipKind::ManyToMany { through, source_attribute, target_attribute } => {
                let through = APP.find(through).unwrap();
                let near = at(APP.resource(through), source_attribute);
                let far = at(APP.resource(through), target_attribute);
                let joined = self.matching(through, |it| it[near] == *id);
                self.matching(target, |it| joined.iter().any(|row| self.values(through, *row)[far] == it[0]))
            }
        }
    }
}

fn random_row(tape: &mut Tape, resource: &Resource, row: usize, counts: &[usize]) -> Vec<Value> {
    let id = APP.find(&resource.name).unwrap();
    let attribute = |attribute: &samara::ir::Attribute| {
        if attribute.primary_key {
            return Value::Uuid(key(id.position(), row));
        }
        if attribute.nullable && tape.below(3) == 0 {
            return Value::Null;
        }
        let target =
            resource.relationships.iter().find(|it| it.key() == Some(&attribute.name)).map(|it| APP.target(it));
        match target {
            // A row of the same table must be there already.
            Some(target) if target == id && row == 0 => Value::Null,
            Some(target) if target == id => Value::Uuid(key(target.position(), tape.below(row))),
            Some(target) => Value::Uuid(key(target.position(), tape.below(counts[target.position()]))),
            None => value(tape, &attribute.ty),
        }
    };
    resource.attributes.iter().map(attribute).collect()
}

/// Drops the rows that an earlier one excludes.
fn keep_identities(resource: &Resource, rows: &mut Vec<Vec<Value>>) {
    for identity in &resource.identities {
        let at: Vec<_> = identity.attributes.iter().map(|it| usize::from(resource.attribute(it).unwrap().0)).collect();
        let mut kept: Vec<Vec<Value>> = Vec::new();
        for row in rows.drain(..) {
            if !kept.iter().any(|it| at.iter().all(|at| it[*at] == row[*at])) {
                kept.push(row);
            }
        }
        *rows = kept;
    }
}

/// A row with everything around it, looked up as it is needed.
pub(crate) struct Stored<'a> {
    rows: &'a Rows,
    resource: ResourceId,
    row: usize,
    related: Vec<OnceCell<Vec<Stored<'a>>>>,
}

impl Stored<'_> {
    fn related(&self, relationship: RelationshipId) -> &[Self] {
        self.related[usize::from(relationship)].get_or_init(|| {
            let relationship = &APP.resource(self.resource)[relationship];
            let target = APP.target(relationship);
            let rows = self.rows.related(self.resource, self.row, relationship);
            rows.into_iter().map(|row| self.rows.row(target, row)).collect()
        })
    }
}

impl RowSource for Stored<'_> {
    fn attribute(&self, id: AttributeId) -> Option<&Value> {
        self.rows.values(self.resource, self.row).get(usize::from(id))
    }

    fn one(&self, relationship: RelationshipId) -> Hop<'_> {
        self.related(relationship).first().map(|it| it as &dyn RowSource).into()
    }

    fn many(&self, relationship: RelationshipId) -> Option<Vec<&dyn RowSource>> {
        Some(self.related(relationship).iter().map(|it| it as &dyn RowSource).collect())
    }
}

/// A row of which some attributes and hops are not loaded: those whose bit in `mask` is set.
pub(crate) struct Partly<'a> {
    /// The whole row.
    pub(crate) row: &'a dyn RowSource,
    /// One bit for each attribute and relationship, modulo 32.
    pub(crate) mask: u32,
}

impl RowSource for Partly<'_> {
    fn attribute(&self, id: AttributeId) -> Option<&Value> {
        if self.mask >> (usize::from(id) % 32) & 1 == 1 { None } else { self.row.attribute(id) }
    }

    fn one(&self, relationship: RelationshipId) -> Hop<'_> {
        if self.mask >> ((usize::from(relationship) + 16) % 32) & 1 == 1 {
            Hop::Unloaded
        } else {
            self.row.one(relationship)
        }
    }

    fn many(&self, relationship: RelationshipId) -> Option<Vec<&dyn RowSource>> {
        if self.mask >> ((usize::from(relationship) + 16) % 32) & 1 == 1 { None } else { self.row.many(relationship) }
    }
}
