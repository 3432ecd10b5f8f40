//! Sessions: how their cookie looks, how they end, and that ending one is heard everywhere at once.

use reqwest::Method;
use samara::query::Query;
use samara::record::{Input, Record};
use samara::value::Value;
use serde_json::json;

use super::link::{replaying, session_cookie};
use crate::support::served::{Served, finish, on_both, on_sqlite};

#[tokio::test]
async fn the_cookie_is_for_our_pages_only() {
    on_sqlite(&[], async |served| {
        let answer = served.browser().sign_in(&served, "ada@example.org").await;
        let cookies = answer.cookies();
        let cookie = cookies.iter().find(|it| it.starts_with("sid=ss_")).unwrap();
        let (_, attributes) = cookie.split_once("; ").unwrap();
        assert_eq!(attributes, "HttpOnly; SameSite=Lax; Path=/; Max-Age=7776000");
    })
    .await;
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    on_sqlite(&[("SAMARA_BASE_URL", "https://play.example.org")], async |served| {
        let browser = served.browser();
        let page = browser.get("/sign-in").await;
        let cookies = page.cookies();
        assert!(cookies[0].starts_with("__Host-form=fm_") && cookies[0].contains("; Secure"), "{cookies:?}");
        assert!(page.header("strict-transport-security").starts_with("max-age="));
        // This client speaks plain HTTP, so it does not send that cookie back by itself.
        let cookie = cookies[0].split(';').next().unwrap();
        let fields = page.form().fields;
        let form = [(fields[0].0.as_str(), fields[0].1.as_str()), ("email", "ada@example.org")];
        let sent = finish(browser.request(Method::POST, "/sign-in").header("cookie", cookie).form(&form)).await;
        assert_eq!(sent.status, 200);
        let link = served.link("ada@example.org").await;
        let page = finish(browser.request(Method::GET, &link).header("cookie", cookie)).await;
        let fields = page.form().fields;
        let request = browser.request(Method::POST, &link).header("cookie", cookie);
        let answer = finish(request.form(&[(fields[0].0.as_str(), fields[0].1.as_str())])).await;
        assert_eq!(answer.status, 303);
        let session = answer.cookies().into_iter().find(|it| it.starts_with("__Host-sid=ss_")).unwrap().to_owned();
        assert!(session.contains("; HttpOnly; SameSite=Lax; Secure; Path=/"), "{session}");
    })
    .await;
}

