//! What leaves the path of a write: one event for each row, in its transaction, and nothing where nobody is interested.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use samara::context::{Actor, Context};
use samara::database::Backend;
use samara::error::{Code, Error};
use samara::event::{Consumer, Event, Interest, Wrote};
use samara::future::BoxFuture;
use samara::ir;
use samara::record::{Input, StoredRow};
use samara::testing::{TestDatabase, on_both};
use samara::value::Value;
use tokio::sync::Notify;

use super::support::contention::somebody_waits;
use super::support::expression::{E, col};
use super::support::people::{People, of, text};
use super::support::platform::application;
use super::support::served::Served;
use super::support::sign_in;

/// Keeps what it is told of one resource.
#[derive(Clone, Debug)]
struct Kept {
    resource: &'static str,
    interest: Interest,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Kept {
    fn new(interest: Interest) -> Self {
        Self { resource: "World", interest, events: Arc::default() }
    }

    fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap())
    }
}

impl Consumer for Kept {
    fn interest(&self, resource: &ir::Resource, _: &ir::Action) -> Interest {
        if resource.name == *self.resource { self.interest } else { Interest::None }
    }

    fn consume<'a>(&'a self, cx: &'a Context, events: &'a [Event]) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            // What it reads is what the write sees.
            let system = cx.as_system("telling of what was written");
            for event in events.iter().filter(|it| it.wrote == Wrote::Created) {
                let read = system.get(samara::query::Query::unrestricted(event.resource), &event.id).await?;
                assert!(read.is_some(), "it is inside of the transaction");
            }
            self.events.lock().unwrap().extend(events.iter().cloned());
            Ok(())
        })
    }
}

/// Fails.
#[derive(Debug)]
struct Fails;

impl Consumer for Fails {
    fn interest(&self, _: &ir::Resource, action: &ir::Action) -> Interest {
        if action.name == "update" { Interest::Keys } else { Interest::None }
    }

    fn consume<'a>(&'a self, _: &'a Context, _: &'a [Event]) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async { Err(Error::new(Code::Conflict, "nobody may know")) })
    }
}

fn world(slug: &str) -> Input {
    Input::new().with("name", text(slug)).with("slug", text(slug)).with("capacity", Value::Int(10))
}

fn name(people: &People, row: Option<&StoredRow>) -> Option<String> {
    let resource = people.engine.app().resource(of(&people.engine, "World"));
    let (index, _) = resource.attribute("name").unwrap();
    row.map(|it| it.attributes()[usize::from(index)].shown().and_then(Value::as_text).unwrap().to_owned())
}

/// Action, what was done, and the name before and after.
type Told = (String, Wrote, Option<String>, Option<String>);

fn told(people: &People, kept: &Kept) -> Vec<Told> {
    let mut told: Vec<_> = kept
        .take()
        .into_iter()
        .map(|it| (it.action.to_string(), it.wrote, name(people, it.before.as_ref()), name(people, it.after.as_ref())))
        .collect();
    told.sort_by(|left, right| (&left.0, &left.3).cmp(&(&right.0, &right.3)));
    told
}

