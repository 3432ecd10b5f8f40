//! An expression has one meaning: random conditions over random rows choose the same rows in memory, on SQLite and on PostgreSQL.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use samara::application::Application;
use samara::context::{Actor, Context};
use samara::engine::Engine;
use samara::error::Code;
use samara::evaluate::{Evaluation, Facts, RowSource, holds};
use samara::ir::{Action, ActionKind, App, Arithmetic, Comparison, Tree, Type};
use samara::query::Query;
use samara::record::{Field, Input, Record};
use samara::testing::on_both;
use samara::value::Value;
use uuid::Uuid;

use super::support::declare::action;
use super::support::expression::{E, col, int};
use super::support::rows::{APP, Rows, arguments, key, rows, time};
use super::support::trees::{EVERYTHING, Shape, conditions};

/// The test app, with an action that stores any row as it is.
fn application() -> Application {
    let mut resources = APP.resources().to_vec();
    for resource in &mut resources {
        let accept = resource.attributes.iter().map(|it| it.name.clone()).collect();
        resource.actions.push(Action { accept, public: false, ..action("store", ActionKind::Create) });
    }
    Application::new(App::new(APP.domains().to_vec(), resources, APP.enums().to_vec()), Vec::new())
}

async fn store(engine: &Engine, rows: &Rows) {
    let system = engine.system("tests");
    for table in ["visits", "badges", "people", "places"] {
        let sql = format!("DELETE FROM {table}");
        sea_orm::ConnectionTrait::execute_unprepared(&engine.system("a test").unpoliced("what no action does"), &sql)
            .await
            .unwrap();
    }
    let stored = system.transaction(async |cx| {
        for (resource, declared) in APP.resources_by_id() {
            let stored = cx.engine().app().find(&declared.name).unwrap();
            for row in 0..rows.count(resource) {
                let mut input = Input::new();
                for (attribute, value) in declared.attributes.iter().zip(rows.values(resource, row)) {
                    input.set(attribute.name.clone(), value.clone());
                }
                cx.create(stored, "store", input).await?;
            }
        }
        Ok(())
    });
    stored.await.unwrap();
}

fn acting(engine: &Engine, rows: &Rows, actor: Option<usize>) -> Context {
    let person = APP.find("Person").unwrap();
    let resource = engine.app().find("Person").unwrap();
    let actor = match actor {
        None => Actor::Anonymous,
        Some(row) => {
            let values = rows.values(person, row % rows.count(person));
            let attributes = values.iter().cloned().map(Field::Shown).collect();
            Actor::Record(Arc::new(Record { resource, attributes, calculations: vec![], related: vec![] }))
        }
    };
    engine.context(actor).with_now(time(0))
}

/// The rows of the tree's resource for which it holds in memory, in order; `None` if it has a fault for one of them.
fn in_memory(tree: &Tree, rows: &Rows, actor: Option<usize>, arguments: &Input) -> Option<Vec<Uuid>> {
    let person = APP.find("Person").unwrap();
    let actor = actor.map(|row| rows.row(person, row % rows.count(person)));
    let facts = Facts {
        app: &APP,
        now: time(0),
        tenant: None,
        actor: actor.as_ref().map(|it| it as &dyn RowSource),
        arguments,
    };
    let resource = APP.find(tree.row.as_ref().unwrap()).unwrap();
    let mut chosen = Vec::new();
    for (row, stored) in rows.all(resource).iter().enumerate() {
        if holds(tree, &facts, Some(stored as &dyn RowSource)).ok()? == Evaluation::Known(true) {
            chosen.push(key(resource.position(), row));
        }
    }
    Some(chosen)
}

/// Puts the arguments in: only actions have them, and this is a plain filter.
fn given(tree: &Tree, arguments: &Input) -> Tree {
    let mut tree = tree.clone();
    for node in &mut tree.nodes {
        if let samara::ir::Node::Argument { name, ty } = node {
            let value = arguments.get(name).cloned().unwrap_or(Value::Null);
            *node = samara::ir::Node::Literal { value, ty: ty.clone() };
        }
    }
    tree
}

fn runner(seed: u8) -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
}