#[tokio::test]
async fn after_signing_out_the_cookie_is_worth_nothing_on_any_server() {
    on_both(async |served| {
        let mut other = Served::start(served.engine.clone(), &[]).await;
        other.without_courier().await;
        let browser = served.browser();
        let cookie = session_cookie(&browser.sign_in(&served, "ada@example.org").await.cookies()).to_owned();
        let form = browser.get("/sign-out").await.form();
        assert_eq!(form.action, "/sign-out");
        assert_eq!(browser.current_user().await.as_deref(), Some("ada"), "a GET changes nothing");
        let answer = browser.post(&form, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"));
        assert!(answer.cookies().iter().any(|it| it.starts_with("sid=;") && it.contains("Max-Age=0")));
        for server in [&served, &other] {
            let replayed = finish(replaying(server, &cookie)).await;
            assert_eq!(replayed.json().await, json!({ "data": { "currentUser": null } }));
        }
        assert_eq!(browser.post(&form, &[]).await.status, 303, "signing out twice is no error");
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_by_the_databases_clock() {
    on_both(async |served| {
        let browser = served.browser();
        browser.sign_in(&served, "ada@example.org").await;
        let token = served.token("ada@example.org").await;
        let cx = served.engine.system("a test lets time pass");
        let resource = served.engine.app().find("Session").unwrap();
        let now = cx.database_now().await.unwrap();
        for session in cx.read(Query::unrestricted(resource)).await.unwrap().records {
            let id = session.id(served.engine.app()).unwrap();
            let input = Input::new()
                .with("last_seen_at", Value::Timestamp(now))
                .with("expires_at", Value::Timestamp(now - chrono::TimeDelta::seconds(1)));
            cx.update(resource, "touch", id, input).await.unwrap();
        }
        assert_eq!(browser.current_user().await, None);
        let body = json!({ "query": "{ __typename }" });
        let request = served.browser().request(Method::POST, "/graphql").bearer_auth(&token).json(&body);
        let answer = finish(request).await;
        assert_eq!((answer.status.as_u16(), answer.code().await.as_str()), (401, "UNAUTHENTICATED"));
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    })
    .await;
}

#[tokio::test]
async fn use_moves_the_end_of_a_session_but_not_past_ninety_days() {
    on_both(async |served| {
        let browser = served.browser();
        browser.sign_in(&served, "ada@example.org").await;
        let cx = served.engine.system("a test lets time pass");
        let resource = served.engine.app().find("Session").unwrap();
        let session = only(&served, "BROWSER").await;
        let id = session.id(served.engine.app()).unwrap();
        let now = cx.database_now().await.unwrap();
        let soon = now + chrono::TimeDelta::minutes(1);
        let seen = |ago: chrono::TimeDelta| {
            Input::new().with("last_seen_at", Value::Timestamp(now - ago)).with("expires_at", Value::Timestamp(soon))
        };
        cx.update(resource, "touch", &id, seen(chrono::TimeDelta::minutes(1))).await.unwrap();
        assert!(browser.current_user().await.is_some());
        assert_eq!(time(&served, "expires_at").await, soon, "seen a moment ago: nothing is written");
        cx.update(resource, "touch", &id, seen(chrono::TimeDelta::minutes(6))).await.unwrap();
        assert!(browser.current_user().await.is_some());
        let end = time(&served, "expires_at").await;
        assert!(end > now + chrono::TimeDelta::days(13) && end < now + chrono::TimeDelta::days(15), "{end}");
    })
    .await;
}

#[tokio::test]
async fn my_page_lists_my_sessions_and_ends_them() {
    on_both(async |served| {
        let (here, there, stranger) = (served.browser(), served.browser(), served.browser());
        here.sign_in(&served, "ada@example.org").await;
        there.sign_in(&served, "ada@example.org").await;
        let token = served.token("ada@example.org").await;
        stranger.sign_in(&served, "eve@example.org").await;
        let page = here.get("/me").await;
        assert_eq!(page.body.matches("End this session").count(), 3, "{}", page.body);
        assert!(page.body.contains("this one"));
        // Somebody else's session is as if it were not there.
        let foreign = stranger.get("/me").await.form();
        let session = page.body.split("/me/sessions/").nth(1).unwrap().split('/').next().unwrap();
        let mut form = foreign.clone();
        form.action = format!("/me/sessions/{session}/revoke");
        assert_eq!(stranger.post(&form, &[]).await.status, 404);
        let mut others = page.form();
        others.action = "/me/sessions/revoke-others".into();
        assert_eq!(here.post(&others, &[]).await.status, 303);
        assert_eq!((here.current_user().await.is_some(), there.current_user().await), (true, None));
        let body = json!({ "query": "{ __typename }" });
        let bearer = served.browser().request(Method::POST, "/graphql").bearer_auth(&token).json(&body);
        assert_eq!(finish(bearer).await.status, 401);
        assert!(stranger.current_user().await.is_some());
    })
    .await;
}

#[tokio::test]
async fn who_sends_a_request_costs_one_statement() {
    on_both(async |mut served| {
        let browser = served.browser();
        browser.sign_in(&served, "ada@example.org").await;
        let token = served.token("ada@example.org").await;
        served.without_courier().await;
        let body = json!({ "query": "{ __typename }" });
        let request = || served.browser().request(Method::POST, "/graphql").json(&body);
        let forged = format!("gs_{}", "A".repeat(43));
        for (expected, request) in [
            (1, browser.request(Method::POST, "/graphql").json(&body)),
            (1, request().bearer_auth(&token)),
            (1, request().bearer_auth(&forged)),
            (0, request().bearer_auth("forged")),
            (0, request()),
            (1, browser.request(Method::GET, "/sign-out")),
        ] {
            let before = served.engine.database().statements();
            finish(request).await;
            assert_eq!(served.engine.database().statements() - before, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_token_of_that_kind_opens_nothing() {
    on_both(async |served| {
        let cookie = session_cookie(&served.browser().sign_in(&served, "ada@example.org").await.cookies()).to_owned();
        let browsers = cookie.strip_prefix("sid=").unwrap();
        let link = served.link("ada@example.org").await;
        let bearer = served.token("ada@example.org").await;
        let body = json!({ "query": "{ currentUser { id } }" });
        let last = browsers.chars().last().unwrap();
        let changed = format!("{}{}", &browsers[..browsers.len() - 1], if last == 'A' { 'B' } else { 'A' });
        let session = only(&served, "BROWSER").await;
        let (index, _) = served.engine.app().resource(session.resource).attribute("token_hash").unwrap();
        let hash = session.attributes[usize::from(index)].value().and_then(Value::as_text).unwrap();
        for token in ["", "x", "null", "ss_", &changed, &bearer, link.strip_prefix("/auth/link/").unwrap(), hash] {
            let answer = finish(replaying(&served, &format!("sid={token}"))).await;
            assert_eq!(answer.json().await, json!({ "data": { "currentUser": null } }), "{token}");
            assert_eq!(served.browser().get("/me").await.status, 303);
        }
        for header in [
            "",
            "Bearer",
            "Bearer ",
            "Basic YTpi",
            &format!("Bearer {browsers}"),
            &format!("bearer{bearer}"),
            &format!("Bearer {hash}"),
            &format!("Bearer {bearer}x"),
            &format!("Bearer {bearer},{bearer}"),
        ] {
            let request = served.browser().request(Method::POST, "/graphql").header("authorization", header);
            // What is wrong with a header is not made good by a cookie.
            let answer = finish(request.header("cookie", &cookie).json(&body)).await;
            assert_eq!((answer.status.as_u16(), answer.code().await.as_str()), (401, "UNAUTHENTICATED"), "{header}");
        }
    })
    .await;
}

#[tokio::test]
async fn all_sessions_end_at_once() {
    on_both(async |served| {
        let (here, there, stranger) = (served.browser(), served.browser(), served.browser());
        for browser in [&here, &there] {
            browser.sign_in(&served, "ada@example.org").await;
        }
        stranger.sign_in(&served, "eve@example.org").await;
        let mut form = here.get("/me").await.form();
        form.action = "/me/sessions/revoke-all".into();
        assert_eq!(stranger.post(&form, &[]).await.status, 403, "with somebody else's form token");
        let answer = here.post(&form, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"));
        assert!(answer.cookies().iter().any(|it| it.starts_with("sid=;") && it.contains("Max-Age=0")));
        assert_eq!((here.current_user().await, there.current_user().await), (None, None));
        assert!(stranger.current_user().await.is_some());
    })
    .await;
}

#[tokio::test]
async fn sessions_end_with_their_user() {
    on_both(async |served| {
        let browser = served.browser();
        browser.sign_in(&served, "ada@example.org").await;
        let token = served.token("ada@example.org").await;
        let user = served.engine.app().find("User").unwrap();
        let cx = served.engine.system("a test removes somebody");
        let id = cx.read(Query::unrestricted(user)).await.unwrap().records[0].id(served.engine.app()).unwrap();
        cx.destroy(user, "destroy", id, Input::new()).await.unwrap();
        assert_eq!(browser.current_user().await, None);
        let body = json!({ "query": "{ __typename }" });
        let request = served.browser().request(Method::POST, "/graphql").bearer_auth(&token).json(&body);
        assert_eq!(finish(request).await.status, 401);
    })
    .await;
}

/// The one session of that kind.
async fn only(served: &Served, kind: &str) -> Record {
    let cx = served.engine.system("a test reads");
    let id = served.engine.app().find("Session").unwrap();
    let mut records = cx.read(Query::unrestricted(id)).await.unwrap().records;
    records.retain(|it| format!("{it:?}").contains(kind));
    assert_eq!(records.len(), 1);
    records.remove(0)
}

async fn time(served: &Served, attribute: &str) -> samara::value::DateTimeUtc {
    let session = only(served, "BROWSER").await;
    let (index, _) = served.engine.app().resource(session.resource).attribute(attribute).unwrap();
    match session.attributes[usize::from(index)].shown() {
        Some(Value::Timestamp(it)) => *it,
        other => panic!("{other:?}"),
    }
}
