//! The calls of each resource, and the same once more for each fragment on what they answer.

use std::collections::BTreeSet;

use minijinja::context;

use super::class::is_object;
use super::{AddonFile, Options, name, schema, text};
use crate::client::model::COUNTED;
use crate::client::{Argument, ArgumentPosition, Call, Fragment, Group, Model, ResultShape, TypeRef};
use crate::diagnostic::Diagnostic;
use crate::template::template;

/// The files of `calls`, and `api.gd`.
///
/// # Errors
/// `R0713`.
pub(super) fn files(model: &Model, fragments: &[Fragment], options: &Options) -> Result<Vec<AddonFile>, Diagnostic> {
    let mut files = Vec::new();
    for group in &model.groups {
        files.push(Calls { model, group, fragment: None, options }.file(fragments)?);
        for fragment in of_group(group, fragments) {
            files.push(Calls { model, group, fragment: Some(fragment), options }.file(&[])?);
        }
    }
    Ok(files)
}

/// The fragments that some call of the group can answer.
pub(super) fn of_group<'f>(group: &Group, fragments: &'f [Fragment]) -> Vec<&'f Fragment> {
    let answers = |it: &&Fragment| group.calls.iter().any(|call| call.result.name() == it.selection.on);
    fragments.iter().filter(answers).collect()
}

/// The class of a group's calls: `Worlds`, or with a fragment `WorldsAsWorldCard`.
pub(super) fn class_name(group: &Group, fragment: Option<&Fragment>) -> String {
    let fragment = fragment.map(|it| format!("_as_{}", it.name)).unwrap_or_default();
    name::class(&format!("{}{fragment}", group.name))
}

/// The file of such a class, without its ending.
pub(super) fn file_name(group: &Group, fragment: Option<&Fragment>) -> String {
    let fragment = fragment.map(|it| format!("_as_{}", name::file(&it.name))).unwrap_or_default();
    format!("{}{fragment}", name::file(&group.name))
}

/// What a group is of.
pub(super) fn group_docs(group: &Group) -> String {
    if group.docs.is_empty() { format!("The calls of `{}`.", group.name) } else { group.docs.clone() }
}

struct Calls<'a> {
    model: &'a Model,
    group: &'a Group,
    fragment: Option<&'a Fragment>,
    options: &'a Options,
}

