//! The visitor's sessions, and the buttons that end them.

use maud::{Markup, html};
use uuid::Uuid;

use crate::auth::session::SessionKind;
use crate::auth::{ConditionBuilder, SessionRole, agent};
use crate::error::Error;
use crate::query::Query;
use crate::record::{Input, Record};
use crate::site::{PageError, Visitor, value};
use crate::value::DateTimeUtc;

pub(super) async fn section(visitor: &Visitor, me: Uuid) -> Result<Markup, PageError> {
    let site = visitor.site();
    let cx = site.engine().system("listing one's own sessions").at_database_time().await?;
    let role = site.roles().session()?;
    let query = Query { filter: Some(open(visitor, role, me).tree()), ..Query::unrestricted(role.resource) };
    let sessions = cx.read(query).await?.records;
    let rows = sessions.iter().map(|it| row(visitor, role, it, cx.now())).collect::<Result<Vec<_>, Error>>()?;
    Ok(html! {
        section aria-labelledby="sessions" {
            h2 #sessions { "My sessions" }
            ul.entries {
                @for row in &rows { (row) }
            }
            div.buttons {
                @if rows.len() > 1 {
                    form method="post" action="/me/sessions/revoke-others" {
                        (visitor.csrf_field())
                        button.quiet type="submit" { "End all other sessions" }
                    }
                }
                form method="post" action="/me/sessions/revoke-all" {
                    (visitor.csrf_field())
                    button.quiet.danger type="submit" { "Sign out everywhere" }
                }
            }
        }
    })
}

/// One session, with the button that ends it.
fn row(visitor: &Visitor, role: &SessionRole, session: &Record, now: DateTimeUtc) -> Result<Markup, Error> {
    let id = role.id.read(session)?;
    let (holder, last_use) = (holder(role, session)?, last_use(role, session, now)?);
    Ok(html! {
        li {
            p id={ "session-" (id) } {
                (holder)
                @if visitor.session() == Some(id) { " " strong.tag { "this one" } }
                br;
                span.quiet-text { (last_use) }
            }
            form method="post" action={ "/me/sessions/" (id) "/revoke" } {
                (visitor.csrf_field())
                button.quiet.small type="submit" aria-describedby={ "session-" (id) } { "End this session" }
            }
        }
    })
}

/// Ends one of the visitor's sessions.
pub(super) async fn revoke(visitor: &Visitor, me: Uuid, session: Uuid) -> Result<(), PageError> {
    let role = visitor.site().roles().session()?;
    let mine = open(visitor, role, me).is(&role.id, session);
    if end(visitor, role, mine, "ending one's own session").await? == 0 { Err(PageError::not_found()) } else { Ok(()) }
}

/// Ends all of the visitor's sessions but the current one.
pub(super) async fn revoke_others(visitor: &Visitor, me: Uuid) -> Result<(), PageError> {
    let role = visitor.site().roles().session()?;
    let others = open(visitor, role, me).differs(&role.id, visitor.session().unwrap_or_default());
    end(visitor, role, others, "ending one's own sessions").await.map(drop)
}

/// Ends all of the visitor's sessions.
pub(super) async fn revoke_all(visitor: &Visitor, me: Uuid) -> Result<(), PageError> {
    let role = visitor.site().roles().session()?;
    end(visitor, role, open(visitor, role, me), "ending one's own sessions").await.map(drop)
}

/// Ends the sessions for which it holds; how many.
async fn end(
    visitor: &Visitor,
    role: &SessionRole,
    sessions: ConditionBuilder,
    reason: &'static str,
) -> Result<usize, PageError> {
    let cx = visitor.site().engine().system(reason);
    Ok(cx.update_where(role.resource, &role.revoke, sessions.tree(), Input::new()).await?.len())
}

/// The visitor's sessions that have neither ended nor expired.
fn open(visitor: &Visitor, role: &SessionRole, me: Uuid) -> ConditionBuilder {
    let mine = ConditionBuilder::of(visitor.site().engine().app(), role.resource).is(&role.user, me);
    mine.null(&role.revoked_at).in_future(&role.expires_at)
}

/// The program that holds the session's token.
fn holder(role: &SessionRole, session: &Record) -> Result<Markup, Error> {
    let program = agent::described(role.agent.read(session)?.as_deref());
    Ok(match role.kind.read(session)? == SessionKind::Bearer.stored() {
        true => html! { "A token, held by " (program) },
        false => html! { "A browser: " (program) },
    })
}

/// Where and when it was used.
fn last_use(role: &SessionRole, session: &Record, now: DateTimeUtc) -> Result<Markup, Error> {
    let (seen, started) = (role.last_seen_at.read(session)?, role.inserted_at.read(session)?);
    let ip = role.ip.read(session)?;
    Ok(html! {
        "Last used " (value::ago(seen, now)) ", started " (value::ago(started, now))
        @if let Some(it) = ip { " from " (it) }
    })
}
