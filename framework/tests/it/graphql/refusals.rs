//! Bad input: each a clear error with the right code, before anything is done, and nothing of it repeated.

use samara::graphql::{Request, ResponseStatus};
use samara::record::Input;
use samara::value::Value;
use serde_json::{Value as Json, json};

use super::data::{ADMIN, MEMBER};
use super::support::{object, on_platform};

#[tokio::test]
async fn what_cannot_be_run_is_refused_before_anything_is_read() {
    let many = |text: &str, count: usize| text.repeat(count);
    let invalid: Vec<(String, Json)> = [
        ("", json!({})),
        ("{", json!({})),
        ("{ worlds { nodes { name } }", json!({})),
        ("{ worlds { nodes { name } } } }", json!({})),
        ("query { worlds(first: ) { totalCount } }", json!({})),
        ("\u{0}", json!({})),
        ("{ worlds { nodes { name \u{202e}} } }", json!({})),
        ("fragment A on World { name }", json!({})),
        ("{ worlds }", json!({})),
        ("{ worlds { nodes } }", json!({})),
        ("{ worlds { nodes { name { x } } } }", json!({})),
        ("{ nothing }", json!({})),
        ("{ worlds { nodes { nothing } } }", json!({})),
        ("{ magicLinks { nodes { id } } }", json!({})),
        ("{ __typename(x: 1) }", json!({})),
        ("{ __typename { x } }", json!({})),
        ("{ worlds { nodes { __typename(x: 1) } } }", json!({})),
        ("{ worlds { __typename { x } } }", json!({})),
        ("{ worlds(offset: 3) { totalCount } }", json!({})),
        ("{ world { name } }", json!({})),
        ("{ world(id: null) { name } }", json!({})),
        ("{ world(id: {}) { name } }", json!({})),
        ("{ world(id: 1.5) { name } }", json!({})),
        ("{ worlds(first: \"1\") { totalCount } }", json!({})),
        ("{ worlds(first: 1.5) { totalCount } }", json!({})),
        ("{ worlds(first: 2147483648) { totalCount } }", json!({})),
        ("{ worlds(first: 99999999999999999999) { totalCount } }", json!({})),
        ("{ worlds(first: -1) { totalCount } }", json!({})),
        ("{ worlds(last: -1) { totalCount } }", json!({})),
        ("{ worlds(first: 1, last: 1) { totalCount } }", json!({})),
        ("{ worlds { nodes { memberships(first: -5) { totalCount } } } }", json!({})),
        ("{ worlds(filter: { nothing: { eq: 1 } }) { totalCount } }", json!({})),
        ("{ worlds(filter: { name: { equals: \"a\" } }) { totalCount } }", json!({})),
        ("{ worlds(filter: { name: { eq: 1 } }) { totalCount } }", json!({})),
        ("{ worlds(filter: { name: { eq: \"a\" }, name: { eq: \"b\" } }) { totalCount } }", json!({})),
        (
            "query($f: WorldFilter = { name: { eq: \"a\", eq: \"b\" } }) { worlds(filter: $f) { totalCount } }",
            json!({}),
        ),
        ("mutation { recordActivity(input: { kind: BUILD, detail: { a: 1, a: 2 } }) { errors { code } } }", json!({})),
        ("{ worlds(filter: { name: { eq: \"\\uD83C\" } }) { totalCount } }", json!({})),
        ("{ worlds(filter: { name: \"a\" }) { totalCount } }", json!({})),
        ("{ worlds(filter: { capacity: { eq: \"1\" } }) { totalCount } }", json!({})),
        ("{ worlds(filter: { capacity: { in: [1, null] } }) { totalCount } }", json!({})),
        ("{ worlds(filter: { visibility: { eq: SECRET } }) { totalCount } }", json!({})),
        ("{ worlds(filter: { visibility: { eq: \"PUBLIC\" } }) { totalCount } }", json!({})),
        ("{ worlds(filter: { insertedAt: { gt: \"yesterday\" } }) { totalCount } }", json!({})),
        ("{ worlds(filter: { insertedAt: { gt: 7 } }) { totalCount } }", json!({})),
        ("{ worlds(filter: []) { totalCount } }", json!({})),
        ("{ activities(filter: { detail: { eq: { a: WORD } } }) { totalCount } }", json!({})),
        ("{ activities(sort: { field: DETAIL }) { totalCount } }", json!({})),
        ("{ worlds(sort: { field: name }) { totalCount } }", json!({})),
        ("{ worlds(sort: { order: ASC }) { totalCount } }", json!({})),
        ("{ worlds(sort: { field: NAME, order: null }) { totalCount } }", json!({})),
        ("{ probes(filter: { total: { eq: \"9223372036854775808\" } }) { label } }", json!({})),
        ("{ probes(first: 1) { label } }", json!({})),
        ("{ largeProbes { label } }", json!({})),
        ("{ summaryActivity(since: \"now\") { kind } }", json!({})),
        ("{ worlds { ...A } }", json!({})),
        ("{ worlds { ...A } } fragment A on World { name }", json!({})),
        (
            "{ worlds { ...A } } fragment A on WorldConnection { ...B } fragment B on WorldConnection { ...A }",
            json!({}),
        ),
        ("{ worlds { totalCount } } fragment A on World { name }", json!({})),
        ("{ worlds { nodes { x: name x: slug } } }", json!({})),
        ("{ worlds(first: 1) { totalCount } worlds(first: 2) { totalCount } }", json!({})),
        ("{ worlds { nodes { ...A x: slug } } } fragment A on World { x: name }", json!({})),
        ("{ a: worlds { nodes { name } } a: worlds { nodes { name: slug } } }", json!({})),
        ("{ worlds { totalCount @skip } }", json!({})),
        ("{ worlds { totalCount @skip(if: 1) } }", json!({})),
        ("{ worlds { totalCount @unknown } }", json!({})),
        ("query @include(if: true) { worlds { totalCount } }", json!({})),
        ("query($x: Int) { worlds { totalCount } }", json!({})),
        ("{ worlds(first: $x) { totalCount } }", json!({})),
        ("query($x: String) { worlds(first: $x) { totalCount } }", json!({})),
        ("query($x: Nothing) { worlds(first: $x) { totalCount } }", json!({})),
        ("query($x: World) { worlds(first: $x) { totalCount } }", json!({})),
        ("query($x: Int, $x: Int) { worlds(first: $x) { totalCount } }", json!({})),
        ("query($x: Int = \"a\") { worlds(first: $x) { totalCount } }", json!({})),
        ("query($id: ID!) { world(id: $id) { name } }", json!({})),
        ("query($id: ID!) { world(id: $id) { name } }", json!({ "id": null })),
        ("query($id: ID!) { world(id: $id) { name } }", json!({ "id": ["a"] })),
        ("query($x: Int) { worlds(first: $x) { totalCount } }", json!({ "x": "1" })),
        ("query($x: Int) { worlds(first: $x) { totalCount } }", json!({ "x": 1.5 })),
        ("query($x: Int) { worlds(first: $x) { totalCount } }", json!({ "x": 3_000_000_000_u32 })),
        ("query($x: Int) { worlds(first: $x) { totalCount } }", json!({ "x": -1 })),
        ("query($x: WorldFilter) { worlds(filter: $x) { totalCount } }", json!({ "x": { "nothing": 1 } })),
        ("query($x: WorldFilter) { worlds(filter: $x) { totalCount } }", json!({ "x": { "and": [null] } })),
        ("query($x: WorldFilter) { worlds(filter: $x) { totalCount } }", json!({ "x": "a" })),
        ("query($x: [WorldSort!]) { worlds(sort: $x) { totalCount } }", json!({ "x": [{}] })),
        (
            "query($x: Visibility) { worlds(filter: { visibility: { eq: $x } }) { totalCount } }",
            json!({ "x": "SECRET" }),
        ),
        ("subscription { worlds { totalCount } }", json!({})),
        ("query A { worlds { totalCount } } query A { users { totalCount } }", json!({})),
        ("query A { worlds { totalCount } } query B { users { totalCount } }", json!({})),
        ("query A { worlds { totalCount } } { users { totalCount } }", json!({})),
        ("type World { id: ID }", json!({})),
        ("mutation { createWorld { errors { code } } }", json!({})),
        ("mutation { createWorld(input: { name: \"a\" }) { errors { code } } }", json!({})),
        (
            "mutation { createWorld(input: { name: \"a\", slug: \"a\", ownerId: \"x\" }) { errors { code } } }",
            json!({}),
        ),
        ("mutation { createWorld(input: { name: null, slug: \"a\" }) { errors { code } } }", json!({})),
        ("mutation { updateWorld(input: { name: \"a\" }) { errors { code } } }", json!({})),
        ("mutation { setUserRole(id: \"x\", input: {}) { errors { code } } }", json!({})),
        ("mutation { registerUser(input: { email: \"a@b.c\" }) { errors { code } } }", json!({})),
    ]
    .map(|(query, variables)| (query.to_owned(), variables))
    .into();
    let limits: Vec<String> = vec![
        "{ worlds(first: 251) { totalCount } }".into(),
        "{ worlds(last: 2147483647) { totalCount } }".into(),
        "{ worlds { nodes { memberships(first: 251) { totalCount } } } }".into(),
        "{ worlds(first: 250) { nodes { activities(first: 250) { nodes { id } } } } }".into(),
        "{ worlds { nodes { owner { worlds { nodes { owner { worlds { nodes { id } } } } } } } } }".into(),
        format!("{{ {} }}", (0..21).map(|it| format!("a{it}: worlds {{ totalCount }} ")).collect::<String>()),
        format!("mutation {{ {} }}", (0..11).map(|it| format!("a{it}: signOut {{ result }} ")).collect::<String>()),
        format!("{{ worlds {{ nodes {{ {} }} }} }}", (0..31).map(|it| format!("a{it}: name ")).collect::<String>()),
        format!("{{ worlds {{ nodes {{ name {} }} }} }}", many("@include(if: true) ", 6)),
        format!("{{ worlds {{ nodes {{ {} }} }} }}", many("name ", 6_000)),
        format!("{{ worlds {} {{ nodes {{ name }} }} }}", many("(", 100)),
        many("{ worlds { nodes { owner ", 8) + "{ id }" + &many("}}}", 8),
        many("{", 100_000),
        "{ worlds(filter: ".to_owned() + &many("{ owner: { worlds: ", 3) + "{}" + &many("}}", 3) + ") { totalCount } }",
        format!("{{ worlds(filter: {{ or: [{}] }}) {{ totalCount }} }}", many("{ name: { eq: \"a\" } } ", 201)),
        format!("{{ worlds(filter: {{ capacity: {{ in: [{}] }} }}) {{ totalCount }} }}", many("1 ", 1_001)),
    ];
    on_platform(async |platform| {
        let limits = limits.iter().map(|query| (query, json!({}), "LIMIT_EXCEEDED"));
        let invalid = invalid.iter().map(|(query, variables)| (query, variables.clone(), "INVALID"));
        for (query, variables, code) in invalid.chain(limits) {
            let shown: String = query.chars().take(200).collect();
            let request = Request { variables: object(variables), ..Request::new(query) };
            let (response, statements) = platform.run(Some(ADMIN), request).await;
            let body: Json = serde_json::from_slice(&response.body).unwrap();
            assert_eq!(body["errors"][0]["extensions"]["code"], code, "{shown}\n{body}");
            assert_eq!(response.outcome, ResponseStatus::RequestError, "{shown}");
            assert!(body.get("data").is_none(), "{shown}");
            assert_eq!(statements, 0, "{shown}");
            assert!(response.body.len() < 4_000, "{shown}\n{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn cursors_of_other_lists_are_refused_where_they_are_given() {
    on_platform(async |platform| {
        let query = "{ users { edges { cursor } } a: worlds { edges { cursor } } \
             b: worlds(sort: { field: SLUG }) { edges { cursor } } }";
        let body = platform.json(Some(ADMIN), query, json!({})).await;
        let list = "query($at: String) { worlds(after: $at) { nodes { id } } }";
        let nested = "query($at: String) { currentUser { id worlds(before: $at) { nodes { id } } } }";
        for cursor in [
            body["data"]["users"]["edges"][0]["cursor"].clone(),
            body["data"]["b"]["edges"][0]["cursor"].clone(),
            json!(""),
            json!("x"),
            json!("eyJmIjoiIn0"),
            json!("a".repeat(5_000)),
            json!("☃"),
        ] {
            let refused = platform.json(Some(ADMIN), list, json!({ "at": cursor })).await;
            assert_eq!(refused["data"], Json::Null, "{cursor} {refused}");
            assert_eq!(refused["errors"][0]["extensions"]["code"], "INVALID_CURSOR", "{cursor}");
            assert_eq!(refused["errors"][0]["path"], json!(["worlds"]));
            let refused = platform.json(Some(ADMIN), nested, json!({ "at": cursor })).await;
            assert_eq!(refused["errors"][0]["extensions"]["code"], "INVALID_CURSOR", "{cursor} {refused}");
        }
        let good = body["data"]["a"]["edges"][0]["cursor"].clone();
        let page = platform.json(Some(ADMIN), list, json!({ "at": good })).await;
        assert_eq!(page["data"]["worlds"]["nodes"].as_array().unwrap().len(), 7);
    })
    .await;
}

/// PostgreSQL compares no text with U+0000 in it, SQLite would.
#[tokio::test]
async fn a_text_that_no_database_compares_is_refused_by_both() {
    on_platform(async |platform| {
        for (field, filter) in [
            ("worlds", json!({ "name": { "eq": "\0" } })),
            ("worlds", json!({ "or": [{ "name": { "notIn": ["a", "b\0"] } }, { "not": {} }] })),
            ("users", json!({ "email": { "endsWith": "\0" } })),
            ("activities", json!({ "detail": { "notEq": { "a": [{ "\0": 1 }] } } })),
        ] {
            let ty = match field {
                "worlds" => "World",
                "users" => "User",
                _ => "Activity",
            };
            let query = format!("query($f: {ty}Filter) {{ {field}(filter: $f) {{ totalCount }} }}");
            for actor in [None, Some(MEMBER)] {
                let body = platform.json(actor, &query, json!({ "f": filter })).await;
                let message = "a value in a filter must not hold the character U+0000";
                assert_eq!(body["errors"][0]["message"], message, "{filter} {body}");
                assert_eq!(body["errors"][0]["extensions"]["code"], "INVALID");
                assert_eq!(body["data"], Json::Null);
            }
        }
        // As an id it names no row.
        let body = platform.json(Some(MEMBER), "{ world(id: \"\\u0000\") { id } }", json!({})).await;
        assert_eq!(body, json!({ "data": { "world": null } }));
    })
    .await;
}

#[tokio::test]
async fn strings_may_escape_any_character() {
    on_platform(async |platform| {
        for name in ["Caf\\u{E9}", "Caf\\u00e9", "\\u{0043}af\u{e9}"] {
            let query = format!("{{ worlds(filter: {{ name: {{ eq: \"{name}\" }} }}) {{ totalCount }} }}");
            let body = platform.json(Some(ADMIN), &query, json!({})).await;
            assert_eq!(body["data"]["worlds"]["totalCount"], 1, "{name} {body}");
        }
        let write = "mutation { createWorld(input: { name: \"\\uD83C\\uDF31\\u{22}\\u{1F331}\", slug: \"leaf\" }) \
                     { result { name } } }";
        let body = platform.json(Some(ADMIN), write, json!({})).await;
        assert_eq!(body["data"]["createWorld"]["result"]["name"], "\u{1f331}\"\u{1f331}");
    })
    .await;
}

#[tokio::test]
async fn a_message_does_not_repeat_a_long_document() {
    on_platform(async |platform| {
        let long = "x".repeat(100_000);
        for query in [
            format!("{{ {long} }}"),
            format!("{{ worlds(first: \"{long}\") {{ totalCount }} }}"),
            format!("{{ worlds {{ {long}: nodes {{ id }} {long}: totalCount }} }}"),
            format!("query(${long}: Int!) {{ worlds(first: ${long}) {{ totalCount }} }}"),
            format!("{{ worlds {{ \"{long}"),
            format!("{{ worlds(filter: {{ {long}: 1 }}) {{ totalCount }} }}"),
        ] {
            let (response, _) = platform.run(Some(MEMBER), Request::new(query)).await;
            assert_eq!(response.outcome, ResponseStatus::RequestError);
            assert!(response.body.len() < 2_000, "{}", String::from_utf8_lossy(&response.body));
        }
    })
    .await;
}

/// The words of a refusal are those of the specification's own terms, so a developer can look them up.
#[tokio::test]
async fn messages_say_where_and_what() {
    on_platform(async |platform| {
        for (query, message, line, column) in [
            ("{ worlds {", "syntax error at line 1, column 11", 1, 11),
            ("{\n  worlds(first: -3) { totalCount }\n}", "`first` must not be negative", 2, 3),
            ("{ worlds(first: 999) { totalCount } }", "`first` may be at most 250", 1, 3),
            (
                "query($f: WorldFilter) { worlds(filter: $f) { totalCount } }",
                "`$f.name.eq` must be a value of type `String`",
                1,
                7,
            ),
            ("{ worlds(filter: {capacity: {in: [1, \"a\"]}}) { totalCount } }", "", 1, 10),
        ] {
            let body = platform.json(None, query, json!({ "f": { "name": { "eq": 1 } } })).await;
            let error = &body["errors"][0];
            if !message.is_empty() {
                assert_eq!(error["message"], message);
            }
            assert_eq!(error["locations"][0], json!({ "line": line, "column": column }), "{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_without_pages_has_no_more_rows_than_it_was_counted_for() {
    on_platform(async |platform| {
        let probe = async |label: String| {
            let input = Input::new()
                .with("label", Value::Text(label))
                .with("size", Value::Int(1))
                .with("live", Value::Bool(true));
            let probes = platform.engine.app().find("Probe").unwrap();
            platform.engine.system("tests").create(probes, "create", input).await.unwrap();
        };
        let query = "{ probes { label } }";
        let before = platform.json(Some(ADMIN), query, json!({})).await["data"]["probes"].as_array().unwrap().len();
        for index in before..250 {
            probe(format!("probe {index}")).await;
        }
        let answer = platform.json(Some(ADMIN), query, json!({})).await;
        assert_eq!(answer["data"]["probes"].as_array().unwrap().len(), 250);
        probe("one too many".into()).await;
        let answer = platform.json(Some(ADMIN), query, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED", "{answer}");
    })
    .await;
}
