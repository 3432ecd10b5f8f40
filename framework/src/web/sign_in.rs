//! `/sign-in`, `/auth/link/{token}` and `/sign-out`.
//!
//! These pages stand in the bare layout, so that their own form is the first of the page. A GET has no effect: mail scanners
//! open links, and some of them run scripts, but none presses the button.

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use maud::{Markup, html};

use crate::auth::{Address, Caller, link, session};
use crate::settings::{Environment, Mail};

use super::{Failure, Fields, Form, Site, Visitor, page, return_to};

/// The pages of signing in and out.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/sign-in", get(ask).post(send))
        .route("/auth/link/{token}", get(show).post(consume))
        .route("/sign-out", get(offer_sign_out).post(sign_out))
}

async fn ask(visitor: Visitor, RawQuery(query): RawQuery) -> Markup {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    address_form(&visitor, "", query.get("return_to"), None)
}

/// Always answers the same to an address, known or not, whether it was sent a mail or too many already.
async fn send(caller: Caller, Form { visitor, fields }: Form) -> Result<Response, Failure> {
    let site = visitor.site();
    let email = fields.get("email").unwrap_or_default();
    let wanted = fields.get("return_to").and_then(|it| return_to::local(it, site.base_url()));
    let address = match Address::parse(email) {
        Ok(address) => address,
        Err(error) => {
            let form = address_form(&visitor, email, wanted, Some(&error.problems()[0].message));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, form).into_response());
        }
    };
    link::request(site.engine(), site.roles(), &address, &caller, wanted).await?;
    site.courier().wake();
    Ok(sent(site, &address).into_response())
}

async fn show(visitor: Visitor, Path(token): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let site = visitor.site();
    let Some(shown) = link::show(site.engine(), site.roles(), &token).await? else { return Ok(no_longer_valid()) };
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let wanted = query.get("return_to").and_then(|it| return_to::local(it, site.base_url()));
    let main = html! {
        p { "You are about to sign in as " strong { (shown.address) } "." }
        @if let Some(agent) = shown.agent {
            p.quiet-text { "The link was asked for by " (agent) }
        }
        @if visitor.user().is_some() {
            p { "You are signed in as " (visitor.name()) "; that ends." }
        }
        form method="post" action={ "/auth/link/" (token) } {
            (visitor.csrf_field())
            @if let Some(path) = wanted { input type="hidden" name="return_to" value=(path); }
            button type="submit" { "Sign in" }
        }
        p.quiet-text { "If you did not ask for this, close the page." }
    };
    Ok(page::bare("Sign in", main).into_response())
}

async fn consume(
    State(site): State<Site>,
    Path(token): Path<String>,
    caller: Caller,
    Form { visitor, fields }: Form,
) -> Result<Response, Failure> {
    let Some(started) = link::consume(site.engine(), site.roles(), &token, &caller).await? else {
        return Ok(no_longer_valid());
    };
    if let Some(before) = visitor.session() {
        session::revoke(site.engine(), site.roles(), before).await?;
    }
    let names = site.cookies();
    visitor.jar().add(names.set(names.session, started.token.reveal(), Some(session::COOKIE_SECONDS)));
    visitor.jar().add(names.set(names.form, "", Some(0)));
    let wanted = fields.get("return_to").and_then(|it| return_to::local(it, site.base_url()));
    Ok(Redirect::to(wanted.unwrap_or("/")).into_response())
}

async fn offer_sign_out(visitor: Visitor) -> Markup {
    let main = html! {
        @if visitor.user().is_some() {
            p { "You are signed in as " strong { (visitor.name()) } "." }
            form method="post" action="/sign-out" {
                (visitor.csrf_field())
                button type="submit" { "Sign out" }
            }
        } @else {
            p { "You are not signed in." }
        }
        p { a href="/" { "Go to the start page" } }
    };
    page::bare("Sign out", main)
}

/// Whoever is not signed in (any more) is where they wanted to be, whatever their form holds.
async fn sign_out(visitor: Visitor, form: Result<Form, Failure>) -> Result<Redirect, Failure> {
    let site = visitor.site();
    if let Some(session) = visitor.session() {
        form?;
        session::revoke(site.engine(), site.roles(), session).await?;
        let names = site.cookies();
        visitor.jar().add(names.set(names.session, "", Some(0)));
    }
    Ok(Redirect::to("/"))
}

fn address_form(visitor: &Visitor, email: &str, return_to: Option<&str>, error: Option<&str>) -> Markup {
    let main = html! {
        p { "Type your e-mail address, and we send you a link that signs you in. There is no password." }
        form method="post" action="/sign-in" {
            (visitor.csrf_field())
            @if let Some(path) = return_to { input type="hidden" name="return_to" value=(path); }
            div.field {
                label for="email" { "E-mail address" }
                input #email type="email" name="email" value=(email) autocomplete="email" maxlength="254" required
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| "email-error")];
                @if let Some(error) = error {
                    p.error #email-error role="alert" { "This does not work: " (error) "." }
                }
            }
            button type="submit" { "Send me a link" }
        }
    };
    page::bare("Sign in", main)
}

fn sent(site: &Site, address: &Address) -> Markup {
    let mailbox = site.settings().mail == Mail::Mailbox && site.settings().environment != Environment::Prod;
    let main = html! {
        p {
            "If " strong { (address.as_str()) } " may sign in here, a mail with a link is on its way to it. "
            "Open the link, and press the button on its page."
        }
        p.quiet-text {
            "Nothing came? Look among the spam. One address is sent at most three mails in 15 minutes, and ten in a day."
        }
        @if mailbox {
            p { "Nothing leaves this machine: " a href="/dev/mailbox" { "open the mailbox" } "." }
        }
    };
    page::bare("Look into your mail", main)
}

/// One answer to a link that is unknown, used, ended or expired.
fn no_longer_valid() -> Response {
    let main = html! {
        p { "This link is invalid or has expired. A link works once, and for a few minutes only." }
        p { a href="/sign-in" { "Ask for a new one" } }
    };
    (StatusCode::GONE, page::bare("Sign in", main)).into_response()
}
