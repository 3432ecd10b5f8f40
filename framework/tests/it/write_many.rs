//! Writes of many rows: new ones, those of keys, those of a condition, and those that an identity names.

use std::collections::HashSet;

use samara::application::Application;
use samara::context::Context;
use samara::error::{Code, Error};
use samara::event::Wrote;
use samara::ir::{Action, ActionKind, Comparison, Type};
use samara::record::{Input, Record};
use samara::testing::on_both;
use samara::value::Value;
use uuid::Uuid;

use super::support::declare::{action, altered, named, setting};
use super::support::expression::{E, col};
use super::support::people::{People, id, of, text};
use super::support::platform::application;

fn world(slug: &str) -> Input {
    Input::new().with("name", text(slug)).with("slug", text(slug)).with("capacity", Value::Int(10))
}

/// Code and path of each problem.
fn told(error: &Error) -> Vec<(Code, Vec<&str>)> {
    error.problems().iter().map(|it| (it.code, it.path.iter().map(String::as_str).collect())).collect()
}

async fn worlds(people: &People) -> usize {
    people.ids(&people.engine.system("tests"), &people.all("World")).await.len()
}

fn slugs(people: &People, records: &[Record]) -> Vec<String> {
    let slug = |it: &Record| people.field(it, "slug").shown().and_then(Value::as_text).unwrap().to_owned();
    records.iter().map(slug).collect()
}

#[tokio::test]
async fn new_rows_are_stored_by_one_statement_in_the_order_of_the_inputs() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let cx = people.acting(people.member).await;
        let before = cx.statements();
        let inputs = ["c", "a", "b"].map(world).to_vec();
        let records = cx.create_many(of(&people.engine, "World"), "create", inputs).await.unwrap();
        assert_eq!(slugs(&people, &records), ["c", "a", "b"]);
        assert_eq!(cx.statements() - before, 1);
        assert!(cx.create_many(of(&people.engine, "World"), "create", Vec::new()).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn more_rows_than_one_statement_takes_are_stored_by_several() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let cx = people.acting(people.member).await;
        let before = cx.statements();
        let input = Input::new().with("kind", text("BUILD"));
        let records = cx.create_many(of(&people.engine, "Activity"), "record", vec![input; 5_000]).await.unwrap();
        let ids: HashSet<_> = records.iter().map(|it| id(&people.engine, it)).collect();
        assert_eq!(ids.len(), 5_000);
        assert!(cx.statements() - before <= 2, "{}", cx.statements() - before);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_any_input_is_told_at_once_and_nothing_is_stored() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let cx = people.acting(people.member).await;
        let resource = of(&people.engine, "World");
        let before = cx.statements();
        let bad = Input::new().with("name", text("")).with("slug", text("NO SLUG"));
        let inputs = vec![world("fine"), bad, world("good").with("capacity", Value::Int(0))];
        let error = cx.create_many(resource, "create", inputs).await.unwrap_err();
        let wrong = vec![
            (Code::Invalid, vec!["1", "name"]),
            (Code::Invalid, vec!["1", "slug"]),
            (Code::Invalid, vec!["2", "capacity"]),
        ];
        let mut problems = told(&error);
        problems.sort_by(|left, right| left.1.cmp(&right.1));
        assert_eq!(problems, wrong);
        assert_eq!((cx.statements() - before, worlds(&people).await), (0, 0));

        let error = cx.create(resource, "create", Input::new().with("name", text(""))).await.unwrap_err();
        let mut problems = told(&error);
        problems.sort_by(|left, right| left.1.cmp(&right.1));
        assert_eq!(
            problems,
            [(Code::Invalid, vec!["name"]), (Code::Invalid, vec!["slug"])],
            "of one there is no position"
        );
    })
    .await;
}

#[tokio::test]
async fn the_keys_of_all_inputs_are_asked_by_one_statement() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let open = people.world(people.member, "open", "PUBLIC").await;
        let hidden = people.world(people.admin, "hidden", "PRIVATE").await;
        let cx = people.acting(people.member).await;
        let there = |world: Uuid| Input::new().with("kind", text("BUILD")).with("world_id", Value::Uuid(world));
        let resource = of(&people.engine, "Activity");
        let before = cx.statements();
        cx.create_many(resource, "record", vec![there(open), there(open)]).await.unwrap();
        assert_eq!(cx.statements() - before, 2, "the keys, and the rows");
        let inputs = vec![there(open), there(hidden), there(Uuid::now_v7())];
        let error = cx.create_many(resource, "record", inputs).await.unwrap_err();
        assert_eq!(told(&error), [(Code::NotFound, vec!["1", "world_id"]), (Code::NotFound, vec!["2", "world_id"])]);
    })
    .await;
}

