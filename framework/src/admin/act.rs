//! Forms of actions: a GET shows the form, a POST runs the action and redirects with 303.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::gate::AdminVisitor;
use super::input::CurrentValue;
use super::model::{Action, AdminActionKind, FormField, ROOT, Screen};
use super::picker::{self, Pickers};
use super::self_effect::{self, CONFIRMED, SelfEffect};
use super::stamp::Stamps;
use super::{input, label, notice, view};
use crate::error::{Code, Error, Problem};
use crate::event::Wrote;
use crate::ir::strategy::REVOKE;
use crate::ir::{ActionKind, Node, Returns, Type};
use crate::query::{Deleted, Query};
use crate::record::{Input, Record, ReturnValue, ReturnedRows};
use crate::site::{FormFields, PageError, return_to};
use crate::value::RowKey;

/// The parameter that names the admin page to go to afterwards; without it, the row.
const RETURN_TO: &str = view::form::RETURN_TO;
/// The name of a picker's search button: a form that it posts is not run, but shown again with the search's results.
pub(super) const SEARCH: &str = "_search";

/// The actions that the actor may run: on a row that they have read, or on the list as a whole.
pub(super) async fn allowed<'a>(
    admin: &AdminVisitor,
    screen: &'a Screen,
    row: Option<&RowKey>,
) -> Result<Vec<&'a Action>, Error> {
    let actions: Vec<&Action> = screen.offered(row.is_some()).collect();
    let Some(row) = row else {
        let mut allowed = Vec::new();
        for action in actions {
            if admin.cx().can(screen.id, &action.name, None).await? {
                allowed.push(action);
            }
        }
        return Ok(allowed);
    };
    Ok(allowed_each(admin, screen, actions, std::slice::from_ref(row)).await?.pop().unwrap_or_default())
}

/// For each of the rows, which the actor has read: those of `actions` that they may run.
pub(super) async fn allowed_each<'a>(
    admin: &AdminVisitor,
    screen: &Screen,
    actions: Vec<&'a Action>,
    rows: &[RowKey],
) -> Result<Vec<Vec<&'a Action>>, Error> {
    let names: Vec<&str> = actions.iter().map(|it| it.name.as_str()).collect();
    let answers = admin.cx().can_each(screen.id, &names, rows).await?;
    let of = |answers: Vec<bool>| actions.iter().zip(answers).filter(|(_, may)| *may).map(|(it, _)| *it).collect();
    Ok(answers.into_iter().map(of).collect())
}

/// For each row, the updates without inputs that the actor may run: buttons beside the row. A deleted row has no page of its own, so all
/// that they may do with it stands there.
pub(super) async fn at_once<'a>(
    admin: &AdminVisitor,
    screen: &'a Screen,
    rows: &[Record],
) -> Result<Vec<Vec<&'a Action>>, Error> {
    let actions = screen.offered(true).filter(|it| screen.shows_deleted || it.is_at_once()).collect();
    let ids: Vec<RowKey> = rows.iter().filter_map(|it| it.id(admin.app())).collect();
    allowed_each(admin, screen, actions, &ids).await
}

/// # Errors
/// If the actor may not run it, on the row if it has one; the row is one that they have read.
async fn may(admin: &AdminVisitor, screen: &Screen, action: &Action, row: Option<&RowKey>) -> Result<(), PageError> {
    let may = match row {
        Some(row) => !allowed_each(admin, screen, vec![action], std::slice::from_ref(row)).await?.concat().is_empty(),
        None => admin.cx().can(screen.id, &action.name, None).await?,
    };
    if may { Ok(()) } else { Err(Error::forbidden().into()) }
}

/// Shows an action's form. An action that only reads is run with the address's parameters, and its result is shown on the page.
pub(super) async fn form(
    admin: &AdminVisitor,
    screen: &Screen,
    action: &Action,
    row: Option<&RowKey>,
    fields: &FormFields,
) -> Result<Response, PageError> {
    let before = before(admin, screen, action, row).await?;
    may(admin, screen, action, row).await?;
    let asked = action.fields.is_empty() || action.fields.iter().any(|it| fields.get(&it.name).is_some());
    if action.kind == AdminActionKind::Query && asked {
        return run_query(admin, screen, action, fields).await;
    }
    let values = action.fields.iter().map(|it| initial(admin, screen, it, before.as_ref(), fields)).collect();
    let stamps = input::stamps(action, before.as_ref());
    // An action without inputs asks for confirmation at once; one with inputs asks once they are filled in.
    let question =
        action.fields.is_empty().then(|| self_effect::question(admin, screen, action, row, &Input::new())).flatten();
    let values = view::form::Values { values, stamps, question, ..view::form::Values::default() };
    Ok(page(admin, screen, action, before.as_ref(), fields, values).await?.into_response())
}

