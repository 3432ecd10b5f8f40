//! Texts: what is empty, what is one line, and what filters and orders do with case.

use serde_json::{Value as Json, json};

use super::data::{ADMIN, BUILDER, MEMBER};
use super::support::{Platform, on_platform};

const CREATE: &str = "mutation($input: CreateWorldInput!) { createWorld(input: $input) { result { name } errors { code message fields } } }";

async fn create(platform: &Platform, name: &str, slug: &str) -> Json {
    let mut body = platform.json(Some(MEMBER), CREATE, json!({ "input": { "name": name, "slug": slug } })).await;
    body["data"]["createWorld"].take()
}

fn invalid(field: &str, message: &str) -> Json {
    json!({ "result": null, "errors": [{ "code": "INVALID", "message": message, "fields": [field] }] })
}

#[tokio::test]
async fn a_text_of_what_nobody_can_see_is_empty() {
    on_platform(async |platform| {
        for blank in ["", "  ", "\t", "\u{a0}", "\u{200b}", "\u{2800}", "\u{202e}\u{200f}", "\u{3164}"] {
            assert_eq!(create(&platform, blank, "blank").await, invalid("name", "must not be empty"), "{blank:?}");
        }
        for seen in ["\u{202e}abc", " a ", "👩\u{200d}🚀"] {
            let made = create(&platform, seen, &format!("seen-{}", seen.len())).await;
            assert_eq!(made, json!({ "result": { "name": seen }, "errors": [] }), "{seen:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_text_of_one_line_holds_no_line_ends_and_any_other_does() {
    on_platform(async |platform| {
        for end in ["\n", "\r\n", "\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}"] {
            let name = format!("one{end}two");
            assert_eq!(create(&platform, &name, "lines").await, invalid("name", "must be one line"), "{end:?}");
        }
        let propose = "mutation($input: ProposeModificationInput!) \
            { proposeModification(input: $input) { result { source } errors { code message fields } } }";
        let source = "extends Node\r\n\nfunc f():\u{2028}\tpass\n";
        let given = json!({ "input": { "title": "Doors", "source": source } });
        let body = platform.json(Some(BUILDER), propose, given).await;
        assert_eq!(body["data"]["proposeModification"], json!({ "result": { "source": source }, "errors": [] }));
        let given = json!({ "input": { "title": "Doors\n", "source": source } });
        let body = platform.json(Some(BUILDER), propose, given).await;
        assert_eq!(body["data"]["proposeModification"], invalid("title", "must be one line"));
    })
    .await;
}

#[tokio::test]
async fn case_counts_as_the_schema_says() {
    on_platform(async |platform| {
        for (name, slug) in [("École", "ecole"), ("MÖTLEY Zappa", "motley"), ("abba", "abba")] {
            assert_eq!(create(&platform, name, slug).await["errors"], json!([]));
        }
        let find = async |filter: &str| {
            let query = format!("{{ worlds(filter: {{ slug: {{ in: [\"ecole\", \"motley\", \"abba\"] }}, name: {filter} }}, sort: {{ field: NAME }}) {{ nodes {{ name }} }} }}");
            let body = platform.json(Some(MEMBER), &query, json!({})).await;
            body["data"]["worlds"]["nodes"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        for (filter, found) in [
            ("{}", &["MÖTLEY Zappa", "abba", "École"][..]),
            ("{ contains: \"zappa\" }", &[]),
            ("{ contains: \"Zapp\" }", &["MÖTLEY Zappa"]),
            ("{ startsWith: \"m\" }", &[]),
            ("{ endsWith: \"PA\" }", &[]),
            ("{ eq: \"ABBA\" }", &[]),
            ("{ iEq: \"ABBA\" }", &["abba"]),
            ("{ iEq: \"éCOLE\" }", &[]),
            ("{ iEq: \"ÉCOLE\" }", &["École"]),
            ("{ iEq: \"mÖtley zAPPA\" }", &["MÖTLEY Zappa"]),
            ("{ iEq: \"mötley zappa\" }", &[]),
            ("{ lt: \"Zappa\" }", &["MÖTLEY Zappa"]),
            ("{ gt: \"zappa\" }", &["École"]),
        ] {
            assert_eq!(find(filter).await, found, "{filter}");
        }
        // A `CiString` is kept in lower case, and so is what it is compared with.
        let create = "mutation { createProbe(input: { label: \"MÖTLEY\", size: 1, live: true }) { result { label } } }";
        let body = platform.json(Some(ADMIN), create, json!({})).await;
        assert_eq!(body["data"]["createProbe"]["result"]["label"], "mötley");
        for filter in ["eq: \"MÖTLEY\"", "contains: \"ÖT\"", "startsWith: \"MÖ\"", "iEq: \"mÖtley\"", "in: [\"Mötley\"]"] {
            let query = format!("{{ probes(filter: {{ label: {{ {filter} }} }}) {{ label }} }}");
            let body = platform.json(Some(ADMIN), &query, json!({})).await;
            assert_eq!(body["data"]["probes"], json!([{ "label": "mötley" }]), "{filter}");
        }
    })
    .await;
}
