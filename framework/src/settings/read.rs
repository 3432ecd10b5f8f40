//! Reads [`Settings`] from environment variables: one function for each variable, then the rules between them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use lettre::{AsyncSmtpTransport, Tokio1Executor};
use url::Url;

use super::error::masked;
use super::{Environment, MailSetting, Registration, Secret, SettingError, SettingErrors, Settings, is_loopback};

const DATABASE_URL: &str = "DATABASE_URL";
const DATABASE_DIRECT_URL: &str = "DATABASE_DIRECT_URL";
const LISTEN: &str = "SAMARA_LISTEN";
const BASE_URL: &str = "SAMARA_BASE_URL";
pub(super) const ENVIRONMENT: &str = "SAMARA_ENV";
const MAIL: &str = "SAMARA_MAIL";
const MAIL_FROM: &str = "SAMARA_MAIL_FROM";
const REGISTRATION: &str = "SAMARA_REGISTRATION";
const SECRET: &str = "SAMARA_SECRET";
const TRUSTED_PROXIES: &str = "SAMARA_TRUSTED_PROXIES";
const ORIGINS: &str = "SAMARA_ORIGINS";

/// Every variable that is read, here or by tests.
const KNOWN: [&str; 10] = [
    LISTEN,
    BASE_URL,
    ENVIRONMENT,
    MAIL,
    MAIL_FROM,
    REGISTRATION,
    SECRET,
    TRUSTED_PROXIES,
    ORIGINS,
    "SAMARA_TEST_POSTGRES",
];

const SQLITE_FILE: &str = "sqlite://var/app.db?mode=rwc";
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4000);
/// The key in dev and test, where nothing is worth forging.
const DEV_SECRET: &str = "not a secret: dev and test only";
const SHORTEST_SECRET: usize = 16;

type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

pub(super) fn settings(lookup: Lookup<'_>) -> Result<Settings, SettingErrors> {
    let mut read = SettingsReader { lookup, errors: Vec::new() };
    let environment = read.environment();
    let settings = Settings {
        database_url: read.database_url(),
        given_direct_url: read.direct_url(),
        listen: read.listen(),
        given_base_url: read.base_url(),
        environment,
        mail: read.mail(environment),
        mail_from: read.mail_from(),
        registration: read.registration(environment),
        secret: read.secret(environment),
        trusted_proxies: read.trusted_proxies(),
        origins: read.origins(),
    };
    if environment.is_prod() {
        read.prod_is_reached_by_https(&settings);
    }
    read.a_pooler_is_before_postgres(&settings);
    read.mail_has_a_sender(&settings);
    if read.errors.is_empty() { Ok(settings) } else { Err(SettingErrors(read.errors)) }
}

fn is_postgres(url: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|it| url.starts_with(it))
}

/// Whether a text is an origin as browsers send it. A `*` may stand in a host, but no browser sends one.
fn is_origin(text: &str) -> bool {
    origin(text).is_some_and(|it| it == text)
}

/// The origin of a web address, as browsers send it: scheme, host, and the port unless it is the scheme's own.
///
/// Source: WHATWG HTML, "serialization of an origin".
fn origin(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && !address.contains('*');
    is_web.then(|| url.origin().ascii_serialization())
}

/// Those of `names` that look like settings but are none.
pub(super) fn unknown(names: impl Iterator<Item = String>) -> Vec<String> {
    names.filter(|it| it.starts_with("SAMARA_") && !KNOWN.contains(&it.as_str())).collect()
}

/// `http://{listen}`; an address that means "every interface" cannot be opened in a browser, so it is replaced by this machine's.
pub(super) fn default_base_url(listen: SocketAddr) -> Url {
    let host = match listen.ip() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    let text = format!("http://{}", SocketAddr::new(host, listen.port()));
    #[expect(clippy::expect_used, reason = "a socket address after http:// is an address")]
    Url::parse(&text).expect("a socket address makes a URL")
}

