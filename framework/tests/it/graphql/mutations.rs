//! What actions answer: a result that is read like any other row, or the errors, and nothing done.

use samara::database::Backend;
use samara::graphql::{Api, Options, Request};
use serde_json::{Value as Json, json};

use super::data::{ADMIN, BUILDER, COORDINATOR, DATA, MEMBER, id};
use super::platform;
use super::support::{Platform, on_platform};
use crate::support::contention::contend;

const ERRORS: &str = "errors { code path fields }";

/// SHA-256 of `abc`. Source: FIPS 180-2, B.1.
const HASH_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// The payload of the one root field.
async fn payload(platform: &Platform, actor: impl Into<Option<usize>>, mutation: &str, variables: Json) -> Json {
    let body = platform.json(actor.into(), mutation, variables).await;
    assert!(body.get("errors").is_none(), "{mutation}\n{body}");
    let data = body["data"].as_object().unwrap();
    data.values().next().unwrap().clone()
}

fn refused(code: &str, fields: &[&str]) -> Json {
    let path = fields.first().map_or(json!([]), |it| json!(["input", it]));
    json!({ "result": null, "errors": [{ "code": code, "path": path, "fields": fields }] })
}

/// No input is at fault.
fn in_the_wrong_state() -> Json {
    json!({ "result": null, "errors": [{ "code": "INVALID", "path": [], "fields": ["state"] }] })
}

#[tokio::test]
async fn a_result_is_read_like_any_row() {
    on_platform(async |platform| {
        let create = "mutation($input: CreateWorldInput!) { createWorld(input: $input) { \
            errors { code } result { name slug visibility capacity owner { displayName email } memberCount \
            memberships { totalCount nodes { id } } __typename } again: result { slug } __typename } }";
        let answer = payload(&platform, MEMBER, create, json!({ "input": { "name": "Garden", "slug": "garden" } })).await;
        let world = json!({
            "name": "Garden", "slug": "garden", "visibility": "PUBLIC", "capacity": null,
            "owner": { "displayName": "Dan", "email": "dan@example.org" },
            "memberCount": 0, "memberships": { "totalCount": 0, "nodes": [] }, "__typename": "World",
        });
        let expected = json!({
            "errors": [], "result": world, "again": { "slug": "garden" }, "__typename": "CreateWorldPayload",
        });
        assert_eq!(answer, expected);

        let record = format!(
            "mutation {{ recordActivity(input: {{ kind: BUILD, detail: {{ b: [1, 2.5, null], a: \"x\" }}, worldId: \"{}\", \
             occurredAt: \"2026-01-02T03:04:05+01:00\" }}) {{ result {{ kind detail occurredAt user {{ id }} world {{ name }} }} {ERRORS} }} }}",
            id("World", 0)
        );
        let answer = payload(&platform, BUILDER, &record, json!({})).await;
        let activity = json!({
            "kind": "BUILD", "detail": { "a": "x", "b": [1, 2.5, null] }, "occurredAt": "2026-01-02T02:04:05.000000Z",
            "user": { "id": id("User", BUILDER) }, "world": { "name": "Atrium" },
        });
        assert_eq!(answer, json!({ "result": activity, "errors": [] }));
    })
    .await;
}

