//! A value of every scalar: stored, read, compared, ordered and refused alike by typed calls, GraphQL, the admin's forms and SeaORM, on both
//! databases.

mod race;

use race::{App, Race, Round, race_entity};
use samara::database::Backend;
use samara::engine::Engine;
use samara::entity::Stored;
use samara::entity::sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _};
use samara::error::Code;
use samara::graphql::{Api, Options, Request};
use samara::prelude::*;
use samara::testing::{self, on_both};
use serde_json::{Value as Js, json};

use crate::admin::{fixture, served};
use crate::support::declare::{altered, attribute, named, nullable};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

async fn ask(engine: &Engine, operation: &str) -> Js {
    let api = Api::new(engine.clone(), Options::default()).unwrap();
    let response = api.execute(&engine.context(samara::context::Actor::Anonymous), Request::new(operation)).await;
    serde_json::from_slice(&response.body).unwrap()
}

/// Three races that differ in everything; the last one holds what is at the end of each type, and nothing where that may be.
async fn announce(engine: &Engine) -> [Race; 3] {
    let cx = engine.system("tests");
    let spa = Race::announce()
        .name("Spa")
        .laps(44)
        .purse(70_000)
        .slope(-0.0)
        .grip(0.30000000000000004)
        .held_on(date("2026-08-30"))
        .starts_at(time("15:00:00"))
        .longest(minutes(2))
        .badge(Bytes::from_static(&[0, 255]));
    let monza = Race::announce()
        .name("Monza")
        .laps(53)
        .purse(-1)
        .slope(0.1)
        .grip(-1e300)
        .held_on(date("2026-09-06"))
        .starts_at(time("15:00:00.000001"))
        .longest(Duration::microseconds(-1))
        .badge(Bytes::new());
    let last =
        Race::announce().name("Never").laps(i16::MAX).crowd(i32::MIN).slope(f64::MAX).held_on(date("9999-12-31"));
    [spa.run(&cx).await.unwrap(), monza.run(&cx).await.unwrap(), last.run(&cx).await.unwrap()]
}

#[tokio::test]
async fn what_is_stored_comes_back() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let [spa, _, never] = announce(&engine).await;
        let spa = Race::get(spa.id).run(&cx).await.unwrap().unwrap();
        assert_eq!((spa.laps, spa.crowd, spa.purse), (44, 100, Some(70_000)));
        assert_eq!((spa.slope, spa.grip), (0.0, Some(0.30000000000000004)));
        assert!(spa.slope.is_sign_positive(), "there is one zero");
        assert_eq!((spa.held_on, spa.starts_at), (date("2026-08-30"), Some(time("15:00:00"))));
        assert_eq!((spa.longest, spa.badge.as_deref()), (minutes(2), Some(&[0, 255][..])));
        let never = Race::get(never.id).run(&cx).await.unwrap().unwrap();
        assert_eq!((never.laps, never.crowd, never.purse), (i16::MAX, i32::MIN, None));
        assert_eq!((never.slope, never.grip), (f64::MAX, None));
        assert_eq!((never.held_on, never.starts_at, never.longest), (date("9999-12-31"), None, minutes(90)));
        assert_eq!(never.badge, None);
    })
    .await;
}

