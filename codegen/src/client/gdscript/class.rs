//! A class for each object that a call answers, and for each fragment: typed variables, and how they are read from a response.

use std::collections::BTreeSet;

use heck::ToPascalCase;
use minijinja::context;

use super::AddonFile;
use super::name;
use super::text;
use crate::client::{Fragment, Model, SelectedField, Selection, TypeRef};
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
pub(super) fn files(model: &Model, fragments: &[Fragment]) -> Result<Vec<AddonFile>, Diagnostic> {
    let mut files = Vec::new();
    for object in answered(model) {
        let selection = default_selection(model, object);
        let docs = model.object(object).map(|it| it.docs.clone()).unwrap_or_default();
        let path = format!("types/{}.gd", name::file(object));
        files.push(file(model, path, object, &docs, &selection)?);
    }
    for fragment in fragments {
        let path = format!("fragments/{}.gd", name::file(&fragment.name));
        files.push(file(model, path, &fragment.name, &fragment.docs, &fragment.selection)?);
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

fn file(model: &Model, path: String, of: &str, docs: &str, selection: &Selection) -> Result<AddonFile, Diagnostic> {
    let class = class(model, &name::class(of), docs, selection);
    let mut fragments = BTreeSet::new();
    fragments_in(selection, &mut fragments);
    let preload = |it: &String| format!("const {} = preload(\"{}.gd\")\n", name::class(it), name::file(it));
    let values = context! {
        name => class.name.clone(),
        file => name::file(of),
        docs => text::docs(if docs.trim().is_empty() { "What was selected." } else { docs }, 0),
        uses_enums => uses_enums(model, selection),
        preloads => fragments.iter().map(preload).collect::<String>(),
        selection => text::operation(&selection_text(selection)),
        inner => class.inner.iter().map(inner_class).collect::<String>(),
        variables => variables(&class),
        reader => reader(&class),
    };
    Ok(AddonFile::script(path, &template!("gdscript/type.gd.j2").render(values)?))
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

fn class(model: &Model, name: &str, docs: &str, selection: &Selection) -> Class {
    let mut taken = BTreeSet::from([name.to_owned(), "Result".to_owned(), "Pages".to_owned(), "Rows".to_owned()]);
    let mut inner = Vec::new();
    let mut fields = Vec::new();
    for field in &selection.fields {
        let class_name = match &field.selection {
            None => String::new(),
            Some(Selection { fragment: Some(fragment), .. }) => name::class(fragment),
            Some(below) => {
                let wanted = name::class(&field.response.to_pascal_case());
                let mut class_name = wanted.clone();
                while !taken.insert(class_name.clone()) {
                    class_name.push('_');
                }
                let docs = model.object(&below.on).map(|it| it.docs.clone()).unwrap_or_default();
                inner.push(class(model, &class_name, &docs, below));
                class_name
            }
        };
        fields.push(class_field(model, field, &class_name));
    }
    Class { name: name.to_owned(), docs: docs.to_owned(), fields, inner }
}

fn class_field(model: &Model, field: &SelectedField, class_name: &str) -> ClassField {
    let name = name::member(&field.response);
    let response = &field.response;
    let value = Value::of(model, &field.ty, class_name);
    let lines = match (&value, &field.ty) {
        (Value::List(item), _) => list_lines(&name, response, item),
        (Value::Object(class), _) => vec![
            format!("if row.has({}):", text::quoted(response)),
            format!("\tmade.{name} = {class}.of(row.below({}))", text::quoted(response)),
        ],
        (value, _) => vec![format!("made.{name} = {}", value.read(response))],
    };
    let is_scalar = !matches!(value, Value::List(_) | Value::Object(_) | Value::Json);
    let presence = (field.ty.is_nullable() && is_scalar)
        .then(|| (format!("has_{}", name.trim_end_matches('_')), response.clone()));
    let declaration = format!("var {name}: {} = {}", value.ty(), value.empty());
    ClassField { docs: field.docs.clone(), declaration, presence, lines }
}

/// How a value is held and read.
enum Value {
    Text,
    Whole,
    Number,
    Truth,
    Json,
    Member(String),
    Object(String),
    List(Box<Self>),
}

impl Value {
    fn of(model: &Model, ty: &TypeRef, class_name: &str) -> Self {
        match ty {
            TypeRef::List { item, .. } => Self::List(Box::new(Self::of(model, item, class_name))),
            TypeRef::Named { name, .. } => match name.as_str() {
                "Int" | "BigInt" => Self::Whole,
                "Float" => Self::Number,
                "Boolean" => Self::Truth,
                "JSON" => Self::Json,
                name if model.find_enum(name).is_some() => Self::Member(name.to_owned()),
                _ if !class_name.is_empty() => Self::Object(class_name.to_owned()),
                _ => Self::Text,
            },
        }
    }

    /// The type of the variable.
    fn ty(&self) -> String {
        match self {
            Self::Text => "String".to_owned(),
            Self::Whole => "int".to_owned(),
            Self::Number => "float".to_owned(),
            Self::Truth => "bool".to_owned(),
            Self::Json => "Variant".to_owned(),
            Self::Member(name) => format!("Enums.{}", name::class(name)),
            Self::Object(class) => class.clone(),
            // Lists of lists have no type in the language.
            Self::List(item) if matches!(**item, Self::List(_) | Self::Json) => "Array".to_owned(),
            Self::List(item) => format!("Array[{}]", item.ty()),
        }
    }

    /// What it is before anything is read.
    fn empty(&self) -> String {
        match self {
            Self::Text => "\"\"".to_owned(),
            Self::Whole => "0".to_owned(),
            Self::Number => "0.0".to_owned(),
            Self::Truth => "false".to_owned(),
            Self::Json | Self::Object(_) => "null".to_owned(),
            Self::Member(name) => format!("Enums.{}.{UNKNOWN}", name::class(name)),
            Self::List(_) => "[]".to_owned(),
        }
    }

    /// The expression that reads it from the variable `row`.
    fn read(&self, response: &str) -> String {
        let key = text::quoted(response);
        match self {
            Self::Text => format!("row.text({key})"),
            Self::Whole => format!("row.whole({key})"),
            Self::Number => format!("row.number({key})"),
            Self::Truth => format!("row.truth({key})"),
            Self::Json => format!("row.json({key})"),
            Self::Member(name) => {
                let class = name::class(name);
                format!("row.member({key}, Enums.{}) as Enums.{class}", name::constant(name))
            }
            Self::Object(class) => format!("{class}.of(row.below({key}))"),
            Self::List(_) => format!("row.list({key})"),
        }
    }
}

/// The member of every enum that stands for what this client does not know, and for nothing.
pub(super) const UNKNOWN: &str = "UNKNOWN";

fn list_lines(name: &str, response: &str, item: &Value) -> Vec<String> {
    let key = text::quoted(response);
    let (items, item) = match item {
        Value::List(_) | Value::Json => return vec![format!("made.{name} = row.list({key})")],
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
