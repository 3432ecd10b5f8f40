//! Reads: policies fold before SQL is made, hidden means hidden, pages meet without gaps, loads are one statement a level.

use samara::context::Context;
use samara::database::Backend;
use samara::error::Code;
use samara::ir::{AttributeId, CalculationId, Comparison, Direction, TextTest, Type};
use samara::query::{Access, Cursors, PageEnd, Query, Slice};
use samara::record::{Field, RecordPage};
use samara::testing::{on, on_both};
use samara::value::Value;

use super::support::expression::{E, col, count, int, variant};
use super::support::people::{People, at, id, many, of, one, text};
use super::support::platform::application;

#[tokio::test]
async fn policies_fold_before_sql_is_made() {
    on(Backend::Postgres, &application(), async |engine| {
        let people = People::register(engine).await;
        people.activity(people.member, "BUILD", None, 1).await;
        people.activity(people.builder, "BUILD", None, 2).await;
        let sql = async |cx: Context| {
            cx.record_statements();
            let before = cx.statements();
            let page = cx.read(people.all("Activity")).await.unwrap();
            (page.records.len(), cx.statements() - before, cx.recorded_statements().join("\n"))
        };

        let (rows, _, text) = sql(people.acting(people.coordinator).await).await;
        assert_eq!(rows, 2);
        assert!(!text.contains("WHERE"), "{text}");

        let (rows, _, text) = sql(people.acting(people.member).await).await;
        assert_eq!(rows, 1);
        assert!(text.contains(r#"WHERE "_0"."user_id" = $1 ORDER BY"#), "{text}");

        let (rows, statements, _) = sql(people.anonymous()).await;
        assert_eq!((rows, statements), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn get_finds_what_list_shows() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let secret = people.world(people.builder, "secret", "PRIVATE").await;
        let open = people.world(people.builder, "open", "PUBLIC").await;
        let member = people.acting(people.member).await;
        assert_eq!(people.ids(&member, &people.all("World")).await, [open]);
        assert!(member.get(people.all("World"), secret).await.unwrap().is_none());
        people.join(secret, people.member).await;
        assert_eq!(people.ids(&member, &people.all("World")).await, [open, secret]);
        assert!(member.get(people.all("World"), secret).await.unwrap().is_some());
        assert_eq!(people.ids(&people.anonymous(), &people.all("World")).await, [open]);
    })
    .await;
}

#[tokio::test]
async fn guarded_fields_are_hidden() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let emails = async |cx: Context| {
            let page = cx.read(people.all("User")).await.unwrap();
            page.records.iter().map(|it| (people.field(it, "email"), people.field(it, "role"))).collect::<Vec<_>>()
        };
        let seen = emails(people.acting(people.member).await).await;
        assert_eq!(seen.iter().filter(|(email, _)| *email == Field::Hidden).count(), 3);
        assert!(seen.contains(&(Field::Shown(text("member@example.org")), Field::Shown(text("MEMBER")))));
        let seen = emails(people.acting(people.coordinator).await).await;
        assert_eq!(seen.iter().filter(|(email, _)| *email == Field::Hidden).count(), 3);
        assert!(seen.iter().all(|(_, role)| *role != Field::Hidden));
        let seen = emails(people.acting(people.admin).await).await;
        assert!(seen.iter().all(|(email, role)| *email != Field::Hidden && *role != Field::Hidden));
    })
    .await;
}

#[tokio::test]
async fn a_client_cannot_filter_or_sort_by_what_is_hidden() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let member = people.acting(people.member).await;
        let starts =
            E::Text(TextTest::StartsWith, Box::new(col("email")), Box::new(E::Lit(text("admin"), Type::String)));
        let by_email = Query { filter: people.filter("User", starts), ..people.paged("User", 10) };
        assert!(people.ids(&member, &by_email).await.is_empty());
        assert_eq!(people.ids(&people.acting(people.admin).await, &by_email).await, [people.admin]);

        let mut by_age = people.paged("User", 10);
        by_age.sort = vec![people.key("User", "age", Direction::Asc)];
        let page = member.read(by_age.clone()).await.unwrap();
        assert_eq!(
            id(&people.engine, &page.records[0]),
            people.member,
            "only their own age is known: the others are NULL"
        );
        // A cursor holds nothing that is hidden, and goes on where it was.
        let Slice::Keyset { after, .. } = &mut by_age.slice else { unreachable!() };
        *after = Some(page.cursors[1].clone());
        let rest = member.read(by_age).await.unwrap();
        let ids: Vec<_> = page.records[2..].iter().chain(&rest.records).map(|it| id(&people.engine, it)).collect();
        assert_eq!(ids[..2], ids[2..]);
    })
    .await;
}