#[tokio::test]
async fn expressions_know_every_scalar() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let [spa, ..] = announce(&engine).await;
        macro_rules! found {
            ($($filter:tt)*) => {
                Race::query().filter(expr!($($filter)*)).sort(|it| it.name).select(|it| it.name).all(&cx).await.unwrap().join(" ")
            };
        }
        let (day, clock, span, raw) = (date("2026-08-30"), time("15:00:00"), minutes(2), Bytes::from_static(&[0, 255]));
        assert_eq!(found!(|it| it.laps > 44), "Monza Never");
        assert_eq!(found!(|it| it.laps + it.crowd == 144), "Spa");
        assert_eq!(found!(|it| it.purse.is_in([-1, 70_000])), "Monza Spa");
        assert_eq!(found!(|it| it.slope == 0.0), "Spa");
        assert_eq!(found!(|it| it.slope / 3.0 == value!(0.1 / 3.0)), "Monza");
        assert_eq!(found!(|it| it.grip == 0.30000000000000004 || it.grip.is_none()), "Never Spa");
        assert_eq!(found!(|it| it.held_on > day), "Monza Never");
        assert_eq!(found!(|it| it.starts_at <= clock), "Spa");
        assert_eq!(found!(|it| it.longest + span >= minutes(2)), "Never Spa");
        assert_eq!(found!(|it| it.longest.is_in([span])), "Spa");
        assert_eq!(found!(|it| it.badge == raw), "Spa");
        assert_eq!(found!(|it| it.badge.is_in([Bytes::new(), Bytes::from_static(b"x")])), "Monza");
        assert_eq!(found!(|it| it.inserted_at + it.longest > it.inserted_at), "Never Spa");
        assert_eq!(found!(|it| it.inserted_at - it.longest > it.inserted_at), "Monza");
        Round::drive().race(spa.id).took(seconds(107)).run(&cx).await.unwrap();
        Round::drive().race(spa.id).took(Duration::milliseconds(106_300)).run(&cx).await.unwrap();
        assert_eq!(found!(|it| it.driven() == Duration::milliseconds(213_300)), "Spa");
        let spa = Race::get(spa.id).select(|it| (it.laps, it.at_most(), it.driven(), it.steepness())).run(&cx).await;
        let expected: (i16, Duration, Duration, Option<f64>) =
            (44, minutes(88), Duration::milliseconds(213_300), Some(0.0));
        assert_eq!(spa.unwrap().unwrap(), expected);
    })
    .await;
}

#[tokio::test]
async fn what_no_scalar_holds_is_refused() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let [spa, _, never] = announce(&engine).await;
        for (call, field, message) in [
            (Race::change(spa.id).slope(f64::NAN), "slope", "must be a finite number"),
            (Race::change(spa.id).grip(f64::INFINITY), "grip", "must be a finite number"),
            (Race::change(spa.id).laps(0), "laps", "must be at least 1"),
            (Race::change(spa.id).held_on(Date::MAX), "held_on", "must lie in the years 0 to 9999"),
            (Race::change(spa.id).longest(Duration::MAX), "longest", "is too long a span of time"),
            (Race::change(spa.id).badge(Bytes::from_static(b"12345")), "badge", "must have at most 4 bytes"),
        ] {
            let error = call.run(&cx).await.unwrap_err();
            let problem = &error.problems()[0];
            assert_eq!((problem.code, problem.message.as_str()), (Code::Invalid, message));
            assert_eq!(problem.fields, [field]);
        }
        // What an expression makes of a narrow number is looked at too.
        let error = Race::extend(never.id).run(&cx).await.unwrap_err();
        assert_eq!((error.code(), error.problems()[0].message.as_str()), (Code::Invalid, "is out of range"));
        assert_eq!(error.problems()[0].fields, ["laps"]);
        let spa = Race::extend(spa.id).run(&cx).await.unwrap();
        assert_eq!((spa.laps, spa.slope), (45, 0.0));
        let infinite = Race::query().filter(expr!(|it| it.slope * 10.0 > 1.0)).all(&cx).await.unwrap_err();
        assert_eq!(infinite.code(), Code::Invalid, "{infinite:?}");
        let tiny = Race::query().filter(expr!(|it| it.slope * 1e-300 * 1e-300 == 0.0)).count(&cx).await;
        assert_eq!(tiny.unwrap_err().code(), Code::Invalid, "too small to be told from zero");
        let error = Race::query().filter(expr!(|it| it.slope > value!(f64::NAN))).all(&cx).await.unwrap_err();
        assert_eq!(error.problems()[0].message, "a value in a filter must be a finite number");
        let error = Race::query().filter(expr!(|it| it.held_on < value!(Date::MAX))).all(&cx).await.unwrap_err();
        assert_eq!(error.problems()[0].message, "a value in a filter must lie in the years 0 to 9999");
    })
    .await;
}

