//! `/sign-in`, `/auth/link/{token}` and `/sign-out`.
//!
//! These pages use the bare layout, so that their own form is the first of the page. A GET has no effect: mail scanners open links, and
//! some of them run scripts, but none presses the button.

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use maud::{Markup, html};
use url::form_urlencoded;

use crate::auth::{Caller, link, session};
use crate::mail::Address;
use crate::settings::{Environment, MailSetting, Registration};

use crate::site::value::bdi;
use crate::site::{Form, FormFields, PageError, Site, Visitor, page, return_to, value};

type SignInResponse = Result<Response, PageError>;

/// The pages of signing in and out.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/sign-in", get(ask).post(send))
        .route("/auth/link/{token}", get(show).post(consume))
        .route("/sign-out", get(offer_sign_out).post(sign_out))
}

/// The page in the place of those, for an app whose people cannot sign in yet: on a developer's machine it says what to add.
pub(crate) fn without_strategy() -> Router<Site> {
    Router::new().route("/sign-in", get(async || page::bare("Sign in", no_strategy())))
}

/// What to do so that people can sign in.
fn no_strategy() -> Markup {
    html! {
        p { "Nobody can sign in yet: the app says who people are, but not how they sign in." }
        p { "Add sign-in by a link that is mailed to them, and its table:" }
        pre { code { "samara add strategy magic-link\nsamara codegen add_magic_links" } }
        p.quiet-text { "Then start the server again." }
    }
}

async fn ask(visitor: Visitor, RawQuery(query): RawQuery) -> Markup {
    let wanted = wanted(visitor.site(), &FormFields::parse(query.unwrap_or_default().as_bytes()));
    address_form(&visitor, "", wanted.as_deref(), None)
}

/// The response is the same whether the address is known or not, and whether a mail was sent or there were too many.
async fn send(caller: Caller, Form { visitor, fields }: Form) -> SignInResponse {
    let site = visitor.site();
    let email = fields.get("email").unwrap_or_default();
    let wanted = wanted(site, &fields);
    let Ok(address) = Address::parse(email) else {
        let error = "This is not an e-mail address. Type one such as ada@example.org.";
        let form = address_form(&visitor, email, wanted.as_deref(), Some(error));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, form).into_response());
    };
    link::request(site.engine(), site.roles(), &address, &caller, wanted.as_deref()).await?;
    Ok(sent(site, &address, wanted.as_deref())?.into_response())
}

