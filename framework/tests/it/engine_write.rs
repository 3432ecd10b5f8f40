//! Writes: all field errors at once, nothing written on failure, policies of the old and the new row.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use samara::application::Function;
use samara::error::{Code, Error};
use samara::ir::{Action, App, Arithmetic, Comparison, Requirement};
use samara::query::Query;
use samara::record::{Field, Input, ReturnValue};
use samara::testing::on_both;
use samara::value::Value;
use uuid::Uuid;

use super::support::declare::{altered, named};
use super::support::expression::{E, col, int, variant};
use super::support::people::{People, at, codes, id, of, text};
use super::support::platform::application;

/// SHA-256 of `extends Node`.
const HASH: &str = "c5566e4fbea9cc6dbebd9366b09e523b20870b1d69dc812249fccd766ebce48e";

async fn count(people: &People, resource: &str) -> usize {
    people.engine.system("tests").read(people.all(resource)).await.unwrap().records.len()
}

#[tokio::test]
async fn a_created_row_holds_input_defaults_changes_and_what_is_generated() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let cx = people.acting(people.builder).await;
        let input = Input::new().with("title", text("a bridge")).with("source", text("extends Node"));
        let record = cx.create(of(&people.engine, "Modification"), "propose", input).await.unwrap();
        assert_eq!(people.field(&record, "state"), Field::Shown(text("PROPOSED")));
        assert_eq!(people.field(&record, "author_id"), Field::Shown(Value::Uuid(people.builder)));
        assert_eq!(people.field(&record, "source_hash"), Field::Shown(text(HASH)));
        assert_eq!(people.field(&record, "approver_id"), Field::Shown(Value::Null));
        assert_eq!(people.field(&record, "inserted_at"), Field::Shown(Value::Timestamp(cx.now())));
        let stored = cx.get(people.all("Modification"), id(&people.engine, &record)).await.unwrap();
        assert_eq!(stored.as_ref(), Some(&record), "what is answered is what is stored");
    })
    .await;
}

#[tokio::test]
async fn every_wrong_field_is_reported_and_nothing_is_written() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let cx = people.acting(people.member).await;
        let before = cx.statements();
        let input = Input::new()
            .with("name", text(""))
            .with("slug", text("Not A Slug"))
            .with("visibility", text("SECRET"))
            .with("capacity", Value::Int(0))
            .with("owner_id", Value::Uuid(people.admin));
        let error = cx.create(of(&people.engine, "World"), "create", input).await.unwrap_err();
        let mut fields: Vec<_> = codes(&error).into_iter().map(|(code, it)| (code, it.join(","))).collect();
        fields.sort_by(|left, right| left.1.cmp(&right.1));
        let invalid = ["capacity", "name", "owner_id", "slug", "visibility"].map(|it| (Code::Invalid, it.to_owned()));
        assert_eq!(fields, invalid);
        let error = cx.create(of(&people.engine, "World"), "create", Input::new()).await.unwrap_err();
        assert_eq!(codes(&error), [(Code::Invalid, vec!["name"]), (Code::Invalid, vec!["slug"])]);
        let input = Input::new().with("name", Value::Int(3)).with("slug", text("a\0b"));
        let error = cx.create(of(&people.engine, "World"), "create", input).await.unwrap_err();
        assert_eq!(error.problems().len(), 2);
        assert_eq!(cx.statements(), before);
        assert_eq!(count(&people, "World").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_create_asks_the_new_row() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let (resource, world) = (of(&people.engine, "Membership"), people.world(people.builder, "w", "PUBLIC").await);
        let input = Input::new().with("world_id", Value::Uuid(world)).with("user_id", Value::Uuid(people.member));
        let error = people.acting(people.member).await.create(resource, "create", input.clone()).await.unwrap_err();
        assert_eq!(error.code(), Code::Forbidden, "only the world's owner may, which the database knows");
        assert_eq!(count(&people, "Membership").await, 0);
        let anonymous = people.anonymous();
        let error = anonymous.create(resource, "create", input.clone()).await.unwrap_err();
        assert_eq!(error.code(), Code::Unauthenticated);
        people.acting(people.builder).await.create(resource, "create", input).await.unwrap();
        let propose = Input::new().with("title", text("a bridge")).with("source", text("x"));
        let member = people.acting(people.member).await;
        let before = member.statements();
        let error = member.create(of(&people.engine, "Modification"), "propose", propose).await.unwrap_err();
        assert_eq!((error.code(), member.statements() - before), (Code::Forbidden, 0));
    })
    .await;
}