#[tokio::test]
async fn the_row_that_the_database_refuses_is_named_and_nothing_is_stored() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        people.world(people.admin, "taken", "PUBLIC").await;
        let cx = people.acting(people.member).await;
        let resource = of(&people.engine, "World");
        let inputs = ["new", "newer", "taken", "newest"].map(world).to_vec();
        let error = cx.create_many(resource, "create", inputs).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Conflict, vec!["2", "slug"])]);
        assert_eq!(worlds(&people).await, 1);

        // Inside a caller's transaction too, which goes on.
        let kept = cx.transaction(async |cx| {
            let refused = cx.create_many(resource, "create", ["same", "same"].map(world).to_vec()).await.unwrap_err();
            assert_eq!(told(&refused), [(Code::Conflict, vec!["1", "slug"])]);
            cx.create(resource, "create", world("kept")).await
        });
        assert_eq!(slugs(&people, &[kept.await.unwrap()]), ["kept"]);
        assert_eq!(worlds(&people).await, 2);
    })
    .await;
}

#[tokio::test]
async fn each_by_itself_keeps_what_can_be_kept_and_says_why_not_of_the_others() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        people.world(people.admin, "taken", "PUBLIC").await;
        let cx = people.acting(people.member).await;
        let inputs = vec![world("one"), world("taken"), world("NOT ONE"), world("two")];
        let stored = cx.create_each(of(&people.engine, "World"), "create", inputs).await.unwrap();
        let codes: Vec<_> = stored.iter().map(|it| it.as_ref().err().map(Error::code)).collect();
        assert_eq!(codes, [None, Some(Code::Conflict), Some(Code::Invalid), None]);
        assert_eq!(worlds(&people).await, 3);
        let before = cx.statements();
        let inputs = ["three", "four"].map(world).to_vec();
        assert!(cx.create_each(of(&people.engine, "World"), "create", inputs).await.unwrap().iter().all(Result::is_ok));
        assert_eq!(cx.statements() - before, 1, "where all can be kept it is one statement");
    })
    .await;
}

#[tokio::test]
async fn rows_of_keys_are_all_changed_or_none_and_each_says_why() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let resource = of(&people.engine, "World");
        let mut own = Vec::new();
        for slug in ["a", "b", "c"] {
            own.push(people.world(people.member, slug, "PUBLIC").await);
        }
        let others = people.world(people.builder, "others", "PUBLIC").await;
        let hidden = people.world(people.builder, "hidden", "PRIVATE").await;
        let cx = people.acting(people.member).await;
        let renamed = Input::new().with("name", text("new"));

        let before = cx.statements();
        let ids = vec![own[2], own[0]];
        let records = cx.update_many(resource, "update", ids.clone(), renamed.clone()).await.unwrap();
        assert_eq!(
            records.iter().map(|it| id(&people.engine, it)).collect::<Vec<_>>(),
            ids,
            "in the order of the keys"
        );
        assert_eq!(cx.statements() - before, 1);

        let ids = vec![own[1], others, hidden, Uuid::now_v7()];
        let error = cx.update_many(resource, "update", ids.clone(), renamed).await.unwrap_err();
        let refused = [(Code::Forbidden, vec!["1"]), (Code::NotFound, vec!["2"]), (Code::NotFound, vec!["3"])];
        assert_eq!(told(&error), refused);
        let kept = people.engine.system("tests").get(people.all("World"), own[1]).await.unwrap().unwrap();
        assert_eq!(people.field(&kept, "name").shown(), Some(&text("b")));

        let error = cx.destroy_many(resource, "destroy", ids, Input::new()).await.unwrap_err();
        assert_eq!(told(&error), refused);
        assert_eq!(cx.destroy_many(resource, "destroy", own, Input::new()).await.unwrap().len(), 3);
        assert_eq!(worlds(&people).await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_key_whose_row_the_database_refuses_is_named() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let mut ids = Vec::new();
        for slug in ["a", "b"] {
            ids.push(people.world(people.member, slug, "PUBLIC").await);
        }
        let nobody = Input::new().with("owner_id", Value::Uuid(Uuid::now_v7()));
        let system = people.engine.system("tests");
        let error = system.update_many(of(&people.engine, "World"), "give", ids, nobody).await.unwrap_err();
        assert_eq!(told(&error).iter().map(|it| it.1[0]).collect::<Vec<_>>(), ["0"]);
    })
    .await;
}

