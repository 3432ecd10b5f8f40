//! What is known of the API at run time: its enums, its inputs, and the texts of its operations.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use minijinja::context;

use super::AddonFile;
use super::class::UNKNOWN;
use super::name;
use super::text;
use crate::client::{Call, EnumType, Fragment, InputType, Model};
use crate::diagnostic::Diagnostic;
use crate::template::template;

/// `enums.gd`, `schema.gd` and `operations.gd`.
///
/// # Errors
/// `R0713`.
pub(super) fn files(model: &Model, fragments: &[Fragment]) -> Result<Vec<AddonFile>, Diagnostic> {
    let used = used(model, fragments);
    let enums = enums(model, fragments);
    let inputs: Vec<&InputType> = model.inputs.iter().filter(|it| used.contains(it.name.as_str())).collect();
    let calls: Vec<&Call> = model.groups.iter().flat_map(|it| &it.calls).collect();
    let values = context! {
        enums => enums.iter().map(|it| enum_text(it)).collect::<String>(),
        tables => enums.iter().map(|it| enum_table(it)).collect::<String>(),
    };
    let enums_file = AddonFile::script("enums.gd", &template!("gdscript/enums.gd.j2").render(values)?);
    let values = context! {
        enums => enums.iter().map(|it| format!("\t{}: Enums.{},\n", text::quoted(&it.name), name::constant(&it.name))).collect::<String>(),
        inputs => inputs.iter().map(|it| input_table(it)).collect::<String>(),
    };
    let schema_file = AddonFile::script("schema.gd", &template!("gdscript/schema.gd.j2").render(values)?);
    let values = context! { operations => calls.iter().map(|it| operation(it)).collect::<String>() };
    let operations_file = AddonFile::script("operations.gd", &template!("gdscript/operations.gd.j2").render(values)?);
    Ok(vec![enums_file, schema_file, operations_file])
}

/// The enums that are given or answered.
pub(super) fn enums<'m>(model: &'m Model, fragments: &'m [Fragment]) -> Vec<&'m EnumType> {
    let used = used(model, fragments);
    model.enums.iter().filter(|it| used.contains(it.name.as_str())).collect()
}

/// The inputs that calls take and the enums that are given or answered.
fn used<'m>(model: &'m Model, fragments: &'m [Fragment]) -> BTreeSet<&'m str> {
    let mut used = BTreeSet::new();
    for call in model.groups.iter().flat_map(|it| &it.calls) {
        for argument in &call.arguments {
            add_input(model, argument.ty.name(), &mut used);
        }
        add_output(model, call.result.name(), &mut used);
    }
    let mut selections: Vec<_> = fragments.iter().map(|it| &it.selection).collect();
    while let Some(selection) = selections.pop() {
        used.extend(selection.fields.iter().filter(|it| it.selection.is_none()).map(|it| it.ty.name()));
        selections.extend(selection.fields.iter().filter_map(|it| it.selection.as_ref()));
    }
    used
}

fn add_output<'m>(model: &'m Model, name: &'m str, used: &mut BTreeSet<&'m str>) {
    used.insert(name);
    used.extend(model.default_fields(name).map(|it| it.ty.name()));
}

fn add_input<'m>(model: &'m Model, name: &'m str, used: &mut BTreeSet<&'m str>) {
    if !used.insert(name) {
        return;
    }
    for field in model.input(name).into_iter().flat_map(|it| &it.fields) {
        add_input(model, field.ty.name(), used);
    }
}

fn enum_text(it: &EnumType) -> String {
    let mut out = format!("\n{}enum {} {{\n", text::docs(&it.docs, 0), name::class(&it.name));
    out.push_str(&format!("\t## Nothing, or what this client does not know.\n\t{UNKNOWN} = -1,\n"));
    for value in &it.values {
        out.push_str(&format!("{}\t{},\n", text::docs(&value.docs, 1), member(&value.name)));
    }
    out.push_str("}\n");
    out
}

/// The member's name: one that is called as the unknown one ends with an underscore.
fn member(value: &str) -> String {
    if value == UNKNOWN { format!("{value}_") } else { value.to_owned() }
}

fn enum_table(it: &EnumType) -> String {
    let class = name::class(&it.name);
    let line = |value: &str| format!("\t{}: {class}.{},\n", text::quoted(value), member(value));
    let lines: String = it.values.iter().map(|it| line(&it.name)).collect();
    format!("const {}: Dictionary = {{\n{lines}}}\n", name::constant(&it.name))
}

fn input_table(it: &InputType) -> String {
    let mut out = format!("\t{}:\n\t{{\n", text::quoted(&it.name));
    for field in &it.fields {
        let (name, ty) = (text::quoted(&field.name), text::quoted(&field.ty.to_string()));
        out.push_str(&format!(
            "\t\t{}: [{name}, {ty}, {}],\n",
            text::quoted(&field.name.to_snake_case()),
            field.is_required()
        ));
    }
    out.push_str("\t},\n");
    out
}

/// The name of the constant that holds a call's text.
pub(super) fn constant(call: &Call) -> String {
    name::constant(&call.field)
}

/// What stands in an operation where the selection goes.
const SELECTION: &str = "<selection>";

fn operation(call: &Call) -> String {
    format!("const {}: String = {}\n", constant(call), text::operation(&call.document().with(SELECTION)))
}
