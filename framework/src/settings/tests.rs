//! Each variable's rule, the rules between them, and that no secret is printed.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;

fn read(pairs: &[(&str, &str)]) -> Result<Settings, SettingErrors> {
    Settings::read(|name| pairs.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned()))
}

fn errors(pairs: &[(&str, &str)]) -> String {
    read(pairs).unwrap_err().to_string()
}

const PROD: [(&str, &str); 2] = [("SAMARA_ENV", "prod"), ("SAMARA_SECRET", "0123456789abcdef0123456789abcdef")];

fn prod(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    PROD.iter().chain(more).copied().collect()
}

#[test]
fn an_empty_environment_is_dev_on_a_file() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.environment, Environment::Dev);
    assert_eq!(settings.database_url, "sqlite://var/app.db?mode=rwc");
    assert_eq!(settings.base_url(settings.listen).as_str(), "http://127.0.0.1:4000/");
    assert_eq!(settings.mail, MailSetting::Mailbox);
    assert_eq!(settings.registration, Registration::Open);
}

#[test]
fn all_errors_come_at_once_and_say_what_may_be_held() {
    let text = errors(&[
        ("SAMARA_ENV", "production"),
        ("DATABASE_URL", "mysql://root:hunter2@db/app"),
        ("SAMARA_LISTEN", "4000"),
        ("SAMARA_BASE_URL", "example.org/app"),
        ("SAMARA_MAIL", "mail.example.org"),
        ("SAMARA_MAIL_FROM", "me"),
        ("SAMARA_REGISTRATION", "yes"),
        ("SAMARA_SECRET", "short"),
        ("SAMARA_TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
        ("SAMARA_ORIGINS", "https://play.example.org, *"),
    ]);
    assert_eq!(text.lines().count(), 10, "{text}");
    assert!(text.contains("`SAMARA_ENV` holds `production`: it may hold `dev`, `test` or `prod`"), "{text}");
    assert!(text.contains("`DATABASE_URL` holds `mysql://root:…@db/app`"), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("short"), "{text}");
}

#[test]
fn a_second_address_of_the_database_makes_the_first_that_of_a_pooler() {
    let direct = ("DATABASE_DIRECT_URL", "postgres://app:hunter2@db/app");
    let settings = read(&[("DATABASE_URL", "postgres://app:hunter2@pooler/app"), direct]).unwrap();
    assert_eq!(settings.direct_url(), direct.1);
    assert!(!format!("{settings:?}").contains("hunter2"), "{settings:?}");
    let alone = read(&[("DATABASE_URL", "postgres://db/app")]).unwrap();
    assert_eq!(alone.direct_url(), "postgres://db/app");
    assert!(errors(&[direct]).starts_with("`DATABASE_URL` is not set: beside `DATABASE_DIRECT_URL` it must hold"));
    assert!(errors(&[("DATABASE_URL", "sqlite://a.db"), direct]).starts_with("`DATABASE_URL` holds `sqlite://a.db`"));
    let wrong =
        errors(&[("DATABASE_URL", "postgres://db/app"), ("DATABASE_DIRECT_URL", "mysql://root:hunter2@db/app")]);
    assert!(wrong.starts_with("`DATABASE_DIRECT_URL` holds `mysql://root:…@db/app`"), "{wrong}");
}

#[test]
fn an_origin_is_what_a_browser_sends() {
    let origins = |text: &str| read(&[("SAMARA_ORIGINS", text)]).map(|it| it.origins);
    assert_eq!(origins(""), Ok(Vec::new()));
    let exact =
        ["https://play.example.org", "http://localhost:8060", "http://[::1]:8060", "https://xn--bcher-kva.example"];
    assert_eq!(origins(&format!(" {} ,", exact.join(" , "))), Ok(exact.map(str::to_owned).to_vec()));
    for (other, meant) in [
        ("*", None),
        ("null", None),
        ("https://*.example.org", None),
        ("play.example.org", None),
        ("app://play.example.org", None),
        ("file:///game", None),
        ("https://a.example https://b.example", None),
        ("https://", None),
        ("https://Play.Example.org", Some("https://play.example.org")),
        ("https://play.example.org/", Some("https://play.example.org")),
        ("https://play.example.org/game", Some("https://play.example.org")),
        ("https://play.example.org?a", Some("https://play.example.org")),
        ("https://play.example.org:443", Some("https://play.example.org")),
        ("http://me@play.example.org:80", Some("http://play.example.org")),
        ("https://bücher.example", Some("https://xn--bcher-kva.example")),
    ] {
        let text = errors(&[("SAMARA_ORIGINS", &format!("https://a.example, {other}"))]);
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.starts_with(&format!("`SAMARA_ORIGINS` holds `{other}`: it may hold origins")), "{text}");
        let told = text.split_once("is written `").map(|(_, it)| it.trim_end_matches('`'));
        assert_eq!(told, meant, "{text}");
    }
    let text = errors(&[("SAMARA_ORIGINS", "null, https://me:hunter2@a.example")]);
    assert!(text.lines().count() == 2 && !text.contains("hunter2"), "{text}");
}