#[tokio::test]
async fn keys_must_name_rows_that_the_actor_may_read() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let secret = people.world(people.builder, "secret", "PRIVATE").await;
        let record = |world| Input::new().with("kind", text("BUILD")).with("world_id", Value::Uuid(world));
        let activity = of(&people.engine, "Activity");
        let member = people.acting(people.member).await;
        for world in [secret, Uuid::now_v7()] {
            let error = member.create(activity, "record", record(world)).await.unwrap_err();
            assert_eq!(codes(&error), [(Code::NotFound, vec!["world_id"])]);
        }
        // Nor may an argument that the action makes a key of.
        let record_at = |world| Input::new().with("kind", text("BUILD")).with("place", Value::Uuid(world));
        for (world, action) in
            [secret, Uuid::now_v7()].into_iter().flat_map(|it| [(it, "record_at"), (it, "record_there")])
        {
            let error = member.create(activity, action, record_at(world)).await.unwrap_err();
            assert_eq!(codes(&error), [(Code::NotFound, vec!["place"])], "{action}");
        }
        member.create(activity, "record_at", Input::new().with("kind", text("BUILD"))).await.unwrap();
        people.join(secret, people.member).await;
        member.create(activity, "record", record(secret)).await.unwrap();
        member.create(activity, "record_at", record_at(secret)).await.unwrap();
        let both =
            Input::new().with("world_id", Value::Uuid(Uuid::now_v7())).with("user_id", Value::Uuid(Uuid::now_v7()));
        let error = people.acting(people.builder).await.create(of(&people.engine, "Membership"), "create", both).await;
        assert_eq!(codes(&error.unwrap_err()), [(Code::NotFound, vec!["user_id"]), (Code::NotFound, vec!["world_id"])]);
    })
    .await;
}

#[tokio::test]
async fn a_key_that_the_stored_row_decides_about_must_be_readable_all_the_same() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let open = people.world(people.builder, "open", "PUBLIC").await;
        let secret = people.world(people.builder, "secret", "PRIVATE").await;
        let (activity, member) = (of(&people.engine, "Activity"), people.acting(people.member).await);
        let move_to = |world| Input::new().with("place", Value::Uuid(world));
        for (kind, moves) in [("BUILD", true), ("EXPLORE", false)] {
            let row = people.activity(people.member, kind, None, 1).await;
            for world in [secret, Uuid::now_v7()] {
                let error = member.update(activity, "move_to", row, move_to(world)).await.unwrap_err();
                assert_eq!(codes(&error), [(Code::NotFound, vec!["place"])], "{kind}");
            }
            let moved = member.update(activity, "move_to", row, move_to(open)).await.unwrap();
            let expected = if moves { Value::Uuid(open) } else { Value::Null };
            assert_eq!(people.field(&moved, "world_id"), Field::Shown(expected), "{kind}");
            member.update(activity, "move_to", row, Input::new()).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn what_must_be_unique_conflicts() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let world = people.world(people.member, "taken", "PRIVATE").await;
        let input = Input::new().with("name", text("x")).with("slug", text("taken"));
        let cx = people.acting(people.builder).await;
        let error = cx.create(of(&people.engine, "World"), "create", input).await.unwrap_err();
        assert_eq!(codes(&error), [(Code::Conflict, vec!["slug"])]);
        assert!(!error.to_string().contains("worlds"), "no table, no constraint: {error}");
        people.join(world, people.builder).await;
        let pair = Input::new().with("world_id", Value::Uuid(world)).with("user_id", Value::Uuid(people.builder));
        let owner = people.acting(people.member).await;
        let error = owner.create(of(&people.engine, "Membership"), "create", pair).await.unwrap_err();
        assert_eq!(codes(&error), [(Code::Conflict, vec!["world_id", "user_id"])]);
        let again = Input::new().with("email", text("MEMBER@Example.org")).with("display_name", text("twin"));
        let error = people.engine.system("tests").create(of(&people.engine, "User"), "register", again).await;
        assert_eq!(codes(&error.unwrap_err()), [(Code::Conflict, vec!["email"])]);
    })
    .await;
}

