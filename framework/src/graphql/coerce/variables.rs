//! The variables of a request: what decides the shape of its operation, and the values that do not.
//!
//! ```text
//! query($kind: ActivityKind!, $first: Int, $withOwner: Boolean!)     {"kind": "EXPLORE", "first": 20, "withOwner": true}
//! → structure: a value, the number 20, true          leaves: ["EXPLORE"]
//! ```
//! Two requests of one text with the same structure differ in their leaves alone, so that they are compiled once.

use std::cell::RefCell;
use std::collections::HashMap;

use async_graphql::Pos;
use async_graphql::parser::types::{OperationDefinition, Type};
use async_graphql_value::Value as Literal;
use serde_json::{Map, Value as Json};

use super::{Coercion, Given, InputPath, Raw};
use crate::graphql::error::ResponseError;
use crate::graphql::schema::Schema;
use crate::value::Value;

/// The variables that an operation defines.
#[derive(Debug)]
pub(in crate::graphql) struct Definitions {
    list: Vec<Definition>,
    /// Their positions.
    by_name: HashMap<String, usize>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Definition {
    name: String,
    pub(super) ty: Type,
    default: Option<Literal>,
    position: Pos,
    /// Whether it is the size of a page somewhere, which decides how many rows an operation could read.
    is_size: bool,
}

impl Definitions {
    /// The variables of an operation; `is_size` says which of them are sizes of pages.
    pub(in crate::graphql) fn of(operation: &OperationDefinition, is_size: impl Fn(&str) -> bool) -> Self {
        let definitions = operation.variable_definitions.iter().map(|it| Definition {
            name: it.node.name.node.to_string(),
            ty: it.node.var_type.node.clone(),
            default: it.node.default_value.as_ref().map(|it| it.node.clone().into_value()),
            position: it.pos,
            is_size: is_size(&it.node.name.node),
        });
        let list: Vec<_> = definitions.collect();
        let by_name = list.iter().enumerate().map(|(index, it)| (it.name.clone(), index)).collect();
        Self { list, by_name }
    }
}

impl Definition {
    /// Whether its default is a value other than null.
    pub(super) fn has_default(&self) -> bool {
        self.default.as_ref().is_some_and(|it| *it != Literal::Null)
    }
}

/// What the variables of a request decide besides values that are bound. Equal structures compile to equal operations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::graphql) struct Structure(Vec<u8>);

impl Structure {
    /// Its size in memory.
    pub(in crate::graphql) fn bytes(&self) -> usize {
        self.0.len()
    }
}

/// The variables of a request, coerced.
pub(in crate::graphql) struct Variables<'a> {
    definitions: &'a Definitions,
    /// In the order of their definitions.
    list: Vec<Variable<'a>>,
    /// The values that [`Given::Open`] stands for.
    pub(in crate::graphql) leaves: Vec<Value>,
    pub(in crate::graphql) structure: Structure,
}

/// One of them.
pub(super) struct Variable<'a> {
    pub(super) definition: &'a Definition,
    /// `None`: the variable has no value. Null is a value.
    pub(super) value: Option<Given>,
    /// Whether it holds a value of an enum, which is no JSON.
    pub(super) holds_enum: bool,
}

impl<'a> Variables<'a> {
    /// The variables that have a value, as JSON.
    pub(in crate::graphql) fn json(&self) -> impl Iterator<Item = (&str, Json)> {
        self.list.iter().filter_map(|it| Some((it.definition.name.as_str(), it.value.as_ref()?.json(&self.leaves))))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Given> {
        self.find(name)?.value.as_ref()
    }

    pub(super) fn find(&self, name: &str) -> Option<&Variable<'a>> {
        self.list.get(*self.definitions.by_name.get(name)?)
    }
}

/// The operation's variables with the values given, or their defaults. Values for other variables are ignored.
pub(in crate::graphql) fn variables<'a>(
    schema: &Schema,
    definitions: &'a Definitions,
    given: &Map<String, Json>,
) -> Result<Variables<'a>, Vec<ResponseError>> {
    let walk = RefCell::new(Walk::default());
    let mut list = Vec::with_capacity(definitions.list.len());
    let mut errors = Vec::new();
    for definition in &definitions.list {
        let Definition { name, ty, default, position, is_size } = definition;
        let path = InputPath::Variable(name);
        walk.borrow_mut().next_variable(*is_size);
        let coercion = Coercion { schema, variables: None, walk: Some(&walk) };
        let value = match (given.get(name), default) {
            (Some(json), _) => {
                walk.borrow_mut().present();
                coercion.coerce(ty, Raw::Json(json), &path).map(Some)
            }
            (None, Some(literal)) => {
                walk.borrow_mut().absent();
                coercion.coerce(ty, Raw::Literal(literal), &path).map(Some)
            }
            (None, None) if ty.nullable => {
                walk.borrow_mut().absent();
                Ok(None)
            }
            (None, None) => Err(format!("variable `${name}` of type `{ty}` was not given")),
        };
        match value {
            Ok(value) => {
                let holds_enum = walk.borrow_mut().end_variable();
                list.push(Variable { definition, value, holds_enum });
            }
            Err(message) => errors.push(ResponseError::invalid(message).at(*position)),
        }
    }
    let Walk { structure, leaves, .. } = walk.into_inner();
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Variables { definitions, list, leaves, structure: Structure(structure) })
}

/// What is noted while the value of a variable is coerced. Each step has a byte of its own, and each length stands before what has it: so
/// two values whose notes are equal are walked alike.
#[derive(Default)]
pub(super) struct Walk {
    structure: Vec<u8>,
    leaves: Vec<Value>,
    /// Whether the variable is the size of a page.
    pub(super) is_size: bool,
    holds_enum: bool,
}

impl Walk {
    fn next_variable(&mut self, is_size: bool) {
        self.is_size = is_size;
        self.holds_enum = false;
    }

    /// Whether the variable holds a value of an enum: JSON may not, so that it decides what can be compiled.
    fn end_variable(&mut self) -> bool {
        self.structure.push(if self.holds_enum { b'e' } else { b'.' });
        self.holds_enum
    }

    pub(super) fn absent(&mut self) {
        self.structure.push(b'-');
    }

    pub(super) fn present(&mut self) {
        self.structure.push(b'+');
    }

    pub(super) fn null(&mut self) {
        self.structure.push(b'0');
    }

    pub(super) fn list(&mut self, length: usize) {
        self.structure.push(b'[');
        self.number(length as i64);
    }

    pub(super) fn holds_enum(&mut self) {
        self.holds_enum = true;
    }

    /// A value that is bound.
    pub(super) fn leaf(&mut self, value: Value) -> Given {
        self.structure.push(b'?');
        self.leaves.push(value);
        Given::Open(self.leaves.len() - 1)
    }

    /// A value that decides the shape of the operation.
    pub(super) fn known(&mut self, value: Value) -> Given {
        match &value {
            Value::Bool(it) => self.structure.push(if *it { b't' } else { b'f' }),
            Value::Int(it) => {
                self.structure.push(b'i');
                self.number(*it);
            }
            other => {
                let text = super::json(other).to_string();
                self.structure.push(b'"');
                self.number(text.len() as i64);
                self.structure.extend_from_slice(text.as_bytes());
            }
        }
        Given::Known(value)
    }

    fn number(&mut self, number: i64) {
        self.structure.extend_from_slice(&number.to_le_bytes());
    }
}
