//! R1023: no two things take the same name in the GraphQL API.
//!
//! Each finding names both declarations and offers a name that is free. Two resources with one type name would clash in every name made
//! from it, so only the type name is reported; and of two resources with one table, the plural is not reported.

use std::collections::HashSet;

use super::Findings;
use crate::ir::{Action, ActionKind, App, Graphql, Name, Resource, Returns, Role, Subject, graphql_name};

/// Types that every API may have.
const TYPES: [&str; 35] = [
    "Wrote",
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
    "Date",
    "Time",
    "Duration",
    "Bytes",
    "JSON",
    "StringFilter",
    "IntFilter",
    "BigIntFilter",
    "BooleanFilter",
    "IdFilter",
    "FloatFilter",
    "DateTimeFilter",
    "DateFilter",
    "TimeFilter",
    "DurationFilter",
    "BytesFilter",
    "JsonFilter",
    "JSONFilter",
    "SortOrder",
    "PageInfo",
    "ActionError",
    "ErrorCode",
    "SignInFlow",
    "SignedIn",
];
/// What the finding says of the other declaration.
const FIRST: &str = "makes it first";
/// Mutations of the framework.
const MUTATIONS: [&str; 3] = ["requestSignInCode", "signInWithCode", "signOut"];

pub(super) fn graphql_names_differ(app: &App, found: &mut Findings<'_>) {
    let exposed: Vec<_> = app.resources().iter().filter_map(|it| Some((it, exposed(it)?))).collect();
    let (queries, mutations) = (queries(&exposed), mutations(&exposed));
    let mut types = Names::default();
    TYPES.iter().for_each(|it| types.add(*it, Owner::Framework));
    for declared in app.enums() {
        for name in [declared.name.to_string(), graphql_name::filter(&declared.name)] {
            types.add(name, Owner::Enum(&declared.name));
        }
    }
    for (resource, graphql) in &exposed {
        object_types(graphql).into_iter().for_each(|name| types.add(name, Owner::Resource(resource, graphql)));
    }
    returned(&exposed, &mut types, found);
    for (name, owner) in mutations.once() {
        types.add(graphql_name::input(name), owner);
        types.add(graphql_name::payload(name), owner);
    }
    let mut told = HashSet::new();
    for (place, names) in [("", &types), ("Query.", &queries), ("Mutation.", &mutations)] {
        let taken = |name: &str| names.has(name) || types.has(name) || names.has(&graphql_name::field(name));
        names.report(place, found, &mut told, |owner| owner.advice(app, &taken));
    }
    for (resource, graphql) in &exposed {
        members(resource, graphql, found);
        for action in resource.actions.iter().filter(|it| it.public) {
            inputs(resource, graphql, action, found);
        }
    }
}

/// What a name is made from.
#[derive(Clone, Copy)]
enum Owner<'a> {
    Framework,
    Enum(&'a Name),
    Resource(&'a Resource, &'a Graphql),
    Action(&'a Resource, &'a Graphql, &'a Action),
    /// The object that an action returns.
    Answer(&'a Resource, &'a Action),
}

impl<'a> Owner<'a> {
    fn described(self) -> String {
        match self {
            Self::Framework => "the framework".into(),
            Self::Enum(name) => format!("the enum `{name}`"),
            Self::Resource(resource, _) => format!("the resource `{}`", resource.name),
            Self::Action(resource, _, action) => format!("`{}.{}`", resource.name, action.name),
            Self::Answer(resource, action) => format!("what `{}.{}` answers", resource.name, action.name),
        }
    }

    /// The declaration that the name is made from; `None`: it is the framework's.
    fn subject(self) -> Option<Subject> {
        match self {
            Self::Framework => None,
            Self::Enum(name) => Some(Subject::Enum(name.clone())),
            Self::Resource(resource, _) => Some(resource.into()),
            Self::Action(resource, _, action) | Self::Answer(resource, action) => {
                Some(Subject::action(resource, &action.name))
            }
        }
    }

    /// The resource or enum it belongs to.
    fn declared(self) -> &'a str {
        match self {
            Self::Framework => "",
            Self::Enum(name) => name,
            Self::Resource(resource, _) | Self::Action(resource, ..) | Self::Answer(resource, _) => &resource.name,
        }
    }

    fn resource(self) -> Option<&'a Resource> {
        match self {
            Self::Framework | Self::Enum(_) => None,
            Self::Resource(resource, _) | Self::Action(resource, ..) | Self::Answer(resource, _) => Some(resource),
        }
    }

    /// What to write, so that its name is free.
    fn advice(self, app: &App, taken: &dyn Fn(&str) -> bool) -> String {
        match self {
            Self::Framework => String::new(),
            Self::Enum(name) => format!("give `{name}` another name"),
            Self::Resource(resource, graphql) => {
                let domain = app.domains().iter().find(|it| it.resources.contains(&resource.name));
                let domain = domain.map_or("Other", |it| it.name.as_str());
                let candidates = [resource.name.to_string(), format!("{domain}{}", graphql.type_name)];
                format!("write `#[graphql(type = \"{}\")]` on `{}`", free(candidates, taken), resource.name)
            }
            Self::Action(resource, graphql, action) => {
                let plain = Action { graphql_name: None, ..action.clone() };
                let candidates = [
                    graphql_name::action(&plain, resource, graphql),
                    format!("{}{}", action.name.camel(), resource.name.pascal()),
                    format!("{}{}", resource.name.camel(), action.name.pascal()),
                ];
                let name = free(candidates, taken);
                format!("write `name = \"{name}\"` in the options of `{}.{}`", resource.name, action.name)
            }
            Self::Answer(resource, action) => {
                format!("give the struct that `{}.{}` answers another name", resource.name, action.name)
            }
        }
    }
}

