//! What a write tells, and of which row: nothing of a row that the actor may not write, and each problem with the position of its key.

use samara::application::{ActionFunction, Application, Function};
use samara::changeset::Changeset;
use samara::context::Context;
use samara::error::{Code, Error};
use samara::event::Wrote;
use samara::future::BoxFuture;
use samara::ir::{Action, ActionKind, Applies, Arithmetic, Comparison, Requirement};
use samara::record::Input;
use samara::testing::on_both;
use samara::value::Value;
use uuid::Uuid;

use super::support::declare::{accepting, action, altered, named, policy};
use super::support::expression::{E, col, count, int, variant};
use super::support::people::{People, id, of, text};
use super::support::platform::application;

/// Code and path of each problem.
fn told(error: &Error) -> Vec<(Code, Vec<&str>)> {
    error.problems().iter().map(|it| (it.code, it.path.iter().map(String::as_str).collect())).collect()
}

fn world(slug: &str, visibility: &str) -> Input {
    Input::new().with("name", text(slug)).with("slug", text(slug)).with("visibility", text(visibility))
}

fn every(people: &People, resource: &str) -> samara::ir::Tree {
    people.filter(resource, E::Not(Box::new(E::IsNull(Box::new(col("id")))))).unwrap()
}

/// The platform, where only those worlds may be made of which `creatable` holds.
fn creating(creatable: E) -> Application {
    let application = application();
    let ir = altered(&application.ir, |resources| {
        let policy = named(resources, "World").policies.iter_mut().find(|it| it.name == "signed_in").unwrap();
        policy.condition = creatable.tree(&application.ir, Some("World"));
    });
    Application { ir, ..application }
}

#[tokio::test]
async fn who_may_not_make_a_row_is_not_told_that_a_hidden_one_is_there() {
    let known = col("visibility").eq(variant("Visibility", "PUBLIC"));
    // Whether the row of the owner says so only the database can tell.
    let asked = known.clone().and(E::Not(Box::new(E::IsNull(Box::new(col("owner.display_name"))))));
    for creatable in [known, asked] {
        on_both(&creating(creatable), async |engine| {
            let people = People::register(engine).await;
            let resource = of(&people.engine, "World");
            people.world(people.admin, "hidden", "PRIVATE").await;
            let cx = people.acting(people.member).await;
            for others in [Vec::new(), vec![world("more", "PUBLIC")]] {
                for (slug, visibility, code) in [
                    ("free", "PRIVATE", Code::Forbidden),
                    ("hidden", "PRIVATE", Code::Forbidden),
                    ("hidden", "PUBLIC", Code::Conflict),
                ] {
                    let inputs = [others.clone(), vec![world(slug, visibility)]].concat();
                    let error = cx.upsert_many(resource, "create", "slug", "update", inputs).await.unwrap_err();
                    assert_eq!(error.code(), code, "{slug} {visibility}");
                }
            }
            let own = people.world(people.member, "own", "PUBLIC").await;
            let mine = vec![world("own", "PRIVATE")];
            let upserted = cx.upsert_many(resource, "create", "slug", "update", mine).await.unwrap();
            assert_eq!((upserted[0].0, id(&people.engine, &upserted[0].1)), (Wrote::Updated, own));
        })
        .await;
    }
}

/// The platform, where a guest can be made a host, once; and a world given away under another slug.
fn promoting() -> Application {
    let application = application();
    let app = &application.ir;
    let ir = altered(app, |resources| {
        let membership = named(resources, "Membership");
        membership.actions.push(Action {
            requirements: vec![Requirement {
                old: true,
                condition: col("role").eq(variant("MembershipRole", "GUEST")).tree(app, Some("Membership")),
                message: "only a guest can become something else".into(),
                fields: vec!["role".into()],
                reported_at: None,
                when: None,
                values: Vec::new(),
            }],
            ..accepting(action("promote", ActionKind::Update), ["role"])
        });
        let policy = membership.policies.iter_mut().find(|it| it.name == "owner_or_oneself").unwrap();
        policy.applies.push(Applies::Action("promote".into()));
        let pass_on = accepting(action("pass_on", ActionKind::Update), ["slug", "owner_id"]);
        named(resources, "World").actions.push(pass_on);
    });
    Application { ir, ..application }
}

