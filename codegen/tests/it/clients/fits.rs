//! A client asks the served API whether its operations fit.

use samara::context::Actor;
use samara::database::Backend;
use samara::graphql::{Api, Options, Request};
use samara::ir::Relationship;
use samara::testing;
use samara_codegen::client::{CheckDocument, Fragment, FragmentFile, Model, check_documents, fragments};
use serde_json::{Value, json};

use super::model;
use crate::declare::{altered, named};

const FRAGMENTS: &str = "
    fragment WorldCard on World { id owner { displayName } memberships(first: 3) { nodes { user { ...Face } } } }
    fragment Face on User { id displayName }
    fragment Turn on PageInfo { endCursor }
";

fn selected(model: &Model) -> Vec<Fragment> {
    fragments(model, &[FragmentFile { path: "a.graphql".into(), text: FRAGMENTS.into() }]).unwrap()
}

/// What the reference application's API answers to a document.
async fn answer(document: &CheckDocument) -> Value {
    let application = app::App::application();
    let (text, answer) = (document.text(), std::sync::Mutex::new(Value::Null));
    testing::on(Backend::Sqlite, &application, async |engine| {
        let api = Api::new(engine.clone(), Options::default()).unwrap();
        let request = Request { operation_name: Some("Fits".to_owned()), ..Request::new(text.clone()) };
        let response = api.execute(&engine.context(Actor::Anonymous), request).await;
        *answer.lock().unwrap() = serde_json::from_slice(&response.body).unwrap();
    })
    .await;
    answer.into_inner().unwrap()
}

#[tokio::test]
async fn every_operation_fits_the_api_that_it_was_made_of() {
    let model = model();
    let documents = check_documents(&model, &selected(&model));
    let names: Vec<&str> = documents.iter().flat_map(|it| &it.lines).filter_map(|it| it.name.as_deref()).collect();
    for name in ["worlds", "recordActivity", "summaryActivity", "signInWithCode", "signOut", "WorldCard", "Face"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    // No call gives a `PageInfo`.
    assert!(!names.contains(&"Turn"));
    for document in &documents {
        assert_eq!(answer(document).await, json!({ "data": { "__typename": "Query" } }));
    }
}

#[tokio::test]
async fn what_does_not_fit_stands_in_its_line() {
    // The client was made of an app with one more field, and one more argument.
    let newer = altered(&app::App::application().ir, |resources| {
        let world = named(resources, "World");
        let owner = world.relationships.iter().find(|it| it.name == "owner").unwrap().clone();
        world.relationships.push(Relationship { name: "founder".into(), ..owner });
        let summary = named(resources, "Activity").actions.iter_mut().find(|it| it.name == "summary").unwrap();
        summary.arguments[0].name = "from".into();
    });
    let model = Model::of(&newer, "app").unwrap();
    let text = "fragment Card on World { id founder { id } }".to_owned();
    let fragments = fragments(&model, &[FragmentFile { path: "a.graphql".into(), text }]).unwrap();
    let mut misfits = Vec::new();
    for document in check_documents(&model, &fragments) {
        for error in answer(&document).await["errors"].as_array().into_iter().flatten() {
            let line = error["locations"][0]["line"].as_u64().unwrap() as usize;
            misfits.push(document.lines[line - 1].name.clone().unwrap());
        }
    }
    misfits.dedup();
    assert_eq!(misfits, ["summaryActivity", "Card"]);
}

#[test]
fn a_large_client_asks_in_several_documents_within_the_limits_of_servers() {
    let model = model();
    let text: String =
        (0..200).map(|it| format!("fragment F{it} on World {{ a: id b: name c: slug owner {{ id }} }}\n")).collect();
    let fragments = fragments(&model, &[FragmentFile { path: "a.graphql".into(), text }]).unwrap();
    let documents = check_documents(&model, &fragments);
    let limits = samara::graphql::Limits::default();
    assert!(documents.len() > 3, "{}", documents.len());
    for document in &documents {
        assert_eq!(document.lines[0].text, "query Fits { __typename }");
        assert!(document.text().len() < limits.query_bytes);
        assert!(document.text().matches(": id").count() * 3 < limits.aliases + 3);
    }
    let lines: usize = documents.iter().map(|it| it.lines.len() - 1).sum();
    assert_eq!(lines, model.calls().count() + 200);
}
