//! A value means the same on both databases: what is stored comes back, and is equal, ordered and added up alike.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use samara::application::{ActionFunction, Application, Function};
use samara::attribute::{AttributeType, Json};
use samara::changeset::Changeset;
use samara::context::Context;
use samara::database::Backend;
use samara::engine::Engine;
use samara::error::Code;
use samara::future::BoxFuture;
use samara::ir::{
    Action, ActionKind, Arithmetic, AttributeId, CalculationId, Change, Comparison, Direction, Many, Node, OnDelete,
    Resource, ResourceId, Tree, Type,
};
use samara::query::{Cursors, PageEnd, Query, Slice, SortField, SortKey};
use samara::record::{Field, Input, Record};
use samara::testing::{on, on_both};
use samara::value::{DateTimeUtc, Value, ValueError, canonical_json};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::support::declare::{
    Describe, accepting, action, altered, app, argument, attribute, belongs_to, calculation, has_many, literal,
    nullable, resource, setting, tree, unique,
};
use super::support::expression::{E, col};

/// Things of every type, in groups of their own kind.
fn application() -> Application {
    let mut thing = resource("Thing", "things");
    thing.attributes.extend([
        nullable(attribute("label", Type::String)),
        nullable(attribute("tag", Type::CiString)),
        nullable(attribute("number", Type::BigInteger)),
        nullable(attribute("at", Type::Timestamp)),
        nullable(attribute("data", Type::Json)),
        attribute("detail", Type::Json).defaulting(Value::Json(json!({}))),
        nullable(attribute("group_id", Type::Uuid)),
        nullable(attribute("flag", Type::Boolean)),
    ]);
    thing.relationships = vec![belongs_to("group", "Thing", OnDelete::Cascade), has_many("items", "Thing", "group_id")];
    thing.identities = vec![unique("tag")];
    let accept = ["label", "tag", "number", "at", "data", "detail", "group_id", "flag"];
    thing.actions.push(accepting(action("store", ActionKind::Create), accept));
    let given = tree(Some("Thing"), None, |tree| tree.push(Node::Argument { name: "given".into(), ty: Type::Json }));
    let actions = [
        Action {
            arguments: vec![argument("given", Type::Json, true)],
            changes: vec![setting("data", given.clone())],
            ..action("set", ActionKind::Create)
        },
        Action {
            arguments: vec![argument("given", Type::Json, false)],
            changes: vec![setting("data", given)],
            ..action("need", ActionKind::Create)
        },
        Action { changes: vec![Change::Function { name: "blank".into() }], ..action("blank", ActionKind::Create) },
    ];
    thing.actions.extend(actions);
    thing.calculations = vec![
        calculation("total", Type::BigInteger, false, total(&thing)),
        calculation("sign", Type::String, true, sign(&thing)),
    ];
    let blank =
        ActionFunction { resource: "Thing".into(), action: "blank".into(), function: Function::Change(0, blank) };
    Application::new(app(vec![thing]), vec![blank])
}

fn blank<'a>(changeset: &'a mut Changeset, _: &'a Context) -> BoxFuture<'a, Result<(), samara::error::Error>> {
    Box::pin(async move {
        changeset.set("detail", Value::Json(json!(null)));
        Ok(())
    })
}

/// `thing.items().sum(|it| it.number)`.
fn total(thing: &Resource) -> Tree {
    tree(Some("Thing"), None, |tree| {
        let each = tree.each(Tree::ROW, thing.relationship("items").unwrap().0);
        let value = tree.push(Node::Column { path: each, attribute: attribute_id(thing, "number") });
        tree.push(Node::Many { how: Many::Sum, each, condition: None, value: Some(value) })
    })
}

