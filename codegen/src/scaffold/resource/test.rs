//! The test of a new resource: among the app's tests; or beside the resource, where those cannot name it.

use std::path::PathBuf;

use minijinja::context;

use crate::diagnostic::Diagnostic;
use crate::scaffold::Changes;
use crate::scaffold::place::Names;
use crate::sources::{DomainDeclaration, SourceFile, Sources};
use crate::template::template;

/// Where the test is written.
pub(super) enum TestPlace<'a> {
    /// A file of its own, which that main file names.
    Apart(&'a SourceFile),
    /// The same; but there is no such main file, so its text is told.
    Nowhere,
    /// The resource's own file: tests outside of the library cannot name its module, or the app.
    Beside,
}

/// What the test is about.
pub(super) struct Tested<'a> {
    pub(super) names: Names<'a>,
    /// `World categories`.
    pub(super) plural: &'a str,
    /// The actor's resource, if its admins may do everything.
    pub(super) user: Option<&'a str>,
    /// The name of the app's library.
    pub(super) library: &'a str,
}

impl<'a> TestPlace<'a> {
    /// The place for the test of a resource of that domain; `None` without an app that it could run.
    pub(super) fn of(sources: &'a Sources, domain: &DomainDeclaration<'_>) -> Option<Self> {
        let app = sources.application()?;
        if !app.is_public || !sources.is_public(app.source) || !sources.is_public(domain.source) {
            return Some(Self::Beside);
        }
        Some(sources.file(&folder(sources).join("main.rs")).map_or(Self::Nowhere, Self::Apart))
    }
}

/// Adds the test, or tells its text; gives what belongs at the end of the resource's own source.
pub(super) fn add<'a>(
    changes: &mut Changes<'a>,
    sources: &'a Sources,
    domain: &DomainDeclaration<'_>,
    tested: &Tested<'_>,
) -> Result<String, Diagnostic> {
    let (Some(place), Some(app)) = (TestPlace::of(sources, domain), sources.application()) else {
        changes.note("no test was written: there is no `samara::app!` that it could run");
        return Ok(String::new());
    };
    let is_beside = matches!(place, TestPlace::Beside);
    let Names { resource, table, .. } = tested.names;
    let module = |source: &SourceFile| match is_beside {
        true => source.module_path(sources.app()),
        false => source.module_path(sources.app()).replacen("crate", tested.library, 1),
    };
    let text = template!("add/resource_test.rs.j2").render(context! {
        name => resource,
        table,
        plural => tested.plural,
        user => tested.user,
        app => app.name.as_str(),
        app_module => module(app.source),
        module => module(domain.source),
        beside => is_beside,
    })?;
    let path = folder(sources).join(format!("{table}.rs"));
    match place {
        TestPlace::Beside => return Ok(as_module(&text)),
        TestPlace::Apart(main) => {
            changes.create(path, text);
            changes.edits(main).add_module(main, table);
        }
        TestPlace::Nowhere => {
            let place = format!("into {}, and `mod {table};` into a `main.rs` beside it", path.display());
            changes.unplaced("no test was written: there is no `tests/it/main.rs`", &place, &text);
        }
    }
    Ok(String::new())
}

/// The test as a module of another source.
fn as_module(text: &str) -> String {
    let lines = text.lines().map(|it| if it.is_empty() { "\n".to_owned() } else { format!("    {it}\n") });
    format!("\n#[cfg(test)]\nmod tests {{\n{}}}\n", lines.collect::<String>())
}

fn folder(sources: &Sources) -> PathBuf {
    sources.app().join("tests/it")
}
