//! Every way to a row agrees on who may see it, and nothing that is hidden can be told from anything that is answered.

use std::collections::BTreeSet;

use samara::context::Context;
use samara::error::{Code, Error};
use samara::ir::{Action, ActionKind, Comparison, Direction, Requirement, ResourceId};
use samara::query::{Access, Load, PageEnd, Query, Slice, SortKey};
use samara::record::Input;
use samara::testing::on_both;
use samara::value::Value;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::support::declare::{action, altered, named};
use super::support::expression::{E, any, col, count, int, surge, variant};
use super::support::people::{People, id, many, one};
use super::support::platform::application;

const RESOURCES: [&str; 5] = ["User", "World", "Membership", "Activity", "Modification"];

/// Worlds of both kinds with members, activities in and out of them, modifications in each state.
async fn populate(people: &People) {
    let secret = people.world(people.builder, "secret", "PRIVATE").await;
    let open = people.world(people.member, "open", "PUBLIC").await;
    let hers = people.world(people.coordinator, "hers", "PRIVATE").await;
    for (world, user) in [(secret, people.member), (open, people.builder), (hers, people.builder), (hers, people.admin)]
    {
        people.join(world, user).await;
    }
    let everybody = [people.admin, people.coordinator, people.builder, people.member];
    for (second, person) in everybody.into_iter().enumerate() {
        people.activity(person, "BUILD", Some(open), second as u32).await;
        people.activity(person, "EXPLORE", None, 10 + second as u32).await;
    }
    let modification = people.engine.app().find("Modification").unwrap();
    let (builder, coordinator) = (people.acting(people.builder).await, people.acting(people.coordinator).await);
    for (index, cx) in [&builder, &builder, &coordinator].into_iter().enumerate() {
        let input = Input::new()
            .with("title", super::support::people::text(&format!("title {index}")))
            .with("source", super::support::people::text("extends Node"));
        let record = cx.create(modification, "propose", input).await.unwrap();
        if index == 1 {
            let approved = coordinator.update(modification, "approve", id(&people.engine, &record), Default::default());
            approved.await.unwrap();
        }
    }
}

async fn actors(people: &People) -> Vec<(&'static str, Context)> {
    vec![
        ("nobody", people.anonymous()),
        ("member", people.acting(people.member).await),
        ("builder", people.acting(people.builder).await),
        ("coordinator", people.acting(people.coordinator).await),
        ("admin", people.acting(people.admin).await),
    ]
}

#[tokio::test]
async fn get_list_load_count_and_hops_agree() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        populate(&people).await;
        let mut seen = Vec::new();
        for (name, cx) in actors(&people).await {
            for resource in RESOURCES {
                let listed: BTreeSet<Uuid> = people.ids(&cx, &people.all(resource)).await.into_iter().collect();
                seen.push((name, resource, listed.len()));
                let counted = Query { count: true, ..people.paged(resource, 1) };
                assert_eq!(cx.read(counted).await.unwrap().total, Some(listed.len() as u64), "{name} {resource}");
                let every = people.ids(&people.engine.system("tests"), &people.all(resource)).await;
                for id in every {
                    let got = cx.get(people.all(resource), id).await.unwrap();
                    assert_eq!(got.is_some(), listed.contains(&id), "{name} {resource} {id}");
                }
                agree_on_loads(&people, &cx, resource).await;
            }
        }
        let counts = |name: &str| seen.iter().filter(|it| it.0 == name).map(|it| it.2).collect::<Vec<_>>();
        assert_eq!(counts("nobody"), [0, 1, 0, 0, 0]);
        assert_eq!(counts("member"), [4, 2, 2, 2, 1]);
        assert_eq!(counts("builder"), [4, 3, 4, 2, 2]);
        assert_eq!(counts("coordinator"), [4, 3, 4, 8, 3]);
        assert_eq!(counts("admin"), [4, 3, 4, 8, 3]);
    })
    .await;
}