#[tokio::test]
async fn an_upsert_changes_no_row_that_does_not_fulfil_what_the_update_requires() {
    on_both(&promoting(), async |engine| {
        let people = People::register(engine).await;
        let resource = of(&people.engine, "Membership");
        let home = people.world(people.member, "home", "PUBLIC").await;
        let cx = people.acting(people.member).await;
        let with = |user: Uuid, role: &str| {
            let input = Input::new().with("world_id", Value::Uuid(home)).with("user_id", Value::Uuid(user));
            input.with("role", text(role))
        };
        let upsert = |inputs| cx.upsert_many(resource, "create", "world_and_user", "promote", inputs);
        let wrote = upsert(vec![with(people.builder, "GUEST")]).await.unwrap();
        assert_eq!(wrote[0].0, Wrote::Created);
        let wrote = upsert(vec![with(people.builder, "HOST")]).await.unwrap();
        assert_eq!(wrote[0].0, Wrote::Updated);
        let error = upsert(vec![with(people.builder, "GUEST")]).await.unwrap_err();
        assert_eq!((error.code(), error.to_string().contains("only a guest")), (Code::Invalid, true), "{error}");
        let error = upsert(vec![with(people.admin, "GUEST"), with(people.builder, "GUEST")]).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Invalid, vec!["1", "role"])]);
        let rows = cx.read(people.all("Membership")).await.unwrap().records;
        assert_eq!(rows.len(), 1);
        assert_eq!(people.field(&rows[0], "role").shown(), Some(&text("HOST")));
    })
    .await;
}

#[tokio::test]
async fn whoever_may_not_store_the_new_values_is_not_told_what_the_database_says_of_them() {
    on_both(&promoting(), async |engine| {
        let people = People::register(engine).await;
        let resource = of(&people.engine, "World");
        people.world(people.admin, "hidden", "PRIVATE").await;
        let own = people.world(people.member, "own", "PUBLIC").await;
        let cx = people.acting(people.member).await;
        let given = |slug: &str| Input::new().with("slug", text(slug)).with("owner_id", Value::Uuid(people.builder));
        for slug in ["free", "hidden"] {
            let error = cx.update(resource, "pass_on", own, given(slug)).await.unwrap_err();
            assert_eq!(error.code(), Code::Forbidden, "{slug}, by its key");
            let error = cx.update_many(resource, "pass_on", [own], given(slug)).await.unwrap_err();
            assert_eq!(error.code(), Code::Forbidden, "{slug}, by its keys");
            let error = cx.update_all(resource, "pass_on", every(&people, "World"), given(slug)).await.unwrap_err();
            assert_eq!(error.code(), Code::Forbidden, "{slug}, by a condition");
        }
        let kept = Input::new().with("slug", text("hidden"));
        let error = cx.update_all(resource, "pass_on", every(&people, "World"), kept).await.unwrap_err();
        assert_eq!(error.code(), Code::Conflict);
    })
    .await;
}

#[tokio::test]
async fn the_key_of_each_row_that_cannot_be_written_is_named() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let (resource, system) = (of(&people.engine, "World"), people.engine.system("tests"));
        let mut ids = Vec::new();
        for (slug, capacity) in [("a", 99), ("b", 100), ("c", 7), ("d", 100)] {
            let input = world(slug, "PUBLIC").with("capacity", Value::Int(capacity));
            let made = people.acting(people.admin).await.create(resource, "create", input).await.unwrap();
            ids.push(id(&people.engine, &made));
        }
        let error = system.update_many(resource, "grow", ids.clone(), Input::new()).await.unwrap_err();
        assert_eq!(
            told(&error),
            [(Code::Invalid, vec!["1"]), (Code::Invalid, vec!["3"])],
            "what the new row does not fulfil"
        );

        people.activity(people.member, "BUILD", Some(ids[1]), 1).await;
        let user = of(&people.engine, "User");
        let admin = people.admin;
        let spare = system
            .create(user, "register", Input::new().with("email", text("s@example.org")).with("display_name", text("s")))
            .await
            .unwrap();
        let spare = id(&people.engine, &spare);
        let error = system.destroy_many(user, "destroy", vec![spare, admin], Input::new()).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Conflict, vec!["1"])], "to which something refers");
        assert!(system.get(people.all("User"), spare).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn who_may_write_no_row_at_all_is_told_so_of_each() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let (user, ids) = (of(&people.engine, "User"), vec![people.builder, Uuid::now_v7(), people.member]);
        let raised = Input::new().with("role", text("ADMIN"));
        let cx = people.acting(people.member).await;
        let error = cx.update_many(user, "set_role", ids.clone(), raised.clone()).await.unwrap_err();
        let each = [(Code::Forbidden, vec!["0"]), (Code::NotFound, vec!["1"]), (Code::Forbidden, vec!["2"])];
        assert_eq!(told(&error), each);
        let error = cx.update(user, "set_role", people.builder, raised.clone()).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Forbidden, vec![])], "of one there is no position");
        assert!(cx.update_many(user, "set_role", Vec::<Uuid>::new(), raised.clone()).await.is_err());

        let nobody = people.anonymous();
        let error = nobody.update_many(user, "set_role", ids, raised).await.unwrap_err();
        let each = ["0", "1", "2"].map(|it| (Code::Unauthenticated, vec![it]));
        assert_eq!(told(&error), each, "whichever rows there are");
    })
    .await;
}

