//! The words of each mail, as plain text and as HTML.

use chrono::SubsecRound;
use maud::{DOCTYPE, Markup, html};
use serde::Serialize;
use url::Url;

use crate::auth::Nonce;
use crate::auth::token::Token;
use crate::settings::Secret;
use crate::value::{DateTimeUtc, timestamp_text};

/// Which mail it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// Holds a link that signs a browser in.
    SignInLink,
    /// Holds a code that signs the client in that asked for it.
    SignInCode,
}

/// A mail as it is sent.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// One address.
    pub to: String,
    /// Without line breaks.
    pub subject: String,
    /// Plain text; lines end with `\n`. A code stands alone on its line, a link too.
    pub text: String,
    /// The text as an HTML page that loads nothing.
    pub html: String,
    /// When it was sent, RFC 3339.
    pub sent_at: String,
}

/// What a mail is composed of.
#[derive(Clone, Debug)]
pub(super) struct MailContent<'a> {
    pub(super) template: Template,
    pub(super) to: &'a str,
    /// The site's title.
    pub(super) site: &'a str,
    pub(super) base_url: &'a Url,
    pub(super) secret: &'a str,
    pub(super) return_to: Option<&'a str>,
    /// The program that asked, as described by the framework.
    pub(super) agent: &'a str,
    pub(super) ip: Option<&'a str>,
    pub(super) expires_at: DateTimeUtc,
    pub(super) sent_at: DateTimeUtc,
}

impl Template {
    /// What is stored in `template`.
    pub(crate) fn stored(self) -> &'static str {
        match self {
            Self::SignInLink => "SIGN_IN_LINK",
            Self::SignInCode => "SIGN_IN_CODE",
        }
    }

    /// The token or code in it.
    pub(super) fn secret(self, nonce: &Nonce, key: &Secret) -> Token {
        match self {
            Self::SignInLink => nonce.link(key),
            Self::SignInCode => nonce.code(key),
        }
    }

    /// The template of that stored name.
    pub(super) fn of(stored: &str) -> Option<Self> {
        [Self::SignInLink, Self::SignInCode].into_iter().find(|it| it.stored() == stored)
    }
}

/// Composes a mail. Pure.
pub(super) fn compose(facts: &MailContent<'_>) -> Message {
    let site = facts.site;
    let (subject, wish, secret) = match facts.template {
        Template::SignInLink => {
            (format!("Sign in to {site}"), format!("Open this link to sign in to {site}:"), link(facts))
        }
        Template::SignInCode => {
            let wish = format!("Type this code where you asked for it, to sign in to {site}:");
            (format!("Your sign-in code for {site}"), wish, facts.secret.to_owned())
        }
    };
    let until = format!("It works once, until {}.", facts.expires_at.trunc_subsecs(0).format("%H:%M UTC on %-d %B %Y"));
    let from = asked_from(facts);
    let ignore = "If it was not you who asked, ignore this mail: without it nobody can sign in.";
    let text = format!("{wish}\n\n{secret}\n\n{until}\n{from}\n\n{ignore}\n");
    let html = page(
        &subject,
        html! {
            p { (wish) }
            @match facts.template {
                Template::SignInLink => p { a href=(secret) { (secret) } },
                Template::SignInCode => p { strong { (secret) } },
            }
            p { (until) " " (from) }
            p { (ignore) }
        },
    );
    Message { to: facts.to.into(), subject, text, html: html.into_string(), sent_at: timestamp_text(facts.sent_at) }
}

fn link(facts: &MailContent<'_>) -> String {
    let mut url = facts.base_url.clone();
    url.set_path(&format!("/auth/link/{}", facts.secret));
    if let Some(path) = facts.return_to {
        url.query_pairs_mut().append_pair("return_to", path);
    }
    url.into()
}

fn asked_from(facts: &MailContent<'_>) -> String {
    match facts.ip {
        Some(ip) => format!("It was asked for from {} at {ip}.", facts.agent),
        None => format!("It was asked for from {}.", facts.agent),
    }
}

fn page(title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (title) } }
            body { (body) }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn compose_one(template: Template, secret: &str, return_to: Option<&str>) -> Message {
        let time: DateTimeUtc = "2026-01-02T03:04:05.678901Z".parse().unwrap();
        compose(&MailContent {
            template,
            to: "ada@example.org",
            site: "Shipyard",
            base_url: &Url::parse("https://play.example.org").unwrap(),
            secret,
            return_to,
            agent: "Firefox on Linux",
            ip: Some("192.0.2.7"),
            expires_at: time + chrono::TimeDelta::minutes(10),
            sent_at: time,
        })
    }

    #[test]
    fn a_link_mail_holds_the_address_once_and_when_it_ends() {
        let mail = compose_one(Template::SignInLink, "ml_abc", Some("/me?a=b"));
        let url = "https://play.example.org/auth/link/ml_abc?return_to=%2Fme%3Fa%3Db";
        assert_eq!(mail.text.lines().filter(|it| *it == url).count(), 1, "{}", mail.text);
        assert_eq!(mail.text.matches("ml_abc").count(), 1);
        assert!(mail.text.contains("until 03:14 UTC on 2 January 2026"), "{}", mail.text);
        assert!(mail.text.contains("asked for from Firefox on Linux at 192.0.2.7."), "{}", mail.text);
        assert_eq!(mail.sent_at, "2026-01-02T03:04:05.678901Z");
    }

    #[test]
    fn a_mail_says_whose_it_is() {
        let link = compose_one(Template::SignInLink, "ml_abc", None);
        assert_eq!(link.subject, "Sign in to Shipyard");
        assert!(link.text.starts_with("Open this link to sign in to Shipyard:\n"), "{}", link.text);
        let code = compose_one(Template::SignInCode, "01234567", None);
        assert_eq!(code.subject, "Your sign-in code for Shipyard");
        assert!(code.html.contains("to sign in to Shipyard:"), "{}", code.html);
    }

    #[test]
    fn a_code_stands_alone_on_its_line() {
        let mail = compose_one(Template::SignInCode, "01234567", None);
        assert_eq!(mail.text.lines().filter(|it| *it == "01234567").count(), 1, "{}", mail.text);
        assert!(!mail.text.contains("http"), "{}", mail.text);
    }
}
