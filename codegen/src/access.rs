//! Who may do what: each action of each resource, for nobody and for each role, as its policies leave it. Pure.
//!
//! The policies are asked as for a request ([`samara::authorize`]), by an actor of whom only the role is known: what is left is the condition
//! that a row must meet.

use std::fmt::{self, Write};

use samara::authorize::{PolicyFilter, Visible, read_before, rows_for, shown};
use samara::evaluate::{Facts, Folded, Hop, RowSource, fold_condition};
use samara::ir::{ActionKind, App, AttributeId, Node, Path, PathId, RelationshipId, Resource, Role, Tree, Type};
use samara::prelude::Uuid;
use samara::record::Input;
use samara::value::{DateTimeUtc, Value};
use serde::Serialize;

/// What a kind of actor may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// On every row, or without one.
    Always,
    /// On none.
    Never,
    /// Where this holds, in the declaration's language.
    Where(String),
}

/// One action, or one field that has a policy of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// `list`, or `email` for a field.
    pub name: String,
    /// Whether surfaces offer it; else only Rust code runs it.
    pub public: bool,
    /// `read`, `create`, `update`, `destroy`, `query` or `action` (of an action that is a function), or `field`.
    pub kind: &'static str,
    /// For each kind of actor, in order.
    pub access: Vec<(String, Access)>,
}

/// A resource with its actions and guarded fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResourceAccess {
    /// `Ticket`.
    pub resource: String,
    /// Which rows there are at all, for everybody, in the declaration's language; `None`: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extent: Option<String>,
    /// In the order declared; fields last.
    pub subjects: Vec<Subject>,
}

/// Who may do what with each resource of the app; those that the framework keeps for itself are left out.
pub fn access(app: &App) -> Vec<ResourceAccess> {
    let actors = Actors::of(app);
    let resources = app.resources().iter().filter(|it| !it.policies.is_empty());
    resources.map(|it| of_resource(app, &actors, it)).collect()
}

/// The kinds of actors that policies tell apart.
struct Actors {
    /// The actor's resource, and its primary key.
    id: Option<AttributeId>,
    /// The attribute that policies ask for a role, with its values, each under the name that it is stored by.
    role: Option<(AttributeId, Vec<(String, Value)>)>,
}

/// A row of the actor of which only its id and its role are known.
struct Somebody {
    id: Option<(AttributeId, Value)>,
    role: Option<(AttributeId, Value)>,
}

impl RowSource for Somebody {
    fn attribute(&self, id: AttributeId) -> Option<&Value> {
        [&self.id, &self.role].into_iter().flatten().find(|(it, _)| *it == id).map(|(_, value)| value)
    }

    fn one(&self, _: RelationshipId) -> Hop<'_> {
        Hop::Unloaded
    }

    fn many(&self, _: RelationshipId) -> Option<Vec<&dyn RowSource>> {
        None
    }
}

/// Stands for the actor's id, which is printed as `actor.id` again.
const ID: Uuid = Uuid::max();

impl Actors {
    fn of(app: &App) -> Self {
        let nobody = Self { id: None, role: None };
        let Some(actor) = app.resources().iter().find(|it| matches!(it.role, Some(Role::Actor { .. }))) else {
            return nobody;
        };
        let attribute = |name: &str| actor.attributes_by_id().find(|(_, it)| it.name == name).map(|(id, _)| id);
        let asked = |id: AttributeId| trees(app).any(|it| asks(app, it, id));
        let role = actor.attributes_by_id().find_map(|(id, attribute)| match &attribute.ty {
            Type::Enum(name) if asked(id) => Some((id, attribute.nullable, app.find_enum(name)?)),
            _ => None,
        });
        let values = role.map(|(id, nullable, it)| {
            let none = nullable.then(|| ("no role".to_owned(), Value::Null));
            let values = it.variants.iter().map(|it| (it.stored.to_string(), Value::Text(it.stored.to_string())));
            (id, none.into_iter().chain(values).collect())
        });
        Self { id: attribute("id"), role: values }
    }

    /// Each kind, with its row; nobody has none.
    fn each(&self) -> Vec<(String, Option<Somebody>)> {
        let id = self.id.map(|it| (it, Value::Uuid(ID)));
        let mut each = vec![("nobody".to_owned(), None)];
        match &self.role {
            Some((attribute, values)) => each.extend(values.iter().map(|(name, value)| {
                (name.clone(), Some(Somebody { id: id.clone(), role: Some((*attribute, value.clone())) }))
            })),
            None if id.is_some() => each.push(("somebody".to_owned(), Some(Somebody { id, role: None }))),
            None => {}
        }
        each
    }
}

