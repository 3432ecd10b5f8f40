//! `samara gen resource`: a declaration with actions, policies that deny until said, a test and a seed.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToTitleCase};
use minijinja::{Value, context};

use super::field::{FieldArgument, FieldKind};
use super::{Changes, Scaffold, words};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::sources::{DomainDeclaration, Edits, Sources};
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
    let name = words::type_name(new.name).map_err(|why| vec![unplaced(&why, "a resource is called as a type is")])?;
    if let Some(field) = repeated(new.fields) {
        return Err(vec![unplaced(&format!("there are two fields `{field}`"), "call one of them otherwise")]);
    }
    let domain = domain(sources, new.domain).map_err(|it| vec![it])?;
    let parts = Parts::of(sources, &domain, &name, new)?;
    let table = new.table.map_or_else(|| words::table_name(&name), str::to_owned);
    let module = name.to_snake_case();
    is_free(sources, &domain, (&name, &module, &table)).map_err(one)?;
    let plural = words::sentence(&table);

    let mut changes = Changes::of(sources);
    let path = domain.source.module_folder().join(format!("{module}.rs"));
    let declaration = template!("add/resource.rs.j2").render(context! {
        name => name.as_str(),
        table => table.as_str(),
        plural => plural.as_str(),
        imports => imports(&parts.imports),
        singular => module.replace('_', " "),
        graphql => new.graphql,
        admin => new.admin,
        group => domain.name.to_title_case(),
        columns => columns(new.fields),
        fields => new.fields.iter().map(declared).collect::<Vec<Value>>(),
        accept => names(new.fields.iter().filter(|it| !matches!(it.kind, FieldKind::HasMany { .. }))),
        accept_update => names(new.fields.iter().filter(|it| matches!(it.kind, FieldKind::Attribute(_)))),
        user => parts.user.as_deref(),
    });
    changes.create(path, declaration.map_err(one)?).map_err(one)?;
    let mut edits = Edits::default();
    edits.add_module(domain.source, &module);
    edits.add_reexport(domain.source, &module, &name);
    domain.add(&name, &mut edits);
    changes.edit(domain.source, edits).map_err(one)?;

    let mut notes = Vec::new();
    if new.table.is_none() {
        notes.push(format!("its table is `{table}`; `--table` says another"));
    }
    for field in new.fields {
        if let FieldKind::HasMany { to, key } = &field.kind
            && !sources.resource(to).is_some_and(|it| it.has_field(key))
        {
            notes.push(format!(
                "next: `samara add relationship {to} {key}:belongs_to:{name}`, which `{}` needs",
                field.name
            ));
        }
    }
    let module_path = domain.source.module_path(sources.app());
    notes.extend(
        test(&mut changes, library, (&name, &table, &plural), &module_path, parts.user.as_deref()).map_err(one)?,
    );
    notes.extend(seed(&mut changes, (&name, &table), &module_path, new.fields).map_err(one)?);
    Ok(Scaffold { files: changes.files, notes })
}

/// What the declaration names beside its fields.
struct Parts {
    /// Modules, and the names that are imported from each.
    imports: BTreeMap<String, Vec<String>>,
    /// The actor's resource, if its admins may do everything.
    user: Option<String>,
}

