//! The SQL of each kind of read and write, on both databases, to be read in review: `snapshots/`.

use samara::context::Context;
use samara::database::Backend;
use samara::graphql::Request;
use samara::ir::Type;
use samara::query::Query;
use samara::record::Input;
use samara::value::Value;
use uuid::Uuid;

use super::data::{ADMIN, COORDINATOR, MEMBER, id};
use super::support::{Platform, on_platform};
use crate::support::expression::{E, col};

/// What begins a line of a statement.
const LINES: [&str; 12] = [
    " FROM ",
    " LEFT JOIN ",
    " INNER JOIN ",
    " CROSS JOIN ",
    " WHERE ",
    " GROUP BY ",
    " ORDER BY ",
    " LIMIT ",
    " SET ",
    " VALUES ",
    " ON CONFLICT ",
    " RETURNING ",
];

/// The statements that `work` sends, under its name.
async fn sent(text: &mut String, name: &str, cx: &Context, work: impl Future<Output = ()>) {
    cx.record_statements();
    let before = cx.recorded_statements().len();
    work.await;
    text.push_str(&format!("# {name}\n"));
    for mut statement in cx.recorded_statements().split_off(before) {
        for word in LINES {
            statement = statement.replace(word, &format!("\n   {word}"));
        }
        // One operator of several words.
        text.push_str(&format!("{};\n", statement.replace("DISTINCT\n    FROM", "DISTINCT FROM")));
    }
    text.push('\n');
}

async fn operation(text: &mut String, platform: &Platform, name: &str, actor: usize, operation: &str) {
    let cx = platform.context(Some(actor)).await;
    let work = async {
        let response = platform.api.execute(&cx, Request::new(operation)).await;
        let body = String::from_utf8_lossy(&response.body).into_owned();
        assert!(!body.contains("\"code\""), "{operation}\n{body}");
    };
    sent(text, name, &cx, work).await;
}

fn snapshot(kind: &str, platform: &Platform, text: &str) {
    let database = match platform.engine.database().capability().backend {
        Backend::Postgres => "postgres",
        Backend::Sqlite => "sqlite",
    };
    insta::assert_snapshot!(format!("{kind}_on_{database}"), text.trim_end());
}

