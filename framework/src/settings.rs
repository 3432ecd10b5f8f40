//! The settings, from environment variables: read once, checked together, and printed without secrets.

mod error;
mod read;
mod variables;

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use hmac::{Hmac, KeyInit, Mac};
use ipnet::IpNet;
use sha2::Sha256;
use url::Url;

pub use error::{SettingError, SettingErrors};
pub(crate) use variables::Variables;

/// The settings of a server. Made by [`Settings::from_env`]; every field has been checked against the others.
#[derive(Clone)]
pub struct Settings {
    /// `DATABASE_URL`: `sqlite://…` or `postgres://…`. May hold a password.
    pub database_url: String,
    /// `DATABASE_DIRECT_URL`, if it was given: `DATABASE_URL` leads to a pooler in transaction mode, and this one to the PostgreSQL server
    /// itself. May hold a password. See [`Settings::direct_url`].
    pub given_direct_url: Option<String>,
    /// `SAMARA_LISTEN`: the address to listen on. Port 0 means any free port.
    pub listen: SocketAddr,
    /// `SAMARA_BASE_URL`, if it was given: the address by which people reach the site, without a path. See [`Settings::base_url`].
    pub given_base_url: Option<Url>,
    /// `SAMARA_ENV`.
    pub environment: Environment,
    /// `SAMARA_MAIL`.
    pub mail: MailSetting,
    /// `SAMARA_MAIL_FROM`, if it was given: the sender of every mail.
    pub mail_from: Option<lettre::Address>,
    /// `SAMARA_REGISTRATION`.
    pub registration: Registration,
    /// `SAMARA_SECRET`: the key of what the server signs and mails.
    pub secret: Secret,
    /// `SAMARA_TRUSTED_PROXIES`: peers whose `X-Forwarded-For` is trusted. Usually empty.
    pub trusted_proxies: Vec<IpNet>,
    /// `SAMARA_ORIGINS`: other sites whose pages may use the API, each as browsers send it in `Origin`. Usually empty.
    pub origins: Vec<String>,
}

/// Where the server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// On a developer's machine: migrates and seeds at start, shows GraphiQL and the mailbox.
    Dev,
    /// Under tests: as dev, without seeds and GraphiQL.
    Test,
    /// In production.
    Prod,
}

/// How mail is sent.
#[derive(Clone, PartialEq, Eq)]
pub enum MailSetting {
    /// It is not sent: the mailbox page shows it. Dev and test only.
    Mailbox,
    /// By this SMTP server: `smtp://…` or `smtps://…`, may hold a password.
    Smtp(String),
    /// Not set. Mail stays in the outbox until it expires, so nobody can sign in by mail.
    Unset,
}

/// Whether an unknown address may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// It may: signing in registers a user.
    Open,
    /// It gets no mail; the response does not reveal this.
    Closed,
}

/// A key that is never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A key that is this text.
    pub(crate) fn of(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The authentication code of a message, under this key and for one purpose: a code for one purpose is not valid for another.
    pub(crate) fn mac(&self, purpose: &'static str, message: &str) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).expect("any key length");
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(message.as_bytes());
        mac
    }

    /// A key for one purpose; neither this key nor that of another purpose can be derived from it.
    pub(crate) fn key(&self, purpose: &'static str) -> [u8; 32] {
        self.mac(purpose, "").finalize().into_bytes().into()
    }
}

impl Settings {
    /// Reads the process's environment, and in dev and test the file `.env` of the current folder or of one around it, up to the one that
    /// holds `Cargo.lock`. What the environment holds comes first.
    ///
    /// # Errors
    /// All errors at once, each naming its variable.
    pub fn from_env() -> Result<Self, SettingErrors> {
        let variables = Variables::of_process().map_err(|it| SettingErrors(vec![it]))?;
        Self::read(|name| variables.get(name))
    }

    /// Variables that start with `SAMARA_` but are no settings: perhaps misspelt.
    pub(crate) fn unknown(variables: &Variables) -> Vec<String> {
        read::unknown(variables.names())
    }

    /// As [`Settings::from_env`], with variables from `lookup`.
    ///
    /// # Errors
    /// All errors at once, each naming its variable.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingErrors> {
        read::settings(&lookup)
    }

    /// The sender of mails: `SAMARA_MAIL_FROM`, or `no-reply@` the host of the site at `base_url`; `None` if that is no address. A site
    /// without a name is on this machine.
    pub(crate) fn sender(&self, base_url: &Url) -> Option<lettre::Address> {
        let host = base_url.domain().unwrap_or("localhost");
        self.mail_from.clone().or_else(|| lettre::Address::new("no-reply", host).ok())
    }

    /// The address of the database, to be shown: without its password.
    pub fn database(&self) -> String {
        error::masked(&self.database_url)
    }

    /// The address that leads straight to the database, as migrations need it: `DATABASE_DIRECT_URL`, or `DATABASE_URL`. May hold a password.
    pub fn direct_url(&self) -> &str {
        self.given_direct_url.as_deref().unwrap_or(&self.database_url)
    }

    /// The address by which people reach the site, without a path: `SAMARA_BASE_URL`, or that of `bound`.
    pub fn base_url(&self, bound: SocketAddr) -> Url {
        self.given_base_url.clone().unwrap_or_else(|| read::default_base_url(bound))
    }
}

impl Environment {
    /// `dev`, `test` or `prod`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Test => "test",
            Self::Prod => "prod",
        }
    }

    /// Whether it is [`Environment::Prod`].
    pub fn is_prod(self) -> bool {
        self == Self::Prod
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for MailSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mailbox => f.write_str("Mailbox"),
            Self::Smtp(url) => write!(f, "Smtp({})", error::masked(url)),
            Self::Unset => f.write_str("Unset"),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("database_url", &self.database())
            .field("given_direct_url", &self.given_direct_url.as_deref().map(error::masked))
            .field("listen", &self.listen)
            .field("given_base_url", &self.given_base_url.as_ref().map(Url::as_str))
            .field("environment", &self.environment)
            .field("mail", &self.mail)
            .field("mail_from", &self.mail_from)
            .field("registration", &self.registration)
            .field("secret", &self.secret)
            .field("trusted_proxies", &self.trusted_proxies)
            .field("origins", &self.origins)
            .finish()
    }
}

/// Whether only this machine can reach it.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(it)) => it.is_loopback(),
        Some(url::Host::Ipv6(it)) => IpAddr::from(it).to_canonical().is_loopback(),
        Some(url::Host::Domain(it)) => it == "localhost" || it.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests;
