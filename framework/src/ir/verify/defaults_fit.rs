//! R1042: a default that is a known value keeps to the bounds of its attribute, and is not the same in every row of a unique one.

use super::Findings;
use crate::ir::{App, Attribute, Node, Resource, Subject, Type};
use crate::value::Value;

pub(super) fn defaults_fit(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for attribute in &resource.attributes {
            let Some(Node::Literal { value, .. }) = attribute.default.as_ref().map(|it| it.root_node()) else {
                continue;
            };
            if value.is_null() {
                continue;
            }
            let shared = is_unique(resource, attribute)
                .then(|| "its default is one value, and it is unique: a second row could not be stored".to_owned());
            let unfit = misfit(resource, attribute, value).map(|why| format!("its default {why}"));
            for message in unfit.into_iter().chain(shared) {
                found.report(Subject::field(resource, &attribute.name), message);
            }
        }
    }
}

/// Why a row could not be stored with this value, not NULL, of the attribute.
pub(super) fn misfit(resource: &Resource, attribute: &Attribute, value: &Value) -> Option<String> {
    let refused = match value.unstorable() {
        Some(why) => Err(why.to_owned()),
        None => resource.keeps_to_bounds(attribute, value),
    };
    let wide = matches!(value, Value::Int(it) if attribute.ty == Type::Integer && i32::try_from(*it).is_err());
    refused.err().or_else(|| wide.then(|| "does not fit into 32 bits: mark the attribute `big`".into()))
}

fn is_unique(resource: &Resource, attribute: &Attribute) -> bool {
    resource.identities.iter().any(|it| it.attributes.as_slice() == std::slice::from_ref(&attribute.name))
}