#[tokio::test]
async fn a_condition_means_the_rows_that_the_actor_may_write() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let resource = of(&people.engine, "World");
        for slug in ["a", "b"] {
            people.world(people.member, slug, "PUBLIC").await;
        }
        people.world(people.builder, "others", "PUBLIC").await;
        let every = || people.filter("World", E::Not(Box::new(E::IsNull(Box::new(col("id")))))).unwrap();
        let cx = people.acting(people.member).await;
        let before = cx.statements();
        let renamed = Input::new().with("name", text("mine"));
        let mut changed = slugs(&people, &cx.update_all(resource, "update", every(), renamed.clone()).await.unwrap());
        changed.sort();
        assert_eq!((changed, cx.statements() - before), (vec!["a".to_owned(), "b".to_owned()], 1));
        let wrong = Input::new().with("name", text(""));
        let error = cx.update_all(resource, "update", every(), wrong).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Invalid, vec!["name"])]);
        let error = people.anonymous().update_all(resource, "update", every(), renamed).await.unwrap_err();
        assert_eq!(error.code(), Code::Unauthenticated);

        assert_eq!(cx.destroy_all(resource, "destroy", every(), Input::new()).await.unwrap(), 2);
        assert_eq!(worlds(&people).await, 1, "the other's stays");
    })
    .await;
}

/// The update that an upsert of a world is to one that is stored.
async fn upsert(people: &People, cx: &Context, inputs: Vec<Input>) -> Result<Vec<(Wrote, Record)>, Error> {
    cx.upsert_many(of(&people.engine, "World"), "create", "slug", "update", inputs).await
}

#[tokio::test]
async fn an_upsert_stores_or_changes_and_says_which() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let stored = people.world(people.member, "known", "PUBLIC").await;
        let cx = people.acting(people.member).await;
        let before = cx.statements();
        let inputs = vec![world("new"), world("known").with("name", text("renamed"))];
        let upserted = upsert(&people, &cx, inputs).await.unwrap();
        assert_eq!(cx.statements() - before, 1);
        assert_eq!(upserted.iter().map(|it| it.0).collect::<Vec<_>>(), [Wrote::Created, Wrote::Updated]);
        assert_eq!(id(&people.engine, &upserted[1].1), stored, "it is the row that was there");
        assert_eq!(people.field(&upserted[1].1, "name").shown(), Some(&text("renamed")));
        assert_eq!(
            people.field(&upserted[1].1, "owner_id").shown(),
            Some(&Value::Uuid(people.member)),
            "not accepted, so kept"
        );
        assert_eq!(worlds(&people).await, 2);

        let stamp = |record: &Record| people.field(record, "updated_at").shown().cloned();
        let later = cx.with_now(cx.now() + chrono::TimeDelta::seconds(60));
        let same = upsert(&people, &later, vec![world("new")]).await.unwrap();
        assert_eq!(stamp(&same[0].1), stamp(&upserted[0].1), "nothing changed");
        let other = upsert(&people, &later, vec![world("new").with("name", text("other"))]).await.unwrap();
        assert_ne!(stamp(&other[0].1), stamp(&upserted[0].1));
    })
    .await;
}

#[tokio::test]
async fn an_upsert_changes_no_row_that_the_actor_may_not_change() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        people.world(people.builder, "visible", "PUBLIC").await;
        people.world(people.builder, "hidden", "PRIVATE").await;
        let cx = people.acting(people.member).await;
        for (slug, code) in [("visible", Code::Forbidden), ("hidden", Code::Conflict)] {
            let error = upsert(&people, &cx, vec![world(slug)]).await.unwrap_err();
            assert_eq!(error.code(), code, "{slug}");
            let error = upsert(&people, &cx, vec![world("free"), world(slug)]).await.unwrap_err();
            assert_eq!((error.code(), error.problems()[0].path[0].as_str()), (code, "1"));
        }
        assert_eq!(worlds(&people).await, 2, "nothing was stored");
        let error = upsert(&people, &cx, vec![world("twice"), world("once"), world("twice")]).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Invalid, vec!["2", "slug"])]);
        let error = upsert(&people, &people.anonymous(), vec![world("free")]).await.unwrap_err();
        assert_eq!(error.code(), Code::Unauthenticated);
        let error = cx.upsert_many(of(&people.engine, "World"), "create", "nothing", "update", vec![world("a")]).await;
        assert_eq!(error.unwrap_err().code(), Code::Internal);
    })
    .await;
}

