//! What is known of the API at run time: its enums, its inputs, and the texts of its operations.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use minijinja::context;

use super::name::Scope;
use super::names::{UNKNOWN, members};
use super::{Addon, AddonFile, text};
use crate::client::{Call, EnumType, InputType, Model};
use crate::diagnostic::Diagnostic;
use crate::template::template;

/// `enums.gd`, `schema.gd` and `operations.gd`.
///
/// # Errors
/// `R0713`.
pub(super) fn files(addon: &Addon<'_>) -> Result<Vec<AddonFile>, Diagnostic> {
    let model = addon.model;
    let used = used(addon);
    let enums = enums(addon);
    let inputs: Vec<&InputType> = model.inputs.iter().filter(|it| used.contains(it.name.as_str())).collect();
    let calls: Vec<&Call> = model.groups.iter().flat_map(|it| &it.calls).collect();
    let values = context! {
        enums => enums.iter().map(|it| enum_text(addon, it)).collect::<String>(),
        tables => enums.iter().map(|it| enum_table(addon, it)).collect::<String>(),
    };
    let enums_file = AddonFile::script("enums.gd", &template!("gdscript/enums.gd.j2").render(values)?);
    let table = |it: &EnumType| addon.names.enumeration(&it.name).table;
    let values = context! {
        enums => enums.iter().map(|it| format!("\t{}: Enums.{},\n", text::quoted(&it.name), table(it))).collect::<String>(),
        inputs => inputs.iter().map(|it| input_table(it)).collect::<String>(),
    };
    let schema_file = AddonFile::script("schema.gd", &template!("gdscript/schema.gd.j2").render(values)?);
    let values = context! { operations => calls.iter().map(|it| operation(addon, it)).collect::<String>() };
    let operations_file = AddonFile::script("operations.gd", &template!("gdscript/operations.gd.j2").render(values)?);
    Ok(vec![enums_file, schema_file, operations_file])
}

/// The enums that are given or answered.
pub(super) fn enums<'a>(addon: &Addon<'a>) -> Vec<&'a EnumType> {
    let used = used(addon);
    addon.model.enums.iter().filter(|it| used.contains(it.name.as_str())).collect()
}

/// The inputs that calls take and the enums that are given or answered.
fn used<'a>(addon: &Addon<'a>) -> BTreeSet<&'a str> {
    let model = addon.model;
    let mut used = BTreeSet::new();
    for call in model.groups.iter().flat_map(|it| &it.calls) {
        for argument in &call.arguments {
            add_input(model, argument.ty.name(), &mut used);
        }
        add_output(model, call.result.name(), &mut used);
    }
    let mut selections: Vec<_> = addon.fragments.iter().map(|it| &it.selection).collect();
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

fn enum_text(addon: &Addon<'_>, it: &EnumType) -> String {
    let class = addon.names.enumeration(&it.name).class;
    let mut out = format!("\n{}enum {class} {{\n", text::docs(&it.docs, 0));
    out.push_str(&format!("\t## Nothing, or what this client does not know.\n\t{UNKNOWN} = -1,\n"));
    for (value, member) in it.values.iter().zip(members(it)) {
        out.push_str(&format!("{}\t{member},\n", text::docs(&value.docs, 1)));
    }
    out.push_str("}\n");
    out
}

fn enum_table(addon: &Addon<'_>, it: &EnumType) -> String {
    let names = addon.names.enumeration(&it.name);
    let line = |value: &str, member: &str| format!("\t{}: {}.{member},\n", text::quoted(value), names.class);
    let lines: String = it.values.iter().zip(members(it)).map(|(it, member)| line(&it.name, &member)).collect();
    format!("const {}: Dictionary = {{\n{lines}}}\n", names.table)
}

fn input_table(it: &InputType) -> String {
    let mut out = format!("\t{}:\n\t{{\n", text::quoted(&it.name));
    let mut keys = Scope::empty();
    for field in &it.fields {
        let (name, ty) = (text::quoted(&field.name), text::quoted(&field.ty.to_string()));
        let key = text::quoted(&keys.take(&field.name.to_snake_case(), "_"));
        out.push_str(&format!("\t\t{key}: [{name}, {ty}, {}],\n", field.is_required()));
    }
    out.push_str("\t},\n");
    out
}

/// What stands in an operation where the selection goes.
const SELECTION: &str = "<selection>";

fn operation(addon: &Addon<'_>, call: &Call) -> String {
    let name = addon.names.operation(call);
    let text = text::operation(&call.document_named(&name.document).with(SELECTION));
    format!("const {}: String = {text}\n", name.constant)
}