impl Calls<'_> {
    fn file(&self, fragments: &[Fragment]) -> Result<AddonFile, Diagnostic> {
        let is_answered = |it: &&Call| self.fragment.is_none_or(|fragment| fragment.selection.on == it.result.name());
        let calls: Vec<&Call> = self.group.calls.iter().filter(is_answered).collect();
        let text: String = calls.iter().map(|it| self.call(it)).collect();
        let operations: String = calls.iter().map(|it| self.operation(it)).collect();
        let others = of_group(self.group, fragments);
        let values = context! {
            docs => text::docs(&self.docs(), 0),
            classes => self.preloads(&calls, &text),
            others => others.iter().map(|it| self.preload_other(it)).collect::<String>(),
            as_others => others.iter().map(|it| self.as_other(it)).collect::<String>(),
            uses_reply => text.contains("var reply: Reply"),
            calls => text,
            operations,
            suffix => self.fragment.map(|it| format!("_as_{}", it.name)).unwrap_or_default(),
            tables => calls.iter().filter_map(|it| table(it)).collect::<String>(),
        };
        let path = format!("calls/{}.gd", file_name(self.group, self.fragment));
        Ok(AddonFile::script(path, &template!("gdscript/calls.gd.j2").render(values)?))
    }

    fn docs(&self) -> String {
        match self.fragment {
            Some(fragment) => format!("The calls of `{}` that answer a `{}`.", self.group.name, fragment.name),
            None => group_docs(self.group),
        }
    }

    /// The classes that the calls answer.
    fn preloads(&self, calls: &[&Call], text: &str) -> String {
        let mut lines = BTreeSet::new();
        for call in calls {
            if is_object(self.model, call.result.name()) {
                let (class, folder) = self.answer(call);
                lines.insert(format!("const {class} = preload(\"../{folder}.gd\")\n"));
            }
        }
        if text.contains("Answers.") {
            lines.insert("const Answers = preload(\"../core/answers.gd\")\n".to_owned());
        }
        if text.contains("Enums.") {
            lines.insert("const Enums = preload(\"../enums.gd\")\n".to_owned());
        }
        lines.into_iter().collect()
    }

    /// The class of one that a call answers, and the file that it is in.
    fn answer(&self, call: &Call) -> (String, String) {
        match self.fragment {
            Some(fragment) => (name::class(&fragment.name), format!("fragments/{}", name::file(&fragment.name))),
            None => (name::class(call.result.name()), format!("types/{}", name::file(call.result.name()))),
        }
    }

    fn preload_other(&self, fragment: &Fragment) -> String {
        let (class, file) = (class_name(self.group, Some(fragment)), file_name(self.group, Some(fragment)));
        format!("const {class} = preload(\"{file}.gd\")\n")
    }

    /// `as_world_card`, by which the calls answer that fragment.
    fn as_other(&self, fragment: &Fragment) -> String {
        let class = class_name(self.group, Some(fragment));
        let docs = format!("The same calls with another answer: a `{}`.", fragment.name);
        format!(
            "\n\n{}func as_{}() -> {class}:\n\treturn {class}.new(_client)\n",
            text::docs(&docs, 0),
            name::file(&fragment.name)
        )
    }

    /// What a call's operation asks for, as an entry of a dictionary.
    fn operation(&self, call: &Call) -> String {
        format!("\tOperations.{}: {},\n", schema::constant(call), self.selection(call))
    }

    /// The expression of a call's selection.
    fn selection(&self, call: &Call) -> String {
        if is_object(self.model, call.result.name()) {
            format!("{}.SELECTION", self.answer(call).0)
        } else {
            "\"\"".to_owned()
        }
    }

    fn call(&self, call: &Call) -> String {
        let required: Vec<&Argument> = call.arguments.iter().filter(|it| it.is_required()).collect();
        let mut parameters: Vec<String> =
            required.iter().map(|it| format!("{}: {}", parameter(it), self.ty(&it.ty))).collect();
        let has_more = table(call).is_some();
        if has_more {
            parameters.push("more: Dictionary = {}".to_owned());
        }
        let head = format!("func {}", name::call(&call.name));
        let result = self.result(call);
        let mut out = format!("\n\n{}", text::docs(&docs(call), 0));
        out.push_str(&text::signature(&head, &parameters, &result, 0));
        out.push('\n');
        let (field, constant, selection) = (text::quoted(&call.field), schema::constant(call), self.selection(call));
        out.push_str(&line(&format!("var asked: Call = Call.new({field}, Operations.{constant}, {selection})")));
        for argument in required {
            let (name, ty) = (text::quoted(&argument.field), text::quoted(&argument.ty.to_string()));
            let place = if argument.position == ArgumentPosition::Input { "give_input" } else { "give" };
            out.push_str(&line(&format!("asked.{place}({name}, {ty}, {}, _client.inputs)", parameter(argument))));
        }
        if has_more {
            out.push_str(&line(&format!("asked.take(more, {}, _client.inputs)", table_name(call))));
        }
        if call.input.is_some() {
            out.push_str("\tasked.send_input()\n");
        }
        if self.options.can_wait.contains(&call.field) {
            out.push_str("\tasked.can_wait = true\n");
        }
        match call.shape {
            ResultShape::Page => out.push_str(&format!("\treturn {result}.new(_client, asked)\n")),
            ResultShape::Payload | ResultShape::Plain => {
                let reader =
                    if call.shape == ResultShape::Plain && call.result.is_nullable() { "of_row" } else { "of" };
                out.push_str("\tvar reply: Reply = await _client.run(asked)\n");
                out.push_str(&format!("\treturn {result}.{reader}(reply)\n"));
            }
        }
        out
    }

    /// The class of what came of a call.
    fn result(&self, call: &Call) -> String {
        if is_object(self.model, call.result.name()) {
            let class = self.answer(call).0;
            return match call.shape {
                ResultShape::Page => format!("{class}.Pages"),
                _ if call.result.is_list() => format!("{class}.Rows"),
                _ => format!("{class}.Result"),
            };
        }
        let name = match &call.result {
            TypeRef::List { .. } => "List",
            TypeRef::Named { name, .. } => match name.as_str() {
                "Int" | "BigInt" => "Whole",
                "Float" => "Number",
                "Boolean" => "Truth",
                "JSON" => "Json",
                _ => "Text",
            },
        };
        format!("Answers.{name}")
    }

    /// The type of a parameter.
    fn ty(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::List { .. } => "Array".to_owned(),
            TypeRef::Named { name, .. } => match name.as_str() {
                "Int" | "BigInt" => "int".to_owned(),
                "Float" => "float".to_owned(),
                "Boolean" => "bool".to_owned(),
                "JSON" => "Variant".to_owned(),
                name if self.model.find_enum(name).is_some() => format!("Enums.{}", name::class(name)),
                name if self.model.input(name).is_some() => "Dictionary".to_owned(),
                _ => "String".to_owned(),
            },
        }
    }
}

