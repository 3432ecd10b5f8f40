//! The mails of sign-in: which are sent, and in which words, as plain text and as HTML.

use chrono::SubsecRound;
use maud::html;
use url::Url;

use crate::context::Context;
use crate::engine::Engine;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::mail::{Courier, MailText, Template};
use crate::own::OutboxMail;
use crate::settings::{Registration, Settings};
use crate::value::DateTimeUtc;

use super::link::SignInMethod;
use super::{Nonce, Roles, agent, registration};

/// A courier of the site at `base_url` that sends the mails of sign-in.
///
/// # Errors
/// `INTERNAL` if the mail server's address cannot be used; the message is in the source.
pub fn courier(engine: Engine, settings: &Settings, base_url: Url) -> Result<Courier, Error> {
    let roles = Roles::of(engine.app());
    let template = |method| -> Box<dyn Template> {
        let registration = settings.registration;
        Box::new(SignInMail { method, registration, roles: roles.clone(), base_url: base_url.clone() })
    };
    let templates = [SignInMethod::Link, SignInMethod::Code].map(template).into();
    Courier::new(engine, settings, base_url, templates)
}

/// The mail that a sign-in is finished with. A link stands alone on its line of the text, a code too.
#[derive(Debug)]
struct SignInMail {
    method: SignInMethod,
    registration: Registration,
    roles: Roles,
    base_url: Url,
}

/// What the words are made of.
#[derive(Clone, Debug)]
struct SignInDetails<'a> {
    site: &'a str,
    /// The link, or the code.
    secret: &'a str,
    /// The program that asked, as described by the framework.
    agent: &'a str,
    ip: Option<&'a str>,
    expires_at: DateTimeUtc,
}

impl SignInMethod {
    /// The name of its mail's template.
    pub(super) fn template(self) -> &'static str {
        match self {
            Self::Link => "SIGN_IN_LINK",
            Self::Code => "SIGN_IN_CODE",
        }
    }
}

impl Template for SignInMail {
    fn name(&self) -> &'static str {
        self.method.template()
    }

    /// Where registration is closed an address that nobody has gets none, and that of somebody who is kept out never does. Who
    /// asked is not told.
    fn is_wanted<'a>(&'a self, cx: &'a Context, mail: &'a OutboxMail) -> BoxFuture<'a, Result<bool, Error>> {
        Box::pin(async move {
            Ok(match self.registration {
                Registration::Open => !registration::is_kept_out(cx, &self.roles, &mail.recipient).await?,
                Registration::Closed => registration::find(cx, &self.roles, &mail.recipient).await?.is_some(),
            })
        })
    }

    fn compose(&self, cx: &Context, site: &str, mail: &OutboxMail) -> Result<Option<MailText>, Error> {
        let Some(nonce) = mail.secret.as_deref().map(Nonce::of) else { return Ok(None) };
        let key = cx.engine().secret()?;
        let detail = |name: &str| mail.detail.get(name).and_then(|it| it.as_str());
        let secret = match self.method {
            SignInMethod::Link => link(&self.base_url, nonce.link(key).reveal(), detail("return_to")),
            SignInMethod::Code => nonce.code(key).reveal().to_owned(),
        };
        let agent = agent::described(detail("agent"));
        let details =
            SignInDetails { site, secret: &secret, agent: &agent, ip: detail("ip"), expires_at: mail.expires_at };
        Ok(Some(words(self.method, &details)))
    }
}

/// The words. Pure.
fn words(method: SignInMethod, details: &SignInDetails<'_>) -> MailText {
    let SignInDetails { site, secret, .. } = details;
    let (subject, wish) = match method {
        SignInMethod::Link => (format!("Sign in to {site}"), format!("Open this link to sign in to {site}:")),
        SignInMethod::Code => (
            format!("Your sign-in code for {site}"),
            format!("Type this code where you asked for it, to sign in to {site}:"),
        ),
    };
    let until = details.expires_at.trunc_subsecs(0).format("%H:%M UTC on %-d %B %Y");
    let until = format!("It works once, until {until}.");
    let from = asked_from(details);
    let ignore = "If it was not you who asked, ignore this mail: without it nobody can sign in.";
    let text = format!("{wish}\n\n{secret}\n\n{until}\n{from}\n\n{ignore}\n");
    let body = html! {
        p { (wish) }
        @match method {
            SignInMethod::Link => p { a href=(secret) { (secret) } },
            SignInMethod::Code => p { strong { (secret) } },
        }
        p { (until) " " (from) }
        p { (ignore) }
    };
    MailText { subject, text, body }
}

fn link(base_url: &Url, token: &str, return_to: Option<&str>) -> String {
    let mut url = base_url.clone();
    url.set_path(&format!("/auth/link/{token}"));
    if let Some(path) = return_to {
        url.query_pairs_mut().append_pair("return_to", path);
    }
    url.into()
}

fn asked_from(details: &SignInDetails<'_>) -> String {
    match details.ip {
        Some(ip) => format!("It was asked for from {} at {ip}.", details.agent),
        None => format!("It was asked for from {}.", details.agent),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn compose(method: SignInMethod, secret: &str) -> MailText {
        let time: DateTimeUtc = "2026-01-02T03:04:05.678901Z".parse().unwrap();
        let expires_at = time + chrono::TimeDelta::minutes(10);
        let (agent, ip) = ("Firefox on Linux", Some("192.0.2.7"));
        words(method, &SignInDetails { site: "Shipyard", secret, agent, ip, expires_at })
    }

    #[test]
    fn a_link_mail_holds_the_address_once_and_when_it_ends() {
        let site = Url::parse("https://play.example.org").unwrap();
        let url = link(&site, "ml_abc", Some("/me?a=b"));
        assert_eq!(url, "https://play.example.org/auth/link/ml_abc?return_to=%2Fme%3Fa%3Db");
        let mail = compose(SignInMethod::Link, &url);
        assert_eq!(mail.text.lines().filter(|it| *it == url).count(), 1, "{}", mail.text);
        assert_eq!(mail.text.matches("ml_abc").count(), 1);
        assert!(mail.text.contains("until 03:14 UTC on 2 January 2026"), "{}", mail.text);
        assert!(mail.text.contains("asked for from Firefox on Linux at 192.0.2.7."), "{}", mail.text);
    }

    #[test]
    fn a_mail_says_whose_it_is() {
        let link = compose(SignInMethod::Link, "https://play.example.org/auth/link/ml_abc");
        assert_eq!(link.subject, "Sign in to Shipyard");
        assert!(link.text.starts_with("Open this link to sign in to Shipyard:\n"), "{}", link.text);
        let code = compose(SignInMethod::Code, "01234567");
        assert_eq!(code.subject, "Your sign-in code for Shipyard");
        assert!(code.body.0.contains("to sign in to Shipyard:"), "{}", code.body.0);
    }

    #[test]
    fn a_code_stands_alone_on_its_line() {
        let mail = compose(SignInMethod::Code, "01234567");
        assert_eq!(mail.text.lines().filter(|it| *it == "01234567").count(), 1, "{}", mail.text);
        assert!(!mail.text.contains("http"), "{}", mail.text);
    }
}
