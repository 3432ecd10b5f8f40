//! `samara add action` and `samara add relationship`: a member of a resource that is there.

use super::field::{FieldArgument, FieldKind};
use super::place::declaration;
use super::{Changes, Scaffold, unplaced, words};
use crate::diagnostic::Diagnostic;
use crate::sources::Sources;

/// What an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ActionWord {
    /// Reads rows, newest first.
    Read,
    /// Makes a row of everything public.
    Create,
    /// Changes every public attribute.
    Update,
    /// Removes a row.
    Destroy,
}

/// An action at the end of the resource's block; nothing if it has one of that name.
///
/// # Errors
/// `R0804` if there is no such resource, or no block of its actions.
pub(crate) fn action(sources: &Sources, resource: &str, kind: ActionWord, name: &str) -> Result<Scaffold, Diagnostic> {
    let name = words::field_name(name).map_err(|why| unplaced(why, "an action is called as a function is"))?;
    let declared = declaration(sources, resource)?;
    if sources.blocks(resource).any(|it| it.has(&name)) {
        return Ok(Scaffold::default());
    }
    let (attributes, keys) = (declared.public("attribute"), declared.public("belongs_to"));
    let attribute = match kind {
        ActionWord::Read => "#[read(sort = [-inserted_at], paginate(keyset, default = 50, max = 250))]".to_owned(),
        ActionWord::Create => format!("#[create(accept = [{}])]", [attributes, keys].concat().join(", ")),
        ActionWord::Update => format!("#[update(accept = [{}])]", attributes.join(", ")),
        ActionWord::Destroy => "#[destroy]".to_owned(),
    };
    let text = format!("    /// {}.\n    {attribute}\n    fn {name}();\n", words::sentence(&name));
    let Some(block) = sources.actions(resource) else {
        let help =
            format!("put this into {}:\n\n#[actions]\nimpl {resource} {{\n{text}}}", declared.source.path.display());
        return Err(unplaced(format!("`{resource}` has no block `#[actions]`"), help));
    };
    let mut changes = Changes::default();
    changes.edits(block.source).insert(block.end, format!("\n{text}"));
    changes.note("`Guarded` attributes are not among its inputs, and no policy of its own was written: those that are there decide who may run it, and `samara policies` says who that is");
    changes.finish()
}

/// A relationship at the end of the resource's fields; nothing if it has a field of that name.
///
/// # Errors
/// `R0804` if there is no such resource, no domain lists what it leads to, or the field is none.
pub(crate) fn relationship(sources: &Sources, resource: &str, field: &FieldArgument) -> Result<Scaffold, Diagnostic> {
    let declared = declaration(sources, resource)?;
    let (FieldKind::BelongsTo(to) | FieldKind::HasMany { to, .. }) = &field.kind else {
        let help = "one is `user:belongs_to:User` or `posts:has_many:Post:author`; an attribute is written by hand";
        return Err(unplaced(format!("`{}` leads to no other resource", field.name), help));
    };
    if declared.has_field(&field.name) {
        return Ok(Scaffold::default());
    }
    let Some(theirs) = sources.domain_of(to) else {
        return Err(unplaced(format!("no domain lists `{to}`"), "declare it first, in a domain"));
    };
    let mut changes = Changes::default();
    let edits = changes.edits(declared.source);
    if to != resource && !declared.source.names(to) {
        let module = sources.path_to(theirs.source, &declared.source.module_folder());
        edits.add_import(declared.source, &format!("use {module}::{to};"));
    }
    let (attribute, ty) = field.declared();
    let comma = if declared.ends_with_comma() { "" } else { "," };
    let doc = words::sentence(&field.name);
    edits.insert(
        declared.end_of_fields,
        format!("{comma}    /// {doc}.\n    {attribute}\n    pub {}: {ty},\n", field.name),
    );
    if let FieldKind::HasMany { key, .. } = &field.kind
        && sources.resource(to).is_some_and(|it| !it.has_field(key))
    {
        let key = format!("{key}:belongs_to:{resource}");
        changes.note(format!("`{to}` has no such relationship yet: `samara add relationship {to} {key}`"));
    }
    changes.finish()
}
