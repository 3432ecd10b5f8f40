//! Folding equals full evaluation, in three modes, whatever the tree, the facts and the rows.

use proptest::prelude::*;
use samara::expr::{
    Facts, Folded, FoldedValue, Mode, Outcome, Residue, RowSource, evaluate, fold_condition, fold_value,
};
use samara::ir::{Node, Tree};
use samara::record::Input;
use samara::value::Value;

use crate::support::rows::{APP, Partly, Rows, arguments, rows, time};
use crate::support::trees::{EVERYTHING, any_trees, conditions};

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
        let all = Facts { app: &APP, now: time(0), actor: whole, arguments: self.arguments };
        let known = Facts { actor: partly.as_ref().map(|it| it as &dyn RowSource), ..all };
        ask(&all, &known)
    }
}

fn whole(tree: &Tree, facts: &Facts<'_>, row: &dyn RowSource) -> Value {
    match evaluate(tree, facts, Some(row)).unwrap() {
        Outcome::Known(value) => value,
        Outcome::Unloaded => panic!("everything is loaded"),
    }
}

fn folded(folded: &FoldedValue, facts: &Facts<'_>, row: &dyn RowSource) -> Value {
    match folded {
        FoldedValue::Known(value) => value.clone(),
        FoldedValue::Residue(residue) => whole(&residue.tree, facts, row),
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
fn check_form(residue: &Residue) {
    assert_eq!(residue.tree.nodes.len(), residue.slots.len());
    assert_eq!(residue.tree.root as usize, residue.tree.nodes.len() - 1);
    for ((node, slot), index) in residue.tree.nodes.iter().zip(&residue.slots).zip(0..) {
        assert_eq!(matches!(node, Node::Literal { .. }), slot.is_some());
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
                if let Outcome::Known(value) = evaluate(&tree, known, Some(&partly)).unwrap() {
                    prop_assert_eq!(whole(&tree, all, &row), value);
                }
            }
            Ok(())
        })?;
    }
}