#[tokio::test]
async fn an_update_says_not_found_forbidden_or_who_are_you() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let (user, world) = (of(&people.engine, "User"), of(&people.engine, "World"));
        let secret = people.world(people.builder, "secret", "PRIVATE").await;
        let open = people.world(people.builder, "open", "PUBLIC").await;
        let name = |name: &str| Input::new().with("display_name", text(name));
        let member = people.acting(people.member).await;
        let before = member.statements();
        let record = member.update(user, "update", people.member, name("me")).await.unwrap();
        assert_eq!(member.statements() - before, 1, "one UPDATE");
        assert_eq!(people.field(&record, "display_name"), Field::Shown(text("me")));
        let code = |error: Result<_, Error>| error.map(|_: samara::record::Record| ()).unwrap_err().code();
        assert_eq!(code(member.update(user, "update", people.admin, name("x")).await), Code::Forbidden);
        assert_eq!(code(member.update(user, "update", Uuid::now_v7(), name("x")).await), Code::NotFound);
        assert_eq!(
            code(member.update(user, "set_role", people.member, Input::new().with("role", text("ADMIN"))).await),
            Code::Forbidden
        );
        assert_eq!(code(member.update(user, "set_role", Uuid::now_v7(), Input::new()).await), Code::NotFound);
        let rename = || Input::new().with("name", text("mine"));
        assert_eq!(code(member.update(world, "update", secret, rename()).await), Code::NotFound);
        assert_eq!(code(member.update(world, "update", open, rename()).await), Code::Forbidden);
        assert_eq!(code(people.anonymous().update(world, "update", open, rename()).await), Code::Unauthenticated);
        assert_eq!(code(member.update(user, "update", people.member, name("")).await), Code::Invalid);
        let unnamed = Input::new().with("display_name", Value::Null);
        assert_eq!(code(member.update(user, "update", people.member, unnamed).await), Code::Invalid);
        people.acting(people.coordinator).await.update(world, "update", secret, rename()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_update_asks_the_new_row_too() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let world = of(&people.engine, "World");
        let open = people.world(people.builder, "open", "PUBLIC").await;
        let give = || Input::new().with("owner_id", Value::Uuid(people.member));
        let error = people.acting(people.builder).await.update(world, "give", open, give()).await.unwrap_err();
        assert_eq!(error.code(), Code::Forbidden);
        let stored = people.anonymous().get(people.all("World"), open).await.unwrap().unwrap();
        assert_eq!(people.field(&stored, "owner_id"), Field::Shown(Value::Uuid(people.builder)), "rolled back");
        let record = people.acting(people.coordinator).await.update(world, "give", open, give()).await.unwrap();
        assert_eq!(people.field(&record, "owner_id"), Field::Shown(Value::Uuid(people.member)));
    })
    .await;
}

#[tokio::test]
async fn an_expression_is_worked_out_in_the_update() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let world = of(&people.engine, "World");
        let open = people.world(people.builder, "open", "PUBLIC").await;
        let cx = people.acting(people.builder).await;
        let before = cx.statements();
        let record = cx.update(world, "grow", open, Input::new()).await.unwrap();
        assert_eq!(cx.statements() - before, 1);
        assert_eq!(people.field(&record, "capacity"), Field::Shown(Value::Int(100)));
        let error = cx.update(world, "grow", open, Input::new()).await.unwrap_err();
        assert_eq!(codes(&error), [(Code::Invalid, vec!["capacity"])]);
        assert_eq!(error.problems()[0].message, "a world holds at most 100");
        let stored = cx.get(people.all("World"), open).await.unwrap().unwrap();
        assert_eq!(people.field(&stored, "capacity"), Field::Shown(Value::Int(100)));
    })
    .await;
}

