//! Who gets in, and what nobody gets to see.

use samara::application::Application;
use samara::database::Backend;
use samara::record::Input;
use samara::testing;
use samara::value::Value;
use uuid::Uuid;

use super::fixture;
use super::served::Served;

async fn on_both(check: impl AsyncFn(Served)) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        testing::on(backend, &fixture::application(), async |engine| check(Served::start(&engine).await).await).await;
    }
}

#[tokio::test]
async fn whom_the_condition_does_not_let_in_finds_nothing() {
    on_both(async |served| {
        let admin = served.user("Ada Admin", "ADMIN").await;
        for role in ["MEMBER", "BUILDER", "COORDINATOR"] {
            let user = served.user(&format!("Some {role}"), role).await;
            let client = served.client(user).await;
            for path in ["/admin", "/admin/users", "/admin/nothing", &format!("/admin/users/{admin}")] {
                assert_eq!(client.get(path).await.status, 404, "{role} {path}");
            }
        }
        // Nor by another method, nor with a form that would be refused for what it lacks.
        let member = served.client(served.user("Mara Lind", "MEMBER").await).await;
        for path in ["/admin", "/admin/users", "/admin/worlds/new", &format!("/admin/users/{admin}/edit")] {
            for client in [&member, &served.stranger()] {
                let answer = client.post_without_token(path, &[("display_name", "x")]).await;
                assert_eq!((answer.status, answer.allow), (404, None), "{path}");
            }
        }
        let stranger = served.stranger().get("/admin/users").await;
        assert_eq!(stranger.status, 404);
        assert!(stranger.html.contains("href=\"/sign-in?return_to=%2Fadmin%2Fusers\""));
        // Signing in leads to what was asked for, filters and all.
        let asked = served.stranger().get("/admin/activities?kind=BUILD&user_id=lind&sort=-occurred_at").await;
        let encoded = "%2Fadmin%2Factivities%3Fkind%3DBUILD%26user_id%3Dlind%26sort%3D-occurred_at";
        assert!(asked.html.contains(&format!("href=\"/sign-in?return_to={encoded}\"")), "{}", asked.html);
        // Who is signed in sees who they are, and the way out, where there is nothing too.
        for path in ["/admin", "/admin/users", "/admin/a/b/c/d", "/nothing-here", "/assets/none.css"] {
            let nothing = member.get(path).await;
            assert_eq!(nothing.status, 404);
            assert!(
                nothing.html.contains("href=\"/me\"><bdi>Mara Lind</bdi></a>") && nothing.html.contains("Sign out"),
                "{path}"
            );
            assert!(!served.stranger().get(path).await.html.contains("Sign out"), "{path}");
        }
        let refused = member.post_without_token("/me/sessions/revoke-all", &[]).await;
        assert!(refused.status == 403 && refused.html.contains("Sign out"), "a refusal as well");
        // A role that is taken away counts from the next request on.
        let client = served.client(admin).await;
        assert_eq!(client.get("/admin").await.status, 200);
        let wrong = client.post_without_token("/admin/users", &[]).await;
        assert_eq!((wrong.status, wrong.allow.as_deref()), (405, Some("GET,HEAD")));
        served.user("Bo Admin", "ADMIN").await;
        served.update("User", "set_role", admin, Input::new().with("role", Value::Text("MEMBER".into()))).await;
        assert_eq!(client.get("/admin").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn unknown_addresses_and_rows_are_not_found() {
    on_both(async |served| {
        let admin = served.user("Ada Admin", "ADMIN").await;
        let client = served.client(admin).await;
        let id = Uuid::now_v7();
        for path in [
            "/admin/rate-limits".to_owned(),
            "/admin/users/new".to_owned(),
            "/admin/users/register".to_owned(),
            format!("/admin/users/{id}"),
            format!("/admin/users/{id}/edit"),
            format!("/admin/users/{admin}/nothing"),
            "/admin/users/1/edit".to_owned(),
        ] {
            assert_eq!(client.get(&path).await.status, 404, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_without_its_token_does_nothing() {
    on_both(async |served| {
        let admin = served.user("Ada Admin", "ADMIN").await;
        let client = served.client(admin).await;
        let other = served.client(admin).await;
        let fields = [("name", "Harbour"), ("slug", "harbour"), ("visibility", "PUBLIC")];
        assert_eq!(client.post_without_token("/admin/worlds/new", &fields).await.status, 403);
        let token = other.get("/admin").await.token();
        let stolen = [&fields[..], &[("_csrf", token.as_str())]].concat();
        assert_eq!(client.post_without_token("/admin/worlds/new", &stolen).await.status, 403);
        assert_eq!(client.get("/admin/worlds").await.rows(), 0);
    })
    .await;
}

#[tokio::test]
async fn no_page_holds_a_token_a_hash_or_a_private_attribute() {
    on_both(async |served| {
        let admin = served.user("Ada Admin", "ADMIN").await;
        let client = served.client(admin).await;
        let hash = "5ecre7".repeat(10);
        let link = Input::new()
            .with("email", Value::Text("ada.admin@example.org".into()))
            .with("purpose", Value::Text("LINK".into()))
            .with("token_hash", Value::Text(hash.clone()))
            .with("code_hash", Value::Text(hash.clone()))
            .with("expires_at", Value::Timestamp(served.engine.system("seeds").now() + chrono::TimeDelta::minutes(10)));
        let link = served.create("MagicLink", "issue", link).await;
        let session_hash = client.token_hash();
        for path in [
            "/admin".to_owned(),
            "/admin/magic-links".to_owned(),
            format!("/admin/magic-links/{link}"),
            format!("/admin/magic-links/{link}/revoke"),
            "/admin/magic-links/send".to_owned(),
            "/admin/sessions".to_owned(),
            format!("/admin/users/{admin}"),
            format!("/admin/magic-links?token_hash={hash}&sort=-token_hash"),
        ] {
            let page = client.get(&path).await;
            assert_eq!(page.status, if path.contains("sort") { 400 } else { 200 }, "{path}");
            for secret in [hash.as_str(), &session_hash, client.token(), "oken hash", "token_hash\""] {
                assert!(!page.html.contains(secret), "{path}: {secret}");
            }
        }
        let session = client.get("/admin/sessions").await.ids().pop().unwrap();
        assert!(!client.get(&format!("/admin/sessions/{session}")).await.html.contains(&session_hash));
    })
    .await;
}

/// The application with everybody signed in let in, so that somebody sees the screens who may not see all rows and fields.
fn open_to_everybody() -> Application {
    let mut application = fixture::application();
    let mut anybody = samara::ir::Tree::new(None, Some("User".into()));
    anybody.root = anybody.literal(Value::Bool(true), samara::ir::Type::Boolean);
    application.ir = application.ir.with_admin(anybody);
    application
}

#[tokio::test]
async fn a_hidden_field_shows_a_mark_and_is_not_found_by_a_filter() {
    let application = open_to_everybody();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        testing::on(backend, &application, async |engine| {
            let served = Served::start(&engine).await;
            let mara = served.user("Mara Lind", "MEMBER").await;
            let bo = served.user("Bo Builder", "BUILDER").await;
            let client = served.client(mara).await;
            let detail = client.get(&format!("/admin/users/{bo}")).await;
            assert_eq!(detail.status, 200);
            assert!(detail.html.contains("hidden-mark") && !detail.html.contains("bo.builder@"));
            assert!(!detail.text().contains("Edit") && !detail.text().contains("Set role"));
            assert_eq!(client.get("/admin/users?email=bo.builder").await.rows(), 0);
            assert_eq!(client.get("/admin/users?email=mara").await.rows(), 1);
            // Neither buttons nor forms of what she may not do.
            assert_eq!(client.get(&format!("/admin/users/{bo}/edit")).await.status, 403);
            assert_eq!(client.post(&format!("/admin/users/{bo}/edit"), &[("display_name", "B")]).await.status, 403);
            assert_eq!(client.get("/admin/magic-links").await.rows(), 0);
            assert!(!client.get("/admin/magic-links").await.text().contains("Send"));
        })
        .await;
    }
}

#[tokio::test]
async fn pickers_chips_and_filters_by_name_know_only_what_their_viewer_may_see() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        testing::on(backend, &open_to_everybody(), async |engine| {
            let served = Served::start(&engine).await;
            let mara = served.user("Mara Lind", "MEMBER").await;
            let bo = served.user("Bo Builder", "BUILDER").await;
            let (hers, his) = (served.client(mara).await, served.client(bo).await);
            let secret = [("name", "Cellar"), ("slug", "cellar"), ("visibility", "PRIVATE")];
            assert_eq!(his.post("/admin/worlds/new", &secret).await.status, 303);
            let cellar = his.get("/admin/worlds").await.ids()[0];
            let open = [("name", "Garden"), ("slug", "garden"), ("visibility", "PUBLIC")];
            assert_eq!(his.post("/admin/worlds/new", &open).await.status, 303);

            // Few rows are listed: the private world is not among them, nor is anybody's address.
            assert!(his.get("/admin/activities/new").await.html.contains(">Cellar</option>"));
            let form = hers.get("/admin/activities/new").await;
            assert!(form.html.contains(">Garden</option>") && !form.html.contains("Cellar"));
            let list = hers.get("/admin/worlds").await;
            assert!(list.html.contains(">Bo Builder</option>") && !list.html.contains("bo.builder@"));
            // By the name that she sees she finds the row, by the address that she does not see she does not.
            assert_eq!(hers.get("/admin/worlds?owner_id=builder").await.rows(), 1);
            assert_eq!(hers.get("/admin/worlds?owner_id=bo.builder@").await.rows(), 0);
            // Many rows are searched, with the same eyes; the label of one that is asked for by its id is no exception.
            for index in 0..51 {
                let (name, slug) = (format!("World {index:02}"), format!("world-{index}"));
                let fields = [("name", name.as_str()), ("slug", &slug), ("visibility", "PUBLIC")];
                assert_eq!(his.post("/admin/worlds/new", &fields).await.status, 303);
            }
            for search in ["cell".to_owned(), cellar.to_string()] {
                let found = hers.get(&format!("/admin/activities/new?world_id.search={search}")).await;
                assert!(found.text().contains("Nothing is found.") && !found.html.contains("Cellar"), "{search}");
                assert!(
                    his.get(&format!("/admin/activities/new?world_id.search={search}")).await.html.contains("Cellar")
                );
            }
            let chip = hers.get(&format!("/admin/activities?world_id={cellar}")).await;
            assert_eq!((chip.status, chip.html.contains("Cellar")), (200, false));
            let forged = [("kind", "BUILD"), ("world_id", &cellar.to_string())];
            assert_eq!(hers.post("/admin/activities/new", &forged).await.status, 422);
        })
        .await;
    }
}
