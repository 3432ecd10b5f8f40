//! Checks fragments against the API, and gives each selection its types.

use std::collections::BTreeMap;
use std::path::Path;

use async_graphql::parser::types::{Directive, Field as WrittenField, Selection as WrittenSelection, SelectionSet};
use async_graphql::{Pos, Positioned};

use super::parse::{Written, finding};
use super::{Finding, SelectedField, Selection, value};
use crate::client::model::{Field, Model, ObjectType, TypeRef};
use crate::diagnostic::DiagnosticCode;
use crate::nearest::did_you_mean;

/// One pass over fragments that know each other by name.
pub(super) struct Check<'a> {
    model: &'a Model,
    fragments: &'a BTreeMap<String, Written>,
    /// Selections that are known; `None` of a fragment in which something is wrong, or that is being checked.
    checked: BTreeMap<&'a str, Option<Selection>>,
    /// The fragments that are being checked, from the outermost.
    within: Vec<&'a str>,
    pub(super) found: Vec<Finding>,
}

/// The fields of a selection set, while it is read.
#[derive(Default)]
struct Fields {
    fields: Vec<(SelectedField, Pos)>,
    /// The fragments that are spread, and how much else is selected.
    spreads: Vec<String>,
    others: usize,
}

/// More than any answer should hold. Fragments that spread each other twice and twice again reach it in a few lines.
const MOST_FIELDS: usize = 10_000;

impl<'a> Check<'a> {
    pub(super) fn of(model: &'a Model, fragments: &'a BTreeMap<String, Written>) -> Self {
        Self { model, fragments, checked: BTreeMap::new(), within: Vec::new(), found: Vec::new() }
    }

    /// The fragment of that name with what it selects; nothing if something is wrong with it.
    pub(super) fn fragment(&mut self, name: &str) -> Option<(String, Selection)> {
        let (name, written) = self.fragments.get_key_value(name)?;
        if !self.checked.contains_key(name.as_str()) {
            self.checked.insert(name, None);
            self.within.push(name);
            let selection = self.written(written);
            self.within.pop();
            self.checked.insert(name, selection);
        }
        self.checked.get(name.as_str())?.clone().map(|it| (name.clone(), it))
    }

    fn written(&mut self, written: &'a Written) -> Option<Selection> {
        let on = &written.definition.type_condition.node.on;
        self.directives(&written.path, &written.definition.directives);
        let object = self.object(&written.path, on)?;
        let selection = self.set(&written.path, object, &written.definition.selection_set.node)?;
        if selection.size() > MOST_FIELDS {
            let message = format!("`{}` selects more than {MOST_FIELDS} fields, its fragments spread", written.name);
            self.report(&written.path, written.position, DiagnosticCode::SelectionUnfit, message, "select less");
            return None;
        }
        Some(selection)
    }

