//! The records that the engine returns, and the inputs that it takes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use crate::ir::{Attribute, AttributeId, Name, ResourceId};
use crate::value::{Masked, RowKey, Value, ValueError};

/// One attribute or calculation of a [`Record`].
///
/// Printed, what is sensitive is masked.
#[derive(Clone, PartialEq)]
pub enum Field {
    /// Its value; may be NULL.
    Shown(Value),
    /// The value of an attribute that is `sensitive`: for the app's own functions, and for no surface.
    Sensitive(Value),
    /// A field policy hides it.
    Hidden,
    /// It was not asked for.
    NotLoaded,
    /// The actor may see it, but its value could not be worked out, for this reason. The other fields are not affected.
    Failed(ValueError),
}

impl Field {
    /// The field of an attribute with this value.
    pub(crate) fn of(attribute: &Attribute, value: Value) -> Self {
        if attribute.sensitive { Self::Sensitive(value) } else { Self::Shown(value) }
    }

    /// The value, if it is loaded and surfaces may show it.
    pub fn shown(&self) -> Option<&Value> {
        match self {
            Self::Shown(value) => Some(value),
            Self::Sensitive(_) | Self::Hidden | Self::NotLoaded | Self::Failed(_) => None,
        }
    }

    /// The value, if it is loaded, sensitive or not: for the app's own functions.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Shown(value) | Self::Sensitive(value) => Some(value),
            Self::Hidden | Self::NotLoaded | Self::Failed(_) => None,
        }
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown(value) => f.debug_tuple("Shown").field(value).finish(),
            Self::Sensitive(value) => f.debug_tuple("Sensitive").field(&Masked(value)).finish(),
            Self::Hidden => f.write_str("Hidden"),
            Self::NotLoaded => f.write_str("NotLoaded"),
            Self::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
        }
    }
}

/// One row that the actor may read.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its resource.
    pub resource: ResourceId,
    /// One for each attribute of the resource, in order.
    pub attributes: Vec<Field>,
    /// One for each calculation that was selected, in the order of the selection.
    pub calculations: Vec<Field>,
    /// One for each load, in the order of the loads.
    pub related: Vec<Related>,
}

impl Record {
    /// The field of an attribute of its resource.
    ///
    /// # Panics
    /// If the resource has no such attribute.
    pub fn attribute(&self, id: AttributeId) -> &Field {
        &self.attributes[usize::from(id)]
    }

    /// Takes the row itself out of what was selected with it: its attributes, and the first of the related rows, as many as `loads`.
    pub(crate) fn take_row(&mut self, loads: usize) -> Self {
        let related = self.related.iter_mut().take(loads);
        let related = related.map(|it| std::mem::replace(it, Related::One(None))).collect();
        let attributes = std::mem::take(&mut self.attributes);
        Self { resource: self.resource, attributes, calculations: Vec::new(), related }
    }

    /// The primary key; `None` if it was not loaded.
    pub fn id(&self, app: &crate::ir::App) -> Option<RowKey> {
        let key = app.resource(self.resource).primary_key()?;
        RowKey::of(self.attribute(key).shown()?)
    }
}

/// One row as the database gave it: every attribute, whoever may see which.
///
/// It is for the application's own functions and for the framework. What an actor may see of it is a [`Record`].
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRow {
    resource: ResourceId,
    attributes: Vec<Field>,
}

impl StoredRow {
    /// A row with one field for each attribute of the resource, in order.
    pub(crate) fn new(resource: ResourceId, attributes: Vec<Field>) -> Self {
        Self { resource, attributes }
    }

    /// Its resource.
    pub fn resource(&self) -> ResourceId {
        self.resource
    }

    /// One for each attribute of the resource, in order; none of them is hidden.
    pub fn attributes(&self) -> &[Field] {
        &self.attributes
    }

    /// The field of an attribute of its resource.
    ///
    /// # Panics
    /// If the resource has no such attribute.
    pub fn attribute(&self, id: AttributeId) -> &Field {
        &self.attributes[usize::from(id)]
    }

    /// The primary key.
    pub fn id(&self, app: &crate::ir::App) -> Option<RowKey> {
        let key = app.resource(self.resource).primary_key()?;
        RowKey::of(self.attribute(key).value()?)
    }
}

