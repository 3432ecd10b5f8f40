//! Numbers and ids as clients may write them.
//!
//! Source: GraphQL specification, "Int", "ID", "Input Coercion".

use samara::application::{ActionFunction, Application, Function};
use samara::context::Context;
use samara::error::Error;
use samara::future::BoxFuture;
use samara::graphql::{Api, Options};
use samara::ir::{Action, ActionKind, Read, Returns, Type};
use samara::record::{Input, ReturnValue};
use samara::value::Value;
use serde_json::{Value as Json, json};

use super::data::{ADMIN, MEMBER};
use super::platform;
use super::support::{Platform, on_platform};
use crate::support::declare::{action, altered, argument, attribute, named, nullable};
use crate::support::expression::{E, col};

/// The values of the root fields, without errors.
async fn data(platform: &Platform, query: &str, variables: Json) -> Json {
    let mut body = platform.json(Some(ADMIN), query, variables).await;
    assert!(body.get("errors").is_none(), "{query}\n{body}");
    body["data"].take()
}

async fn is_refused(platform: &Platform, query: &str, variables: Json) {
    let body = platform.json(Some(ADMIN), query, variables).await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "INVALID", "{query}\n{body}");
    assert!(body.get("data").is_none(), "{query}\n{body}");
}

#[tokio::test]
async fn an_integer_is_an_id_however_large_and_names_no_row() {
    on_platform(async |platform| {
        let get = |id: &str| format!("{{ world(id: {id}) {{ name }} }}");
        let integers = ["0", "-0", "7", "-7", "9223372036854775808", "18446744073709551616", "-9223372036854775809"];
        let larger = "1234567890".repeat(25);
        for id in integers.into_iter().chain([larger.as_str()]) {
            assert_eq!(data(&platform, &get(id), json!({})).await, json!({ "world": null }), "{id}");
            let list = format!("{{ worlds(filter: {{ id: {{ in: [{id}], eq: {id} }} }}) {{ totalCount }} }}");
            assert_eq!(data(&platform, &list, json!({})).await["worlds"]["totalCount"], 0, "{id}");
            let given = serde_json::from_str(&format!("{{ \"id\": {id} }}")).unwrap();
            let query = "query($id: ID!) { world(id: $id) { name } }";
            assert_eq!(data(&platform, query, given).await, json!({ "world": null }), "{id}");
        }
        for (kind, input) in [("update", ", input: { name: \"x\" }"), ("destroy", "")] {
            for id in ["99999999999999999999", "-0", "\"nonsense\"", "\"\""] {
                let mutation =
                    format!("mutation {{ {kind}World(id: {id}{input}) {{ result {{ id }} errors {{ code path }} }} }}");
                let expected = json!({ "result": null, "errors": [{ "code": "NOT_FOUND", "path": [] }] });
                assert_eq!(data(&platform, &mutation, json!({})).await[format!("{kind}World")], expected, "{mutation}");
            }
        }
        for id in ["1.5", "4.0", "-0.0", "1e3", "true", "WORD", "[1]"] {
            is_refused(&platform, &get(id), json!({})).await;
        }
        for id in [json!(1.5), json!(4.0), json!(0.0), json!(true), json!([1])] {
            is_refused(&platform, "query($id: ID!) { world(id: $id) { name } }", json!({ "id": id })).await;
        }
    })
    .await;
}

#[tokio::test]
async fn minus_zero_and_whole_floats_of_json_are_integers() {
    on_platform(async |platform| {
        let page = "{ worlds(first: -0) { nodes { name } } }";
        assert_eq!(data(&platform, page, json!({})).await, json!({ "worlds": { "nodes": [] } }));
        let count = "query($n: Int) { worlds(filter: { capacity: { gte: $n } }) { totalCount } }";
        let expected = data(&platform, count, json!({ "n": 0 })).await;
        for zero in ["-0", "0.0", "-0.0", "0e0"] {
            let given = serde_json::from_str(&format!("{{ \"n\": {zero} }}")).unwrap();
            assert_eq!(data(&platform, count, given).await, expected, "{zero}");
        }
        let literal = "{ worlds(filter: { capacity: { gte: -0, notIn: [-0] } }) { totalCount } }";
        assert_eq!(data(&platform, literal, json!({})).await, expected);
        let default = "query($n: Int = -0) { worlds(filter: { capacity: { gte: $n } }) { totalCount } }";
        assert_eq!(data(&platform, default, json!({})).await, expected);

        let create = "mutation($total: BigInt, $size: Int!, $label: String!) \
            { createProbe(input: { label: $label, total: $total, size: $size, live: true }) { result { total size } } }";
        for (label, total, size, stored) in [
            ("a", "-0", "-0", json!({ "total": "0", "size": 0 })),
            ("b", "1.0", "2e1", json!({ "total": "1", "size": 20 })),
            ("c", "9007199254740992.0", "-1.0", json!({ "total": "9007199254740992", "size": -1 })),
        ] {
            let given = format!("{{ \"label\": \"{label}\", \"total\": {total}, \"size\": {size} }}");
            let answer = data(&platform, create, serde_json::from_str(&given).unwrap()).await;
            assert_eq!(answer["createProbe"]["result"], stored, "{given}");
        }
        let literal = "mutation { createProbe(input: { label: \"d\", total: -0, size: -0, live: true }) { result { total size } } }";
        assert_eq!(data(&platform, literal, json!({})).await["createProbe"]["result"], json!({ "total": "0", "size": 0 }));
        let whole = "mutation { recordActivity(input: { kind: BUILD, detail: [-0, { a: -0 }] }) { result { detail } } }";
        assert_eq!(data(&platform, whole, json!({})).await["recordActivity"]["result"]["detail"], json!([0, { "a": 0 }]));

        for float in ["-0.0", "0.0", "1.0", "1e1"] {
            is_refused(&platform, &format!("{{ worlds(first: {float}) {{ totalCount }} }}"), json!({})).await;
            let big = format!("{{ probes(filter: {{ total: {{ eq: {float} }} }}) {{ label }} }}");
            is_refused(&platform, &big, json!({})).await;
        }
        for number in [json!(0.5), json!(1e18), json!(2_147_483_648.0)] {
            is_refused(&platform, count, json!({ "n": number })).await;
        }
        let total = "query($n: BigInt) { probes(filter: { total: { eq: $n } }) { label } }";
        is_refused(&platform, total, json!({ "n": 1e18 })).await;
    })
    .await;
}

