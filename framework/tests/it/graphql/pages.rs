//! Walking through connections by cursor, in both directions, gives every row once and in order.

use serde_json::{Value as Json, json};

use super::corpus::Case;
use super::data::{ADMIN, COORDINATOR, MEMBER};
use super::support::{Platform, on_platform};

const SORTS: [&str; 6] = [
    "[]",
    "[{ field: KIND }, { field: WORLD_ID, order: DESC }]",
    "{ field: WORLD_ID, order: ASC }",
    "{ field: WORLD_ID, order: ASC_NULLS_FIRST }",
    "{ field: WORLD_ID, order: DESC_NULLS_LAST }",
    "[{ field: USER_ID, order: DESC }, { field: OCCURRED_AT }]",
];

fn connection(body: &Json) -> &Json {
    assert!(body.get("errors").is_none(), "{body}");
    &body["data"]["activities"]
}

async fn ids(platform: &Platform, query: &str) -> Vec<Json> {
    let body = platform.json(Some(COORDINATOR), query, json!({})).await;
    connection(&body)["nodes"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect()
}

#[tokio::test]
async fn pages_put_together_are_the_list() {
    on_platform(async |platform| {
        for sort in SORTS {
            let all = ids(&platform, &format!("{{ activities(sort: {sort}) {{ nodes {{ id }} }} }}")).await;
            assert_eq!(all.len(), 48);
            for (size, near, far, cursor, more) in [
                (7, "first", "after", "endCursor", "hasNextPage"),
                (11, "last", "before", "startCursor", "hasPreviousPage"),
            ] {
                let mut walked = Vec::new();
                let mut place = Json::Null;
                loop {
                    let query = format!(
                        "query($at: String) {{ activities(sort: {sort}, {near}: {size}, {far}: $at) \
                         {{ nodes {{ id }} pageInfo {{ {cursor} {more} }} totalCount }} }}"
                    );
                    let body = platform.json(Some(COORDINATOR), &query, json!({ "at": place })).await;
                    let page = connection(&body);
                    assert_eq!(page["totalCount"], 48, "a page does not change the count");
                    let ids = page["nodes"].as_array().unwrap().iter().map(|it| it["id"].clone());
                    match near {
                        "first" => walked.extend(ids),
                        _ => drop(walked.splice(0..0, ids)),
                    }
                    place = page["pageInfo"][cursor].clone();
                    if page["pageInfo"][more] == json!(false) {
                        break;
                    }
                }
                assert_eq!(walked, all, "{near} {sort}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_lies_between_cursors_answers_as_the_reference() {
    on_platform(async |platform| {
        for (actor, field, filter) in
            [(ADMIN, "worlds", "{}"), (MEMBER, "activities", "{ kind: { notEq: SCRIPT } }"), (ADMIN, "users", "{}")]
        {
            let all = format!("{{ {field}(filter: {filter}) {{ edges {{ cursor node {{ id }} }} }} }}");
            let edges = platform.json(Some(actor), &all, json!({})).await["data"][field]["edges"].clone();
            let end = edges.as_array().unwrap().len() - 1;
            for (page, after, before) in [
                ("first: 2", Some(1), None),
                ("first: 2", None, Some(4)),
                ("first: 9", Some(0), Some(3)),
                ("last: 2", Some(1), None),
                ("last: 1", None, Some(2)),
                ("last: 9", Some(2), Some(end)),
                ("first: 1", Some(end), None),
                ("first: 3", Some(3), Some(2)),
                ("", Some(2), None),
            ] {
                let query = format!(
                    "query($after: String, $before: String) {{ {field}(filter: {filter}, after: $after, before: $before, {page}) \
                     {{ nodes {{ id }} totalCount pageInfo {{ hasNextPage hasPreviousPage }} }} }}"
                );
                let pick = |at: Option<usize>, what: &str| match (at, what) {
                    (None, _) => Json::Null,
                    (Some(at), "cursor") => edges[at]["cursor"].clone(),
                    (Some(at), _) => edges[at]["node"]["id"].clone(),
                };
                let given = json!({ "after": pick(after, "cursor"), "before": pick(before, "cursor") });
                let known = json!({ "after": pick(after, "id"), "before": pick(before, "id") });
                let case = Case { actor: Some(actor), query, operation: None, variables: known };
                platform.check_given(&case, given).await;
            }
        }
    })
    .await;
}
