//! The calls of each resource, and the same once more for each fragment on what they answer.

use std::collections::BTreeSet;

use minijinja::context;

use super::class::is_object;
use super::name::Scope;
use super::names::{ClassName, GroupName, of_group};
use super::scalar::Scalar;
use super::{Addon, AddonFile, text};
use crate::client::model::{COUNTED, OperationKind};
use crate::client::{Argument, ArgumentPosition, Call, Fragment, Group, ResultShape, TypeRef};
use crate::diagnostic::Diagnostic;
use crate::template::template;

/// The files of `calls`.
///
/// # Errors
/// `R0713`.
pub(super) fn files(addon: &Addon<'_>) -> Result<Vec<AddonFile>, Diagnostic> {
    let mut files = Vec::new();
    for group in &addon.model.groups {
        let names = addon.names.group(group);
        files.push(Calls { addon, group, names: &names, fragment: None }.file()?);
        for fragment in of_group(group, addon.fragments) {
            files.push(Calls { addon, group, names: &names, fragment: Some(fragment) }.file()?);
        }
    }
    Ok(files)
}

/// What a group is of.
pub(super) fn group_docs(group: &Group) -> String {
    if group.docs.is_empty() { format!("The calls of `{}`.", group.name) } else { group.docs.clone() }
}

struct Calls<'a> {
    addon: &'a Addon<'a>,
    group: &'a Group,
    names: &'a GroupName,
    fragment: Option<&'a Fragment>,
}

