//! Revokes all of an actor's sessions, or all started sign-ins of their address: a GET asks for confirmation, a POST does it.

use axum::response::{IntoResponse, Response};

use super::act::see;
use super::address::PagePosition;
use super::gate::AdminVisitor;
use super::model::{RelatedList, Screen};
use super::{detail, label, list, notice, view};
use crate::context::Context;
use crate::error::{Code, Error};
use crate::ir::strategy::{EXPIRES_AT, REVOKE, REVOKED_AT, StrategyAttribute, magic_link};
use crate::ir::{Comparison, Node, NodeId, Tree};
use crate::query::{Cursors, Query};
use crate::record::{Input, Record};
use crate::site::{FormFields, PageError};
use crate::value::RowKey;

/// The attributes that say when a row was revoked or used up; NULL until then. A session has no other than the first.
static ENDED: [&StrategyAttribute; 2] = [&REVOKED_AT, &magic_link::CONSUMED_AT];

/// The rows that would be revoked.
pub(super) struct RevocableRows {
    /// The label of the actor they belong to.
    pub(super) label: String,
    /// As many as one read gives.
    pub(super) ids: Vec<RowKey>,
    /// How many there are, as far as they are counted.
    pub(super) total: u64,
    /// The position of the rows after them.
    next: Option<PagePosition>,
}

/// How many rows were revoked.
struct RevokedRows {
    ids: Vec<RowKey>,
    /// Whether every row that the actor may read was revoked.
    all: bool,
}

/// Asks for confirmation.
pub(super) async fn form(
    admin: &AdminVisitor,
    screen: &Screen,
    related: &RelatedList,
    id: &RowKey,
) -> Result<Response, PageError> {
    let record = owner(admin, screen, id).await?;
    let open = open(admin, admin.cx(), screen, &record, related, &PagePosition::First).await?;
    if !open.ids.is_empty() && !may_end_any(admin, screen, &record, related, &open).await? {
        return Err(Error::forbidden().into());
    }
    Ok(view::revoke::page(admin, screen, related, id, &open).into_response())
}

/// Revokes the rows that the actor may revoke: all of them, or none.
pub(super) async fn act(
    admin: &AdminVisitor,
    screen: &Screen,
    related: &RelatedList,
    id: &RowKey,
    fields: &FormFields,
) -> Result<Response, PageError> {
    let record = owner(admin, screen, id).await?;
    let cx = admin.cx();
    let ended = cx.transaction(async |inside| end(admin, inside, screen, &record, related).await).await?;
    let visitor = &admin.visitor;
    if visitor.session().is_some_and(|it| ended.ids.contains(&it.into())) {
        // Their own session was revoked.
        return Ok(visitor.signed_out().into_response());
    }
    let segment = related.revoke_all.as_deref().and_then(|it| it.rsplit('/').next()).unwrap_or_default();
    let extent = if ended.all { "" } else { notice::PARTLY };
    Ok(see(admin, fields, &screen.row_address(id), screen, &format!("{segment}{extent}")))
}

async fn owner(admin: &AdminVisitor, screen: &Screen, id: &RowKey) -> Result<Record, PageError> {
    admin.cx().get(label::query(admin.app(), screen.id), id.clone()).await?.ok_or_else(PageError::not_found)
}

/// Whether the actor may revoke any of the rows, page by page.
async fn may_end_any(
    admin: &AdminVisitor,
    screen: &Screen,
    record: &Record,
    related: &RelatedList,
    first: &RevocableRows,
) -> Result<bool, Error> {
    let (mut may, mut next) = (revocable(admin.cx(), related, &first.ids).await?, first.next.clone());
    while let (true, Some(page)) = (may.is_empty(), &next) {
        let open = open(admin, admin.cx(), screen, record, related, page).await?;
        (may, next) = (revocable(admin.cx(), related, &open.ids).await?, open.next);
    }
    Ok(!may.is_empty())
}

/// Page by page to the last: rows that the actor may not revoke remain among them.
async fn end(
    admin: &AdminVisitor,
    inside: &Context,
    screen: &Screen,
    record: &Record,
    related: &RelatedList,
) -> Result<RevokedRows, Error> {
    let mut ended = RevokedRows { ids: Vec::new(), all: true };
    let mut next = Some(PagePosition::First);
    while let Some(page) = next {
        let open = open(admin, inside, screen, record, related, &page).await?;
        let revocable = revocable(inside, related, &open.ids).await?;
        ended.all &= revocable.len() == open.ids.len();
        for id in revocable {
            match inside.update(related.id, REVOKE.name, id.clone(), Input::new()).await {
                // Somebody else revoked it at the same time.
                Err(error) if error.code() == Code::Invalid => {}
                result => drop(result?),
            }
            ended.ids.push(id);
        }
        next = open.next;
    }
    let is_refused = ended.ids.is_empty() && !ended.all;
    if is_refused { Err(Error::forbidden()) } else { Ok(ended) }
}

async fn open(
    admin: &AdminVisitor,
    cx: &Context,
    screen: &Screen,
    record: &Record,
    related: &RelatedList,
    page: &PagePosition,
) -> Result<RevocableRows, Error> {
    let label = label::of(admin.app(), record);
    let target = admin.model.of(related.id).ok_or_else(Error::not_found)?;
    let condition = detail::key(admin, screen, record, related)
        .and_then(|(attribute, value)| detail::equals(admin, target, attribute, &value));
    // Without a condition it would be the sessions of all users.
    let Some(condition) = condition else { return Ok(RevocableRows { label, ids: Vec::new(), total: 0, next: None }) };
    let filter = Some(still_open(admin, related, condition));
    let slice = list::slice(&target.list, page, Some(target.list.max_rows));
    let query = Query { filter, slice, cursors: Cursors::Ends, ..label::query(admin.app(), related.id) };
    let page = cx.read(list::counted(query)).await?;
    let ids: Vec<RowKey> = page.records.iter().filter_map(|it| it.id(admin.app())).collect();
    let next = page.cursors.last().filter(|_| page.has_next).map(|it| PagePosition::After(it.clone()));
    Ok(RevocableRows { label, total: page.total.unwrap_or(ids.len() as u64), ids, next })
}

/// Adds the condition that a row can still be revoked: it has not been, and has not expired.
fn still_open(admin: &AdminVisitor, related: &RelatedList, mut tree: Tree) -> Tree {
    let resource = admin.app().resource(related.id);
    let mut conditions = vec![tree.root];
    let column = |tree: &mut Tree, it: &StrategyAttribute| -> Option<NodeId> {
        let (attribute, _) = it.find(resource)?;
        Some(tree.push(Node::Column { path: Tree::ROW, attribute }))
    };
    for ended in ENDED {
        conditions.extend(column(&mut tree, ended).map(|it| tree.push(Node::IsNull(it))));
    }
    if let Some(left) = column(&mut tree, &EXPIRES_AT) {
        let right = tree.push(Node::Now);
        conditions.push(tree.push(Node::Compare { op: Comparison::Gt, left, right }));
    }
    tree.root = tree.push(Node::And(conditions));
    tree
}

async fn revocable(cx: &Context, related: &RelatedList, ids: &[RowKey]) -> Result<Vec<RowKey>, Error> {
    let answers = cx.can_each(related.id, &[REVOKE.name], ids).await?;
    Ok(ids.iter().zip(answers).filter(|(_, may)| may.contains(&true)).map(|(id, _)| id.clone()).collect())
}
