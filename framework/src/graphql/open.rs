//! What a compiled operation leaves open: the values of variables, which are filled in for each request.
//!
//! ```text
//! query($kind: ActivityKind!) { activities(filter: {kind: {eq: $kind}}) { nodes { id } } }
//! → filter: kind == NULL, whose second node is open: the first value        values: [leaf 0 as an enum]
//! + {"kind": "EXPLORE"}  →  filter: kind == "EXPLORE"
//! ```
//! All values of an operation are filled in before anything runs, so that a wrong one refuses the whole request.

use async_graphql::Pos;
use uuid::Uuid;

use super::coerce::Given;
use super::error::ResponseError;
use super::scalar;
use crate::ir::{Name, Node, NodeId, RelationshipId, Type};
use crate::query::{Load, Query, Slice};
use crate::record::Input;
use crate::value::{RowKey, Value};

/// The position of an open value among [`OpenValues`].
type Slot = usize;

/// The values that an operation leaves open.
#[derive(Debug, Default)]
pub(super) struct OpenValues(Vec<OpenValue>);

/// One of them: what it is made of, and of what type.
#[derive(Debug)]
struct OpenValue {
    given: Given,
    ty: Type,
    role: Role,
    position: Pos,
}

/// What a value is for, which says what becomes of a wrong one.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    /// A filter compares with it; a malformed id is that of no row.
    Compared,
    /// The same, where the letters A to Z are compared as small ones.
    ComparedInLowerCase,
    /// A filter's list of values.
    ComparedList,
    /// The input of that name. A malformed id is that of no row where it is a key, or else noted as such.
    Input {
        /// Its name in the API.
        field: String,
        /// Whether it names a row.
        is_key: bool,
    },
    /// The primary key of the row that is meant.
    Id,
    /// A cursor.
    Cursor,
}

/// A value that was filled in.
#[derive(Clone, Debug)]
enum Filled {
    Value(Value),
    /// A malformed id, which names no row: what stands for it.
    NoRow(Value),
}

/// The values of one request, in the order of [`OpenValues`].
#[derive(Debug)]
pub(super) struct FilledValues(Vec<Filled>);

/// A value that is known, or open.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum MaybeOpen<T> {
    Known(T),
    Open(Slot),
}

/// How many values one `in` may list.
const MAX_LIST: usize = 1_000;

impl OpenValues {
    /// The value, where no variable is needed for it; or its place among the values that are filled in.
    pub(super) fn value(
        &mut self,
        given: &Given,
        ty: &Type,
        role: Role,
        position: Pos,
    ) -> Result<MaybeOpen<Value>, ResponseError> {
        let value = OpenValue { given: given.clone(), ty: ty.clone(), role, position };
        if given.is_open() {
            return Ok(MaybeOpen::Open(self.push(value)));
        }
        match value.fill(&[])? {
            Filled::Value(known @ (Value::Null | Value::Bool(_) | Value::Int(_) | Value::Uuid(_))) => {
                Ok(MaybeOpen::Known(known))
            }
            // What may be large is kept once, though fragments bring it to many places; and an id that is none is told by its slot.
            Filled::Value(_) | Filled::NoRow(_) => Ok(MaybeOpen::Open(self.push(value))),
        }
    }

    /// Fills in what the variables hold.
    ///
    /// # Errors
    /// What is wrong with the first value that is none of its type.
    pub(super) fn fill(&self, leaves: &[Value]) -> Result<FilledValues, ResponseError> {
        self.0.iter().map(|it| it.fill(leaves)).collect::<Result<_, _>>().map(FilledValues)
    }

    /// Whether all of an input comes from variables.
    pub(super) fn are_variables(&self, input: &OpenInput) -> bool {
        let is_variable = |slot: &Slot| self.0.get(*slot).is_some_and(|it| it.given.is_open());
        input.known == Input::new() && input.open.iter().all(|(_, slot)| is_variable(slot))
    }

    /// How many bytes they take, roughly.
    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|it| size_of::<OpenValue>() + it.given.bytes()).sum()
    }

    fn push(&mut self, value: OpenValue) -> Slot {
        self.0.iter().position(|it| it.is_same(&value)).unwrap_or_else(|| {
            self.0.push(value);
            self.0.len() - 1
        })
    }
}

impl OpenValue {
    /// Whether both are filled with the same, wherever they stand: so a second alias of a selection is read with the first.
    fn is_same(&self, other: &Self) -> bool {
        self.given == other.given && self.ty == other.ty && self.role == other.role
    }

    fn fill(&self, leaves: &[Value]) -> Result<Filled, ResponseError> {
        let is_key = !matches!(self.role, Role::Input { is_key: false, .. });
        let value = self.value(leaves, is_key).map_err(|it| it.at(self.position))?;
        match (value, &self.role) {
            (Some(Value::Text(text)), Role::ComparedInLowerCase) => {
                Ok(Filled::Value(Value::Text(text.to_ascii_lowercase())))
            }
            (Some(value), _) => Ok(Filled::Value(value)),
            (None, Role::Input { field, .. }) => {
                let message = || format!("`{field}` must be a value of type `{}`", scalar::name(&self.ty));
                let no_row = self.ty.no_row().map(Filled::NoRow);
                no_row.ok_or_else(|| ResponseError::invalid(message()).at(self.position))
            }
            (None, _) => Err(ResponseError::invalid("a filter holds a value of the wrong type").at(self.position)),
        }
    }

