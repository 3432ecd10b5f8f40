//! Settings that make no sense, and what is refused in prod.

use samara::database::Backend;
use samara::testing::TestDatabase;

use super::command::TestFolder;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn every_setting_that_makes_no_sense_is_named_at_once() {
    let nonsense = [
        ("DATABASE_URL", "mysql://localhost/app"),
        ("SAMARA_LISTEN", "4000"),
        ("SAMARA_BASE_URL", "example.org"),
        ("SAMARA_ENV", "production"),
        ("SAMARA_MAIL", "mail.example.org"),
        ("SAMARA_MAIL_FROM", "nobody"),
        ("SAMARA_REGISTRATION", "yes"),
        ("SAMARA_SECRET", "short"),
        ("SAMARA_TRUSTED_PROXIES", "proxy"),
        ("SAMARA_ORIGINS", "*"),
        ("RUST_LOG", "samara=loud"),
    ];
    let place = nonsense.iter().fold(TestFolder::new(), |place, (variable, value)| place.with(variable, *value));
    for command in [&[][..], &["db", "status"], &["seed"]] {
        let ended = place.run(command).failed(&["some settings make no sense", "help: "]);
        for (variable, value) in nonsense {
            let holds = if variable == "SAMARA_SECRET" { "…" } else { value };
            assert!(ended.stderr.contains(&format!("`{variable}` holds `{holds}`")), "{variable}: {}", ended.stderr);
        }
    }
    assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn a_misspelt_setting_is_warned_of() {
    let place = TestFolder::new().with("SAMARA_TRUSTED_PROXY", "10.0.0.1").with("SAMARA_ENV", "test");
    let said = place.run(&["db", "create"]).succeeded().stderr;
    assert!(said.contains("WARN") && said.contains("`SAMARA_TRUSTED_PROXY` is no setting"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_server_behind_another_address_says_where_it_listens() {
    let place = TestFolder::new().with("SAMARA_ENV", "test").with("SAMARA_BASE_URL", "https://play.example.org");
    let mut server = place.start(&[]);
    server.until_it_says("  listens   127.0.0.1:");
    let said = server.stop().succeeded().stdout;
    assert!(said.starts_with("Serving at https://play.example.org/ (test)\n"), "{said}");
}

#[test]
fn the_manifest_needs_no_setting() {
    let place = TestFolder::new().with("SAMARA_ENV", "production").with("DATABASE_URL", "nonsense");
    let manifest = place.run(&["manifest"]).succeeded().stdout;
    assert!(manifest.starts_with('{') && manifest.contains("\"Activity\""), "{manifest}");
}

#[test]
fn what_is_no_command_is_told_of() {
    for arguments in [&["sereve"][..], &["db", "migrate", "now"], &["admin", "grant"], &["--port", "80"]] {
        let ended = TestFolder::new().run(arguments).failed(&["error: ", "Usage: "]);
        assert_eq!(ended.stdout, "");
    }
}

#[test]
fn prod_needs_a_secret() {
    let misspelt = TestFolder::new().with("SAMARA_ENV", "prod").with("SAMARA_SECERT", SECRET);
    misspelt.run(&[]).failed(&["`SAMARA_SECRET` is not set", "`SAMARA_SECERT` is no setting"]);
}

#[test]
fn prod_wants_https_unless_it_stays_on_this_machine() {
    let prod = || TestFolder::new().with("SAMARA_ENV", "prod").with("SAMARA_SECRET", SECRET);
    let refused = prod().with("SAMARA_BASE_URL", "http://play.example.org").run(&[]);
    refused.failed(&["`SAMARA_BASE_URL` holds `http://play.example.org`", "https://"]);
    prod().with("SAMARA_LISTEN", "0.0.0.0:0").run(&[]).failed(&["`SAMARA_BASE_URL` is not set", "https://"]);
    prod().with("SAMARA_MAIL", "dev").run(&[]).failed(&["`SAMARA_MAIL` holds `dev`"]);
    // With it, the next thing to be missed is the database.
    prod().with("SAMARA_BASE_URL", "https://play.example.org").run(&[]).failed(&["error[R0721]"]);
}

#[tokio::test]
async fn prod_does_not_migrate_and_names_the_command_that_does() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let place = TestFolder::on(database.url()).with("SAMARA_ENV", "prod").with("SAMARA_SECRET", SECRET);
        place.run(&[]).failed(&["error[R0726]", "samara db migrate", "m20261122_143305_create_accounts_and_platform"]);
        assert_eq!(place.run(&["db", "status"]).status.code(), Some(1));
        place.run(&["db", "migrate"]).succeeded();
        place.run(&["db", "status"]).succeeded();
        place.run(&["seed"]).failed(&["never written in prod"]);
        let mut server = place.start(&[]);
        let url = server.url();
        assert_eq!(reqwest::get(format!("{url}/readyz")).await.unwrap().status(), 200);
        assert_eq!(reqwest::get(format!("{url}/dev/mailbox.json")).await.unwrap().status(), 404);
        let said = server.stop().succeeded().stdout;
        assert_eq!(said, format!("Serving at {url}/ (prod)\nSAMARA_MAIL is not set, so nobody can sign in by mail.\n"));
        database.remove().await;
    }
}

#[test]
fn a_file_holds_settings_on_a_developers_machine_alone() {
    let place = TestFolder::new();
    std::fs::write(place.file(".env"), "DATABASE_URL=sqlite://in-file.db?mode=rwc\nSAMARA_LISTEN=nowhere\n").unwrap();
    // The environment comes first: it says where to listen.
    place.run(&["db", "create"]).succeeded();
    assert!(place.file("in-file.db").exists());
    let place = place.with("DATABASE_URL", "sqlite://in-environment.db?mode=rwc");
    place.run(&["db", "create"]).succeeded();
    assert!(place.file("in-environment.db").exists());

    let place = TestFolder::new().with("SAMARA_ENV", "prod").with("SAMARA_SECRET", SECRET);
    std::fs::write(place.file(".env"), "DATABASE_URL=nonsense\n").unwrap();
    place.run(&["db", "create"]).succeeded();
    assert!(place.file("var/app.db").exists(), "in prod no file is read");
}

#[tokio::test]
async fn the_doctor_says_what_is_wrong_and_what_to_do() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let place = TestFolder::on(database.url());
        let behind = place.run(&["doctor"]);
        assert_eq!(behind.status.code(), Some(1), "{behind:?}");
        let wrong: Vec<&str> = behind.stdout.lines().filter(|it| it.starts_with("wrong")).collect();
        assert!(wrong.len() == 1 && wrong[0].starts_with("wrong  database"), "{behind:?}");
        assert!(behind.stdout.contains("`samara db migrate`"), "{behind:?}");
        place.run(&["db", "migrate"]).succeeded();
        let well = place.run(&["doctor"]).succeeded().stdout;
        assert!(well.lines().all(|it| it.starts_with("ok ")), "{well}");
        for thing in ["settings", "declaration", "database", "clock", "port", "mail"] {
            assert!(well.contains(thing), "{thing}: {well}");
        }
        database.remove().await;
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = TestFolder::new()
        .with("SAMARA_LISTEN", taken.local_addr().unwrap().to_string())
        .with("SAMARA_MAIL", format!("smtp://{}", std::net::SocketAddr::from(([127, 0, 0, 1], 1))));
    let ill = place.run(&["doctor"]);
    assert_eq!(ill.status.code(), Some(1));
    for wrong in ["wrong  database", "wrong  port", "wrong  mail"] {
        assert!(ill.stdout.contains(wrong), "{wrong}: {ill:?}");
    }
    assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 0, "it makes nothing");
}

#[tokio::test]
async fn every_address_that_is_listed_is_answered_at() {
    let place = TestFolder::new().with("SAMARA_ENV", "dev");
    let listed = place.run(&["routes"]).succeeded().stdout;
    assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 0, "it makes nothing");
    for path in ["/graphql", "/sign-in", "/admin/worlds", "/me"] {
        assert!(listed.contains(&format!(" {path} ")), "{path}: {listed}");
    }
    let mut server = place.start(&[]);
    let url = server.url();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    // Admin screens are not there for who is not let in, and what names a row or a file has none here.
    for path in listed.lines().filter_map(|it| it.split_whitespace().find(|it| it.starts_with('/'))) {
        if !path.starts_with("/admin") && !path.contains('{') {
            let status =
                client.get(format!("{url}{path}")).header("accept", "text/html").send().await.unwrap().status();
            assert_ne!(status, 404, "{path}");
        }
    }
    server.stop().succeeded();
}

#[test]
fn the_version_is_the_apps() {
    assert_eq!(TestFolder::new().run(&["--version"]).succeeded().stdout, "app 0.1.0\n");
}
