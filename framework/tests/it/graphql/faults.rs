//! Errors of single fields: null as near as the types allow, the rest answered.

use samara::graphql::{Request, ResponseStatus};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::data::{ADMIN, id};
use super::support::on_platform;

#[tokio::test]
async fn a_number_of_more_than_32_bits_is_an_error_of_its_field() {
    on_platform(async |platform| {
        let big = "UPDATE probes SET size = 3000000000 WHERE label = 'alpha'";
        platform.engine.system("a test").unpoliced("what no action does").execute_unprepared(big).await.unwrap();
        let code = json!({ "code": "INVALID" });
        let message = "the number does not fit into the 32 bits of `Int`";

        // `size` may not be null, the world's probe may.
        let query = "{ worlds(first: 1) { nodes { name probe { label size } slug } } }";
        let body = platform.json(Some(ADMIN), query, json!({})).await;
        let world = json!({ "name": "Atrium", "probe": null, "slug": "world-0" });
        let error = json!({
            "message": message, "extensions": code, "locations": [{ "line": 1, "column": 49 }],
            "path": ["worlds", "nodes", 0, "probe", "size"],
        });
        assert_eq!(body, json!({ "data": { "worlds": { "nodes": [world] } }, "errors": [error] }));

        // Nothing between the number and the root may be null.
        let query =
            format!("{{ __typename probes(filter: {{ id: {{ eq: \"{}\" }} }}) {{ big: size }} }}", id("Probe", 0));
        let body = platform.json(Some(ADMIN), &query, json!({})).await;
        assert_eq!(body["data"], json!(null));
        assert_eq!(body["errors"][0]["path"], json!(["probes", 0, "big"]));
    })
    .await;
}

#[tokio::test]
async fn a_bad_cursor_inside_of_what_may_be_null_leaves_the_rest() {
    on_platform(async |platform| {
        let query = format!(
            "{{ a: world(id: \"{0}\") {{ name memberships(after: \"x\") {{ totalCount }} }} b: world(id: \"{0}\") {{ name }} }}",
            id("World", 0)
        );
        let body = platform.json(Some(ADMIN), &query, json!({})).await;
        assert_eq!(body["data"], json!({ "a": null, "b": { "name": "Atrium" } }));
        assert_eq!(body["errors"][0]["extensions"]["code"], "INVALID_CURSOR");
        assert_eq!(body["errors"][0]["path"][0], "a");
    })
    .await;
}

#[tokio::test]
async fn an_unreachable_database_is_told_without_its_reasons() {
    on_platform(async |platform| {
        let cx = platform.context(Some(ADMIN)).await;
        platform.engine.database().close().await;
        let request = |text: &str| Request::new(text);
        let response = platform.api.execute(&cx, request("{ worlds { totalCount } __typename }")).await;
        let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(body["data"], json!(null));
        assert_eq!(body["errors"][0]["extensions"]["code"], "UNAVAILABLE");
        assert_eq!(body["errors"][0]["message"], "the database cannot be reached; try again later");
        let mutation =
            "mutation { createWorld(input: { name: \"A\", slug: \"a\" }) { result { id } errors { code } } }";
        let response = platform.api.execute(&cx, request(mutation)).await;
        let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(body["data"]["createWorld"], json!({ "result": null, "errors": [{ "code": "UNAVAILABLE" }] }));
    })
    .await;
}

/// Else whoever obeys `Retry-After` would do it again.
#[tokio::test]
async fn a_mutation_that_was_done_is_no_outage_whatever_of_its_row_cannot_be_read() {
    on_platform(async |platform| {
        if !platform.engine.database().capability().row_locks {
            return;
        }
        let cx = platform.context(Some(ADMIN)).await;
        // Reading people takes space that is not there.
        let full = "ALTER TABLE users RENAME TO stored_users;
            CREATE FUNCTION is_full() RETURNS boolean LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$;
            CREATE VIEW users AS SELECT * FROM stored_users WHERE is_full()";
        platform.engine.system("a test").unpoliced("what no action does").execute_unprepared(full).await.unwrap();
        let record =
            "mutation { recordActivity(input: { kind: BUILD }) { result { id user { id } } errors { code } } }";
        let response = platform.api.execute(&cx, Request::new(record)).await;
        let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(body["data"]["recordActivity"], json!({ "result": null, "errors": [] }), "{body}");
        assert_eq!(body["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{body}");
        assert_eq!(response.outcome, ResponseStatus::Executed);

        // Under a key it is safe to repeat, and what passes is not kept.
        let keyed = || Request { idempotency_key: Some("k".into()), ..Request::new(record) };
        let response = platform.api.execute(&cx, keyed()).await;
        let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(body["data"]["recordActivity"], json!({ "result": null, "errors": [{ "code": "UNAVAILABLE" }] }));
        assert_eq!(response.outcome, ResponseStatus::Unavailable);
        // What takes too long would take too long again: it is done, and kept like that.
        let slow = "CREATE OR REPLACE FUNCTION is_full() RETURNS boolean LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'slow' USING ERRCODE = 'query_canceled'; END $$";
        platform.engine.system("a test").unpoliced("what no action does").execute_unprepared(slow).await.unwrap();
        let late = || Request { idempotency_key: Some("late".into()), ..Request::new(record) };
        let told = platform.api.execute(&cx, late()).await;
        let body: serde_json::Value = serde_json::from_slice(&told.body).unwrap();
        assert_eq!(body["data"]["recordActivity"], json!({ "result": null, "errors": [] }), "{body}");
        assert_eq!(body["errors"][0]["extensions"]["code"], "TIMEOUT", "{body}");

        let again = "DROP VIEW users; ALTER TABLE stored_users RENAME TO users";
        platform.engine.system("a test").unpoliced("what no action does").execute_unprepared(again).await.unwrap();
        let response = platform.api.execute(&cx, keyed()).await;
        let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(body["data"]["recordActivity"]["result"]["user"], json!({ "id": id("User", ADMIN) }), "{body}");
        assert_eq!(platform.api.execute(&cx, late()).await.body, told.body);
    })
    .await;
}