    /// The object that a type condition names.
    fn object(&mut self, path: &Path, on: &Positioned<async_graphql::Name>) -> Option<&'a ObjectType> {
        let model = self.model;
        let name = on.node.as_str();
        if let Some(object) = model.object(name) {
            return Some(object);
        }
        let (message, code) = match model.type_names().any(|it| it == name) {
            true => (format!("`{name}` has no fields to select"), DiagnosticCode::SelectionUnfit),
            false => (format!("the API has no type `{name}`"), DiagnosticCode::UnknownInApi),
        };
        let objects = model.objects.iter().map(|it| it.name.as_str());
        self.report(path, on.pos, code, message, did_you_mean(name, objects, "`schema.graphql` lists the types"));
        None
    }

    /// What a selection set selects of an object; nothing if something is wrong in it.
    fn set(&mut self, path: &Path, object: &'a ObjectType, set: &'a SelectionSet) -> Option<Selection> {
        let before = self.found.len();
        let mut fields = Fields::default();
        let complete = self.collect(path, object, set, &mut fields);
        if self.found.len() > before || !complete {
            return None;
        }
        let fragment = match fields.spreads.as_slice() {
            [only] if fields.others == 0 => Some(only.clone()),
            _ => None,
        };
        Some(Selection {
            on: object.name.clone(),
            fields: fields.fields.into_iter().map(|(it, _)| it).collect(),
            fragment,
        })
    }

    /// Adds what a set selects; `false` if a fragment that it spreads is not known.
    fn collect(&mut self, path: &Path, object: &'a ObjectType, set: &'a SelectionSet, fields: &mut Fields) -> bool {
        let mut complete = true;
        for selection in &set.items {
            self.directives(path, selection.node.directives());
            match &selection.node {
                WrittenSelection::Field(field) => {
                    fields.others += 1;
                    match self.field(path, object, field) {
                        Some(selected) => self.merge(path, &mut fields.fields, selected, field.pos),
                        None => complete = false,
                    }
                }
                WrittenSelection::InlineFragment(inline) => {
                    let same = inline.node.type_condition.as_ref().is_none_or(|it| it.node.on.node == object.name);
                    if !same {
                        let message = format!("this is a `{}`, never another type", object.name);
                        let help = "the API has neither interfaces nor unions: select the fields themselves";
                        self.report(path, inline.pos, DiagnosticCode::SelectionUnfit, message, help);
                        continue;
                    }
                    fields.others += 1;
                    complete &= self.collect(path, object, &inline.node.selection_set.node, fields);
                }
                WrittenSelection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    match self.spread(path, object, name, spread.node.fragment_name.pos) {
                        Some(selection) => {
                            fields.spreads.push(name.to_owned());
                            for field in selection.fields {
                                self.merge(path, &mut fields.fields, field, spread.pos);
                            }
                        }
                        None => complete = false,
                    }
                }
            }
        }
        complete
    }

    /// What a fragment that is spread on an object selects.
    fn spread(&mut self, path: &Path, object: &ObjectType, name: &str, at: Pos) -> Option<Selection> {
        let fragments = self.fragments;
        let Some(written) = fragments.get(name) else {
            let names = fragments.keys().map(String::as_str);
            let help = did_you_mean(name, names, "fragments stand in the `.graphql` files of the client's folder");
            let message = format!("there is no fragment `{name}`");
            self.report(path, at, DiagnosticCode::UnknownInApi, message, help);
            return None;
        };
        if let Some(from) = self.within.iter().position(|it| *it == name) {
            let way: Vec<&str> = self.within.iter().skip(from).copied().chain([name]).collect();
            let message = format!("the fragment `{name}` holds itself: {}", way.join(" → "));
            self.report(path, at, DiagnosticCode::FragmentName, message, "leave one of them out");
            return None;
        }
        let on = &written.definition.type_condition.node.on.node;
        if *on != object.name {
            let message = format!("`{name}` is a fragment on `{on}`, and this is a `{}`", object.name);
            let help = format!("spread it where a `{on}` is selected");
            self.report(path, at, DiagnosticCode::SelectionUnfit, message, help);
            return None;
        }
        self.fragment(name).map(|(_, it)| it)
    }

    fn field(
        &mut self,
        path: &Path,
        object: &'a ObjectType,
        written: &'a Positioned<WrittenField>,
    ) -> Option<SelectedField> {
        let name = written.node.name.node.as_str();
        let response = written.node.response_key().node.to_string();
        let set = &written.node.selection_set;
        if name == "__typename" {
            let ty = TypeRef::Named { name: "String".to_owned(), nullable: false };
            let (name, docs) = (name.to_owned(), "The name of the type.".to_owned());
            return Some(SelectedField { response, name, docs, ty, arguments: String::new(), selection: None });
        }
        let Some(field) = object.fields.iter().find(|it| it.name == name) else {
            let names = object.fields.iter().map(|it| it.name.as_str());
            let help = did_you_mean(name, names, &format!("`schema.graphql` lists the fields of `{}`", object.name));
            let message = format!("`{}` has no field `{name}`", object.name);
            self.report(path, written.node.name.pos, DiagnosticCode::UnknownInApi, message, help);
            return None;
        };
        let arguments = self.arguments(path, field, written);
        let selection = match self.model.object(field.ty.name()) {
            Some(inner) if set.node.items.is_empty() => {
                let message = format!("`{name}` is a `{}`, and nothing of it is selected", inner.name);
                let help = format!("say what: `{name} {}`", self.model.default_selection(&inner.name));
                self.report(path, written.pos, DiagnosticCode::SelectionUnfit, message, help);
                return None;
            }
            Some(inner) => Some(self.set(path, inner, &set.node)?),
            None if set.node.items.is_empty() => None,
            None => {
                let message = format!("`{name}` is a `{}`, which has no fields to select", field.ty.name());
                self.report(path, set.pos, DiagnosticCode::SelectionUnfit, message, format!("leave it at `{name}`"));
                return None;
            }
        };
        let (name, docs, ty) = (field.name.clone(), field.docs.clone(), field.ty.clone());
        Some(SelectedField { response, name, docs, ty, arguments: arguments?, selection })
    }

    /// The arguments of a field as text, checked.
    fn arguments(&mut self, path: &Path, field: &Field, written: &Positioned<WrittenField>) -> Option<String> {
        let before = self.found.len();
        let mut texts: Vec<String> = Vec::new();
        let mut given: Vec<&str> = Vec::new();
        for (name, value) in &written.node.arguments {
            let at = name.node.as_str();
            let Some(declared) = field.arguments.iter().find(|it| it.name == at) else {
                let names = field.arguments.iter().map(|it| it.name.as_str());
                let help = did_you_mean(at, names, &format!("`schema.graphql` says what `{}` takes", field.name));
                let message = format!("`{}` has no argument `{at}`", field.name);
                self.report(path, name.pos, DiagnosticCode::UnknownInApi, message, help);
                continue;
            };
            if given.contains(&at) {
                let message = format!("the argument `{at}` is given twice");
                self.report(path, name.pos, DiagnosticCode::SelectionUnfit, message, "leave one of them out");
                continue;
            }
            given.push(at);
            let Some(constant) = value.node.clone().into_const() else {
                let message = "a fragment takes no variables";
                let help = "write a value; what differs from call to call is an argument of the call itself";
                self.report(path, value.pos, DiagnosticCode::NoFragment, message, help);
                continue;
            };
            match value::fits(self.model, &declared.ty, &constant) {
                Ok(()) => texts.push(format!("{at}: {constant}")),
                Err(misfit) => self.report(path, value.pos, misfit.code, misfit.message, misfit.help),
            }
        }
        for missing in field.arguments.iter().filter(|it| it.is_required() && !given.contains(&it.name.as_str())) {
            let message = format!("`{}` needs the argument `{}`", field.name, missing.name);
            let help = format!("give it: `{}({}: …)`, which is a `{}`", field.name, missing.name, missing.ty);
            self.report(path, written.node.name.pos, DiagnosticCode::SelectionUnfit, message, help);
        }
        if self.found.len() > before {
            return None;
        }
        Some(if texts.is_empty() { String::new() } else { format!("({})", texts.join(", ")) })
    }

    /// Adds a field to those selected, or its selection to that of the same response name.
    fn merge(&mut self, path: &Path, fields: &mut Vec<(SelectedField, Pos)>, new: SelectedField, at: Pos) {
        let Some((old, first)) = fields.iter_mut().find(|(it, _)| it.response == new.response) else {
            return fields.push((new, at));
        };
        let first = *first;
        if (&old.name, &old.arguments) != (&new.name, &new.arguments) {
            let message = format!(
                "`{}` would be both `{}{}` and `{}{}`",
                new.response, old.name, old.arguments, new.name, new.arguments
            );
            let help = format!("give one an alias, `other: {}`; the first is in line {}", new.name, first.line);
            return self.report(path, at, DiagnosticCode::SelectionUnfit, message, help);
        }
        let (Some(below), Some(added)) = (old.selection.as_mut(), new.selection) else { return };
        if below.fragment != added.fragment {
            below.fragment = None;
        }
        let mut inner: Vec<(SelectedField, Pos)> =
            std::mem::take(&mut below.fields).into_iter().map(|it| (it, first)).collect();
        for field in added.fields {
            self.merge(path, &mut inner, field, at);
        }
        below.fields = inner.into_iter().map(|(it, _)| it).collect();
    }

    fn directives(&mut self, path: &Path, directives: &[Positioned<Directive>]) {
        for directive in directives {
            let message = format!("a fragment takes no directives, and this is `@{}`", directive.node.name.node);
            let help = "leave it out; what is sometimes selected is a fragment of its own";
            self.report(path, directive.pos, DiagnosticCode::NoFragment, message, help);
        }
    }

    fn report(
        &mut self,
        path: &Path,
        at: Pos,
        code: DiagnosticCode,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.found.push(finding(path, at, code, message, help));
    }
}
