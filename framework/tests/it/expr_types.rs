//! Trees are checked: types, nullability, indices, and scopes that stay in their closure.

use proptest::prelude::*;
use samara::evaluate::{Evaluation, Facts, RowSource, evaluate};
use samara::ir::{
    Argument, Arithmetic, AttributeId, Comparison, Many, Node, NodeId, NodeType, Path, RelationshipId, Tree, TreeError,
    Type,
};
use samara::value::Value;

use crate::support::rows::{APP, arguments, rows, time};
use crate::support::schema;
use crate::support::trees::{EVERYTHING, any_trees};
use crate::support::write::{any_of, calculated, column, each, equal, literal, one, person};

fn checked(body: impl FnOnce(&mut Tree) -> NodeId) -> Result<NodeType, TreeError> {
    person(body).check(&APP, &schema::arguments())
}

fn nullable(body: impl FnOnce(&mut Tree) -> NodeId) -> bool {
    checked(body).unwrap().nullable
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, ..ProptestConfig::default() })]

    #[test]
    fn a_value_is_of_the_type_that_is_given_for_it(
        (ty, tree) in any_trees(EVERYTHING),
        rows in rows(),
        actor in proptest::option::of(0..8_usize),
        arguments in arguments(),
    ) {
        let given = tree.check(&APP, &schema::arguments()).unwrap();
        // Texts mix, and so do integers: then the wider type is given.
        let fits = |it: &Type| match it {
            Type::CiString => Type::String,
            it if it.is_integer() => Type::Integer,
            other => other.clone(),
        };
        prop_assert_eq!(fits(&given.ty), fits(&ty));
        let person = APP.find("Person").unwrap();
        let actor = actor.map(|row| rows.row(person, row % rows.count(person)));
        let actor = actor.as_ref().map(|it| it as &dyn RowSource);
        let facts = Facts { app: &APP, now: time(0), tenant: None, actor, arguments: &arguments };
        for row in rows.all(person) {
            let Evaluation::Known(value) = evaluate(&tree, &facts, Some(&row)).unwrap() else { panic!("all is loaded") };
            prop_assert!(given.nullable || !value.is_null(), "{given:?} is NULL");
        }
    }
}

#[test]
fn nullability_joins_in_arithmetic() {
    let sum = |left: &'static str, right: &'static str| {
        move |tree: &mut Tree| {
            let (left, right) = (column(tree, Tree::ROW, left), column(tree, Tree::ROW, right));
            tree.push(Node::Arithmetic { op: Arithmetic::Add, left, right })
        }
    };
    assert!(!nullable(sum("level", "level")));
    assert!(nullable(sum("level", "score")));
    assert!(nullable(sum("score", "level")));
}

#[test]
fn a_quotient_is_certain_where_the_divisor_is_a_literal_other_than_zero() {
    let quotient = |divisor: fn(&mut Tree) -> NodeId| {
        move |tree: &mut Tree| {
            let (left, right) = (column(tree, Tree::ROW, "level"), divisor(tree));
            tree.push(Node::Arithmetic { op: Arithmetic::Div, left, right })
        }
    };
    assert!(!nullable(quotient(|tree| literal(tree, -2))));
    assert!(nullable(quotient(|tree| literal(tree, 0))));
    assert!(nullable(quotient(|tree| column(tree, Tree::ROW, "level"))));
}

#[test]
fn nullability_joins_in_case() {
    let case = |condition: &'static str, value: &'static str, otherwise: &'static str| {
        move |tree: &mut Tree| {
            let condition = column(tree, Tree::ROW, condition);
            let (value, otherwise) = (column(tree, Tree::ROW, value), column(tree, Tree::ROW, otherwise));
            tree.push(Node::Case { arms: vec![(condition, value)], otherwise })
        }
    };
    assert!(!nullable(case("active", "level", "level")));
    assert!(nullable(case("active", "score", "level")));
    assert!(nullable(case("active", "level", "score")));
    assert!(!nullable(case("trusted", "level", "level")), "an unknown condition is no");
}

