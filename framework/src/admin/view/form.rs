//! The HTML of an action's form, or of the question whether it shall be done.

use maud::{Markup, html};
use uuid::Uuid;

use super::shell::{self, Heading};
use super::{answer, widget};
use crate::admin::gate::Admin;
use crate::admin::model::{Action, FormField, Kind, ROOT, Screen, Widget};
use crate::admin::picker::{Picker, Pickers};
use crate::error::Problem;
use crate::record::Answer;

/// The hidden field that names the page to go back to.
pub(in crate::admin) const RETURN_TO: &str = "_return_to";

/// What the form shows.
pub(in crate::admin) struct Page<'a> {
    pub(in crate::admin) screen: &'a Screen,
    pub(in crate::admin) action: &'a Action,
    /// The row that it is done to, and its label.
    pub(in crate::admin) row: Option<(Uuid, String)>,
    pub(in crate::admin) values: Values<'a>,
    /// For each field, whether the present value is hidden from the actor.
    pub(in crate::admin) hidden: Vec<bool>,
    pub(in crate::admin) pickers: &'a Pickers,
}

/// What the inputs hold, what is wrong with it, or what came of it.
pub(in crate::admin) struct Values<'a> {
    /// One for each field.
    pub(in crate::admin) values: Vec<String>,
    pub(in crate::admin) problems: &'a [Problem],
    pub(in crate::admin) answer: Option<&'a Answer>,
}

pub(in crate::admin) fn page(admin: &Admin, page: &Page<'_>) -> Markup {
    let (screen, action) = (page.screen, page.action);
    let mut path = vec![("Admin", ROOT.to_owned()), (screen.title.as_str(), screen.address.clone())];
    if let Some((id, label)) = &page.row {
        path.push((label, screen.row_address(*id)));
    }
    let heading = Heading { title: &action.title, docs: &action.docs, path, buttons: html! {} };
    let main = html! {
        (form(admin, page))
        @if let Some(answer) = page.values.answer { (answer::section(admin, screen, action, answer)) }
    };
    shell::page(admin, Some(screen), &heading, None, &main)
}

fn form(admin: &Admin, page: &Page<'_>) -> Markup {
    let (screen, action) = (page.screen, page.action);
    let reads = action.kind == Kind::Query;
    let (address, back) = match &page.row {
        Some((id, _)) => (action.address_for(*id), screen.row_address(*id)),
        None => (action.address.clone(), screen.address.clone()),
    };
    let title = |name: &str| {
        action.fields.iter().find(|it| it.name == *name).map_or_else(|| name.to_owned(), |it| it.title.clone())
    };
    html! {
        form.card method=(if reads { "get" } else { "post" }) action=(address) {
            @if !reads { (admin.visitor.csrf_field()) }
            @if !page.values.problems.is_empty() { (widget::summary(page.values.problems, &|name| id(name), &title)) }
            @if action.fields.is_empty() && !reads { (question(page)) }
            @for ((field, value), hidden) in action.fields.iter().zip(&page.values.values).zip(&page.hidden) {
                (input(page, field, value, *hidden))
            }
            div.buttons {
                button.danger[action.kind == Kind::Destroy] type="submit" { (action.title) }
                a.button.quiet href=(back) { (if reads { "Back" } else { "Cancel" }) }
            }
        }
    }
}

fn question(page: &Page<'_>) -> Markup {
    let warning = (page.action.kind == Kind::Destroy).then_some("This cannot be undone.");
    html! {
        p {
            @match &page.row {
                Some((_, label)) => { (page.action.title) " the " (page.screen.one) " " strong { (label) } "? " },
                None => { (page.action.title) "? " },
            }
            @if let Some(warning) = warning { (warning) }
        }
    }
}

fn id(name: &str) -> String {
    format!("field-{name}")
}

