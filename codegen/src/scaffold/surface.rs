//! `samara add admin` and `samara add graphql`: a surface for resources that are there, with what it needs.

use heck::ToTitleCase;
use syn::Type;

use super::place::declaration;
use super::{Changes, Scaffold, unplaced};
use crate::diagnostic::Diagnostic;
use crate::sources::{ResourceDeclaration, Sources};

/// What the outside meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    /// Screens.
    Admin,
    /// The API.
    Graphql,
}

/// The most columns that a list starts with, before when a row was made.
const COLUMNS: usize = 5;

/// The surface for these resources; where none is named for each that a domain lists, but in the API for those of sign-in.
///
/// # Errors
/// `R0804` if a resource is not there, none is, or nobody signs in whom the screens could let in.
pub(crate) fn surface(sources: &Sources, surface: Surface, named: &[String]) -> Result<Scaffold, Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    if surface == Surface::Admin && sources.actor().is_none() {
        let help = "declare who signs in, `#[actor(identity = email)]` in a domain; `samara new --with auth` writes such a resource";
        mistakes.push(unplaced(
            "no resource of a domain is the app's actor, and the screens are for people whom the app knows",
            help,
        ));
    }
    let mut changes = Changes::default();
    let mut resources = Vec::new();
    for (at, name) in named.iter().enumerate() {
        match declaration(sources, name) {
            // Named twice.
            Ok(_) if named.iter().take(at).any(|it| it == name) => {}
            Ok(resource) => resources.push(resource),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if named.is_empty() {
        let is_listed = |it: &ResourceDeclaration<'_>| sources.domain_of(&it.name()).is_some();
        let (all, left_out): (Vec<_>, Vec<_>) =
            sources.resources().filter(is_listed).partition(|it| surface == Surface::Admin || !is_of_sign_in(it));
        for resource in left_out.iter().filter(|it| !it.has(surface.attribute())) {
            let name = resource.name();
            changes.note(format!(
                "`{name}` is part of signing in and was left out; `samara add graphql {name}` puts it in"
            ));
        }
        resources = all;
        if resources.is_empty() {
            mistakes
                .push(unplaced("no domain lists a resource", "declare one: `samara gen resource Badge title:string`"));
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    resources.retain(|it| !it.has(surface.attribute()));
    let shown: Vec<String> = sources
        .resources()
        .filter(|it| it.has("graphql") || it.has("admin"))
        .chain(resources.iter().cloned())
        .map(|it| it.name())
        .collect();
    for resource in &resources {
        let (after, attribute): (&[&str], String) = match surface {
            Surface::Admin => (&["resource", "actor", "magic_link", "session", "graphql"], admin(sources, resource)),
            Surface::Graphql => {
                (&["resource", "actor", "magic_link", "session"], format!("#[graphql(type = \"{}\")]", resource.name()))
            }
        };
        resource.add_attribute(after, &attribute, changes.edits(resource.source));
        primary_read(&mut changes, sources, resource);
        tell_of_policies(&mut changes, sources, resource);
        for (field, to) in resource.leads_to().filter(|(_, to)| !shown.contains(to)) {
            let name = resource.name();
            let add = format!("`samara add {} {to}`", surface.attribute());
            changes.note(format!(
                "`{name}.{field}` is public and leads to `{to}`, which is on no surface: {add}, or take `public` away"
            ));
        }
    }
    if surface == Surface::Admin {
        let_in(&mut changes, sources);
    }
    Ok(changes.finish()?)
}

impl Surface {
    /// The macro's attribute, and the word on the command line.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Graphql => "graphql",
        }
    }
}

/// Whether it holds sessions or sign-in mails: surfaces of people's own have no use for those.
fn is_of_sign_in(resource: &ResourceDeclaration<'_>) -> bool {
    resource.has("session") || resource.has("magic_link")
}

/// Its screens: under its domain's name, with its first public fields.
fn admin(sources: &Sources, resource: &ResourceDeclaration<'_>) -> String {
    let group = sources.domain_of(&resource.name()).map(|it| format!("group = \"{}\"", it.name.to_title_case()));
    let columns = columns(resource);
    let columns = (!columns.is_empty()).then(|| format!("columns = [{}]", columns.join(", ")));
    let options: Vec<String> = group.into_iter().chain(columns).collect();
    if options.is_empty() { "#[admin]".to_owned() } else { format!("#[admin({})]", options.join(", ")) }
}

/// The columns of its list.
fn columns(resource: &ResourceDeclaration<'_>) -> Vec<String> {
    // What a strategy adds are no fields of the struct.
    let of_strategy: &[&str] = match (resource.has("session"), resource.has("magic_link")) {
        (true, _) => &["user", "kind", "inserted_at", "last_seen_at", "expires_at", "revoked_at"],
        (_, true) => &["email", "purpose", "inserted_at", "expires_at", "consumed_at", "revoked_at"],
        (false, false) => &[],
    };
    if !of_strategy.is_empty() {
        return of_strategy.iter().map(|it| (*it).to_owned()).collect();
    }
    let is_short = |attribute: &str, ty: &Type| attribute == "belongs_to" || attribute == "attribute" && !is_json(ty);
    let fields = resource.public_fields().filter(|(_, attribute, ty)| is_short(attribute, ty));
    let made = (!resource.says("resource", "timestamps = false")).then(|| "inserted_at".to_owned());
    fields.map(|(name, ..)| name).take(COLUMNS).chain(made).collect()
}

fn is_json(ty: &Type) -> bool {
    crate::sources::innermost(ty).is_some_and(|it| it == "Json")
}

/// A surface shows rows by the primary read.
fn primary_read<'a>(changes: &mut Changes<'a>, sources: &'a Sources, resource: &ResourceDeclaration<'_>) {
    let name = resource.name();
    // A strategy brings its own.
    if is_of_sign_in(resource) || sources.blocks(&name).any(|it| it.has_primary_read()) {
        return;
    }
    let sort = if resource.says("resource", "timestamps = false") { "id" } else { "-inserted_at" };
    let attribute = format!("#[read(primary, sort = [{sort}], paginate(keyset, default = 50, max = 250))]");
    let text = format!("    /// What the actor may see.\n    {attribute}\n    fn list();\n");
    match sources.actions(&name) {
        Some(block) if !block.has("list") => changes.edits(block.source).insert(block.end, format!("\n{text}")),
        Some(block) => {
            let place = format!("into `#[actions] impl {name}` of {}, under another name", block.source.path.display());
            changes.unplaced(
                &format!("`{name}` has no primary read, by which a surface shows its rows"),
                &place,
                &text,
            );
        }
        None => {
            let place = format!("into {}", resource.source.path.display());
            let text = format!("#[actions]\nimpl {name} {{\n{text}}}");
            changes.unplaced(&format!("`{name}` has no actions, so there is nothing to show"), &place, &text);
        }
    }
}

