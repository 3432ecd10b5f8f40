//! R1011: the enums of attributes, arguments, calculations and return values are declared, once, with variants.

use super::{Findings, repeated};
use crate::ir::{ActionKind, App, Name, Resource, Returns, Subject, Type};

pub(super) fn enums_are_known(app: &App, found: &mut Findings<'_>) {
    for name in repeated(app.enums().iter().map(|it| &it.name)) {
        let name = Subject::Enum(name.clone());
        found.report_both(name.clone(), "two enums have this name", name, "the first is here");
    }
    for declared in app.enums() {
        if declared.variants.is_empty() {
            found.report(Subject::Enum(declared.name.clone()), "an enum without variants has no values");
        }
        for stored in repeated(declared.variants.iter().map(|it| &it.stored)) {
            found.report(Subject::Enum(declared.name.clone()), format!("two variants are stored as `{stored}`"));
        }
    }
    for resource in app.resources() {
        for (place, ty) in types(resource) {
            if let Type::Enum(name) = ty
                && app.find_enum(name).is_none()
            {
                found.report(place, format!("there is no enum `{name}` in the app"));
            }
        }
    }
}

fn types(resource: &Resource) -> Vec<(Subject, &Type)> {
    let field = |name: &Name| Subject::field(resource, name);
    let mut types: Vec<(Subject, &Type)> = resource.attributes.iter().map(|it| (field(&it.name), &it.ty)).collect();
    types.extend(resource.calculations.iter().map(|it| (field(&it.name), &it.ty)));
    for action in &resource.actions {
        let place = Subject::action(resource, &action.name);
        types.extend(action.arguments.iter().map(|it| (place.clone(), &it.ty)));
        if let ActionKind::Generic { returns, .. } = &action.kind {
            returned(returns, &mut |ty| types.push((place.clone(), ty)));
        }
    }
    types
}

fn returned<'a>(returns: &'a Returns, each: &mut impl FnMut(&'a Type)) {
    match returns {
        Returns::Value { ty, .. } => each(ty),
        Returns::Object { fields, .. } => fields.iter().for_each(|it| each(&it.ty)),
        Returns::Row { .. } => {}
        Returns::List(item) => returned(item, each),
    }
}
