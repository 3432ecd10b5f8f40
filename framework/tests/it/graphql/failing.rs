//! Fields that have no value: an error of that field, with everything around it as it is.

use samara::application::Application;
use samara::engine::Engine;
use samara::graphql::{Api, Options, Request};
use samara::ir::{Arithmetic, Type};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::data::{ADMIN, BUILDER, DATA, MEMBER, id};
use super::platform;
use super::support::{Platform, on_platform};
use crate::support::declare::{altered, calculation, named};
use crate::support::expression::{E, col, int};

/// The platform, whose worlds also have
/// - `share`, a hundred divided by what their capacity is above ten: nothing for a world of ten;
/// - `surge` and `score`, which are out of range for a world of less than eleven, where the one is absent for a world without a
///   capacity and the other never.
fn application() -> Application {
    let application = platform::application();
    let arithmetic = |op, left: E, right: E| E::Arithmetic(op, Box::new(left), Box::new(right));
    let share = arithmetic(Arithmetic::Div, int(100), arithmetic(Arithmetic::Sub, col("capacity"), int(10)));
    let above = arithmetic(Arithmetic::Sub, col("capacity"), int(11));
    let surge = arithmetic(Arithmetic::Add, above, int(i64::MIN));
    let score = int(0).when(E::IsNull(Box::new(col("capacity"))), surge.clone());
    let ir = altered(&application.ir, |resources| {
        for (name, ty, nullable, value) in [
            ("share", Type::Integer, true, share),
            ("surge", Type::BigInteger, true, surge),
            ("score", Type::BigInteger, true, score),
        ] {
            let value = value.tree(&application.ir, Some("World"));
            named(resources, "World").calculations.push(calculation(name, ty, nullable, value));
        }
    });
    Application { ir, ..application }
}

async fn on_both(check: impl AsyncFn(Platform)) {
    samara::testing::on_both(&application(), async |engine: Engine| {
        DATA.insert(&engine).await;
        let api = Api::new(engine.clone(), Options::default()).unwrap();
        check(Platform { engine, api }).await;
    })
    .await;
}