#[tokio::test]
async fn requirements_ask_the_stored_row() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let modification = of(&people.engine, "Modification");
        let same = Input::new().with("title", text("same")).with("source", text("same"));
        let builder = people.acting(people.builder).await;
        let error = builder.create(modification, "propose", same).await.unwrap_err();
        assert_eq!(codes(&error), [(Code::Invalid, vec!["title"])]);
        let input = Input::new().with("title", text("a bridge")).with("source", text("x"));
        let proposed = id(&people.engine, &builder.create(modification, "propose", input).await.unwrap());
        let error = builder.update(modification, "approve", proposed, Input::new()).await.unwrap_err();
        assert_eq!(error.code(), Code::Forbidden);

        let coordinator = people.acting(people.coordinator).await;
        let approve = || coordinator.update(modification, "approve", proposed, Input::new());
        let (first, second) = tokio::join!(approve(), approve());
        let (approved, refused) = if first.is_ok() { (first, second) } else { (second, first) };
        assert_eq!(people.field(&approved.unwrap(), "approver_id"), Field::Shown(Value::Uuid(people.coordinator)));
        let refused = refused.unwrap_err();
        assert_eq!(codes(&refused), [(Code::Invalid, vec!["state"])], "of two at the same time one is first");
        assert_eq!(refused.problems()[0].message, "only a proposed modification can be approved");
        assert!(builder.can(modification, "propose", None).await.unwrap());
        assert!(!coordinator.can(modification, "approve", Some(proposed.into())).await.unwrap());
    })
    .await;
}

/// `grow` of a world with so many requirements that ask for a capacity above 50, every other one by arithmetic.
fn demanding(app: &App, name: &'static str, many: i64) -> Action {
    let world = app.resource(app.find("World").unwrap());
    let plus = |it: E, step| E::Arithmetic(Arithmetic::Add, Box::new(it), Box::new(int(step)));
    let requirement = |step: i64| {
        let (left, right) = match step % 2 {
            0 => (plus(col("capacity"), step), int(50 + step)),
            _ => (col("capacity"), int(50)),
        };
        let condition = left.compare(Comparison::Gt, right).tree(app, Some("World"));
        Requirement {
            old: true,
            condition,
            message: format!("the rule {step}"),
            fields: vec!["capacity".into()],
            reported_at: None,
            when: None,
            values: Vec::new(),
        }
    };
    let requirements = (0..many).map(requirement).collect();
    Action { name: name.into(), requirements, ..world.action("grow").unwrap().clone() }
}

#[tokio::test]
async fn a_statement_grows_with_its_requirements_and_no_faster() {
    const ACTIONS: [(&str, i64); 3] = [("grow_8", 8), ("grow_16", 16), ("grow_32", 32)];
    let mut application = application();
    application.ir = altered(&application.ir, |resources| {
        let actions = ACTIONS.map(|(name, many)| demanding(&application.ir, name, many));
        named(resources, "World").actions.extend(actions);
    });
    on_both(&application, async |engine| {
        let people = People::register(engine).await;
        let open = people.world(people.builder, "open", "PUBLIC").await;
        let (world, cx) = (of(&people.engine, "World"), people.acting(people.builder).await);
        cx.record_statements();
        let mut lengths = Vec::new();
        for (action, _) in ACTIONS {
            let before = cx.recorded_statements().len();
            cx.update(world, action, open, Input::new()).await.unwrap();
            lengths.push(cx.recorded_statements()[before].len());
        }
        // Twice as many more, so twice as much more; placeholders of three digits are longer.
        assert!(lengths[2] - lengths[1] < 2 * (lengths[1] - lengths[0]) + 100, "{lengths:?}");
        cx.update(world, "update", open, Input::new().with("capacity", Value::Int(50))).await.unwrap();
        for (action, many) in ACTIONS {
            let error = cx.update(world, action, open, Input::new()).await.unwrap_err();
            let messages: Vec<_> = error.problems().iter().map(|it| it.message.clone()).collect();
            assert_eq!(messages, (0..many).map(|it| format!("the rule {it}")).collect::<Vec<_>>());
        }
    })
    .await;
}