/// The name of a parameter; none has that of what a function has already.
fn parameter(argument: &Argument) -> String {
    name::member(&argument.name)
}

/// What a call does, and what may stand in `more`.
fn docs(call: &Call) -> String {
    let mut docs = call.docs.clone();
    if docs.trim().is_empty() {
        docs = format!("Calls `{}`.", call.field);
    }
    if call.shape == ResultShape::Plain && call.result.is_nullable() {
        docs = docs.replace("; null if there is none", "; the error is `NOT_FOUND` if there is none");
    }
    let optional: Vec<&Argument> = optional(call).collect();
    if !optional.is_empty() || call.shape == ResultShape::Page {
        docs.push_str("\n\n`more` may have:");
    }
    for argument in optional {
        docs.push_str(&format!("\n- `{}`: {}", argument.name, argument.docs.trim()));
    }
    if call.shape == ResultShape::Page {
        docs.push_str(&format!("\n- `{WITH_TOTAL}`: Whether all rows that match are counted."));
    }
    docs
}

/// The word in `more` that has a page's rows counted.
const WITH_TOTAL: &str = "with_total";

/// What may be left out. Of a page only its size is the game's to say: the client goes from one to the next.
fn optional(call: &Call) -> impl Iterator<Item = &Argument> {
    let is_cursor = |it: &Argument| it.position == ArgumentPosition::Page && it.field != "first";
    call.arguments.iter().filter(move |it| !it.is_required() && !is_cursor(it))
}

fn table_name(call: &Call) -> String {
    format!("MORE_OF_{}", name::constant(&call.name))
}

/// The constant that says what may stand in `more`.
fn table(call: &Call) -> Option<String> {
    let mut lines: Vec<String> = optional(call)
        .map(|it| {
            let (key, field) = (text::quoted(&it.name), text::quoted(&it.field));
            let is_input = it.position == ArgumentPosition::Input;
            format!("\t{key}: [{field}, {}, {is_input}],\n", text::quoted(&it.ty.to_string()))
        })
        .collect();
    if call.shape == ResultShape::Page {
        lines.push(format!("\t\"{WITH_TOTAL}\": [\"{COUNTED}\", \"Boolean!\", false],\n"));
    }
    (!lines.is_empty()).then(|| format!("const {}: Dictionary = {{\n{}}}\n", table_name(call), lines.concat()))
}

/// A statement of a function, whose arguments go on a line of their own where it is too long.
fn line(statement: &str) -> String {
    if statement.chars().count() + 4 <= 100 {
        return format!("\t{statement}\n");
    }
    match statement.split_once('(').map(|(head, rest)| (head, rest.trim_end_matches(')'))) {
        Some((head, arguments)) => format!("\t{head}(\n\t\t{arguments}\n\t)\n"),
        None => format!("\t{statement}\n"),
    }
}