struct SettingsReader<'a> {
    lookup: Lookup<'a>,
    errors: Vec<SettingError>,
}

impl SettingsReader<'_> {
    /// The variable's text; empty counts as not set.
    fn get(&self, variable: &str) -> Option<String> {
        (self.lookup)(variable).map(|it| it.trim().to_owned()).filter(|it| !it.is_empty())
    }

    fn error(&mut self, variable: &'static str, holds: Option<String>, rule: impl Into<String>) {
        self.errors.push(SettingError { variable, holds, rule: rule.into() });
    }

    fn environment(&mut self) -> Environment {
        match self.get(ENVIRONMENT).as_deref() {
            None | Some("dev") => Environment::Dev,
            Some("test") => Environment::Test,
            Some("prod") => Environment::Prod,
            Some(other) => {
                self.error(ENVIRONMENT, Some(other.into()), "it may hold `dev`, `test` or `prod`");
                Environment::Dev
            }
        }
    }

    fn database_url(&mut self) -> String {
        let Some(url) = self.get(DATABASE_URL) else { return SQLITE_FILE.into() };
        if !url.starts_with("sqlite:") && !is_postgres(&url) {
            self.error(
                DATABASE_URL,
                Some(masked(&url)),
                "it may hold `sqlite://FILE?mode=rwc` or `postgres://USER@HOST/NAME`",
            );
        }
        url
    }

    fn direct_url(&mut self) -> Option<String> {
        let url = self.get(DATABASE_DIRECT_URL)?;
        if !is_postgres(&url) {
            self.error(DATABASE_DIRECT_URL, Some(masked(&url)), "it may hold `postgres://USER@HOST/NAME`");
        }
        Some(url)
    }

    fn listen(&mut self) -> SocketAddr {
        let Some(text) = self.get(LISTEN) else { return DEFAULT_LISTEN };
        text.parse().unwrap_or_else(|_| {
            self.error(LISTEN, Some(text), "it may hold an IP address and a port, such as `127.0.0.1:4000`");
            DEFAULT_LISTEN
        })
    }

    fn base_url(&mut self) -> Option<Url> {
        let text = self.get(BASE_URL)?;
        let url = Url::parse(&text).ok().filter(|it| {
            let web = matches!(it.scheme(), "http" | "https") && it.has_host();
            let bare = it.path() == "/" && it.query().is_none() && it.fragment().is_none();
            web && bare && it.username().is_empty() && it.password().is_none()
        });
        if url.is_none() {
            let rule = "it may hold `http://` or `https://` with a host and perhaps a port, and nothing after it";
            self.error(BASE_URL, Some(masked(&text)), rule);
        }
        url
    }

    fn mail(&mut self, environment: Environment) -> MailSetting {
        match self.get(MAIL) {
            None if environment.is_prod() => MailSetting::Unset,
            None => MailSetting::Mailbox,
            Some(it) if it == "dev" => {
                if environment.is_prod() {
                    let rule =
                        "the mailbox page shows everybody's sign-in links, so in prod it may only hold `smtp://…`";
                    self.error(MAIL, Some(it), rule);
                }
                MailSetting::Mailbox
            }
            Some(it) => {
                let known = AsyncSmtpTransport::<Tokio1Executor>::from_url(&it).is_ok();
                if !known {
                    let rule = "it may hold `dev` (a mailbox page), `smtp://USER:PASSWORD@HOST:PORT?tls=required` or `smtps://…`";
                    self.error(MAIL, Some(masked(&it)), rule);
                }
                MailSetting::Smtp(it)
            }
        }
    }

    fn mail_from(&mut self) -> Option<lettre::Address> {
        let text = self.get(MAIL_FROM)?;
        let address = text.parse().ok();
        if address.is_none() {
            self.error(MAIL_FROM, Some(text), "it may hold an e-mail address");
        }
        address
    }

    fn registration(&mut self, environment: Environment) -> Registration {
        match self.get(REGISTRATION).as_deref() {
            Some("open") => Registration::Open,
            Some("closed") => Registration::Closed,
            None if environment.is_prod() => Registration::Closed,
            None => Registration::Open,
            Some(other) => {
                self.error(REGISTRATION, Some(other.into()), "it may hold `open` or `closed`");
                Registration::Closed
            }
        }
    }

    fn secret(&mut self, environment: Environment) -> Secret {
        let text = self.get(SECRET);
        match &text {
            None if environment.is_prod() => {
                let rule = "prod needs a key of its own; make one with `openssl rand -base64 32`";
                self.error(SECRET, None, rule);
            }
            Some(it) if it.len() < SHORTEST_SECRET => {
                let rule = format!(
                    "it must be at least {SHORTEST_SECRET} bytes long; make one with `openssl rand -base64 32`"
                );
                self.error(SECRET, Some("…".into()), rule);
            }
            _ => {}
        }
        Secret::of(text.unwrap_or_else(|| DEV_SECRET.into()))
    }

    fn trusted_proxies(&mut self) -> Vec<ipnet::IpNet> {
        let text = self.get(TRUSTED_PROXIES).unwrap_or_default();
        let mut proxies = Vec::new();
        for item in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            match item.parse().or_else(|_| item.parse::<IpAddr>().map(Into::into)) {
                Ok(net) => proxies.push(net),
                Err(_) => {
                    let rule =
                        "it may hold IP addresses and networks with commas between, such as `10.0.0.0/8, 192.0.2.7`";
                    self.error(TRUSTED_PROXIES, Some(text.clone()), rule);
                    break;
                }
            }
        }
        proxies
    }

    fn origins(&mut self) -> Vec<String> {
        let text = self.get(ORIGINS).unwrap_or_default();
        let (origins, others): (Vec<_>, Vec<_>) =
            text.split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).partition(|it| is_origin(it));
        for other in others {
            let mut rule = "it may hold origins as browsers send them, with commas between, such as \
                 `https://play.example.org, http://localhost:8060`; never `*`, never `null`, and nothing after the port"
                .to_owned();
            if let Some(meant) = origin(&other) {
                rule.push_str(&format!("; this one is written `{meant}`"));
            }
            self.error(ORIGINS, Some(masked(&other)), rule);
        }
        origins
    }

    /// Of two addresses the first is that of a pooler.
    fn a_pooler_is_before_postgres(&mut self, settings: &Settings) {
        if settings.given_direct_url.is_some() && !is_postgres(&settings.database_url) {
            let rule = "beside `DATABASE_DIRECT_URL` it must hold the `postgres://…` address of a pooler; without a pooler that one is not set";
            self.error(DATABASE_URL, self.get(DATABASE_URL).map(|it| masked(&it)), rule);
        }
    }

    /// Without `SAMARA_MAIL_FROM` the sender is named after the base URL, which must be a name that mail knows.
    fn mail_has_a_sender(&mut self, settings: &Settings) {
        let named = settings.sender(&settings.base_url(settings.listen)).is_some();
        if matches!(settings.mail, MailSetting::Smtp(_)) && !named {
            let rule = "the host of `SAMARA_BASE_URL` makes no e-mail address, so say which one mails are sent from";
            self.error(MAIL_FROM, None, rule);
        }
    }

    /// Cookies and links are sent to the base URL; over plain HTTP others can read them, unless they stay on this machine.
    fn prod_is_reached_by_https(&mut self, settings: &Settings) {
        let url = settings.base_url(settings.listen);
        let every_interface = settings.given_base_url.is_none() && settings.listen.ip().is_unspecified();
        if url.scheme() == "https" || (is_loopback(&url) && !every_interface) {
            return;
        }
        let holds = settings.given_base_url.as_ref().map(|it| it.as_str().trim_end_matches('/').to_owned());
        self.error(
            BASE_URL,
            holds,
            "in prod it must be the `https://` address that people type, or one on this machine",
        );
    }
}