#[tokio::test]
async fn a_destroy_answers_the_row_as_it_was() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let (user, membership) = (of(&people.engine, "User"), of(&people.engine, "Membership"));
        let world = people.world(people.builder, "w", "PUBLIC").await;
        let joined = people.join(world, people.member).await;
        let admin = people.acting(people.admin).await;
        let error = admin.destroy(user, "destroy", people.builder, Input::new()).await.unwrap_err();
        assert_eq!((error.code(), error.problems()[0].fields.len()), (Code::Conflict, 0), "a world refers to them");
        let member = people.acting(people.member).await;
        let other = people.join(world, people.coordinator).await;
        let error = member.destroy(membership, "destroy", other, Input::new()).await.unwrap_err();
        assert_eq!(error.code(), Code::Forbidden);
        let gone = member.destroy(membership, "destroy", joined, Input::new()).await.unwrap();
        assert_eq!(people.field(&gone, "user_id"), Field::Shown(Value::Uuid(people.member)));
        let error = member.destroy(membership, "destroy", joined, Input::new()).await.unwrap_err();
        assert_eq!(error.code(), Code::NotFound);
        let gone = admin.destroy(user, "destroy", people.member, Input::new()).await.unwrap();
        assert_eq!(people.field(&gone, "email"), Field::Shown(text("member@example.org")));
        let gone = admin.destroy(of(&people.engine, "World"), "destroy", world, Input::new()).await.unwrap();
        assert_eq!(people.field(&gone, "slug"), Field::Shown(text("w")));
        assert_eq!(count(&people, "Membership").await, 0, "memberships go with their world");
    })
    .await;
}

#[tokio::test]
async fn answers_of_writes_hide_what_reads_hide() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let member = people.acting(people.member).await;
        let name = Input::new().with("display_name", text("me"));
        let own = member.update(of(&people.engine, "User"), "update", people.member, name).await.unwrap();
        assert_eq!(people.field(&own, "email"), Field::Shown(text("member@example.org")));
        let role = Input::new().with("role", text("ADMIN"));
        let admin = people.acting(people.admin).await;
        let record = admin.update(of(&people.engine, "User"), "set_role", people.builder, role).await.unwrap();
        assert_eq!(people.field(&record, "role"), Field::Shown(text("ADMIN")));
    })
    .await;
}

#[tokio::test]
async fn generic_actions_run_under_policies() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        people.activity(people.member, "BUILD", None, 1).await;
        people.activity(people.member, "BUILD", None, 5).await;
        people.activity(people.builder, "BUILD", None, 5).await;
        let activity = of(&people.engine, "Activity");
        let since = |second| Input::new().with("since", Value::Timestamp(at(second)));
        let member = people.acting(people.member).await;
        let once = ReturnValue::List(vec![ReturnValue::Object(vec![text("BUILD"), Value::Int(1)])]);
        assert_eq!(member.call(activity, "summary", since(2)).await.unwrap(), once);
        let error = people.anonymous().call(activity, "summary", since(2)).await.unwrap_err();
        assert_eq!(error.code(), Code::Unauthenticated);
        let error = member.call(activity, "summary", Input::new()).await.unwrap_err();
        assert_eq!(codes(&error), [(Code::Invalid, vec!["since"])]);
        let error = member.call(activity, "summary", since(2).with("until", Value::Null)).await.unwrap_err();
        assert_eq!(codes(&error), [(Code::Invalid, vec!["until"])]);
    })
    .await;
}

