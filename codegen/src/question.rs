//! Questions that only the developer can answer: whether a table or column that is gone was renamed to a new one.

use std::fmt;
use std::str::FromStr;

use samara::table::Table;

use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// A table or a column, by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SchemaObject {
    /// `worlds`.
    Table(String),
    /// `worlds.title`: the table by its new name, the column by its old one.
    Column(String, String),
}

/// A table or a column with its old and its new name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// As it was.
    pub from: SchemaObject,
    /// The new name; of a column, without the table.
    pub to: String,
}

/// What the developer decided, by flags or at the prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// `--rename old:new`, `--rename table.old:new`.
    pub renames: Vec<Rename>,
    /// `--drop table`, `--drop table.column`: it is gone, and was not renamed.
    pub drops: Vec<SchemaObject>,
    /// `--fill table.column:value`.
    pub fills: Vec<Filling>,
}

/// The value that rows that stand get in a column that is new or becomes required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filling {
    /// The table, by its new name.
    pub table: String,
    /// The column, by its new name.
    pub column: String,
    /// As [`Column::default`](samara::table::Column::default) takes it.
    pub value: String,
}

/// A table or column that is gone, and may have been renamed to one that is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is gone.
    pub gone: SchemaObject,
    /// The names it could have now, in order; never empty.
    pub candidates: Vec<String>,
}

impl Decisions {
    /// Whether there is a decision about `subject`.
    fn cover(&self, subject: &SchemaObject) -> bool {
        self.drops.contains(subject) || self.renames.iter().any(|it| it.from == *subject)
    }

    fn is_taken(&self, table: Option<&str>, name: &str) -> bool {
        self.renames.iter().any(|it| match &it.from {
            SchemaObject::Table(_) => table.is_none() && it.to == name,
            SchemaObject::Column(of, _) => table == Some(of.as_str()) && it.to == name,
        })
    }
}

/// The tables that could have been renamed, without a decision about them.
pub fn about_tables(snapshots: &[Table], target: &[Table], answers: &Decisions) -> Vec<Question> {
    let gone = missing(snapshots, target, |it| it.name.as_str());
    let new: Vec<String> = missing(target, snapshots, |it| it.name.as_str())
        .map(|it| it.name.clone())
        .filter(|it| !answers.is_taken(None, it))
        .collect();
    questions(gone.map(|it| (SchemaObject::Table(it.name.clone()), new.clone())), answers)
}

/// The columns that could have been renamed, without a decision about them. `snapshots` have the new names of tables already.
///
/// Only columns whose values can be converted are candidates.
pub fn about_columns(snapshots: &[Table], target: &[Table], answers: &Decisions) -> Vec<Question> {
    let mut gone = Vec::new();
    for (old, new) in pairs(snapshots, target) {
        for column in missing(&old.columns, &new.columns, |it| it.name.as_str()) {
            let candidates = missing(&new.columns, &old.columns, |it| it.name.as_str())
                .filter(|it| column.storage.converts_to(it.storage) && !answers.is_taken(Some(&new.name), &it.name))
                .map(|it| it.name.clone())
                .collect();
            gone.push((SchemaObject::Column(new.name.clone(), column.name.clone()), candidates));
        }
    }
    questions(gone.into_iter(), answers)
}

fn questions(gone: impl Iterator<Item = (SchemaObject, Vec<String>)>, answers: &Decisions) -> Vec<Question> {
    gone.filter(|(subject, candidates)| !candidates.is_empty() && !answers.cover(subject))
        .map(|(gone, candidates)| Question { gone, candidates })
        .collect()
}

/// The tables that exist in both, old and new.
pub(crate) fn pairs<'a>(old: &'a [Table], new: &'a [Table]) -> impl Iterator<Item = (&'a Table, &'a Table)> {
    old.iter().filter_map(|it| Some((it, new.iter().find(|other| other.name == it.name)?)))
}

/// What is in `here` and not in `there`.
pub(crate) fn missing<'a, T, K: PartialEq>(
    here: &'a [T],
    there: &'a [T],
    key: impl Fn(&'a T) -> K + Copy,
) -> impl Iterator<Item = &'a T> {
    here.iter().filter(move |it| !there.iter().any(|other| key(other) == key(it)))
}

impl Question {
    /// The diagnostic that ends a run without a terminal: the question, and the flags that answer it.
    pub fn unanswered(&self) -> Diagnostic {
        let candidates: Vec<String> = self.candidates.iter().map(|it| format!("`{it}`")).collect();
        let message = format!("was {} renamed to {}, or is it dropped?", self.gone, candidates.join(" or "));
        let help =
            format!("say `--rename {}:{}` or `--drop {}`", self.gone.flag(), self.candidates[0], self.gone.flag());
        Diagnostic::new(DiagnosticCode::Ambiguous, message, help)
    }
}

impl SchemaObject {
    /// As written in a flag: `worlds`, `worlds.title`.
    pub fn flag(&self) -> String {
        match self {
            Self::Table(table) => table.clone(),
            Self::Column(table, column) => format!("{table}.{column}"),
        }
    }
}

impl fmt::Display for SchemaObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => write!(f, "the table `{table}`"),
            Self::Column(table, column) => write!(f, "the column `{table}.{column}`"),
        }
    }
}

impl FromStr for SchemaObject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_name = |name: &str| !name.is_empty() && !name.contains(['.', ':']);
        match text.split_once('.') {
            None if is_name(text) => Ok(Self::Table(text.into())),
            Some((table, column)) if is_name(table) && is_name(column) => Ok(Self::Column(table.into(), column.into())),
            _ => Err("give `table` or `table.column`".into()),
        }
    }
}

impl FromStr for Rename {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "give `old:new` for a table or `table.old:new` for a column".to_owned();
        let (from, to) = text.split_once(':').ok_or_else(form)?;
        let from = from.parse().map_err(|_| form())?;
        match to.parse() {
            Ok(SchemaObject::Table(to)) => Ok(Self { from, to }),
            _ => Err(form()),
        }
    }
}

impl FromStr for Filling {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "give `table.column:value`".to_owned();
        // The value may hold colons.
        let (subject, value) = text.split_once(':').ok_or_else(form)?;
        match subject.parse() {
            Ok(SchemaObject::Column(table, column)) => Ok(Self { table, column, value: value.into() }),
            _ => Err(form()),
        }
    }
}
