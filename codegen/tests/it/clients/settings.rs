//! What a workspace says of its clients, and everything that can be wrong with it.

use std::collections::BTreeSet;

use samara_codegen::client::{ClientSettings, Language};
use serde_json::{Value, json};

fn read(settings: &Value) -> Result<Vec<ClientSettings>, Vec<String>> {
    let told = |it: samara_codegen::Diagnostic| format!("{} {} | {}", it.code.as_str(), it.message, it.help);
    ClientSettings::read(settings).map_err(|found| found.into_iter().map(told).collect())
}

#[test]
fn a_workspace_has_none_one_or_several_clients() {
    assert_eq!(read(&Value::Null), Ok(Vec::new()));
    assert_eq!(read(&json!({})), Ok(Vec::new()));
    let client = |out: &str, operations: Option<&str>| ClientSettings {
        language: Language::Typescript,
        out: out.into(),
        operations: operations.map(Into::into),
        can_wait: BTreeSet::new(),
    };
    assert_eq!(read(&json!({ "typescript": { "out": "./web/api" } })), Ok(vec![client("web/api", None)]));
    assert_eq!(
        read(&json!({ "typescript": [{ "out": "b", "operations": "." }, { "out": "a" }] })),
        Ok(vec![client("a", None), client("b", Some(""))])
    );
}

#[test]
fn what_is_not_understood_is_told() {
    let form = "write it so: `typescript = { out = \"web/src/api\", operations = \"web/src\" }`";
    for (settings, told) in [
        (json!("typescript"), format!("`clients` is no table | {form}")),
        (json!({ "typescrpt": {} }), "there are no clients in `typescrpt` | did you mean `typescript`?".to_owned()),
        (json!({ "typescript": "web" }), format!("`typescript` is no table | {form}")),
        (json!({ "typescript": {} }), format!("`typescript` does not say where: it has no `out` | {form}")),
        (json!({ "typescript": { "out": 7 } }), format!("`out` of `typescript` is no path | {form}")),
        (json!({ "typescript": { "out": "" } }), format!("`out` of `typescript` is no path | {form}")),
        (
            json!({ "typescript": { "out": "a", "operation": "b" } }),
            "`typescript` has `operation`, which is no setting of a client | did you mean `operations`?".to_owned(),
        ),
        (
            json!({ "typescript": { "out": "a", "can_wait": [] } }),
            "`typescript` has `can_wait`, which is no setting of a client | it has `out`, `operations`".to_owned(),
        ),
        (
            json!({ "gdscript": { "out": "a", "can_wait": "recordActivity" } }),
            format!("`can_wait` of `gdscript` is no list of mutations | {form}"),
        ),
        (
            json!({ "typescript": { "out": "../a" } }),
            "`out` of `typescript` leads out of the workspace: `../a` | it is a folder of the workspace, from its root on".to_owned(),
        ),
        (
            json!({ "typescript": { "out": "a", "operations": "/b" } }),
            "`operations` of `typescript` leads out of the workspace: `/b` | it is a folder of the workspace, from its root on".to_owned(),
        ),
        (
            json!({ "typescript": [{ "out": "a" }, { "out": "./a" }] }),
            format!("two clients are to be generated into `a` | {form}"),
        ),
    ] {
        assert_eq!(read(&settings), Err(vec![format!("R0815 {told}")]), "{settings}");
    }
}

#[test]
fn settings_are_written_where_they_belong_and_once() {
    let client = ClientSettings { operations: None, ..Language::Typescript.usual() };
    for (before, after) in [
        (
            "[workspace]\nmembers = [] # ours\n",
            "[workspace]\nmembers = [] # ours\n\n[workspace.metadata.samara.clients]\ntypescript = { out = \"web/src/api\" }\n",
        ),
        (
            "[workspace.metadata.samara]\napp = \"shop\" # it\n\n[profile.dev]\n",
            "[workspace.metadata.samara]\napp = \"shop\" # it\n\n[workspace.metadata.samara.clients]\ntypescript = { out = \"web/src/api\" }\n\n[profile.dev]\n",
        ),
        (
            "[workspace.metadata]\nsamara = { app = \"shop\", clients = {} }\n",
            "[workspace.metadata]\nsamara = { app = \"shop\", clients = { typescript = { out = \"web/src/api\" } } }\n",
        ),
    ] {
        let text = client.written_to(before).unwrap();
        assert_eq!(text, after);
        assert_eq!(client.written_to(&text).unwrap(), text);
        let other = ClientSettings { out: "elsewhere".into(), ..client.clone() };
        let refused = other.written_to(&text).unwrap_err();
        assert_eq!(refused.code.as_str(), "R0815");
        assert!(refused.message.contains("already") && refused.help.contains("list several"), "{refused}");
    }
    assert_eq!(client.written_to("workspace = 7\n").unwrap_err().code.as_str(), "R0815");
    assert_eq!(client.written_to("[workspace\n").unwrap_err().code.as_str(), "R0815");
}