#[tokio::test]
async fn an_upsert_sets_what_its_update_sets_before_accepted_values() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let worlds = of(&people.engine, "World");
        let cx = people.acting(people.member).await;
        let capacity = |of: &Record| people.field(of, "capacity").shown().cloned();
        let grow = async |inputs: Vec<Input>| cx.upsert_many(worlds, "create", "slug", "grow", inputs).await;
        for (wrote, holds, name) in [(Wrote::Created, 10, "a"), (Wrote::Updated, 11, "b"), (Wrote::Updated, 12, "c")] {
            let input = world("grows").with("name", text(name)).with("capacity", Value::Int(10));
            let before = cx.statements();
            let upserted = grow(vec![input]).await.unwrap();
            assert_eq!(cx.statements() - before, 1);
            assert_eq!((upserted[0].0, capacity(&upserted[0].1)), (wrote, Some(Value::Int(holds))));
            assert_eq!(people.field(&upserted[0].1, "name").shown(), Some(&text(name)));
        }
        // What the update requires of the new row is required here too.
        let full = world("full").with("capacity", Value::Int(100));
        grow(vec![full.clone()]).await.unwrap();
        let error = grow(vec![world("new"), full]).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Invalid, vec!["1", "capacity"])]);
    })
    .await;
}

#[tokio::test]
async fn no_upsert_changes_the_identity_that_it_finds_rows_by() {
    let declared = application();
    let ir = altered(&declared.ir, |resources| {
        let moved = E::Lit(text("moved"), Type::String).tree(&declared.ir, Some("World"));
        let changes = vec![setting("slug", moved)];
        named(resources, "World").actions.push(Action { changes, ..action("move", ActionKind::Update) });
    });
    on_both(&Application { ir, ..declared.clone() }, async |engine| {
        let people = People::register(engine).await;
        people.world(people.member, "stays", "PUBLIC").await;
        let cx = people.acting(people.admin).await;
        let worlds = of(&people.engine, "World");
        let before = cx.statements();
        let error = cx.upsert_many(worlds, "create", "slug", "move", vec![world("stays")]).await.unwrap_err();
        assert_eq!((error.code(), cx.statements() - before), (Code::Internal, 0));
    })
    .await;
}

#[tokio::test]
async fn an_upsert_passes_over_what_its_condition_excludes_and_nothing_else() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let resource = of(&people.engine, "World");
        people.world(people.member, "free", "PUBLIC").await;
        people.world(people.member, "kept", "PUBLIC").await;
        people.world(people.builder, "visible", "PUBLIC").await;
        people.world(people.builder, "hidden", "PRIVATE").await;
        let condition = col("slug").compare(Comparison::Ne, E::Lit(text("kept"), Type::String));
        let condition = condition.tree(people.engine.app(), Some("World"));
        let cx = people.acting(people.member).await;
        let upsert = async |slugs: &[&str]| {
            let inputs = slugs.iter().map(|it| world(it).with("name", text("renamed"))).collect();
            cx.upsert_where(resource, "create", "slug", "update", condition.clone(), inputs).await
        };
        let upserted = upsert(&["kept", "new", "free"]).await.unwrap();
        let wrote: Vec<_> = upserted.iter().map(|it| it.as_ref().map(|(wrote, _)| *wrote)).collect();
        assert_eq!(wrote, [None, Some(Wrote::Created), Some(Wrote::Updated)]);
        let renamed = |it: &Option<(Wrote, Record)>| {
            let (_, record) = it.as_ref().unwrap();
            people.field(record, "slug").shown().cloned()
        };
        assert_eq!(upserted[1..].iter().map(renamed).collect::<Vec<_>>(), [Some(text("new")), Some(text("free"))]);
        for (slug, code) in [("visible", Code::Forbidden), ("hidden", Code::Conflict)] {
            assert_eq!(upsert(&["kept", slug]).await.unwrap_err().code(), code, "{slug}");
        }
    })
    .await;
}

#[tokio::test]
async fn upserts_of_one_identity_at_the_same_time_make_one_row() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let cx = people.acting(people.member).await;
        for round in 0..5 {
            let one = || upsert(&people, &cx, vec![world(&format!("world-{round}"))]);
            let (left, right) = tokio::join!(one(), one());
            let mut wrote = [left.unwrap()[0].0, right.unwrap()[0].0].map(|it| format!("{it:?}"));
            wrote.sort();
            assert_eq!(wrote, ["Created", "Updated"]);
        }
        assert_eq!(worlds(&people).await, 5);
    })
    .await;
}
