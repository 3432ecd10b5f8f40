//! The HTML of an action's form, or of its confirmation.

use maud::{Markup, html};

use super::shell::{self, ActiveEntry, Heading};
use super::{return_value, widget};
use crate::admin::act::{Returned, SEARCH};
use crate::admin::gate::AdminVisitor;
use crate::admin::input::{self, CurrentValue};
use crate::admin::model::{Action, AdminActionKind, FormField, ROOT, Screen, Widget};
use crate::admin::picker::{self, Picker, PickerRow, Pickers, SearchResult};
use crate::admin::self_effect::{CONFIRMED, Confirmation, SelfEffect};
use crate::admin::stamp::{STAMPS, Stamps};
use crate::error::Problem;
use crate::ir::Name;
use crate::site::value::{bdi, isolated};
use crate::value::RowKey;

/// The hidden field that names the page to go back to.
pub(in crate::admin) const RETURN_TO: &str = "_return_to";

/// What the form shows.
pub(in crate::admin) struct FormPage<'a> {
    pub(in crate::admin) screen: &'a Screen,
    pub(in crate::admin) action: &'a Action,
    /// The row that the action runs on, and its label.
    pub(in crate::admin) row: Option<(RowKey, String)>,
    pub(in crate::admin) values: Values<'a>,
    /// One for each field: the value that it has now, as far as it is known.
    pub(in crate::admin) present: Vec<CurrentValue>,
    pub(in crate::admin) pickers: &'a Pickers,
    /// The page to go back to, where that is not the usual one.
    pub(in crate::admin) return_to: Option<String>,
}

/// The values of the inputs, what is wrong with them, or the action's result.
#[derive(Default)]
pub(in crate::admin) struct Values<'a> {
    /// One for each field.
    pub(in crate::admin) values: Vec<String>,
    /// For each field, whether its checkbox for NULL is ticked; may be shorter.
    pub(in crate::admin) none: Vec<bool>,
    /// The stamps of the values that the form shows.
    pub(in crate::admin) stamps: Stamps,
    pub(in crate::admin) problems: &'a [Problem],
    pub(in crate::admin) answer: Option<&'a Returned>,
    /// What has to be confirmed first.
    pub(in crate::admin) question: Option<Confirmation>,
}

pub(in crate::admin) fn page(admin: &AdminVisitor, page: &FormPage<'_>) -> Markup {
    let (screen, action) = (page.screen, page.action);
    let mut path = vec![("Admin", ROOT.to_owned()), (screen.title.as_str(), screen.address.clone())];
    match (&page.row, screen.deleted.as_ref().filter(|_| action.of_deleted)) {
        (Some(_), Some(deleted)) => path.push((deleted.title.as_str(), deleted.address.clone())),
        (Some((id, label)), None) => path.push((label, screen.row_address(id))),
        (None, _) => {}
    }
    let title = if is_edit(action) { format!("{} {}", action.title, screen.one) } else { action.title.clone() };
    let heading = Heading { title: &title, docs: &action.docs, path, buttons: html! {} };
    let main = html! {
        (form(admin, page))
        @if let Some(answer) = page.values.answer { (return_value::section(admin, screen, action, answer)) }
    };
    shell::page(admin, ActiveEntry::Of(screen), &heading, &main)
}

/// Whether it is the form at `…/edit`, whose name says nothing more.
fn is_edit(action: &Action) -> bool {
    action.kind == AdminActionKind::Update && action.is_usual()
}

fn form(admin: &AdminVisitor, page: &FormPage<'_>) -> Markup {
    let (screen, action) = (page.screen, page.action);
    let reads = action.kind == AdminActionKind::Query;
    let (address, back) = match &page.row {
        Some((id, _)) if action.of_deleted => {
            (action.address_for(id), screen.deleted.as_ref().map_or(&screen.address, |it| &it.address).clone())
        }
        Some((id, _)) => (action.address_for(id), screen.row_address(id)),
        None => (action.address.clone(), screen.address.clone()),
    };
    let back = page.return_to.as_ref().unwrap_or(&back);
    let field = |name: &str| action.fields.iter().find(|it| it.name == *name);
    let title = |name: &str| field(name).map_or_else(|| Name::from(name.to_owned()).label(), |it| it.title.clone());
    let input = |name: &str| field(name).map(|it| id(&it.name));
    html! {
        form.card method=(if reads { "get" } else { "post" }) action=(address) {
            // Enter in a field presses a form's first button, which would else be a picker's.
            button.unseen type="submit" tabindex="-1" aria-hidden="true" {}
            @if !reads { (admin.visitor.csrf_field()) }
            @if let Some(address) = &page.return_to { input type="hidden" name=(RETURN_TO) value=(address); }
            @let stamps = page.values.stamps.text();
            @if !stamps.is_empty() { input type="hidden" name=(STAMPS) value=(stamps); }
            @if !page.values.problems.is_empty() { (widget::summary(page.values.problems, true, &input, &title)) }
            @if let Some(question) = &page.values.question { (confirmation(admin, question)) }
            @if action.fields.is_empty() && !reads { (question(page)) }
            @for (index, ((field, value), present)) in
                action.fields.iter().zip(&page.values.values).zip(&page.present).enumerate() {
                (field_of(page, &address, field, value, present, page.values.none.get(index).copied().unwrap_or_default()))
            }
            div.buttons {
                button.danger[action.kind == AdminActionKind::Destroy] type="submit" {
                    (if is_edit(action) { "Save" } else { &action.title })
                }
                a.button.quiet href=(back) { (if reads { "Back" } else { "Cancel" }) }
            }
        }
    }
}