/// The platform with ids as arguments of each kind of action, and an id that is no key.
fn with_id_arguments() -> Application {
    let mut application = platform::application();
    let place = || vec![argument("place", Type::Uuid, false)];
    let there = col("world_id").eq(E::Arg("place", Type::Uuid)).tree(&application.ir, Some("Probe"));
    let text = || Returns::Value { ty: Type::String, nullable: true };
    application.ir = altered(&application.ir, |resources| {
        let probe = named(resources, "Probe");
        let accepted = probe.action("create").unwrap().clone();
        probe.attributes.push(nullable(attribute("mark", Type::Uuid)));
        probe.actions.extend([
            Action { arguments: place(), ..action("ask", ActionKind::Generic { query: true, returns: text() }) },
            Action { arguments: place(), ..action("tell", ActionKind::Generic { query: false, returns: text() }) },
            Action {
                arguments: place(),
                ..action("there", ActionKind::Read(Read { filter: Some(there), ..Read::default() }))
            },
            Action {
                name: "mark".into(),
                accept: vec!["label".into(), "size".into(), "live".into(), "mark".into()],
                ..accepted
            },
        ]);
    });
    let code = |action: &'static str| ActionFunction {
        resource: "Probe".into(),
        action: action.into(),
        function: Function::Generic(told),
    };
    application.functions.extend([code("ask"), code("tell")]);
    application
}

fn told(_: &Context, input: Input) -> BoxFuture<'_, Result<ReturnValue, Error>> {
    Box::pin(async move { Ok(ReturnValue::Value(Value::Text(format!("told {}", input.get("place").is_some())))) })
}

#[tokio::test]
async fn what_is_no_id_is_not_found_wherever_an_action_takes_one() {
    samara::testing::on_both(&with_id_arguments(), async |engine| {
        super::data::DATA.insert(&engine).await;
        let api = Api::new(engine.clone(), Options::default()).unwrap();
        let platform = Platform { engine, api };
        let not_found = |field: &str| json!([{ "code": "NOT_FOUND", "path": ["input", field], "fields": [field] }]);
        for bad in ["\"nonsense\"", "\"\"", "7", "99999999999999999999"] {
            let tell = format!("mutation {{ tellProbe(input: {{ place: {bad} }}) {{ result errors {{ code path fields }} }} }}");
            let expected = json!({ "tellProbe": { "result": null, "errors": not_found("place") } });
            assert_eq!(data(&platform, &tell, json!({})).await, expected);

            let mark = format!(
                "mutation {{ markProbe(input: {{ label: \"z\", size: 1, live: true, mark: {bad} }}) {{ result {{ id }} errors {{ code path fields }} }} }}"
            );
            let expected = json!({ "markProbe": { "result": null, "errors": not_found("mark") } });
            assert_eq!(data(&platform, &mark, json!({})).await, expected);

            let ask = format!("{{ askProbe(place: {bad}) }}");
            let body = platform.json(Some(MEMBER), &ask, json!({})).await;
            assert_eq!(body["data"], json!({ "askProbe": null }), "{body}");
            assert_eq!(body["errors"][0]["extensions"]["code"], "NOT_FOUND", "{body}");

            let there = format!("{{ thereProbes(place: {bad}) {{ label }} }}");
            assert_eq!(data(&platform, &there, json!({})).await, json!({ "thereProbes": [] }));
        }
        let good = "mutation { tellProbe(input: { place: \"0d9e6a64-2f0c-4c1f-8f5a-0d6f1f0e7a11\" }) { result errors { code } } }";
        assert_eq!(data(&platform, good, json!({})).await["tellProbe"]["result"], "told true");
    })
    .await;
}