#[tokio::test]
async fn what_can_be_done_is_what_is_done() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        populate(&people).await;
        let mut decisions = Vec::new();
        for (name, cx) in actors(&people).await {
            for resource in RESOURCES {
                let index = people.engine.app().find(resource).unwrap();
                let actions = &people.engine.app().resource(index).actions;
                let every = people.ids(&people.engine.system("tests"), &people.all(resource)).await;
                forecasts_of_a_page_are_those_of_its_rows(&cx, index, &people.ids(&cx, &people.all(resource)).await)
                    .await;
                for action in actions.iter().filter(|it| matches!(it.kind, ActionKind::Update | ActionKind::Destroy)) {
                    let mut allowed = 0;
                    for row in &every {
                        let can = cx.can(index, &action.name, Some(row.into())).await.unwrap();
                        let code = attempt(&cx, index, action, *row).await;
                        let place = format!("{name} {resource}.{} {row}: {code:?}", action.name);
                        assert_eq!(can, matches!(code, None | Some(Code::Conflict)), "{place}");
                        let visible = cx.get(people.all(resource), *row).await.unwrap().is_some();
                        match code {
                            Some(Code::NotFound) => assert!(!visible, "{place}"),
                            Some(Code::Unauthenticated) => assert_eq!(name, "nobody"),
                            _ => assert!(visible, "{place}"),
                        }
                        allowed += u32::from(can);
                    }
                    decisions.push(format!("{name} {resource}.{} {allowed}", action.name));
                }
            }
        }
        let granted: Vec<_> = decisions.iter().filter(|it| !it.ends_with(" 0")).map(String::as_str).collect();
        assert_eq!(granted, GRANTED);
    })
    .await;
}

/// Asked for all rows and actions at once, the answers are the same, for one statement at most.
async fn forecasts_of_a_page_are_those_of_its_rows(cx: &Context, resource: ResourceId, rows: &[Uuid]) {
    let actions = &cx.engine().app().resource(resource).actions;
    let actions = actions.iter().filter(|it| matches!(it.kind, ActionKind::Update | ActionKind::Destroy));
    let actions: Vec<&str> = actions.map(|it| it.name.as_str()).collect();
    let before = cx.statements();
    let forecasts = cx.can_each(resource, &actions, rows).await.unwrap();
    assert!(cx.statements() - before <= 1);
    assert_eq!(forecasts.len(), rows.len());
    for (row, forecasts) in rows.iter().zip(forecasts) {
        for (action, forecast) in actions.iter().zip(forecasts) {
            assert_eq!(forecast, cx.can(resource, action, Some(row.into())).await.unwrap(), "{action} {row}");
        }
    }
}

/// The buttons of a list, and what else may be done to a row, outlast a requirement that has no value for it.
#[tokio::test]
async fn a_requirement_that_fails_says_no_for_its_row_and_action_alone() {
    let mut application = application();
    let small = surge().compare(Comparison::Lt, int(i64::MIN + 50));
    let condition = small.tree(&application.ir, Some("World"));
    let fields = vec!["capacity".into()];
    let requirement = Requirement {
        old: true,
        condition,
        message: "it is too large".into(),
        fields,
        reported_at: None,
        when: None,
        values: Vec::new(),
    };
    let split =
        Action { requirements: vec![requirement], accept: vec!["name".into()], ..action("split", ActionKind::Update) };
    application.ir = altered(&application.ir, |resources| named(resources, "World").actions.push(split));
    on_both(&application, async |engine| {
        let people = People::register(engine).await;
        let world = people.engine.app().find("World").unwrap();
        let (owner, admin) = (people.acting(people.member).await, people.acting(people.admin).await);
        let mut rows = Vec::new();
        for (index, capacity) in [8, 7, 99, 9, 7].into_iter().enumerate() {
            let name = super::support::people::text(&format!("world-{index}"));
            let capacity = Value::Int(capacity);
            let input = Input::new().with("name", name.clone()).with("slug", name).with("capacity", capacity);
            rows.push(id(&people.engine, &owner.create(world, "create", input).await.unwrap()));
        }
        let expected = [[true, true], [false, true], [false, true], [true, true], [false, true]];
        for cx in [&owner, &admin] {
            assert_eq!(cx.can_each(world, &["split", "update"], &rows).await.unwrap(), expected);
            for (row, [split, _]) in rows.iter().zip(expected) {
                assert_eq!(cx.can(world, "split", Some(row.into())).await.unwrap(), split);
            }
            let inside = cx.transaction(async |inside| {
                assert_eq!(inside.can_each(world, &["split", "update"], &rows).await?, expected);
                inside.get(people.all("World"), rows[1]).await
            });
            assert!(inside.await.unwrap().is_some(), "the transaction goes on");
        }
        let error = owner.update(world, "split", rows[1], Input::new()).await.unwrap_err();
        assert_eq!(error.code(), Code::Invalid, "the action tells");
        assert!(!owner.can(world, "update", Some(Uuid::now_v7().into())).await.unwrap());
        assert!(!admin.can(world, "update", Some(Uuid::now_v7().into())).await.unwrap(), "there is no such row");
    })
    .await;
}

