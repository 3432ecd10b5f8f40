//! The functions that run around a write: in which order, what each sees, what its failure does, and what is repeated.

mod jar;

use std::sync::atomic::{AtomicBool, Ordering};

use jar::{App, Jar, Note, RUN};
use samara::application::{ActionFunction, ChangeFn, Function};
use samara::context::{Actor, Context};
use samara::database::Backend;
use samara::engine::Engine;
use samara::error::{Code, Error};
use samara::event::Wrote;
use samara::ir::ResourceId;
use samara::prelude::Uuid;
use samara::record::Input;
use samara::testing::{on, on_both};
use samara::value::Value;
use tokio::sync::Notify;

use super::support::contention::{contend, somebody_waits};
use super::support::declare::{altered, named};
use super::support::log::{Lines, logged};
use super::support::people::{People, of, text};
use super::support::platform;

async fn on_pantry(test: impl AsyncFn(Pantry)) {
    on_both(&App::application(), async |engine| test(Pantry::new(engine)).await).await;
}

/// The engine and a guest, who may do everything.
struct Pantry {
    engine: Engine,
    cx: Context,
}

impl Pantry {
    fn new(engine: Engine) -> Self {
        let cx = engine.context(Actor::Anonymous);
        Self { engine, cx }
    }

    fn jar(&self) -> ResourceId {
        self.engine.app().find("Jar").unwrap()
    }

    async fn fill(&self, cx: &Context, label: &str, size: i64) -> Result<Uuid, Error> {
        let record = cx.create(self.jar(), "fill", input(label, size)).await?;
        Ok(record.id(self.engine.app()).and_then(|it| it.as_uuid()).unwrap())
    }

    /// What was noted since, and is not undone.
    async fn notes(&self) -> Vec<String> {
        Note::query().all(&self.cx).await.unwrap().into_iter().map(|it| it.text).collect()
    }

    async fn stored(&self, id: Uuid) -> Option<(String, i64, Option<String>)> {
        Jar::get(id).run(&self.cx).await.unwrap().map(|it| (it.label, it.size, it.lid))
    }

    /// A jar, and no notes of it that a test would count.
    async fn filled(&self, label: &str, size: i64) -> (Uuid, usize) {
        let id = self.fill(&self.cx, label, size).await.unwrap();
        (id, self.notes().await.len())
    }
}

fn input(label: &str, size: i64) -> Input {
    Input::new().with("label", Value::Text(label.to_owned())).with("size", Value::Int(size))
}

/// How often functions ran for a jar of that label, in order.
fn runs(label: &str) -> Vec<String> {
    let all = RUN.lock().unwrap();
    all.iter().filter_map(|it| it.strip_suffix(label)).map(|it| it.trim_end().to_owned()).collect()
}

fn told(error: &Error) -> Vec<(Code, &str)> {
    error.problems().iter().map(|it| (it.code, it.message.as_str())).collect()
}

#[tokio::test]
async fn of_a_create_run_in_the_order_declared() {
    on_pantry(async |pantry| {
        let id = pantry.fill(&pantry.cx, "plums", 3).await.unwrap();
        assert_eq!(
            pantry.notes().await,
            [
                "change: Some(6)",
                "before: Some(6), 0 stored",
                "after: (6, Some(\"round\")), stored Some((6, Some(\"round\")))",
                "kept: ",
                "commit: 6, stored Some(6)",
            ]
        );
        assert_eq!(pantry.stored(id).await, Some(("plums".into(), 6, Some("round".into()))));
    })
    .await;
}

#[tokio::test]
async fn of_an_update_see_the_row_as_it_was_and_as_it_is() {
    on_pantry(async |pantry| {
        let (id, before) = pantry.filled("figs", 2).await;
        let lines = Lines::default();
        logged(&lines, async {
            pantry.cx.update(pantry.jar(), "refill", id, input("dates", 3)).await.unwrap();
        })
        .await;
        assert_eq!(
            pantry.notes().await[before..],
            [
                "change: 4 -> Some(7)",
                "before: 4 -> Some(7)",
                "after: (7, Some(\"round, round\")), stored Some((7, Some(\"round, round\")))",
                "commit: 7, stored Some(7)",
            ]
        );
        assert!(
            lines.text().contains("`dates` is told of too late"),
            "what fails after the commit is logged, and no answer"
        );
        // One that reads no row goes in one statement.
        let before = pantry.notes().await.len();
        pantry.cx.update(pantry.jar(), "shake", id, Input::new().with("size", Value::Int(9))).await.unwrap();
        let shaken = [
            "before: Some(9), 0 stored",
            "after: (9, Some(\"round, round\")), stored Some((9, Some(\"round, round\")))",
        ];
        assert_eq!(pantry.notes().await[before..], shaken);
    })
    .await;
}

