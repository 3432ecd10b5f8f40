//! Hidden means hidden: a database that differs only in what an actor may not see gives them the same bytes, whatever they ask.

use std::collections::HashSet;

use samara::graphql::Request;
use sea_orm::ConnectionTrait;

use super::corpus::cases;
use super::data::{MEMBER, id};
use super::support::{Platform, object, on_platform};

/// Every operation of the corpus, whoever it was written for, with filters and orders that fish for secrets.
fn requests() -> Vec<Request> {
    let fishing = [
        "{ users(filter: { email: { gte: \"m\" } }) { totalCount } }",
        "{ users(filter: { or: [{ role: { eq: ADMIN } }, { displayName: { eq: \"Bo\" } }] }) { nodes { id } } }",
        "{ users(sort: [{ field: EMAIL, order: DESC_NULLS_LAST }, { field: ROLE }]) { edges { cursor node { id email } } } }",
        "{ users(filter: { activities: { kind: { eq: MODIFY } } }) { totalCount } }",
        "{ users(filter: { worlds: { name: { startsWith: \"Sec\" } } }) { totalCount nodes { worlds { totalCount } } } }",
        "{ worlds(filter: { memberCount: { gt: 2 } }, sort: { field: MEMBER_COUNT }) { edges { cursor } } }",
        "{ worlds(filter: { owner: { activities: {} } }) { totalCount nodes { activities { totalCount } } } }",
        "{ activities(filter: { world: { capacity: { eq: 99 } } }) { totalCount } }",
        "{ memberships(filter: { user: { role: { in: [ADMIN, COORDINATOR] } } }) { totalCount } }",
        "{ modifications(filter: { world: { slug: { contains: \"secret\" } } }) { totalCount } }",
        "{ probes(filter: { world: { memberCount: { isNil: false } } }, sort: { field: WORLD_ID }) { label world { name } } }",
    ];
    let mut known = HashSet::new();
    let corpus =
        cases().into_iter().filter(|it| known.insert((it.query.clone(), it.variables.to_string(), it.operation)));
    let corpus = corpus.map(|it| Request {
        operation_name: it.operation.map(str::to_owned),
        variables: object(it.variables),
        ..Request::new(it.query)
    });
    fishing.into_iter().map(Request::new).chain(corpus).collect()
}

async fn answers(platform: &Platform, actor: Option<usize>) -> Vec<String> {
    let mut answers = Vec::new();
    for request in requests() {
        let query = request.query.clone();
        let (response, _) = platform.run(actor, request).await;
        answers.push(format!("{query}\n{}", String::from_utf8_lossy(&response.body)));
    }
    answers
}

async fn unchanged_by(actor: Option<usize>, changes: &[String]) {
    on_platform(async |platform| {
        let before = answers(&platform, actor).await;
        for change in changes {
            let done = platform
                .engine
                .system("a test")
                .unpoliced("what no action does")
                .execute_unprepared(change)
                .await
                .unwrap();
            assert!(done.rows_affected() > 0, "nothing differs after {change}");
        }
        for (before, after) in before.into_iter().zip(answers(&platform, actor).await) {
            assert_eq!(before, after);
        }
    })
    .await;
}

/// Changes worlds, and what belongs to them, as if they were others.
fn other_worlds(ids: &str) -> Vec<String> {
    vec![
        format!("UPDATE worlds SET name = 'Secret', slug = 'secret-' || slug, capacity = 99 WHERE id IN ({ids})"),
        format!("DELETE FROM memberships WHERE world_id IN ({ids})"),
    ]
}

#[tokio::test]
async fn a_member_cannot_tell_what_is_hidden_from_them() {
    let me = id("User", MEMBER);
    // Private worlds that Dan neither owns nor belongs to.
    let worlds = format!("'{}', '{}'", id("World", 4), id("World", 7));
    let mut changes = other_worlds(&worlds);
    changes.extend([
        format!("UPDATE users SET email = 'zz-' || email, role = 'COORDINATOR' WHERE id <> '{me}'"),
        format!("UPDATE activities SET kind = 'MODIFY', detail = '{{\"secret\":1}}' WHERE user_id <> '{me}'"),
        format!("DELETE FROM activities WHERE user_id = '{}'", id("User", 5)),
        "UPDATE modifications SET title = 'Secret', world_id = NULL WHERE state IN ('PROPOSED', 'REJECTED')".into(),
        "DELETE FROM modifications WHERE state = 'REJECTED'".into(),
    ]);
    unchanged_by(Some(MEMBER), &changes).await;
}

#[tokio::test]
async fn nobody_cannot_tell_anything_but_what_is_public() {
    let worlds = format!("'{}', '{}', '{}'", id("World", 1), id("World", 4), id("World", 7));
    let mut changes = other_worlds(&worlds);
    changes.extend([
        "UPDATE users SET email = 'zz-' || email, role = 'MEMBER', display_name = 'Secret'".to_owned(),
        "UPDATE activities SET kind = 'MODIFY'".into(),
        "DELETE FROM activities WHERE world_id IS NULL".into(),
        "UPDATE modifications SET title = 'Secret'".into(),
        "DELETE FROM memberships".into(),
    ]);
    unchanged_by(None, &changes).await;
}
