//! Transactions, calls inside of them, migrations and the sweep.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use samara::context::Context;
use samara::error::{Code, Error};
use samara::migration::{
    Column, DbErr, MigrationName, MigrationState, MigrationTrait, Migrator, Schema, SchemaManager, Table, async_trait,
};
use samara::query::Query;
use samara::record::{Input, Record};
use samara::value::Value;
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::place::{cut, on_each};
use crate::support::sign_in;

#[tokio::test]
async fn a_transaction_that_is_dropped_anywhere_is_done_or_not_and_its_connection_is_free() {
    on_each(async |place| {
        let engine = place.engine(&sign_in::application()).await;
        let cx = engine.system("a test");
        for polls in 1.. {
            let both = cx.transaction(async |cx| {
                register(cx, &format!("first-{polls}")).await?;
                register(cx, &format!("second-{polls}")).await
            });
            let ended = cut(both, polls).await;
            place.is_quiet().await;
            let names = names(&cx).await;
            let has = |name: &str| names.contains(&format!("{name}-{polls}"));
            assert_eq!(has("first"), has("second"), "{polls} polls: {names:?}");
            if let Some(ended) = ended {
                ended.unwrap();
                assert!(has("first"));
                break;
            }
        }
        engine.database().close().await;
    })
    .await;
}

