//! Folding equals full evaluation, in three modes, whatever the tree, the facts and the rows.

use std::hash::{DefaultHasher, Hasher};

use proptest::prelude::*;
use samara::evaluate::{
    Evaluation, Facts, Folded, FoldedValue, Mode, RecordRow, RowSource, evaluate, fold_condition, fold_value,
    hash_shape, same_shape, shape,
};
use samara::ir::{Arithmetic, Comparison, Many, Node, NodeId, Path, Tree, Type};
use samara::record::{Field, Input, Record};
use samara::value::{Value, ValueError};

use crate::support::rows::{APP, Partly, Rows, arguments, key, rows, time};
use crate::support::trees::{EVERYTHING, any_trees, conditions};
use crate::support::write::{any_of, column, each, equal, literal, one, person};

/// What is known when a request comes in.
struct Request<'a> {
    rows: &'a Rows,
    actor: Option<usize>,
    arguments: &'a Input,
    /// What of the actor's surroundings is loaded.
    mask: u32,
}

impl Request<'_> {
    /// Asks with everything loaded, and with what a request knows.
    fn with<T>(&self, ask: impl FnOnce(&Facts<'_>, &Facts<'_>) -> T) -> T {
        let person = APP.find("Person").unwrap();
        let actor = self.actor.map(|row| self.rows.row(person, row % self.rows.count(person)));
        let whole = actor.as_ref().map(|it| it as &dyn RowSource);
        let partly = whole.map(|row| Partly { row, mask: self.mask });
        let all = Facts { app: &APP, now: time(0), tenant: None, actor: whole, arguments: self.arguments };
        let known = Facts { actor: partly.as_ref().map(|it| it as &dyn RowSource), ..all };
        ask(&all, &known)
    }
}

fn whole(tree: &Tree, facts: &Facts<'_>, row: &dyn RowSource) -> Value {
    match evaluate(tree, facts, Some(row)).unwrap() {
        Evaluation::Known(value) => value,
        Evaluation::Unloaded => panic!("everything is loaded"),
    }
}

fn folded(folded: &FoldedValue, facts: &Facts<'_>, row: &dyn RowSource) -> Value {
    match folded {
        FoldedValue::Known(value) => value.clone(),
        FoldedValue::Residue(residue) => whole(residue, facts, row),
    }
}

fn agrees(mode: Mode, left: &Value, right: &Value) -> bool {
    let truth = |value: &Value, wanted| *value == Value::Bool(wanted);
    match mode {
        Mode::Positive => truth(left, true) == truth(right, true),
        Mode::Negative => truth(left, false) == truth(right, false),
        Mode::Exact => left == right,
    }
}

fn mask() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), Just(u32::MAX), Just(0xffff_0000), any::<u32>()]
}