fn question(page: &FormPage<'_>) -> Markup {
    let for_good = page.action.kind == AdminActionKind::Destroy && !page.action.can_be_undone;
    let warning = for_good.then_some("This cannot be undone.");
    html! {
        p {
            @match &page.row {
                Some((_, label)) => { (page.action.title) " the " (page.screen.one) " " strong { (bdi(label)) } "? " },
                None => { (page.action.title) "? " },
            }
            @if let Some(warning) = warning { (warning) }
        }
    }
}

/// How the action affects its own actor.
fn confirmation(admin: &AdminVisitor, question: &Confirmation) -> Markup {
    let name = admin.visitor.name();
    html! {
        div.problems role="alert" tabindex="-1" autofocus {
            @match question.own {
                SelfEffect::Session => p { "This is the session that you use now: you will be signed out." },
                SelfEffect::Rights { locks_out: true } => {
                    p { "This is yourself, " (bdi(&name)) ": you will not get into the admin any more, and cannot take it back here." }
                },
                SelfEffect::Rights { locks_out: false } => {
                    p { "This is yourself, " (bdi(&name)) ": it changes what you may do." }
                },
            }
            p.reason { "Nothing is done until you press the button." }
        }
        input type="hidden" name=(CONFIRMED) value=(question.stamp);
    }
}

fn id(name: &str) -> String {
    format!("field-{name}")
}

fn field_of(
    page: &FormPage<'_>,
    address: &str,
    field: &FormField,
    value: &str,
    present: &CurrentValue,
    none: bool,
) -> Markup {
    let id = id(&field.name);
    let errors: Vec<&str> = page
        .values
        .problems
        .iter()
        .filter(|it| it.fields.iter().any(|name| field.name == **name))
        .map(|it| it.message.as_str())
        .collect();
    let hint = hint(field, present);
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
        required: field.required && !present.is_unseen(),
    };
    let widget = input::widget(field, present);
    html! {
        div.field.check[*widget == Widget::Checkbox] {
            label for=(id) {
                (field.title)
                @if !field.required && *widget != Widget::Checkbox { " " span.optional { "optional" } }
            }
            @if !hint.is_empty() { p.hint id={ (id) "-hint" } { (hint) } }
            @match page.pickers.of(field) {
                Some(Picker::Few(rows)) => (select(field, value, empty_choice(field, present), rows.iter().map(named), &attributes)),
                Some(Picker::Many(found)) => (search(address, field, value, present, found, &attributes)),
                None => (control(field, widget, value, present, &attributes)),
            }
            @if input::asks_for_none(field, present) {
                @let none_id = format!("{id}-none");
                div.check.none {
                    input id=(none_id) name=(input::none_parameter(&field.name)) type="checkbox" value="true" checked[none];
                    label for=(none_id) { "No value" span.unseen { " for " (field.title) } }
                }
            }
            @for error in &errors { p.error id={ (id) "-error" } { (error) } }
        }
    }
}

/// The text of the empty option.
fn empty_choice(field: &FormField, present: &CurrentValue) -> &'static str {
    match (field.required, field.nullable) {
        _ if present.is_unseen() => "as it is",
        (true, _) => "choose",
        (false, true) if !field.computed => "none",
        (false, _) => "default",
    }
}

