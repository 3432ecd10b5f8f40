//! `/dev/mailbox`: the mail of a server that sends none. Dev and test only.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use maud::{Markup, html};

use crate::mail::Message;
use crate::settings::{MailSetting, Settings};

use crate::site::{PageError, Site, page, value};

/// The mailbox, where the settings have one.
pub(crate) fn routes(settings: &Settings) -> Router<Site> {
    match settings.mail == MailSetting::Mailbox && !settings.environment.is_prod() {
        true => Router::new().route("/dev/mailbox", get(show)).route("/dev/mailbox.json", get(list)),
        false => Router::new(),
    }
}

async fn list(State(site): State<Site>) -> Result<Json<Vec<Message>>, PageError> {
    Ok(Json(site.courier().mailbox().await?))
}

async fn show(State(site): State<Site>) -> Result<Markup, PageError> {
    let mails = site.courier().mailbox().await?;
    let main = html! {
        p.quiet-text { "Mail that would have been sent, newest first. Also as " a href="/dev/mailbox.json" { "JSON" } "." }
        @if mails.is_empty() { p { "There is none." } }
        @for mail in &mails {
            article {
                h2 { (mail.subject) }
                p.quiet-text { "To " (mail.to) ", " (sent_at(mail)) }
                pre { (linked(&mail.text)) }
            }
        }
    };
    Ok(page::bare("Mailbox", main))
}

fn sent_at(mail: &Message) -> Markup {
    match mail.sent_at.parse() {
        Ok(time) => value::time(time, value::TimePrecision::Minute),
        Err(_) => html! { (mail.sent_at) },
    }
}

/// The text, with each line that is an URL as a link.
fn linked(text: &str) -> Markup {
    html! {
        @for line in text.lines() {
            @if line.starts_with("http://") || line.starts_with("https://") { a href=(line) { (line) } } @else { (line) }
            "\n"
        }
    }
}
