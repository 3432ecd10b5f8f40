//! A class for each object that a call answers, and for each fragment: typed variables, and how they are read from a response.

use std::collections::BTreeSet;

use minijinja::context;

use super::name::{self, Scope};
use super::names::{ClassName, EnumName, UNKNOWN, classes};
use super::scalar::Scalar;
use super::{Addon, AddonFile, text};
use crate::client::{Model, SelectedField, Selection, TypeRef};
use crate::diagnostic::Diagnostic;
use crate::template::template;

/// A class to be written.
struct Class {
    /// `World`, or of what is selected below one `Owner`.
    name: String,
    docs: String,
    fields: Vec<ClassField>,
    /// Classes of what is selected below, each within this one.
    inner: Vec<Self>,
}

struct ClassField {
    docs: String,
    /// `var world_id: String = ""`.
    declaration: String,
    /// `has_world_id` and `worldId`, where the API may answer null.
    presence: Option<(String, String)>,
    /// What sets it: `made.world_id = row.text("worldId")`.
    lines: Vec<String>,
}

/// The files of `types` and `fragments`.
///
/// # Errors
/// `R0713`.
pub(super) fn files(addon: &Addon<'_>) -> Result<Vec<AddonFile>, Diagnostic> {
    let mut files = Vec::new();
    for object in answered(addon.model) {
        let selection = default_selection(addon.model, object);
        let docs = addon.model.object(object).map(|it| it.docs.clone()).unwrap_or_default();
        files.push(file(addon, "types", &addon.names.object(object), &docs, &selection)?);
    }
    for it in addon.fragments {
        files.push(file(addon, "fragments", &addon.names.fragment(&it.name), &it.docs, &it.selection)?);
    }
    Ok(files)
}

/// The objects that calls answer, without fragments, sorted.
pub(super) fn answered(model: &Model) -> BTreeSet<&str> {
    let names = model.groups.iter().flat_map(|it| &it.calls).map(|it| it.result.name());
    names.filter(|it| is_object(model, it)).collect()
}

/// Whether it has fields of its own.
pub(super) fn is_object(model: &Model, name: &str) -> bool {
    model.object(name).is_some()
}

/// What is selected where nobody says more.
pub(super) fn default_selection(model: &Model, object: &str) -> Selection {
    let field = |it: &crate::client::Field| SelectedField {
        response: it.name.clone(),
        name: it.name.clone(),
        docs: it.docs.clone(),
        ty: it.ty.clone(),
        arguments: String::new(),
        selection: None,
    };
    Selection { on: object.to_owned(), fields: model.default_fields(object).map(field).collect(), fragment: None }
}

/// The text of a selection, of which one without fields still is one.
pub(super) fn selection_text(selection: &Selection) -> String {
    if selection.fields.is_empty() { "{ __typename }".to_owned() } else { selection.text() }
}

fn file(
    addon: &Addon<'_>,
    folder: &str,
    name: &ClassName,
    docs: &str,
    selection: &Selection,
) -> Result<AddonFile, Diagnostic> {
    let mut fragments = BTreeSet::new();
    fragments_in(selection, &mut fragments);
    let fragments: Vec<ClassName> = fragments.iter().map(|it| addon.names.fragment(it)).collect();
    let classes = classes().with(fragments.iter().map(|it| it.class.as_str()));
    let class = class(addon, &name.class, docs, selection, classes);
    let preload = |it: &ClassName| format!("const {} = preload(\"{}.gd\")\n", it.class, it.file);
    let values = context! {
        name => name.class.clone(),
        file => name.file.clone(),
        docs => text::docs(if docs.trim().is_empty() { "What was selected." } else { docs }, 0),
        uses_enums => uses_enums(addon.model, selection),
        preloads => fragments.iter().map(preload).collect::<String>(),
        selection => text::operation(&selection_text(selection)),
        inner => class.inner.iter().map(inner_class).collect::<String>(),
        variables => variables(&class),
        reader => reader(&class),
    };
    Ok(AddonFile::script(format!("{folder}/{}.gd", name.file), &template!("gdscript/type.gd.j2").render(values)?))
}

/// The fragments whose classes stand for a part of the selection.
fn fragments_in(selection: &Selection, found: &mut BTreeSet<String>) {
    for below in selection.fields.iter().filter_map(|it| it.selection.as_ref()) {
        match &below.fragment {
            Some(fragment) => {
                found.insert(fragment.clone());
            }
            None => fragments_in(below, found),
        }
    }
}

/// Whether a field of it, or of a class within it, is an enum.
fn uses_enums(model: &Model, selection: &Selection) -> bool {
    selection.fields.iter().any(|it| match &it.selection {
        Some(below) => below.fragment.is_none() && uses_enums(model, below),
        None => model.find_enum(it.ty.name()).is_some(),
    })
}

/// The class of a selection; `taken` are the names of the classes around it.
fn class(addon: &Addon<'_>, name: &str, docs: &str, selection: &Selection, taken: Scope) -> Class {
    let mut taken = taken.with([name]);
    let mut members = Scope::of_members();
    let mut inner = Vec::new();
    let mut fields = Vec::new();
    for field in &selection.fields {
        let class_name = match &field.selection {
            None => String::new(),
            Some(Selection { fragment: Some(fragment), .. }) => addon.names.fragment(fragment).class,
            Some(below) => {
                let class_name = taken.take(&name::class(&field.response), "Row");
                let docs = addon.model.object(&below.on).map(|it| it.docs.clone()).unwrap_or_default();
                inner.push(class(addon, &class_name, &docs, below, taken.clone()));
                class_name
            }
        };
        let member = members.take_member(&field.response);
        fields.push(class_field(field, member, &Value::of(addon, &field.ty, &class_name)));
    }
    // What has the name in the API keeps it.
    for (presence, _) in fields.iter_mut().filter_map(|it| it.presence.as_mut()) {
        *presence = members.take_member(presence);
    }
    Class { name: name.to_owned(), docs: docs.to_owned(), fields, inner }
}

