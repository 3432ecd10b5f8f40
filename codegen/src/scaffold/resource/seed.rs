//! The demo data of a new resource: a function beside `seed`, called at its end.

use minijinja::context;

use crate::diagnostic::Diagnostic;
use crate::scaffold::Changes;
use crate::scaffold::field::{FieldArgument, FieldKind};
use crate::scaffold::imports::Imports;
use crate::scaffold::place::Names;
use crate::sources::Sources;
use crate::template::template;

/// Adds it; where no function is the app's `seed` its text is told.
pub(super) fn add<'a>(
    changes: &mut Changes<'a>,
    sources: &'a Sources,
    names: Names<'_>,
    module: &str,
    fields: &[FieldArgument],
) -> Result<(), Diagnostic> {
    let Names { resource, table, .. } = names;
    let seeds = sources.seeds();
    if seeds.as_ref().is_some_and(|it| it.has(table)) {
        return Ok(());
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
    let is_named = |name: &str| seeds.as_ref().is_some_and(|it| it.source.names(name));
    let mut imports = Imports::default();
    let mut import = |module: String, name: &str| {
        if !is_named(name) {
            imports.add(module, name);
        }
    };
    import(module.to_owned(), resource);
    let mut needs = Vec::new();
    for field in required {
        let FieldKind::BelongsTo(to) = &field.kind else { continue };
        needs.push(context! { name => field.name.as_str(), type => to.as_str() });
        if let Some(theirs) = sources.domain_of(to).filter(|_| to != resource) {
            import(theirs.source.module_path(sources.app()), to);
        }
    }
    let text = template!("add/resource_seed.rs.j2").render(context! { name => resource, table, inputs, needs })?;
    let Some(seeds) = seeds else {
        let imports = imports.lines().join("\n");
        let why = "no demo data was written: no `async fn seed` ends with `Ok(())`";
        let place = format!("where the app's is written, and call it: `{table}(cx).await?`");
        changes.unplaced(why, &place, &format!("{imports}\n{text}"));
        return Ok(());
    };
    let edits = changes.edits(seeds.source);
    imports.lines().iter().for_each(|it| edits.add_import(seeds.source, it));
    edits.insert(seeds.before_end, format!("{table}({}).await?;\n    ", seeds.parameter()));
    edits.insert(seeds.source.text.len(), text);
    Ok(())
}