/// Who may do what to how many of the rows; everything else is no.
const GRANTED: [&str; 39] = [
    "member User.update 1",
    "member World.update 1",
    "member World.destroy 1",
    "member World.give 1",
    "member World.grow 1",
    "member Membership.destroy 2",
    "member Activity.move_to 2",
    "builder User.update 1",
    "builder World.update 1",
    "builder World.destroy 1",
    "builder World.give 1",
    "builder World.grow 1",
    "builder Membership.destroy 3",
    "builder Activity.move_to 2",
    "coordinator User.update 1",
    "coordinator World.update 3",
    "coordinator World.destroy 3",
    "coordinator World.give 3",
    "coordinator World.grow 3",
    "coordinator Membership.destroy 2",
    "coordinator Activity.move_to 8",
    "coordinator Modification.approve 2",
    "coordinator Modification.reject 2",
    "coordinator Modification.apply 1",
    "admin User.update 4",
    "admin User.set_role 4",
    "admin User.destroy 4",
    "admin World.update 3",
    "admin World.destroy 3",
    "admin World.give 3",
    "admin World.grow 3",
    "admin Membership.destroy 4",
    "admin Activity.destroy 8",
    "admin Activity.move_to 8",
    "admin Modification.approve 2",
    "admin Modification.reject 2",
    "admin Modification.apply 1",
    "admin Modification.amend 3",
    "admin Modification.destroy 3",
];

/// Why it is not done, if it is not. Nothing stays of it.
async fn attempt(cx: &Context, resource: ResourceId, action: &Action, row: Uuid) -> Option<Code> {
    let undone: Result<(), Error> = cx
        .transaction(async |cx| {
            match action.kind {
                ActionKind::Update => cx.update(resource, &action.name, row, Input::new()).await?,
                _ => cx.destroy(resource, &action.name, row, Input::new()).await?,
            };
            Err(Error::new(Code::RateLimited, "undone"))
        })
        .await;
    undone.err().map(|it| it.code()).filter(|it| *it != Code::RateLimited)
}

/// What is loaded with rows is what the target's list shows, and a client's filter through the relationship sees just that.
async fn agree_on_loads(people: &People, cx: &Context, resource: &str) {
    let app = people.engine.app();
    let declared = app.resource(app.find(resource).unwrap());
    for (relationship_id, relationship) in declared.relationships_by_id() {
        let target = app.target(relationship);
        let listed: BTreeSet<Uuid> = people.ids(cx, &Query::unrestricted(target)).await.into_iter().collect();
        let slice = Slice::Keyset { rows: Some(250), from: PageEnd::Start, after: None, before: None };
        for slice in [Slice::All, slice] {
            let load = Load {
                relationship: relationship_id,
                query: Query { count: true, slice, ..Query::unrestricted(target) },
            };
            let rows = cx.read(Query { loads: vec![load], ..people.all(resource) }).await.unwrap().records;
            for row in &rows {
                let related: Vec<_> = if relationship.is_to_one() {
                    one(row, 0).into_iter().collect()
                } else {
                    let page = many(row, 0);
                    assert_eq!(page.total, Some(page.records.len() as u64), "{resource}.{}", relationship.name);
                    page.records.iter().collect()
                };
                for it in &related {
                    assert!(listed.contains(&id(&people.engine, it)), "{resource}.{}", relationship.name);
                }
                let name = String::leak(relationship.name.to_string());
                let exists = if relationship.is_to_one() {
                    E::Not(Box::new(E::IsNull(Box::new(col(String::leak(format!("{name}.id")))))))
                } else {
                    E::Many(samara::ir::Many::Any, name, None)
                };
                let same = col("id").eq(E::Lit(Value::Uuid(id(&people.engine, row)), samara::ir::Type::Uuid));
                let query = Query {
                    filter: people.filter(resource, same.and(exists)),
                    access: Access::Restricted,
                    ..people.all(resource)
                };
                assert_eq!(people.ids(cx, &query).await.len() == 1, !related.is_empty(), "{resource}.{name}");
            }
        }
    }
}