#[test]
fn a_hop_over_a_key_that_may_be_null_may_be_null() {
    let through = |relationship: &'static str, attribute: &'static str| {
        move |tree: &mut Tree| {
            let path = one(tree, Tree::ROW, relationship);
            column(tree, path, attribute)
        }
    };
    assert!(!nullable(through("home", "title")));
    assert!(nullable(through("boss", "name")));
    assert!(nullable(through("badge", "grade")));
    assert!(nullable(|tree| column(tree, Tree::ACTOR, "name")), "nobody may be signed in");
    assert!(nullable(|tree| calculated(tree, Tree::ACTOR, "senior")));
    assert!(!nullable(|tree| {
        let (first, second) = (column(tree, Tree::ROW, "score"), column(tree, Tree::ROW, "level"));
        tree.push(Node::Coalesce(first, second))
    }));
}

#[test]
fn a_scope_that_escapes_its_closure_is_refused() {
    // people.any(|it| …) || it.active
    let escaped = checked(|tree| {
        let each = each(tree, Tree::ROW, "reports");
        let active = column(tree, each, "active");
        let inside = any_of(tree, each, active);
        tree.push(Node::Or(vec![inside, active]))
    });
    assert_eq!(escaped, Err(TreeError::Escape(2)));
    // The same through a hop, and from a closure of another scope.
    let escaped = checked(|tree| {
        let (kept, other) = (each(tree, Tree::ROW, "reports"), each(tree, Tree::ROW, "reports"));
        let path = one(tree, kept, "home");
        let open = column(tree, path, "open");
        any_of(tree, other, open)
    });
    assert_eq!(escaped, Err(TreeError::Escape(2)));
    // A scope over the rows of a scope that is not open.
    let escaped = checked(|tree| {
        let outer = each(tree, Tree::ROW, "reports");
        let inner = each(tree, outer, "reports");
        let active = column(tree, inner, "active");
        any_of(tree, inner, active)
    });
    assert_eq!(escaped, Err(TreeError::Escape(2)));
}

#[test]
fn a_closure_sees_the_rows_around_it() {
    let nested = checked(|tree| {
        let outer = each(tree, Tree::ROW, "reports");
        let inner = each(tree, outer, "reports");
        let (left, right) = (column(tree, inner, "home_id"), column(tree, outer, "home_id"));
        let same = equal(tree, left, right);
        let inside = any_of(tree, inner, same);
        any_of(tree, outer, inside)
    });
    assert_eq!(nested.unwrap().ty, Type::Boolean);
}

#[test]
fn a_scope_is_bound_once() {
    let twice = checked(|tree| {
        let each = each(tree, Tree::ROW, "reports");
        let active = column(tree, each, "active");
        let (left, right) = (any_of(tree, each, active), any_of(tree, each, active));
        tree.push(Node::And(vec![left, right]))
    });
    assert_eq!(twice, Err(TreeError::Rebound(2)));
}

#[test]
fn operands_come_first_and_exist() {
    assert_eq!(checked(|tree| tree.push(Node::Not(7))), Err(TreeError::NoNode(7)));
    assert_eq!(checked(|_| 3), Err(TreeError::NoNode(3)));
    assert_eq!(
        checked(|tree| tree.push(Node::Column { path: 9, attribute: AttributeId::at(0) })),
        Err(TreeError::NoPath(9))
    );
    let attribute = checked(|tree| tree.push(Node::Column { path: 0, attribute: AttributeId::at(99) }));
    assert_eq!(attribute, Err(TreeError::NoSuch { resource: "Person".into(), what: "attribute", index: 99 }));
    let start = checked(|tree| {
        tree.paths.swap(0, 1);
        literal(tree, true)
    });
    assert_eq!(start, Err(TreeError::Start));
}

