//! R1042: a default that is a known value keeps to the bounds of its attribute, and is not the same in every row of a unique one.

use super::Findings;
use crate::ir::{App, Attribute, Node, Resource, Subject, Type};
use crate::value::Value;

pub(super) fn defaults_fit(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for attribute in &resource.attributes {
            let Some(Node::Literal { value, .. }) = attribute.default.as_ref().map(|it| it.answer()) else { continue };
            let unique = is_unique(resource, attribute) && !value.is_null();
            let shared =
                unique.then(|| "its default is one value, and it is unique: a second row could not be stored".into());
            for message in bound_broken(attribute, value).into_iter().chain(shared) {
                found.report(Subject::field(resource, &attribute.name), message);
            }
        }
    }
}

/// Which bound a value does not keep to.
fn bound_broken(attribute: &Attribute, value: &Value) -> Option<String> {
    let bounds = &attribute.constraints;
    match value {
        Value::Int(number) => {
            let narrow = attribute.ty == Type::Integer && i32::try_from(*number).is_err();
            let below =
                bounds.min.filter(|it| number < it).map(|it| format!("its default {number} is below `min = {it}`"));
            let above =
                bounds.max.filter(|it| number > it).map(|it| format!("its default {number} is above `max = {it}`"));
            let wide = || format!("its default {number} does not fit into 32 bits: mark the attribute `big`");
            below.or(above).or_else(|| narrow.then(wide))
        }
        Value::Text(text) => {
            let length = text.chars().count();
            let beyond = |bound: Option<u32>| bound.and_then(|it| usize::try_from(it).ok());
            let short = beyond(bounds.min_length).filter(|it| length < *it);
            let long = beyond(bounds.max_length).filter(|it| length > *it);
            let short = short.map(|it| format!("its default is shorter than `min_length = {it}`"));
            short.or_else(|| long.map(|it| format!("its default is longer than `max_length = {it}`")))
        }
        _ => None,
    }
}

fn is_unique(resource: &Resource, attribute: &Attribute) -> bool {
    resource.identities.iter().any(|it| it.attributes.as_slice() == std::slice::from_ref(&attribute.name))
}