/// Who may do what is the developer's to say.
fn tell_of_policies(changes: &mut Changes<'_>, sources: &Sources, resource: &ResourceDeclaration<'_>) {
    let name = resource.name();
    if sources.has_policies(&name) {
        return;
    }
    let policy = match sources.actor().filter(|it| it.has_admins) {
        Some(actor) => {
            let head = format!("#[bypass]\n    fn admins(actor: Actor<{}>) -> bool", actor.name);
            format!("{head} {{\n        actor.role == Role::Admin\n    }}")
        }
        None => {
            format!("#[policy(read)]\n    fn visible(row: Row<{name}>) -> bool {{\n        /* which rows? */\n    }}")
        }
    };
    let text = format!("#[policies]\nimpl {name} {{\n    {policy}\n}}");
    let place = format!("into {}, and say who may do what", resource.source.path.display());
    changes.unplaced(&format!("`{name}` has no policies, so nobody may do anything with it"), &place, &text);
}

/// The app says whom the screens let in: the admins.
fn let_in<'a>(changes: &mut Changes<'a>, sources: &'a Sources) {
    let Some(actor) = sources.actor() else { return };
    let argument = |condition: &str| format!("admin = |actor: Actor<{}>| {condition}", actor.name);
    let Some(app) = sources.application() else {
        let why = "there is no `samara::app!` that could say whom the screens let in";
        return changes.unplaced(why, "into yours", &argument("actor.role == Role::Admin"));
    };
    if app.has_admin {
        return;
    }
    if !actor.has_admins {
        let why = format!("nobody knows whom the screens let in: the roles of `{}` have no `Role::Admin`", actor.name);
        let place = format!("into `samara::app!` of {}, with a condition of yours", app.source.path.display());
        return changes.unplaced(&why, &place, &argument("…"));
    }
    let edits = changes.edits(app.source);
    app.add(&argument("actor.role == Role::Admin"), edits);
    let module = actor.domain.source.module_path(sources.app());
    let missing: Vec<&str> = ["Role", actor.name.as_str()].into_iter().filter(|it| !app.source.names(it)).collect();
    match missing.as_slice() {
        [] => {}
        [one] => edits.add_import(app.source, &format!("use {module}::{one};")),
        several => edits.add_import(app.source, &format!("use {module}::{{{}}};", several.join(", "))),
    }
    if !app.source.names("Actor") && !app.source.imports_all("prelude") {
        edits.add_import(app.source, "use samara::prelude::*;");
    }
}
