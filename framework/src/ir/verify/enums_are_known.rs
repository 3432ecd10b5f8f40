//! R1011: the enums that attributes, arguments, calculations and answers are of are declared, once, with variants.

use super::{Findings, repeated};
use crate::ir::{ActionKind, App, Resource, Returns, Type};

pub(super) fn enums_are_known(app: &App, found: &mut Findings<'_>) {
    for name in repeated(app.enums().iter().map(|it| &it.name)) {
        found.report(name, "two enums have this name");
    }
    for declared in app.enums() {
        if declared.variants.is_empty() {
            found.report(&declared.name, "an enum without variants has no values");
        }
        for stored in repeated(declared.variants.iter().map(|it| &it.stored)) {
            found.report(&declared.name, format!("two variants are stored as `{stored}`"));
        }
    }
    for resource in app.resources() {
        for (name, ty) in types(resource) {
            let place = format_args!("{}.{name}", resource.name);
            match ty {
                Type::Enum(name) if !app.enums().iter().any(|it| it.name == *name) => {
                    found.report(place, format!("there is no enum `{name}` in the app"));
                }
                Type::Duration => found.report(place, "a span of time can only be used inside of expressions"),
                _ => {}
            }
        }
    }
}

fn types(resource: &Resource) -> Vec<(&str, &Type)> {
    let mut types: Vec<(&str, &Type)> = resource.attributes.iter().map(|it| (it.name.as_str(), &it.ty)).collect();
    types.extend(resource.calculations.iter().map(|it| (it.name.as_str(), &it.ty)));
    for action in &resource.actions {
        let name = action.name.as_str();
        types.extend(action.arguments.iter().map(|it| (name, &it.ty)));
        if let ActionKind::Generic { returns, .. } = &action.kind {
            answered(returns, &mut |ty| types.push((name, ty)));
        }
    }
    types
}

fn answered<'a>(returns: &'a Returns, each: &mut impl FnMut(&'a Type)) {
    match returns {
        Returns::Value { ty, .. } => each(ty),
        Returns::Object { fields, .. } => fields.iter().for_each(|it| each(&it.ty)),
        Returns::List(item) => answered(item, each),
    }
}