fn input(page: &Page<'_>, field: &FormField, value: &str, hidden: bool) -> Markup {
    let id = id(&field.name);
    let errors: Vec<&str> = page
        .values
        .problems
        .iter()
        .filter(|it| it.fields.iter().any(|name| field.name == **name))
        .map(|it| it.message.as_str())
        .collect();
    let hint = hint(page, field, hidden);
    let described: Vec<String> =
        [(!hint.is_empty()).then(|| format!("{id}-hint")), (!errors.is_empty()).then(|| format!("{id}-error"))]
            .into_iter()
            .flatten()
            .collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    let attributes = Attributes {
        id: &id,
        described: described.as_deref(),
        invalid: (!errors.is_empty()).then_some("true"),
        required: field.required && !hidden,
    };
    html! {
        div.field.check[field.widget == Widget::Checkbox] {
            label for=(id) {
                (field.title)
                @if !field.required && field.widget != Widget::Checkbox { " " span.optional { "optional" } }
            }
            @if !hint.is_empty() { p.hint id={ (id) "-hint" } { (hint) } }
            (control(page, field, value, &attributes))
            @if !errors.is_empty() {
                p.error id={ (id) "-error" } { (errors.join("; ")) }
            }
        }
    }
}

/// What leaving a choice open means.
fn empty_choice(field: &FormField) -> &'static str {
    match (field.required, field.nullable) {
        (true, _) => "choose",
        (false, true) => "none",
        (false, false) => "default",
    }
}

fn hint(page: &Page<'_>, field: &FormField, hidden: bool) -> String {
    let many = matches!(&field.widget, Widget::Row { id, .. } if matches!(page.pickers.of(*id), Picker::Many));
    let parts = [
        field.docs.as_str(),
        if hidden { "Its present value is hidden from you; left empty, it stays." } else { "" },
        if many { "The id of a row: the last part of its screen's address." } else { "" },
        if field.widget == Widget::Timestamp { "In UTC." } else { "" },
    ];
    parts.iter().filter(|it| !it.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

struct Attributes<'a> {
    id: &'a str,
    described: Option<&'a str>,
    invalid: Option<&'a str>,
    required: bool,
}

fn control(page: &Page<'_>, field: &FormField, value: &str, it: &Attributes<'_>) -> Markup {
    let line = |kind: &str, max_length: Option<u32>, step: Option<&str>, bounds: (Option<i64>, Option<i64>)| {
        html! {
            input id=(it.id) name=(field.name) type=(kind) value=(value) required[it.required]
                maxlength=[max_length] step=[step] min=[bounds.0] max=[bounds.1] autocomplete="off"
                aria-invalid=[it.invalid] aria-describedby=[it.described];
        }
    };
    let area = |rows: u32, max_length: Option<u32>, class: Option<&str>| {
        html! {
            textarea id=(it.id) name=(field.name) rows=(rows) class=[class] required[it.required]
                maxlength=[max_length] spellcheck="false"
                aria-invalid=[it.invalid] aria-describedby=[it.described] { "\n" (value) }
        }
    };
    let select = |options: Vec<(String, String)>| {
        let known = value.is_empty() || options.iter().any(|(option, _)| option == value);
        html! {
            select id=(it.id) name=(field.name) required[it.required] aria-invalid=[it.invalid] aria-describedby=[it.described] {
                option value="" selected[value.is_empty()] { (empty_choice(field)) }
                @for (option, title) in &options {
                    option value=(option) selected[option == value] { (title) }
                }
                @if !known { option value=(value) selected { (value) } }
            }
        }
    };
    match &field.widget {
        Widget::Text { max_length } => line("text", *max_length, None, (None, None)),
        Widget::Email => line("email", None, None, (None, None)),
        Widget::Uuid => line("text", Some(36), None, (None, None)),
        Widget::Integer { min, max } => line("number", None, None, (*min, *max)),
        Widget::Timestamp => line("datetime-local", None, Some("any"), (None, None)),
        Widget::Multiline { max_length } => area(10, *max_length, None),
        Widget::Json => area(6, None, Some("code")),
        Widget::Select { options } => {
            select(options.iter().map(|it| (it.value.to_string(), it.title.clone())).collect())
        }
        Widget::YesNo => select(vec![("true".to_owned(), "Yes".to_owned()), ("false".to_owned(), "No".to_owned())]),
        Widget::Row { id, .. } => match page.pickers.of(*id) {
            Picker::Few(rows) => select(rows.iter().map(|(id, label)| (id.to_string(), label.clone())).collect()),
            Picker::Many => line("text", Some(36), None, (None, None)),
        },
        Widget::Checkbox => html! {
            input id=(it.id) name=(field.name) type="checkbox" value="true" checked[value == "true"]
                aria-invalid=[it.invalid] aria-describedby=[it.described];
        },
    }
}
