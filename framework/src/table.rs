//! The tables that a declaration asks for, as data: columns, keys, unique sets and indexes, with their names.
//!
//! ```text
//! ir::App ──declared──▶ Vec<Table> ──diff against snapshots──▶ migrations      (samara codegen)
//!                            └──────────create_tables────────▶ a database      (tests, benches)
//! ```
//! A table is described by what both databases share; `migration` knows the type of a [`Storage`] on each. The same types are stored in
//! `migrations/snapshots/*.json`, and used in the source of migrations.

mod declared;
mod name;
mod order;
mod rules;

use serde::{Deserialize, Serialize};

pub use crate::ir::{Comparison, OnDelete, RowCondition};
use crate::ir::{KeyType, Type};
use crate::value::{Value, parse_bytes, parse_date, parse_duration, parse_float, parse_time};

pub use declared::declared;
pub use name::{LONGEST_NAME, foreign_key_name, index_name, unique_name};
pub use order::{CreationStep, Cycle, creation_steps};
pub use rules::ValueRules;

/// One table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its name, unique in a database.
    pub name: String,
    /// Its columns; their order has no meaning.
    pub columns: Vec<Column>,
    /// Its indexes, unique ones too; the primary key's own is not among them.
    pub indexes: Vec<Index>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name, unique in its table.
    #[serde(skip)]
    pub name: String,
    /// How its values are stored.
    pub storage: Storage,
    /// Whether it is the table's primary key.
    #[serde(default, skip_serializing_if = "is_false")]
    pub primary_key: bool,
    /// Whether the database counts it: the primary key of rows that are known by a number.
    #[serde(default, skip_serializing_if = "is_false")]
    pub counted: bool,
    /// Whether it may be NULL.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// A constant that the database fills in where a statement names no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The key that its values must be found in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<ForeignKey>,
    /// What its values must be beyond their storage; no part of the schema. `None`: not known, in a snapshot that did not say.
    #[serde(default, skip_serializing_if = "has_no_rules")]
    pub rules: Option<Box<ValueRules>>,
    /// The value for existing rows when the column is added; no part of the schema.
    #[serde(skip)]
    pub fill: Option<Fill>,
}

/// How a column's values are stored: the column of `docs/decisions/0003-physical-types.md` that both databases share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the types'")]
pub enum Storage {
    Text,
    Integer,
    Float,
    Boolean,
    Uuid,
    Timestamp,
    Date,
    Time,
    Duration,
    Json,
    Bytes,
}

/// A foreign key of one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignKey {
    /// The table pointed at.
    pub table: String,
    /// Its primary key.
    pub column: String,
    /// What happens to a row whose target is deleted.
    pub on_delete: OnDelete,
}

/// The value that existing rows get when a column without a constant default is added, or becomes required.
#[derive(Clone, Debug, PartialEq)]
pub enum Fill {
    /// The time of the migration.
    Now,
    /// The empty value of the storage: `''`, `0`, `FALSE`, the nil UUID, the first day of 1970, midnight, no time at all, `{}`, no bytes. It
    /// is only used when a migration is rolled back that dropped the column: the values are gone.
    Empty,
    /// This value, which the developer chose.
    Constant(Value),
}

/// An index, unique or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Its name, unique in a database.
    #[serde(skip)]
    pub name: String,
    /// Whether no two rows may share its values. NULLs differ from each other, unless they are `nulls_equal`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// Of a unique one: those of its columns of which rows without a value share it. Other columns are never NULL then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nulls_equal: Vec<String>,
    /// One or more columns, in order, each with its direction.
    pub columns: Vec<(String, ColumnOrder)>,
    /// The rows that it holds; `None`: all of them.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub only: Option<RowCondition>,
}

/// The direction of a column in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are SQL's")]
pub enum ColumnOrder {
    Asc,
    Desc,
}

impl Table {
    /// A table without columns.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), columns: Vec::new(), indexes: Vec::new() }
    }

    /// Adds a column.
    #[must_use]
    pub fn with(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// Adds an index.
    #[must_use]
    pub fn with_index(mut self, index: Index) -> Self {
        self.indexes.push(index);
        self
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == name)
    }
}