#[tokio::test]
async fn rows_that_may_not_be_written_are_told_before_values_that_the_database_refuses() {
    on_both(&promoting(), async |engine| {
        let people = People::register(engine).await;
        let resource = of(&people.engine, "World");
        people.world(people.builder, "taken", "PUBLIC").await;
        let own = people.world(people.member, "own", "PUBLIC").await;
        let hidden = people.world(people.builder, "hidden", "PRIVATE").await;
        let cx = people.acting(people.member).await;
        let taken = || Input::new().with("slug", text("taken"));
        for ids in [vec![hidden, own], vec![own, hidden]] {
            let at = ids.iter().position(|it| *it == hidden).unwrap().to_string();
            let error = cx.update_many(resource, "pass_on", ids, taken()).await.unwrap_err();
            assert_eq!(told(&error), [(Code::NotFound, vec![at.as_str()])]);
        }
        let error = cx.update_many(resource, "pass_on", vec![own, Uuid::now_v7()], taken()).await.unwrap_err();
        assert_eq!(told(&error), [(Code::NotFound, vec!["1"])]);
        let error = cx.update_many(resource, "pass_on", vec![own], taken()).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Conflict, vec!["slug"])]);

        // The refusal of the new values has the position of its row too.
        let other = people.world(people.member, "other", "PUBLIC").await;
        let given = taken().with("owner_id", Value::Uuid(people.builder));
        let error = cx.update_many(resource, "pass_on", vec![other, own], given).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Forbidden, vec!["0"])]);

        people.activity(people.builder, "BUILD", Some(own), 1).await;
        let system = people.engine.system("tests");
        let user = of(&people.engine, "User");
        let ids = vec![people.builder, Uuid::now_v7()];
        let error = system.destroy_many(user, "destroy", ids, Input::new()).await.unwrap_err();
        assert_eq!(told(&error), [(Code::NotFound, vec!["1"])], "before what still refers to another");
    })
    .await;
}

#[tokio::test]
async fn each_new_row_that_may_not_be_is_told() {
    let public = col("visibility").eq(variant("Visibility", "PUBLIC"));
    let asked = public.and(E::Not(Box::new(E::IsNull(Box::new(col("owner.display_name"))))));
    on_both(&creating(asked), async |engine| {
        let people = People::register(engine).await;
        let cx = people.acting(people.member).await;
        let inputs = [("a", "PRIVATE"), ("b", "PUBLIC"), ("c", "PRIVATE")].map(|(slug, seen)| world(slug, seen));
        let error = cx.create_many(of(&people.engine, "World"), "create", inputs.to_vec()).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Forbidden, vec!["0"]), (Code::Forbidden, vec!["2"])]);
        assert!(people.ids(&people.engine.system("tests"), &people.all("World")).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn who_may_not_remove_a_row_is_told_so_whatever_cannot_be_told_of_it() {
    let mut application = application();
    application.ir = altered(&application.ir, |resources| {
        let app = &application.ir;
        let user = named(resources, "User");
        let owned = E::Arithmetic(Arithmetic::Mul, Box::new(count("owned")), Box::new(int(i64::MAX)));
        let condition = owned.compare(Comparison::Ge, int(0)).tree(app, Some("User"));
        // Of who owns two worlds this has no value.
        user.field_policies.iter_mut().find(|it| it.name == "own_email").unwrap().condition = condition;
        let leave = col("display_name").eq(E::Lit(text("builder"), samara::ir::Type::String));
        user.policies.push(policy("leavers", [Applies::Action("destroy".into())], leave.tree(app, Some("User"))));
    });
    on_both(&application, async |engine| {
        let people = People::register(engine).await;
        for slug in ["a", "b"] {
            people.world(people.admin, slug, "PUBLIC").await;
        }
        let (user, cx) = (of(&people.engine, "User"), people.acting(people.member).await);
        let error = cx.destroy(user, "destroy", people.admin, Input::new()).await.unwrap_err();
        assert_eq!(error.code(), Code::Forbidden);
        let ids = vec![people.admin, people.builder];
        let error = cx.destroy_many(user, "destroy", ids, Input::new()).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Forbidden, vec!["0"])]);
        assert!(cx.destroy(user, "destroy", people.builder, Input::new()).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn what_a_function_makes_of_each_row_is_told_of_all_rows() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let resource = of(&people.engine, "Modification");
        let builder = people.acting(people.builder).await;
        let mut ids = Vec::new();
        for title in ["long".repeat(40), "short".to_owned(), "long".repeat(40)] {
            let input = Input::new().with("title", text(&title)).with("source", text("x"));
            ids.push(id(&people.engine, &builder.create(resource, "propose", input).await.unwrap()));
        }
        let system = people.engine.system("tests");
        let more = || Input::new().with("title", text(&"more".repeat(15)));
        // The rows are read in the order of their keys, whatever the order in which they are named.
        ids.reverse();
        let error = system.update_many(resource, "amend", ids.clone(), more()).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Invalid, vec!["0", "title"]), (Code::Invalid, vec!["2", "title"])]);
        let amended = system.update_many(resource, "amend", ids.clone(), Input::new().with("title", text("!"))).await;
        let amended: Vec<_> = amended.unwrap().iter().map(|it| id(&people.engine, it)).collect();
        assert_eq!(amended, ids);
    })
    .await;
}