#[tokio::test]
async fn a_call_that_is_dropped_inside_of_a_transaction_leaves_it_whole() {
    on_each(async |place| {
        let engine = place.engine(&sign_in::application()).await;
        let cx = engine.system("a test");
        for polls in 1.. {
            let ended = AtomicUsize::new(0);
            let all = cx.transaction(async |cx| {
                register(cx, &format!("before-{polls}")).await?;
                if cut(register(cx, &format!("cut-{polls}")), polls).await.is_some() {
                    ended.store(1, Ordering::Relaxed);
                }
                register(cx, &format!("after-{polls}")).await
            });
            all.await.unwrap();
            place.is_quiet().await;
            let names = names(&cx).await;
            let has = |name: &str| names.contains(&format!("{name}-{polls}"));
            assert!(has("before") && has("after"), "{polls} polls: {names:?}");
            if ended.into_inner() == 1 {
                assert!(has("cut"));
                break;
            }
        }
        engine.database().close().await;
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_undoes_itself_is_undone_wherever_it_is_dropped() {
    on_each(async |place| {
        let engine = place.engine(&sign_in::application()).await;
        let cx = engine.system("a test");
        for polls in 1.. {
            let undone = cx.transaction(async |cx| {
                register(cx, "undone").await?;
                Err::<(), _>(Error::at(Code::Invalid, "name", "changed its mind"))
            });
            let ended = cut(undone, polls).await;
            place.is_quiet().await;
            assert_eq!(names(&cx).await, Vec::<String>::new(), "{polls} polls");
            if let Some(ended) = ended {
                assert_eq!(ended.unwrap_err().code(), Code::Invalid);
                break;
            }
        }
        engine.database().close().await;
    })
    .await;
}

#[tokio::test]
async fn a_transaction_of_sea_orms_that_is_dropped_anywhere_is_undone() {
    on_each(async |place| {
        let engine = place.engine(&sign_in::application()).await;
        let cx = engine.system("a test");
        register(&cx, "ada").await.unwrap();
        let connection = engine.system("a test").unpoliced("what no action does");
        for polls in 1.. {
            let work = async {
                let inside = connection.begin().await?;
                inside.execute_unprepared("UPDATE users SET display_name = 'changed'").await.map(drop)
            };
            let ended = cut(work, polls).await;
            place.is_quiet().await;
            assert_eq!(names(&cx).await, ["ada"], "{polls} polls");
            if let Some(ended) = ended {
                ended.unwrap();
                break;
            }
        }
        engine.database().close().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_committed_is_followed_by_its_hook_though_nobody_waits() {
    on_each(async |place| {
        let engine = place.engine(&sign_in::application()).await;
        let cx = engine.system("a test");
        let hooks = Arc::new(AtomicUsize::new(0));
        for polls in 1.. {
            let counted = hooks.clone();
            let work = cx.transaction(async |cx| {
                let hook = async move |cx: Context| {
                    // Something to be dropped at.
                    cx.database_now().await.unwrap();
                    counted.fetch_add(1, Ordering::SeqCst);
                };
                cx.after_commit(hook).await;
                register(cx, &format!("hooked-{polls}")).await
            });
            let ended = cut(work, polls).await;
            let committed = names(&cx).await.len();
            place.is_quiet().await;
            if ended.is_some() {
                // A hook follows its commit in a task of its own, and between the two no connection is at work.
                let followed = async {
                    while hooks.load(Ordering::SeqCst) != committed {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                };
                let followed = tokio::time::timeout(Duration::from_secs(10), followed).await;
                assert!(followed.is_ok(), "{hooks:?} hooks of {committed} transactions");
                break;
            }
        }
        engine.database().close().await;
    })
    .await;
}

#[tokio::test]
async fn an_error_that_an_action_swallows_is_not_answered_with_success() {
    on_each(async |place| {
        let engine = place.engine(&sign_in::application()).await;
        let cx = engine.system("a test");
        engine
            .system("a test")
            .unpoliced("what no action does")
            .execute_unprepared("ALTER TABLE activities RENAME TO elsewhere")
            .await
            .unwrap();
        let activities = Query::unrestricted(engine.app().find("Activity").unwrap());
        let swallowed = cx.transaction(async |cx| {
            register(cx, "kept").await?;
            assert_eq!(cx.read(activities).await.unwrap_err().code(), Code::Internal);
            Ok(())
        });
        // PostgreSQL gives the transaction up with the first error, and answers to COMMIT that it rolled back.
        let acknowledged = swallowed.await.is_ok();
        assert_eq!(names(&cx).await.len(), usize::from(acknowledged));
        engine.database().close().await;
    })
    .await;
}

#[tokio::test]
async fn a_migration_that_is_dropped_anywhere_is_run_by_the_next_call() {
    struct Make;

    impl MigrationName for Make {
        fn name(&self) -> &str {
            "m20260101_000000_make"
        }
    }

    #[async_trait]
    impl MigrationTrait for Make {
        async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
            Schema::of(manager).create_table(Table::new("made").with(Column::uuid("id").primary_key())).await
        }

        async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
            Schema::of(manager).drop_table("made").await
        }
    }

    on_each(async |place| {
        let migrator = Migrator::connect(&place.url, vec![Box::new(Make)]).await.unwrap();
        for polls in 1.. {
            let up = cut(migrator.up(), polls).await;
            place.is_quiet().await;
            if let Some(up) = up {
                up.unwrap();
                break;
            }
        }
        assert_eq!(migrator.status().await.unwrap()[0].state, MigrationState::Applied);
        for polls in 1.. {
            let down = cut(migrator.down(1), polls).await;
            place.is_quiet().await;
            if let Some(down) = down {
                down.unwrap();
                break;
            }
        }
        assert_eq!(migrator.status().await.unwrap()[0].state, MigrationState::Pending);
        assert_eq!(migrator.up().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_sweep_that_is_dropped_anywhere_is_done_by_the_next_one() {
    on_each(async |place| {
        let engine = place.engine(&sign_in::application()).await;
        let cx = engine.system("a test");
        let user = register(&cx, "ada").await.unwrap();
        for polls in 1.. {
            let long_ago = Value::Timestamp(cx.now() - chrono::TimeDelta::days(31));
            let session = Input::new()
                .with("user_id", Value::Uuid(user))
                .with("token_hash", Value::Text(format!("hash-{polls}")))
                .with("kind", Value::Text("BROWSER".into()))
                .with("expires_at", long_ago.clone())
                .with("last_seen_at", long_ago);
            let sessions = engine.app().find("Session").unwrap();
            cx.create(sessions, "start", session).await.unwrap();
            let swept = cut(samara::auth::sweep::sweep(&engine), polls).await;
            place.is_quiet().await;
            if let Some(swept) = swept {
                swept.unwrap();
                assert!(cx.read(Query::unrestricted(sessions)).await.unwrap().records.is_empty());
                break;
            }
        }
        engine.database().close().await;
    })
    .await;
}

async fn register(cx: &Context, name: &str) -> Result<Uuid, Error> {
    let app = cx.engine().app();
    let input = Input::new()
        .with("email", Value::Text(format!("{name}@example.org")))
        .with("display_name", Value::Text(name.into()));
    Ok(cx.create(app.find("User").unwrap(), "register", input).await?.id(app).and_then(|it| it.as_uuid()).unwrap())
}

/// The display names of all users.
async fn names(cx: &Context) -> Vec<String> {
    let users = cx.engine().app().find("User").unwrap();
    let (index, _) = cx.engine().app().resource(users).attribute("display_name").unwrap();
    let found = cx.read(Query::unrestricted(users)).await.unwrap().records;
    let name = |it: &Record| it.attributes[usize::from(index)].shown()?.as_text().map(str::to_owned);
    found.iter().filter_map(name).collect()
}