#[tokio::test]
async fn each_kind_of_read_is_this_sql() {
    on_platform(async |platform| {
        let text = &mut String::new();
        let world = id("World", 1);
        for (name, actor, query) in [
            ("one row by its key", MEMBER, format!("{{ world(id: \"{world}\") {{ name }} }}")),
            ("a page, every row is readable", ADMIN, "{ worlds(first: 2) { nodes { name } } }".into()),
            ("a page, some rows are readable", MEMBER, "{ worlds(first: 2) { nodes { name } } }".into()),
            ("a page with its total", MEMBER, "{ worlds(first: 2) { nodes { name } totalCount } }".into()),
            ("the total alone", MEMBER, "{ worlds { totalCount } }".into()),
            ("the end of the list", MEMBER, "{ worlds(last: 2) { nodes { name } pageInfo { startCursor } } }".into()),
            (
                "a filter of values",
                MEMBER,
                "{ worlds(filter: { name: { gt: \"A\" }, capacity: { in: [1, 2] } }) { nodes { name } } }".into(),
            ),
            (
                "a filter by a related row",
                MEMBER,
                "{ activities(filter: { world: { name: { eq: \"A\" } } }) { nodes { id } } }".into(),
            ),
            (
                "a filter by related rows",
                MEMBER,
                "{ worlds(filter: { memberships: { role: { eq: HOST } } }) { nodes { id } } }".into(),
            ),
            (
                "an order by two fields, nulls last",
                MEMBER,
                "{ worlds(sort: [{ field: CAPACITY, order: DESC_NULLS_LAST }, { field: NAME }]) { nodes { id } } }"
                    .into(),
            ),
            (
                "a calculation, ordered by it",
                ADMIN,
                "{ worlds(sort: { field: MEMBER_COUNT, order: DESC }) { nodes { memberCount } } }".into(),
            ),
            ("a field that a policy hides in some rows", MEMBER, "{ users { nodes { email } } }".into()),
            ("the row that each row belongs to", COORDINATOR, "{ worlds { nodes { owner { displayName } } } }".into()),
            (
                "a page of related rows for each row",
                COORDINATOR,
                "{ users { nodes { activities(first: 2) { nodes { kind } } } } }".into(),
            ),
            (
                "the same with totals",
                COORDINATOR,
                "{ users { nodes { activities(first: 2) { nodes { kind } totalCount } } } }".into(),
            ),
        ] {
            operation(text, &platform, name, actor, &query).await;
        }
        let cursor = "{ worlds(first: 2) { pageInfo { endCursor } } }";
        let answer = platform.json(Some(MEMBER), cursor, serde_json::json!({})).await;
        let cursor = &answer["data"]["worlds"]["pageInfo"]["endCursor"];
        let after = format!(
            "{{ worlds(first: 2, after: {cursor}) {{ nodes {{ name }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        operation(text, &platform, "the page after a cursor", MEMBER, &after).await;

        let cx = platform.context(Some(ADMIN)).await;
        let worlds = platform.engine.app().find("World").unwrap();
        sent(text, "rows that are locked", &cx, async {
            let read =
                cx.transaction(async |cx| cx.read(Query { for_update: true, ..Query::unrestricted(worlds) }).await);
            read.await.unwrap();
        })
        .await;
        snapshot("reads", &platform, text);
    })
    .await;
}

#[tokio::test]
async fn each_kind_of_write_is_this_sql() {
    on_platform(async |platform| {
        let text = &mut String::new();
        let (worlds, users) = (platform.engine.app().find("World").unwrap(), platform.engine.app().find("User").unwrap());
        let word = |it: &str| Value::Text(it.into());
        let world = |slug: &str| Input::new().with("name", word(slug)).with("slug", word(slug));
        let cx = platform.context(Some(ADMIN)).await;
        let mut made = Uuid::nil();
        sent(text, "a new row", &cx, async {
            made = cx.create(worlds, "create", world("sql-one")).await.unwrap().id(platform.engine.app()).and_then(|it| it.as_uuid()).unwrap();
        })
        .await;
        sent(text, "several new rows", &cx, async {
            cx.create_many(worlds, "create", vec![world("sql-two"), world("sql-three")]).await.unwrap();
        })
        .await;
        sent(text, "a row, new or stored, by an identity", &cx, async {
            cx.upsert_many(worlds, "create", "slug", "update", vec![world("sql-two")]).await.unwrap();
        })
        .await;
        sent(text, "a change of one row", &cx, async {
            cx.update(worlds, "update", made, Input::new().with("name", word("changed"))).await.unwrap();
        })
        .await;
        sent(text, "a change with a function that reads first", &cx, async {
            let member: Uuid = id("User", MEMBER).parse().unwrap();
            cx.update(users, "set_role", member, Input::new().with("role", word("BUILDER"))).await.unwrap();
        })
        .await;
        sent(text, "a change of the rows of a condition", &cx, async {
            let changed = col("name").eq(E::Lit(word("changed"), Type::String));
            let filter = changed.tree(platform.engine.app(), Some("World"));
            cx.update_all(worlds, "update", filter, Input::new().with("name", word("again"))).await.unwrap();
        })
        .await;
        sent(text, "one row removed", &cx, async {
            cx.destroy(worlds, "destroy", made, Input::new()).await.unwrap();
        })
        .await;
        for (name, actor, mutation) in [
            ("a new row whose key is asked", MEMBER, format!("mutation {{ recordActivity(input: {{ kind: BUILD, worldId: \"{}\" }}) {{ result {{ id }} }} }}", id("World", 0))),
            ("a new row that is read back", MEMBER, "mutation { recordActivity(input: { kind: BUILD }) { result { user { displayName } } } }".into()),
            ("a change of one's own row", MEMBER, format!("mutation {{ updateUser(id: \"{}\", input: {{ displayName: \"M\" }}) {{ result {{ displayName }} }} }}", id("User", MEMBER))),
        ] {
            operation(text, &platform, name, actor, &mutation).await;
        }
        snapshot("writes", &platform, text);
    })
    .await;
}