#[tokio::test]
async fn of_a_destroy_see_the_row_as_it_was() {
    on_pantry(async |pantry| {
        let (id, before) = pantry.filled("nuts", 2).await;
        let why = |it: &str| Input::new().with("why", Value::Text(it.to_owned()));
        let error = pantry.cx.destroy(pantry.jar(), "empty", id, why("none")).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Invalid, "is no reason")]);
        assert!(pantry.stored(id).await.is_some());
        pantry.cx.destroy(pantry.jar(), "empty", id, why("hunger")).await.unwrap();
        let expected = ["before: 4 because Some(\"hunger\")", "kept: ", "commit: 4, stored None"];
        assert_eq!(pantry.notes().await[before..], expected);
        assert_eq!(pantry.stored(id).await, None);
    })
    .await;
}

#[tokio::test]
async fn undo_everything_where_one_fails() {
    on_pantry(async |pantry| {
        let (id, before) = pantry.filled("beans", 2).await;
        for function in ["change", "before", "after"] {
            let label = format!("fails {function}");
            let message = format!("{function} failed");
            let created = pantry.fill(&pantry.cx, &label, 1).await.map(drop);
            let updated = pantry.cx.update(pantry.jar(), "refill", id, input(&label, 1)).await.map(drop);
            for error in [created, updated] {
                assert_eq!(told(&error.unwrap_err()), [(Code::RateLimited, message.as_str())]);
            }
            assert!(!runs(&label).contains(&"commit".to_owned()), "what follows a commit follows no failure");
        }
        assert_eq!(pantry.notes().await.len(), before, "nor does a note of it stay");
        assert_eq!(pantry.stored(id).await, Some(("beans".into(), 4, Some("round".into()))));
        let (shaken, none) = (Input::new().with("label", Value::Text("fails kept".into())), Input::new());
        pantry.cx.update(pantry.jar(), "shake", id, shaken).await.unwrap();
        let before = pantry.notes().await.len();
        let error = pantry.cx.destroy(pantry.jar(), "empty", id, none).await.unwrap_err();
        assert_eq!(told(&error), [(Code::RateLimited, "kept failed")]);
        assert_eq!(pantry.notes().await.len(), before);
        assert!(pantry.stored(id).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn before_the_statement_are_asked_the_rules_of_what_they_set() {
    on_pantry(async |pantry| {
        let error = pantry.fill(&pantry.cx, "long", 1).await.unwrap_err();
        let problem = &error.problems()[0];
        assert_eq!((problem.code, problem.fields.clone()), (Code::Invalid, vec!["label".to_owned()]));
        assert!(pantry.notes().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn after_the_commit_wait_for_the_outermost_transaction() {
    on_pantry(async |pantry| {
        let undone = pantry
            .cx
            .transaction(async |cx| {
                pantry.fill(cx, "outer undone", 1).await?;
                Err::<(), _>(Error::forbidden())
            })
            .await;
        assert_eq!(undone.unwrap_err().code(), Code::Forbidden);
        assert!(pantry.notes().await.is_empty());
        let kept = pantry.cx.transaction(async |cx| {
            pantry.fill(cx, "outer kept", 1).await?;
            Ok(Note::query().all(cx).await?.into_iter().any(|it| it.text.starts_with("commit")))
        });
        assert!(!kept.await.unwrap(), "not before it");
        assert_eq!(pantry.notes().await.last().unwrap(), "commit: 2, stored Some(2)");
    })
    .await;
    assert!(!runs("outer undone").contains(&"commit".to_owned()));
}

#[tokio::test]
async fn of_many_rows_run_once_for_each() {
    on_pantry(async |pantry| {
        let inputs = ["peas", "rice", "oats"].map(|it| input(it, 1)).into();
        let records = pantry.cx.create_many(pantry.jar(), "fill", inputs).await.unwrap();
        let ids: Vec<_> = records.iter().map(|it| it.id(pantry.engine.app()).unwrap()).collect();
        let of = |notes: &[String], function: &str| notes.iter().filter(|it| it.starts_with(function)).count();
        let notes = pantry.notes().await;
        assert_eq!(["change", "before", "after", "kept", "commit"].map(|it| of(&notes, it)), [3; 5]);
        for action in ["refill", "shake"] {
            let before = pantry.notes().await.len();
            let size = Input::new().with("size", Value::Int(1));
            pantry.cx.update_many(pantry.jar(), action, ids.clone(), size).await.unwrap();
            let notes = pantry.notes().await;
            assert_eq!(["before", "after"].map(|it| of(&notes[before..], it)), [3; 2], "{action}");
        }
        let before = pantry.notes().await.len();
        pantry.cx.destroy_many(pantry.jar(), "empty", ids, Input::new()).await.unwrap();
        let notes = pantry.notes().await;
        assert_eq!(["before", "kept", "commit"].map(|it| of(&notes[before..], it)), [3; 3]);
    })
    .await;
}

/// The statement itself is in another's way, and so is what a function does after it.
#[tokio::test]
async fn are_repeated_with_their_transaction_but_for_what_follows_the_commit() {
    on(Backend::Postgres, &App::application(), async |engine| {
        let pantry = Pantry::new(engine);
        let (id, before) = pantry.filled("contended", 1).await;
        contend(&pantry.engine, "jars", 2).await;
        pantry.cx.update(pantry.jar(), "refill", id, input("contended jar", 1)).await.unwrap();
        assert_eq!(
            runs("contended jar"),
            ["change", "before", "change", "before", "change", "before", "after", "commit"]
        );
        assert_eq!(pantry.notes().await[before..].len(), 4, "what was undone is not noted");
    })
    .await;
    on(Backend::Postgres, &App::application(), async |engine| {
        let pantry = Pantry::new(engine);
        contend(&pantry.engine, "notes", 1).await;
        pantry.fill(&pantry.cx, "contended note", 1).await.unwrap();
        let once = ["change", "before", "after", "kept"];
        assert_eq!(runs("contended note"), [&once[..], &once, &["commit"]].concat());
        let kept = "kept: ".to_owned();
        assert_eq!(pantry.notes().await.iter().filter(|it| **it == kept).count(), 1);
    })
    .await;
}

/// Each is an admin when they ask. The one who comes second waits for the first, and would be the last.
#[tokio::test]
async fn keep_an_admin_though_two_lower_each_other_at_once() {
    on_both(&platform::application(), async |engine| {
        let people = People::register(engine).await;
        let user = people.engine.app().find("User").unwrap();
        let role = |it: &str| Input::new().with("role", Value::Text(it.to_owned()));
        let system = people.engine.system("tests");
        system.update(user, "set_role", people.builder, role("ADMIN")).await.unwrap();
        let (ada, bo) = (people.acting(people.admin).await, people.acting(people.builder).await);
        let (begun, ended) = (Notify::new(), AtomicBool::new(false));
        let first = ada.transaction(async |cx| {
            cx.update(user, "set_role", people.builder, role("MEMBER")).await?;
            begun.notify_one();
            // It ends once the other one waits for it, or has not had to.
            while !ended.load(Ordering::Relaxed) && !somebody_waits(&people.engine).await {
                tokio::task::yield_now().await;
            }
            Ok(())
        });
        let second = async {
            begun.notified().await;
            let result = bo.update(user, "set_role", people.admin, role("MEMBER")).await;
            ended.store(true, Ordering::Relaxed);
            result
        };
        let (first, second) = tokio::join!(first, second);
        first.unwrap();
        let refused = second.unwrap_err();
        assert_eq!(told(&refused), [(Code::Invalid, "somebody must stay an admin")]);
        assert_eq!(refused.problems()[0].fields, ["role"]);
        // Nor does the framework lower the last one; somebody else's role it may change.
        assert!(system.update(user, "set_role", people.admin, role("BUILDER")).await.is_err());
        system.update(user, "set_role", people.builder, role("BUILDER")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn before_the_statement_tell_nothing_to_who_may_not_write_the_row() {
    let mut application = platform::application();
    application.ir = altered(&application.ir, |resources| {
        for action in &mut named(resources, "World").actions {
            if ["update", "destroy"].contains(&action.name.as_str()) {
                action.before.push("refuse".into());
            }
        }
    });
    let refuse: ChangeFn = |_, _| Box::pin(async { Err(Error::new(Code::Conflict, "it is being repaired")) });
    let function = |action: &'static str| ActionFunction {
        resource: "World".into(),
        action: action.into(),
        function: Function::Before(0, refuse),
    };
    application.functions.extend(["update", "destroy"].map(function));
    on_both(&application, async |engine| {
        let people = People::register(engine).await;
        let world = of(&people.engine, "World");
        let own = people.world(people.member, "own", "PUBLIC").await;
        let others = people.world(people.builder, "others", "PUBLIC").await;
        let hidden = people.world(people.builder, "hidden", "PRIVATE").await;
        let (member, admin) = (people.acting(people.member).await, people.acting(people.admin).await);
        let told =
            [(&member, own, Code::Conflict), (&member, others, Code::Forbidden), (&member, hidden, Code::NotFound)];
        for (cx, row, code) in told.into_iter().chain([(&admin, hidden, Code::Conflict)]) {
            let named = Input::new().with("name", text("new"));
            assert_eq!(cx.update(world, "update", row, named).await.unwrap_err().code(), code);
            assert_eq!(cx.destroy(world, "destroy", row, Input::new()).await.unwrap_err().code(), code);
        }
    })
    .await;
}

/// Of a new row those of the create, of a stored one those of the update; before the statement nobody knows which it will be.
#[tokio::test]
async fn of_an_upsert_are_those_of_the_action_that_wrote_the_row() {
    on_pantry(async |pantry| {
        let upsert = async |update: &str, size| {
            let inputs = vec![input("plums", size).with("number", Value::Int(7))];
            let upserted = pantry.cx.upsert_many(pantry.jar(), "fill", "number", update, inputs).await?;
            Ok::<_, Error>((upserted[0].0, upserted[0].1.id(pantry.engine.app()).unwrap()))
        };
        let (wrote, id) = upsert("top_up", 1).await.unwrap();
        let of_create = ["change", "before", "after", "kept", "commit"];
        let noted =
            |notes: &[String]| notes.iter().map(|it| it.split(':').next().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!((wrote, noted(&pantry.notes().await)), (Wrote::Created, of_create.map(str::to_owned).to_vec()));

        let before = pantry.notes().await.len();
        assert_eq!(upsert("top_up", 4).await.unwrap(), (Wrote::Updated, id));
        let expected = ["change: Some(8)", "before: Some(8), 1 stored", "topped: 8", "told: 8"];
        assert_eq!(pantry.notes().await[before..], expected);

        let before = pantry.notes().await.len();
        for update in ["refill", "shake"] {
            let error = upsert(update, 1).await.unwrap_err();
            let cause = std::error::Error::source(&error).unwrap().to_string();
            assert!(cause.starts_with(&format!("Jar.{update} has a `change` or `before` function")), "{cause}");
        }
        assert_eq!(pantry.notes().await.len(), before);
    })
    .await;
}

#[tokio::test]
async fn lock_rows_in_a_transaction_and_in_one_order() {
    on_pantry(async |pantry| {
        for label in ["b", "a"] {
            pantry.fill(&pantry.cx, label, 1).await.unwrap();
        }
        let error = Jar::query().for_update().all(&pantry.cx).await.unwrap_err();
        assert_eq!(error.code(), Code::Internal, "there is nothing that they would be locked for");
        let labels = pantry.cx.transaction(async |cx| {
            cx.record_statements();
            let jars = Jar::query().for_update().all(cx).await?;
            assert!(Jar::query().for_update().count(cx).await.is_err(), "a number is not locked");
            Ok(jars.into_iter().map(|it| it.label).collect::<Vec<_>>())
        });
        assert_eq!(labels.await.unwrap(), ["b", "a"], "that of the primary key");
        let statements = pantry.cx.recorded_statements();
        let locks = statements.iter().filter(|it| it.contains("FOR NO KEY UPDATE")).count();
        assert_eq!(locks, usize::from(pantry.engine.database().capability().row_locks), "{statements:?}");
    })
    .await;
}