/// The first candidate that is free, or the last one with a number.
fn free(candidates: impl IntoIterator<Item = String>, taken: &dyn Fn(&str) -> bool) -> String {
    let mut last = String::new();
    for candidate in candidates {
        if !taken(&candidate) {
            return candidate;
        }
        last = candidate;
    }
    (2..).map(|it| format!("{last}{it}")).find(|it| !taken(it)).unwrap_or(last)
}

/// Names of one kind, each with what it is made from.
#[derive(Default)]
struct Names<'a>(Vec<(String, Owner<'a>)>);

impl<'a> Names<'a> {
    fn add(&mut self, name: impl Into<String>, owner: Owner<'a>) {
        self.0.push((name.into(), owner));
    }

    /// Each name with its first owner.
    fn once(&self) -> impl Iterator<Item = (&str, Owner<'a>)> {
        let mut seen = HashSet::new();
        self.0.iter().filter(move |(name, _)| seen.insert(name)).map(|(name, owner)| (name.as_str(), *owner))
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(it, _)| it == name)
    }

    /// Reports each name that occurs twice: once for two declarations, and nothing more of resources whose type names clash.
    fn report(
        &self,
        place: &str,
        found: &mut Findings<'_>,
        told: &mut HashSet<[String; 2]>,
        advice: impl Fn(Owner<'a>) -> String,
    ) {
        for (index, (name, later)) in self.0.iter().enumerate() {
            let Some((_, earlier)) = self.0[..index].iter().find(|(it, _)| it == name) else { continue };
            let resources = [earlier, later].map(|it| it.declared().to_owned());
            if told.contains(&resources) || !told.insert([earlier, later].map(|it| it.described())) {
                continue;
            }
            if is_their_table(name, *earlier, *later) {
                continue;
            }
            if matches!((earlier, later), (Owner::Resource(..) | Owner::Enum(_), Owner::Resource(..))) {
                told.insert(resources);
            }
            let message =
                format!("makes GraphQL's `{place}{name}`, as {} does; {}", earlier.described(), advice(*later));
            match (later.subject(), earlier.subject()) {
                (Some(later), Some(earlier)) => found.report_both(later, message, earlier, FIRST),
                (Some(one), None) | (None, Some(one)) => found.report(one, message),
                (None, None) => {}
            }
        }
    }
}

/// Whether the name is the plural of one table that both are in, which `R1002` has said.
fn is_their_table(name: &str, earlier: Owner<'_>, later: Owner<'_>) -> bool {
    let [Some(earlier), Some(later)] = [earlier, later].map(Owner::resource) else { return false };
    earlier.table == later.table && name == graphql_name::plural(later)
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

/// The fields of `Query`.
fn queries<'a>(exposed: &[(&'a Resource, &'a Graphql)]) -> Names<'a> {
    let mut names = Names::default();
    names.add("currentUser", Owner::Framework);
    for (resource, graphql) in exposed {
        for action in resource.actions.iter().filter(|it| it.public && reads(it)) {
            let primary = action.primary && action.read().is_some_and(|it| !it.get);
            if primary {
                names.add(graphql_name::singular(graphql), Owner::Resource(resource, graphql));
            }
            let name = match (&action.graphql_name, primary) {
                (None, true) => graphql_name::plural(resource),
                _ => graphql_name::action(action, resource, graphql),
            };
            names.add(name, Owner::Action(resource, graphql, action));
        }
    }
    names
}

/// The fields of `Mutation`.
fn mutations<'a>(exposed: &[(&'a Resource, &'a Graphql)]) -> Names<'a> {
    let mut names = Names::default();
    MUTATIONS.iter().for_each(|it| names.add(*it, Owner::Framework));
    for (resource, graphql) in exposed {
        for action in resource.actions.iter().filter(|it| it.public && !reads(it)) {
            let name = graphql_name::action(action, resource, graphql);
            names.add(name, Owner::Action(resource, graphql, action));
        }
    }
    names
}

fn reads(action: &Action) -> bool {
    matches!(action.kind, ActionKind::Read(_) | ActionKind::Generic { query: true, .. })
}

/// The objects that generic actions return. Several may return the same object, but no other object may have its name.
fn returned<'a>(exposed: &[(&'a Resource, &'a Graphql)], types: &mut Names<'a>, found: &mut Findings<'_>) {
    let mut objects: Vec<(&Returns, &Resource, &Action)> = Vec::new();
    for (resource, _) in exposed {
        for action in resource.actions.iter().filter(|it| it.public) {
            let ActionKind::Generic { returns, .. } = &action.kind else { continue };
            let object = returns.item();
            let Returns::Object { name, fields, .. } = object else { continue };
            let here = |resource: &Resource, action: &Action| Subject::action(resource, &action.name);
            let is_named = |it: &Returns| matches!(it, Returns::Object { name: known, .. } if known == name);
            match objects.iter().find(|(it, ..)| is_named(it)) {
                Some((same, ..)) if *same == object => {}
                Some((_, owner, other)) => {
                    let message = format!(
                        "answers a `{name}` with other fields than that of `{}.{}`; rename one of the structs",
                        owner.name, other.name
                    );
                    found.report_both(here(resource, action), message, here(owner, other), FIRST);
                }
                None => {
                    types.add(name.as_str(), Owner::Answer(resource, action));
                    let members = fields.iter().map(|it| Member::of("field", &it.name));
                    differ(name, |_| here(resource, action), members, found);
                    objects.push((object, resource, action));
                }
            }
        }
    }
}

