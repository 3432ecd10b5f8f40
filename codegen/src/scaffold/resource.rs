//! `samara gen resource`: a declaration with actions, policies that deny until said, a test and a seed.

mod seed;
mod test;

use std::path::Path;

use heck::{ToSnakeCase, ToTitleCase};
use minijinja::{Value, context};

use super::field::{FieldArgument, FieldKind};
use super::imports::Imports;
use super::place::{Listing, Names, domain, is_free};
use super::{Changes, Scaffold, unplaced, words};
use crate::diagnostic::Diagnostic;
use crate::sources::Sources;
use crate::template::template;

/// A resource that is to be declared.
#[derive(Debug)]
pub(crate) struct NewResource<'a> {
    pub(crate) name: &'a str,
    pub(crate) fields: &'a [FieldArgument],
    pub(crate) table: Option<&'a str>,
    /// The domain that it goes to, where there are several.
    pub(crate) domain: Option<&'a str>,
    pub(crate) graphql: bool,
    pub(crate) admin: bool,
    /// Everybody may do everything with it.
    pub(crate) anyone: bool,
}

/// Its source, the edits of its domain, its test and its seed. What has no place is told.
///
/// # Errors
/// `R0804` for each thing that has no place.
pub(crate) fn resource(sources: &Sources, library: &str, new: &NewResource<'_>) -> Result<Scaffold, Vec<Diagnostic>> {
    let name = words::type_name(new.name).map_err(|why| unplaced(why, "a resource is called as a type is"))?;
    if let Some(field) = repeated(new.fields) {
        return Err(unplaced(format!("there are two fields `{field}`"), "call one of them otherwise").into());
    }
    let table = new.table.map_or_else(|| words::table_name(&name), str::to_owned);
    let module = name.to_snake_case();
    let names = Names { resource: &name, module: &module, table: &table };
    let plural = words::sentence(&table);
    let domain = match domain(sources, new.domain)? {
        Listing::In(domain) => domain,
        Listing::Nowhere(why) => return Err(nowhere(sources, names, &plural, &why, new)?.into()),
    };
    is_free(sources, &domain, names)?;
    let folder = domain.source.module_folder();
    let needed = Needed::of(sources, &folder.join(&module), &name, new)?;

    let mut changes = Changes::default();
    let tested = test::Tested { names, plural: &plural, user: needed.user.as_deref(), library };
    let tests = test::add(&mut changes, sources, &domain, &tested)?;
    let mut declaration = declaration(names, &plural, &domain.name, &needed, new)?;
    declaration.push_str(&tests);
    changes.create(folder.join(format!("{module}.rs")), declaration);
    let edits = changes.edits(domain.source);
    edits.add_module(domain.source, &module);
    edits.add_reexport(domain.source, &module, &name);
    domain.add(&name, edits);
    seed::add(&mut changes, sources, names, &domain.source.module_path(sources.app()), new.fields)?;

    if new.table.is_none() {
        changes.note(format!("its table is `{table}`; `--table` says another"));
    }
    for field in new.fields {
        if let FieldKind::HasMany { to, key } = &field.kind
            && !sources.resource(to).is_some_and(|it| it.has_field(key))
        {
            let needs = format!("`samara add relationship {to} {key}:belongs_to:{name}`");
            changes.note(format!("next: {needs}, which `{}` needs", field.name));
        }
    }
    Ok(changes.finish()?)
}

/// That no domain lists it, with its declaration: to be put where the developer knows.
///
/// # Errors
/// What else it needs and the app does not have.
fn nowhere(
    sources: &Sources,
    names: Names<'_>,
    plural: &str,
    why: &str,
    new: &NewResource<'_>,
) -> Result<Diagnostic, Vec<Diagnostic>> {
    let Names { resource, module, .. } = names;
    let folder = sources.app().join("src").join(module);
    let needed = Needed::of(sources, &folder, resource, new)?;
    let text = declaration(names, plural, plural, &needed, new)?;
    let place =
        format!("put this into {}.rs, as a module, and `{resource}` into the list of a domain", folder.display());
    let domain = "one at the top of a file is found; a new one is `#[domain(resources = [])] pub struct Blog;`";
    Ok(unplaced(why, format!("{place} ({domain}):\n\n{text}")))
}