fn trees(app: &App) -> impl Iterator<Item = &Tree> {
    app.resources().iter().flat_map(|it| {
        let policies = it.policies.iter().map(|it| &it.condition);
        policies.chain(it.field_policies.iter().map(|it| &it.condition))
    })
}

/// Whether a tree asks for that attribute of the actor, itself or by a calculation.
fn asks(app: &App, tree: &Tree, attribute: AttributeId) -> bool {
    reads(app, tree, Path::Actor, &|node, is_actors| {
        is_actors && matches!(node, Node::Column { attribute: asked, .. } if *asked == attribute)
    })
}

/// Whether some node of a tree passes `test`, or of a calculation of the actor that it reads. The test is told whether the node is about the
/// actor, who in such a calculation is the row too: `actor` is the path by which the tree means them.
fn reads(app: &App, tree: &Tree, actor: Path, test: &dyn Fn(&Node, bool) -> bool) -> bool {
    let is_actors = |path: PathId| {
        let path = tree.paths.get(usize::from(path));
        path.is_some_and(|it| *it == Path::Actor || *it == actor)
    };
    tree.nodes.iter().any(|node| {
        let is_theirs = node.path().is_some_and(is_actors);
        if test(node, is_theirs) {
            return true;
        }
        let Node::Calculation { path, calculation } = node else { return false };
        let resource = tree.resource_at(app, *path).filter(|_| is_theirs);
        let called = resource.and_then(|it| it.calculations.get(usize::from(*calculation)));
        called.is_some_and(|it| reads(app, &it.tree, Path::Row, test))
    })
}

fn of_resource(app: &App, actors: &Actors, resource: &Resource) -> ResourceAccess {
    let actions = resource.actions.iter().map(|action| {
        // Who changes or removes a row has to see it.
        let asked: Vec<_> = [Some(action), read_before(resource, action)].into_iter().flatten().collect();
        let access = actors.each().into_iter().map(|(name, actor)| {
            let fold = |tree: &Tree| fold(app, tree, actor.as_ref());
            let filters: Vec<_> = asked.iter().map(|it| rows_for(resource, it, fold)).collect();
            (name, of_rows(app, &filters))
        });
        Subject {
            name: action.name.to_string(),
            kind: kind(&action.kind),
            public: action.public,
            access: access.collect(),
        }
    });
    let has_policy = |name: &str| resource.field_policies.iter().any(|it| it.attributes.iter().any(|it| *it == *name));
    let guarded = resource.attributes_by_id().filter(|(_, it)| has_policy(&it.name));
    let fields = guarded.map(|(id, attribute)| {
        let access = actors
            .each()
            .into_iter()
            .map(|(name, actor)| (name, of_field(app, &shown(resource, id, |tree| fold(app, tree, actor.as_ref())))));
        Subject { name: attribute.name.to_string(), kind: "field", public: attribute.public, access: access.collect() }
    });
    ResourceAccess {
        resource: resource.name.to_string(),
        extent: resource
            .extent()
            .map(|it| it.display(app).to_string())
            .chain(resource.tenant.iter().map(|it| format!("it.{it} == tenant")))
            .reduce(|all, it| format!("{all} && {it}")),
        subjects: actions.chain(fields).collect(),
    }
}

fn kind(kind: &ActionKind) -> &'static str {
    match kind {
        ActionKind::Read(_) => "read",
        ActionKind::Create => "create",
        ActionKind::Update => "update",
        ActionKind::Destroy => "destroy",
        ActionKind::Generic { query: true, .. } => "query",
        ActionKind::Generic { query: false, .. } => "action",
    }
}

/// The rows that pass all of these filters. What stands in several is said once, where each is one list of conditions.
fn of_rows(app: &App, filters: &[PolicyFilter]) -> Access {
    let group = |it: &[Tree]| all(it.iter().map(|it| printed(app, it)));
    let filter = |it: &PolicyFilter| any(it.groups().iter().map(|it| group(it)));
    let groups: Vec<&[Vec<Tree>]> = filters.iter().map(PolicyFilter::groups).collect();
    match groups.iter().all(|it| it.len() == 1) {
        true => all(groups.into_iter().flatten().flatten().map(|it| printed(app, it))),
        false => all(filters.iter().map(filter)),
    }
}

