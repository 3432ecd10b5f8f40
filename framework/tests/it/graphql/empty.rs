//! An object of which everything is skipped is an empty object.

use samara::graphql::{Options, Request};
use serde_json::{Value as Json, json};

use super::data::{COORDINATOR, id};
use super::support::{Platform, on_platform, on_platform_with};

async fn answers(platform: &Platform, query: &str, data: &Json) {
    let body = platform.json(Some(COORDINATOR), query, json!({})).await;
    assert_eq!(body, json!({ "data": data }), "{query}");
}

#[tokio::test]
async fn a_query_keeps_what_it_skips_as_empty_objects() {
    let query = |selection: &str| {
        let variables = [("$no", "$no: Boolean = false"), ("$yes", "$yes: Boolean = true")];
        let used: Vec<_> = variables.into_iter().filter(|(name, _)| selection.contains(name)).collect();
        let declared: Vec<_> = used.into_iter().map(|(_, declared)| declared).collect();
        let declared = if declared.is_empty() { String::new() } else { format!("({})", declared.join(", ")) };
        format!("query{declared} {{ {selection} }}")
    };
    let world = id("World", 0);
    on_platform(async |platform| {
        for (selection, data) in [
            ("worlds @include(if: $no) { totalCount }", json!({})),
            ("worlds { totalCount @include(if: $no) }", json!({ "worlds": {} })),
            ("worlds(first: 2) { nodes { name @skip(if: $yes) } }", json!({ "worlds": { "nodes": [{}, {}] } })),
            ("worlds(first: 1) { edges { cursor @skip(if: true) } }", json!({ "worlds": { "edges": [{}] } })),
            (
                "worlds(first: 1) { edges { node { ... @skip(if: true) { name } } } }",
                json!({ "worlds": { "edges": [{ "node": {} }] } }),
            ),
            ("worlds(first: 1) { pageInfo { endCursor @skip(if: true) } }", json!({ "worlds": { "pageInfo": {} } })),
            (
                "worlds(first: 1) { nodes { owner { id @skip(if: true) } } }",
                json!({ "worlds": { "nodes": [{ "owner": {} }] } }),
            ),
            (
                "worlds(first: 1) { nodes { memberships(first: 1) { nodes { id @skip(if: true) } } } }",
                json!({ "worlds": { "nodes": [{ "memberships": { "nodes": [{}] } }] } }),
            ),
            ("currentUser { id @include(if: $no) }", json!({ "currentUser": {} })),
            (
                "summaryActivity(since: \"2026-01-01T00:00:00Z\") { kind @skip(if: $yes) count @include(if: $no) }",
                json!({ "summaryActivity": [{}, {}, {}, {}, {}] }),
            ),
        ] {
            answers(&platform, &query(selection), &data).await;
        }
        answers(
            &platform,
            &format!("{{ world(id: \"{world}\") {{ name @skip(if: true) }} }}"),
            &json!({ "world": {} }),
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_mutation_is_done_of_which_nothing_is_shown() {
    on_platform(async |platform| {
        for (mutation, data) in [
            (
                "createWorld(input: { name: \"A\", slug: \"a\" }) { result { id @skip(if: true) } }",
                json!({ "createWorld": { "result": {} } }),
            ),
            (
                "createWorld(input: { name: \"B\", slug: \"b\" }) { errors @skip(if: true) { code } }",
                json!({ "createWorld": {} }),
            ),
            (
                "createWorld(input: { name: \"C\", slug: \"a\" }) { errors { code @skip(if: true) } result { id } }",
                json!({ "createWorld": { "errors": [{}], "result": null } }),
            ),
            ("echoProbe(input: { word: \"a\" }) { result @skip(if: true) }", json!({ "echoProbe": {} })),
        ] {
            answers(&platform, &format!("mutation {{ {mutation} }}"), &data).await;
        }
        answers(
            &platform,
            "{ worlds(filter: { slug: { in: [\"a\", \"b\"] } }) { totalCount } }",
            &json!({ "worlds": { "totalCount": 2 } }),
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn sign_in_that_is_not_set_up_still_has_its_shape() {
    on_platform_with(&Options::default, async |platform| {
        let query = "mutation { requestSignInCode(input: { email: \"a@b.c\" }) { result { flow @skip(if: true) } errors { code @skip(if: true) } } }";
        let (response, _) = platform.run(None, Request::new(query)).await;
        let body: Json = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(body, json!({ "data": { "requestSignInCode": { "result": null, "errors": [{}] } } }));
    })
    .await;
}
