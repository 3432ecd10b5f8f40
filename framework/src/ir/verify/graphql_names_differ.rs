//! R1023: no two things take the same name in the GraphQL API.

use super::{Findings, repeated};
use crate::ir::{ActionKind, App, Graphql, Resource, Returns, Role, Subject, Type, graphql_name};

/// Types that every API may have.
const TYPES: [&str; 25] = [
    "Query",
    "Mutation",
    "Subscription",
    "String",
    "Int",
    "Float",
    "Boolean",
    "ID",
    "BigInt",
    "DateTime",
    "JSON",
    "StringFilter",
    "IntFilter",
    "BigIntFilter",
    "BooleanFilter",
    "IdFilter",
    "DateTimeFilter",
    "JsonFilter",
    "JSONFilter",
    "SortOrder",
    "PageInfo",
    "ActionError",
    "ErrorCode",
    "SignInFlow",
    "SignedIn",
];
/// Root fields of the framework.
const ROOTS: [&str; 4] = ["currentUser", "requestSignInCode", "signInWithCode", "signOut"];

pub(super) fn graphql_names_differ(app: &App, found: &mut Findings<'_>) {
    let exposed: Vec<_> = app.resources().iter().filter_map(|it| Some((it, exposed(it)?))).collect();
    let fields: Vec<Root> = ROOTS
        .map(Root::of_framework)
        .into_iter()
        .chain(exposed.iter().flat_map(|(it, graphql)| roots(it, graphql)))
        .collect();
    let mut types: Vec<String> = TYPES.map(String::from).into();
    for declared in app.enums() {
        types.extend([declared.name.to_string(), graphql_name::filter(&declared.name)]);
    }
    types.extend(exposed.iter().flat_map(|(_, graphql)| object_types(graphql)));
    types.extend(answered(&exposed, found));
    let mut mutations: Vec<_> = fields.iter().filter(|it| it.mutation).map(|it| it.name.as_str()).collect();
    mutations.sort_unstable();
    mutations.dedup();
    types.extend(mutations.into_iter().flat_map(|it| [graphql_name::input(it), graphql_name::payload(it)]));
    for name in repeated(fields.iter().map(|it| &it.name)) {
        found.report(Subject::GraphqlName(name.to_string()), "two root fields have this name: give one `name = \"…\"`");
    }
    for name in repeated(types) {
        found.report(Subject::GraphqlName(name.to_string()), "two types have this name");
    }
    for (resource, graphql) in &exposed {
        for name in repeated(members(resource)) {
            found.report(Subject::GraphqlName(format!("{}.{name}", graphql.type_name)), "two fields have this name");
        }
    }
}

/// A field of `Query` or `Mutation`.
struct Root {
    name: String,
    /// Whether it has a payload, and perhaps an input.
    mutation: bool,
}

impl Root {
    fn of_framework(name: &str) -> Self {
        Self { name: name.into(), mutation: name != "currentUser" }
    }
}

/// Sign-in's own resources are never in the API.
fn exposed(resource: &Resource) -> Option<&Graphql> {
    match resource.role {
        Some(Role::MagicLink { .. } | Role::Session { .. }) => None,
        Some(Role::Actor { .. }) | None => resource.graphql.as_ref(),
    }
}

fn object_types(graphql: &Graphql) -> Vec<String> {
    let object = graphql.type_name.as_str();
    let made = [
        graphql_name::connection,
        graphql_name::edge,
        graphql_name::filter,
        graphql_name::sort,
        graphql_name::sort_field,
    ];
    [object.to_owned()].into_iter().chain(made.map(|it| it(object))).collect()
}

fn roots(resource: &Resource, graphql: &Graphql) -> Vec<Root> {
    let mut roots = Vec::new();
    for action in resource.actions.iter().filter(|it| it.public) {
        let primary = action.primary && action.read().is_some_and(|it| !it.get);
        if primary {
            roots.push(Root { name: graphql_name::singular(graphql), mutation: false });
        }
        let name = match (&action.graphql_name, primary) {
            (None, true) => graphql_name::plural(resource),
            _ => graphql_name::action(action, resource, graphql),
        };
        let reads = matches!(action.kind, ActionKind::Read(_) | ActionKind::Generic { query: true, .. });
        roots.push(Root { name, mutation: !reads });
    }
    roots
}

/// The objects that generic actions answer. Several may answer the same one, but not others of its name.
fn answered(exposed: &[(&Resource, &Graphql)], found: &mut Findings<'_>) -> Vec<String> {
    let mut objects: Vec<&Returns> = Vec::new();
    for (resource, _) in exposed {
        for action in resource.actions.iter().filter(|it| it.public) {
            let ActionKind::Generic { returns, .. } = &action.kind else { continue };
            let object = item(returns);
            let Some(name) = object_name(object) else { continue };
            match objects.iter().find(|it| object_name(it) == Some(name)) {
                Some(same) if *same == object => {}
                Some(_) => {
                    found.report(Subject::GraphqlName(name.to_string()), "two objects of this name have other fields")
                }
                None => objects.push(object),
            }
        }
    }
    objects.into_iter().filter_map(object_name).map(String::from).collect()
}

fn item(returns: &Returns) -> &Returns {
    match returns {
        Returns::List(it) => item(it),
        Returns::Value { .. } | Returns::Object { .. } => returns,
    }
}

fn object_name(returns: &Returns) -> Option<&str> {
    match returns {
        Returns::Object { name, .. } => Some(name),
        Returns::Value { .. } | Returns::List(_) => None,
    }
}

/// The fields of the object type, and the members `and`, `or` and `not` of its filter.
fn members(resource: &Resource) -> Vec<String> {
    let attributes = resource.attributes.iter().filter(|it| it.public && !it.sensitive && it.ty != Type::Duration);
    let relationships = resource.relationships.iter().filter(|it| it.public);
    let calculations = resource.calculations.iter().filter(|it| it.public);
    let names = attributes.map(|it| &it.name);
    let names = names.chain(relationships.map(|it| &it.name)).chain(calculations.map(|it| &it.name));
    names.map(|it| it.camel()).chain(["and", "or", "not"].map(String::from)).collect()
}