#[tokio::test]
async fn updates_change_what_is_given() {
    on_platform(async |platform| {
        let update = format!(
            "mutation($id: ID!, $input: UpdateWorldInput!) {{ updateWorld(id: $id, input: $input) \
            {{ result {{ name visibility capacity }} {ERRORS} }} }}"
        );
        let given = |world: usize, input: Json| json!({ "id": id("World", world), "input": input });
        // Dan's own, with a capacity.
        let answer = payload(&platform, MEMBER, &update, given(2, json!({ "name": "New" }))).await;
        assert_eq!(answer["result"], json!({ "name": "New", "visibility": "PUBLIC", "capacity": 20 }));
        let answer = payload(&platform, MEMBER, &update, given(2, json!({ "capacity": null }))).await;
        assert_eq!(answer["result"], json!({ "name": "New", "visibility": "PUBLIC", "capacity": null }));
        let answer = payload(&platform, MEMBER, &update, given(2, json!({}))).await;
        assert_eq!(answer["result"]["name"], "New");
        for (actor, world, input, expected) in [
            (Some(MEMBER), id("World", 2), json!({ "name": null }), refused("INVALID", &["name"])),
            (Some(MEMBER), id("World", 2), json!({ "name": "" }), refused("INVALID", &["name"])),
            (Some(MEMBER), id("World", 0), json!({ "name": "x" }), refused("FORBIDDEN", &[])),
            // Private, and Dan is no member of it since it is Éva's neighbour's.
            (Some(5), id("World", 1), json!({ "name": "x" }), refused("NOT_FOUND", &[])),
            (Some(MEMBER), id("World", 99), json!({ "name": "x" }), refused("NOT_FOUND", &[])),
            (Some(MEMBER), "nonsense".to_owned(), json!({ "name": "x" }), refused("NOT_FOUND", &[])),
            (None, id("World", 0), json!({ "name": "x" }), refused("UNAUTHENTICATED", &[])),
        ] {
            let answer = payload(&platform, actor, &update, json!({ "id": world, "input": input })).await;
            assert_eq!(answer, expected, "{actor:?} {world} {input}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_write_whose_result_is_read_with_it_is_tried_again_too() {
    samara::testing::on(Backend::Postgres, &platform::application(), async |engine| {
        DATA.insert(&engine).await;
        contend(&engine, "worlds", 3).await;
        let api = Api::new(engine.clone(), Options::default()).unwrap();
        let update = format!(
            "mutation($id: ID!) {{ updateWorld(id: $id, input: {{ name: \"New\" }}) \
            {{ result {{ name owner {{ displayName }} }} {ERRORS} }} }}"
        );
        let answer = payload(&Platform { engine, api }, MEMBER, &update, json!({ "id": id("World", 2) })).await;
        assert_eq!(answer, json!({ "result": { "name": "New", "owner": { "displayName": "Dan" } }, "errors": [] }));
    })
    .await;
}

#[tokio::test]
async fn a_refused_create_tells_every_field_and_writes_nothing() {
    on_platform(async |platform| {
        let create = format!("mutation($input: CreateWorldInput!) {{ createWorld(input: $input) {{ result {{ id }} {ERRORS} }} }}");
        let given = |name: &str, slug: &str| json!({ "input": { "name": name, "slug": slug, "capacity": 5 } });
        let answer = payload(&platform, MEMBER, &create, given("A", "world-3")).await;
        assert_eq!(answer, refused("CONFLICT", &["slug"]));
        let answer = payload(&platform, MEMBER, &create, given("", "Not A Slug")).await;
        let fields: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|it| it["fields"][0].clone()).collect();
        assert_eq!(fields, [json!("name"), json!("slug")], "{answer}");
        let answer = payload(&platform, None, &create, given("A", "a")).await;
        assert_eq!(answer, refused("UNAUTHENTICATED", &[]));

        let record = format!("mutation($world: ID) {{ recordActivity(input: {{ kind: BUILD, worldId: $world }}) {{ result {{ id }} {ERRORS} }} }}");
        for world in [id("World", 1), id("World", 99), id("User", 0), "nonsense".into(), String::new()] {
            let answer = payload(&platform, 5, &record, json!({ "world": world })).await;
            assert_eq!(answer, refused("NOT_FOUND", &["worldId"]), "{world}");
        }

        let admit = format!("mutation($input: CreateMembershipInput!) {{ createMembership(input: $input) {{ result {{ role }} {ERRORS} }} }}");
        let input = json!({ "input": { "worldId": id("World", 2), "userId": id("User", 5) } });
        assert_eq!(payload(&platform, MEMBER, &admit, input.clone()).await["result"]["role"], "GUEST");
        assert_eq!(payload(&platform, MEMBER, &admit, input).await, refused("CONFLICT", &["worldId", "userId"]));
        let input = json!({ "input": { "worldId": id("World", 0), "userId": id("User", 5) } });
        assert_eq!(payload(&platform, MEMBER, &admit, input).await, refused("FORBIDDEN", &[]));

        let count = platform.json(Some(ADMIN), "{ worlds { totalCount } activities { totalCount } memberships { totalCount } }", json!({})).await;
        assert_eq!(count["data"], json!({ "worlds": { "totalCount": 8 }, "activities": { "totalCount": 48 }, "memberships": { "totalCount": 13 } }));
    })
    .await;
}

#[tokio::test]
async fn what_an_action_sets_itself_is_not_missing_from_a_wrong_input() {
    on_platform(async |platform| {
        let propose = format!(
            "mutation($i: ProposeModificationInput!) {{ proposeModification(input: $i) {{ result {{ id }} {ERRORS} }} }}"
        );
        // Without a source there is no hash of it.
        let input = json!({ "i": { "title": "", "source": "a\0" } });
        let answer = payload(&platform, BUILDER, &propose, input).await;
        let error = |field: &str| json!({ "code": "INVALID", "path": ["input", field], "fields": [field] });
        assert_eq!(answer, json!({ "result": null, "errors": [error("title"), error("source")] }));
    })
    .await;
}

#[tokio::test]
async fn a_destroyed_row_is_shown_as_it_was() {
    on_platform(async |platform| {
        let destroy = format!(
            "mutation($id: ID!) {{ destroyWorld(id: $id) {{ result {{ name memberCount owner {{ displayName }} \
            memberships {{ nodes {{ user {{ displayName }} }} }} }} {ERRORS} }} }}"
        );
        let answer = payload(&platform, MEMBER, &destroy, json!({ "id": id("World", 2) })).await;
        let expected = json!({
            "name": "atrium", "memberCount": 1, "owner": { "displayName": "Dan" },
            // What pointed at it went with it.
            "memberships": { "nodes": [] },
        });
        assert_eq!(answer, json!({ "result": expected, "errors": [] }));
        assert_eq!(
            payload(&platform, MEMBER, &destroy, json!({ "id": id("World", 2) })).await,
            refused("NOT_FOUND", &[])
        );
        assert_eq!(
            payload(&platform, MEMBER, &destroy, json!({ "id": id("World", 0) })).await,
            refused("FORBIDDEN", &[])
        );
        assert_eq!(
            payload(&platform, None, &destroy, json!({ "id": id("World", 0) })).await,
            refused("UNAUTHENTICATED", &[])
        );
    })
    .await;
}

#[tokio::test]
async fn states_follow_each_other() {
    on_platform(async |platform| {
        let step = |name: &str| format!("mutation($id: ID!) {{ {name}Modification(id: $id) {{ result {{ state approver {{ displayName }} }} {ERRORS} }} }}");
        let proposed = json!({ "id": id("Modification", 0) });
        assert_eq!(payload(&platform, COORDINATOR, &step("apply"), proposed.clone()).await, in_the_wrong_state());
        let answer = payload(&platform, COORDINATOR, &step("approve"), proposed.clone()).await;
        assert_eq!(answer["result"], json!({ "state": "APPROVED", "approver": { "displayName": "Bo" } }));
        assert_eq!(payload(&platform, COORDINATOR, &step("approve"), proposed.clone()).await, in_the_wrong_state());
        assert_eq!(payload(&platform, BUILDER, &step("apply"), proposed.clone()).await, refused("FORBIDDEN", &[]));
        assert_eq!(payload(&platform, COORDINATOR, &step("apply"), proposed).await["result"]["state"], "APPLIED");

        let propose = format!("mutation {{ proposeModification(input: {{ title: \"T\", source: \"abc\" }}) {{ result {{ state sourceHash author {{ displayName }} }} {ERRORS} }} }}");
        let answer = payload(&platform, BUILDER, &propose, json!({})).await;
        let expected = json!({ "state": "PROPOSED", "sourceHash": HASH_OF_ABC, "author": { "displayName": "Cleo" } });
        assert_eq!(answer["result"], expected);
        assert_eq!(payload(&platform, MEMBER, &propose, json!({})).await, refused("FORBIDDEN", &[]));

        let role = format!("mutation($id: ID!) {{ setUserRole(id: $id, input: {{ role: BUILDER }}) {{ result {{ role }} {ERRORS} }} }}");
        let dan = json!({ "id": id("User", MEMBER) });
        assert_eq!(payload(&platform, COORDINATOR, &role, dan.clone()).await, refused("FORBIDDEN", &[]));
        assert_eq!(payload(&platform, ADMIN, &role, dan).await["result"]["role"], "BUILDER");
    })
    .await;
}

#[tokio::test]
async fn root_fields_run_one_after_the_other_each_for_itself() {
    on_platform(async |platform| {
        let body = platform
            .json(
                Some(MEMBER),
                "mutation { a: createWorld(input: { name: \"A\", slug: \"a\" }) { result { slug } errors { code } } \
                 b: createWorld(input: { name: \"B\", slug: \"a\" }) { result { slug } errors { code } } __typename \
                 c: createWorld(input: { name: \"C\", slug: \"c\" }) { errors { code } } }",
                json!({}),
            )
            .await;
        let expected = json!({
            "a": { "result": { "slug": "a" }, "errors": [] },
            "b": { "result": null, "errors": [{ "code": "CONFLICT" }] },
            "__typename": "Mutation",
            "c": { "errors": [] },
        });
        assert_eq!(body, json!({ "data": expected }));
        // A selection that cannot be read is refused before anything is written.
        let (response, statements) = platform
            .run(
                Some(MEMBER),
                Request::new(
                    "mutation { createWorld(input: { name: \"D\", slug: \"d\" }) \
                     { result { memberships(first: -1) { totalCount } } } }",
                ),
            )
            .await;
        assert_eq!(statements, 0, "{}", String::from_utf8_lossy(&response.body));
        let body = platform
            .json(
                Some(MEMBER),
                "mutation { createWorld(input: { name: \"D\", slug: \"d\" }) \
                 { errors { code } result { id memberships(after: \"x\") { totalCount } } } }",
                json!({}),
            )
            .await;
        assert_eq!(body["errors"][0]["extensions"]["code"], "INVALID_CURSOR", "{body}");
        assert_eq!(body["data"]["createWorld"], json!({ "errors": [], "result": null }));
        let count = platform.json(Some(ADMIN), "{ worlds { totalCount } }", json!({})).await;
        assert_eq!(count["data"]["worlds"]["totalCount"], 11, "what could not be shown was written all the same");
    })
    .await;
}

#[tokio::test]
async fn generic_actions_answer_what_their_function_does() {
    on_platform(async |platform| {
        let echo = |input: &str| {
            format!("mutation {{ echoProbe(input: {{ {input} }}) {{ result errors {{ code message }} }} }}")
        };
        assert_eq!(
            payload(&platform, None, &echo("word: \"hi\""), json!({})).await,
            json!({ "result": "hi", "errors": [] })
        );
        assert_eq!(
            payload(&platform, None, &echo("mood: true"), json!({})).await,
            json!({ "result": null, "errors": [] })
        );
        let request = Request { request_id: Some("r-1".into()), ..Request::new(echo("word: \"boom\"")) };
        let (response, _) = platform.run(None, request).await;
        let body: Json = serde_json::from_slice(&response.body).unwrap();
        let message = "something went wrong on our side (request r-1)";
        let expected = json!({ "result": null, "errors": [{ "code": "INTERNAL", "message": message }] });
        assert_eq!(body["data"]["echoProbe"], expected);

        let summary = "{ summaryActivity(since: \"2026-01-01T00:00:00Z\") { kind n: count __typename } }";
        let body = platform.json(Some(MEMBER), summary, json!({})).await;
        let counts = [("EXPLORE", 2), ("SOCIALIZE", 1), ("COMPETE", 2), ("BUILD", 2), ("SCRIPT", 1)];
        let expected = counts.map(|(kind, n)| json!({ "kind": kind, "n": n, "__typename": "KindCount" }));
        assert_eq!(body, json!({ "data": { "summaryActivity": expected } }));
        // A read one may not is empty, never an error.
        let body = platform.json(None, summary, json!({})).await;
        assert_eq!(body, json!({ "data": { "summaryActivity": [] } }));
    })
    .await;
}

#[tokio::test]
async fn who_may_write_but_not_read_is_shown_nothing() {
    on_platform(async |platform| {
        for selected in ["text", "id text"] {
            let leave = format!(
                "mutation {{ leaveNote(input: {{ text: \"hello\" }}) {{ result {{ {selected} }} {ERRORS} }} }}"
            );
            assert_eq!(payload(&platform, MEMBER, &leave, json!({})).await, json!({ "result": null, "errors": [] }));
            assert_eq!(payload(&platform, ADMIN, &leave, json!({})).await["result"]["text"], "hello");
        }
        let count = platform.json(Some(ADMIN), "{ notes { totalCount } }", json!({})).await;
        assert_eq!(count["data"]["notes"]["totalCount"], 4);
        let count = platform.json(Some(MEMBER), "{ notes { totalCount nodes { text } } }", json!({})).await;
        assert_eq!(count["data"]["notes"], json!({ "totalCount": 0, "nodes": [] }));
    })
    .await;
}