#[test]
fn prod_needs_a_secret_and_https() {
    assert!(errors(&[("SAMARA_ENV", "prod")]).starts_with("`SAMARA_SECRET` is not set"));
    assert!(
        errors(&prod(&[("SAMARA_BASE_URL", "http://example.org")]))
            .contains("`SAMARA_BASE_URL` holds `http://example.org`")
    );
    assert!(errors(&prod(&[("SAMARA_LISTEN", "0.0.0.0:80")])).contains("`SAMARA_BASE_URL` is not set"));
    assert!(errors(&prod(&[("SAMARA_MAIL", "dev")])).contains("`SAMARA_MAIL` holds `dev`"));
    for url in ["http://127.0.0.1:4000", "http://[::1]:4000", "http://localhost", "https://example.org"] {
        assert!(read(&prod(&[("SAMARA_BASE_URL", url)])).is_ok(), "{url}");
    }
}

#[test]
fn prod_closes_registration_unless_told() {
    assert_eq!(read(&PROD).unwrap().registration, Registration::Closed);
    assert_eq!(read(&prod(&[("SAMARA_REGISTRATION", "open")])).unwrap().registration, Registration::Open);
    assert_eq!(read(&PROD).unwrap().mail, MailSetting::Unset);
}

#[test]
fn mail_that_leaves_needs_a_server_and_a_sender() {
    for url in ["smtp://mail.example.org", "smtps://me:secret@mail.example.org", "smtp://127.0.0.1:2525?tls=required"] {
        assert!(read(&[("SAMARA_MAIL", url)]).is_ok(), "{url}");
    }
    for url in ["smtp:", "smtp://mail.example.org?tls=perhaps", "http://mail.example.org"] {
        assert!(errors(&[("SAMARA_MAIL", url)]).starts_with("`SAMARA_MAIL` holds"), "{url}");
    }
    // No label of a domain is that long.
    let site = format!("http://{}", "a".repeat(64));
    let nameless = [("SAMARA_MAIL", "smtp://mail"), ("SAMARA_BASE_URL", site.as_str())];
    assert!(errors(&nameless).starts_with("`SAMARA_MAIL_FROM` is not set"));
    assert!(read(&[nameless[0], nameless[1], ("SAMARA_MAIL_FROM", "no-reply@example.org")]).is_ok());
}

#[test]
fn an_address_to_type_is_never_every_interface() {
    let settings = read(&[("SAMARA_LISTEN", "0.0.0.0:8080")]).unwrap();
    assert_eq!(settings.base_url(settings.listen).as_str(), "http://127.0.0.1:8080/");
}

#[test]
fn what_looks_like_a_setting_and_is_none_is_found() {
    let names = ["SAMARA_SECERT", "SAMARA_SECRET", "PATH", "DATABASE_URL", "SAMARA_TEST_POSTGRES"].map(str::to_owned);
    assert_eq!(read::unknown(names.into_iter()), ["SAMARA_SECERT"]);
}

#[test]
fn debug_prints_no_secret() {
    let settings = read(&[
        ("DATABASE_URL", "postgres://app:hunter2@db/app"),
        ("SAMARA_MAIL", "smtp://me:swordfish@mail"),
        ("SAMARA_SECRET", "correct horse battery staple"),
    ]);
    let text = format!("{:?}", settings.unwrap());
    assert!(!text.contains("hunter2") && !text.contains("swordfish") && !text.contains("horse"), "{text}");
    assert!(text.contains("postgres://app:…@db/app"), "{text}");
    let settings = read(&[("DATABASE_URL", "postgres://app@db/app?host=/run&password=hunter2")]).unwrap();
    assert_eq!(settings.database(), "postgres://app@db/app?…");
    let settings = read(&[("DATABASE_URL", "sqlite://var/app.db?mode=rwc")]).unwrap();
    assert_eq!(settings.database(), "sqlite://var/app.db?mode=rwc");
}

#[test]
fn a_file_is_found_up_to_the_root_of_the_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    std::fs::create_dir_all(at("shop/app/src")).unwrap();
    std::fs::write(at(".env"), "").unwrap();
    assert_eq!(variables::find(&at("shop/app/src")), None, "without a root only the folder itself counts");
    assert_eq!(variables::find(folder.path()), Some(at(".env")));
    std::fs::write(at("shop/Cargo.lock"), "").unwrap();
    assert_eq!(variables::find(&at("shop/app/src")), None, "what lies outside of the workspace is not its");
    std::fs::write(at("shop/.env"), "").unwrap();
    assert_eq!(variables::find(&at("shop/app/src")), Some(at("shop/.env")));
}

#[test]
fn a_file_that_cannot_be_read_is_told_of_without_what_it_holds() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let read = |text: &str| {
        std::fs::write(file.path(), text).unwrap();
        Variables::in_file(file.path()).map_err(|it| it.to_string())
    };
    let variables = read("# a comment\nA_SETTING='pa$$word # 1'\nexport OTHER=2\n").unwrap();
    assert_eq!(variables.get("A_SETTING").as_deref(), Some("pa$$word # 1"));
    assert_eq!(variables.get("OTHER").as_deref(), Some("2"));
    let broken = read("DATABASE_URL=postgres://me:hunter2@db/app two\n").err().unwrap();
    assert!(broken.contains("has a line that is no `NAME=value`") && !broken.contains("hunter2"), "{broken}");
    let placed = read("SAMARA_ENV=prod\n").err().unwrap();
    assert!(placed.contains("for a developer's machine alone"), "{placed}");
}