impl Parts {
    fn of(
        sources: &Sources,
        domain: &DomainDeclaration<'_>,
        name: &str,
        new: &NewResource<'_>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut parts = Self { imports: BTreeMap::new(), user: None };
        let mut mistakes = Vec::new();
        if !new.anyone {
            match sources.actor().filter(|it| it.has_admins) {
                Some(actor) => {
                    parts.import(sources, domain, &actor.domain, "Role");
                    parts.import(sources, domain, &actor.domain, &actor.name);
                    parts.user = Some(actor.name);
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
                Some(theirs) => parts.import(sources, domain, &theirs, to),
                None => {
                    let help = "declare it first, in a domain";
                    mistakes.push(unplaced(&format!("`{}` leads to `{to}`, which no domain lists", field.name), help));
                }
            }
        }
        if mistakes.is_empty() { Ok(parts) } else { Err(mistakes) }
    }

    fn import(&mut self, sources: &Sources, here: &DomainDeclaration<'_>, theirs: &DomainDeclaration<'_>, name: &str) {
        let is_same = here.source.path == theirs.source.path;
        let module = if is_same { "super".to_owned() } else { theirs.source.module_path(sources.app()) };
        let names = self.imports.entry(module).or_default();
        if !names.iter().any(|it| it == name) {
            names.push(name.to_owned());
            names.sort();
        }
    }
}

/// The lines, in the order of rustfmt: `super` first.
fn imports(imports: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let mut lines: Vec<String> = imports.iter().map(|(module, names)| import(module, names)).collect();
    lines.sort_by_key(|it| !it.starts_with("use super"));
    lines
}

fn import(module: &str, names: &[String]) -> String {
    match names {
        [name] => format!("use {module}::{name};"),
        names => format!("use {module}::{{{}}};", names.join(", ")),
    }
}

/// Nothing else has its name, its module or its table.
fn is_free(
    sources: &Sources,
    domain: &DomainDeclaration<'_>,
    (name, module, table): (&str, &str, &str),
) -> Result<(), Diagnostic> {
    let own = domain.source.module_folder().join(format!("{module}.rs"));
    let app = sources.application().map(|(app, _)| app);
    let other = sources.declares(name).filter(|it| it.path != own);
    if other.is_some() || app.is_some_and(|it| it == name) {
        let place = other.map_or_else(|| "`samara::app!`".to_owned(), |it| it.path.display().to_string());
        return Err(unplaced(&format!("there is a `{name}` already"), "choose another name").at(place));
    }
    if !words::is_ident(table) || table.to_snake_case() != table {
        let help = "small letters, digits and `_`, a letter first, and no word of Rust: its test and its demo data are called so";
        return Err(unplaced(&format!("`{table}` is no name of a table"), help));
    }
    match sources.in_table(table).filter(|it| it != name) {
        Some(other) => {
            Err(unplaced(&format!("`{other}` lies in the table `{table}`"), "say `--table` with another name"))
        }
        None => Ok(()),
    }
}

/// The domain of that name; the only one there is, but for the actor's.
fn domain<'a>(sources: &'a Sources, name: Option<&str>) -> Result<DomainDeclaration<'a>, Diagnostic> {
    let mut domains = sources.domains();
    let names: Vec<String> = domains.iter().map(|it| it.name.clone()).collect();
    if let Some(name) = name {
        return domains.into_iter().find(|it| it.name == name).ok_or_else(|| {
            unplaced(&format!("there is no domain `{name}`"), &format!("there is {}", names.join(", ")))
        });
    }
    // One that is listed and not found is declared inside of a module of its file.
    let listed = sources.application().map(|(_, domains)| domains).unwrap_or_default();
    if let Some(lost) = listed.iter().find(|it| !names.contains(it)) {
        let help = "say which domain lists it with `--domain`, of those at the top of their files";
        return Err(unplaced(&format!("the app lists the domain `{lost}`, which is at the top of no file"), help));
    }
    if domains.len() > 1
        && let Some(actor) = sources.actor()
    {
        domains.retain(|it| it.name != actor.domain.name);
    }
    if domains.len() > 1 {
        let help = names.iter().map(|it| format!("`--domain {it}`")).collect::<Vec<_>>().join(" or ");
        return Err(unplaced("the app has several domains", &format!("say {help}")));
    }
    domains
        .pop()
        .ok_or_else(|| unplaced("the app has no domain", "declare one: `#[domain(resources = [])] pub struct Blog;`"))
}

fn repeated(fields: &[FieldArgument]) -> Option<&str> {
    let mut names: Vec<&str> = fields.iter().map(|it| it.name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).find(|it| it[0] == it[1]).map(|it| it[0])
}

/// A field as the template writes it.
fn declared(field: &FieldArgument) -> Value {
    let (attribute, ty) = declared_field(field);
    context! { name => field.name.as_str(), doc => words::sentence(&field.name), attribute, type => ty }
}

