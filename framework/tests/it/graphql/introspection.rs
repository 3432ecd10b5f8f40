//! The schema describes itself, where it may.

use samara::graphql::{Options, Request, ResponseStatus};
use serde_json::{Value as Json, json};

use super::data::MEMBER;
use super::support::{on_platform, on_platform_with};

/// What GraphiQL asks, shortened only in the repetition of `ofType`.
const QUERY: &str = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name } \
    types { ...FullType } directives { name description locations args { ...InputValue } } } } \
    fragment FullType on __Type { kind name description fields(includeDeprecated: true) { name description args { ...InputValue } \
      type { ...TypeRef } isDeprecated deprecationReason } inputFields { ...InputValue } interfaces { ...TypeRef } \
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } } \
    fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue } \
    fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name \
      ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";

#[tokio::test]
async fn tools_are_told_the_schema() {
    on_platform(async |platform| {
        let (response, statements) = platform.run(None, Request::new(QUERY)).await;
        let body: Json = serde_json::from_slice(&response.body).unwrap();
        assert!(body.get("errors").is_none(), "{}", body["errors"]);
        assert_eq!(statements, 0);
        let types = body["data"]["__schema"]["types"].as_array().unwrap();
        let user = types.iter().find(|it| it["name"] == "User").unwrap();
        assert_eq!(user["description"], "Someone who signs in. E-mail and role may be hidden.");
        let sort = types.iter().find(|it| it["name"] == "WorldSort").unwrap();
        assert_eq!(sort["inputFields"][1]["defaultValue"], "ASC");
    })
    .await;
}

#[tokio::test]
async fn a_description_and_rows_come_together() {
    on_platform(async |platform| {
        let query = "query($in: Boolean = true, $name: String = \"World\") { worlds(first: 1) { nodes { name } } \
            t: __type(name: $name) { name kind @include(if: $in) } __schema @skip(if: $in) { queryType { name } } __typename }";
        let body = platform.json(Some(MEMBER), query, json!({})).await;
        let expected = json!({
            "worlds": { "nodes": [{ "name": "Atrium" }] },
            "t": { "name": "World", "kind": "OBJECT" },
            "__typename": "Query",
        });
        assert_eq!(body, json!({ "data": expected }));
    })
    .await;
}

#[tokio::test]
async fn what_is_skipped_as_a_whole_is_an_empty_object_and_not_null() {
    let scalar = json!({ "kind": "SCALAR" });
    on_platform(async |platform| {
        for (query, expected) in [
            ("{ __schema { queryType { name @skip(if: true) } } }", json!({ "__schema": { "queryType": {} } })),
            ("{ __schema { queryType @include(if: false) { name } } }", json!({ "__schema": {} })),
            ("{ __type(name: \"World\") { name @skip(if: true) } }", json!({ "__type": {} })),
            ("query($no: Boolean = false) { t: __type(name: \"World\") { name @include(if: $no) } }", json!({ "t": {} })),
            ("{ __type(name: \"Nothing\") { name @skip(if: true) } }", json!({ "__type": null })),
            ("{ __type(name: \"World\") { ofType { name @skip(if: true) } } }", json!({ "__type": { "ofType": null } })),
            ("{ __type(name: \"JSON\") { fields { name } } }", json!({ "__type": { "fields": null } })),
            (
                "{ __type(name: \"SortOrder\") { enumValues { name @skip(if: true) } } }",
                json!({ "__type": { "enumValues": [{}, {}, {}, {}, {}, {}] } }),
            ),
            (
                "{ __type(name: \"WorldSort\") { inputFields { type { ofType { name @skip(if: true) } } } } }",
                json!({ "__type": { "inputFields": [{ "type": { "ofType": {} } }, { "type": { "ofType": {} } }] } }),
            ),
            (
                "{ __schema { ...S ...S } } fragment S on __Schema { mutationType { ...T ... @skip(if: true) { kind } } } \
                 fragment T on __Type { name @include(if: false) }",
                json!({ "__schema": { "mutationType": {} } }),
            ),
            // What is selected twice is there if one of the places lets it be.
            (
                "{ __schema { queryType { name @skip(if: true) } queryType { kind } } }",
                json!({ "__schema": { "queryType": { "kind": "OBJECT" } } }),
            ),
            (
                "{ JSON: __type(name: \"JSON\") { kind } worlds { totalCount @skip(if: true) } __typename }",
                json!({ "JSON": scalar, "worlds": {}, "__typename": "Query" }),
            ),
            ("{ __schema @skip(if: true) { queryType { name } } }", json!({})),
        ] {
            let body = platform.json(None, query, json!({})).await;
            assert_eq!(body, json!({ "data": expected }), "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn in_production_nothing_is_told() {
    on_platform_with(&Options::default, async |platform| {
        for query in [QUERY, "{ __type(name: \"World\") { name } }", "{ __typename __schema { queryType { name } } }"] {
            let (response, _) = platform.run(Some(MEMBER), Request::new(query)).await;
            assert_eq!(response.outcome, ResponseStatus::RequestError, "{query}");
        }
        let body = platform.json(Some(MEMBER), "{ worlds { nodes { nam } } }", json!({})).await;
        assert_eq!(body["errors"][0]["message"], "Unknown field \"nam\" on type \"World\".");
        let body = platform.json(Some(MEMBER), "{ worlds { __typename totalCount } }", json!({})).await;
        assert_eq!(body["data"], json!({ "worlds": { "__typename": "WorldConnection", "totalCount": 6 } }));
    })
    .await;
}