impl Calls<'_> {
    fn file(&self) -> Result<AddonFile, Diagnostic> {
        let is_answered = |it: &&Call| self.fragment.is_none_or(|fragment| fragment.selection.on == it.result.name());
        let calls: Vec<&Call> = self.group.calls.iter().filter(is_answered).collect();
        let others = if self.fragment.is_none() { of_group(self.group, self.addon.fragments) } else { Vec::new() };
        let values = context! {
            docs => text::docs(&self.docs(), 0),
            classes => self.preloads(&calls),
            others => others.iter().map(|it| self.preload_other(it)).collect::<String>(),
            as_others => others.iter().map(|it| self.as_other(it)).collect::<String>(),
            uses_reply => calls.iter().any(|it| it.shape != ResultShape::Page),
            calls => calls.iter().map(|it| self.call(it)).collect::<String>(),
            operations => calls.iter().map(|it| self.operation(it)).collect::<String>(),
            suffix => self.fragment.map(|it| format!("_as_{}", it.name)).unwrap_or_default(),
            tables => calls.iter().filter_map(|it| table(it)).collect::<String>(),
        };
        let names = self.fragment.map_or_else(|| self.names.calls.clone(), |it| self.names.fragment(it).calls);
        let path = format!("calls/{}.gd", names.file);
        Ok(AddonFile::script(path, &template!("gdscript/calls.gd.j2").render(values)?))
    }

    fn docs(&self) -> String {
        match self.fragment {
            Some(fragment) => format!("The calls of `{}` that answer a `{}`.", self.group.name, fragment.name),
            None => group_docs(self.group),
        }
    }

    /// The classes that the calls answer and take.
    fn preloads(&self, calls: &[&Call]) -> String {
        let mut lines = BTreeSet::new();
        for call in calls {
            if is_object(self.addon.model, call.result.name()) {
                let (folder, ClassName { class, file }) = self.answer(call);
                lines.insert(format!("const {class} = preload(\"../{folder}/{file}.gd\")\n"));
            }
            if !self.has_rows(call) {
                lines.insert(format!("const {ANSWERS} = preload(\"../core/answers.gd\")\n"));
            }
            let is_enum = |it: &&Argument| self.addon.model.find_enum(it.ty.name()).is_some();
            if required(call).any(|it| is_enum(&it)) {
                lines.insert("const Enums = preload(\"../enums.gd\")\n".to_owned());
            }
        }
        lines.into_iter().collect()
    }

    /// The class of one that a call answers, and the folder that it is in.
    fn answer(&self, call: &Call) -> (&'static str, ClassName) {
        match self.fragment {
            Some(fragment) => ("fragments", self.addon.names.fragment(&fragment.name)),
            None => ("types", self.addon.names.object(call.result.name())),
        }
    }

    fn preload_other(&self, fragment: &Fragment) -> String {
        let ClassName { class, file } = self.names.fragment(fragment).calls;
        format!("const {class} = preload(\"{file}.gd\")\n")
    }

    /// `as_world_card`, by which the calls answer that fragment.
    fn as_other(&self, fragment: &Fragment) -> String {
        let names = self.names.fragment(fragment);
        let class = names.calls.class;
        let docs = format!("The same calls with another answer: a `{}`.", fragment.name);
        format!("\n\n{}func {}() -> {class}:\n\treturn {class}.new(_client)\n", text::docs(&docs, 0), names.function)
    }

    /// What a call's operation asks for, as an entry of a dictionary.
    fn operation(&self, call: &Call) -> String {
        format!("\tOperations.{}: {},\n", self.addon.names.operation(call).constant, self.selection(call))
    }

    /// The expression of a call's selection.
    fn selection(&self, call: &Call) -> String {
        if is_object(self.addon.model, call.result.name()) {
            format!("{}.SELECTION", self.answer(call).1.class)
        } else {
            "\"\"".to_owned()
        }
    }

    fn call(&self, call: &Call) -> String {
        let mut names = self.names.parameters.clone();
        let required: Vec<(&Argument, String)> = required(call).map(|it| (it, names.take_member(&it.name))).collect();
        let mut parameters: Vec<String> =
            required.iter().map(|(it, name)| format!("{name}: {}", self.ty(&it.ty))).collect();
        let has_more = table(call).is_some();
        if has_more {
            parameters.push("more: Dictionary = {}".to_owned());
        }
        let head = format!("func {}", self.names.function(call));
        let result = self.result(call);
        let mut out = format!("\n\n{}", text::docs(&self.call_docs(call), 0));
        out.push_str(&text::signature(&head, &parameters, &result, 0));
        out.push('\n');
        let (field, constant) = (text::quoted(&call.field), self.addon.names.operation(call).constant);
        let selection = self.selection(call);
        out.push_str(&line(&format!("var asked: Call = Call.new({field}, Operations.{constant}, {selection})")));
        for (argument, name) in required {
            let (field, ty) = (text::quoted(&argument.field), text::quoted(&argument.ty.to_string()));
            let place = if argument.position == ArgumentPosition::Input { "give_input" } else { "give" };
            out.push_str(&line(&format!("asked.{place}({field}, {ty}, {name}, _client.inputs)")));
        }
        if has_more {
            out.push_str(&line(&format!("asked.take(more, {}, _client.inputs)", table_name(call))));
        }
        if call.input.is_some() {
            out.push_str("\tasked.send_input()\n");
        }
        if call.operation == OperationKind::Mutation && !call.takes_key {
            out.push_str("\tasked.takes_key = false\n");
        }
        if self.addon.options.can_wait.contains(&call.field) {
            out.push_str("\tasked.can_wait = true\n");
        }
        if call.shape == ResultShape::Page {
            out.push_str(&format!("\treturn {result}.new(_client, asked)\n"));
        } else {
            let reader = if self.is_row_or_error(call) { "of_row" } else { "of" };
            out.push_str("\tvar reply: Reply = await _client.run(asked)\n");
            out.push_str(&format!("\treturn {result}.{reader}(reply)\n"));
        }
        out
    }

    /// Whether it answers an object, or a list of them. Lists of lists have no type in the language.
    fn has_rows(&self, call: &Call) -> bool {
        let is_nested = matches!(&call.result, TypeRef::List { item, .. } if item.is_list());
        is_object(self.addon.model, call.result.name()) && !is_nested
    }

    /// Whether it is an error that there is no such row.
    fn is_row_or_error(&self, call: &Call) -> bool {
        let is_row = self.has_rows(call) && !call.result.is_list();
        is_row && call.shape == ResultShape::Plain && call.result.is_nullable()
    }

    /// The class of what came of a call.
    fn result(&self, call: &Call) -> String {
        if self.has_rows(call) {
            let class = self.answer(call).1.class;
            return match call.shape {
                ResultShape::Page => format!("{class}.Pages"),
                _ if call.result.is_list() => format!("{class}.Rows"),
                _ => format!("{class}.Result"),
            };
        }
        let name = match &call.result {
            TypeRef::List { .. } => "List",
            TypeRef::Named { name, .. } => Scalar::of(name).answer(),
        };
        format!("{ANSWERS}.{name}")
    }

    /// The type of a parameter. A list that may hold null has none for its items.
    fn ty(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::List { item, .. } if item.is_list() || item.is_nullable() => "Array".to_owned(),
            TypeRef::List { item, .. } => format!("Array[{}]", self.ty(item)),
            TypeRef::Named { name, .. } if self.addon.model.find_enum(name).is_some() => {
                format!("Enums.{}", self.addon.names.enumeration(name).class)
            }
            TypeRef::Named { name, .. } if self.addon.model.input(name).is_some() => "Dictionary".to_owned(),
            TypeRef::Named { name, .. } => Scalar::of(name).ty().to_owned(),
        }
    }

    /// What a call does, what its value is where the type does not say it, and what may stand in `more`.
    fn call_docs(&self, call: &Call) -> String {
        let mut docs = call.docs.clone();
        if docs.trim().is_empty() {
            docs = format!("Calls `{}`.", call.field);
        }
        if self.is_row_or_error(call) {
            docs = docs.replace(NONE, "; the error is `NOT_FOUND` if there is none");
        } else if call.shape == ResultShape::Plain {
            docs = docs.replace(NONE, "; `value` is empty if there is none");
        }
        let is_enum = self.addon.model.find_enum(call.result.name()).is_some();
        if is_enum && !call.result.is_list() {
            let class = self.addon.names.enumeration(call.result.name()).class;
            docs.push_str(&format!("\n\n`value` is the name of a member of `Enums.{class}` as the API writes it."));
        } else if call.result.is_list() && !self.has_rows(call) {
            docs.push_str(&format!("\n\n`value` is a `{}` as the API writes it.", call.result));
        }
        let optional: Vec<(String, &Argument)> = optional(call);
        if !optional.is_empty() || call.shape == ResultShape::Page {
            docs.push_str("\n\n`more` may have:");
        }
        for (key, argument) in optional {
            docs.push_str(&format!("\n- `{key}`: {}", argument.docs.trim()));
        }
        if call.shape == ResultShape::Page {
            docs.push_str(&format!("\n- `{WITH_TOTAL}`: Whether all rows that match are counted."));
        }
        docs
    }
}

