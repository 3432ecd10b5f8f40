//! Ending all of an actor's sessions, or all started sign-ins of their address: a GET asks, a POST does it.

use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::act::see;
use super::gate::Admin;
use super::model::{REVOKE, RelatedList, Screen};
use super::{address, detail, label, list, view};
use crate::context::Context;
use crate::error::{Code, Error};
use crate::ir::{Node, Tree};
use crate::query::Query;
use crate::record::{Input, Record};
use crate::web::{Failure, Fields};

/// When a row of such a resource was ended; NULL until then.
const REVOKED_AT: &str = "revoked_at";

/// The rows that would be ended.
pub(super) struct Open {
    /// The actor they belong to.
    pub(super) label: String,
    /// As many as one read gives.
    pub(super) ids: Vec<Uuid>,
    /// How many there are, as far as they are counted.
    pub(super) total: u64,
}

/// Asks whether it shall be done.
pub(super) async fn form(admin: &Admin, screen: &Screen, related: &RelatedList, id: Uuid) -> Result<Response, Failure> {
    let record = owner(admin, screen, id).await?;
    let open = open(admin, admin.cx(), screen, &record, related).await?;
    if !open.ids.is_empty() && revocable(admin.cx(), related, &open.ids).await?.is_empty() {
        return Err(Error::forbidden().into());
    }
    Ok(view::revoke::page(admin, screen, related, id, &open).into_response())
}

/// Ends them, all or none of those that the actor may end.
pub(super) async fn act(
    admin: &Admin,
    screen: &Screen,
    related: &RelatedList,
    id: Uuid,
    fields: &Fields,
) -> Result<Response, Failure> {
    let record = owner(admin, screen, id).await?;
    let ended = admin.cx().transaction(async |inside| end(admin, inside, screen, &record, related).await).await?;
    let visitor = &admin.visitor;
    if visitor.session().is_some_and(|it| ended.contains(&it)) {
        // It was their own: this browser is signed out.
        let names = visitor.site().cookies();
        visitor.jar().add(names.set(names.session, "", Some(0)));
        return Ok(Redirect::to("/").into_response());
    }
    let segment = related.revoke_all.as_deref().and_then(|it| it.rsplit('/').next()).unwrap_or_default();
    Ok(see(fields, &screen.row_address(id), screen, segment))
}

async fn owner(admin: &Admin, screen: &Screen, id: Uuid) -> Result<Record, Failure> {
    admin.cx().get(label::query(admin.app(), screen.id), id).await?.ok_or_else(Failure::not_found)
}

/// Page by page, until no row is left that can be ended.
async fn end(
    admin: &Admin,
    inside: &Context,
    screen: &Screen,
    record: &Record,
    related: &RelatedList,
) -> Result<Vec<Uuid>, Error> {
    let mut ended = Vec::new();
    loop {
        let open = open(admin, inside, screen, record, related).await?;
        let revocable = revocable(inside, related, &open.ids).await?;
        if revocable.is_empty() {
            let is_refused = ended.is_empty() && !open.ids.is_empty();
            return if is_refused { Err(Error::forbidden()) } else { Ok(ended) };
        }
        for id in revocable {
            match inside.update(related.id, REVOKE, id, Input::new()).await {
                // Ended by somebody else at the same time: that is what was wanted.
                Err(error) if error.code() == Code::Invalid => {}
                result => drop(result?),
            }
            ended.push(id);
        }
    }
}

async fn open(
    admin: &Admin,
    cx: &Context,
    screen: &Screen,
    record: &Record,
    related: &RelatedList,
) -> Result<Open, Error> {
    let label = label::of(admin.app(), record);
    let target = admin.model.of(related.id).ok_or_else(Error::not_found)?;
    let condition = detail::key(admin, screen, record, related)
        .and_then(|(attribute, value)| detail::equals(admin, target, attribute, &value))
        .and_then(|it| still_open(admin, related, it));
    // Without a condition it would be everybody's.
    let Some(condition) = condition else { return Ok(Open { label, ids: Vec::new(), total: 0 }) };
    let slice = list::slice(&target.list, &address::Page::First, Some(target.list.max_rows));
    let query = Query { filter: Some(condition), slice, ..label::query(admin.app(), related.id) };
    let page = cx.read(list::counted(query)).await?;
    let ids: Vec<Uuid> = page.records.iter().filter_map(|it| it.id(admin.app())).collect();
    Ok(Open { label, total: page.total.unwrap_or(ids.len() as u64), ids })
}

fn still_open(admin: &Admin, related: &RelatedList, mut tree: Tree) -> Option<Tree> {
    let (attribute, _) = admin.app().resource(related.id).attribute(REVOKED_AT)?;
    let belongs = tree.root;
    let column = tree.push(Node::Column { path: Tree::ROW, attribute });
    let open = tree.push(Node::IsNull(column));
    tree.root = tree.push(Node::And(vec![belongs, open]));
    Some(tree)
}

async fn revocable(cx: &Context, related: &RelatedList, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let answers = cx.can_each(related.id, &[REVOKE], ids).await?;
    Ok(ids.iter().zip(answers).filter(|(_, may)| may.contains(&true)).map(|(id, _)| *id).collect())
}
