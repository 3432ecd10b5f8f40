//! The root fields as calls, grouped by their resources and named as people call them.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use samara::graphql::{RootCall, roots};
use samara::ir::{App, ResourceId};

use super::schema::Types;
use super::{
    Argument, ArgumentPosition, Call, Field, Group, InputField, ObjectKind, OperationKind, ResultShape, SignInCalls,
    TypeRef,
};
use crate::diagnostic::Diagnostic;
use crate::emit;

/// All calls of an API.
pub(super) struct Calls {
    pub(super) groups: Vec<Group>,
    pub(super) sign_in: Option<SignInCalls>,
}

/// A call whose name is still to be settled.
struct Unnamed {
    /// What it is called if nothing else of its group is.
    name: String,
    /// Whether that is the framework's own word, which an action's name gives way to.
    is_fixed: bool,
    call: Call,
}

/// The calls of the declaration's API.
///
/// # Errors
/// `R0716`.
pub(super) fn calls(app: &App, types: &Types) -> Result<Calls, Diagnostic> {
    let mut of_resources: Vec<(ResourceId, Vec<Unnamed>)> =
        app.resources_by_id().map(|(id, _)| (id, Vec::new())).collect();
    let (mut request_code, mut sign_in, mut sign_out) = (None, None, None);
    for root in roots(app).map_err(|error| emit::no_api(&error))? {
        let Some((operation, field)) = types.root(&root.name) else {
            return Err(emit::not_understood(&format!("the schema has no root field `{}`", root.name)));
        };
        let mut call = call(types, operation, field);
        let (resource, name, is_fixed) = match root.call {
            RootCall::Action { resource, action } => {
                let declared = app.resource(resource).actions.iter().find(|it| it.name == action);
                call.takes_key &= declared.is_some_and(|it| !it.sensitive);
                let lists = declared.is_some_and(|it| it.primary && it.read().is_some_and(|it| !it.get));
                (resource, if lists { "list".to_owned() } else { action.snake() }, lists)
            }
            RootCall::Get { resource } => (resource, "get".to_owned(), true),
            RootCall::CurrentUser { resource } => (resource, "current".to_owned(), true),
            RootCall::RequestSignInCode => {
                request_code = Some(Call { name: "request_code".to_owned(), takes_key: false, ..call });
                continue;
            }
            RootCall::SignInWithCode => {
                sign_in = Some(Call { name: "sign_in".to_owned(), takes_key: false, ..call });
                continue;
            }
            RootCall::SignOut => {
                sign_out = Some(Call { name: "sign_out".to_owned(), takes_key: false, ..call });
                continue;
            }
        };
        if let Some((_, calls)) = of_resources.iter_mut().find(|(it, _)| *it == resource) {
            calls.push(Unnamed { name, is_fixed, call });
        }
    }
    let groups = of_resources.into_iter().filter_map(|(id, calls)| {
        let resource = app.resource(id);
        let type_name = resource.graphql.as_ref()?.type_name.to_string();
        let docs = resource.docs.trim().to_owned();
        (!calls.is_empty()).then(|| Group { name: resource.table.snake(), type_name, docs, calls: named(calls) })
    });
    let user = types.object("SignedIn").and_then(|it| it.fields.iter().find(|it| it.name == "user"));
    let user = user.map(|it| it.ty.name().to_owned());
    let sign_in = request_code.zip(sign_in).zip(sign_out);
    let sign_in =
        sign_in.map(|((request_code, sign_in), sign_out)| SignInCalls { request_code, sign_in, sign_out, user });
    Ok(Calls { groups: groups.collect(), sign_in })
}

/// Gives each its own name: the framework's words first, then the names of actions; one whose name is taken is called after its root field.
fn named(calls: Vec<Unnamed>) -> Vec<Call> {
    let mut taken = BTreeSet::new();
    for it in calls.iter().filter(|it| it.is_fixed) {
        taken.insert(it.name.clone());
    }
    let mut late = Vec::new();
    for (index, it) in calls.iter().enumerate().filter(|(_, it)| !it.is_fixed) {
        if !taken.insert(it.name.clone()) {
            late.push(index);
        }
    }
    let name = |(index, Unnamed { name, call, .. }): (usize, Unnamed)| {
        let name = if late.contains(&index) { free(&mut taken, &call.field.to_snake_case()) } else { name };
        Call { name, ..call }
    };
    calls.into_iter().enumerate().map(name).collect()
}

/// The name, or else the name with a number.
fn free(taken: &mut BTreeSet<String>, name: &str) -> String {
    let numbered = (2..).map(|it| format!("{name}_{it}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    // The numbers do not end.
    names.find(|it| taken.insert(it.clone())).unwrap_or_default()
}

fn call(types: &Types, operation: OperationKind, field: &Field) -> Call {
    let object = types.object(field.ty.name());
    let in_object = |name: &str| object.and_then(|it| it.fields.iter().find(|it| it.name == name));
    let (shape, result) = match object.map(|it| &it.kind) {
        Some(ObjectKind::Connection { node }) => {
            (ResultShape::Page, TypeRef::Named { name: node.clone(), nullable: false })
        }
        Some(ObjectKind::Payload) if operation == OperationKind::Mutation => {
            (ResultShape::Payload, in_object("result").map_or_else(|| field.ty.clone(), |it| it.ty.clone()))
        }
        _ => (ResultShape::Plain, field.ty.clone()),
    };
    let is_page = |it: &InputField| shape == ResultShape::Page && PAGE.contains(&it.name.as_str());
    let mut arguments = Vec::new();
    let mut input = None;
    for argument in &field.arguments {
        match types.input(argument.ty.name()) {
            Some(object) if operation == OperationKind::Mutation && argument.name == "input" => {
                input = Some(object.name.clone());
                arguments.extend(object.fields.iter().map(|it| (it, ArgumentPosition::Input)));
            }
            _ if is_page(argument) => arguments.push((argument, ArgumentPosition::Page)),
            _ => arguments.push((argument, ArgumentPosition::Field)),
        }
    }
    let mut taken = BTreeSet::new();
    let mut arguments: Vec<Argument> = arguments
        .into_iter()
        .map(|(it, position)| {
            let snake = it.name.to_snake_case();
            // An action may have an argument `id` of its own beside the row's.
            let name = if taken.contains(&snake) { format!("input_{snake}") } else { snake };
            let name = free(&mut taken, &name);
            let InputField { name: field, docs, ty, default } = it.clone();
            Argument { name, field, docs, ty, default, position }
        })
        .collect();
    arguments.sort_by_key(|it| !it.is_required());
    Call {
        name: field.name.to_snake_case(),
        field: field.name.clone(),
        operation,
        takes_key: operation == OperationKind::Mutation,
        docs: field.docs.clone(),
        arguments,
        input,
        shape,
        result,
    }
}

/// The arguments that say which page.
const PAGE: [&str; 4] = ["first", "after", "last", "before"];