impl Column {
    /// A required column without a default.
    pub fn new(name: impl Into<String>, storage: Storage) -> Self {
        Self {
            name: name.into(),
            storage,
            primary_key: false,
            counted: false,
            nullable: false,
            default: None,
            references: None,
            rules: None,
            fill: None,
        }
    }

    /// Text, compared by code points.
    pub fn text(name: &str) -> Self {
        Self::new(name, Storage::Text)
    }

    /// A 64-bit integer.
    pub fn integer(name: &str) -> Self {
        Self::new(name, Storage::Integer)
    }

    /// A finite float of 64 bits.
    pub fn float(name: &str) -> Self {
        Self::new(name, Storage::Float)
    }

    /// True or false.
    pub fn boolean(name: &str) -> Self {
        Self::new(name, Storage::Boolean)
    }

    /// A UUID.
    pub fn uuid(name: &str) -> Self {
        Self::new(name, Storage::Uuid)
    }

    /// A time: UTC, microseconds.
    pub fn timestamp(name: &str) -> Self {
        Self::new(name, Storage::Timestamp)
    }

    /// A calendar date.
    pub fn date(name: &str) -> Self {
        Self::new(name, Storage::Date)
    }

    /// A time of day: microseconds.
    pub fn time(name: &str) -> Self {
        Self::new(name, Storage::Time)
    }

    /// A span of time in microseconds.
    pub fn duration(name: &str) -> Self {
        Self::new(name, Storage::Duration)
    }

    /// Bytes.
    pub fn bytes(name: &str) -> Self {
        Self::new(name, Storage::Bytes)
    }

    /// A JSON value.
    pub fn json(name: &str) -> Self {
        Self::new(name, Storage::Json)
    }

    /// Makes it the primary key.
    #[must_use]
    pub fn primary_key(mut self) -> Self {
        self.primary_key = true;
        self
    }

    /// Makes it the primary key, which the database counts from 1.
    #[must_use]
    pub fn counted(mut self) -> Self {
        self.counted = true;
        self.primary_key()
    }

    /// Makes it nullable.
    #[must_use]
    pub fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// Gives it a constant default, written as the storage reads it: `GUEST`, `7`, `0.5`, `true`, `{"a":1}`, a UUID, an RFC 3339 time,
    /// `2026-03-01`, `13:05`, `PT1H30M`, bytes in base64.
    ///
    /// A text that does not fit the storage is kept as text, and refused by the database.
    #[must_use]
    pub fn default(mut self, constant: &str) -> Self {
        self.default = Some(self.storage.constant(constant));
        self
    }

    /// Makes it a foreign key.
    #[must_use]
    pub fn references(mut self, table: &str, column: &str, on_delete: OnDelete) -> Self {
        self.references = Some(ForeignKey { table: table.into(), column: column.into(), on_delete });
        self
    }

    /// Sets the value for existing rows.
    #[must_use]
    pub fn fill(mut self, fill: Fill) -> Self {
        self.fill = Some(fill);
        self
    }

    /// Sets the value for existing rows to a constant, written as [`Column::default`] takes it.
    #[must_use]
    pub fn fill_with(self, constant: &str) -> Self {
        let constant = self.storage.constant(constant);
        self.fill(Fill::Constant(constant))
    }

    /// What the database is told of the column: without its rules, and without the value for existing rows.
    #[must_use]
    pub fn schema(&self) -> Self {
        Self { rules: None, fill: None, ..self.clone() }
    }
}

