//! The platform's day, from end to end over HTTP, on both databases: eight people do what they do, and read what they may.

use std::collections::BTreeMap;

use samara::database::Backend;
use serde_json::{Value, json};

use crate::client::Client;
use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_day_on_sqlite() {
    the_platforms_day(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_day_on_postgres() {
    the_platforms_day(Backend::Postgres).await;
}

/// An address, what its owner does and how often, and the role they get.
pub(crate) type Person = (&'static str, &'static [(&'static str, usize)], Option<&'static str>);

/// Who comes.
pub(crate) const PEOPLE: [Person; 8] = [
    ("ann@example.org", &[("EXPLORE", 3), ("SOCIALIZE", 2)], None),
    ("ben@example.org", &[("EXPLORE", 2), ("SOCIALIZE", 4), ("MODIFY", 1)], Some("COORDINATOR")),
    ("cat@example.org", &[("BUILD", 5), ("SCRIPT", 2)], Some("BUILDER")),
    ("dan@example.org", &[("BUILD", 1), ("SCRIPT", 3), ("MODIFY", 2)], Some("COORDINATOR")),
    ("eve@example.org", &[("PERFORM", 2), ("ROLEPLAY", 2)], None),
    ("fay@example.org", &[("PERFORM", 1), ("ROLEPLAY", 1), ("MODIFY", 1)], Some("COORDINATOR")),
    ("gus@example.org", &[("STRATEGIZE", 2), ("COMPETE", 6)], None),
    ("hal@example.org", &[("STRATEGIZE", 4), ("COMPETE", 1), ("MODIFY", 1)], Some("COORDINATOR")),
];

/// Before anything the day records.
pub(crate) const MORNING: &str = "2026-01-01T00:00:00Z";

async fn the_platforms_day(backend: Backend) {
    let server = Server::start(backend).await;
    let people = everybody_signs_in(&server).await;
    let admin = the_admin_gives_roles(&server, &people).await;
    let worlds = worlds_are_made(&people).await;
    everybody_acts(&people, &worlds).await;
    modifications_pass_through_their_states(&people).await;
    activity_is_read_under_policies(&server, &people, &admin).await;
    modifications_are_read_under_policies(&server, &people, &admin).await;
    worlds_are_read_under_policies(&server, &people, &worlds).await;
    people_are_read_under_policies(&server, &people, &admin).await;
}

async fn everybody_signs_in(server: &Server) -> Vec<Client> {
    let mut people = Vec::new();
    for (email, _, _) in PEOPLE {
        people.push(Client::sign_in(server, email).await);
    }
    people
}

async fn the_admin_gives_roles(server: &Server, people: &[Client]) -> Client {
    let granted = server.run(&["admin", "grant", "root@example.org"]);
    assert!(granted.status.success(), "{}", String::from_utf8_lossy(&granted.stderr));
    let admin = Client::sign_in(server, "root@example.org").await;
    let set_role = "mutation($id: ID!, $role: Role!) { setUserRole(id: $id, input: {role: $role}) { result { role } errors { code } } }";
    for (person, (_, _, role)) in people.iter().zip(PEOPLE) {
        let Some(role) = role else { continue };
        let variables = json!({ "id": person.id, "role": role });
        assert_eq!(person.refused(set_role, variables.clone()).await, "FORBIDDEN", "nobody promotes themselves");
        assert_eq!(admin.act(set_role, variables).await["role"], role);
    }
    admin
}

/// Ann opens a public world, Cat a private one that Eve belongs to.
async fn worlds_are_made(people: &[Client]) -> [String; 2] {
    let create = "mutation($input: CreateWorldInput!) { createWorld(input: $input) { result { id ownerId memberCount } errors { code } } }";
    let mut made = Vec::new();
    for (owner, slug, visibility) in [(&people[0], "harbour", "PUBLIC"), (&people[2], "backroom", "PRIVATE")] {
        let input = json!({ "name": slug, "slug": slug, "visibility": visibility });
        let world = owner.act(create, json!({ "input": input })).await;
        assert_eq!(world["ownerId"], owner.id.as_str());
        made.push(world["id"].as_str().expect("an id").to_owned());
    }
    let admit = "mutation($input: CreateMembershipInput!) { createMembership(input: $input) { result { world { memberCount } } errors { code fields } } }";
    let input = json!({ "worldId": made[1], "userId": people[4].id });
    let seen = people[2].act(admit, json!({ "input": input })).await;
    assert_eq!(seen["world"]["memberCount"], 1);
    assert_eq!(people[6].refused(admit, json!({ "input": input })).await, "NOT_FOUND", "Gus cannot know of the world");
    [made.remove(0), made.remove(0)]
}

async fn everybody_acts(people: &[Client], worlds: &[String; 2]) {
    let record = "mutation($input: RecordActivityInput!) { recordActivity(input: $input) { result { userId worldId } errors { code } } }";
    for (person, (_, acts, _)) in people.iter().zip(PEOPLE) {
        for (kind, times) in acts {
            for step in 0..*times {
                let world = (step % 2 == 0).then_some(&worlds[0]);
                let input = json!({ "kind": kind, "worldId": world, "detail": { "step": step } });
                let done = person.act(record, json!({ "input": input })).await;
                assert_eq!(done, json!({ "userId": person.id, "worldId": world }));
            }
        }
    }
    let hidden = json!({ "input": { "kind": "EXPLORE", "worldId": worlds[1] } });
    assert_eq!(people[6].refused(record, hidden.clone()).await, "NOT_FOUND");
    let missing = json!({ "input": { "kind": "EXPLORE", "worldId": "00000000-0000-7000-8000-000000000000" } });
    assert_eq!(people[6].refused(record, missing).await, "NOT_FOUND");
}

/// Cat proposes five; Ben, Dan, Fay and Hal approve and apply one each, and Ben rejects the fifth.
async fn modifications_pass_through_their_states(people: &[Client]) {
    let propose = "mutation($input: ProposeModificationInput!) { proposeModification(input: $input) { result { id state sourceHash } errors { code } } }";
    let approve = "mutation($id: ID!) { approveModification(id: $id) { result { state approverId } errors { code } } }";
    let apply = "mutation($id: ID!) { applyModification(id: $id) { result { state } errors { code } } }";
    let reject = "mutation($id: ID!) { rejectModification(id: $id) { result { state } errors { code } } }";
    let builder = &people[2];
    let input = json!({ "input": { "title": "A light", "source": "extends Node" } });
    assert_eq!(people[0].refused(propose, input.clone()).await, "FORBIDDEN", "Ann is no builder");
    for coordinator in [1, 3, 5, 7].map(|index| &people[index]) {
        let proposed = builder.act(propose, input.clone()).await;
        assert_eq!(proposed["state"], "PROPOSED");
        assert_eq!(proposed["sourceHash"].as_str().map(str::len), Some(64));
        let id = json!({ "id": proposed["id"] });
        assert_eq!(builder.refused(approve, id.clone()).await, "FORBIDDEN", "Cat may see it but not approve it");
        assert_eq!(people[0].refused(approve, id.clone()).await, "NOT_FOUND", "Ann may not even see it");
        assert_eq!(coordinator.refused(apply, id.clone()).await, "INVALID", "not before it is approved");
        let approved = coordinator.act(approve, id.clone()).await;
        assert_eq!(approved, json!({ "state": "APPROVED", "approverId": coordinator.id }));
        assert_eq!(coordinator.act(apply, id.clone()).await["state"], "APPLIED");
        assert_eq!(coordinator.refused(reject, id).await, "INVALID", "what runs cannot be turned down");
    }
    let fifth = builder.act(propose, input).await;
    assert_eq!(people[1].act(reject, json!({ "id": fifth["id"] })).await["state"], "REJECTED");
}

async fn activity_is_read_under_policies(server: &Server, people: &[Client], admin: &Client) {
    let read = "{ activities(first: 100) { totalCount nodes { kind userId user { id } world { slug } } } }";
    let everything: usize = PEOPLE.iter().flat_map(|(_, acts, _)| acts.iter()).map(|(_, times)| times).sum();
    for (person, (_, acts, role)) in people.iter().zip(PEOPLE) {
        let page = person.ok(read, Value::Null).await["activities"].take();
        let own: usize = acts.iter().map(|(_, times)| times).sum();
        let expected = if role == Some("COORDINATOR") { everything } else { own };
        assert_eq!(page["totalCount"], expected, "{}", person.email);
        let nodes = page["nodes"].as_array().expect("nodes");
        assert_eq!(nodes.len(), expected);
        assert!(role == Some("COORDINATOR") || nodes.iter().all(|it| it["userId"] == person.id.as_str()));
        assert_eq!(sums(person).await, acts.iter().map(|(kind, times)| ((*kind).to_owned(), *times as u64)).collect());
    }
    assert_eq!(admin.ok(read, Value::Null).await["activities"]["totalCount"], everything);
    assert_eq!(sums(admin).await, BTreeMap::new(), "the admin did nothing today");
    let nobody = Client::anonymous(server);
    assert_eq!(nobody.ok(read, Value::Null).await, json!({ "activities": { "totalCount": 0, "nodes": [] } }));
    let record = r#"mutation { recordActivity(input: {kind: BUILD}) { result { id } errors { code } } }"#;
    assert_eq!(nobody.refused(record, Value::Null).await, "UNAUTHENTICATED");
}

async fn sums(person: &Client) -> BTreeMap<String, u64> {
    let query = "query($since: DateTime!) { summaryActivity(since: $since) { kind count } }";
    let counted = person.ok(query, json!({ "since": MORNING })).await;
    let rows = counted["summaryActivity"].as_array().expect("a list");
    rows.iter().map(|row| (row["kind"].as_str().unwrap().to_owned(), row["count"].as_u64().unwrap())).collect()
}

async fn modifications_are_read_under_policies(server: &Server, people: &[Client], admin: &Client) {
    let read = "{ modifications { totalCount nodes { state } } }";
    for (person, (email, _, role)) in people.iter().zip(PEOPLE) {
        let page = person.ok(read, Value::Null).await["modifications"].take();
        let author = email.starts_with("cat");
        let expected = if author || role == Some("COORDINATOR") { 5 } else { 4 };
        assert_eq!(page["totalCount"], expected, "{email}");
        let applied = page["nodes"].as_array().expect("nodes").iter().filter(|it| it["state"] == "APPLIED").count();
        assert_eq!(applied, 4);
    }
    assert_eq!(admin.ok(read, Value::Null).await["modifications"]["totalCount"], 5);
    assert_eq!(Client::anonymous(server).ok(read, Value::Null).await["modifications"]["totalCount"], 0);
}

async fn worlds_are_read_under_policies(server: &Server, people: &[Client], worlds: &[String; 2]) {
    let read = "query($id: ID!) { world(id: $id) { slug memberships { totalCount } } }";
    let private = json!({ "id": worlds[1] });
    for (person, (email, _, role)) in people.iter().zip(PEOPLE) {
        let sees = role == Some("COORDINATOR") || email.starts_with("cat") || email.starts_with("eve");
        let expected =
            if sees { json!({ "slug": "backroom", "memberships": { "totalCount": 1 } }) } else { Value::Null };
        assert_eq!(person.ok(read, private.clone()).await["world"], expected, "{email}");
    }
    let nobody = Client::anonymous(server);
    assert_eq!(nobody.ok(read, private).await["world"], Value::Null);
    assert_eq!(nobody.ok(read, json!({ "id": worlds[0] })).await["world"]["slug"], "harbour");
}

async fn people_are_read_under_policies(server: &Server, people: &[Client], admin: &Client) {
    let read = "{ users(first: 100) { nodes { id displayName email role } } }";
    for (person, (_, _, role)) in people.iter().zip(PEOPLE) {
        let page = person.ok(read, Value::Null).await["users"].take();
        let nodes = page["nodes"].as_array().expect("nodes");
        assert_eq!(nodes.len(), PEOPLE.len() + 1);
        for node in nodes {
            let oneself = node["id"] == person.id.as_str();
            assert_eq!(node["email"].is_null(), !oneself, "{}: {node}", person.email);
            assert_eq!(node["role"].is_null(), !(oneself || role == Some("COORDINATOR")), "{}: {node}", person.email);
        }
    }
    let page = admin.ok(read, Value::Null).await;
    assert!(page["users"]["nodes"].as_array().expect("nodes").iter().all(|it| it["email"].is_string()));
    assert_eq!(Client::anonymous(server).ok(read, Value::Null).await["users"]["nodes"], json!([]));
}