    /// `None`: it is no value of the type.
    fn value(&self, leaves: &[Value], is_key: bool) -> Result<Option<Value>, ResponseError> {
        if self.role == Role::ComparedList {
            let items = match &self.given {
                Given::Open(leaf) => match leaves.get(*leaf) {
                    Some(Value::List(items)) => list(items, |it| scalar::value(it, &self.ty, is_key)),
                    _ => Ok(None),
                },
                given => list(given.items(), |it| one(it, leaves, &self.ty, is_key)),
            };
            return Ok(items?.map(Value::List));
        }
        Ok(one(&self.given, leaves, &self.ty, is_key))
    }
}

fn list<T>(items: &[T], value: impl Fn(&T) -> Option<Value>) -> Result<Option<Vec<Value>>, ResponseError> {
    if items.len() > MAX_LIST {
        return Err(ResponseError::limit(format!("`in` and `notIn` may list at most {MAX_LIST} values")));
    }
    Ok(items.iter().map(value).collect())
}

fn one(given: &Given, leaves: &[Value], ty: &Type, is_key: bool) -> Option<Value> {
    match given {
        Given::Null => Some(Value::Null),
        given if *ty == Type::Json => Some(Value::json(given.json(leaves))),
        Given::Known(value) => scalar::value(value, ty, is_key),
        Given::Open(leaf) => scalar::value(leaves.get(*leaf)?, ty, is_key),
        Given::List(_) | Given::Object(_) => None,
    }
}

impl FilledValues {
    fn get(&self, slot: Slot) -> Option<&Filled> {
        self.0.get(slot)
    }

    /// The text.
    pub(super) fn text(&self, value: &MaybeOpen<Value>) -> Option<String> {
        match self.value(value)? {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The primary key; that of no row, where it is malformed.
    pub(super) fn id(&self, value: &MaybeOpen<Value>) -> RowKey {
        self.value(value).and_then(RowKey::of).unwrap_or(RowKey::Uuid(Uuid::nil()))
    }

    fn value<'a>(&'a self, value: &'a MaybeOpen<Value>) -> Option<&'a Value> {
        match value {
            MaybeOpen::Known(value) => Some(value),
            MaybeOpen::Open(slot) => match self.get(*slot)? {
                Filled::Value(value) => Some(value),
                Filled::NoRow(_) => None,
            },
        }
    }
}

/// A query some of whose values are open.
#[derive(Debug, PartialEq)]
pub(super) struct OpenQuery {
    /// What is known of it, without what it loads.
    pub(super) known: Query,
    /// The arguments of its action.
    pub(super) arguments: OpenInput,
    /// Literals of its filter that are open.
    pub(super) literals: Vec<(NodeId, Slot)>,
    /// Where its page begins.
    pub(super) after: Option<MaybeOpen<Value>>,
    /// Where its page ends.
    pub(super) before: Option<MaybeOpen<Value>>,
    /// Related rows to load with each row: the relationship, and what to read at its other end.
    pub(super) loads: Vec<(RelationshipId, OpenQuery)>,
}

impl OpenQuery {
    /// A query of which nothing is open yet.
    pub(super) fn new(known: Query) -> Self {
        Self {
            known,
            arguments: OpenInput::default(),
            literals: Vec::new(),
            after: None,
            before: None,
            loads: Vec::new(),
        }
    }

    /// The query, with what was open.
    pub(super) fn filled(&self, values: &FilledValues) -> Query {
        let mut query = self.known.clone();
        query.arguments = self.arguments.filled(values);
        if let Some(filter) = &mut query.filter {
            for (node, slot) in &self.literals {
                let literal = filter.nodes.get_mut(*node as usize);
                if let (Some(Node::Literal { value, .. }), Some(Filled::Value(filled))) = (literal, values.get(*slot)) {
                    *value = filled.clone();
                }
            }
        }
        if let Slice::Keyset { after, before, .. } = &mut query.slice {
            *after = self.after.as_ref().and_then(|it| values.text(it));
            *before = self.before.as_ref().and_then(|it| values.text(it));
        }
        let loads = self.loads.iter();
        query.loads =
            loads.map(|(relationship, it)| Load { relationship: *relationship, query: it.filled(values) }).collect();
        query
    }
}

/// The input of an action, some of whose values are open.
#[derive(Debug, Default, PartialEq)]
pub(super) struct OpenInput {
    known: Input,
    open: Vec<(Name, Slot)>,
}

impl OpenInput {
    /// Gives `name`.
    pub(super) fn set(&mut self, name: Name, value: MaybeOpen<Value>) {
        match value {
            MaybeOpen::Known(value) => self.known.set(name, value),
            MaybeOpen::Open(slot) => self.open.push((name, slot)),
        }
    }

    /// The input, with what was open.
    pub(super) fn filled(&self, values: &FilledValues) -> Input {
        let mut input = self.known.clone();
        for (name, slot) in &self.open {
            match values.get(*slot) {
                Some(Filled::Value(value)) => input.set(name.clone(), value.clone()),
                Some(Filled::NoRow(stand_in)) => input.set_no_row(name.clone(), stand_in.clone()),
                None => {}
            }
        }
        input
    }
}
