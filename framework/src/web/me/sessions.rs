//! The visitor's sessions, and the buttons that end them.

use maud::{Markup, html};
use uuid::Uuid;

use crate::auth::{self, ConditionBuilder, agent};
use crate::ir::App;
use crate::query::Query;
use crate::record::{Input, Record};
use crate::site::{PageError, Visitor, value};
use crate::value::{DateTimeUtc, Value};

pub(super) async fn section(visitor: &Visitor, me: Uuid) -> Result<Markup, PageError> {
    let site = visitor.site();
    let app = site.engine().app();
    let cx = site.engine().system("listing one's own sessions").at_database_time().await?;
    let open = open(visitor, me)?.tree()?;
    let query = Query { filter: Some(open), ..Query::unrestricted(site.roles().session()?.resource) };
    let sessions = cx.read(query).await?.records;
    Ok(html! {
        section aria-labelledby="sessions" {
            h2 #sessions { "My sessions" }
            ul.entries {
                @for session in &sessions {
                    @if let Some(id) = session.id(app) {
                        li {
                            p id={ "session-" (id) } {
                                (holder(app, session))
                                @if visitor.session() == Some(id) { " " strong.tag { "this one" } }
                                br;
                                span.quiet-text { (last_use(app, session, cx.now())) }
                            }
                            form method="post" action={ "/me/sessions/" (id) "/revoke" } {
                                (visitor.csrf_field())
                                button.quiet.small type="submit" aria-describedby={ "session-" (id) } {
                                    "End this session"
                                }
                            }
                        }
                    }
                }
            }
            div.buttons {
                @if sessions.len() > 1 {
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

/// Ends one of the visitor's sessions.
pub(super) async fn revoke(visitor: &Visitor, me: Uuid, session: Uuid) -> Result<(), PageError> {
    let site = visitor.site();
    let mine = open(visitor, me)?.is("id", Value::Uuid(session)).tree()?;
    let cx = site.engine().system("ending one's own session");
    let ended = cx.update_where(site.roles().session()?.resource, "revoke", mine, Input::new()).await?;
    if ended.is_empty() { Err(PageError::not_found()) } else { Ok(()) }
}

/// Ends all of the visitor's sessions but the current one.
pub(super) async fn revoke_others(visitor: &Visitor, me: Uuid) -> Result<(), PageError> {
    let site = visitor.site();
    let this = Value::Uuid(visitor.session().unwrap_or_default());
    let others = open(visitor, me)?.differs("id", this).tree()?;
    let cx = site.engine().system("ending one's own sessions");
    cx.update_where(site.roles().session()?.resource, "revoke", others, Input::new()).await?;
    Ok(())
}

/// Ends all of the visitor's sessions.
pub(super) async fn revoke_all(visitor: &Visitor, me: Uuid) -> Result<(), PageError> {
    let site = visitor.site();
    let cx = site.engine().system("ending one's own sessions");
    cx.update_where(site.roles().session()?.resource, "revoke", open(visitor, me)?.tree()?, Input::new()).await?;
    Ok(())
}

fn open(visitor: &Visitor, me: Uuid) -> Result<ConditionBuilder<'_>, PageError> {
    let role = visitor.site().roles().session()?;
    let app = visitor.site().engine().app();
    let mine = ConditionBuilder::of(app, role.resource).is(&role.user, Value::Uuid(me));
    Ok(mine.null("revoked_at").in_future("expires_at"))
}

/// The program that holds the session's token.
fn holder(app: &App, session: &Record) -> Markup {
    let program = agent::described(auth::text(app, session, "agent"));
    match auth::text(app, session, "kind") {
        Some("BEARER") => html! { "A token, held by " (program) },
        _ => html! { "A browser: " (program) },
    }
}

/// Where and when it was used.
fn last_use(app: &App, session: &Record, now: DateTimeUtc) -> Markup {
    let time = |name| match auth::value(app, session, name) {
        Some(Value::Timestamp(it)) => Some(*it),
        _ => None,
    };
    html! {
        @if let Some(it) = time("last_seen_at") { "Last used " (value::ago(it, now)) }
        @if let Some(it) = time("inserted_at") { ", started " (value::ago(it, now)) }
        @if let Some(it) = auth::text(app, session, "ip") { " from " (it) }
    }
}
