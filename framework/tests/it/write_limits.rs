//! Writes of more rows than one statement takes, and identities that hold NULL.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use samara::application::Application;
use samara::context::{Actor, Context};
use samara::error::Error;
use samara::event::{Consumer, Event, Interest, Wrote};
use samara::future::BoxFuture;
use samara::ir::{self, ActionKind, Applies, Comparison, Type};
use samara::record::Input;
use samara::testing::on_both;
use samara::value::Value;
use uuid::Uuid;

use super::support::declare::{Declare, accepting, action, app, attribute, nullable, policy, resource, text, tree};
use super::support::people::{People, id, of};
use super::support::platform::application;

/// Labels of three columns, by which the bound values of both databases can be divided; closed ones may not be changed.
fn labels() -> Application {
    let mut label = resource("Label", "labels")
        .with(nullable(attribute("code", Type::CiString)))
        .with(attribute("note", Type::String))
        .unique("code", &["code"]);
    let open = tree(Some("Label"), None, |tree| {
        let left = tree.push(ir::Node::Column { path: ir::Tree::ROW, attribute: label.attribute("note").unwrap().0 });
        let right = tree.literal(text("closed"), Type::String);
        tree.push(ir::Node::Compare { op: Comparison::Ne, left, right })
    });
    label.policies[0].applies = vec![Applies::Read, Applies::Create];
    label.policies.push(ir::Policy { anyone: true, ..policy("open", [Applies::Update], open) });
    label.actions.extend([
        accepting(action("create", ActionKind::Create), ["code", "note"]),
        accepting(action("change", ActionKind::Update), ["note"]),
    ]);
    Application::new(app(vec![label]), Vec::new())
}

fn label(code: Option<String>, note: &str) -> Input {
    Input::new().with("code", code.map_or(Value::Null, Value::Text)).with("note", text(note))
}

#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<Event>>>);

impl Consumer for Kept {
    fn interest(&self, _: &ir::Resource, _: &ir::Action) -> Interest {
        Interest::Values
    }

    fn consume<'a>(&'a self, _: &'a Context, events: &'a [Event]) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            self.0.lock().unwrap().extend(events.iter().cloned());
            Ok(())
        })
    }
}

#[tokio::test]
async fn more_rows_than_one_statement_takes_are_upserted_by_several() {
    on_both(&labels(), async |engine| {
        let rows = engine.database().capability().parameters / 3 + 1;
        let cx = engine.context(Actor::Anonymous);
        let inputs = |note: &str| (0..rows).map(|it| label(Some(format!("Label {it}")), note)).collect::<Vec<_>>();
        for (note, wrote) in [("one", Wrote::Created), ("two", Wrote::Updated)] {
            let upserted =
                cx.upsert_many(of(&engine, "Label"), "create", "code", "change", inputs(note)).await.unwrap();
            assert_eq!(upserted.len(), rows);
            assert!(upserted.iter().all(|it| it.0 == wrote));
            for (index, (_, record)) in upserted.iter().enumerate() {
                assert_eq!(record.attributes[1].shown(), Some(&text(&format!("label {index}"))));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn many_upserted_rows_are_told_as_they_were() {
    on_both(&labels(), async |engine| {
        let kept = Kept::default();
        let engine = engine.with_consumer(kept.clone());
        let cx = engine.context(Actor::Anonymous);
        let inputs = |note: &str| (0..3_000).map(|it| label(Some(format!("{it}")), note)).collect::<Vec<_>>();
        for note in ["one", "two"] {
            cx.upsert_many(of(&engine, "Label"), "create", "code", "change", inputs(note)).await.unwrap();
        }
        let events = kept.0.lock().unwrap();
        let updated: Vec<_> = events.iter().filter(|it| it.wrote == Wrote::Updated).collect();
        assert_eq!((events.len(), updated.len()), (6_000, 3_000));
        let note = |row: &Option<samara::record::StoredRow>| row.as_ref().unwrap().attributes()[2].shown().cloned();
        assert!(updated.iter().all(|it| note(&it.before) == Some(text("one")) && note(&it.after) == Some(text("two"))));
        assert!(updated.iter().all(|it| it.before.as_ref().unwrap().id(engine.app()) == Some(it.id.clone())));
    })
    .await;
}

#[tokio::test]
async fn an_identity_that_holds_null_names_no_row() {
    on_both(&labels(), async |engine| {
        let kept = Kept::default();
        let engine = engine.with_consumer(kept.clone());
        let cx = engine.context(Actor::Anonymous);
        let inputs = || vec![label(None, "a"), label(None, "b"), label(Some("A".to_owned()), "c")];
        let mut ids = HashSet::new();
        for wrote in [[Wrote::Created; 3], [Wrote::Created, Wrote::Created, Wrote::Updated]] {
            let upserted = cx.upsert_many(of(&engine, "Label"), "create", "code", "change", inputs()).await.unwrap();
            assert_eq!(upserted.iter().map(|it| it.0).collect::<Vec<_>>(), wrote);
            ids.extend(upserted.iter().map(|it| id(&engine, &it.1)));
        }
        assert_eq!(ids.len(), 5);
        let twice = vec![label(Some("STRASSE".to_owned()), "c"), label(Some("strasse".to_owned()), "c")];
        assert!(cx.upsert_many(of(&engine, "Label"), "create", "code", "change", twice).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn the_keys_in_many_inputs_are_all_asked_about() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let cx = people.acting(people.member).await;
        let worlds = (0..10_001).map(|it| Input::new().with("name", text("w")).with("slug", text(&format!("w-{it}"))));
        let worlds = cx.create_many(of(&people.engine, "World"), "create", worlds.collect()).await.unwrap();
        let there = |world: Uuid| Input::new().with("kind", text("BUILD")).with("world_id", Value::Uuid(world));
        let inputs = worlds.iter().map(|it| there(id(&people.engine, it))).collect();
        let told = cx.create_many(of(&people.engine, "Activity"), "record", inputs).await.map(|it| it.len());
        assert_eq!(told.map_err(|it| it.problems().len()), Ok(10_001));
    })
    .await;
}