#[tokio::test]
async fn a_client_cannot_see_hidden_rows_through_hops() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let open = people.world(people.builder, "open", "PUBLIC").await;
        let secret = people.world(people.builder, "secret", "PRIVATE").await;
        let of_open = people.activity(people.member, "BUILD", Some(open), 1).await;
        people.join(secret, people.member).await;
        let of_secret = people.activity(people.member, "BUILD", Some(secret), 2).await;
        let builder = people.acting(people.builder).await;
        let membership =
            builder.read(people.all("Membership")).await.unwrap().records[0].id(people.engine.app()).unwrap();
        builder.destroy(of(&people.engine, "Membership"), "destroy", membership, Default::default()).await.unwrap();

        let member = people.acting(people.member).await;
        let private = col("world.visibility").eq(variant("Visibility", "PRIVATE"));
        let query = Query { filter: people.filter("Activity", private), ..people.paged("Activity", 10) };
        assert!(people.ids(&member, &query).await.is_empty());
        let trusted = Query { access: Access::Unrestricted, ..query };
        assert_eq!(people.ids(&member, &trusted).await, [of_secret]);

        let none = E::IsNull(Box::new(col("world.slug")));
        let query = Query { filter: people.filter("Activity", none), ..people.paged("Activity", 10) };
        assert_eq!(people.ids(&member, &query).await, [of_secret], "as if the world did not exist");
        assert_ne!(of_open, of_secret);

        let owned = count("owned").compare(Comparison::Gt, int(1));
        let query = Query { filter: people.filter("User", owned), ..people.paged("User", 10) };
        assert!(people.ids(&member, &query).await.is_empty());
        assert_eq!(people.ids(&builder, &query).await, [people.builder]);
    })
    .await;
}

#[tokio::test]
async fn public_calculations_see_what_the_actor_may() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        people.world(people.builder, "open", "PUBLIC").await;
        people.world(people.builder, "secret", "PRIVATE").await;
        let counts = async |cx: Context| {
            let query = Query {
                calculations: vec![calculations(&people, "User")[0]],
                filter: people.filter("User", col("display_name").eq(E::Lit(text("builder"), Type::String))),
                ..people.all("User")
            };
            cx.read(query).await.unwrap().records[0].calculations.clone()
        };
        assert_eq!(counts(people.acting(people.member).await).await, [Field::Shown(Value::Int(1))]);
        assert_eq!(counts(people.acting(people.builder).await).await, [Field::Shown(Value::Int(2))]);

        let owner_email = Query { calculations: calculations(&people, "World")[..2].to_vec(), ..people.all("World") };
        let page = people.acting(people.member).await.read(owner_email.clone()).await.unwrap();
        assert_eq!(page.records[0].calculations, [Field::Shown(Value::Int(0)), Field::Hidden]);
        let page = people.acting(people.builder).await.read(owner_email).await.unwrap();
        assert_eq!(page.records[0].calculations[1], Field::Shown(text("builder@example.org")));
    })
    .await;
}

async fn walk(cx: &Context, query: &Query, rows: u32, from: PageEnd) -> Vec<RecordPage> {
    let (mut pages, mut cursor) = (Vec::new(), None);
    loop {
        let (after, before) = match from {
            PageEnd::Start => (cursor.clone(), None),
            PageEnd::Finish => (None, cursor.clone()),
        };
        let slice = Slice::Keyset { rows: Some(rows), from, after, before };
        let page = cx.read(Query { slice, ..query.clone() }).await.unwrap();
        assert!(pages.len() < 50, "pages without end");
        let (more, edge) = match from {
            PageEnd::Start => (page.has_next, page.cursors.last()),
            PageEnd::Finish => (page.has_previous, page.cursors.first()),
        };
        cursor = edge.cloned();
        pages.push(page);
        if !more {
            return pages;
        }
    }
}

