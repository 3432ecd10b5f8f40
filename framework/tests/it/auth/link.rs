//! Magic links: asked for the same way by everybody, shown without an effect, used once.

use std::collections::HashSet;

use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::Method;
use samara::context::Context;
use samara::query::Query;
use samara::record::Input;
use samara::value::Value;
use sea_orm::ConnectionTrait as _;

use crate::support::served::{Browser, Served, finish, on_both, on_both_with, on_sqlite, sign_in_with};
use crate::support::sign_in;

#[tokio::test]
async fn a_link_signs_in_by_its_button_and_once() {
    on_both(async |served| {
        let browser = served.browser();
        let answer = browser.sign_in(&served, "Ada@Example.org").await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"));
        assert_eq!(browser.current_user().await.as_deref(), Some("ada"));
        assert!(browser.get("/").await.body.contains("ada@example.org"));
        let link = served.link("ada@example.org").await;
        let again = served.browser();
        let page = again.get(&link).await;
        assert_eq!(page.status, 410);
        assert_eq!(served.count("Session").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_get_shows_a_button_and_changes_nothing() {
    on_both(async |served| {
        served.browser().submit("/sign-in", &[("email", "ada@example.org")]).await;
        let link = served.link("ada@example.org").await;
        for method in [Method::GET, Method::HEAD] {
            for _ in 0..20 {
                let scanner = served.browser();
                let answer = finish(scanner.request(method.clone(), &link).header("sec-purpose", "prefetch")).await;
                assert_eq!(answer.status, 200);
                assert!(answer.cookies().iter().all(|it| !it.starts_with("sid=")), "{:?}", answer.cookies());
                assert!(!answer.body.contains("ada@example.org"), "the address is masked");
            }
        }
        assert_eq!((served.count("Session").await, served.count("User").await), (0, 0));
        let browser = served.browser();
        assert_eq!(browser.submit(&link, &[]).await.status, 303);
        assert_eq!(browser.current_user().await.as_deref(), Some("ada"));
    })
    .await;
}

#[tokio::test]
async fn of_fifty_posts_at_once_one_signs_in() {
    on_both(async |served| {
        let browser = served.browser();
        browser.submit("/sign-in", &[("email", "ada@example.org")]).await;
        let form = browser.get(&served.link("ada@example.org").await).await.form();
        let answers = join_all((0..50).map(|_| browser.post(&form, &[]))).await;
        let count = |status: u16| answers.iter().filter(|it| it.status == status).count();
        assert_eq!((count(303), count(410)), (1, 49));
        assert_eq!((served.count("Session").await, served.count("User").await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn two_first_sign_ins_at_once_make_one_user() {
    on_both(async |served| {
        let first = served.token_flow("ada@example.org").await;
        let second = served.token_flow("ada@example.org").await;
        let client = served.browser();
        let bodies = [first, second].map(|(flow, code)| sign_in_with(&flow, &code));
        let (one, other) = tokio::join!(client.graphql(&bodies[0]), client.graphql(&bodies[1]));
        for answer in [one, other] {
            assert!(answer.json().await["data"]["signInWithCode"]["result"]["token"].is_string(), "{}", answer.body);
        }
        assert_eq!((served.count("User").await, served.count("Session").await), (1, 2));
    })
    .await;
}

#[tokio::test]
async fn unknown_used_ended_and_expired_links_look_the_same() {
    on_both_with(&sign_in::expired(), &[], async |served| {
        let browser = served.browser();
        let forged = format!("/auth/link/ml_{}", "A".repeat(43));
        let mut answers = Vec::new();
        for path in [forged.as_str(), "/auth/link/nonsense", "/auth/link/%00", "/auth/link/%ff"] {
            answers.push(browser.get(path).await);
        }
        let form = browser.get("/sign-in").await.form();
        let post = |path: &str| {
            let mut form = form.clone();
            form.action = path.to_owned();
            form
        };
        answers.push(browser.post(&post(&forged), &[]).await);
        let looks: HashSet<_> = answers.iter().map(|it| (it.status, it.body.clone())).collect();
        assert_eq!(looks.len(), 1, "{looks:?}");
        assert_eq!(answers[0].status, 410);
        assert!(served.mails("ada@example.org").await.is_empty());
        browser.submit("/sign-in", &[("email", "ada@example.org")]).await;
        assert!(served.mails("ada@example.org").await.is_empty(), "what has expired is not sent");
    })
    .await;
}

#[tokio::test]
async fn a_used_link_ends_the_others_of_its_address() {
    on_both(async |served| {
        let browser = served.browser();
        browser.submit("/sign-in", &[("email", "ada@example.org")]).await;
        let first = served.link("ada@example.org").await;
        browser.submit("/sign-in", &[("email", "eve@example.org")]).await;
        browser.sign_in(&served, "ada@example.org").await;
        assert_eq!(served.browser().get(&first).await.status, 410);
        assert_eq!(served.browser().get(&served.link("eve@example.org").await).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn what_opens_nothing_any_more_is_not_taken_back() {
    on_both(async |served| {
        let app = served.engine.app();
        let (links, sessions) = (app.find("MagicLink").unwrap(), app.find("Session").unwrap());
        let cx = served.engine.system("a test takes back");
        let later = cx.with_now(cx.now() + TimeDelta::days(365));
        let only = async |resource| cx.read(Query::unrestricted(resource)).await.unwrap().records[0].id(app).unwrap();
        let refused = async |cx: &Context, resource, id| {
            let error = cx.update(resource, "revoke", id, Input::new()).await.unwrap_err();
            error.problems()[0].message.clone()
        };
        let browser = served.browser();
        browser.submit("/sign-in", &[("email", "ada@example.org")]).await;
        let link = only(links).await;
        assert_eq!(refused(&later, links, link.clone()).await, "it has expired already");
        assert_eq!(browser.submit(&served.link("ada@example.org").await, &[]).await.status, 303);
        assert_eq!(refused(&cx, links, link).await, "it was used already");
        assert_eq!(refused(&later, sessions, only(sessions).await).await, "it has expired already");
        // One that expired unused is in nobody's way.
        let expired = Input::new()
            .with("email", Value::Text("ada@example.org".into()))
            .with("purpose", Value::Text("LINK".into()))
            .with("token_hash", Value::Text("expired".into()))
            .with("expires_at", Value::Timestamp(cx.now()));
        cx.create(links, "issue", expired).await.unwrap();
        assert_eq!(served.browser().sign_in(&served, "ada@example.org").await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn known_and_unknown_addresses_are_answered_the_same() {
    for registration in ["open", "closed"] {
        on_sqlite(&[("SAMARA_REGISTRATION", registration)], async |served| {
            let browser = served.browser();
            let engine = served.engine.clone();
            let user = engine.app().find("User").unwrap();
            let input = Input::new()
                .with("email", Value::Text("ada@example.org".into()))
                .with("display_name", Value::Text("ada".into()));
            engine.system("a test registers").create(user, "register", input).await.unwrap();
            let mut looks = HashSet::new();
            for email in ["ada@example.org", "eve@example.org"] {
                let answer = browser.submit("/sign-in", &[("email", email)]).await;
                let mut headers: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
                headers.sort();
                looks.insert((answer.status, headers, answer.body.replace(email, "…")));
            }
            assert_eq!(looks.len(), 1, "{looks:?}");
            assert_eq!(served.mails("ada@example.org").await.len(), 1);
            assert_eq!(served.mails("eve@example.org").await.len(), usize::from(registration == "open"));
        })
        .await;
    }
}

#[tokio::test]
async fn what_is_no_address_is_said_to_be_none() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        for email in ["", "ada", "a@b,c@d.example", "ada@example.org\r\nBcc: eve@example.org"] {
            let answer = browser.submit("/sign-in", &[("email", email)]).await;
            assert_eq!(answer.status, 422, "{email:?}");
            assert!(answer.body.contains("role=\"alert\""));
        }
        assert_eq!(served.count("MagicLink").await, 0);
    })
    .await;
}

#[tokio::test]
async fn after_signing_in_one_stays_on_this_site() {
    on_sqlite(&[], async |served| {
        for (index, (wanted, gone_to)) in [
            ("/me", "/me"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("/\t/evil.example", "/"),
            ("/.//evil.example", "/"),
            ("/%2F/evil.example?a=b", "/%2F/evil.example?a=b"),
        ]
        .into_iter()
        .enumerate()
        {
            let browser = served.browser();
            let email = format!("a{index}@example.org");
            let encoded: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
            let page = format!("/sign-in?return_to={encoded}");
            assert_eq!(browser.submit(&page, &[("email", &email)]).await.status, 200);
            let link = served.link(&email).await;
            let answer = browser.submit(&link, &[]).await;
            assert_eq!((answer.status.as_u16(), answer.header("location")), (303, gone_to), "{wanted}");
            // The pages' own forms hold no other place either.
            let shown = browser.get(&format!("/sign-in?return_to={encoded}")).await.form();
            assert!(shown.fields.iter().all(|(name, value)| name != "return_to" || value == gone_to));
            // Nor does the button take one that its page did not show.
            browser.submit("/sign-in", &[("email", &email)]).await;
            let link = served.link(&email).await;
            let forced = browser.submit(&format!("{link}?return_to={encoded}"), &[("return_to", wanted)]).await;
            assert_eq!((forced.status.as_u16(), forced.header("location")), (303, gone_to), "{wanted}");
        }
    })
    .await;
}

#[tokio::test]
async fn one_may_want_to_go_to_a_filtered_list_with_its_cursor() {
    on_sqlite(&[], async |served| {
        let list = format!("/admin/users?display_name={}&sort=-name&after={}", "x".repeat(1_400), "A".repeat(512));
        let too_long = format!("{list}{}", "A".repeat(200));
        for (index, (wanted, gone_to)) in [
            (list.as_str(), list.as_str()),
            (&too_long, "/"),
            ("/admin/..//evil.example", "/"),
            ("/admin/../me", "/me"),
        ]
        .into_iter()
        .enumerate()
        {
            let (browser, email) = (served.browser(), format!("a{index}@example.org"));
            let encoded: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
            let page = format!("/sign-in?return_to={encoded}");
            assert_eq!(browser.submit(&page, &[("email", &email)]).await.status, 200);
            let answer = browser.submit(&served.link(&email).await, &[]).await;
            assert_eq!((answer.status.as_u16(), answer.header("location")), (303, gone_to), "{wanted}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_cannot_choose_where_its_link_leads() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        let form = browser.get("/sign-in").await.form();
        let csrf = &form.fields[0].1;
        let request = browser.request(Method::POST, "/sign-in").header("host", "evil.example");
        let request = request.header("x-forwarded-host", "evil.example").header("x-forwarded-proto", "https");
        let answer = finish(request.form(&[("_csrf", csrf.as_str()), ("email", "ada@example.org")])).await;
        assert_eq!(answer.status, 200);
        assert!(served.link("ada@example.org").await.starts_with("/auth/link/ml_"));
        assert!(!served.mails("ada@example.org").await[0].to_string().contains("evil"));
    })
    .await;
}

#[tokio::test]
async fn signing_in_ends_what_went_before_in_that_browser() {
    on_both(async |served| {
        let browser = served.browser();
        let first = browser.sign_in(&served, "ada@example.org").await;
        let second = browser.sign_in(&served, "eve@example.org").await;
        assert_ne!(session_cookie(&first.cookies()), session_cookie(&second.cookies()));
        assert_eq!(browser.current_user().await.as_deref(), Some("eve"));
        let replay = replaying(&served, session_cookie(&first.cookies()));
        assert_eq!(finish(replay).await.body.matches("ada").count(), 0);
    })
    .await;
}

#[tokio::test]
async fn the_database_holds_no_token() {
    on_both(async |served| {
        let browser = served.browser();
        let answer = browser.sign_in(&served, "ada@example.org").await;
        let link = served.link("ada@example.org").await;
        let cookie = session_cookie(&answer.cookies()).to_owned();
        let bearer = served.token("bob@example.org").await;
        let dump = dump(&served, &["MagicLink", "Session", "OutboxMail", "RateLimit", "User"]).await;
        for secret in [link.strip_prefix("/auth/link/").unwrap(), cookie.strip_prefix("sid=").unwrap(), bearer.as_str()]
        {
            assert!(!dump.contains(secret), "{secret}");
        }
        assert!(!dump.contains(&served.code("bob@example.org").await));
    })
    .await;
}

#[tokio::test]
async fn asking_is_the_same_work_for_every_address() {
    for registration in ["open", "closed"] {
        on_both_with(&sign_in::application(), &[("SAMARA_REGISTRATION", registration)], async |mut served| {
            let user = served.engine.app().find("User").unwrap();
            let input = Input::new()
                .with("email", Value::Text("ada@example.org".into()))
                .with("display_name", Value::Text("ada".into()));
            served.engine.system("a test registers").create(user, "register", input).await.unwrap();
            served.without_courier().await;
            let browser = served.browser();
            let form = browser.get("/sign-in").await.form();
            // The first one also opens the count of the network.
            browser.post(&form, &[("email", "bob@example.org")]).await;
            let mut costs = Vec::new();
            for email in ["ada@example.org", "eve@example.org"] {
                let before = served.engine.database().statements();
                browser.post(&form, &[("email", email)]).await;
                let between = served.engine.database().statements();
                browser.graphql(&crate::support::served::request_code(email)).await;
                costs.push((between - before, served.engine.database().statements() - between));
            }
            assert_eq!(costs[0], costs[1]);
        })
        .await;
    }
}

#[tokio::test]
async fn a_link_registers_nobody_once_registration_is_closed() {
    on_both(async |served| {
        let (browser, known) = (served.browser(), served.browser());
        known.sign_in(&served, "bob@example.org").await;
        for email in ["ada@example.org", "bob@example.org"] {
            browser.submit("/sign-in", &[("email", email)]).await;
        }
        let links = [served.link("ada@example.org").await, served.link("bob@example.org").await];
        let (flow, code) = served.token_flow("eve@example.org").await;
        let closed = Served::start(served.engine.clone(), &[("SAMARA_REGISTRATION", "closed")]).await;
        assert_eq!(closed.browser().submit(&links[0], &[]).await.status, 410);
        let answer = closed.browser().graphql(&sign_in_with(&flow, &code)).await.json().await;
        assert_eq!(answer["data"]["signInWithCode"]["errors"][0]["code"], "INVALID", "{answer}");
        assert_eq!(closed.browser().submit(&links[1], &[]).await.status, 303);
        assert_eq!(served.count("User").await, 1);
    })
    .await;
}

/// Somebody who is outside of what exists is not made anew, and is answered as everybody else.
#[tokio::test]
async fn a_link_makes_nobody_anew_who_is_kept_out() {
    on_both_with(&sign_in::without_admins(), &[], async |served| {
        for (name, expected) in [("ada", 303), ("eve", 410)] {
            let email = format!("{name}@example.org");
            let browser = served.browser();
            // Their link was made before they were kept out.
            browser.submit("/sign-in", &[("email", &email)]).await;
            let link = served.link(&email).await;
            if name == "eve" {
                let sql = "INSERT INTO users (id, email, display_name, role, inserted_at, updated_at) SELECT \
                           '019f0000-0000-7000-8000-000000000001', 'eve@example.org', 'eve', 'ADMIN', inserted_at, updated_at FROM users";
                served.engine.system("a test").unpoliced("what no action does").execute_unprepared(sql).await.unwrap();
            }
            assert_eq!(browser.submit(&link, &[]).await.status.as_u16(), expected, "{name}");
        }
        assert_eq!(served.count("User").await, 1);
        // Nor do they get a mail: the one of somebody who asks after them comes.
        let mails = served.mails("eve@example.org").await.len();
        for email in ["eve@example.org", "bob@example.org"] {
            served.browser().submit("/sign-in", &[("email", email)]).await;
        }
        served.link("bob@example.org").await;
        assert_eq!(served.mails("eve@example.org").await.len(), mails);
    })
    .await;
}

#[tokio::test]
async fn two_links_of_one_address_at_once_are_no_fault() {
    on_both(async |served| {
        for round in 0..3 {
            let email = format!("ada{round}@example.org");
            let (one, other) = (served.browser(), served.browser());
            let mut forms = Vec::new();
            for browser in [&one, &other] {
                browser.submit("/sign-in", &[("email", &email)]).await;
                forms.push(browser.get(&served.link(&email).await).await.form());
            }
            let answers = tokio::join!(one.post(&forms[0], &[]), other.post(&forms[1], &[]));
            let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [303, 410]);
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_client_calls_itself_is_not_repeated() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        let form = browser.get("/sign-in").await.form();
        let request = browser.request(Method::POST, "/sign-in").header("user-agent", "call http://evil.example curl/8");
        let fields = [("_csrf", form.fields[0].1.as_str()), ("email", "ada@example.org")];
        assert_eq!(finish(request.form(&fields)).await.status, 200);
        let mail = served.mails("ada@example.org").await.remove(0).to_string();
        let page = browser.get(&served.link("ada@example.org").await).await.body;
        assert!(mail.contains("from curl") && page.contains("from curl"), "{mail}\n{page}");
        assert!(!mail.contains("evil") && !page.contains("evil"), "{mail}\n{page}");
    })
    .await;
}

async fn dump(served: &Served, resources: &[&str]) -> String {
    let cx = served.engine.system("a test dumps");
    let mut dump = String::new();
    for resource in resources {
        let id = served.engine.app().find(resource).unwrap();
        dump += &format!("{:?}", cx.read(Query::unrestricted(id)).await.unwrap().records);
    }
    dump
}

/// `sid=…` of the cookies that an answer sets.
pub(super) fn session_cookie<'a>(cookies: &[&'a str]) -> &'a str {
    let cookie = cookies.iter().find(|it| it.starts_with("sid=")).expect("a session cookie");
    cookie.split(';').next().unwrap()
}

/// Asks the API who one is, with that cookie alone.
pub(super) fn replaying(served: &Served, cookie: &str) -> reqwest::RequestBuilder {
    let body = serde_json::json!({ "query": "{ currentUser { displayName } }" });
    Browser::new(&served.base).request(Method::POST, "/graphql").header("cookie", cookie).json(&body)
}

#[tokio::test]
async fn a_link_that_an_action_sends_belongs_to_its_transaction() {
    on_both(async |served| {
        let cx = served.engine.system("a test sends");
        let resource = cx.engine().app().find("MagicLink").unwrap();
        let input = Input::new().with("email", Value::Text("ada@example.org".into()));
        let send = async |fails: bool| {
            cx.transaction(async |cx| {
                cx.call(resource, "send", input.clone()).await?;
                if fails { Err(samara::error::Error::forbidden()) } else { Ok(()) }
            })
            .await
        };
        assert_eq!(send(true).await.unwrap_err().code(), samara::error::Code::Forbidden);
        assert_eq!(served.count("MagicLink").await, 0, "undone with the rest");
        send(false).await.unwrap();
        assert_eq!(served.count("MagicLink").await, 1);
    })
    .await;
}
