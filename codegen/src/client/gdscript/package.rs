//! What the editor shows and enables, and what is the same for every API.

use heck::ToTitleCase;
use include_dir::{Dir, include_dir};
use minijinja::context;

use super::{AddonFile, Options, call, class, name};
use crate::client::{Fragment, Model};
use crate::diagnostic::Diagnostic;
use crate::template::template;

/// The folders `core` and `sign_in`, which are the same for every API.
static SAME: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/gdscript/same");

/// The name of the autoload.
const AUTOLOAD: &str = "Api";

/// The add-on's own files, `core`, `sign_in` and `api.gd`.
///
/// # Errors
/// `R0713`.
pub(super) fn files(model: &Model, fragments: &[Fragment], options: &Options) -> Result<Vec<AddonFile>, Diagnostic> {
    let values = context! {
        addon => name::file(&model.app),
        autoload => AUTOLOAD,
        title => model.app.to_title_case(),
        path => format!("res://{}", options.path),
        has_sign_in => model.sign_in.is_some(),
        has_user => model.sign_in.as_ref().is_some_and(|it| it.user.is_some()),
        version => env!("CARGO_PKG_VERSION"),
        ..api(model, fragments)
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
fn api(model: &Model, fragments: &[Fragment]) -> minijinja::Value {
    let preload = |name: &str, file: String| format!("const {} = preload(\"{file}.gd\")\n", name::class(name));
    let types = class::answered(model).into_iter().map(|it| preload(it, format!("types/{}", name::file(it))));
    let cards = fragments.iter().map(|it| preload(&it.name, format!("fragments/{}", name::file(&it.name))));
    let enums = super::schema::enums(model, fragments);
    let enums = enums.iter().map(|it| format!("const {0} = Enums.{0}\n", name::class(&it.name)));
    let mut calls = String::new();
    let mut operations = String::new();
    let mut variables = String::new();
    for group in &model.groups {
        let class = call::class_name(group, None);
        calls.push_str(&format!("const {class} = preload(\"calls/{}.gd\")\n", call::file_name(group, None)));
        variables.push_str(&super::text::docs(&call::group_docs(group), 0));
        variables.push_str(&format!("var {}: {class} = {class}.new(self)\n", name::member(&group.name)));
        operations.push_str(&format!("\tlist.append_array({class}.operations())\n"));
        for fragment in call::of_group(group, fragments) {
            let class = call::class_name(group, Some(fragment));
            calls.push_str(&format!(
                "const {class} = preload(\"calls/{}.gd\")\n",
                call::file_name(group, Some(fragment))
            ));
            operations.push_str(&format!("\tlist.append_array({class}.operations())\n"));
        }
    }
    context! {
        types => types.chain(cards).collect::<String>(),
        enums => enums.collect::<String>(),
        calls, operations, variables,
    }
}
