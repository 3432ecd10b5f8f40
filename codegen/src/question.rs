//! Questions that only the developer can answer: whether a table or column that is gone was renamed to a new one.

use std::fmt;
use std::str::FromStr;

use samara::table::{Column, Index, Table, ValueRules};

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
    /// `--keep table.column`: it has the name that it had, and did not swap it with another.
    pub keeps: Vec<SchemaObject>,
    /// `--accept table.column`: rows whose values do not fit the declaration stay as they are.
    pub accepts: Vec<SchemaObject>,
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

/// What only the developer knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// A table or column is gone: was it renamed to one that is new, or dropped?
    Gone {
        /// What is gone.
        gone: SchemaObject,
        /// The names it could have now, in order; never empty.
        candidates: Vec<String>,
    },
    /// Each of some columns is now declared as another of them was: did they swap their names, or what they are?
    Swapped {
        /// Their table.
        table: String,
        /// Two or more: each is now declared as the one before it was, the first as the last.
        columns: Vec<String>,
    },
}

/// What a developer may say of a migration before it is written. Without an answer it stops, or checks what stands.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueQuestion {
    /// A new column is required: what do rows that stand get?
    Required {
        /// The table, by its new name.
        table: String,
        /// The column.
        column: Box<Column>,
    },
    /// Values of a column must keep to rules that are new: may those that do not stay as they are?
    Narrowed {
        /// The column, by its new names.
        subject: SchemaObject,
        /// The rules.
        rules: ValueRules,
    },
}

impl Rename {
    /// Whether a column of the table takes this name.
    pub(crate) fn is_to(&self, table: &str, name: &str) -> bool {
        matches!(&self.from, SchemaObject::Column(of, _) if of == table) && self.to == name
    }

    /// Whether the column of that name gets another one.
    pub(crate) fn is_from(&self, table: &str, name: &str) -> bool {
        matches!(&self.from, SchemaObject::Column(of, from) if of == table && from == name)
    }
}

impl Decisions {
    /// Whether there is a decision about `subject`.
    fn cover(&self, subject: &SchemaObject) -> bool {
        self.drops.contains(subject)
            || self.keeps.contains(subject)
            || self.renames.iter().any(|it| it.from == *subject)
    }

    /// Takes over what `other` says.
    pub(crate) fn add(&mut self, other: Self) {
        self.renames.extend(other.renames);
        self.drops.extend(other.drops);
        self.fills.extend(other.fills);
        self.keeps.extend(other.keeps);
        self.accepts.extend(other.accepts);
    }

    /// What is said here and was not said before.
    pub(crate) fn since(&self, before: &Self) -> Self {
        fn new<T: Clone + PartialEq>(here: &[T], before: &[T]) -> Vec<T> {
            here.iter().filter(|it| !before.contains(it)).cloned().collect()
        }
        Self {
            renames: new(&self.renames, &before.renames),
            drops: new(&self.drops, &before.drops),
            fills: new(&self.fills, &before.fills),
            keeps: new(&self.keeps, &before.keeps),
            accepts: new(&self.accepts, &before.accepts),
        }
    }

    /// Each decision as the flag that says it, on one line.
    pub fn flags(&self) -> Vec<String> {
        let renames = self.renames.iter().map(|it| format!("--rename {}:{}", it.from.flag(), it.to));
        let drops = self.drops.iter().map(|it| format!("--drop {}", it.flag()));
        let fills = self.fills.iter().map(|it| {
            // A flag is one line, so a value that has several is written as JSON.
            let is_plain = !it.value.starts_with('"') && !it.value.contains(char::is_control);
            let value =
                if is_plain { it.value.clone() } else { serde_json::Value::from(it.value.as_str()).to_string() };
            format!("--fill {}.{}:{value}", it.table, it.column)
        });
        let keeps = self.keeps.iter().map(|it| format!("--keep {}", it.flag()));
        let accepts = self.accepts.iter().map(|it| format!("--accept {}", it.flag()));
        renames.chain(drops).chain(fills).chain(keeps).chain(accepts).collect()
    }