#[tokio::test]
async fn graphql_reads_and_writes_every_scalar() {
    on_both(&App::application(), async |engine| {
        let announce = r#"mutation { announceRace(input: {
            name: "Spa", laps: 44, crowd: 7, purse: -1, slope: 1, grip: 0.1, heldOn: "2026-08-30", startsAt: "15:00",
            longest: "PT1M30.5S", badge: "AP8="
        }) { result { laps crowd purse slope grip heldOn startsAt longest badge atMost driven } errors { message fields } } }"#;
        let expected = json!({
            "laps": 44, "crowd": 7, "purse": -1, "slope": 1, "grip": 0.1, "heldOn": "2026-08-30", "startsAt": "15:00:00.000000",
            "longest": "PT1M30.5S", "badge": "AP8=", "atMost": "PT1H6M22S", "driven": "PT0S",
        });
        let answer = ask(&engine, announce).await;
        assert_eq!(answer["data"]["announceRace"], json!({ "result": expected, "errors": [] }), "{answer}");
        let repeat = r#"{ repeatRace(small: -32768, part: 2, day: "0000-01-01", clock: "23:59:59.9999999", span: "-P1D", raw: "") {
            small part day clock span raw
        } }"#;
        let expected = json!({
            "small": -32768, "part": 2, "day": "0000-01-01", "clock": "23:59:59.999999", "span": "-PT24H", "raw": "",
        });
        assert_eq!(ask(&engine, repeat).await["data"]["repeatRace"], expected);
        let wide = ask(&engine, r#"{ repeatRace(small: 32768, part: 2, day: "0000-01-01", clock: "00:00", span: "PT0S", raw: "") { small } }"#);
        assert!(wide.await.to_string().contains("must be at most 32767"));
        let mistyped = [
            ("laps", "1.5"),
            ("laps", "2147483648"),
            ("slope", "\"0.1\""),
            ("slope", "1e999"),
            ("heldOn", "\"2026-02-30\""),
            ("startsAt", "\"24:00\""),
            ("longest", "\"P1M\""),
            ("longest", "90"),
            ("badge", "\"AP8\""),
        ];
        for (field, literal) in mistyped {
            let input = format!("{{ {field}: {literal} }}");
            let change = format!("mutation {{ changeRace(id: \"x\", input: {input}) {{ result {{ id }} }} }}");
            let answer = ask(&engine, &change).await;
            assert_eq!(answer["data"], Js::Null, "{field}: {literal}: {answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn graphql_filters_orders_and_pages_by_every_scalar() {
    on_both(&App::application(), async |engine| {
        announce(&engine).await;
        let names = |answer: &Js| {
            let nodes = answer["data"]["races"]["nodes"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
            nodes.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
        };
        for (filter, expected) in [
            ("laps: { lte: 53 }", "Monza Spa"),
            ("laps: { eq: 2147483647 }", ""),
            ("crowd: { in: [100] }", "Monza Spa"),
            ("slope: { eq: 0 }", "Spa"),
            ("slope: { gt: 0.05, lt: 1e308 }", "Monza"),
            ("grip: { in: [0.30000000000000004, 5] }", "Spa"),
            ("grip: { isNil: true }", "Never"),
            ("heldOn: { gte: \"2026-09-06\" }", "Monza Never"),
            ("startsAt: { gt: \"15:00\" }", "Monza"),
            ("startsAt: { notIn: [\"15:00:00\"] }", "Monza"),
            ("longest: { lt: \"PT0S\" }", "Monza"),
            ("longest: { in: [\"P0DT90M\"] }", "Never"),
            ("badge: { eq: \"AP8=\" }", "Spa"),
            ("badge: { eq: \"\" }", "Monza"),
            ("badge: { isNil: false }", "Monza Spa"),
            ("atMost: { gte: \"PT88M\" }", "Never Spa"),
            ("or: [{ startsAt: { eq: \"15:00\" } }, { startsAt: { eq: \"15:00:00.000001\" } }]", "Monza Spa"),
        ] {
            let answer = ask(&engine, &format!("{{ races(filter: {{ {filter} }}) {{ nodes {{ name }} }} }}")).await;
            assert_eq!(names(&answer), expected, "{filter}");
        }
        for (field, expected) in [
            ("LAPS", "Spa Monza Never"),
            ("CROWD", "Never Monza Spa"),
            ("PURSE", "Monza Spa Never"),
            ("SLOPE", "Spa Monza Never"),
            ("GRIP", "Monza Spa Never"),
            ("HELD_ON", "Spa Monza Never"),
            ("STARTS_AT", "Spa Monza Never"),
            ("LONGEST", "Monza Spa Never"),
            ("AT_MOST", "Monza Spa Never"),
        ] {
            let mut after = String::new();
            let mut paged = Vec::new();
            for _ in 0..3 {
                let sort = format!("sort: [{{ field: {field} }}, {{ field: NAME }}]");
                let page =
                    format!("{{ races({sort}, first: 1{after}) {{ nodes {{ name }} pageInfo {{ endCursor }} }} }}");
                let answer = ask(&engine, &page).await;
                paged.push(names(&answer));
                after = format!(", after: {}", answer["data"]["races"]["pageInfo"]["endCursor"]);
            }
            assert_eq!(paged.join(" "), expected, "{field}");
        }
        let badge = ask(&engine, "{ races(sort: [{ field: BADGE }]) { nodes { name } } }").await;
        assert!(
            badge["errors"][0]["message"].as_str().unwrap().contains("RaceSortField"),
            "bytes have no order: {badge}"
        );
    })
    .await;
}

#[tokio::test]
async fn entities_read_and_write_every_scalar() {
    on_both(&App::application(), async |engine| {
        let [spa, ..] = announce(&engine).await;
        let database = engine.system("tests").unpoliced("what no action says");
        let found = race_entity::Entity::find()
            .filter(race_entity::Column::HeldOn.eq(Stored(date("2026-08-30"))))
            .filter(race_entity::Column::Longest.eq(Stored(minutes(2))))
            .filter(race_entity::Column::StartsAt.lt(Stored(time("15:00:00.000001"))))
            .filter(race_entity::Column::Badge.eq(Stored(Bytes::from_static(&[0, 255]))));
        let found = found.one(&database).await.unwrap().unwrap();
        assert_eq!((*found.id, found.laps, found.slope), (spa.id, 44, 0.0));
        assert_eq!((*found.held_on, *found.longest), (date("2026-08-30"), minutes(2)));
        assert_eq!(found.starts_at.map(|it| *it), Some(time("15:00:00")));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_value_of_its_type_is_a_failed_field() {
    for (backend, column, stored) in [
        (Backend::Sqlite, "slope", "'steep'"),
        (Backend::Sqlite, "slope", "9e999"),
        (Backend::Sqlite, "held_on", "'2026-8-30'"),
        (Backend::Sqlite, "starts_at", "'noon'"),
        (Backend::Sqlite, "badge", "'text'"),
        (Backend::Sqlite, "laps", "32768"),
        (Backend::Postgres, "slope", "'NaN'"),
        (Backend::Postgres, "slope", "'-infinity'"),
        (Backend::Postgres, "held_on", "'infinity'"),
        (Backend::Postgres, "held_on", "'10000-01-01'"),
        (Backend::Postgres, "starts_at", "'24:00:00'"),
        (Backend::Postgres, "laps", "32768"),
    ] {
        testing::on(backend, &App::application(), async |engine| {
            let [spa, ..] = announce(&engine).await;
            let set = format!("UPDATE races SET {column} = {stored} WHERE name = 'Spa'");
            engine.system("tests").unpoliced("what nobody should do").execute_unprepared(&set).await.unwrap();
            let error = Race::get(spa.id).run(&engine.system("tests")).await.unwrap_err();
            assert_eq!(error.problems()[0].fields, [column], "{column} = {stored}: {error:?}");
            let id = spa.id;
            let answer =
                ask(&engine, &format!("{{ race(id: \"{id}\") {{ name slope heldOn startsAt badge laps }} }}")).await;
            assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{column} = {stored}: {answer}");
        })
        .await;
    }
}

#[tokio::test]
async fn forms_take_every_scalar() {
    let mut application = fixture::application();
    application.ir = altered(&application.ir, |resources| {
        let world = named(resources, "World");
        let scalars = [
            ("rank", samara::ir::Type::Integer16),
            ("height", samara::ir::Type::Float),
            ("founded_on", samara::ir::Type::Date),
            ("opens_at", samara::ir::Type::Time),
            ("visit", samara::ir::Type::Duration),
            ("seal", samara::ir::Type::Bytes),
        ];
        world.attributes.extend(scalars.clone().map(|(name, ty)| nullable(attribute(name, ty))));
        let update = world.actions.iter_mut().find(|it| it.name == "update").unwrap();
        update.accept.extend(scalars.map(|(name, _)| name.into()));
    });
    for backend in [Backend::Sqlite, Backend::Postgres] {
        testing::on(backend, &application, async |engine| {
            let served = served::Served::start(&engine).await;
            let client = served.client(served.user("Ada Admin", "ADMIN").await).await;
            let id = served::world(&client, "Harbour", "harbour").await;
            let edit = format!("/admin/worlds/{id}/edit");
            let send = async |fields: &[(&str, &str)]| {
                let form = client.get(&edit).await;
                let stamps = form.value("_stamps");
                let mut all = vec![("name", "Harbour"), ("visibility", "PUBLIC"), ("_stamps", &stamps)];
                all.extend_from_slice(fields);
                client.post(&edit, &all).await
            };
            let given = [
                ("rank", "-3"),
                ("height", "0.1"),
                ("founded_on", "2026-08-30"),
                ("opens_at", "15:00"),
                ("visit", "1:30:00"),
                ("seal", "AP8="),
            ];
            assert_eq!(send(&given).await.status, 303);
            let form = client.get(&edit).await;
            for (name, value) in given {
                let shown = if name == "opens_at" { "15:00:00" } else { value };
                if name != "seal" {
                    assert_eq!(form.value(name), shown, "{name}");
                }
            }
            assert!(form.text().contains("AP8="), "{}", form.text());
            let shown = client.get(&format!("/admin/worlds/{id}")).await.text();
            for part in ["30 Aug 2026", "15:00", "1:30:00", "2 bytes", "0.1"] {
                assert!(shown.contains(part), "{part}: {shown}");
            }
            for (name, value, told) in [
                ("rank", "40000", "must be at most 32767"),
                ("height", "NaN", "must be a number"),
                ("founded_on", "2026-02-30", "must be a date"),
                ("opens_at", "25:00", "must be a time of day"),
                ("visit", "soon", "must be a span of time"),
                ("seal", "?", "must be base64"),
            ] {
                let answer = send(&[(name, value)]).await;
                assert_eq!(answer.status, 422, "{name}");
                assert!(answer.text().contains(told), "{name}: {}", answer.text());
            }
            for (filter, found) in [
                ("rank.from=-3&rank.to=-3", true),
                ("height.from=0.2", false),
                ("founded_on.to=2026-08-30", true),
                ("opens_at.to=15:00", true),
                ("opens_at.from=15:00:01", false),
                ("visit.from=90:00", true),
                ("visit.from=PT91M", false),
            ] {
                let list = client.get(&format!("/admin/worlds?{filter}")).await;
                assert_eq!(list.status, 200, "{filter}: {}", list.text());
                assert_eq!(list.text().contains("Harbour"), found, "{filter}");
            }
        })
        .await;
    }
}
