//! `/`: the start page, with links for the visitor.

use axum::Router;
use axum::routing::get;
use maud::{Markup, html};

use crate::admin;
use crate::auth;
use crate::query::{PageEnd, Query, Slice};
use crate::settings::{Environment, MailSetting};

use super::graphql;
use crate::site::value::bdi;
use crate::site::{PageError, Site, Visitor, page};

/// The most users that the page offers to sign in as, in dev.
const ADDRESSES: u32 = 20;

pub(crate) fn routes() -> Router<Site> {
    Router::new().route("/", get(show))
}

async fn show(visitor: Visitor) -> Result<Markup, PageError> {
    let site = visitor.site();
    let dev = site.settings().environment == Environment::Dev;
    let addresses = if dev { addresses(&visitor).await? } else { Vec::new() };
    let main = html! {
        (greeting(&visitor)?)
        @if dev {
            section aria-labelledby="dev" {
                h2 #dev { "On this machine" }
                ul {
                    @if site.engine().app().has_graphql() { li { a href=(graphql::PATH) { "GraphiQL" } ", to try the API" } }
                    @if site.roles().can_sign_in() {
                        @if site.settings().mail == MailSetting::Mailbox {
                            li { a href="/dev/mailbox" { "Mailbox" } ", where sign-in mail arrives" }
                        }
                        li { a href="/admin" { "Admin" } ", for those it lets in" }
                    } @else if site.roles().actor.is_some() {
                        li { a href="/sign-in" { "Sign in" } ": not yet, and what to add" }
                    }
                }
            }
            @if !addresses.is_empty() { (sign_in_as(&visitor, &addresses)) }
        }
    };
    Ok(page::page(&visitor, "Welcome", main))
}

fn greeting(visitor: &Visitor) -> Result<Markup, PageError> {
    let app = visitor.site().engine().app();
    let Some(user) = visitor.user() else {
        return Ok(html! {
            p { "You are not signed in." }
            @if visitor.site().roles().can_sign_in() {
                p { a.button href="/sign-in" { "Sign in with your e-mail address" } }
            }
        });
    };
    let email = visitor.site().roles().actor()?.identity.read(user)?;
    Ok(html! {
        p { "You are signed in as " strong { (bdi(&visitor.name())) } " (" (bdi(email.as_str())) ")." }
        ul {
            li { a href="/me" { "My profile, activity and sessions" } }
            @if admin::lets_in(visitor.cx(), app) { li { a href="/admin" { "Admin" } } }
            li { a href="/sign-out" { "Sign out" } }
        }
    })
}

/// The addresses of the first users, to sign in as one of them on a developer's machine.
async fn addresses(visitor: &Visitor) -> Result<Vec<String>, PageError> {
    let site = visitor.site();
    let (Some(actor), true) = (&site.roles().actor, site.roles().can_sign_in()) else { return Ok(Vec::new()) };
    let app = site.engine().app();
    let cx = site.engine().system("listing the addresses of a developer's machine");
    let sort = auth::oldest_first(app, actor.resource);
    let slice = Slice::Keyset { rows: Some(ADDRESSES), from: PageEnd::Start, after: None, before: None };
    let page = cx.read(Query { sort, slice, ..Query::unrestricted(actor.resource) }).await?;
    let addresses = page.records.iter().map(|it| Ok(actor.identity.read(it)?.as_str().to_owned()));
    addresses.collect()
}

fn sign_in_as(visitor: &Visitor, addresses: &[String]) -> Markup {
    html! {
        section aria-labelledby="people" {
            h2 #people { "People to sign in as" }
            ul.entries {
                @for address in addresses {
                    li {
                        form.row method="post" action="/sign-in" {
                            (visitor.csrf_field())
                            input type="hidden" name="email" value=(address);
                            span { (bdi(address)) }
                            button.quiet.small type="submit" { "Send a link" }
                        }
                    }
                }
            }
        }
    }
}