/// What holds of every residue, whatever it was made from.
fn check_form(residue: &Tree) {
    assert_eq!(residue.root as usize, residue.nodes.len() - 1);
    for (node, index) in residue.nodes.iter().zip(0..) {
        assert!(node.operands().into_iter().all(|it| it < index), "operands come first");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn a_folded_condition_equals_full_evaluation_in_every_mode(
        tree in conditions(EVERYTHING),
        rows in rows(),
        actor in proptest::option::weighted(0.8, 0..8_usize),
        arguments in arguments(),
        mask in mask(),
    ) {
        Request { rows: &rows, actor, arguments: &arguments, mask }.with(|all, known| {
            for mode in [Mode::Positive, Mode::Negative, Mode::Exact] {
                let rest = fold_value(&tree, known, mode);
                if let FoldedValue::Residue(residue) = &rest {
                    check_form(residue);
                }
                for row in rows.all(APP.find("Person").unwrap()) {
                    let (full, folded) = (whole(&tree, all, &row), folded(&rest, all, &row));
                    prop_assert!(agrees(mode, &full, &folded), "{mode:?}: {full:?} became {folded:?}");
                }
            }
            let expected = fold_value(&tree, known, Mode::Positive);
            match fold_condition(&tree, known) {
                Folded::True => prop_assert_eq!(expected, FoldedValue::Known(Value::Bool(true))),
                Folded::False => prop_assert_eq!(expected, FoldedValue::Known(Value::Bool(false))),
                Folded::Residue(residue) => prop_assert_eq!(expected, FoldedValue::Residue(residue)),
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_folded_value_equals_full_evaluation(
        (_, tree) in any_trees(EVERYTHING),
        rows in rows(),
        actor in proptest::option::weighted(0.8, 0..8_usize),
        arguments in arguments(),
        mask in mask(),
    ) {
        Request { rows: &rows, actor, arguments: &arguments, mask }.with(|all, known| {
            let rest = fold_value(&tree, known, Mode::Exact);
            for row in rows.all(APP.find("Person").unwrap()) {
                prop_assert_eq!(whole(&tree, all, &row), folded(&rest, all, &row));
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_is_not_loaded_never_changes_an_answer(
        tree in conditions(EVERYTHING),
        rows in rows(),
        actor in proptest::option::weighted(0.8, 0..8_usize),
        arguments in arguments(),
        (mask, row_mask) in (mask(), mask()),
    ) {
        Request { rows: &rows, actor, arguments: &arguments, mask }.with(|all, known| {
            for row in rows.all(APP.find("Person").unwrap()) {
                let partly = Partly { row: &row, mask: row_mask };
                if let Evaluation::Known(value) = evaluate(&tree, known, Some(&partly)).unwrap() {
                    prop_assert_eq!(whole(&tree, all, &row), value);
                }
            }
            Ok(())
        })?;
    }
}

/// Folds for an actor of whom everything is known but what is around them.
fn fold(tree: &Tree, actor: Option<Vec<(&str, Value)>>) -> Folded {
    let resource = APP.find("Person").unwrap();
    let record = actor.map(|given| {
        let attributes = APP.resource(resource).attributes.iter().map(|attribute| {
            let given = given.iter().find(|(name, _)| attribute.name == *name);
            Field::Shown(given.map_or(Value::Null, |(_, value)| value.clone()))
        });
        Record { resource, attributes: attributes.collect(), calculations: Vec::new(), related: Vec::new() }
    });
    let row = record.as_ref().map(|it| RecordRow::new(&APP, it));
    let arguments = Input::new();
    let actor = row.as_ref().map(|it| it as &dyn RowSource);
    fold_condition(tree, &Facts { app: &APP, now: time(0), tenant: None, actor, arguments: &arguments })
}

fn residue(folded: Folded) -> Tree {
    match folded {
        Folded::Residue(residue) => residue,
        other => panic!("{other:?}"),
    }
}

/// Whether both have one shape, by comparison and by hash.
fn alike(one: &Tree, other: &Tree) -> bool {
    let hash = |tree: &Tree| {
        let mut state = DefaultHasher::new();
        hash_shape(tree, &mut state);
        state.finish()
    };
    assert_eq!(same_shape(one, other), hash(one) == hash(other));
    same_shape(one, other)
}

/// `person.boss_id == actor.id || actor.mood == Mood::Merry`, as a policy might say it.
fn own_or_merry() -> Tree {
    person(|tree| {
        let (left, right) = (column(tree, Tree::ROW, "boss_id"), column(tree, Tree::ACTOR, "id"));
        let own = equal(tree, left, right);
        let mood = column(tree, Tree::ACTOR, "mood");
        let merry = tree.literal(Value::Text("MERRY".into()), Type::Enum("Mood".into()));
        let merry = equal(tree, mood, merry);
        tree.push(Node::Or(vec![own, merry]))
    })
}

#[test]
fn a_policy_folds_to_what_the_actor_leaves_open() {
    let mood = |it: &str| ("mood", Value::Text(it.into()));
    let id = |row| ("id", Value::Uuid(key(1, row)));
    assert_eq!(fold(&own_or_merry(), Some(vec![id(0), mood("MERRY")])), Folded::True);
    assert_eq!(fold(&own_or_merry(), None), Folded::False);
    let [one, other] = [0, 1].map(|row| residue(fold(&own_or_merry(), Some(vec![id(row), mood("CALM")]))));
    assert_eq!(one.display(&APP).to_string(), format!("person.boss_id == {}", key(1, 0)));
    assert_ne!(one, other);
    assert!(alike(&one, &other), "two members share the statement");
    assert_eq!(shape(&one), shape(&other), "and it holds the values of neither");
}

#[test]
fn whether_a_fact_is_null_is_part_of_the_shape() {
    let tree = person(|tree| {
        let (level, score) = (column(tree, Tree::ROW, "level"), column(tree, Tree::ACTOR, "score"));
        let above = tree.push(Node::Compare { op: Comparison::Gt, left: level, right: score });
        let active = column(tree, Tree::ROW, "active");
        tree.push(Node::Or(vec![above, active]))
    });
    let with = |score| residue(fold(&tree, Some(vec![("score", score)])));
    assert!(!alike(&with(Value::Int(1)), &with(Value::Null)));
    assert_eq!(with(Value::Null).display(&APP).to_string(), "person.active");
}

#[test]
fn unknown_is_no_at_the_root_only() {
    // !(NULL || row.active).is_none(): with "NULL is no" inside, it would be true where `active` is false.
    let tree = person(|tree| {
        let (null, active) = (literal(tree, None), column(tree, Tree::ROW, "active"));
        let either = tree.push(Node::Or(vec![null, active]));
        let unknown = tree.push(Node::IsNull(either));
        tree.push(Node::Not(unknown))
    });
    assert_eq!(residue(fold(&tree, None)).nodes.len(), 5);
    let tree = person(|tree| literal(tree, None));
    assert_eq!(fold(&tree, None), Folded::False);
}

#[test]
fn a_branch_that_folds_away_is_not_worked_out() {
    let overflow = |tree: &mut Tree| {
        let (most, one) = (literal(tree, i64::MAX), literal(tree, 1));
        let sum = tree.push(Node::Arithmetic { op: Arithmetic::Add, left: most, right: one });
        equal(tree, sum, one)
    };
    let lazy = |operator: fn(Vec<NodeId>) -> Node, settled: bool| {
        person(|tree| {
            let (first, second) = (literal(tree, settled), overflow(tree));
            tree.push(operator(vec![first, second]))
        })
    };
    assert_eq!(fold(&lazy(Node::And, false), None), Folded::False);
    assert_eq!(fold(&lazy(Node::Or, true), None), Folded::True);
    // Where it is needed it stays, and fails when it is asked.
    let kept = residue(fold(&lazy(Node::And, true), None));
    let arguments = Input::new();
    let facts = Facts { app: &APP, now: time(0), tenant: None, actor: None, arguments: &arguments };
    assert_eq!(evaluate(&kept, &facts, None), Err(ValueError::Overflow));
}

#[test]
fn now_is_a_node_and_folds_to_the_time_of_the_request() {
    let tree = person(|tree| {
        let (seen, now) = (column(tree, Tree::ROW, "seen_at"), tree.push(Node::Now));
        let day = tree.literal(Value::Duration(86_400_000_000), Type::Duration);
        let yesterday = tree.push(Node::Arithmetic { op: Arithmetic::Sub, left: now, right: day });
        tree.push(Node::Compare { op: Comparison::Gt, left: seen, right: yesterday })
    });
    assert_eq!(tree.display(&APP).to_string(), "person.seen_at > now() - days(1)");
    let at = |index| {
        let arguments = Input::new();
        let facts = Facts { app: &APP, now: time(index), tenant: None, actor: None, arguments: &arguments };
        residue(fold_condition(&tree, &facts))
    };
    let bound = |residue: &Tree| {
        let times = residue.nodes.iter().filter_map(|it| match it {
            Node::Literal { value: Value::Timestamp(it), .. } => Some(*it),
            _ => None,
        });
        times.collect::<Vec<_>>()
    };
    assert_eq!(bound(&at(0)), [time(0) - chrono::TimeDelta::days(1)]);
    assert_eq!(bound(&at(3)), [time(3) - chrono::TimeDelta::days(1)]);
    assert!(alike(&at(0), &at(3)));
}

#[test]
fn a_node_that_is_shared_is_folded_once() {
    // Each level uses the one below twice: without sharing this would take 2^64 steps.
    let tree = person(|tree| {
        let mut id = column(tree, Tree::ROW, "active");
        for _ in 0..64 {
            let (not, null) = (tree.push(Node::Not(id)), literal(tree, None));
            id = tree.push(Node::Or(vec![id, not, null]));
        }
        id
    });
    assert!(residue(fold(&tree, None)).nodes.len() < 300);
}

#[test]
fn a_question_about_many_folds_with_its_condition() {
    let question = |how, condition: bool| {
        person(|tree| {
            let each = each(tree, Tree::ROW, "reports");
            let condition = Some(literal(tree, condition));
            tree.push(Node::Many { how, each, condition, value: None })
        })
    };
    assert_eq!(fold(&question(Many::Any, false), None), Folded::False);
    assert_eq!(fold(&question(Many::All, true), None), Folded::True);
    let shown = |how, condition| residue(fold(&question(how, condition), None)).display(&APP).to_string();
    assert_eq!(shown(Many::Any, true), "person.reports().any(|person_1| true)");
    assert_eq!(shown(Many::All, false), "!person.reports().any(|person_1| true)");
}

#[test]
fn trees_join_with_their_hops_shared_and_their_scopes_apart() {
    let tree = person(|tree| {
        let path = one(tree, Tree::ROW, "boss");
        let each = each(tree, path, "reports");
        let active = column(tree, each, "active");
        any_of(tree, each, active)
    });
    let joined = Tree::conjunction(Some("Person".into()), &[&tree, &tree]);
    assert_eq!(joined.check(&APP, &[]).unwrap().ty, Type::Boolean);
    let count = |wanted: fn(&Path) -> bool| joined.paths.iter().filter(|it| wanted(it)).count();
    assert_eq!(count(|it| matches!(it, Path::One { .. })), 1);
    assert_eq!(count(|it| matches!(it, Path::Each { .. })), 2);
    assert_eq!(
        Tree::disjunction(None, &[]).root_node(),
        &Node::Literal { value: Value::Bool(false), ty: Type::Boolean }
    );
}