#[tokio::test]
async fn transactions_nest_and_hooks_wait_for_the_commit() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let activity = of(&people.engine, "Activity");
        let cx = people.acting(people.member).await;
        let build = || Input::new().with("kind", text("BUILD"));
        let ran = Arc::new(AtomicU32::new(0));
        let hook = |n: u32| {
            let ran = ran.clone();
            move |cx: samara::context::Context| async move {
                // It sees what was committed.
                let seen = cx.read(Query::unrestricted(activity)).await.unwrap().records.len() as u32;
                ran.fetch_add(n * 10 + seen, Ordering::Relaxed);
            }
        };
        let failed: Result<(), Error> = cx
            .transaction(async |cx| {
                cx.create(activity, "record", build()).await?;
                cx.after_commit(hook(9)).await;
                Err(Error::forbidden())
            })
            .await;
        assert!(failed.is_err());
        assert_eq!((count(&people, "Activity").await, ran.load(Ordering::Relaxed)), (0, 0));

        cx.transaction(async |cx| {
            cx.create(activity, "record", build()).await?;
            let inner: Result<(), Error> = cx
                .transaction(async |cx| {
                    cx.create(activity, "record", build()).await?;
                    cx.after_commit(hook(8)).await;
                    Err(Error::forbidden())
                })
                .await;
            assert!(inner.is_err());
            // One that fails inside and is handled takes nothing else with it.
            assert!(
                cx.create(activity, "record", build().with("world_id", Value::Uuid(Uuid::now_v7()))).await.is_err()
            );
            cx.create(activity, "record", build()).await?;
            cx.transaction(async |cx| {
                cx.after_commit(hook(1)).await;
                Ok(())
            })
            .await?;
            assert_eq!(ran.load(Ordering::Relaxed), 0);
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!((count(&people, "Activity").await, ran.load(Ordering::Relaxed)), (2, 12));
        cx.after_commit(hook(2)).await;
        assert_eq!(ran.load(Ordering::Relaxed), 34, "without a transaction at once");
    })
    .await;
}

#[tokio::test]
async fn writes_side_by_side_in_a_transaction_keep_to_themselves() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let world = of(&people.engine, "World");
        let cx = people.acting(people.member).await;
        people.world(people.member, "taken", "PUBLIC").await;
        let named = |slug: &str| Input::new().with("name", text(slug)).with("slug", text(slug));
        let both = cx.transaction(async |cx| {
            let (kept, refused) =
                tokio::join!(cx.create(world, "create", named("kept")), cx.create(world, "create", named("taken")));
            assert_eq!(refused.unwrap_err().code(), Code::Conflict);
            let (refused, also) =
                tokio::join!(cx.create(world, "create", named("taken")), cx.create(world, "create", named("also")));
            assert_eq!(refused.unwrap_err().code(), Code::Conflict);
            kept.and(also)
        });
        both.await.unwrap();
        assert_eq!(count(&people, "World").await, 3, "what was refused took nothing with it");
    })
    .await;
}