#[tokio::test]
async fn pages_meet_without_gaps_in_every_order() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let worlds = [Some(people.world(people.member, "a", "PUBLIC").await), None];
        for second in 0..11 {
            // Times come twice, worlds are often absent.
            people
                .activity(
                    people.member,
                    ["BUILD", "EXPLORE"][second as usize % 2],
                    worlds[second as usize % 2],
                    second / 2,
                )
                .await;
        }
        let cx = people.acting(people.coordinator).await;
        let directions = [
            Direction::Asc,
            Direction::Desc,
            Direction::AscNullsFirst,
            Direction::AscNullsLast,
            Direction::DescNullsFirst,
            Direction::DescNullsLast,
        ];
        for first in directions {
            for second in [Direction::Asc, Direction::Desc] {
                let mut query = Query { position: true, ..people.paged("Activity", 3) };
                query.sort =
                    vec![people.key("Activity", "world_id", first), people.key("Activity", "occurred_at", second)];
                let all = people.ids(&cx, &Query { slice: Slice::All, ..query.clone() }).await;
                assert_eq!(all.len(), 11);
                let ids = |page: &RecordPage| page.records.iter().map(|it| id(&people.engine, it)).collect::<Vec<_>>();
                let forwards = walk(&cx, &query, 3, PageEnd::Start).await;
                assert_eq!(forwards.iter().flat_map(ids).collect::<Vec<_>>(), all, "{first:?} {second:?}");
                assert!(!forwards[0].has_previous && forwards[1].has_previous);
                let backwards = walk(&cx, &query, 3, PageEnd::Finish).await;
                assert_eq!(backwards.iter().rev().flat_map(ids).collect::<Vec<_>>(), all, "{first:?} {second:?}");
                // Each says how many rows precede it.
                let places = |pages: &[RecordPage]| pages.iter().map(|it| it.position).collect::<Vec<_>>();
                assert_eq!(places(&forwards), [Some(0), Some(3), Some(6), Some(9)], "{first:?} {second:?}");
                assert_eq!(places(&backwards), [Some(8), Some(5), Some(2), Some(0)], "{first:?} {second:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn bad_pages_and_cursors_are_refused() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        people.activity(people.member, "BUILD", None, 1).await;
        let cx = people.acting(people.member).await;
        let code = async |query: Query| cx.read(query).await.unwrap_err().code();
        assert_eq!(code(people.paged("Activity", 251)).await, Code::LimitExceeded);
        let page = cx.read(people.paged("Activity", 1)).await.unwrap();
        let after = |resource: &str, cursor: &str| {
            let slice = Slice::Keyset { rows: None, from: PageEnd::Start, after: Some(cursor.into()), before: None };
            Query { slice, ..people.paged(resource, 1) }
        };
        let cursor = &page.cursors[0];
        assert!(cursor.len() <= 512);
        assert!(cx.read(after("Activity", cursor)).await.is_ok());
        for foreign in ["", "x", "####", &cursor[1..], &"a".repeat(513)] {
            assert_eq!(code(after("Activity", foreign)).await, Code::InvalidCursor, "{foreign}");
        }
        assert_eq!(code(after("World", cursor)).await, Code::InvalidCursor);
        let mut resorted = after("Activity", cursor);
        resorted.sort = vec![people.key("Activity", "occurred_at", Direction::Asc)];
        assert_eq!(code(resorted).await, Code::InvalidCursor);
    })
    .await;
}

#[tokio::test]
async fn cursors_of_long_values_stay_short() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let cx = people.acting(people.builder).await;
        for index in 0..3 {
            let input = samara::record::Input::new()
                .with("title", text(&format!("title {index}")))
                .with("source", text(&format!("{}{index}", "ä".repeat(400))));
            cx.create(of(&people.engine, "Modification"), "propose", input).await.unwrap();
        }
        let mut query = people.paged("Modification", 1);
        query.sort = vec![people.key("Modification", "source", Direction::Desc)];
        let pages = walk(&cx, &query, 1, PageEnd::Start).await;
        assert_eq!(pages.len(), 3);
        assert!(pages.iter().all(|it| it.cursors[0].len() <= 512));
        // Who may not read the row learns nothing from its place.
        let slice =
            Slice::Keyset { rows: None, from: PageEnd::Start, after: Some(pages[0].cursors[0].clone()), before: None };
        let error = people.acting(people.member).await.read(Query { slice, ..query }).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidCursor);
    })
    .await;
}