#[test]
fn a_hop_leads_to_as_many_as_the_relationship_says() {
    let many = checked(|tree| {
        tree.paths.push(Path::One { from: 0, relationship: RelationshipId::at(2) });
        column(tree, 2, "name")
    });
    let (resource, relationship) = ("Person".into(), "reports".into());
    assert_eq!(many, Err(TreeError::Cardinality { resource, relationship, wanted: "one row" }));
}

#[test]
fn the_row_and_the_actor_are_there_if_they_are_asked() {
    let mut tree = Tree::new(None, None);
    tree.root = tree.push(Node::Column { path: Tree::ROW, attribute: AttributeId::at(0) });
    assert_eq!(tree.check(&APP, &[]), Err(TreeError::NoRow("a row")));
    let mut tree = Tree::new(Some("Nowhere".into()), None);
    tree.root = tree.push(Node::Now);
    assert_eq!(tree.check(&APP, &[]), Err(TreeError::NoResource("Nowhere".into())));
}

#[test]
fn operands_go_together() {
    let refused = |body: fn(&mut Tree) -> NodeId| matches!(checked(body), Err(TreeError::Operands { .. }));
    assert!(refused(|tree| {
        let (left, right) = (column(tree, Tree::ROW, "level"), column(tree, Tree::ROW, "name"));
        equal(tree, left, right)
    }));
    assert!(refused(|tree| {
        let detail = column(tree, Tree::ROW, "detail");
        tree.push(Node::Compare { op: Comparison::Lt, left: detail, right: detail })
    }));
    assert!(refused(|tree| {
        let now = tree.push(Node::Now);
        tree.push(Node::Arithmetic { op: Arithmetic::Sub, left: now, right: now })
    }));
    assert!(refused(|tree| {
        let level = column(tree, Tree::ROW, "level");
        tree.push(Node::Not(level))
    }));
    assert!(!refused(|tree| {
        let (left, right) = (column(tree, Tree::ROW, "nick"), column(tree, Tree::ROW, "name"));
        equal(tree, left, right)
    }));
}

#[test]
fn operators_have_the_operands_they_need() {
    assert_eq!(checked(|tree| tree.push(Node::And(Vec::new()))), Err(TreeError::Arity("`&&`")));
    let sum = checked(|tree| {
        let each = each(tree, Tree::ROW, "reports");
        tree.push(Node::Many { how: Many::Sum, each, condition: None, value: None })
    });
    assert!(matches!(sum, Err(TreeError::Arity(_))));
}

#[test]
fn literals_are_of_their_type() {
    let literal = |value, ty| checked(|tree| tree.literal(value, ty)).map(|_| ());
    let mood = || Type::Enum("Mood".into());
    assert_eq!(literal(Value::Text("CALM".into()), mood()), Ok(()));
    assert_eq!(literal(Value::Text("SAD".into()), mood()), Err(TreeError::Literal(mood())));
    assert_eq!(literal(Value::Int(1), Type::String), Err(TreeError::Literal(Type::String)));
    assert_eq!(literal(Value::Null, Type::Enum("Taste".into())), Err(TreeError::NoEnum("Taste".into())));
    assert_eq!(literal(Value::List(Vec::new()), Type::String), Err(TreeError::List), "a list only stands in `is_in`");
}

#[test]
fn arguments_are_declared() {
    let tree = person(|tree| tree.push(Node::Argument { name: "reason".into(), ty: Type::String }));
    let declared = |ty| [Argument { name: "reason".into(), docs: String::new(), ty, nullable: false }];
    assert_eq!(tree.check(&APP, &declared(Type::String)).map(|it| it.nullable), Ok(false));
    assert!(matches!(tree.check(&APP, &declared(Type::Integer)), Err(TreeError::NoArgument { .. })));
    assert!(matches!(tree.check(&APP, &[]), Err(TreeError::NoArgument { .. })));
}