impl Storage {
    /// How values of that type are stored.
    pub(crate) fn of(ty: &Type) -> Self {
        match ty {
            Type::String | Type::CiString | Type::Enum(_) => Self::Text,
            // One width for all, so that what is declared wider needs no other column.
            Type::Integer16 | Type::Integer32 | Type::Integer | Type::BigInteger => Self::Integer,
            Type::Float => Self::Float,
            Type::Boolean => Self::Boolean,
            Type::Uuid => Self::Uuid,
            Type::Timestamp => Self::Timestamp,
            Type::Date => Self::Date,
            Type::Time => Self::Time,
            Type::Duration => Self::Duration,
            Type::Json => Self::Json,
            Type::Bytes => Self::Bytes,
            Type::Key(KeyType::Integer) => Self::Integer,
            Type::Key(KeyType::String | KeyType::CiString) => Self::Text,
        }
    }

    /// Whether values of this storage can become values of `to`: what a text can spell to and from text, and booleans and floats to and from
    /// integers. It holds both ways, so what a migration converts can be taken back. Spans of time and bytes become nothing else: an integer
    /// does not say of what it is a number, and a text not how bytes are written in it.
    pub fn converts_to(self, to: Self) -> bool {
        let stays = |it| matches!(it, Self::Duration | Self::Bytes);
        let is_pair = |one, other| self == one && to == other || self == other && to == one;
        let is_number = is_pair(Self::Integer, Self::Boolean) || is_pair(Self::Integer, Self::Float);
        self == to || !stays(self) && !stays(to) && (self == Self::Text || to == Self::Text || is_number)
    }

    /// The constant of this storage that `text` spells; see [`Column::default`].
    pub fn constant(self, text: &str) -> Value {
        let value = match self {
            Self::Text => None,
            Self::Integer => text.parse().ok().map(Value::Int),
            Self::Float => parse_float(text).map(Value::Float),
            Self::Boolean => text.parse().ok().map(Value::Bool),
            Self::Uuid => text.parse().ok().map(Value::Uuid),
            Self::Timestamp => text.parse().ok().map(Value::Timestamp),
            Self::Date => parse_date(text).map(Value::Date),
            Self::Time => parse_time(text).map(Value::Time),
            Self::Duration => parse_duration(text).map(Value::Duration),
            Self::Bytes => parse_bytes(text).map(Value::Bytes),
            Self::Json => serde_json::from_str(text).ok().map(Value::json),
        };
        value.unwrap_or_else(|| Value::Text(text.to_owned()))
    }
}

impl Index {
    /// An index that is not unique.
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), unique: false, nulls_equal: Vec::new(), columns: Vec::new(), only: None }
    }

    /// A unique index.
    pub fn unique(name: &str) -> Self {
        Self { unique: true, ..Self::new(name) }
    }

    /// Adds an ascending column.
    #[must_use]
    pub fn asc(mut self, column: &str) -> Self {
        self.columns.push((column.into(), ColumnOrder::Asc));
        self
    }

    /// Adds a descending column.
    #[must_use]
    pub fn desc(mut self, column: &str) -> Self {
        self.columns.push((column.into(), ColumnOrder::Desc));
        self
    }

    /// Lets rows without a value of these columns share a unique one.
    #[must_use]
    pub fn nulls_equal<'c>(mut self, columns: impl IntoIterator<Item = &'c str>) -> Self {
        self.nulls_equal.extend(columns.into_iter().map(str::to_owned));
        self
    }

    /// Leaves out the rows for which the condition does not hold.
    #[must_use]
    pub fn only(mut self, condition: RowCondition) -> Self {
        self.only = Some(condition);
        self
    }

    /// The names of all columns that it depends on, those of its condition among them, to be changed in place.
    pub fn columns_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let conditions = self.only.iter_mut().flat_map(RowCondition::columns_mut);
        self.columns.iter_mut().map(|(column, _)| column).chain(&mut self.nulls_equal).chain(conditions)
    }

    /// Whether it depends on the column.
    pub fn reads(&self, column: &str) -> bool {
        self.columns.iter().any(|(it, _)| it == column) || self.only.as_ref().is_some_and(|it| it.reads(column))
    }
}

fn has_no_rules(rules: &Option<Box<ValueRules>>) -> bool {
    rules.as_ref().is_none_or(|it| it.is_empty())
}

fn is_false(flag: &bool) -> bool {
    !flag
}