fn class_field(field: &SelectedField, name: String, value: &Value) -> ClassField {
    let response = &field.response;
    let lines = match value {
        Value::List(item) => list_lines(&name, response, item),
        Value::Object(class) => vec![
            format!("if row.has({}):", text::quoted(response)),
            format!("\tmade.{name} = {class}.of(row.below({}))", text::quoted(response)),
        ],
        value => vec![format!("made.{name} = {}", value.read(response))],
    };
    let is_scalar = !matches!(value, Value::List(_) | Value::Object(_) | Value::Scalar(Scalar::Json));
    let presence = (field.ty.is_nullable() && is_scalar)
        .then(|| (format!("has_{}", name.trim_end_matches('_')), response.clone()));
    let declaration = format!("var {name}: {} = {}", value.ty(), value.empty());
    ClassField { docs: field.docs.clone(), declaration, presence, lines }
}

/// How a value is held and read.
enum Value {
    Scalar(Scalar),
    Member(EnumName),
    Object(String),
    List(Box<Self>),
}

impl Value {
    fn of(addon: &Addon<'_>, ty: &TypeRef, class_name: &str) -> Self {
        match ty {
            TypeRef::List { item, .. } => Self::List(Box::new(Self::of(addon, item, class_name))),
            TypeRef::Named { name, .. } if addon.model.find_enum(name).is_some() => {
                Self::Member(addon.names.enumeration(name))
            }
            TypeRef::Named { .. } if !class_name.is_empty() => Self::Object(class_name.to_owned()),
            TypeRef::Named { name, .. } => Self::Scalar(Scalar::of(name)),
        }
    }

    /// The type of the variable.
    fn ty(&self) -> String {
        match self {
            Self::Scalar(scalar) => scalar.ty().to_owned(),
            Self::Member(it) => format!("Enums.{}", it.class),
            Self::Object(class) => class.clone(),
            // Lists of lists have no type in the language.
            Self::List(item) if matches!(**item, Self::List(_) | Self::Scalar(Scalar::Json)) => "Array".to_owned(),
            Self::List(item) => format!("Array[{}]", item.ty()),
        }
    }

    /// What it is before anything is read.
    fn empty(&self) -> String {
        match self {
            Self::Scalar(scalar) => scalar.empty().to_owned(),
            Self::Object(_) => "null".to_owned(),
            Self::Member(it) => format!("Enums.{}.{UNKNOWN}", it.class),
            Self::List(_) => "[]".to_owned(),
        }
    }

    /// The expression that reads it from the variable `row`.
    fn read(&self, response: &str) -> String {
        let key = text::quoted(response);
        match self {
            Self::Scalar(scalar) => format!("row.{}({key})", scalar.reader()),
            Self::Member(it) => format!("row.member({key}, Enums.{}) as Enums.{}", it.table, it.class),
            Self::Object(class) => format!("{class}.of(row.below({key}))"),
            Self::List(_) => format!("row.list({key})"),
        }
    }
}

fn list_lines(name: &str, response: &str, item: &Value) -> Vec<String> {
    let key = text::quoted(response);
    let (items, item) = match item {
        Value::List(_) | Value::Scalar(Scalar::Json) => return vec![format!("made.{name} = row.list({key})")],
        Value::Object(class) => ("rows", format!("{class}.of(item)")),
        // An item is read as the only field of a row.
        value => ("items", value.read("item").replacen("row.", "item.", 1)),
    };
    vec![format!("for item: Row in row.{items}({key}):"), format!("\tmade.{name}.append({item})")]
}

/// A class within another, with those within it.
fn inner_class(class: &Class) -> String {
    let docs = text::docs(&class.docs, 0);
    let inner: String = class.inner.iter().map(inner_class).collect();
    let (name, variables, reader) = (&class.name, variables(class), reader(class));
    let body = indented(&format!(
        "extends RefCounted\n{inner}\n{variables}\n\nstatic func of(row: Row) -> {name}:\n\tvar made: {name} = {name}.new()\n{reader}\treturn made\n"
    ));
    format!("\n\n{docs}class {name}:\n{body}")
}

/// One tab before each line that is not empty.
fn indented(text: &str) -> String {
    text.split_inclusive('\n').map(|it| if it == "\n" { it.to_owned() } else { format!("\t{it}") }).collect()
}

fn variables(class: &Class) -> String {
    let mut out = String::new();
    for field in &class.fields {
        out.push_str(&text::docs(&field.docs, 0));
        out.push_str(&format!("{}\n", field.declaration));
        if let Some((name, _)) = &field.presence {
            out.push_str(&format!("## Whether there is one.\nvar {name}: bool = false\n"));
        }
    }
    out
}

/// The lines that set each variable of `made`.
fn reader(class: &Class) -> String {
    let mut out = String::new();
    for field in &class.fields {
        if let Some((name, response)) = &field.presence {
            out.push_str(&format!("\tmade.{name} = row.has({})\n", text::quoted(response)));
        }
        for line in &field.lines {
            out.push_str(&format!("\t{line}\n"));
        }
    }
    out
}
