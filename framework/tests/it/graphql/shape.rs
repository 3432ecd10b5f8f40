//! What nested filters look like in SQL: related rows are joined, and what is asked several times is asked once.

use samara::graphql::Request;

use super::data::{COORDINATOR, MEMBER};
use super::support::{Platform, on_platform};

/// The text of the one statement of a query.
async fn sql(platform: &Platform, actor: usize, query: &str) -> String {
    let cx = platform.context(Some(actor)).await;
    cx.record_statements();
    let response = platform.api.execute(&cx, Request::new(query)).await;
    let body = String::from_utf8_lossy(&response.body).into_owned();
    assert!(!body.contains("errors"), "{query}\n{body}");
    let [statement] = <[String; 1]>::try_from(cx.recorded_statements()).unwrap();
    statement
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[tokio::test]
async fn a_row_at_the_other_end_of_a_filter_is_joined_once() {
    on_platform(async |platform| {
        let query = r#"{ worlds(first: 20, filter: { memberships: { user: { displayName: { gt: "a", lt: "x" } } } })
            { nodes { name memberCount } } }"#;
        for actor in [MEMBER, COORDINATOR] {
            let text = sql(&platform, actor, query).await;
            assert_eq!(count(&text, r#"LEFT JOIN "users""#), 1, "{text}");
            assert_eq!(count(&text, r#"FROM "users""#), 0, "{text}");
            // Whether a membership may be seen is asked of its world, which is the row itself.
            assert_eq!(count(&text, r#""worlds""#), 1, "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_asks_no_row_of_a_subquery_stands_beside_it() {
    on_platform(async |platform| {
        let query = r#"{ worlds(filter: { or: [
            { memberships: { user: { displayName: { eq: "Dan" } } } }, { name: { eq: "Garden" } }] }) { nodes { name } } }"#;
        let text = sql(&platform, MEMBER, query).await;
        // A member sees the memberships of a world that they see. Asked inside, the subquery would run for every world.
        let (_, subquery) = text.rsplit_once("EXISTS(SELECT 1 FROM \"memberships\"").unwrap();
        let (subquery, _) = subquery.split_once(')').unwrap();
        assert!(subquery.contains("display_name") && !subquery.contains("visibility"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn alternatives_about_the_same_related_rows_are_one_subquery() {
    on_platform(async |platform| {
        let query = |count: usize| {
            let branch = |it| format!("{{ worlds: {{ memberships: {{ user: {{ displayName: {{ eq: \"x{it}\" }} }} }} }} }}");
            let branches: Vec<String> = (0..count).map(branch).collect();
            format!("{{ users(filter: {{ or: [{}] }}) {{ totalCount }} }}", branches.join(", "))
        };
        let (one, many) = (sql(&platform, MEMBER, &query(1)).await, sql(&platform, MEMBER, &query(20)).await);
        assert_eq!(count(&one, "FROM \""), count(&many, "FROM \""), "{many}");
        assert_eq!(count(&one, "JOIN"), count(&many, "JOIN"), "{many}");
        // Both worlds and memberships are seen by whoever sees the world, which is asked once.
        assert_eq!(count(&many, "\"visibility\""), 1, "{many}");
        // Of rows that are related otherwise each is asked by itself.
        let apart = r#"{ worlds(filter: { or: [{ memberships: { role: { eq: HOST } } }, { activities: { kind: { eq: BUILD } } }] })
            { nodes { id } } }"#;
        let text = sql(&platform, COORDINATOR, apart).await;
        assert_eq!(count(&text, "EXISTS("), 2, "{text}");
    })
    .await;
}

#[tokio::test]
async fn a_calculation_that_several_conditions_ask_is_worked_out_once() {
    on_platform(async |platform| {
        let query = |member: &str, count: usize| {
            let conditions: Vec<String> = (0..count).map(|it| format!("{{ memberCount: {{ gt: {it} }} }}")).collect();
            format!("{{ worlds(filter: {{ {member}: [{}] }}) {{ nodes {{ name }} }} }}", conditions.join(", "))
        };
        for member in ["and", "or"] {
            for actor in [MEMBER, COORDINATOR] {
                let text = sql(&platform, actor, &query(member, 20)).await;
                assert_eq!(count(&text, "COUNT(*)"), 1, "{text}");
            }
        }
        let nested = r#"{ worlds(filter: { not: { memberCount: { gt: 1, lt: 9 } }, memberships: { role: { eq: HOST } } })
            { nodes { name } } }"#;
        let text = sql(&platform, COORDINATOR, nested).await;
        assert_eq!(count(&text, "COUNT(*)"), 1, "{text}");
        // What does not ask for the calculation stays where the planner sees it.
        assert!(text.contains("WHERE EXISTS("), "{text}");
    })
    .await;
}