/// Everything a client can be answered, as text: pages in every order and by many filters, with cursors, totals and loads.
async fn answers(people: &People, cx: &Context) -> String {
    let mut answers = String::new();
    for resource in RESOURCES {
        let app = people.engine.app();
        let declared = app.resource(app.find(resource).unwrap());
        let mut sorts: Vec<Option<SortKey>> = vec![None];
        for attribute in
            declared.attributes.iter().map(|it| &it.name).chain(declared.calculations.iter().map(|it| &it.name))
        {
            for direction in [Direction::Asc, Direction::DescNullsLast] {
                sorts.push(Some(people.key(resource, attribute, direction)));
            }
        }
        for sort in sorts {
            let loads = declared.relationships.iter().map(|it| {
                people.load(resource, &it.name, |query| Query { access: Access::Restricted, count: true, ..query })
            });
            let query = Query {
                sort: sort.into_iter().collect(),
                count: true,
                loads: loads.collect(),
                calculations: declared.calculations_by_id().map(|(id, _)| id).collect(),
                ..people.paged(resource, 3)
            };
            answers.push_str(&format!("{:?}\n", cx.read(query).await));
        }
    }
    for (resource, condition) in filters() {
        let query =
            Query { filter: people.filter(resource, condition.clone()), count: true, ..people.paged(resource, 50) };
        answers.push_str(&format!("{condition:?}: {:?}\n", cx.read(query).await));
    }
    answers
}

fn filters() -> Vec<(&'static str, E)> {
    let private = || variant("Visibility", "PRIVATE");
    vec![
        ("User", col("age").compare(Comparison::Gt, int(21))),
        ("User", E::Not(Box::new(col("role").eq(variant("Role", "ADMIN"))))),
        ("User", E::IsNull(Box::new(col("email")))),
        ("User", any("worlds", col("visibility").eq(private()))),
        ("User", count("owned").eq(int(0))),
        ("User", any("activities", E::IsNull(Box::new(col("world_id"))))),
        (
            "World",
            col("owner.email")
                .eq(E::Lit(super::support::people::text("admin@example.org"), samara::ir::Type::CiString)),
        ),
        ("World", any("memberships", col("user.role").eq(variant("Role", "COORDINATOR")))),
        ("Membership", col("world.visibility").eq(private())),
        ("Activity", E::IsNull(Box::new(col("world.name")))),
        ("Activity", count("world.memberships").compare(Comparison::Gt, int(0))),
        // What the calculation counts is everything, but of a world that is hidden there is nothing to ask.
        ("Activity", col("world.crowd").compare(Comparison::Gt, int(0))),
        // An error for a world of seven, if one is asked.
        ("World", col("surge").compare(Comparison::Gt, int(0))),
        ("User", any("owned", col("surge").compare(Comparison::Gt, int(0)))),
        ("User", E::Many(samara::ir::Many::All, "owned", Some(Box::new(col("surge").eq(int(1)))))),
        ("Activity", col("world.surge").compare(Comparison::Gt, int(0))),
    ]
}

#[tokio::test]
async fn hidden_values_and_rows_change_no_answer() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        populate(&people).await;
        let engine = &people.engine;
        let change = async |sql: &str| {
            engine.system("a test").unpoliced("what no action does").execute_unprepared(sql).await.map(drop).unwrap()
        };
        // Something of their own, in a world that they may not see.
        change(
            "UPDATE activities SET world_id = (SELECT id FROM worlds WHERE slug = 'hers') \
             WHERE world_id IS NULL AND user_id = (SELECT id FROM users WHERE display_name = 'member')",
        )
        .await;
        let member = people.acting(people.member).await;
        let before = answers(&people, &member).await;
        assert!(before.contains("Hidden") && before.contains("Shown") && !before.contains("Err("));

        // What the member may not see becomes different: fields of others, worlds they cannot see and what happens there.
        change("UPDATE users SET age = 70, email = display_name || '@hidden.example' WHERE display_name <> 'member'")
            .await;
        change("UPDATE users SET role = 'COORDINATOR' WHERE display_name = 'builder'").await;
        let hidden = people.world(people.builder, "more", "PRIVATE").await;
        people.join(hidden, people.admin).await;
        change("UPDATE worlds SET capacity = 7 WHERE slug IN ('hers', 'more')").await;
        change("DELETE FROM memberships WHERE world_id = (SELECT id FROM worlds WHERE slug = 'hers')").await;
        people.activity(people.builder, "SCRIPT", Some(hidden), 50).await;
        people.activity(people.coordinator, "SCRIPT", None, 51).await;
        let modification = engine.app().find("Modification").unwrap();
        let input = Input::new()
            .with("title", super::support::people::text("hidden"))
            .with("source", super::support::people::text("x"));
        people.acting(people.builder).await.create(modification, "propose", input).await.unwrap();

        let after = answers(&people, &member).await;
        for (line, (before, after)) in before.lines().zip(after.lines()).enumerate() {
            assert_eq!(before, after, "answer {line}");
        }
        assert_ne!(after, answers(&people, &people.acting(people.admin).await).await);
    })
    .await;
}