#[tokio::test]
async fn every_target_leaves_an_event_for_each_row() {
    on_both(&application(), async |engine| {
        let kept = Kept::new(Interest::Values);
        let people = People::register(engine.with_consumer(kept.clone())).await;
        let resource = of(&people.engine, "World");
        let cx = people.acting(people.member).await.with_request_id("request-7");
        let some = |it: &str| Some(it.to_owned());
        let every = || people.filter("World", E::Not(Box::new(E::IsNull(Box::new(col("id")))))).unwrap();

        let a = super::support::people::id(&people.engine, &cx.create(resource, "create", world("a")).await.unwrap());
        let events = kept.take();
        assert_eq!((events.len(), &events[0].id, events[0].request_id.as_deref()), (1, &a.into(), Some("request-7")));
        assert_eq!(events[0].at, cx.now());
        assert!(
            matches!(&events[0].actor, Actor::Record(it) if it.id(people.engine.app()) == Some(people.member.into()))
        );

        cx.create_many(resource, "create", vec![world("b"), world("c")]).await.unwrap();
        let created = |it: &str| ("create".to_owned(), Wrote::Created, None, some(it));
        assert_eq!(told(&people, &kept), [created("b"), created("c")]);

        cx.update(resource, "update", a, Input::new().with("name", text("a2"))).await.unwrap();
        assert_eq!(told(&people, &kept), [("update".to_owned(), Wrote::Updated, some("a"), some("a2"))]);

        cx.update_many(resource, "update", vec![a], Input::new().with("name", text("a3"))).await.unwrap();
        assert_eq!(told(&people, &kept), [("update".to_owned(), Wrote::Updated, some("a2"), some("a3"))]);

        cx.update_all(resource, "update", every(), Input::new().with("name", text("all"))).await.unwrap();
        let mut before: Vec<_> = told(&people, &kept).into_iter().map(|it| it.2.unwrap()).collect();
        before.sort();
        assert_eq!(before, ["a3", "b", "c"]);

        let inputs = vec![world("d"), world("b").with("name", text("upserted"))];
        cx.upsert_many(resource, "create", "slug", "update", inputs).await.unwrap();
        let updated = ("update".to_owned(), Wrote::Updated, some("all"), some("upserted"));
        assert_eq!(told(&people, &kept), [created("d"), updated]);

        cx.destroy(resource, "destroy", a, Input::new()).await.unwrap();
        assert_eq!(told(&people, &kept), [("destroy".to_owned(), Wrote::Destroyed, some("all"), None)]);
        cx.destroy_all(resource, "destroy", every(), Input::new()).await.unwrap();
        assert_eq!(kept.take().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn an_event_that_cannot_be_told_undoes_the_write() {
    on_both(&application(), async |engine| {
        let people = People::register(engine.with_consumer(Fails)).await;
        let resource = of(&people.engine, "World");
        let a = people.world(people.member, "a", "PUBLIC").await;
        let cx = people.acting(people.member).await;
        let error = cx.update(resource, "update", a, Input::new().with("name", text("b"))).await.unwrap_err();
        assert_eq!((error.code(), error.to_string()), (Code::Conflict, "nobody may know".to_owned()));
        let kept = cx.get(people.all("World"), a).await.unwrap().unwrap();
        assert_eq!(people.field(&kept, "name").shown(), Some(&text("a")));
    })
    .await;
}

#[tokio::test]
async fn what_was_undone_leaves_no_event() {
    on_both(&application(), async |engine| {
        let kept = Kept::new(Interest::Keys);
        let people = People::register(engine.with_consumer(kept.clone())).await;
        let resource = of(&people.engine, "World");
        let cx = people.acting(people.member).await;
        let error = cx.create(resource, "create", world("NO SLUG")).await.unwrap_err();
        assert_eq!((error.code(), kept.take().len()), (Code::Invalid, 0));
        cx.create(resource, "create", world("a")).await.unwrap();
        let events = kept.take();
        assert!(events[0].before.is_none() && events[0].after.is_none(), "nobody asked for values");
    })
    .await;
}

#[tokio::test]
async fn a_write_of_which_nobody_wants_to_know_costs_one_statement_and_no_transaction() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let resource = of(&people.engine, "World");
        let a = people.world(people.member, "a", "PUBLIC").await;
        let cx = people.acting(people.member).await;
        let before = (cx.statements(), cx.transactions());
        cx.create(resource, "create", world("b")).await.unwrap();
        cx.update(resource, "update", a, Input::new().with("name", text("c"))).await.unwrap();
        cx.destroy(resource, "destroy", a, Input::new()).await.unwrap();
        assert_eq!((cx.statements() - before.0, cx.transactions() - before.1), (3, 0));
    })
    .await;
}

#[tokio::test]
async fn an_upsert_that_nothing_can_undo_is_one_statement_and_no_transaction() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let resource = of(&people.engine, "World");
        let cx = people.acting(people.member).await;
        for (update, statements, transactions) in [("update", 1, 0), ("update", 1, 0), ("grow", 1, 1)] {
            let before = (cx.statements(), cx.transactions());
            cx.upsert_many(resource, "create", "slug", update, vec![world("a")]).await.unwrap();
            let cost = (cx.statements() - before.0, cx.transactions() - before.1);
            assert_eq!(cost, (statements, transactions), "{update}");
        }
        let others = people.world(people.builder, "others", "PUBLIC").await;
        let error = cx.upsert_many(resource, "create", "slug", "update", vec![world("others")]).await.unwrap_err();
        assert_eq!(error.code(), Code::Forbidden);
        let kept = cx.get(people.all("World"), others).await.unwrap().unwrap();
        assert_eq!(people.field(&kept, "capacity").shown(), Some(&Value::Int(99)));
    })
    .await;
}

