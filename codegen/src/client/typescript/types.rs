//! The types: enums, inputs, objects with their own fields, and fragments with what they select.

use super::names::Names;
use super::text::{Text, literal};
use crate::client::fragment::{Fragment, SelectedField, Selection};
use crate::client::model::{Model, ObjectKind};

/// The types of the API. Of an object it is what is answered where nothing else is selected.
pub(super) fn types(text: &mut Text, model: &Model, names: &Names) {
    for it in &model.enums {
        text.empty();
        text.docs(&it.docs);
        text.line(format!("export type {} =", names.get(&it.name)));
        for (index, value) in it.values.iter().enumerate() {
            let end = if index + 1 == it.values.len() { ";" } else { "" };
            text.indented(|text| {
                text.docs(&value.docs);
                text.line(format!("| {}{end}", literal(&value.name)));
            });
        }
    }
    if model.find_enum("ErrorCode").is_none() {
        text.empty();
        text.docs("What kind of failure it is.");
        let codes = samara::error::Code::ALL.iter().map(|it| literal(it.as_str()));
        text.line(format!("export type ErrorCode = {};", codes.collect::<Vec<_>>().join(" | ")));
    }
    for it in &model.inputs {
        text.empty();
        text.docs(&it.docs);
        text.within(format!("export interface {} {{", names.get(&it.name)), "}", |text| {
            for field in &it.fields {
                text.docs(&field.docs);
                let ty = names.given(&field.ty);
                text.line(member(&field.name, field.is_required(), &ty));
            }
        });
    }
    for it in model.objects.iter().filter(|it| matches!(it.kind, ObjectKind::Record | ObjectKind::Other)) {
        text.empty();
        text.docs(&it.docs);
        text.within(format!("export interface {} {{", names.get(&it.name)), "}", |text| {
            for field in model.default_fields(&it.name) {
                text.docs(&field.docs);
                text.line(format!("readonly {}: {};", field.name, names.answered(&field.ty, None)));
            }
        });
    }
}

/// A member that is given: one that need not be may be left out, or be undefined.
pub(super) fn member(name: &str, is_required: bool, ty: &str) -> String {
    if is_required { format!("readonly {name}: {ty};") } else { format!("readonly {name}?: {ty} | undefined;") }
}

/// Each fragment as a type, and as a constant of the same name that selects it.
pub(super) fn fragments(text: &mut Text, fragments: &[Fragment], names: &Names) {
    for fragment in fragments {
        let (name, on) = (names.get(&fragment.name), &fragment.selection.on);
        text.empty();
        text.docs(&docs(fragment));
        text.within(format!("export interface {name} {{"), "}", |text| fields(text, &fragment.selection, names));
        text.empty();
        text.docs(&docs(fragment));
        text.within(format!("export const {name}: ApiSelection<{}, {name}> = {{", literal(on)), "};", |text| {
            text.line(format!("on: {},", literal(on)));
            text.line(format!("text: {},", literal(&fragment.selection.text())));
        });
    }
}

fn docs(fragment: &Fragment) -> String {
    let from = format!("The fragment of `{}`.", fragment.path.display());
    if fragment.docs.is_empty() { from } else { format!("{}\n\n{from}", fragment.docs) }
}

fn fields(text: &mut Text, selection: &Selection, names: &Names) {
    for field in &selection.fields {
        text.docs(&field.docs);
        self::field(text, field, names);
    }
}

fn field(text: &mut Text, field: &SelectedField, names: &Names) {
    let written = |inner: Option<&str>| format!("readonly {}: {};", field.response, names.answered(&field.ty, inner));
    match &field.selection {
        None => text.line(written(None)),
        Some(Selection { fragment: Some(fragment), .. }) => text.line(written(Some(names.get(fragment)))),
        Some(selection) => {
            // What is around the object's braces: `readonly nodes: (` and `)[] | null;`.
            let around = written(Some("{}"));
            let (open, close) = around.split_once("{}").unwrap_or((&around, ""));
            text.within(format!("{open}{{"), format!("}}{close}"), |text| fields(text, selection, names));
        }
    }
}
