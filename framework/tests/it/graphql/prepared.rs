//! Operations that were prepared once answer everybody, whatever their variables hold.

use samara::graphql::Request;
use serde_json::{Value as Json, json};

use super::corpus::{Case, cases};
use super::data::{ADMIN, BUILDER, COORDINATOR, MEMBER, id};
use super::support::{Platform, on_platform};

const EVERYBODY: [Option<usize>; 5] = [Some(ADMIN), Some(MEMBER), None, Some(COORDINATOR), Some(BUILDER)];

/// How many requests found their operation prepared, and how many did not, since `before`.
fn since(platform: &Platform, before: (u64, u64)) -> (u64, u64) {
    let counts = platform.api.prepared();
    (counts.hits - before.0, counts.misses - before.1)
}

fn now(platform: &Platform) -> (u64, u64) {
    since(platform, (0, 0))
}

fn case(query: &str, variables: &Json) -> Case {
    Case { actor: Some(MEMBER), query: query.into(), operation: None, variables: variables.clone() }
}

/// The code of the request error that refuses it.
async fn refusal(platform: &Platform, query: &str, variables: Json) -> String {
    let answer = platform.json(Some(MEMBER), query, variables).await;
    assert!(answer.get("data").is_none(), "{answer}");
    answer["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_somebody_prepared_answers_everybody_as_the_reference_does() {
    let cases = cases();
    on_platform(async |platform| {
        for case in &cases {
            for actor in EVERYBODY {
                let Case { query, operation, variables, .. } = case;
                let (query, variables) = (query.clone(), variables.clone());
                platform.check(&Case { actor, query, operation: *operation, variables }).await;
            }
        }
        let (hits, misses) = now(&platform);
        let asked = (cases.len() * EVERYBODY.len()) as u64;
        assert_eq!(hits + misses, asked);
        // No operation of the corpus is prepared twice.
        assert!(misses <= cases.len() as u64, "{misses} of {asked}");
    })
    .await;
}

#[tokio::test]
async fn an_operation_is_prepared_once_for_all_values_that_are_bound() {
    on_platform(async |platform| {
        let one = "query($id: ID!) { world(id: $id) { name } }";
        let kinds = "query($k: [ActivityKind!]!, $t: DateTime!) \
            { activities(filter: { kind: { in: $k }, occurredAt: { lte: $t } }) { nodes { kind } } }";
        let filtered = "query($f: WorldFilter!) { worlds(filter: $f, first: 2) { nodes { slug } } }";
        let named = |name: &str| json!({ "f": { "name": { "gt": name } } });
        let at = |day: &str, kinds: Json| json!({ "t": format!("2026-09-{day}T00:00:00Z"), "k": kinds });
        for (query, variables) in [
            (one, vec![json!({ "id": id("World", 1) }), json!({ "id": id("World", 2) }), json!({ "id": "none" })]),
            (kinds, vec![at("22", json!(["BUILD"])), at("23", json!("SCRIPT")), at("24", json!(["BUILD", "SCRIPT"]))]),
            (filtered, vec![named("A"), named("B"), named("A")]),
        ] {
            let before = now(&platform);
            for variables in &variables {
                platform.check(&case(query, variables)).await;
            }
            assert_eq!(since(&platform, before), (variables.len() as u64 - 1, 1), "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_decides_the_shape_of_an_operation_is_prepared_apart() {
    on_platform(async |platform| {
        let skip = "query($s: Boolean!) { worlds { nodes { name slug @skip(if: $s) } } }";
        let sized = "query($n: Int) { worlds(first: $n) { nodes { name } } }";
        let equal = "query($c: Int) { worlds(filter: { capacity: { eq: $c } }) { nodes { slug } } }";
        let filtered = "query($f: WorldFilter) { worlds(filter: $f) { nodes { slug } } }";
        let sorted = "query($o: SortOrder!) { worlds(sort: { field: NAME, order: $o }) { nodes { slug } } }";
        let above = |it: i32| json!({ "f": { "capacity": { "gt": it } } });
        for (query, variables) in [
            (skip, vec![json!({ "s": true }), json!({ "s": false })]),
            (sized, vec![json!({}), json!({ "n": null }), json!({ "n": 1 }), json!({ "n": 2 })]),
            (equal, vec![json!({}), json!({ "c": null }), json!({ "c": 20 })]),
            (
                filtered,
                vec![
                    json!({}),
                    json!({ "f": null }),
                    json!({ "f": {} }),
                    above(10),
                    json!({ "f": { "capacity": { "lt": 10 } } }),
                    json!({ "f": { "capacity": { "gt": null } } }),
                    json!({ "f": { "and": [above(1)["f"], above(2)["f"]] } }),
                    json!({ "f": { "and": [above(1)["f"]] } }),
                    json!({ "f": { "or": [above(1)["f"]] } }),
                    json!({ "f": { "not": above(1)["f"] } }),
                    json!({ "f": { "capacity": { "isNil": true } } }),
                    json!({ "f": { "capacity": { "isNil": false } } }),
                ],
            ),
            (sorted, vec![json!({ "o": "ASC" }), json!({ "o": "DESC" })]),
        ] {
            let before = now(&platform);
            for variables in variables.iter().chain(&variables) {
                platform.check(&case(query, variables)).await;
            }
            let each = variables.len() as u64;
            assert_eq!(since(&platform, before), (each, each), "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn whether_an_enum_would_be_json_does_not_depend_on_who_asked_before() {
    on_platform(async |platform| {
        let query = "query($k: [ActivityKind!]!) { activities(filter: { detail: { eq: { a: $k } } }) { totalCount } }";
        for _ in 0..2 {
            let answer = platform.json(Some(MEMBER), query, json!({ "k": [] })).await;
            assert!(answer.get("errors").is_none(), "{answer}");
            assert_eq!(refusal(&platform, query, json!({ "k": ["BUILD"] })).await, "INVALID");
        }
    })
    .await;
}

#[tokio::test]
async fn a_code_that_stands_in_a_text_is_not_kept() {
    on_platform(async |platform| {
        let text = r#"mutation { signInWithCode(input: { flow: "secret", code: "123456" }) { result { token } errors { code } } }"#;
        let before = now(&platform);
        for _ in 0..3 {
            platform.json(None, text, json!({})).await;
        }
        assert_eq!(since(&platform, before), (0, 3));
        let given = "mutation($input: SignInWithCodeInput!) { signInWithCode(input: $input) { errors { code } } }";
        let before = now(&platform);
        for code in ["123456", "654321"] {
            platform.json(None, given, json!({ "input": { "flow": "secret", "code": code } })).await;
        }
        assert_eq!(since(&platform, before), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_wrong_value_is_refused_though_its_operation_is_prepared() {
    on_platform(async |platform| {
        let before = "query($t: DateTime!) { activities(filter: { occurredAt: { lte: $t } }) { totalCount } }";
        let within = "query($in: [Int!]!) { worlds(filter: { capacity: { in: $in } }) { totalCount } }";
        let sized = "query($n: Int!) { worlds(first: $n) { nodes { name } } }";
        for (query, right, wrong, code) in [
            (before, json!({ "t": "2026-09-22T00:00:00Z" }), json!({ "t": "yesterday" }), "INVALID"),
            (within, json!({ "in": [1] }), json!({ "in": [1, null] }), "INVALID"),
            (within, json!({ "in": [1] }), json!({ "in": vec![1; 1_001] }), "LIMIT_EXCEEDED"),
            (sized, json!({ "n": 1 }), json!({ "n": -1 }), "INVALID"),
            (sized, json!({ "n": 1 }), json!({ "n": 100_000 }), "LIMIT_EXCEEDED"),
            (sized, json!({ "n": 1 }), json!({}), "INVALID"),
        ] {
            for _ in 0..2 {
                let answer = platform.json(Some(MEMBER), query, right.clone()).await;
                assert!(answer.get("errors").is_none(), "{answer}");
                assert_eq!(refusal(&platform, query, wrong.clone()).await, code, "{query} {wrong}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_action_is_given_what_each_request_holds() {
    on_platform(async |platform| {
        let create = "mutation($input: CreateProbeInput!) { createProbe(input: $input) { result { label size } errors { code } } }";
        let before = now(&platform);
        for size in [1, 2, 3] {
            let label = format!("probe-{size}");
            let variables = json!({ "input": { "label": label, "size": size, "live": true } });
            let answer = platform.json(Some(ADMIN), create, variables).await;
            assert_eq!(answer["data"]["createProbe"]["result"], json!({ "label": label, "size": size }), "{answer}");
        }
        assert_eq!(since(&platform, before), (2, 1));
    })
    .await;
}

#[tokio::test]
async fn operations_of_one_text_are_told_apart() {
    on_platform(async |platform| {
        let text = "query A { a: worlds { totalCount } } query B { b: users { totalCount } }";
        for _ in 0..2 {
            for (name, key) in [(Some("A"), Some("a")), (Some("B"), Some("b")), (Some("C"), None), (None, None)] {
                let request = Request { operation_name: name.map(str::to_owned), ..Request::new(text) };
                let (response, _) = platform.run(Some(ADMIN), request).await;
                let answer: Json = serde_json::from_slice(&response.body).unwrap();
                match key {
                    Some(key) => assert!(answer["data"][key]["totalCount"].is_number(), "{answer}"),
                    None => assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID", "{answer}"),
                }
            }
        }
    })
    .await;
}