fn declaration(
    Names { resource, module, table }: Names<'_>,
    plural: &str,
    group: &str,
    needed: &Needed,
    new: &NewResource<'_>,
) -> Result<String, Diagnostic> {
    template!("add/resource.rs.j2").render(context! {
        name => resource,
        table,
        plural,
        imports => needed.imports.lines(),
        singular => module.replace('_', " "),
        graphql => new.graphql,
        admin => new.admin,
        group => group.to_title_case(),
        columns => columns(new.fields),
        fields => new.fields.iter().map(declared).collect::<Vec<Value>>(),
        accept => listed(new.fields.iter().filter(|it| !matches!(it.kind, FieldKind::HasMany { .. }))),
        accept_update => listed(new.fields.iter().filter(|it| matches!(it.kind, FieldKind::Attribute(_)))),
        user => needed.user.as_deref(),
    })
}

/// What the declaration names beside its fields.
struct Needed {
    imports: Imports,
    /// The actor's resource, if its admins may do everything.
    user: Option<String>,
}

impl Needed {
    /// That of a resource whose module has that folder.
    fn of(sources: &Sources, module: &Path, name: &str, new: &NewResource<'_>) -> Result<Self, Vec<Diagnostic>> {
        let mut needed = Self { imports: Imports::default(), user: None };
        let mut mistakes = Vec::new();
        if !new.anyone {
            match sources.actor().filter(|it| it.has_admins) {
                Some(actor) => {
                    let path = sources.path_to(actor.domain.source, module);
                    needed.imports.add(path.as_str(), "Role");
                    needed.imports.add(path, &actor.name);
                    needed.user = Some(actor.name);
                }
                None => mistakes.push(unplaced(
                    "the app has no actor with a `Role::Admin`, so nobody could do anything with it",
                    "say `--anyone`, which lets everybody do everything, and write policies of your own",
                )),
            }
        }
        for field in new.fields {
            let (FieldKind::BelongsTo(to) | FieldKind::HasMany { to, .. }) = &field.kind else { continue };
            match sources.domain_of(to) {
                _ if to == name => {}
                Some(theirs) => needed.imports.add(sources.path_to(theirs.source, module), to),
                None => {
                    let help = "declare it first, in a domain";
                    mistakes.push(unplaced(format!("`{}` leads to `{to}`, which no domain lists", field.name), help));
                }
            }
        }
        if mistakes.is_empty() { Ok(needed) } else { Err(mistakes) }
    }
}

fn repeated(fields: &[FieldArgument]) -> Option<&str> {
    let mut names: Vec<&str> = fields.iter().map(|it| it.name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).find(|it| it[0] == it[1]).map(|it| it[0])
}

/// A field as the template writes it.
fn declared(field: &FieldArgument) -> Value {
    let (attribute, ty) = field.declared();
    context! { name => field.name.as_str(), doc => words::sentence(&field.name), attribute, type => ty }
}

fn listed<'a>(fields: impl Iterator<Item = &'a FieldArgument>) -> String {
    fields.map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// The columns of its admin screen: its fields but for JSON, and when it was made.
fn columns(fields: &[FieldArgument]) -> String {
    let is_short = |it: &&FieldArgument| match &it.kind {
        FieldKind::Attribute(ty) => ty.rust != "Json",
        FieldKind::BelongsTo(_) => true,
        FieldKind::HasMany { .. } => false,
    };
    let names = fields.iter().filter(is_short).map(|it| it.name.as_str());
    names.chain(["inserted_at"]).collect::<Vec<_>>().join(", ")
}