fn hint(field: &FormField, present: &CurrentValue) -> String {
    let parts = [
        field.docs.as_str(),
        match present {
            CurrentValue::Hidden => "Its present value is hidden from you; left empty, it stays.",
            CurrentValue::Unreadable => "What is stored is no value of this field; left empty, it stays.",
            CurrentValue::Absent | CurrentValue::Shown(_) => "",
        },
        match field.widget {
            Widget::Timestamp => "In UTC.",
            Widget::Duration => "Hours, minutes and seconds: 1:30:00.",
            Widget::Bytes => "In base64.",
            _ => "",
        },
    ];
    parts.iter().filter(|it| !it.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

fn named((id, label): &PickerRow) -> (String, String) {
    (id.to_string(), label.clone())
}

struct Attributes<'a> {
    id: &'a str,
    described: Option<&'a str>,
    invalid: Option<&'a str>,
    required: bool,
}

fn control(field: &FormField, widget: &Widget, value: &str, present: &CurrentValue, it: &Attributes<'_>) -> Markup {
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
    let choice =
        |options: Vec<(String, String)>| select(field, value, empty_choice(field, present), options.into_iter(), it);
    match widget {
        Widget::Text { max_length } => line("text", *max_length, None, (None, None)),
        Widget::Email => line("email", None, None, (None, None)),
        Widget::Uuid | Widget::Row { .. } => line("text", Some(36), None, (None, None)),
        Widget::Integer { min, max } => line("number", None, None, (*min, *max)),
        Widget::Number => line("number", None, Some("any"), (None, None)),
        Widget::Timestamp => line("datetime-local", None, Some("any"), (None, None)),
        Widget::Date => line("date", None, None, (None, None)),
        Widget::Time => line("time", None, Some("any"), (None, None)),
        Widget::Duration => line("text", None, None, (None, None)),
        Widget::Multiline { max_length } => area(10, *max_length, None),
        Widget::Json | Widget::Bytes => area(6, None, Some("code")),
        Widget::Select { options } => {
            choice(options.iter().map(|it| (it.value.to_string(), it.title.clone())).collect())
        }
        Widget::YesNo => choice(vec![("true".to_owned(), "Yes".to_owned()), ("false".to_owned(), "No".to_owned())]),
        Widget::Checkbox => html! {
            input id=(it.id) name=(field.name) type="checkbox" value="true" checked[value == "true"]
                aria-invalid=[it.invalid] aria-describedby=[it.described];
        },
    }
}

/// A list to choose from; a value that is not on it is kept, so that the mistake is visible.
fn select(
    field: &FormField,
    value: &str,
    empty: &str,
    options: impl Iterator<Item = (String, String)>,
    it: &Attributes<'_>,
) -> Markup {
    let options: Vec<(String, String)> = options.collect();
    let known = value.is_empty() || options.iter().any(|(option, _)| option == value);
    html! {
        select id=(it.id) name=(field.name) required[it.required] aria-invalid=[it.invalid] aria-describedby=[it.described] {
            option value="" selected[value.is_empty()] { (empty) }
            @for (option, title) in &options {
                option value=(option) selected[option == value] { (isolated(title)) }
            }
            @if !known { option value=(value) selected { (isolated(value)) } }
        }
    }
}

/// A list of the rows that a search finds. With htmx it follows what is typed; without, the button shows the form again.
fn search(
    address: &str,
    field: &FormField,
    value: &str,
    present: &CurrentValue,
    found: &SearchResult,
    it: &Attributes<'_>,
) -> Markup {
    let options = found.chosen.iter().chain(&found.rows).map(named);
    let count = match (found.rows.len(), found.more) {
        (0, _) => "Nothing is found.".to_owned(),
        (rows, true) => format!("The first {rows} are listed; search to find others."),
        (1, false) => "1 is found.".to_owned(),
        (rows, false) => format!("{rows} are found."),
    };
    html! {
        div.picker {
            input id={ (it.id) "-search" } name=(picker::search_parameter(&field.name)) type="search" value=(found.search)
                autocomplete="off" placeholder="Search by name" aria-label={ "Search " (field.title) } aria-controls=(it.id)
                title=(widget::CASE)
                hx-get=(address) hx-include={ "#" (it.id) } hx-trigger="input changed delay:250ms, search" hx-sync="this:replace"
                hx-target={ "#" (it.id) "-found" } hx-select={ "#" (it.id) "-found" } hx-swap="outerHTML" hx-push-url="false";
            button.quiet type="submit" name=(SEARCH) value=(field.name) formnovalidate { "Search" }
            div.failure role="alert" {}
            div.found id={ (it.id) "-found" } {
                input type="hidden" name=(picker::searched_parameter(&field.name)) value=(found.search);
                (select(field, value, empty_choice(field, present), options, it))
                p.hint role="status" { (count) }
            }
        }
    }
}