/// The constant by which the results of what is no object are known.
pub(super) const ANSWERS: &str = "Answers";

/// What the API's documentation says of a field that may be null.
const NONE: &str = "; null if there is none";

/// The word in `more` that has a page's rows counted.
const WITH_TOTAL: &str = "with_total";

/// What must be given.
fn required(call: &Call) -> impl Iterator<Item = &Argument> {
    call.arguments.iter().filter(|it| it.is_required())
}

/// What may be left out, each with its word in `more`. Of a page only its size is the game's to say: the client goes from one to the next.
fn optional(call: &Call) -> Vec<(String, &Argument)> {
    let is_cursor = |it: &Argument| it.position == ArgumentPosition::Page && it.field != "first";
    let counts = (call.shape == ResultShape::Page).then_some(WITH_TOTAL);
    let mut keys = Scope::empty().with(counts);
    let optional = call.arguments.iter().filter(|it| !it.is_required() && !is_cursor(it));
    optional.map(|it| (keys.take(&it.name, "_"), it)).collect()
}

fn table_name(call: &Call) -> String {
    format!("MORE_OF_{}", call.name.to_uppercase())
}

/// The constant that says what may stand in `more`.
fn table(call: &Call) -> Option<String> {
    let mut lines: Vec<String> = optional(call)
        .into_iter()
        .map(|(key, it)| {
            let (key, field) = (text::quoted(&key), text::quoted(&it.field));
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