/// The rows for which an attribute is shown.
fn of_field(app: &App, visible: &Visible) -> Access {
    match visible {
        Visible::Always => Access::Always,
        Visible::Never => Access::Never,
        Visible::When(conditions) => all(conditions.iter().map(|it| printed(app, it))),
    }
}

fn all(conditions: impl Iterator<Item = Access>) -> Access {
    joined(conditions, " && ", Access::Never, Access::Always)
}

fn any(conditions: impl Iterator<Item = Access>) -> Access {
    joined(conditions, " || ", Access::Always, Access::Never)
}

/// `decisive` settles it, `neutral` says nothing.
fn joined(conditions: impl Iterator<Item = Access>, operator: &str, decisive: Access, neutral: Access) -> Access {
    let mut left: Vec<String> = Vec::new();
    for condition in conditions {
        match condition {
            it if it == decisive => return it,
            Access::Where(text) if !left.contains(&text) => left.push(text),
            _ => {}
        }
    }
    match left.as_slice() {
        [] => neutral,
        [one] => Access::Where(one.clone()),
        several => {
            let in_parentheses = several.iter().map(|it| if it.contains(' ') { format!("({it})") } else { it.clone() });
            Access::Where(in_parentheses.collect::<Vec<_>>().join(operator))
        }
    }
}

/// What is left of a condition. One that asks for the time or for an argument, itself or by a calculation of the actor, stays as it was
/// written: neither is known here.
fn fold(app: &App, tree: &Tree, actor: Option<&Somebody>) -> Folded {
    if reads(app, tree, Path::Actor, &|it, _| matches!(it, Node::Now | Node::Argument { .. })) {
        return Folded::Residue(tree.clone());
    }
    let arguments = Input::default();
    let actor = actor.map(|it| it as &dyn RowSource);
    fold_condition(tree, &Facts { app, now: DateTimeUtc::UNIX_EPOCH, tenant: None, actor, arguments: &arguments })
}

/// A condition in the declaration's language.
fn printed(app: &App, tree: &Tree) -> Access {
    let text = tree.display(app).to_string();
    Access::Where(text.replace(&format!("\"{ID}\""), "actor.id").replace(&ID.to_string(), "actor.id"))
}

impl fmt::Display for Subject {
    /// `register (create, private)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let private = if self.public { "" } else { ", private" };
        write!(f, "{} ({}{private})", self.name, self.kind)
    }
}

impl Access {
    fn text(&self) -> &str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::Where(condition) => condition,
        }
    }
}

/// As lines, for people and for reviews: what `policies.snap` holds.
pub fn as_text(resources: &[ResourceAccess]) -> String {
    let mut text = String::new();
    for resource in resources {
        let _ = writeln!(text, "{}", resource.resource);
        if let Some(extent) = &resource.extent {
            let _ = writeln!(text, "  exists where: {extent}");
        }
        for subject in &resource.subjects {
            let _ = writeln!(text, "  {subject}");
            for (actors, access) in together(&subject.access) {
                let _ = writeln!(text, "    {actors}: {}", access.text());
            }
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// As a table for each resource.
pub fn as_markdown(resources: &[ResourceAccess]) -> String {
    let mut text = String::new();
    for resource in resources {
        let _ = writeln!(text, "## {}\n", resource.resource);
        if let Some(extent) = &resource.extent {
            let _ = writeln!(text, "A row exists where `{extent}`.\n");
        }
        let _ = writeln!(text, "| what | who | where |\n|---|---|---|");
        for subject in &resource.subjects {
            for (actors, access) in together(&subject.access) {
                let condition = match access {
                    Access::Where(condition) => format!("`{}`", condition.replace('|', "\\|")),
                    other => other.text().to_owned(),
                };
                let _ = writeln!(text, "| {subject} | {actors} | {condition} |");
            }
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Those of equal access on one line: `nobody, MEMBER`.
fn together(access: &[(String, Access)]) -> Vec<(String, &Access)> {
    let mut together: Vec<(String, &Access)> = Vec::new();
    for (actor, access) in access {
        match together.iter_mut().find(|(_, it)| *it == access) {
            Some((actors, _)) => {
                let _ = write!(actors, ", {actor}");
            }
            None => together.push((actor.clone(), access)),
        }
    }
    together
}