#[tokio::test]
async fn a_write_that_may_have_to_be_undone_is_a_transaction() {
    on_both(&application(), async |engine| {
        let kept = Kept::new(Interest::Keys);
        let people = People::register(engine.with_consumer(kept)).await;
        let resource = of(&people.engine, "World");
        let cx = people.acting(people.member).await;
        cx.create(resource, "create", world("b")).await.unwrap();
        assert_eq!(cx.transactions(), 1, "somebody is told of it");
        let there = Input::new()
            .with("kind", text("BUILD"))
            .with("world_id", Value::Uuid(people.world(people.member, "a", "PUBLIC").await));
        cx.create(of(&people.engine, "Activity"), "record", there).await.unwrap();
        assert_eq!(cx.transactions(), 2, "a key is asked about first");
    })
    .await;
}

#[tokio::test]
async fn an_event_carries_the_id_of_the_request_that_it_was_done_for() {
    let application = sign_in::application();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::with_tables(backend, &application.ir).await;
        let kept = Kept { resource: "Session", ..Kept::new(Interest::Keys) };
        let engine = database.engine(&application).await.with_consumer(kept.clone());
        let served = Served::start(engine.clone(), &[]).await;
        let response = served.browser().sign_in(&served, "new@example.org").await;
        let events = kept.take();
        assert_eq!(events.iter().map(|it| it.wrote).collect::<Vec<_>>(), [Wrote::Created]);
        assert_eq!(events[0].request_id.as_deref(), Some(response.header("x-request-id")));
        drop(served);
        engine.database().close().await;
        database.remove().await;
    }
}

/// It was looked for while the other transaction had not committed it yet, so nobody knows what it was.
#[tokio::test]
async fn an_upsert_tells_of_a_row_that_another_one_stored_meanwhile() {
    on_both(&application(), async |engine| {
        let kept = Kept::new(Interest::Values);
        let people = People::register(engine.with_consumer(kept.clone())).await;
        let resource = of(&people.engine, "World");
        let (first, second) = (people.acting(people.member).await, people.acting(people.member).await);
        let (begun, ended) = (Notify::new(), AtomicBool::new(false));
        let first = first.transaction(async |cx| {
            cx.create(resource, "create", world("a")).await?;
            begun.notify_one();
            while !ended.load(Ordering::Relaxed) && !somebody_waits(&people.engine).await {
                tokio::task::yield_now().await;
            }
            Ok(())
        });
        let second = async {
            begun.notified().await;
            let inputs = vec![world("a").with("name", text("b"))];
            let result = second.upsert_many(resource, "create", "slug", "update", inputs).await;
            ended.store(true, Ordering::Relaxed);
            result
        };
        let (first, second) = tokio::join!(first, second);
        first.unwrap();
        assert_eq!(second.unwrap()[0].0, Wrote::Updated);
        let some = |it: &str| Some(it.to_owned());
        let created = ("create".to_owned(), Wrote::Created, None, some("a"));
        assert_eq!(told(&people, &kept), [created, ("update".to_owned(), Wrote::Updated, some("a"), some("b"))]);
    })
    .await;
}

#[tokio::test]
async fn each_of_several_updates_at_the_same_time_tells_what_the_one_before_it_made() {
    on_both(&application(), async |engine| {
        let kept = Kept::new(Interest::Values);
        let people = People::register(engine.with_consumer(kept.clone())).await;
        let resource = of(&people.engine, "World");
        let mut ids = Vec::new();
        for slug in ["a", "b", "c"] {
            let input = world(slug);
            let made = people.acting(people.member).await.create(resource, "create", input).await.unwrap();
            ids.push(super::support::people::id(&people.engine, &made));
        }
        kept.take();
        let system = people.engine.system("tests");
        let grow = |round: usize| {
            let mut ids = ids.clone();
            ids.rotate_left(round % 3);
            if round.is_multiple_of(2) {
                ids.reverse();
            }
            system.update_many(resource, "grow", ids, Input::new())
        };
        let grown = futures_util::future::join_all((0..8).map(grow)).await;
        assert!(grown.iter().all(Result::is_ok), "{grown:?}");
        let app = people.engine.app();
        let (capacity, _) = app.resource(resource).attribute("capacity").unwrap();
        let value = |row: &Option<StoredRow>| match row.as_ref().unwrap().attributes()[usize::from(capacity)].shown() {
            Some(Value::Int(it)) => *it,
            other => panic!("{other:?}"),
        };
        let events = kept.take();
        for id in ids {
            let mut steps: Vec<_> =
                events.iter().filter(|it| it.id == id).map(|it| (value(&it.before), value(&it.after))).collect();
            // An attempt that was undone and tried again tells once more.
            steps.sort_unstable();
            steps.dedup();
            assert_eq!(steps, (10..18).map(|it| (it, it + 1)).collect::<Vec<_>>());
        }
    })
    .await;
}