#[tokio::test]
async fn of_two_at_once_only_one_finds_the_row_as_it_must_be() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let modification = of(&people.engine, "Modification");
        let builder = people.acting(people.builder).await;
        let coordinator = people.acting(people.coordinator).await;
        for _ in 0..8 {
            let input = Input::new().with("title", text("a bridge")).with("source", text("extends Node"));
            let row = id(&people.engine, &builder.create(modification, "propose", input).await.unwrap());
            let approve = || coordinator.update(modification, "approve", row, Input::new());
            let (one, other) = tokio::join!(approve(), approve());
            let refused: Vec<_> = [one, other].into_iter().filter_map(Result::err).collect();
            assert_eq!(refused.iter().map(codes).collect::<Vec<_>>(), [[(Code::Invalid, vec!["state"])]]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_may_read_the_row_that_it_changes() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let modification = of(&people.engine, "Modification");
        let input = Input::new().with("title", text("a bridge")).with("source", text("extends Node"));
        let builder = people.acting(people.builder).await;
        let row = id(&people.engine, &builder.create(modification, "propose", input).await.unwrap());
        let admin = people.acting(people.admin).await;
        let amend = |title: &str| admin.update(modification, "amend", row, Input::new().with("title", text(title)));
        let (one, other) = tokio::join!(amend("+one!"), amend("+more"));
        let titles = [one, other].map(|it| people.field(&it.unwrap(), "title"));
        let both = [text("a bridge+one!+more"), text("a bridge+more+one!")].map(Field::Shown);
        assert_eq!(titles.iter().filter(|it| both.contains(it)).count(), 1, "the second sees the first: {titles:?}");

        let error = amend(&"+".repeat(200)).await.unwrap_err();
        assert_eq!(codes(&error), [(Code::Invalid, vec!["title"])], "what it sets is checked");
        let error = builder.update(modification, "amend", row, Input::new()).await.unwrap_err();
        assert_eq!(error.code(), Code::Forbidden);
        let error = admin.update(modification, "amend", Uuid::now_v7(), Input::new()).await.unwrap_err();
        assert_eq!(error.code(), Code::NotFound);
        let every = people.filter("Modification", E::Not(Box::new(E::IsNull(Box::new(col("id")))))).unwrap();
        let input = Input::new().with("title", text("!"));
        let amended = people.engine.system("tests").update_where(modification, "amend", every, input).await.unwrap();
        assert!(!amended.is_empty(), "it goes row by row");
        for record in amended {
            let title = people.field(&record, "title");
            let title = title.shown().and_then(Value::as_text).unwrap();
            assert!(title.len() > 1 && title.ends_with('!'), "{title}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_that_sets_what_there_is_not_is_ours_to_explain() {
    let mut application = application();
    for code in &mut application.functions {
        if let Function::Change(_, change) = &mut code.function {
            *change = |changeset, _| {
                Box::pin(async move {
                    changeset.set("sauce_hash", text("c"));
                    Ok(())
                })
            };
        }
    }
    on_both(&application, async |engine| {
        let people = People::register(engine).await;
        let input = Input::new().with("title", text("a bridge")).with("source", text("extends Node"));
        let builder = people.acting(people.builder).await;
        let error = builder.create(of(&people.engine, "Modification"), "propose", input).await.unwrap_err();
        assert_eq!(error.code(), Code::Internal);
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, "Modification.propose sets `sauce_hash`, which is no attribute");
    })
    .await;
}

#[tokio::test]
async fn the_framework_alone_acts_for_others_and_updates_by_condition() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let member = people.acting(people.member).await;
        assert_eq!(member.acting_as(people.admin).await.unwrap_err().code(), Code::Forbidden);
        let system = people.engine.system("tests");
        assert_eq!(system.acting_as(Uuid::now_v7()).await.unwrap_err().code(), Code::NotFound);

        let (modification, builder) = (of(&people.engine, "Modification"), people.acting(people.builder).await);
        let input = Input::new().with("title", text("a bridge")).with("source", text("x"));
        builder.create(modification, "propose", input).await.unwrap();
        let proposed = col("state").eq(variant("ModificationState", "PROPOSED"));
        let past = col("inserted_at").compare(Comparison::Le, E::Now);
        let filter = || people.filter("Modification", proposed.clone().and(past.clone())).unwrap();
        assert!(member.update_where(modification, "approve", filter(), Input::new()).await.is_err());
        // Now is the database's clock, whatever the request's says.
        let early = system.with_now(at(0));
        let approve = || early.update_where(modification, "approve", filter(), Input::new());
        let (first, second) = tokio::join!(approve(), approve());
        assert_eq!(first.unwrap().len() + second.unwrap().len(), 1, "exactly one of them");
        let future = col("inserted_at").compare(Comparison::Gt, E::Now);
        let filter = people.filter("Modification", future).unwrap();
        assert!(system.update_where(modification, "approve", filter, Input::new()).await.unwrap().is_empty());
        let ahead = system.database_now().await.unwrap() - chrono::Utc::now();
        assert!(ahead.num_seconds().abs() < 60);
    })
    .await;
}