#[tokio::test]
async fn totals_come_with_the_page() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        for second in 0..5 {
            people.activity(people.member, "BUILD", None, second).await;
        }
        people.activity(people.builder, "BUILD", None, 9).await;
        let cx = people.acting(people.member).await;
        let query = Query { count: true, ..people.paged("Activity", 2) };
        let before = cx.statements();
        let page = cx.read(query.clone()).await.unwrap();
        assert_eq!((page.total, page.records.len(), cx.statements() - before), (Some(5), 2, 1));
        assert_eq!(page.position, None, "it was not asked for");
        // How many rows precede is counted as far as the total is; a first page costs no statement for it.
        let placed = Query { position: true, count_at_most: Some(1), cursors: Cursors::Ends, ..query.clone() };
        let before = cx.statements();
        let pages = walk(&cx, &placed, 2, PageEnd::Start).await;
        let places: Vec<_> = pages.iter().map(|it| it.position).collect();
        assert_eq!((places, cx.statements() - before), (vec![Some(0), Some(2), Some(2)], 5));
        let unmarked = Query { cursors: Cursors::None, ..placed };
        assert_eq!(cx.read(unmarked).await.unwrap().position, Some(0));
        let last = walk(&cx, &query, 5, PageEnd::Start).await;
        let slice =
            Slice::Keyset { rows: None, from: PageEnd::Start, after: last[0].cursors.last().cloned(), before: None };
        let beyond = cx.read(Query { slice, ..query.clone() }).await.unwrap();
        assert_eq!((beyond.records.len(), beyond.total, beyond.position), (0, Some(5), None));
        assert_eq!(people.anonymous().read(query).await.unwrap().total, Some(0));
    })
    .await;
}

#[tokio::test]
async fn loads_are_one_statement_for_each_level() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let world = people.world(people.builder, "open", "PUBLIC").await;
        for (index, person) in [people.builder, people.member].into_iter().enumerate() {
            people.join(world, person).await;
            for second in 0..4 {
                people.activity(person, "BUILD", Some(world), second * 10 + index as u32).await;
            }
        }
        let cx = people.acting(people.coordinator).await;
        let page = |rows| Slice::Keyset { rows: Some(rows), from: PageEnd::Start, after: None, before: None };
        let activities = people.load("User", "activities", |query| Query {
            slice: page(3),
            count: true,
            loads: vec![people.load("Activity", "world", |query| query)],
            ..query
        });
        let worlds = people.load("User", "worlds", |query| Query { slice: page(1), ..query });
        let query = Query { loads: vec![activities, worlds], ..people.all("User") };
        let before = cx.statements();
        let users = cx.read(query).await.unwrap().records;
        assert_eq!(cx.statements() - before, 5, "users, activities, their counts, worlds of activities, worlds");
        for user in &users {
            let name = people.field(user, "display_name");
            let (activities, worlds) = (many(user, 0), many(user, 1));
            if [Field::Shown(text("builder")), Field::Shown(text("member"))].contains(&name) {
                assert_eq!((activities.records.len(), activities.has_next, activities.total), (3, true, Some(4)));
                assert_eq!(
                    people
                        .field(&activities.records[0], "occurred_at")
                        .shown()
                        .map(|it| matches!(it, Value::Timestamp(time) if *time >= at(30))),
                    Some(true)
                );
                assert_eq!(id(&people.engine, one(&activities.records[0], 0).unwrap()), world);
                assert_eq!(worlds.records.len(), 1);
            } else {
                assert_eq!((activities.records.len(), activities.has_next, activities.total), (0, false, Some(0)));
                assert!(worlds.records.is_empty());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn loads_show_what_their_own_policies_allow() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let secret = people.world(people.builder, "secret", "PRIVATE").await;
        people.join(secret, people.builder).await;
        people.activity(people.builder, "BUILD", Some(secret), 1).await;
        people.activity(people.member, "BUILD", None, 1).await;
        let cx = people.acting(people.member).await;
        let loads = vec![
            people.load("User", "activities", |query| query),
            people.load("User", "worlds", |query| Query { count: true, ..query }),
        ];
        let users = cx.read(Query { loads, ..people.all("User") }).await.unwrap().records;
        for user in &users {
            let own = id(&people.engine, user) == people.member;
            assert_eq!(many(user, 0).records.len(), usize::from(own));
            assert_eq!(
                (many(user, 1).records.len(), many(user, 1).total),
                (0, Some(0)),
                "the membership is hidden too"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn named_reads_filter_by_their_arguments() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let build = people.activity(people.member, "BUILD", None, 1).await;
        people.activity(people.member, "EXPLORE", None, 2).await;
        let cx = people.acting(people.member).await;
        let mut query = people.all("Activity");
        query.action = Some("of_kind".into());
        assert_eq!(cx.read(query.clone()).await.unwrap_err().code(), Code::Invalid);
        query.arguments.set("kind", text("DANCE"));
        assert_eq!(cx.read(query.clone()).await.unwrap_err().code(), Code::Invalid);
        query.arguments.set("kind", text("BUILD"));
        assert_eq!(people.ids(&cx, &query).await, [build]);
    })
    .await;
}

#[tokio::test]
async fn only_what_was_asked_for_is_read() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let cx = people.acting(people.member).await;
        let (display_name, _) = engine_attribute(&people, "User", "display_name");
        let query = Query { attributes: Some(vec![display_name]), ..people.all("User") };
        cx.record_statements();
        let page = cx.read(query).await.unwrap();
        assert!(!cx.recorded_statements().last().unwrap().contains("email"));
        assert_eq!(people.field(&page.records[0], "email"), Field::NotLoaded);
        assert_ne!(people.field(&page.records[0], "id"), Field::NotLoaded);
    })
    .await;
}