/// Runs the action of a posted form.
pub(super) async fn act(
    admin: &AdminVisitor,
    screen: &Screen,
    action: &Action,
    row: Option<&RowKey>,
    fields: &FormFields,
) -> Result<Response, PageError> {
    if action.kind == AdminActionKind::Query {
        return Err(PageError::new(StatusCode::METHOD_NOT_ALLOWED, "This is asked for by its address."));
    }
    let before = before(admin, screen, action, row).await?;
    if fields.get(SEARCH).is_some() || picker::searches_first(action, fields) {
        may(admin, screen, action, row).await?;
        let values = posted(action, fields, before.as_ref(), &[], None);
        return Ok(page(admin, screen, action, before.as_ref(), fields, values).await?.into_response());
    }
    let input = match input::read(action, fields, before.as_ref()) {
        Ok(input) => input,
        Err(problems) => return refused(admin, screen, action, before.as_ref(), fields, &problems).await,
    };
    let question = self_effect::question(admin, screen, action, row, &input);
    let own = question.as_ref().map(|it| it.own);
    if let Some(question) = question.filter(|it| fields.get(CONFIRMED) != Some(it.stamp.as_str())) {
        may(admin, screen, action, row).await?;
        let values =
            view::form::Values { question: Some(question), ..posted(action, fields, before.as_ref(), &[], None) };
        let page = page(admin, screen, action, before.as_ref(), fields, values).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    match run(admin, screen, action, row, input).await {
        Ok(done) if ends_own_session(own, action, &done) => Ok(admin.visitor.signed_out().into_response()),
        // They may not enter the admin any more.
        Ok(Performed::Row(_) | Performed::Found(..) | Performed::Gone)
            if own == Some(SelfEffect::Rights { locks_out: true }) =>
        {
            Ok(Redirect::to("/").into_response())
        }
        Ok(Performed::Row(id)) => Ok(see(admin, fields, &screen.row_address(&id), screen, &action.name)),
        Ok(Performed::Found(id, wrote)) => {
            let done = format!("{}{}", action.name, if wrote == Wrote::Kept { notice::KEPT } else { notice::TOOK });
            Ok(see(admin, fields, &screen.row_address(&id), screen, &done))
        }
        Ok(Performed::Gone) => {
            let list = screen.deleted.as_ref().filter(|_| action.of_deleted).map_or(&screen.address, |it| &it.address);
            Ok(see(admin, fields, list, screen, &action.name))
        }
        Ok(Performed::Answer(_)) if is_plain(admin, screen, action) => {
            Ok(see(admin, fields, &screen.address, screen, &action.name))
        }
        Ok(Performed::Answer(answer)) => {
            let answer = match returned(admin, screen, action, answer).await {
                Ok(answer) => answer,
                // It is done: what fails is to show what it answered.
                Err(error) => {
                    tracing::warn!(%error, action = %action.name, "what an action answered could not be read");
                    let done = format!("{}{}", action.name, notice::UNTOLD);
                    return Ok(see(admin, fields, &screen.address, screen, &done));
                }
            };
            if let Some(address) = answer.address(admin) {
                return Ok(see(admin, fields, &address, screen, &action.name));
            }
            let values = posted(action, fields, None, &[], Some(&answer));
            Ok(page(admin, screen, action, None, fields, values).await?.into_response())
        }
        Err(error) if is_about_input(&error) => {
            refused(admin, screen, action, before.as_ref(), fields, error.problems()).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What a generic action answered, and the rows that it names, as far as the visitor may read them.
pub(super) struct Returned {
    pub(super) value: ReturnValue,
    pub(super) rows: ReturnedRows,
}

impl Returned {
    /// Where the row is shown, if it is one row that the visitor may read, and its resource has a screen.
    fn address(&self, admin: &AdminVisitor) -> Option<String> {
        let ReturnValue::Row(Some(key)) = &self.value else { return None };
        let row = self.rows.get(key)?;
        Some(admin.model.of(row.resource)?.row_address(&row.id(admin.app())?))
    }
}

/// Reads what names the rows of an answer to people.
async fn returned(
    admin: &AdminVisitor,
    screen: &Screen,
    action: &Action,
    value: ReturnValue,
) -> Result<Returned, Error> {
    let app = admin.app();
    let returns = app.resource(screen.id).action(&action.name).and_then(|it| it.returns());
    let rows = match returns.and_then(|it| it.rows_of()) {
        Some(resource) => {
            let query = label::query(app, app.named(resource));
            admin.cx().find_returned(&query, &value).await?.into_records(app)?
        }
        None => ReturnedRows::default(),
    };
    Ok(Returned { value, rows })
}

enum Performed {
    Row(RowKey),
    /// A create that found its row stored already, and what it did with it.
    Found(RowKey, Wrote),
    Gone,
    Answer(ReturnValue),
}

fn ends_own_session(own: Option<SelfEffect>, action: &Action, done: &Performed) -> bool {
    own == Some(SelfEffect::Session) && (action.name == REVOKE.name || matches!(done, Performed::Gone))
}

async fn run(
    admin: &AdminVisitor,
    screen: &Screen,
    action: &Action,
    row: Option<&RowKey>,
    input: Input,
) -> Result<Performed, Error> {
    let (cx, id, name) = (admin.cx(), screen.id, action.name.as_str());
    let at = |record: Record| record.id(admin.app()).map_or(Performed::Gone, Performed::Row);
    match (action.kind, row) {
        (AdminActionKind::Create, _) => {
            let (wrote, record) = cx.create_telling(id, name, input).await?;
            Ok(match (at(record), wrote) {
                (Performed::Row(id), Wrote::Kept | Wrote::Updated) => Performed::Found(id, wrote),
                (performed, _) => performed,
            })
        }
        (AdminActionKind::Update, Some(row)) => cx.update(id, name, row, input).await.map(at),
        (AdminActionKind::Destroy, Some(row)) => cx.destroy(id, name, row, input).await.map(|_| Performed::Gone),
        (AdminActionKind::Query | AdminActionKind::Call, _) => cx.call(id, name, input).await.map(Performed::Answer),
        (AdminActionKind::Update | AdminActionKind::Destroy, None) => Err(Error::not_found()),
    }
}

async fn run_query(
    admin: &AdminVisitor,
    screen: &Screen,
    action: &Action,
    fields: &FormFields,
) -> Result<Response, PageError> {
    let answer = match input::read(action, fields, None) {
        Ok(input) => match admin.cx().call(screen.id, &action.name, input).await {
            Ok(answer) => returned(admin, screen, action, answer).await,
            Err(error) => Err(error),
        },
        Err(problems) => Err(Error::from_problems(problems)),
    };
    match answer {
        Ok(answer) => {
            let values = posted(action, fields, None, &[], Some(&answer));
            Ok(page(admin, screen, action, None, fields, values).await?.into_response())
        }
        Err(error) if is_about_input(&error) => refused(admin, screen, action, None, fields, error.problems()).await,
        Err(error) => Err(error.into()),
    }
}

/// The row as it is now; not found if the actor may not read it.
async fn before(
    admin: &AdminVisitor,
    screen: &Screen,
    action: &Action,
    row: Option<&RowKey>,
) -> Result<Option<Record>, PageError> {
    let Some(id) = row else { return Ok(None) };
    let deleted = if action.of_deleted { Deleted::Alone } else { Deleted::LeftOut };
    let query = Query { attributes: None, deleted, ..label::query(admin.app(), screen.id) };
    Ok(Some(admin.cx().get(query, id.clone()).await?.ok_or_else(PageError::not_found)?))
}

/// A field's first value: that of the row, of the address, or the default if it is a plain value.
///
/// In a row's form, the address only gives the value of a field whose picker searches: what was chosen there.
fn initial(
    admin: &AdminVisitor,
    screen: &Screen,
    field: &FormField,
    before: Option<&Record>,
    fields: &FormFields,
) -> String {
    let searches = fields.get(&picker::search_parameter(&field.name)).is_some();
    if before.is_some() && !searches {
        return match input::present(field, before) {
            CurrentValue::Shown(shown) => shown,
            CurrentValue::Absent | CurrentValue::Hidden | CurrentValue::Unreadable => String::new(),
        };
    }
    if let Some(given) = fields.get(&field.name) {
        return given.to_owned();
    }
    let declared = field.attribute.map(|it| &admin.app().resource(screen.id)[it]);
    match declared.and_then(|it| it.default.as_ref()).map(|it| it.root_node()) {
        Some(Node::Literal { value, .. }) => input::text(value, &field.widget),
        _ => String::new(),
    }
}

/// Whether another input may avoid the error; then the form is shown again.
fn is_about_input(error: &Error) -> bool {
    error.problems().iter().all(|it| match it.code {
        Code::Invalid | Code::Conflict | Code::RateLimited => true,
        Code::NotFound => !it.fields.is_empty(),
        _ => false,
    })
}

/// Whether the return value only says that the action is done.
fn is_plain(admin: &AdminVisitor, screen: &Screen, action: &Action) -> bool {
    let declared = admin.app().resource(screen.id).action(&action.name);
    matches!(
        declared.map(|it| &it.kind),
        Some(ActionKind::Generic { returns: Returns::Value { ty: Type::Boolean, .. }, .. })
    )
}

async fn refused(
    admin: &AdminVisitor,
    screen: &Screen,
    action: &Action,
    before: Option<&Record>,
    fields: &FormFields,
    problems: &[Problem],
) -> Result<Response, PageError> {
    let values = posted(action, fields, before, problems, None);
    let page = page(admin, screen, action, before, fields, values).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The posted values. A field that somebody else changed meanwhile gets a new stamp: posted again, it replaces their change.
fn posted<'a>(
    action: &Action,
    fields: &FormFields,
    before: Option<&Record>,
    problems: &'a [Problem],
    answer: Option<&'a Returned>,
) -> view::form::Values<'a> {
    let value = |it: &FormField| input::posted(it, &input::present(it, before), fields);
    let none = |it: &FormField| fields.get(&input::none_parameter(&it.name)).is_some();
    let conflicts = |index: usize| {
        let name = action.fields.get(index).map(|it| it.name.as_str());
        problems
            .iter()
            .any(|it| it.code == Code::Conflict && it.fields.iter().any(|field| Some(field.as_str()) == name))
    };
    view::form::Values {
        values: action.fields.iter().map(value).collect(),
        none: action.fields.iter().map(none).collect(),
        stamps: Stamps::of(fields).renewed(&input::stamps(action, before), conflicts),
        problems,
        answer,
        question: None,
    }
}

async fn page(
    admin: &AdminVisitor,
    screen: &Screen,
    action: &Action,
    before: Option<&Record>,
    fields: &FormFields,
    values: view::form::Values<'_>,
) -> Result<maud::Markup, Error> {
    let pickers = Pickers::of_form(admin, action.fields.iter().zip(&values.values), fields).await?;
    let row = before.and_then(|it| Some((it.id(admin.app())?, label::of(admin.app(), it))));
    let present = action.fields.iter().map(|it| input::present(it, before)).collect();
    let return_to = back(admin, fields);
    let page = view::form::FormPage { screen, action, row, values, present, pickers: &pickers, return_to };
    Ok(view::form::page(admin, &page))
}

/// 303 to the page that the form came from, or else to `address`; that page says what was done.
pub(super) fn see(admin: &AdminVisitor, fields: &FormFields, address: &str, screen: &Screen, done: &str) -> Response {
    let back = back(admin, fields);
    let address = back.as_deref().unwrap_or(address);
    notice::leave(admin, address, screen, done);
    Redirect::to(address).into_response()
}

/// The page that the form came from, if it is one of the admin's own.
fn back(admin: &AdminVisitor, fields: &FormFields) -> Option<String> {
    let base_url = admin.visitor.site().base_url();
    fields.get(RETURN_TO).and_then(|it| return_to::below(ROOT, it, base_url))
}
