//! What the editor shows and enables, and what is the same for every API.

use heck::ToTitleCase;
use include_dir::{Dir, include_dir};
use minijinja::context;

use super::names::of_group;
use super::{Addon, AddonFile, call, class, schema, text};
use crate::diagnostic::Diagnostic;
use crate::template::template;

/// The folders `core` and `sign_in`, which are the same for every API.
static SAME: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/gdscript/same");

/// The name of the autoload.
pub(super) const AUTOLOAD: &str = "Api";

/// The text of one of the files that are the same for every API; empty if there is none.
pub(super) fn same(path: &str) -> &'static str {
    SAME.get_file(path).and_then(|it| it.contents_utf8()).unwrap_or_default()
}

/// The add-on's own files, `core`, `sign_in` and `api.gd`.
///
/// # Errors
/// `R0713`.
pub(super) fn files(addon: &Addon<'_>) -> Result<Vec<AddonFile>, Diagnostic> {
    let model = addon.model;
    let values = context! {
        addon => super::addon(&model.app),
        autoload => AUTOLOAD,
        title => model.app.to_title_case(),
        path => format!("res://{}", addon.options.path),
        has_sign_in => model.sign_in.is_some(),
        has_user => model.sign_in.as_ref().is_some_and(|it| it.user.is_some()),
        version => env!("CARGO_PKG_VERSION"),
        ..api(addon)
    };
    let mut files = vec![
        AddonFile::new("plugin.cfg", template!("gdscript/plugin.cfg.j2").render(values.clone())?),
        AddonFile::script("plugin.gd", &template!("gdscript/plugin.gd.j2").render(values.clone())?),
        AddonFile::new("README.md", template!("gdscript/README.md.j2").render(values.clone())?),
        AddonFile::new("LICENSE", template!("gdscript/LICENSE").text),
        AddonFile::new("icon.svg", template!("gdscript/icon.svg").text),
        AddonFile::new(".gitattributes", template!("gdscript/gitattributes").text),
        AddonFile::script("api.gd", &template!("gdscript/api.gd.j2").render(values)?),
    ];
    let mut folders = vec![&SAME];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            let is_wanted = model.sign_in.is_some() || !file.path().starts_with("sign_in");
            if let (true, Some(text), Some(path)) = (is_wanted, file.contents_utf8(), file.path().to_str()) {
                files.push(AddonFile::new(path, text));
            }
        }
    }
    Ok(files)
}

/// What `api.gd` shows: the types, the enums, and a property for each group of calls.
fn api(addon: &Addon<'_>) -> minijinja::Value {
    let preload = |class: &str, file: String| format!("const {class} = preload(\"{file}.gd\")\n");
    let mut types = String::new();
    for it in class::answered(addon.model) {
        let name = addon.names.object(it);
        types.push_str(&preload(&name.class, format!("types/{}", name.file)));
    }
    for it in addon.fragments {
        let name = addon.names.fragment(&it.name);
        types.push_str(&preload(&name.class, format!("fragments/{}", name.file)));
    }
    let enums = schema::enums(addon);
    let enums = enums.iter().map(|it| format!("const {0} = Enums.{0}\n", addon.names.enumeration(&it.name).class));
    let mut calls = String::new();
    let mut operations = String::new();
    let mut variables = String::new();
    for group in &addon.model.groups {
        let names = addon.names.group(group);
        let (class, variable) = (&names.calls.class, &names.variable);
        variables.push_str(&text::docs(&call::group_docs(group), 0));
        variables.push_str(&format!("var {variable}: {class} = {class}.new(self)\n"));
        let of_fragments = of_group(group, addon.fragments).into_iter().map(|it| names.fragment(it).calls);
        for it in [names.calls.clone()].into_iter().chain(of_fragments) {
            calls.push_str(&preload(&it.class, format!("calls/{}", it.file)));
            operations.push_str(&format!("\tlist.append_array({}.operations())\n", it.class));
        }
    }
    context! { types, enums => enums.collect::<String>(), calls, operations, variables }
}