#[tokio::test]
async fn one_key_is_given_once() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let resource = of(&people.engine, "World");
        let own = people.world(people.member, "own", "PUBLIC").await;
        let other = people.world(people.member, "other", "PUBLIC").await;
        let cx = people.acting(people.member).await;
        let twice = vec![own, other, own];
        let renamed = Input::new().with("name", text("new"));
        let error = cx.update_many(resource, "update", twice.clone(), renamed.clone()).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Invalid, vec!["2"])]);
        let error = cx.destroy_many(resource, "destroy", twice, Input::new()).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Invalid, vec!["2"])]);
        assert!(cx.update_many(resource, "update", Vec::<Uuid>::new(), renamed).await.unwrap().is_empty());
        assert!(cx.destroy_many(resource, "destroy", Vec::<Uuid>::new(), Input::new()).await.unwrap().is_empty());
        assert_eq!(people.ids(&cx, &people.all("World")).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_clock_of_the_database_decides_too_where_a_function_reads_the_rows() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let resource = of(&people.engine, "Modification");
        let input = Input::new().with("title", text("a")).with("source", text("x"));
        people.acting(people.builder).await.create(resource, "propose", input).await.unwrap();
        let past = || people.filter("Modification", col("inserted_at").compare(Comparison::Le, E::Now)).unwrap();
        let early = people.engine.system("tests").with_now(super::support::people::at(0));
        let more = || Input::new().with("title", text("!"));
        assert_eq!(early.update_where(resource, "amend", past(), more()).await.unwrap().len(), 1);
        assert!(early.update_all(resource, "amend", past(), more()).await.unwrap().is_empty());
    })
    .await;
}

/// A time long ago.
fn set_time<'a>(changeset: &'a mut Changeset, _: &'a Context) -> BoxFuture<'a, Result<(), Error>> {
    Box::pin(async move {
        changeset.set("updated_at", Value::Timestamp(super::support::people::at(0)));
        Ok(())
    })
}

#[tokio::test]
async fn a_time_that_a_function_sets_before_the_statement_is_the_one_that_is_stored() {
    let mut application = application();
    application.ir = altered(&application.ir, |resources| {
        let restore = accepting(action("restore", ActionKind::Update), ["name"]);
        named(resources, "World").actions.push(Action { before: vec!["set_time".into()], ..restore });
    });
    application.functions.push(ActionFunction {
        resource: "World".into(),
        action: "restore".into(),
        function: Function::Before(0, set_time),
    });
    on_both(&application, async |engine| {
        let people = People::register(engine).await;
        let own = people.world(people.member, "own", "PUBLIC").await;
        let (cx, renamed) = (people.acting(people.member).await, Input::new().with("name", text("old")));
        let restored = cx.update(of(&people.engine, "World"), "restore", own, renamed).await.unwrap();
        let time = Value::Timestamp(super::support::people::at(0));
        assert_eq!(people.field(&restored, "updated_at").shown(), Some(&time));
    })
    .await;
}