fn calculations(people: &People, resource: &str) -> Vec<CalculationId> {
    let declared = people.engine.app().resource(of(&people.engine, resource));
    declared.calculations_by_id().map(|(id, _)| id).collect()
}

fn engine_attribute<'a>(people: &'a People, resource: &str, name: &str) -> (AttributeId, &'a samara::ir::Attribute) {
    people.engine.app().resource(of(&people.engine, resource)).attribute(name).unwrap()
}

#[tokio::test]
async fn a_list_without_pages_is_whole_or_an_error_for_each_row_by_itself() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let three = people.world(people.builder, "three", "PUBLIC").await;
        for person in [people.builder, people.member, people.admin] {
            people.join(three, person).await;
        }
        for slug in ["a", "b"] {
            let world = people.world(people.builder, slug, "PUBLIC").await;
            people.join(world, people.builder).await;
        }
        for second in 0..3 {
            people.activity(people.builder, "BUILD", Some(three), second).await;
            people.activity(people.member, "BUILD", Some(three), second).await;
        }
        let cx = people.acting(people.admin).await;
        let users = |relationship: &'static str, at_most| Query {
            loads: vec![people.load("User", relationship, |query| Query { at_most, ..query })],
            ..people.all("User")
        };
        for relationship in ["activities", "worlds"] {
            // Six activities and five memberships of several people: no more than three of one.
            let read = cx.read(users(relationship, 3)).await.unwrap().records;
            let most = read.iter().map(|it| many(it, 0).records.len()).max();
            assert_eq!((read.len(), most), (4, Some(3)), "{relationship}");
            let failed = cx.read(users(relationship, 2)).await.unwrap_err();
            assert_eq!(failed.code(), Code::LimitExceeded, "{relationship}");
        }
        // The row at the other end of a to-one relationship is no list.
        let worlds = people.load("Activity", "world", |query| Query { at_most: 1, ..query });
        let activities = cx.read(Query { loads: vec![worlds], ..people.all("Activity") }).await.unwrap().records;
        assert!(activities.iter().all(|it| one(it, 0).is_some()) && activities.len() == 6);
        // Nor does a list itself have more rows than it may.
        assert_eq!(cx.read(Query { at_most: 4, ..people.all("User") }).await.unwrap().records.len(), 4);
        let failed = cx.read(Query { at_most: 3, ..people.all("User") }).await.unwrap_err();
        assert_eq!(failed.code(), Code::LimitExceeded);
    })
    .await;
}
