//! Policies decide: each applies to something, asks what is there, and is not settled for everybody by mistake.

use samara::ir::{Action, ActionKind, Applies, AttributeId, Node, Policy, Returns, Tree, Type};
use samara::value::Value;

use super::check;
use crate::support::declare::{action, literal, policy, tree};

fn bypass(name: &'static str, applies: impl Into<Vec<Applies>>, condition: Tree) -> Policy {
    Policy { bypass: true, ..policy(name, applies, condition) }
}

fn constant(value: bool) -> Tree {
    literal(Value::Bool(value), Type::Boolean)
}

/// Whether the row's own key is there: a condition that depends on the row.
fn asks_row() -> Tree {
    tree(Some("Tag"), None, |tree| {
        let id = tree.push(Node::Column { path: Tree::ROW, attribute: AttributeId::at(0) });
        tree.push(Node::IsNull(id))
    })
}

#[test]
fn somebody_may_run_what_is_offered() {
    let purge = || action("purge", ActionKind::Destroy);
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.policies = vec![policy("readers", [Applies::Read], asks_row())];
            tag.actions.extend([purge(), Action { public: false, ..action("sweep", ActionKind::Destroy) }]);
        },
        &[("R1040 Tag.purge:", "nobody may run it")],
    );
    for applies in [Applies::Always, Applies::Destroy, Applies::Action("purge".into())] {
        let covering = bypass("covering", [applies], asks_row());
        check(
            |it| {
                let tag = it.resource("Tag");
                tag.policies = vec![policy("readers", [Applies::Read], asks_row()), covering];
                tag.actions.push(purge());
            },
            &[],
        );
    }
}

#[test]
fn a_policy_decides_something() {
    let purge = || action("purge", ActionKind::Destroy);
    let with = |policies: Vec<Policy>, expected: &[(&str, &str)]| {
        check(
            |it| {
                let tag = it.resource("Tag");
                tag.policies = policies;
                tag.actions.push(purge());
            },
            expected,
        );
    };
    let all = || policy("all", [Applies::Always], asks_row());
    with(vec![all(), policy("writers", [Applies::Update], asks_row())], &[("R1043 Tag.writers:", "no action")]);
    with(vec![all(), policy("never", [Applies::Read], constant(false))], &[("R1043 Tag.never:", "never holds")]);
    with(vec![all(), bypass("never", [Applies::Read], constant(false))], &[("R1043 Tag.never:", "never holds")]);
    with(vec![policy("open", [Applies::Always], constant(true))], &[("R1043 Tag.open:", "say `anyone`")]);
    with(vec![Policy { anyone: true, ..policy("open", [Applies::Always], constant(true)) }], &[]);
    // A read that is open to all is usual.
    with(vec![policy("open", [Applies::Read], constant(true)), policy("purgers", [Applies::Destroy], asks_row())], &[]);
}

#[test]
fn a_policy_is_not_shadowed_by_a_bypass_that_always_holds() {
    let open = |applies: Applies| Policy { anyone: true, ..bypass("open", [applies], constant(true)) };
    let readers = || policy("readers", [Applies::Read], asks_row());
    let finding: &[(&str, &str)] = &[("R1043 Tag.open:", "so `readers` would never be asked")];
    check(|it| it.resource("Tag").policies = vec![open(Applies::Always), readers()], finding);
    check(|it| it.resource("Tag").policies = vec![readers(), open(Applies::Read)], finding);
    // One mistake is one finding, whatever it settles and whether it says `anyone` or not.
    let unsaid = Policy { anyone: false, ..open(Applies::Always) };
    let writers = policy("writers", [Applies::Destroy], asks_row());
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.actions.push(action("purge", ActionKind::Destroy));
            tag.policies = vec![readers(), unsaid, writers];
        },
        &[("R1043 Tag.open:", "so `readers`, `writers` would never be asked")],
    );
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.actions.push(action("purge", ActionKind::Destroy));
            tag.policies = vec![open(Applies::Destroy), readers()];
        },
        &[],
    );
}

#[test]
fn a_policy_of_a_function_asks_no_row() {
    let returns = || Returns::Value { ty: Type::Integer, nullable: false };
    let count = || action("count", ActionKind::Generic { query: true, returns: returns() });
    for applies in [Applies::Always, Applies::Generic, Applies::Action("count".into())] {
        check(
            |it| {
                let tag = it.resource("Tag");
                tag.actions.push(count());
                tag.policies.push(policy("rows", [applies], asks_row()));
            },
            &[("R1044 Tag.rows:", "the action `count` has none")],
        );
    }
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.actions.push(count());
            tag.policies.push(policy("rows", [Applies::Read], asks_row()));
        },
        &[],
    );
}