/// The fields of the object type, and the members `and`, `or` and `not` of its filter.
fn members(resource: &Resource, graphql: &Graphql, found: &mut Findings<'_>) {
    let attributes = resource.attributes.iter().filter(|it| it.public && !it.sensitive);
    let calculations = resource.calculations.iter().filter(|it| it.public);
    let relationships = resource.relationships.iter().filter(|it| it.public);
    let of_filter = ["and", "or", "not"].map(|it| Member { name: it.into(), kind: "filter", rust: None });
    let names = attributes.map(|it| Member::of("attribute", &it.name));
    let names = names.chain(calculations.map(|it| Member::of("calculation", &it.name)));
    let names = names.chain(relationships.map(|it| Member::of("relationship", &it.name)));
    let here = |name: &Name| Subject::field(resource, name);
    differ(&graphql.type_name, here, of_filter.into_iter().chain(names), found);
}

/// What an action is given: its field's arguments, or the fields of its input.
fn inputs(resource: &Resource, graphql: &Graphql, action: &Action, found: &mut Findings<'_>) {
    let of_list: &[&str] = match action.read() {
        Some(read) if read.get => &[],
        Some(read) if read.pagination.is_some() => &["filter", "sort", "first", "after", "last", "before"],
        Some(_) => &["filter", "sort"],
        None => &[],
    };
    let of_list = of_list.iter().map(|it| Member { name: (*it).into(), kind: "list", rust: None });
    // Beside the argument that holds the input.
    let named: Vec<_> = action.named_by.iter().filter(|it| action.has_row() && !it.actor).collect();
    let beside = named.first().map(|_| Member { name: "input".into(), kind: "argument", rust: None });
    let named = beside.into_iter().chain(named.iter().map(|it| Member::of("attribute", &it.attribute)));
    differ(&graphql_name::action(action, resource, graphql), |_| Subject::action(resource, &action.name), named, found);
    let accepted = action.accept.iter().map(|it| Member::of("attribute", it));
    let arguments = action.arguments.iter().map(|it| Member::of("argument", &it.name));
    let field = graphql_name::action(action, resource, graphql);
    let here = |_: &Name| Subject::action(resource, &action.name);
    differ(&field, here, of_list.chain(accepted).chain(arguments), found);
}

/// A field, argument or input field.
struct Member<'a> {
    name: String,
    kind: &'static str,
    /// Its name in Rust; `None`: it is the framework's.
    rust: Option<&'a Name>,
}

impl<'a> Member<'a> {
    fn of(kind: &'static str, name: &'a Name) -> Self {
        Self { name: name.camel(), kind, rust: Some(name) }
    }

    fn described(&self) -> String {
        match self.rust {
            Some(name) => format!("the {} `{name}`", self.kind),
            None => format!("the {} itself", self.kind),
        }
    }
}

/// Reports each member of `owner` that has the name of one before it. Equal names in Rust are reported by R1003. `here` is where a member
/// is declared.
fn differ<'a>(
    owner: &str,
    here: impl Fn(&Name) -> Subject,
    members: impl Iterator<Item = Member<'a>>,
    found: &mut Findings<'_>,
) {
    let members: Vec<_> = members.collect();
    for (index, later) in members.iter().enumerate() {
        let earlier = members[..index].iter().find(|it| it.name == later.name && it.rust != later.rust);
        let (Some(earlier), Some(place)) = (earlier, later.rust.map(&here)) else { continue };
        let (other, this) = (earlier.described(), later.described());
        let message = format!("{this} makes GraphQL's `{owner}.{}`, as {other} does; rename one", later.name);
        match earlier.rust.map(&here).filter(|it| *it != place) {
            Some(other) => found.report_both(place, message, other, FIRST),
            None => found.report(place, message),
        }
    }
}