#[tokio::test]
async fn conditions_choose_the_same_rows_everywhere() {
    on_both(&application(), async |engine| {
        let mut runner = runner(7);
        let actors = proptest::option::of(0..4_usize);
        let places = Shape { row: "Place", ..EVERYTHING };
        let (mut asked, mut faults) = (0, 0);
        for _ in 0..16 {
            let rows = rows().new_tree(&mut runner).unwrap().current();
            store(&engine, &rows).await;
            for round in 0..40 {
                let shape = if round % 4 == 0 { places } else { EVERYTHING };
                let case = (conditions(shape), actors.clone(), arguments());
                let (tree, actor, arguments) = case.new_tree(&mut runner).unwrap().current();
                let Some(expected) = in_memory(&tree, &rows, actor, &arguments) else {
                    faults += 1;
                    continue;
                };
                let query = Query {
                    filter: Some(given(&tree, &arguments)),
                    ..Query::unrestricted(engine.app().find(tree.row.as_ref().unwrap()).unwrap())
                };
                let cx = acting(&engine, &rows, actor);
                cx.record_statements();
                let answer = cx.read(query).await.map(|page| {
                    page.records
                        .iter()
                        .map(|it| it.id(engine.app()).and_then(|it| it.as_uuid()).unwrap())
                        .collect::<Vec<_>>()
                });
                let shown = tree.display(&APP).to_string();
                match answer {
                    Ok(answer) => assert_eq!(answer, expected, "{shown}\n{:?}", cx.recorded_statements()),
                    Err(error) => panic!("{error:?}\n{shown}\n{:?}", cx.recorded_statements()),
                }
                asked += 1;
            }
        }
        assert!(asked > 500 && faults < 100, "{asked} asked, {faults} faults");
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_an_error_and_a_quotient_by_zero_is_none() {
    on_both(&application(), async |engine| {
        let mut runner = runner(1);
        let rows = rows().new_tree(&mut runner).unwrap().current();
        store(&engine, &rows).await;
        let cx = engine.system("tests");
        let arithmetic = |op, left: E, right: E| E::Arithmetic(op, Box::new(left), Box::new(right));
        let level = || col("level");
        let lowest = || {
            let zero = arithmetic(Arithmetic::Mul, level(), int(0));
            arithmetic(Arithmetic::Add, zero, int(i64::MIN))
        };
        let large = arithmetic(Arithmetic::Add, level(), int(i64::MAX - 100));
        let asks = [
            (arithmetic(Arithmetic::Mul, large, int(4)), false),
            (arithmetic(Arithmetic::Div, lowest(), int(-1)), false),
            (arithmetic(Arithmetic::Div, level(), int(0)), true),
            (arithmetic(Arithmetic::Div, level(), level()), true),
            (arithmetic(Arithmetic::Div, lowest(), arithmetic(Arithmetic::Sub, level(), level())), true),
            (arithmetic(Arithmetic::Div, E::Lit(Value::Null, Type::Integer), level()), true),
        ];
        for (value, fine) in asks {
            let condition = value.compare(Comparison::Gt, int(0));
            let filter = Some(condition.clone().tree_for(engine.app(), Some("Person"), "Person"));
            let answer = cx.read(Query { filter, ..Query::unrestricted(engine.app().find("Person").unwrap()) }).await;
            match answer {
                Ok(_) => assert!(fine, "{condition:?}"),
                Err(error) => assert!(!fine && error.code() == Code::Invalid, "{condition:?}: {error:?}"),
            }
        }
    })
    .await;
}

/// A quotient by zero is NULL whether the divisor is a column, a literal or worked out: so it is neither equal to anything nor not.
#[tokio::test]
async fn a_quotient_by_zero_is_null_on_both() {
    on_both(&application(), async |engine| {
        let mut runner = runner(3);
        let rows = rows().new_tree(&mut runner).unwrap().current();
        store(&engine, &rows).await;
        let cx = engine.system("tests");
        let person = engine.app().find("Person").unwrap();
        let count = async |condition: E| {
            let filter = Some(condition.tree_for(engine.app(), Some("Person"), "Person"));
            cx.read(Query { filter, ..Query::unrestricted(person) }).await.unwrap().records.len()
        };
        let all = cx.read(Query::unrestricted(person)).await.unwrap().records.len();
        let zero = || E::Arithmetic(Arithmetic::Sub, Box::new(col("level")), Box::new(col("level")));
        for divisor in [int(0), zero(), E::Arithmetic(Arithmetic::Div, Box::new(zero()), Box::new(int(-3)))] {
            let quotient = E::Arithmetic(Arithmetic::Div, Box::new(int(i64::MIN)), Box::new(divisor));
            assert_eq!(count(E::IsNull(Box::new(quotient.clone()))).await, all);
            assert_eq!(count(E::Not(Box::new(quotient.eq(int(1))))).await, 0);
        }
    })
    .await;
}
