//! How many statements an operation costs depends on its shape, never on the rows.

use samara::graphql::Request;

use super::data::ADMIN;
use super::support::on_platform;

#[tokio::test]
async fn an_operation_costs_one_statement_for_each_relationship_of_each_level() {
    let person = super::data::id("User", 2);
    on_platform(async |platform| {
        for (expected, query) in [
            (0, "{ __typename }".to_owned()),
            (0, "{ __schema { queryType { name } } }".to_owned()),
            (1, "{ worlds { nodes { name } } }".to_owned()),
            (1, "{ worlds { nodes { name memberCount } pageInfo { hasNextPage } totalCount } }".to_owned()),
            (1, "{ worlds(filter: { owner: { worlds: { memberCount: { gt: 1 } } } }) { nodes { name } } }".to_owned()),
            (2, "{ worlds { nodes { owner { displayName } } } }".to_owned()),
            (2, "{ worlds { nodes { a: owner { id } b: owner { id } } edges { node { owner { id } } } } }".to_owned()),
            (3, "{ worlds { nodes { owner { worlds { nodes { name } } } } } }".to_owned()),
            (3, "{ worlds { nodes { owner { displayName } memberships { nodes { role } } } } }".to_owned()),
            (4, "{ worlds { nodes { memberships(first: 5) { nodes { user { activities(first: 5) { nodes { kind } } } } } } } }".to_owned()),
            (1, format!("{{ user(id: \"{person}\") {{ displayName }} }}")),
            (3, format!("{{ user(id: \"{person}\") {{ worlds {{ nodes {{ owner {{ id }} }} }} }} }}")),
            (2, "{ worlds { totalCount } users { totalCount } }".to_owned()),
            (1, "{ probes { label } }".to_owned()),
        ] {
            let (response, statements) = platform.run(Some(ADMIN), Request::new(&query)).await;
            assert_eq!(statements, expected, "{query}\n{}", String::from_utf8_lossy(&response.body));
        }
        // The same shape over one row and over many.
        let query = |first| {
            format!("{{ users(first: {first}) {{ nodes {{ activities(first: {first}) {{ nodes {{ world {{ name }} }} }} }} }} }}")
        };
        for first in [3, 7, 50] {
            let (_, statements) = platform.run(Some(ADMIN), Request::new(query(first))).await;
            assert_eq!(statements, 3, "{first}");
        }
    })
    .await;
}

#[tokio::test]
async fn nested_counts_cost_one_statement_more_at_most() {
    on_platform(async |platform| {
        let query = "{ users { nodes { activities(first: 1) { nodes { id } totalCount } } } }";
        let (_, statements) = platform.run(Some(ADMIN), Request::new(query)).await;
        assert!(statements <= 3, "{statements}");
    })
    .await;
}

#[tokio::test]
async fn a_written_row_is_not_read_again_where_it_says_all_that_is_asked() {
    on_platform(async |platform| {
        let record = |selected: &str| {
            format!("mutation {{ recordActivity(input: {{ kind: BUILD }}) {{ result {{ {selected} }} }} }}")
        };
        for (expected, selected) in [(1, "id kind occurredAt userId"), (2, "id user { displayName }")] {
            let (response, statements) = platform.run(Some(super::data::MEMBER), Request::new(record(selected))).await;
            assert_eq!(statements, expected, "{selected}\n{}", String::from_utf8_lossy(&response.body));
        }
    })
    .await;
}