/// A field's attribute and its type.
pub(super) fn declared_field(field: &FieldArgument) -> (String, String) {
    let wrap = |ty: String| if field.optional { format!("Option<{ty}>") } else { ty };
    match &field.kind {
        FieldKind::Attribute(it) => {
            let unique = if field.unique { ", unique" } else { "" };
            (format!("#[attribute(public{}{unique})]", it.options), wrap(it.rust.to_owned()))
        }
        FieldKind::BelongsTo(to) => {
            let on_delete = if field.optional { "nilify" } else { "cascade" };
            (format!("#[belongs_to(public, on_delete = {on_delete})]"), wrap(format!("BelongsTo<{to}>")))
        }
        FieldKind::HasMany { to, key } => (format!("#[has_many(public, key = {key})]"), format!("HasMany<{to}>")),
    }
}

fn names<'a>(fields: impl Iterator<Item = &'a FieldArgument>) -> String {
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

/// The test, and its module in the tests' main file. A note if there is none.
fn test(
    changes: &mut Changes<'_>,
    library: &str,
    (name, table, plural): (&str, &str, &str),
    module: &str,
    user: Option<&str>,
) -> Result<Option<String>, Diagnostic> {
    let sources = changes.sources;
    let folder = sources.app().join("tests/it");
    let (Some(main), Some((app, _))) = (sources.file(&folder.join("main.rs")), sources.application()) else {
        return Ok(Some("no test was written: there is no `tests/it/main.rs`, or no `samara::app!`".to_owned()));
    };
    let module = module.replacen("crate", library, 1);
    let text =
        template!("add/resource_test.rs.j2").render(context! { name, table, plural, library, module, app, user })?;
    changes.create(folder.join(format!("{table}.rs")), text)?;
    let mut edits = Edits::default();
    edits.add_module(main, table);
    changes.edit(main, edits)?;
    Ok(None)
}

/// Demo data: a function beside `seed`, called at its end. A note if there is no such place.
fn seed(
    changes: &mut Changes<'_>,
    (name, table): (&str, &str),
    module: &str,
    fields: &[FieldArgument],
) -> Result<Option<String>, Diagnostic> {
    let sources = changes.sources;
    let Some(seeds) = sources.seeds() else {
        return Ok(Some("no demo data was written: no `async fn seed` ends with `Ok(())`".to_owned()));
    };
    if seeds.has(table) {
        return Ok(None);
    }
    let required: Vec<&FieldArgument> =
        fields.iter().filter(|it| !it.optional && !matches!(it.kind, FieldKind::HasMany { .. })).collect();
    let inputs: String = required
        .iter()
        .map(|it| match &it.kind {
            FieldKind::Attribute(ty) => format!(".{}({})", it.name, ty.value),
            FieldKind::BelongsTo(_) | FieldKind::HasMany { .. } => format!(".{0}({0}.id)", it.name),
        })
        .collect();
    let mut imports: BTreeMap<String, Vec<String>> = BTreeMap::from([(module.to_owned(), vec![name.to_owned()])]);
    let mut needs = Vec::new();
    for field in required {
        let FieldKind::BelongsTo(to) = &field.kind else { continue };
        needs.push(context! { name => field.name.as_str(), type => to.as_str() });
        if let Some(theirs) = sources.domain_of(to).filter(|_| to != name) {
            let names = imports.entry(theirs.source.module_path(sources.app())).or_default();
            names.push(to.clone());
        }
    }
    let text = template!("add/resource_seed.rs.j2").render(context! { name, table, inputs, needs })?;
    let mut edits = Edits::default();
    for (module, mut names) in imports {
        names.retain(|it| !seeds.imports(it));
        names.sort();
        names.dedup();
        if !names.is_empty() {
            edits.add_import(seeds.source, &import(&module, &names));
        }
    }
    edits.insert(seeds.before_end, format!("{table}({}).await?;\n    ", seeds.parameter()));
    edits.insert(seeds.source.text.len(), text);
    changes.edit(seeds.source, edits)?;
    Ok(None)
}

fn unplaced(message: &str, help: &str) -> Diagnostic {
    Diagnostic::new(DiagnosticCode::Unplaced, message, help)
}

fn one(mistake: Diagnostic) -> Vec<Diagnostic> {
    vec![mistake]
}