    /// Adds the decision of a flag as [`Decisions::flags`] writes it; what is none is passed over.
    pub fn read_flag(&mut self, flag: &str) {
        let Some((flag, value)) = flag.split_once(' ') else { return };
        match flag {
            "--rename" => self.renames.extend(value.parse().ok()),
            "--drop" => self.drops.extend(value.parse().ok()),
            "--fill" => self.fills.extend(value.parse().ok().map(|it: Filling| {
                let value = serde_json::from_str(&it.value).ok().filter(|_| it.value.starts_with('"'));
                Filling { value: value.unwrap_or_else(|| it.value.clone()), ..it }
            })),
            "--keep" => self.keeps.extend(value.parse().ok()),
            "--accept" => self.accepts.extend(value.parse().ok()),
            _ => {}
        }
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
    let mut open = questions(gone.into_iter(), answers);
    open.extend(pairs(snapshots, target).flat_map(|(old, new)| swaps(old, new, answers)));
    open
}

/// The columns that stand, changed, and are each declared as another of them was, without a decision about any: all pairs, and among the rest
/// the shortest rounds of more. Where they were declared alike, there is nothing to be seen.
fn swaps(old: &Table, new: &Table, answers: &Decisions) -> Vec<Question> {
    let is_open = |it: &&Column| !answers.cover(&SchemaObject::Column(new.name.clone(), it.name.clone()));
    let stands = |it: &&Column| new.column(&it.name).is_some();
    let standing: Vec<&str> = old.columns.iter().filter(stands).filter(is_open).map(|it| it.name.as_str()).collect();
    let mut found: Vec<Vec<&str>> = Vec::new();
    for (at, a) in standing.iter().enumerate() {
        found.extend(standing[at + 1..].iter().map(|b| vec![*a, b]).filter(|it| is_swap(old, new, it)));
    }
    let is_single = |it: &&str| !found.iter().any(|pair| pair.contains(it)) && !declared_alike(old, new, it);
    let mut rest: Vec<&str> = standing.iter().copied().filter(is_single).collect();
    let mut at = 0;
    while let Some(first) = rest.get(at) {
        match shortest_round(old, new, first, &rest) {
            Some(round) => {
                rest.retain(|it| !round.contains(it));
                found.push(round);
            }
            None => at += 1,
        }
    }
    let question = |columns: Vec<&str>| Question::Swapped {
        table: new.name.clone(),
        columns: columns.into_iter().map(str::to_owned).collect(),
    };
    found.into_iter().map(question).collect()
}

/// The shortest round of more than two of the columns that begins with one of them: each column is declared as the one before it was.
fn shortest_round<'a>(old: &Table, new: &Table, first: &'a str, columns: &[&'a str]) -> Option<Vec<&'a str>> {
    let took = |from: &str, to: &str| match (old.column(from), new.column(to)) {
        (Some(was), Some(is)) => from != to && alike(was, &Column { name: was.name.clone(), ..is.clone() }),
        _ => false,
    };
    let mut ways = vec![vec![first]];
    let mut reached = vec![first];
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let Some(last) = way.last() else { continue };
            if way.len() > 2 && took(last, first) && is_swap(old, new, &way) {
                return Some(way);
            }
            for next in columns.iter().filter(|it| took(last, it)) {
                if !reached.contains(next) {
                    reached.push(next);
                    longer.push([way.clone(), vec![next]].concat());
                }
            }
        }
        ways = longer;
    }
    None
}

/// Whether each of the columns is declared otherwise than it was, and as the one before it was, the first as the last.
fn is_swap(old: &Table, new: &Table, columns: &[&str]) -> bool {
    let after = columns.iter().cycle().skip(1);
    // As `new` would be if each had kept its name.
    let names: Vec<(&str, &str)> = after.zip(columns).map(|(now, was)| (*now, *was)).collect();
    let back = renamed(new, &names);
    let all_alike = |other: &Table| columns.iter().all(|it| declared_alike(old, other, it));
    !all_alike(new) && all_alike(&back)
}

/// Whether everything declared of that column, its indexes among it, is the same in both tables. What a snapshot did not say is.
fn declared_alike(old: &Table, new: &Table, name: &str) -> bool {
    let (Some(was), Some(is)) = (old.column(name), new.column(name)) else { return false };
    let indexes = |table: &Table| {
        let has = |it: &&Index| it.reads(name);
        let shape = |it: &Index| format!("{} {:?} {:?} {:?}", it.unique, it.columns, it.nulls_equal, it.only);
        let mut shapes: Vec<String> = table.indexes.iter().filter(has).map(shape).collect();
        shapes.sort_unstable();
        shapes
    };
    alike(was, is) && indexes(old) == indexes(new)
}

/// Whether everything declared of one column alone is the same.
fn alike(was: &Column, is: &Column) -> bool {
    let rules = was.rules.is_none() || is.rules.is_none() || was.rules == is.rules;
    was.schema() == is.schema() && rules
}

/// The table with other names of columns, all of them given at once.
fn renamed(table: &Table, names: &[(&str, &str)]) -> Table {
    let mut table = table.clone();
    let rename = |name: &mut String| {
        if let Some((_, to)) = names.iter().find(|(from, _)| name == from) {
            *name = (*to).to_owned();
        }
    };
    table.columns.iter_mut().for_each(|it| rename(&mut it.name));
    table.indexes.iter_mut().flat_map(Index::columns_mut).for_each(rename);
    table
}

fn questions(gone: impl Iterator<Item = (SchemaObject, Vec<String>)>, answers: &Decisions) -> Vec<Question> {
    gone.filter(|(subject, candidates)| !candidates.is_empty() && !answers.cover(subject))
        .map(|(gone, candidates)| Question::Gone { gone, candidates })
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
        let (message, help) = match self {
            Self::Gone { gone, candidates } => {
                let named: Vec<String> = candidates.iter().map(|it| format!("`{it}`")).collect();
                let message = format!("was {gone} renamed to {}, or is it dropped?", named.join(" or "));
                (message, format!("say `--rename {}:{}` or `--drop {}`", gone.flag(), candidates[0], gone.flag()))
            }
            Self::Swapped { table, columns } => {
                let message = format!("{}: did they swap their names, or what they are?", declared_as(table, columns));
                let renames: Vec<String> =
                    trades(columns).map(|(was, is)| format!("--rename {table}.{was}:{is}")).collect();
                let kept = columns.first().map(String::as_str).unwrap_or_default();
                (message, format!("say `{}`, or `--keep {table}.{kept}`", renames.join(" ")))
            }
        };
        Diagnostic::new(DiagnosticCode::Ambiguous, message, help)
    }
}

/// What columns that may have swapped names were called, and what they would be called now.
pub(crate) fn trades(columns: &[String]) -> impl Iterator<Item = (&String, &String)> {
    columns.iter().zip(columns.iter().cycle().skip(1))
}

/// `people.first` is declared as `last` was, and so on.
pub(crate) fn declared_as(table: &str, columns: &[String]) -> String {
    let told = trades(columns).map(|(was, is)| format!("`{is}` as `{was}` was"));
    // The table is named once, with the first column.
    let mut told: Vec<String> = told.collect();
    told.rotate_right(1);
    let told = told.join(", and ");
    told.replacen('`', &format!("`{table}."), 1).replacen("` as", "` is declared as", 1)
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