/// `if thing.number < 0 { "Zero" } else if thing.number > 0 { "above" } else { "ähnlich" }`: ordered otherwise by people.
fn sign(thing: &Resource) -> Tree {
    tree(Some("Thing"), None, |tree| {
        let number = tree.push(Node::Column { path: Tree::ROW, attribute: attribute_id(thing, "number") });
        let zero = tree.literal(Value::Int(0), Type::BigInteger);
        let below = tree.push(Node::Compare { op: Comparison::Lt, left: number, right: zero });
        let above = tree.push(Node::Compare { op: Comparison::Gt, left: number, right: zero });
        let [z, a, u] = ["Zero", "above", "ähnlich"].map(|it| tree.literal(Value::Text(it.into()), Type::String));
        tree.push(Node::Case { arms: vec![(below, z), (above, a)], otherwise: u })
    })
}

/// The app's first resource.
fn thing(engine: &Engine) -> ResourceId {
    engine.app().resources_by_id().next().unwrap().0
}

fn worked_out(engine: &Engine, name: &str) -> CalculationId {
    engine.app().resource(thing(engine)).calculation(name).unwrap().0
}

fn attribute_id(thing: &Resource, attribute: &str) -> AttributeId {
    thing.attribute(attribute).unwrap().0
}

async fn store(engine: &Engine, values: &[(&'static str, Value)]) -> Result<Record, samara::error::Error> {
    let input = values.iter().fold(Input::new(), |input, (name, value)| input.with(*name, value.clone()));
    engine.system("tests").create(thing(engine), "store", input).await
}

async fn stored(engine: &Engine, name: &'static str, value: Value) -> Uuid {
    store(engine, &[(name, value)]).await.unwrap().id(engine.app()).and_then(|it| it.as_uuid()).unwrap()
}

/// The value of an attribute of the row.
async fn value(engine: &Engine, id: Uuid, name: &str) -> Value {
    let record = engine.system("tests").get(Query::unrestricted(thing(engine)), id).await.unwrap().unwrap();
    record.attribute(attribute_id(engine.app().resource(thing(engine)), name)).shown().unwrap().clone()
}

/// The rows for which it holds.
async fn found(engine: &Engine, condition: E) -> Result<Vec<Uuid>, samara::error::Error> {
    let filter = Some(condition.tree_for(engine.app(), Some("Thing"), "Thing"));
    let page = engine.system("tests").read(Query { filter, ..Query::unrestricted(thing(engine)) }).await?;
    Ok(page.records.iter().map(|it| it.id(engine.app()).and_then(|it| it.as_uuid()).unwrap()).collect())
}

/// A column in the order of a field.
async fn ordered(engine: &Engine, field: SortField, name: &str) -> Vec<Value> {
    let sort = vec![SortKey { field, direction: Direction::Asc }];
    let page = engine.system("tests").read(Query { sort, ..Query::unrestricted(thing(engine)) }).await.unwrap();
    let at = attribute_id(engine.app().resource(thing(engine)), name);
    page.records.iter().map(|it| it.attribute(at).shown().unwrap().clone()).collect()
}

fn time(text: &str) -> DateTimeUtc {
    text.parse().unwrap()
}

#[tokio::test]
async fn every_float_comes_back_and_is_found_again() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]));
    let finite = any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |it| it.is_finite());
    let mut floats: Vec<f64> = (0..150).map(|_| finite.new_tree(&mut runner).unwrap().current()).collect();
    floats.extend([
        0.1,
        -0.0,
        5e-324,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::MIN,
        1e16,
        1e18,
        -1e18,
        1e19,
        1e20,
        2e53,
        123_456_789.0,
    ]);
    // The nearest neighbours of a number whose text is read wrongly unless all of its digits count.
    floats.extend([122.416_294_033_786_58, 122.416_294_033_786_59, 51.249_817_837_306_79]);
    on_both(&application(), async |engine| {
        for float in &floats {
            let given = json!({ "value": float });
            let id = stored(&engine, "data", Value::Json(given.clone())).await;
            let Value::Json(back) = value(&engine, id, "data").await else { panic!("no JSON") };
            assert_eq!(back["value"].as_f64(), Some(*float), "{float:e}");
            assert_eq!(back, canonical_json(given.clone()), "{float:e}");
            let same = col("data").eq(E::Lit(Value::Json(canonical_json(given)), Type::Json));
            assert!(found(&engine, same).await.unwrap().contains(&id), "{float:e}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_number_is_one_number_however_it_is_written() {
    let pairs = [
        ("1", "1.0", true),
        ("10000000000000000", "1e16", true),
        ("18446744073709551615", "1.8446744073709552e19", false),
    ];
    on_both(&application(), async |engine| {
        for (one, other, equal) in pairs {
            let [one, other] = [one, other].map(|it| canonical_json(serde_json::from_str(it).unwrap()));
            let id = stored(&engine, "data", Value::Json(one.clone())).await;
            let same = col("data").eq(E::Lit(Value::Json(other.clone()), Type::Json));
            assert_eq!(found(&engine, same).await.unwrap().contains(&id), equal, "{one} {other}");
            assert_eq!(one == other, equal, "{one} {other} in memory");
        }
    })
    .await;
}

#[tokio::test]
async fn times_keep_their_microseconds_to_both_ends() {
    let times = [
        "0000-01-01T00:00:00.000000Z",
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:00.000001Z",
        "2026-02-28T23:59:59.999999Z",
        "9999-12-31T23:59:59.999999Z",
    ]
    .map(time);
    on_both(&application(), async |engine| {
        for it in times.iter().rev() {
            let id = stored(&engine, "at", Value::Timestamp(*it)).await;
            assert_eq!(value(&engine, id, "at").await, Value::Timestamp(*it));
        }
        let at = SortField::Attribute(attribute_id(engine.app().resource(thing(&engine)), "at"));
        assert_eq!(ordered(&engine, at, "at").await, times.map(Value::Timestamp));
        let finer = times[2] + chrono::TimeDelta::nanoseconds(999);
        let id = stored(&engine, "at", Value::Timestamp(finer)).await;
        assert_eq!(value(&engine, id, "at").await, Value::Timestamp(times[2]), "cut, not rounded");
        for beyond in [times[0] - chrono::TimeDelta::microseconds(1), times[4] + chrono::TimeDelta::microseconds(1)] {
            assert_eq!(store(&engine, &[("at", Value::Timestamp(beyond))]).await.unwrap_err().code(), Code::Invalid);
        }
    })
    .await;
}

#[tokio::test]
async fn a_time_that_leaves_the_calendar_is_an_error_on_both_sides() {
    on_both(&application(), async |engine| {
        let moved = |op, micros| {
            let span = E::Lit(Value::Duration(micros), Type::Duration);
            let moved = E::Arithmetic(op, Box::new(col("at")), Box::new(span));
            moved.compare(Comparison::Ne, E::Lit(Value::Timestamp(time("2000-01-01T00:00:00Z")), Type::Timestamp))
        };
        let (first, last) = (time("0000-01-01T00:00:00Z"), time("9999-12-31T23:59:59.999999Z"));
        stored(&engine, "at", Value::Timestamp(first)).await;
        assert_eq!(found(&engine, moved(Arithmetic::Add, 0)).await.unwrap().len(), 1);
        assert_eq!(found(&engine, moved(Arithmetic::Add, 86_400_000_000)).await.unwrap().len(), 1);
        assert_eq!(found(&engine, moved(Arithmetic::Sub, 1)).await.unwrap_err().code(), Code::Invalid);
        stored(&engine, "at", Value::Timestamp(last)).await;
        assert_eq!(found(&engine, moved(Arithmetic::Add, 0)).await.unwrap().len(), 2);
        for beyond in [1, 1_000_000, i64::MAX - 1, i64::MAX] {
            assert_eq!(found(&engine, moved(Arithmetic::Add, beyond)).await.unwrap_err().code(), Code::Invalid);
        }
    })
    .await;
}

#[tokio::test]
async fn text_is_ordered_by_code_points_however_the_database_was_installed() {
    let sorted = ["", "A", "B", "Z", "_", "a", "ab", "b", "z", "Ä", "ä", "é", "𝄞"];
    on_both(&application(), async |engine| {
        for label in sorted.iter().rev() {
            stored(&engine, "label", Value::Text((*label).into())).await;
        }
        let label = SortField::Attribute(attribute_id(engine.app().resource(thing(&engine)), "label"));
        let texts: Vec<_> = sorted.iter().map(|it| Value::Text((*it).into())).collect();
        assert_eq!(ordered(&engine, label, "label").await, texts);
        for (position, least) in sorted.iter().enumerate() {
            let from = col("label").compare(Comparison::Ge, E::Lit(Value::Text((*least).into()), Type::String));
            assert_eq!(found(&engine, from).await.unwrap().len(), sorted.len() - position, "{least}");
        }
    })
    .await;
}

#[tokio::test]
async fn text_that_is_no_column_is_ordered_like_one() {
    on_both(&application(), async |engine| {
        for number in [0, 1, -1] {
            stored(&engine, "number", Value::Int(number)).await;
        }
        let numbers = ordered(&engine, SortField::Calculation(worked_out(&engine, "sign")), "number").await;
        assert_eq!(numbers, [Value::Int(-1), Value::Int(1), Value::Int(0)], "Zero, above, ähnlich");
        let mut filter = Tree::new(Some("Thing".into()), None);
        let left = filter.push(Node::Calculation { path: Tree::ROW, calculation: worked_out(&engine, "sign") });
        let right = filter.literal(Value::Text("above".into()), Type::String);
        filter.root = filter.push(Node::Compare { op: Comparison::Lt, left, right });
        let page = engine
            .system("tests")
            .read(Query { filter: Some(filter), ..Query::unrestricted(thing(&engine)) })
            .await
            .unwrap();
        assert_eq!(page.records.len(), 1, "Zero");
    })
    .await;
}

#[tokio::test]
async fn case_does_not_count_in_any_script() {
    on_both(&application(), async |engine| {
        let pairs = [("ÄPFEL", "äpfel"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ЖУК", "жук"), ("İ", "i\u{307}")];
        for (written, kept) in pairs {
            let id = stored(&engine, "tag", Value::Text(written.into())).await;
            assert_eq!(value(&engine, id, "tag").await, Value::Text(kept.into()));
            let again = store(&engine, &[("tag", Value::Text(kept.into()))]).await.unwrap_err();
            assert_eq!(again.code(), Code::Conflict, "{written} and {kept} are one");
        }
    })
    .await;
}

#[tokio::test]
async fn only_the_sum_itself_may_overflow() {
    let sums: [(&[i64], Option<i64>); 9] = [
        (&[], Some(0)),
        (&[1, 2, 3], Some(6)),
        (&[-1, -4_294_967_296], Some(-4_294_967_297)),
        (&[i64::MAX, 1, -1], Some(i64::MAX)),
        (&[i64::MIN, -1, 1], Some(i64::MIN)),
        (&[i64::MIN, i64::MAX], Some(-1)),
        (&[i64::MAX, i64::MAX, i64::MIN, i64::MIN], Some(-2)),
        (&[i64::MAX, 1], None),
        (&[i64::MIN, -1], None),
    ];
    on_both(&application(), async |engine| {
        let cx = engine.system("tests");
        for (items, expected) in sums {
            let group = stored(&engine, "number", Value::Null).await;
            for item in items {
                store(&engine, &[("number", Value::Int(*item)), ("group_id", Value::Uuid(group))]).await.unwrap();
            }
            let total = cx
                .get(
                    Query { calculations: vec![worked_out(&engine, "total")], ..Query::unrestricted(thing(&engine)) },
                    group,
                )
                .await;
            match expected {
                Some(sum) => {
                    assert_eq!(total.unwrap().unwrap().calculations[0].shown(), Some(&Value::Int(sum)), "{items:?}");
                }
                None => {
                    assert_eq!(
                        total.unwrap().unwrap().calculations[0],
                        Field::Failed(ValueError::Overflow),
                        "{items:?}"
                    )
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_long_sum_is_no_longer_than_it_is_written() {
    on_both(&application(), async |engine| {
        let sum = (0..40)
            .fold(col("number"), |sum, _| E::Arithmetic(Arithmetic::Add, Box::new(sum), Box::new(col("number"))));
        let id = stored(&engine, "number", Value::Int(-3)).await;
        let cx = engine.system("tests");
        cx.record_statements();
        let filter = sum.clone().eq(E::Lit(Value::Int(-123), Type::BigInteger));
        let filter = Some(filter.tree_for(engine.app(), Some("Thing"), "Thing"));
        let page = cx.read(Query { filter, ..Query::unrestricted(thing(&engine)) }).await.unwrap();
        assert_eq!(page.records.first().and_then(|it| it.id(engine.app())), Some(id.into()));
        assert!(cx.recorded_statements()[0].len() < 20_000);
        stored(&engine, "number", Value::Int(i64::MAX / 40)).await;
        let positive = sum.compare(Comparison::Gt, E::Lit(Value::Int(0), Type::BigInteger));
        assert_eq!(found(&engine, positive).await.unwrap_err().code(), Code::Invalid);
    })
    .await;
}

/// Values that a database takes and the declared type does not have: each is a fault of its field, in a list too, in any order.
#[tokio::test]
async fn what_is_stored_and_no_value_of_its_type_is_a_fault_of_its_field() {
    let of_sqlite = [
        ("label", "x'ff00'"),
        ("number", "'many'"),
        ("number", "1.5"),
        ("at", "'yesterday'"),
        ("at", "7"),
        ("data", "'{'"),
        ("flag", "2"),
        ("flag", "'yes'"),
    ];
    let of_postgres =
        [("at", "'infinity'"), ("at", "'-infinity'"), ("at", "'20000-01-01T00:00:00Z'"), ("at", "'0002-01-01 BC'")];
    for (backend, values) in [(Backend::Sqlite, &of_sqlite[..]), (Backend::Postgres, &of_postgres[..])] {
        on(backend, &application(), async |engine| {
            let good = stored(&engine, "label", Value::Text("good".into())).await;
            let bad = stored(&engine, "tag", Value::Text("bad".into())).await;
            for (name, value) in values {
                let sql = format!("UPDATE things SET {name} = {value} WHERE tag = 'bad'");
                engine.system("a test").unpoliced("what no action does").execute_unprepared(&sql).await.unwrap();
                let page = engine.system("tests").read(Query::unrestricted(thing(&engine))).await.unwrap();
                for record in &page.records {
                    let thing = engine.app().resource(thing(&engine));
                    let of = |name: &str| record.attribute(attribute_id(thing, name));
                    if record.id(engine.app()) == Some(good.into()) {
                        assert_eq!(
                            (of("label"), of(name).shown().is_some()),
                            (&Field::Shown(Value::Text("good".into())), true)
                        );
                    } else {
                        assert_eq!(*of(name), Field::Failed(ValueError::Unreadable), "{name} = {value}");
                        assert_eq!(*of("tag"), Field::Shown(Value::Text("bad".into())));
                    }
                }
                assert_eq!(page.records.len(), 2, "{name} = {value}");
                let restored = format!("UPDATE things SET {name} = NULL WHERE tag = 'bad'");
                engine.system("a test").unpoliced("what no action does").execute_unprepared(&restored).await.unwrap();
            }
            assert_eq!(value(&engine, bad, "at").await, Value::Null);
        })
        .await;
    }
}

/// One of them has its place in an order, and pages go on from it.
#[tokio::test]
async fn what_is_no_value_of_its_type_has_its_place_in_an_order() {
    on(Backend::Sqlite, &application(), async |engine| {
        let time = |hour: i64| Value::Timestamp(DateTimeUtc::UNIX_EPOCH + chrono::TimeDelta::hours(hour));
        for hour in 0..5 {
            store(&engine, &[("at", time(hour)), ("number", Value::Int(hour))]).await.unwrap();
        }
        let spoil = "UPDATE things SET at = '1970-01-01, at two' WHERE number = 2; UPDATE things SET number = 'many' WHERE number = 3";
        engine.system("a test").unpoliced("what no action does").execute_unprepared(spoil).await.unwrap();
        let all = engine.system("tests").read(Query::unrestricted(thing(&engine))).await.unwrap().records.len();
        for name in ["at", "number"] {
            let key = SortKey { field: SortField::Attribute(attribute_id(engine.app().resource(thing(&engine)), name)), direction: Direction::Asc };
            for from in [PageEnd::Start, PageEnd::Finish] {
                let (mut seen, mut cursor) = (Vec::new(), None);
                loop {
                    let (after, before) = if from == PageEnd::Start { (cursor, None) } else { (None, cursor) };
                    let slice = Slice::Keyset { rows: Some(1), from, after, before };
                    let query = Query { sort: vec![key.clone()], slice, cursors: Cursors::All, ..Query::unrestricted(thing(&engine)) };
                    let page = engine.system("tests").read(query).await.unwrap();
                    seen.extend(page.records.iter().map(|it| it.id(engine.app()).unwrap()));
                    if !(if from == PageEnd::Start { page.has_next } else { page.has_previous }) {
                        break;
                    }
                    cursor = page.cursors.first().cloned();
                }
                seen.sort_unstable();
                seen.dedup();
                assert_eq!(seen.len(), all, "{name}, {from:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn json_null_is_null_wherever_it_is_given() {
    on_both(&application(), async |engine| {
        let null = || Value::Json(json!(null));
        // Where a value may be absent, it is: as it is stored, shown and looked for.
        let absent = stored(&engine, "data", null()).await;
        let set = Input::new().with("given", null());
        let set = engine
            .system("tests")
            .create(thing(&engine), "set", set)
            .await
            .unwrap()
            .id(engine.app())
            .and_then(|it| it.as_uuid())
            .unwrap();
        let present = stored(&engine, "data", Value::Json(json!({ "a": null }))).await;
        for id in [absent, set] {
            assert_eq!(value(&engine, id, "data").await, Value::Null);
        }
        assert_eq!(value(&engine, present, "data").await, Value::Json(json!({ "a": null })));
        assert_eq!(found(&engine, E::IsNull(Box::new(col("data")))).await.unwrap(), [absent, set]);
        assert!(found(&engine, col("data").eq(E::Lit(null(), Type::Json))).await.unwrap().is_empty());
        // Where one must be, it is refused, whoever gives it.
        let given = Input::new().with("detail", null());
        let needed = Input::new().with("given", null());
        for (action, field, input) in [("store", "detail", given), ("need", "given", needed)] {
            let error = engine.system("tests").create(thing(&engine), action, input).await.unwrap_err();
            let problem = &error.problems()[0];
            let told = (problem.code, problem.message.as_str(), problem.fields.clone());
            assert_eq!(told, (Code::Invalid, "must not be null", vec![field.to_owned()]), "{action}");
        }
        // A function that gives it is at fault itself, and no input.
        let error = engine.system("tests").create(thing(&engine), "blank", Input::new()).await.unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, "`blank`, a change of Thing.blank, sets `detail` to what must not be null");
        assert_eq!(error.code(), Code::Internal);
        // What stands there all the same, put there by somebody else, is as if nothing did.
        let null = if engine.database().capability().native_types { "'null'::jsonb" } else { "'null'" };
        let sql = format!("UPDATE things SET data = {null} WHERE id = '{present}'");
        engine.system("a test").unpoliced("what no action does").execute_unprepared(&sql).await.unwrap();
        assert_eq!(value(&engine, present, "data").await, Value::Null);
    })
    .await;
}

#[test]
fn json_null_in_a_declaration_is_null_too() {
    let ir = altered(&application().ir, |resources| {
        for attribute in resources[0].attributes.iter_mut().filter(|it| it.ty == Type::Json) {
            attribute.default = Some(literal(Value::Json(json!(null)), Type::Json));
        }
    });
    let application = Application { ir, ..application() };
    let findings = application.verified().unwrap_err();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(format!("{findings:?}").contains("detail"), "{findings:?}");
    assert_eq!(Json::new(json!(null)).to_value(), Value::Null);
}