async fn show(
    visitor: Visitor,
    token: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> SignInResponse {
    let site = visitor.site();
    let Ok(Path(token)) = token else { return Ok(no_longer_valid()) };
    let Some(shown) = link::show(site.engine(), site.roles(), &token).await? else { return Ok(no_longer_valid()) };
    let wanted = wanted(site, &FormFields::parse(query.unwrap_or_default().as_bytes()));
    let main = html! {
        p { "You are about to sign in as " strong { (shown.address) } "." }
        @if visitor.user().is_some() {
            p { "In this browser " strong { (bdi(&visitor.name())) } " is signed in; that ends." }
        }
        form method="post" action={ "/auth/link/" (token) } {
            (visitor.csrf_field())
            @if let Some(path) = wanted { input type="hidden" name="return_to" value=(path); }
            button type="submit" { "Sign in" }
        }
        p.quiet-text {
            "The link was asked for from " (shown.agent) ". It works once, until " (value::time(shown.expires_at, value::TimePrecision::Clock)) ". "
            "If it was not you who asked, close this page, and nothing happens."
        }
    };
    Ok(page::bare("Sign in", main).into_response())
}

async fn consume(
    token: Result<Path<String>, PathRejection>,
    caller: Caller,
    Form { visitor, fields }: Form,
) -> SignInResponse {
    let site = visitor.site();
    let Ok(Path(token)) = token else { return Ok(no_longer_valid()) };
    let caller = Caller { session: visitor.session(), ..caller };
    let registration = site.settings().registration;
    let started = link::consume(site.engine(), site.roles(), registration, &token, &caller).await?;
    let Some(started) = started else { return Ok(no_longer_valid()) };
    let names = site.cookies();
    visitor.jar().add(names.set(names.session, started.token.reveal(), Some(session::COOKIE_SECONDS)));
    visitor.jar().add(names.set(names.form, "", Some(0)));
    let wanted = wanted(site, &fields);
    Ok(Redirect::to(wanted.as_deref().unwrap_or("/")).into_response())
}

async fn offer_sign_out(visitor: Visitor) -> Markup {
    let main = html! {
        @if visitor.user().is_some() {
            p { "You are signed in as " strong { (bdi(&visitor.name())) } "." }
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

/// A visitor who is not signed in (any more) is simply redirected, whatever their form holds.
async fn sign_out(State(site): State<Site>, visitor: Visitor, request: Request) -> Result<Redirect, PageError> {
    let Some(session) = visitor.session() else { return Ok(Redirect::to("/")) };
    let Form { visitor, .. } = Form::posted_by(visitor, request, &site).await?;
    session::revoke(site.engine(), site.roles(), session).await?;
    Ok(visitor.signed_out())
}

/// The page to return to after signing in.
fn wanted(site: &Site, fields: &FormFields) -> Option<String> {
    fields.get("return_to").and_then(|it| return_to::local(it, site.base_url()))
}

fn address_form(visitor: &Visitor, email: &str, return_to: Option<&str>, error: Option<&str>) -> Markup {
    let main = html! {
        @if visitor.user().is_some() {
            p.notice { "You are signed in as " strong { (bdi(&visitor.name())) } ". " a href="/" { "Go to the start page" } }
        }
        p { "Type your e-mail address, and we send you a link that signs you in. There is no password." }
        form method="post" action="/sign-in" {
            (visitor.csrf_field())
            @if let Some(path) = return_to { input type="hidden" name="return_to" value=(path); }
            div.field {
                label for="email" { "E-mail address" }
                input #email type="email" name="email" value=(email) autocomplete="email" maxlength="254" required autofocus
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| "email-error")];
                @if let Some(error) = error { p.error #email-error role="alert" { (error) } }
            }
            button type="submit" { "Send me a link" }
        }
        @if visitor.site().settings().registration == Registration::Open {
            p.quiet-text { "Are you new here? The same link makes your account." }
        }
    };
    page::bare("Sign in", main)
}

fn sent(site: &Site, address: &Address, return_to: Option<&str>) -> Result<Markup, PageError> {
    let mailbox = site.settings().mail == MailSetting::Mailbox && site.settings().environment != Environment::Prod;
    let main = html! {
        p {
            "If " strong { (address.as_str()) } " may sign in here, a mail with a link is on its way to it. "
            "Open the link within " (value::span(site.roles().link()?.lifetime)) ", and press the button on its page."
        }
        @if mailbox {
            p.notice { "Nothing leaves this machine: " a href="/dev/mailbox" { "open the mailbox" } "." }
        }
        p.quiet-text {
            "Nothing came? Look among the spam. One address is sent at most three mails in 15 minutes, and ten in a day."
        }
        p { a href=(again(return_to)) { "Use another address" } }
    };
    Ok(page::bare("Look into your mail", main))
}

/// The address of the sign-in page, with the page to return to.
fn again(return_to: Option<&str>) -> String {
    let Some(path) = return_to else { return "/sign-in".into() };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", path).finish();
    format!("/sign-in?{query}")
}

/// The page for a link that is unknown, used, revoked or expired: the same for all.
fn no_longer_valid() -> Response {
    let main = html! {
        p { "This link is invalid or has expired. A link works once, and for a few minutes only." }
        p { a.button href="/sign-in" { "Ask for a new one" } }
    };
    (StatusCode::GONE, page::bare("This link does not work", main)).into_response()
}
