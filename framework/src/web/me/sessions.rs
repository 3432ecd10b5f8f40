//! Where I am signed in, and how to end it.

use maud::{Markup, html};
use uuid::Uuid;

use super::super::{Failure, Visitor};
use crate::auth::{self, Condition};
use crate::query::Query;
use crate::record::{Input, Record};
use crate::value::{Value, timestamp_text};

pub(super) async fn section(visitor: &Visitor, me: Uuid) -> Result<Markup, Failure> {
    let site = visitor.site();
    let app = site.engine().app();
    let cx = auth::system(site.engine(), "listing one's own sessions").await?;
    let open = open(visitor, me)?.in_future("expires_at").tree()?;
    let query = Query { filter: Some(open), ..Query::new(site.roles().session()?.resource) };
    let sessions = cx.read(query).await?.records;
    let text = |record: &Record, name: &str| auth::text(app, record, name).unwrap_or("unknown").to_owned();
    Ok(html! {
        section aria-labelledby="sessions" {
            h2 #sessions { "My sessions" }
            ul {
                @for session in &sessions {
                    @if let Some(id) = session.id(app) {
                        li {
                            p {
                                (kind(&text(session, "kind"))) ": " (text(session, "agent")) " at " (text(session, "ip"))
                                @if visitor.session() == Some(id) { " " strong { "(this one)" } }
                                br;
                                span.quiet-text { "last seen " (last_seen(app, session)) }
                            }
                            form method="post" action={ "/me/sessions/" (id) "/revoke" } {
                                (visitor.csrf_field())
                                button.quiet.small type="submit" { "End this session" }
                            }
                        }
                    }
                }
            }
            @if sessions.len() > 1 {
                form method="post" action="/me/sessions/revoke-others" {
                    (visitor.csrf_field())
                    button.quiet type="submit" { "End all other sessions" }
                }
            }
        }
    })
}

/// Ends one of my own sessions.
pub(super) async fn revoke(visitor: &Visitor, me: Uuid, session: Uuid) -> Result<(), Failure> {
    let site = visitor.site();
    let mine = open(visitor, me)?.is("id", Value::Uuid(session)).tree()?;
    let cx = site.engine().system("ending one's own session");
    let ended = cx.update_where(site.roles().session()?.resource, "revoke", mine, Input::new()).await?;
    if ended.is_empty() { Err(Failure::not_found()) } else { Ok(()) }
}

/// Ends all of my sessions but the one that asks.
pub(super) async fn revoke_others(visitor: &Visitor, me: Uuid) -> Result<(), Failure> {
    let site = visitor.site();
    let this = Value::Uuid(visitor.session().unwrap_or_default());
    let others = open(visitor, me)?.differs("id", this).tree()?;
    let cx = site.engine().system("ending one's own sessions");
    cx.update_where(site.roles().session()?.resource, "revoke", others, Input::new()).await?;
    Ok(())
}

fn open(visitor: &Visitor, me: Uuid) -> Result<Condition<'_>, Failure> {
    let role = visitor.site().roles().session()?;
    let app = visitor.site().engine().app();
    Ok(Condition::of(app, role.resource).is(&role.user, Value::Uuid(me)).null("revoked_at"))
}

fn kind(stored: &str) -> &'static str {
    match stored {
        "BEARER" => "A client with a token",
        _ => "A browser",
    }
}

fn last_seen(app: &crate::ir::App, session: &Record) -> Markup {
    match auth::value(app, session, "last_seen_at") {
        Some(Value::Timestamp(it)) => {
            html! { time datetime=(timestamp_text(*it)) { (it.format("%Y-%m-%d %H:%M UTC")) } }
        }
        _ => html! { "never" },
    }
}
