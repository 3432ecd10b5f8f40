//! Lists, details and forms over HTTP, on both databases.

use samara::record::Input;
use samara::value::Value;

use super::served::{activities, on_both, world};

/// The address of the link with that id on a page.
fn link(html: &str, id: &str) -> Option<String> {
    let tag = html.split('<').find(|it| it.starts_with("a ") && it.contains(&format!("id=\"{id}\"")))?;
    let address = tag.split("href=\"").nth(1)?.split('"').next()?;
    Some(address.replace("&amp;", "&"))
}

#[tokio::test]
async fn a_list_is_read_page_by_page_in_both_directions() {
    on_both(async |served, client| {
        let user = served.user("Mara Lind", "MEMBER").await;
        activities(&served, user, 120).await;
        let first = client.get("/admin/activities").await;
        assert!(first.text().contains("1–50 of 120"), "{}", first.text());
        assert!(link(&first.html, "previous").is_none());
        let second = client.get(&link(&first.html, "next").unwrap()).await;
        let third = client.get(&link(&second.html, "next").unwrap()).await;
        assert!(third.text().contains("101–120 of 120"), "{}", third.text());
        assert!(link(&third.html, "next").is_none());
        let back = client.get(&link(&third.html, "previous").unwrap()).await;
        assert_eq!(back.rows(), second.rows());
        assert_eq!(client.get("/admin/activities?after=nonsense").await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a_list_is_ordered_and_narrowed_by_its_address() {
    on_both(async |served, client| {
        let mara = served.user("Mara Lind", "MEMBER").await;
        served.user("Bo Builder", "BUILDER").await;
        activities(&served, mara, 6).await;

        let by_name = client.get("/admin/users?sort=-display_name").await;
        assert_eq!(by_name.first_cells(), ["Mara Lind", "Bo Builder", "Ada Admin"]);
        assert!(by_name.html.contains("aria-sort=\"descending\""));
        assert_eq!(client.get("/admin/users?display_name=LIND").await.first_cells(), ["Mara Lind"]);
        assert_eq!(client.get("/admin/users?email=bo.b").await.first_cells(), ["Bo Builder"]);
        assert_eq!(client.get("/admin/users?role=ADMIN").await.first_cells(), ["Ada Admin"]);
        assert_eq!(client.get("/admin/users?display_name=%25").await.rows(), 0);

        assert_eq!(client.get(&format!("/admin/activities?user_id={mara}&kind=BUILD")).await.rows(), 3);
        assert_eq!(client.get("/admin/activities?world_id=none").await.rows(), 6);
        assert_eq!(client.get("/admin/activities?occurred_at.to=2001-01-01").await.rows(), 0);
        assert_eq!(client.get("/admin/activities?occurred_at.from=2001-01-01").await.rows(), 6);

        let wrong = client.get("/admin/activities?kind=NAP&occurred_at.from=soon&id=me").await;
        assert_eq!((wrong.status, wrong.rows()), (400, 0));
        for id in ["filter-kind", "filter-occurred_at-from", "filter-id"] {
            assert!(wrong.html.contains(&format!("href=\"#{id}\"")), "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_keeps_what_was_entered_and_says_what_is_wrong() {
    on_both(async |_, client| {
        world(&client, "Harbour", "harbour").await;
        let fields = [("name", ""), ("slug", "Not A Slug"), ("visibility", "PUBLIC"), ("capacity", "many")];
        let wrong = client.post("/admin/worlds/new", &fields).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.html.contains("value=\"Not A Slug\"") && wrong.html.contains("value=\"many\""));
        assert!(wrong.html.contains("aria-describedby=\"field-name-hint field-name-error\""));
        assert!(wrong.text().contains("Capacity: must be a whole number"));

        let fields = [("name", "H"), ("slug", "Not A Slug"), ("visibility", "PUBLIC"), ("capacity", "0")];
        let wrong = client.post("/admin/worlds/new", &fields).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.html.contains("id=\"field-slug-error\"") && wrong.html.contains("id=\"field-capacity-error\""));

        let taken =
            client.post("/admin/worlds/new", &[("name", "Other"), ("slug", "harbour"), ("visibility", "PUBLIC")]).await;
        assert_eq!(taken.status, 422);
        assert!(taken.html.contains("id=\"field-slug-error\""), "{}", taken.text());
        assert_eq!(client.get("/admin/worlds").await.rows(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_edit_changes_what_was_changed_and_nothing_else() {
    on_both(async |_, client| {
        let id = world(&client, "Harbour", "harbour").await;
        let form = client.get(&format!("/admin/worlds/{id}/edit")).await;
        assert!(form.html.contains("value=\"Harbour\""));
        let fields = [("name", "Old Harbour"), ("visibility", "PUBLIC"), ("capacity", "12")];
        let edited = client.post(&format!("/admin/worlds/{id}/edit"), &fields).await;
        assert_eq!((edited.status, edited.location.as_deref()), (303, Some(format!("/admin/worlds/{id}").as_str())));
        let detail = client.get(edited.location.as_deref().unwrap()).await;
        assert!(detail.text().contains("Changes saved.") && detail.text().contains("Capacity 12"), "{}", detail.text());
        // Emptied, what may be NULL becomes NULL.
        client
            .post(
                &format!("/admin/worlds/{id}/edit"),
                &[("name", "Old Harbour"), ("visibility", "PUBLIC"), ("capacity", "")],
            )
            .await;
        assert!(!client.get(&format!("/admin/worlds/{id}")).await.text().contains("Capacity 12"));
    })
    .await;
}

#[tokio::test]
async fn a_get_asks_before_a_row_goes_and_a_post_destroys_it() {
    on_both(async |_, client| {
        let id = world(&client, "Harbour", "harbour").await;
        let question = client.get(&format!("/admin/worlds/{id}/destroy")).await;
        assert!(question.text().contains("This cannot be undone."));
        assert_eq!(client.get("/admin/worlds").await.rows(), 1);
        let gone = client.post(&format!("/admin/worlds/{id}/destroy"), &[]).await;
        assert_eq!((gone.status, gone.location.as_deref()), (303, Some("/admin/worlds")));
        assert_eq!(client.get("/admin/worlds").await.rows(), 0);
        assert_eq!(client.get(&format!("/admin/worlds/{id}")).await.status, 404);
        assert_eq!(client.post(&format!("/admin/worlds/{id}/destroy"), &[]).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_step_that_the_row_does_not_allow_is_refused_with_its_reason() {
    on_both(async |_, client| {
        let made = client.post("/admin/modifications/new", &[("title", "Doors"), ("source", "extends Node\r\n")]).await;
        let address = made.location.as_deref().unwrap();
        let detail = client.get(address).await;
        assert!(detail.text().contains("Approve") && !detail.html.contains(&format!("{address}/apply")));
        assert_eq!(client.post(&format!("{address}/approve"), &[]).await.status, 303);
        let again = client.post(&format!("{address}/approve"), &[]).await;
        assert_eq!(again.status, 422);
        assert!(again.text().contains("only a proposed modification can be approved"), "{}", again.text());
        // What cannot be done is not offered.
        assert!(!client.get(address).await.html.contains(&format!("{address}/approve")));
        assert_eq!(client.get(&format!("{address}/approve")).await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn a_generic_action_reads_by_its_address_or_acts_by_a_post() {
    on_both(async |served, client| {
        let form = client.get("/admin/activities/summary").await;
        assert!(form.html.contains("type=\"datetime-local\"") && !form.text().contains("Answer"));
        let admin = client.get("/admin/users").await.ids()[0];
        activities(&served, admin, 3).await;
        let answer = client.get("/admin/activities/summary?since=2026-01-01T00:00").await;
        assert!(answer.text().contains("Explore 1 Build 2"), "{}", answer.text());
        assert_eq!(client.get("/admin/activities/summary?since=soon").await.status, 422);
        assert_eq!(client.post("/admin/activities/summary", &[("since", "2026-01-01")]).await.status, 405);

        let wrong = client.post("/admin/magic-links/send", &[("email", "nobody")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("is not an e-mail address"));
        let sent = client.post("/admin/magic-links/send", &[("email", "new@example.org")]).await;
        assert_eq!((sent.status, sent.location.as_deref()), (303, Some("/admin/magic-links")));

        let said = client.post("/admin/probes/echo", &[("word", "hello <b>")]).await;
        assert_eq!(said.status, 200);
        assert!(said.html.contains("hello &lt;b&gt;"));
    })
    .await;
}

#[tokio::test]
async fn a_users_screen_shows_what_belongs_to_them_and_ends_sessions() {
    on_both(async |served, client| {
        let mara = served.user("Mara Lind", "MEMBER").await;
        let theirs = served.client(mara).await;
        activities(&served, mara, 12).await;
        let link = Input::new()
            .with("email", Value::Text("mara.lind@example.org".into()))
            .with("purpose", Value::Text("LINK".into()))
            .with("token_hash", Value::Text("0123456789abcdef".repeat(4)))
            .with("expires_at", Value::Timestamp(served.engine.system("seeds").now()));
        served.create("MagicLink", "issue", link).await;

        let detail = client.get(&format!("/admin/users/{mara}")).await;
        let text = detail.text();
        for section in ["Activities 12", "Magic links 1", "Sessions 1", "Memberships 0"] {
            assert!(text.contains(section), "{section}: {text}");
        }
        assert!(detail.html.contains(&format!("/admin/activities?user_id={mara}")));
        let action = detail.html.split("action=\"").find(|it| it.starts_with("/admin/sessions/")).unwrap();
        let action = action.split('"').next().unwrap();
        let back = format!("/admin/users/{mara}");
        let revoked = client.post(action, &[("_return_to", &back)]).await;
        assert_eq!((revoked.status, revoked.location), (303, Some(back.clone())));
        assert!(client.get(&back).await.text().contains("Revoke: done."));
        // Who has no session is a stranger.
        assert!(theirs.get("/admin").await.text().contains("Sign in"));
        // What has ended does not end again: the time at which it did stays.
        let again = client.post(action, &[("_return_to", &back)]).await;
        assert_eq!(again.status, 422);
        assert!(again.text().contains("Revoked at: it was revoked already"), "{}", again.text());
        assert!(!client.get(&back).await.html.contains(action));
        served.client(mara).await;
        let next = client.get(&back).await;
        let action = next.html.split("action=\"").find(|it| it.starts_with("/admin/sessions/")).unwrap();
        let action = action.split('"').next().unwrap();
        let elsewhere = client.post(action, &[("_return_to", "//evil.example")]).await;
        assert!(elsewhere.location.unwrap().starts_with("/admin/sessions/"));
    })
    .await;
}

#[tokio::test]
async fn what_is_served_is_what_was_described() {
    on_both(async |served, client| {
        let world = world(&client, "Harbour", "harbour").await.to_string();
        let described = samara::admin::describe(served.engine.app());
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        for screen in described["screens"].as_array().unwrap() {
            let address = text(&screen["address"]);
            let page = client.get(&address).await;
            assert_eq!(page.status, 200, "{address}");
            let title = text(&screen["title"]);
            assert!(page.text().starts_with(&format!("Admin {title} {title}")), "{address}");
            for column in screen["list"]["columns"].as_array().unwrap().iter().filter(|_| page.rows() > 0) {
                assert!(
                    page.html.contains(&format!("data-label=\"{}\"", text(&column["title"]))),
                    "{address} {column}"
                );
            }
            for parameter in
                screen["list"]["filters"].as_array().unwrap().iter().flat_map(|it| it["parameters"].as_array().unwrap())
            {
                assert!(page.html.contains(&format!("name=\"{}\"", text(parameter))), "{address} {parameter}");
            }
            for action in screen["actions"].as_array().unwrap() {
                let form = text(&action["address"]);
                if form.contains("{id}") && address != "/admin/worlds" {
                    continue;
                }
                let form = client.get(&form.replace("{id}", &world)).await;
                assert_eq!(form.status, 200, "{action}");
                for field in action["fields"].as_array().unwrap() {
                    assert!(form.html.contains(&format!("name=\"{}\"", text(&field["name"]))), "{field}");
                }
            }
        }
    })
    .await;
}
