//! Rows of tenants are shown within one, which is entered by a button of its row; the API is told by a header.

use serde_json::json;

use super::fixture;
use super::served::{on_both_with, world};

#[tokio::test]
async fn rows_of_tenants_are_shown_within_the_one_that_was_entered() {
    on_both_with(&fixture::within_worlds(), async |served, client| {
        let (inn, port) = (world(&client, "Inn", "inn").await, world(&client, "Port", "port").await);
        let outside = client.get("/admin/activities").await;
        assert_eq!(outside.status, 409);
        assert!(
            outside.text().contains("those of one world") && outside.text().contains("Work within it"),
            "{}",
            outside.text()
        );
        assert_eq!(client.get("/admin").await.status, 200);
        let me = client.get("/me").await;
        assert!(me.status == 200 && !me.text().contains("My activities"), "{}", me.text());
        for (id, kind) in [(inn, "EXPLORE"), (port, "BUILD")] {
            let page = client.get(&format!("/admin/worlds/{id}")).await;
            assert!(page.status == 200 && page.html.contains(&format!("action=\"/admin/worlds/{id}/enter\"")));
            let entered = client.post(&format!("/admin/worlds/{id}/enter"), &[]).await;
            assert_eq!((entered.status, entered.location.as_deref()), (303, Some("/admin")));
            let made = client.post("/admin/activities/new", &[("kind", kind), ("detail", "{}")]).await;
            assert_eq!(made.status, 303, "{}", made.text());
            let list = client.get("/admin/activities").await;
            assert_eq!((list.status, list.rows()), (200, 1), "{}", list.text());
            assert!(list.text().contains(if id == inn { "Explore" } else { "Build" }), "{}", list.text());
            let me = client.get("/me").await;
            assert!(me.text().contains("My activities"), "{}", me.text());
        }
        assert!(client.get("/admin").await.html.contains(&format!("Within <a href=\"/admin/worlds/{port}\">")));
        assert_eq!(client.get(&format!("/admin/worlds/{port}/enter")).await.status, 405);
        client.post(&format!("/admin/worlds/{port}/leave"), &[]).await;
        assert_eq!(client.get("/admin/activities").await.status, 409);
        // Somebody else's world is no tenant of hers, whatever her cookie says.
        let other = served.client(served.user("Bo Admin", "ADMIN").await).await;
        assert_eq!(other.post(&format!("/admin/worlds/{inn}/enter"), &[]).await.status, 404);
        other.with_tenant(&inn.to_string());
        assert_eq!(other.get("/admin/activities").await.status, 409);
        // The API is told by a header.
        let body = json!({ "query": "{ activities { nodes { kind } } }" });
        let ask = async |tenants: &[&str]| client.graphql(&body, tenants).await;
        let (inn, port) = (inn.to_string(), port.to_string());
        for (tenant, kind) in [(&inn, "EXPLORE"), (&port, "BUILD")] {
            let (status, answer) = ask(&[tenant]).await;
            assert_eq!((status, &answer["data"]["activities"]["nodes"][0]["kind"]), (200, &json!(kind)), "{answer}");
        }
        let (status, answer) = ask(&[]).await;
        assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (200, &json!("INVALID")), "{answer}");
        for (tenants, status, code) in [
            (&["nonsense"][..], 404, "NOT_FOUND"),
            (&["019f0000-0000-7000-8000-000000000001"], 404, "NOT_FOUND"),
            (&[inn.as_str(), port.as_str()], 400, "INVALID"),
        ] {
            let (told, answer) = ask(tenants).await;
            assert_eq!((told, &answer["errors"][0]["extensions"]["code"]), (status, &json!(code)), "{answer}");
        }
        let (status, answer) = other.graphql(&body, &[&inn]).await;
        assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (404, &json!("NOT_FOUND")), "{answer}");
    })
    .await;
}

/// Where there are no tenants the header means nothing, and that is said.
#[tokio::test]
async fn an_app_without_tenants_takes_none() {
    on_both_with(&fixture::application(), async |_, client| {
        let body = json!({ "query": "{ worlds { totalCount } }" });
        let (status, answer) = client.graphql(&body, &["019f0000-0000-7000-8000-000000000001"]).await;
        assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (400, &json!("INVALID")), "{answer}");
    })
    .await;
}
