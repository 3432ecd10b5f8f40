//! What must hold of a row that an action writes, and what is told where it does not.

use serde::{Deserialize, Serialize};

use super::{Name, Node, Path, Resource, Tree};
use crate::value::{Value, bytes_text, date_text, duration_text, float_text, time_text, timestamp_text};

/// A condition of an action with the message of its failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requirement {
    /// Whether the row is asked as it was (`require`, of an update or destroy) or as it will be (`validate`).
    pub old: bool,
    /// Where it is asked at all, of the same row; absent: always. Where this is not true, the requirement is met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Tree>,
    /// The condition. Only true passes.
    pub condition: Tree,
    /// One sentence for the caller. If there are values, `{}` stands for each in turn, and a brace of the sentence itself is written twice.
    pub message: String,
    /// What the message tells beside its words: expressions over the same row, in the order of the places that they take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Tree>,
    /// The attributes and arguments that the condition reads, the row's first. While one of them is wrong itself, it is not asked.
    pub fields: Vec<Name>,
    /// The attribute or argument that the failure is reported at; absent: all those that it reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_at: Option<Name>,
}

impl Requirement {
    /// One that is always asked, whose message tells no value; which fields it reads is found when the action is finished.
    pub(crate) fn new(old: bool, condition: Tree, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { old, when: None, condition, message, values: Vec::new(), fields: Vec::new(), reported_at: None }
    }

    /// What decides whether it is met: its conditions.
    pub fn conditions(&self) -> impl Iterator<Item = &Tree> {
        self.when.iter().chain([&self.condition])
    }

    /// Whether it depends on rows besides the one it is asked of and the actor's.
    pub fn asks_other_rows(&self) -> bool {
        self.conditions().any(Tree::asks_other_rows)
    }

    /// Whether it depends on the action's arguments.
    pub fn asks_arguments(&self) -> bool {
        self.conditions().any(Tree::asks_arguments)
    }

    /// Whether it reads an attribute of its row or an argument of which `is_wrong` holds: nothing more is said of a value that is wrong
    /// already.
    pub(crate) fn reads_wrong(&self, resource: &Resource, is_wrong: impl Fn(&str) -> bool) -> bool {
        let of_values = self.values.iter().chain(&self.when).flat_map(|it| names_read(resource, it));
        self.fields.iter().chain(of_values).any(|it| is_wrong(it))
    }

    /// The message with the text of each value in its place.
    pub fn with_values(&self, values: &[String]) -> String {
        if self.values.is_empty() {
            return self.message.clone();
        }
        let (mut told, mut values) = (String::with_capacity(self.message.len()), values.iter());
        let mut letters = self.message.chars().peekable();
        while let Some(letter) = letters.next() {
            match (letter, letters.peek()) {
                ('{', Some('{')) | ('}', Some('}')) => {
                    letters.next();
                    told.push(letter);
                }
                ('{', Some('}')) => {
                    letters.next();
                    told.push_str(values.next().map_or("", String::as_str));
                }
                _ => told.push(letter),
            }
        }
        told
    }
}

/// The attributes of the row and the arguments that a tree reads. A row that a key points at counts as that key.
fn names_read<'a>(resource: &'a Resource, tree: &'a Tree) -> impl Iterator<Item = &'a Name> {
    let nodes = tree.nodes.iter().filter_map(|it| match it {
        Node::Column { path: Tree::ROW, attribute } => {
            resource.attributes.get(usize::from(*attribute)).map(|it| &it.name)
        }
        Node::Argument { name, .. } => Some(name),
        _ => None,
    });
    let keys = tree.paths.iter().filter_map(|it| match it {
        Path::One { from: Tree::ROW, relationship } => resource.relationships.get(usize::from(*relationship))?.key(),
        _ => None,
    });
    nodes.chain(keys)
}

/// A value in a sentence: an enum as it is stored, a time as RFC 3339, what is absent as `nothing`.
pub(crate) fn in_a_sentence(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::Bool(it) => it.to_string(),
        Value::Int(it) => it.to_string(),
        Value::Float(it) => float_text(*it),
        Value::Text(it) => it.clone(),
        Value::Uuid(it) => it.to_string(),
        Value::Timestamp(it) => timestamp_text(*it),
        Value::Date(it) => date_text(*it),
        Value::Time(it) => time_text(*it),
        Value::Bytes(it) => bytes_text(it),
        Value::Json(it) => it.to_string(),
        Value::Duration(it) => duration_text(*it),
        Value::List(items) => items.iter().map(in_a_sentence).collect::<Vec<_>>().join(", "),
    }
}