/// The result of a load. A row that is related to several records is shared by them.
#[derive(Clone, Debug, PartialEq)]
pub enum Related {
    /// The row of a to-one relationship; `None` where there is none that the actor may read.
    One(Option<Arc<Record>>),
    /// A page of the rows of a to-many relationship.
    Many(Arc<RecordPage>),
}

/// A page of records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordPage {
    /// In the order asked for.
    pub records: Vec<Record>,
    /// Opaque cursors of the records, or of the first and the last alone, where the query pages by keyset and asks for them; in order.
    pub cursors: Vec<String>,
    /// Whether rows follow, if the query asks for it.
    pub has_next: bool,
    /// Whether rows precede.
    pub has_previous: bool,
    /// The number of all rows of the query, regardless of pages, if the query counts them.
    pub total: Option<u64>,
    /// How many rows precede the page, if the query asks for it.
    pub position: Option<u64>,
}

/// Attributes and arguments by their Rust names. Present and NULL is not the same as absent.
///
/// Values are of the right type already: surfaces coerce by the declared [`crate::ir::Type`]. An input does not know its action, and so
/// which of its values are sensitive; printed, it shows names without values.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Input {
    values: BTreeMap<Name, Value>,
    /// The names that were given malformed ids.
    no_rows: BTreeSet<Name>,
}

impl Input {
    /// Nothing given.
    pub const fn new() -> Self {
        Self { values: BTreeMap::new(), no_rows: BTreeSet::new() }
    }

    /// Gives `name`, replacing what was given before.
    pub fn set(&mut self, name: impl Into<Name>, value: Value) {
        let name = name.into();
        self.no_rows.remove(&name);
        self.values.insert(name, value);
    }

    /// Gives `name` a malformed id: a read finds no row by it, and an action that is given it fails with `NOT_FOUND`. `stand_in` is a value of
    /// its type that names no row.
    pub(crate) fn set_no_row(&mut self, name: impl Into<Name>, stand_in: Value) {
        let name = name.into();
        self.values.insert(name.clone(), stand_in);
        self.no_rows.insert(name);
    }

    /// Whether `name` was given a malformed id.
    pub fn names_no_row(&self, name: &Name) -> bool {
        self.no_rows.contains(name)
    }

    /// As [`Input::set`], to be chained.
    #[must_use]
    pub fn with(mut self, name: impl Into<Name>, value: Value) -> Self {
        self.set(name, value);
        self
    }

    /// What was given for `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(it, _)| *it == name).map(|(_, value)| value)
    }

    /// Takes back what was given for `name`.
    pub fn remove(&mut self, name: &Name) -> Option<Value> {
        self.no_rows.remove(name);
        self.values.remove(name)
    }

    /// In the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &Value)> {
        self.values.iter()
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.values.iter().map(|(name, value)| (name.as_str(), Masked(value)))).finish()
    }
}

/// The rows that an answer names and the actor may read, by their primary keys.
#[derive(Debug, Default)]
pub struct ReturnedRows(HashMap<RowKey, Record>);

impl FromIterator<(RowKey, Record)> for ReturnedRows {
    fn from_iter<I: IntoIterator<Item = (RowKey, Record)>>(rows: I) -> Self {
        Self(rows.into_iter().collect())
    }
}

impl ReturnedRows {
    /// The row with that primary key; `None` if the actor may not read it.
    pub fn get(&self, key: &RowKey) -> Option<&Record> {
        self.0.get(key)
    }
}

/// What a generic action returns, in the shape that its [`crate::ir::Returns`] declares.
#[derive(Clone, Debug, PartialEq)]
pub enum ReturnValue {
    /// One value.
    Value(Value),
    /// The fields of an object, in the declared order.
    Object(Vec<Value>),
    /// The primary key of a row; `None` if there is none. What it shows is read for whoever asks.
    Row(Option<RowKey>),
    /// A list of return values.
    List(Vec<ReturnValue>),
}

impl ReturnValue {
    /// The primary keys of the rows that it names, in order; a row that is answered twice is named twice.
    pub fn keys(&self) -> Vec<&RowKey> {
        match self {
            Self::Value(_) | Self::Object(_) => Vec::new(),
            Self::Row(key) => key.iter().collect(),
            Self::List(items) => items.iter().flat_map(Self::keys).collect(),
        }
    }
}
