//! Enums as data.

use super::Located;
use crate::ir::{Enum, Name, Variant};
use crate::value::Value;

/// An enum; each variant by its stored text and its documentation.
#[track_caller]
pub fn enumeration(name: &'static str, docs: &str, variants: &[(&'static str, &str)]) -> Located<Enum> {
    let first_paragraph = docs.split("\n\n").next().unwrap_or_default();
    let variants = variants.iter().map(|(stored, docs)| Variant { stored: Name::new(stored), docs: (*docs).into() });
    Located::here(Enum { name: Name::new(name), docs: first_paragraph.into(), variants: variants.collect() })
}

/// The stored form of a variant.
pub fn text_value(text: &str) -> Value {
    Value::Text(text.into())
}

/// The enums of a resource: those of its actions, of the types of its attributes, and of its calculations.
pub fn enums(
    actions: Vec<Located<Enum>>,
    attributes: &[fn() -> Option<Located<Enum>>],
    calculations: Vec<Located<Enum>>,
) -> Vec<Located<Enum>> {
    actions.into_iter().chain(enums_of(attributes)).chain(calculations).collect()
}

/// The enums among types.
pub fn enums_of(types: &[fn() -> Option<Located<Enum>>]) -> Vec<Located<Enum>> {
    types.iter().filter_map(|enumeration| enumeration()).collect()
}
