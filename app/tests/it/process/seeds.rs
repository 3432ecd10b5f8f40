//! The demo data: what is in it, when it is written, and that it is written once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use samara::database::Backend;
use samara::testing::TestDatabase;
use serde_json::{Value, json};

use super::command::{TestFolder, eventually, status};
use crate::client::Client;

#[tokio::test]
async fn a_first_start_in_dev_writes_demo_data_and_a_second_adds_nothing() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let place = TestFolder::on(database.url());
        let mut server = place.start(&[]);
        let url = server.url();
        eventually("it is ready", async || (status(format!("{url}/readyz")).await == Some(200)).then_some(())).await;
        let first = everything(&url).await;
        people_are_of_every_role(&first);
        worlds_are_public_and_private_and_have_members(&first);
        everybody_did_things_in_the_past(&first);
        modifications_are_in_every_state(&first);
        the_start_page_lists_whom_to_sign_in_as(&url).await;
        assert!(server.stop().succeeded().stdout.contains("Demo data was written"));

        let mut again = place.start(&[]);
        let url = again.url();
        let second = everything(&url).await;
        for list in ["users", "worlds", "memberships", "activities", "modifications"] {
            assert_eq!(first[list]["totalCount"], second[list]["totalCount"], "{list}");
        }
        assert!(!again.stop().succeeded().stdout.contains("Demo data"));
        let seeded = place.run(&["seed"]).succeeded();
        assert!(seeded.stdout.contains("nothing was written"), "{}", seeded.stdout);
        database.remove().await;
    }
}

#[tokio::test]
async fn nothing_is_seeded_outside_dev_unless_asked_for() {
    let database = TestDatabase::empty(Backend::Sqlite).await;
    let place = TestFolder::on(database.url()).with("SAMARA_ENV", "test");
    let mut server = place.start(&[]);
    let url = server.url();
    // The first person there is the one who signs in.
    let someone = Client::sign_in(&url, "someone@example.org").await;
    assert_eq!(someone.ok("{ users { totalCount } }", Value::Null).await["users"]["totalCount"], 1);
    server.stop().succeeded();
    assert!(place.run(&["seed"]).succeeded().stdout.contains("nothing was written"), "there is a user");
}

/// What an admin sees.
async fn everything(url: &String) -> Value {
    let admin = Client::sign_in(url, "admin@example.org").await;
    let query = "{
        users(first: 100) { totalCount nodes { id email role } }
        worlds(first: 100) { totalCount nodes { visibility memberCount ownerId } }
        memberships(first: 1) { totalCount }
        modifications(first: 100) { totalCount nodes { state author { role } approver { role } } }
        activities(first: 1) { totalCount }
    }";
    let mut seen = admin.ok(query, Value::Null).await;
    let mut activities = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = "query($after: String) { activities(first: 100, after: $after) {
            nodes { userId kind occurredAt worldId } pageInfo { hasNextPage endCursor }
        } }";
        let page = admin.ok(page, json!({ "after": after })).await["activities"].take();
        activities.extend(page["nodes"].as_array().expect("nodes").iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    seen["activities"]["nodes"] = Value::Array(activities);
    seen
}

fn people_are_of_every_role(seen: &Value) {
    let roles: BTreeMap<&str, &str> = nodes(seen, "users").map(|it| (text(it, "email"), text(it, "role"))).collect();
    for (email, role) in [
        ("admin@example.org", "ADMIN"),
        ("coordinator@example.org", "COORDINATOR"),
        ("builder@example.org", "BUILDER"),
        ("member@example.org", "MEMBER"),
    ] {
        assert_eq!(roles.get(email), Some(&role), "{email}");
    }
    let members = roles.values().filter(|it| **it == "MEMBER").count();
    assert!(members > 10, "the member and at least ten further ones: {members}");
    assert!(roles.keys().all(|it| it.ends_with("@example.org")), "nobody real gets mail");
}

fn worlds_are_public_and_private_and_have_members(seen: &Value) {
    for visibility in ["PUBLIC", "PRIVATE"] {
        let worlds: Vec<&Value> = nodes(seen, "worlds").filter(|it| it["visibility"] == visibility).collect();
        assert!(worlds.len() > 1, "a few {visibility} worlds");
        assert!(worlds.iter().all(|it| it["memberCount"].as_i64() > Some(0)), "{worlds:?}");
    }
}

fn everybody_did_things_in_the_past(seen: &Value) {
    let now = Utc::now();
    let activities: Vec<&Value> = nodes(seen, "activities").collect();
    assert!((200..1000).contains(&activities.len()), "a few hundred: {}", activities.len());
    assert_eq!(seen["activities"]["totalCount"], activities.len());
    let acted: BTreeSet<&str> = activities.iter().map(|it| text(it, "userId")).collect();
    let people: BTreeSet<&str> = nodes(seen, "users").map(|it| text(it, "id")).collect();
    assert_eq!(acted, people, "everybody did something");
    let kinds: BTreeSet<&str> = activities.iter().map(|it| text(it, "kind")).collect();
    assert_eq!(kinds.len(), 9, "{kinds:?}");
    assert!(
        activities.iter().any(|it| it["worldId"].is_null()) && activities.iter().any(|it| it["worldId"].is_string())
    );
    for activity in activities {
        let occurred_at: DateTime<Utc> = text(activity, "occurredAt").parse().expect("a time");
        assert!(occurred_at < now, "{activity}");
    }
}

fn modifications_are_in_every_state(seen: &Value) {
    let mut states = BTreeSet::new();
    for modification in nodes(seen, "modifications") {
        states.insert(text(modification, "state"));
        assert_eq!(modification["author"]["role"], "BUILDER");
        let approved = ["APPROVED", "APPLIED"].contains(&text(modification, "state"));
        assert!(!approved || modification["approver"]["role"] == "COORDINATOR", "{modification}");
    }
    assert_eq!(states, BTreeSet::from(["APPLIED", "APPROVED", "PROPOSED", "REJECTED"]));
}

async fn the_start_page_lists_whom_to_sign_in_as(url: &str) {
    let page = reqwest::get(format!("{url}/")).await.unwrap().text().await.unwrap();
    for email in ["admin@example.org", "coordinator@example.org", "builder@example.org", "member@example.org"] {
        assert!(page.contains(email), "{email}");
    }
}

fn nodes<'a>(seen: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    seen[list]["nodes"].as_array().expect("nodes").iter()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field}: {value}"))
}