/// The code and the path of each error.
fn errors(body: &Json) -> Vec<(String, Json)> {
    let errors = body["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|it| (it["extensions"]["code"].as_str().unwrap().to_owned(), it["path"].clone())).collect()
}

fn invalid(path: Json) -> (String, Json) {
    ("INVALID".into(), path)
}

fn internal(path: Json) -> (String, Json) {
    ("INTERNAL".into(), path)
}

const LOWEST: &str = "-9223372036854775799";

#[tokio::test]
async fn a_quotient_by_zero_is_null_and_takes_nothing_along() {
    on_both(async |platform| {
        let query = "{ worlds(first: 3, sort: { field: NAME }) { nodes { capacity share } } }";
        let body = platform.json(Some(ADMIN), query, json!({})).await;
        let worlds = body["data"]["worlds"]["nodes"].as_array().unwrap();
        let share = |it: &Json| match it["capacity"].as_i64() {
            None | Some(10) => json!(null),
            Some(capacity) => json!(100 / (capacity - 10)),
        };
        assert!(worlds.iter().any(|it| it["capacity"] == 10), "{body}");
        assert!(worlds.iter().all(|it| it["share"] == share(it)) && body.get("errors").is_none(), "{body}");
        let query = "{ worlds(filter: { share: { isNil: true } }, sort: { field: SHARE }) { totalCount } }";
        let body = platform.json(Some(ADMIN), query, json!({})).await;
        assert!(body["data"]["worlds"]["totalCount"].as_u64().unwrap() >= 2, "{body}");

        let create = "mutation { createWorld(input: { name: \"Ten\", slug: \"ten\", capacity: 10 }) { \
            result { name share } errors { code } } }";
        let body = platform.json(Some(MEMBER), create, json!({})).await;
        let expected = json!({ "createWorld": { "result": { "name": "Ten", "share": null }, "errors": [] } });
        assert_eq!(body, json!({ "data": expected }));
    })
    .await;
}

#[tokio::test]
async fn a_calculation_out_of_range_is_an_error_of_its_field_alone() {
    on_both(async |platform| {
        let query = "{ worlds(first: 3, sort: { field: SLUG }) { totalCount nodes { name capacity surge score share } pageInfo { hasNextPage } } }";
        let body = platform.json(Some(ADMIN), query, json!({})).await;
        let world = |name: &str, capacity: Json, surge: Json, score: Json, share: Json| {
            json!({ "name": name, "capacity": capacity, "surge": surge, "score": score, "share": share })
        };
        let nodes = [
            world("Atrium", json!(null), json!(null), json!("0"), json!(null)),
            world("Basement", json!(10), json!(null), json!(null), json!(null)),
            world("atrium", json!(20), json!(LOWEST), json!(LOWEST), json!(10)),
        ];
        assert_eq!(body["data"]["worlds"]["nodes"], json!(nodes), "{body}");
        assert_eq!(body["data"]["worlds"]["pageInfo"]["hasNextPage"], true);
        let at = |field: &str| invalid(json!(["worlds", "nodes", 1, field]));
        assert_eq!(errors(&body), [at("surge"), at("score")]);
        assert_eq!(body["errors"][0]["message"], "a number or time is out of range");

        let query = format!("{{ world(id: \"{}\") {{ capacity low: surge }} }}", id("World", 1));
        let body = platform.json(Some(ADMIN), &query, json!({})).await;
        assert_eq!(body["data"], json!({ "world": { "capacity": 10, "low": null } }));
        assert_eq!(errors(&body), [invalid(json!(["world", "low"]))]);
    })
    .await;
}

#[tokio::test]
async fn what_is_sound_beside_a_calculation_that_fails_in_every_row_costs_a_few_statements_whatever_the_rows() {
    on_both(async |platform| {
        let database = platform.engine.system("a test").unpoliced("what no action does");
        database.execute_unprepared("UPDATE worlds SET capacity = 10").await.unwrap();
        let cost = async |fields: &str| {
            let query = format!("{{ worlds(first: 50) {{ nodes {{ {fields} }} }} }}");
            let (response, statements) = platform.run(Some(ADMIN), Request::new(query)).await;
            let body: Json = serde_json::from_slice(&response.body).unwrap();
            let rows = body["data"]["worlds"]["nodes"].as_array().unwrap().len();
            assert_eq!(errors(&body).len(), rows, "{body}");
            (rows, statements)
        };
        let (rows, alone) = cost("surge").await;
        let (_, beside) = cost("surge share memberCount").await;
        assert!(rows >= 4 && beside <= alone + 4, "{rows} rows, {alone} and {beside} statements");
    })
    .await;
}

#[tokio::test]
async fn a_calculation_out_of_range_of_a_related_row_is_an_error_there() {
    on_both(async |platform| {
        let query = "{ users { nodes { displayName worlds(first: 5) { nodes { capacity surge } } } } \
            memberships { nodes { world { capacity surge } } } }";
        let body = platform.json(Some(ADMIN), query, json!({})).await;
        let mut expected = Vec::new();
        for (user, it) in body["data"]["users"]["nodes"].as_array().unwrap().iter().enumerate() {
            for (world, it) in it["worlds"]["nodes"].as_array().unwrap().iter().enumerate() {
                if it["capacity"] == 10 {
                    expected.push(invalid(json!(["users", "nodes", user, "worlds", "nodes", world, "surge"])));
                }
                assert_eq!(it["surge"], if it["capacity"] == 20 { json!(LOWEST) } else { json!(null) });
            }
        }
        let (users, memberships) = (expected.len(), body["data"]["memberships"]["nodes"].as_array().unwrap());
        for (membership, it) in memberships.iter().enumerate().filter(|(_, it)| it["world"]["capacity"] == 10) {
            assert_eq!(it["world"]["surge"], json!(null));
            expected.push(invalid(json!(["memberships", "nodes", membership, "world", "surge"])));
        }
        assert!(users > 0 && expected.len() > users, "{body}");
        assert_eq!(errors(&body), expected);
    })
    .await;
}

/// In a transaction too: what is read there fails by itself, and what was written stays.
#[tokio::test]
async fn a_mutation_whose_result_has_such_a_calculation_is_done() {
    on_both(async |platform| {
        let create = "mutation { createWorld(input: { name: \"Ten\", slug: \"ten\", capacity: 10 }) { \
            result { name surge memberCount } errors { code } } }";
        let body = platform.json(Some(MEMBER), create, json!({})).await;
        let result = json!({ "name": "Ten", "surge": null, "memberCount": 0 });
        assert_eq!(body["data"], json!({ "createWorld": { "result": result, "errors": [] } }));
        assert_eq!(errors(&body), [invalid(json!(["createWorld", "result", "surge"]))]);
        let query = "{ worlds(filter: { slug: { eq: \"ten\" } }) { totalCount } }";
        assert_eq!(platform.json(Some(MEMBER), query, json!({})).await["data"]["worlds"]["totalCount"], 1);
    })
    .await;
}

#[tokio::test]
async fn to_order_or_to_choose_by_such_a_calculation_is_an_error_of_the_list() {
    on_both(async |platform| {
        for query in [
            "{ worlds(sort: { field: SURGE }) { nodes { name } } }",
            "{ worlds(sort: { field: SURGE }) { nodes { name surge } } }",
            "{ worlds(filter: { surge: { gt: \"0\" } }) { totalCount nodes { surge } } }",
        ] {
            let body = platform.json(Some(ADMIN), query, json!({})).await;
            assert_eq!((&body["data"], errors(&body)), (&json!(null), vec![invalid(json!(["worlds"]))]), "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_can_fail_costs_nothing_where_it_does_not() {
    on_both(async |platform| {
        let tens = "UPDATE worlds SET capacity = 20 WHERE capacity = 10";
        platform.engine.system("a test").unpoliced("what no action does").execute_unprepared(tens).await.unwrap();
        let request = |text: &str| Request::new(text);
        let (response, with) = platform.run(Some(ADMIN), request("{ worlds { nodes { name surge score } } }")).await;
        assert!(!String::from_utf8_lossy(&response.body).contains("errors"));
        let (_, without) = platform.run(Some(ADMIN), request("{ worlds { nodes { name } } }")).await;
        assert_eq!(with, without);
    })
    .await;
}

/// Its type could not be honest otherwise: where it has no value, the field is null and the row is not.
#[tokio::test]
async fn a_calculation_that_can_fail_may_be_null_in_the_schema() {
    let ir = altered(&application().ir, |resources| {
        let world = named(resources, "World");
        world.calculations.iter_mut().filter(|it| it.name == "score").for_each(|it| it.nullable = false);
    });
    let sdl = samara::graphql::sdl(&ir).unwrap();
    for field in ["memberCount: Int!", "score: BigInt\n", "share: Int\n"] {
        assert!(sdl.contains(field), "{field}\n{sdl}");
    }
}

#[tokio::test]
async fn a_variant_that_is_not_declared_is_an_error_of_its_field() {
    on_platform(async |platform| {
        let users = "{ users { totalCount nodes { displayName role } } }";
        let before = platform.json(Some(ADMIN), users, json!({})).await;
        let wizard = format!("UPDATE users SET role = 'WIZARD' WHERE id = '{}'", id("User", BUILDER));
        platform.engine.system("a test").unpoliced("what no action does").execute_unprepared(&wizard).await.unwrap();
        let body = platform.json(Some(ADMIN), users, json!({})).await;
        let nodes = before["data"]["users"]["nodes"].as_array().unwrap();
        let place = nodes.iter().position(|it| it["role"] == "BUILDER").unwrap();
        let mut expected = before["data"].clone();
        expected["users"]["nodes"][place]["role"] = json!(null);
        assert_eq!(body["data"], expected);
        assert_eq!(errors(&body), [internal(json!(["users", "nodes", place, "role"]))]);
        assert!(!body.to_string().contains("WIZARD"), "{body}");

        // It is none of those that can be asked for, and it is there.
        for (filter, rows) in [
            ("{ eq: BUILDER }", 1),
            ("{ in: [MEMBER, BUILDER, COORDINATOR, ADMIN] }", nodes.len() - 1),
            ("{ isNil: false }", nodes.len()),
        ] {
            let query = format!("{{ users(filter: {{ role: {filter} }}) {{ totalCount }} }}");
            assert_eq!(platform.json(Some(ADMIN), &query, json!({})).await["data"]["users"]["totalCount"], rows, "{filter}");
        }
        // Page by page in its order, each row once.
        let (mut after, mut seen) = (json!(null), 0);
        loop {
            let query = "query($after: String) { users(first: 1, after: $after, sort: { field: ROLE }) { \
                nodes { role } pageInfo { hasNextPage endCursor } } }";
            let page = &platform.json(Some(ADMIN), query, json!({ "after": after })).await["data"]["users"];
            seen += page["nodes"].as_array().unwrap().len();
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] != true {
                break;
            }
        }
        assert_eq!(seen, nodes.len());
        // Somebody who may can mend it.
        let mend = format!(
            "mutation {{ setUserRole(id: \"{}\", input: {{ role: BUILDER }}) {{ result {{ role }} errors {{ code }} }} }}",
            id("User", BUILDER)
        );
        let body = platform.json(Some(ADMIN), &mend, json!({})).await;
        assert_eq!(body, json!({ "data": { "setUserRole": { "result": { "role": "BUILDER" }, "errors": [] } } }));
    })
    .await;
}

/// Where the field may not be null, what is nearest around it that may be is.
#[tokio::test]
async fn a_variant_that_is_not_declared_in_a_field_that_is_never_null_says_where_it_is() {
    on_platform(async |platform| {
        let nap = format!("UPDATE activities SET kind = 'NAP' WHERE id = '{}'", id("Activity", 0));
        platform.engine.system("a test").unpoliced("what no action does").execute_unprepared(&nap).await.unwrap();
        let query = format!(
            "{{ activities(filter: {{ id: {{ eq: \"{0}\" }} }}) {{ nodes {{ id kind }} }} }}",
            id("Activity", 0)
        );
        let body = platform.json(Some(ADMIN), &query, json!({})).await;
        assert_eq!(
            (&body["data"], errors(&body)),
            (&json!(null), vec![internal(json!(["activities", "nodes", 0, "kind"]))])
        );
        let query = "{ activities { totalCount nodes { id detail } } }";
        assert!(platform.json(Some(ADMIN), query, json!({})).await.get("errors").is_none(), "the rest can be read");
    })
    .await;
}
