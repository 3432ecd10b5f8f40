//! Written Rust makes the expected tree, and what is not of a body is refused.

mod rows;

use rows::{Kind, Post, User};
use samara::expr::{Actor, BuildError, Expr, Roots, Row, days, now, tree, value};
use samara::ir::{
    Arithmetic, AttributeId, CalculationId, Comparison, Many, Node, Path, RelationshipId, TextTest, TimePart, TimeUnit,
    Tree, TrimmedEnds, Type,
};
use samara::value::Value;
use samara::{__private::Body, expr, expression};
use uuid::Uuid;

/// The tree of a condition over a post and the actor.
fn of<T>(body: impl FnOnce(Row<Post>, Actor<User>) -> Expr<T>) -> Tree {
    let start = Body::start();
    let it: Roots<Post> = start.roots();
    start.tree("a test", body(it.row(), it.actor()))
}

fn of_row(body: impl FnOnce(Row<Post>) -> Expr<bool>) -> Tree {
    expr::filter::<Post>(body).unwrap()
}

fn column(path: u16, attribute: u16) -> Node {
    Node::Column { path, attribute: AttributeId::at(attribute) }
}

fn text(value: &str) -> Node {
    Node::Literal { value: Value::Text(value.into()), ty: Type::String }
}

fn kind(value: &str) -> Node {
    Node::Literal { value: Value::Text(value.into()), ty: Type::Enum("Kind".into()) }
}

fn int(value: i64) -> Node {
    Node::Literal { value: Value::Int(value), ty: Type::Integer }
}

fn flag(value: bool) -> Node {
    Node::Literal { value: Value::Bool(value), ty: Type::Boolean }
}

fn compare(op: Comparison, left: u32, right: u32) -> Node {
    Node::Compare { op, left, right }
}

#[track_caller]
fn check(tree: Tree, nodes: impl Into<Vec<Node>>) {
    let nodes = nodes.into();
    assert_eq!(tree.nodes, nodes);
    assert_eq!(tree.root as usize, nodes.len() - 1);
}

#[test]
fn a_comparison() {
    #[expression]
    fn own(post: Row<Post>, actor: Actor<User>) -> bool {
        post.user_id == actor.id
    }
    let tree = of(own);
    assert_eq!((tree.row.clone(), tree.actor.clone()), (Some("Post".into()), Some("User".into())));
    assert_eq!(tree.paths, [Path::Row, Path::Actor]);
    check(tree, [column(0, 5), column(1, 0), compare(Comparison::Eq, 0, 1)]);
}

#[test]
fn and_and_or_are_flat() {
    let all = of_row(expr!(|p| p.public && p.likes > 1 && p.likes < 9));
    check(
        all,
        [
            column(0, 3),
            column(0, 2),
            int(1),
            compare(Comparison::Gt, 1, 2),
            column(0, 2),
            int(9),
            compare(Comparison::Lt, 4, 5),
            Node::And(vec![0, 3, 6]),
        ],
    );
    let one = of_row(expr!(|p| p.public || !p.public));
    check(one, [column(0, 3), column(0, 3), Node::Not(1), Node::Or(vec![0, 2])]);
}

#[test]
fn a_literal_on_the_left_changes_sides() {
    let tree = of_row(expr!(|p| 3 < p.likes));
    check(tree, [column(0, 2), int(3), compare(Comparison::Gt, 0, 1)]);
}

#[test]
fn hops_are_interned_and_scopes_are_not() {
    let tree = of_row(expr!(|p| p.user().name == "a" || p.user().age.is_some()));
    assert_eq!(tree.paths, [Path::Row, Path::Actor, Path::One { from: 0, relationship: RelationshipId::at(0) }]);
    let tree = of_row(expr!(|p| p.user().posts().any(|it| it.public) && p.user().posts().count() > 2));
    let each = Path::Each { from: 2, relationship: RelationshipId::at(0) };
    assert_eq!(
        tree.paths,
        [Path::Row, Path::Actor, Path::One { from: 0, relationship: RelationshipId::at(0) }, each, each]
    );
    check(
        tree,
        [
            column(3, 3),
            Node::Many { how: Many::Any, each: 3, condition: Some(0), value: None },
            Node::Many { how: Many::Count, each: 4, condition: None, value: None },
            int(2),
            compare(Comparison::Gt, 2, 3),
            Node::And(vec![1, 4]),
        ],
    );
}

#[test]
fn to_many_rows_are_filtered_and_summed() {
    let tree = of(|post, _| {
        let sum: Expr<i64> = post.user().posts().filter(expr!(|it| it.public)).sum(|it| it.likes);
        sum
    });
    check(
        tree,
        [column(3, 3), column(3, 2), Node::Many { how: Many::Sum, each: 3, condition: Some(0), value: Some(1) }],
    );
    let tree = of_row(expr!(|p| p.user().posts().filter(|it| it.public).all(|it| it.likes == 0)));
    check(
        tree,
        [
            column(3, 3),
            column(3, 2),
            int(0),
            compare(Comparison::Eq, 1, 2),
            flag(true),
            Node::Case { arms: vec![(0, 3)], otherwise: 4 },
            Node::Many { how: Many::All, each: 3, condition: Some(5), value: None },
        ],
    );
}

#[test]
fn the_outer_row_is_captured() {
    let tree = of_row(expr!(|p| p.user().posts().any(|it| it.title == p.title)));
    check(
        tree,
        [
            column(3, 1),
            column(0, 1),
            compare(Comparison::Eq, 0, 1),
            Node::Many { how: Many::Any, each: 3, condition: Some(2), value: None },
        ],
    );
}

#[test]
fn a_match_on_every_variant_ends_in_its_last_arm() {
    #[expression]
    fn weight(post: Row<Post>) -> i64 {
        match post.kind {
            Kind::Build | Kind::Modify => 2,
            Kind::Explore => 1,
        }
    }
    check(
        of(|post, _| weight(post)),
        [
            column(0, 4),
            kind("BUILD"),
            compare(Comparison::Eq, 0, 1),
            column(0, 4),
            kind("MODIFY"),
            compare(Comparison::Eq, 3, 4),
            Node::Or(vec![2, 5]),
            int(2),
            int(1),
            Node::Case { arms: vec![(6, 7)], otherwise: 8 },
        ],
    );
}

#[test]
fn a_match_on_what_may_be_absent_gives_null_for_it() {
    // The actor may be nobody: no arm may hold for them.
    #[expression]
    fn grown_up(actor: Actor<User>) -> bool {
        match actor.kind {
            Kind::Explore => false,
            Kind::Build | Kind::Modify => true,
        }
    }
    let tree = of(|_, actor| grown_up(actor));
    let Node::Case { arms, otherwise } = tree.root_node() else { panic!("{tree:?}") };
    assert_eq!(arms.len(), 2);
    assert_eq!(tree.nodes[*otherwise as usize], Node::Literal { value: Value::Null, ty: Type::Boolean });
}

#[test]
fn an_if_chain_is_one_case() {
    #[expression]
    fn rank(post: Row<Post>) -> i64 {
        if post.public {
            2
        } else if post.likes > 5 {
            let double = post.likes * 2;
            double + 1
        } else {
            0
        }
    }
    check(
        of(|post, _| rank(post)),
        [
            column(0, 3),
            int(2),
            column(0, 2),
            int(5),
            compare(Comparison::Gt, 2, 3),
            column(0, 2),
            int(2),
            Node::Arithmetic { op: Arithmetic::Mul, left: 5, right: 6 },
            int(1),
            Node::Arithmetic { op: Arithmetic::Add, left: 7, right: 8 },
            int(0),
            Node::Case { arms: vec![(0, 1), (4, 9)], otherwise: 10 },
        ],
    );
}

#[test]
fn an_if_in_the_middle_takes_the_type_of_its_arms() {
    let tree = of_row(expr!(|p| {
        let bound = if p.public { 1 } else { 2 };
        p.likes > bound
    }));
    check(
        tree,
        [
            column(0, 2),
            column(0, 3),
            int(1),
            int(2),
            Node::Case { arms: vec![(1, 2)], otherwise: 3 },
            compare(Comparison::Gt, 0, 4),
        ],
    );
}

#[test]
fn matches_is_a_list_of_comparisons() {
    let tree = of_row(expr!(|p| matches!(p.kind, Kind::Build | Kind::Modify)));
    check(
        tree,
        [
            column(0, 4),
            kind("BUILD"),
            compare(Comparison::Eq, 0, 1),
            column(0, 4),
            kind("MODIFY"),
            compare(Comparison::Eq, 3, 4),
            Node::Or(vec![2, 5]),
        ],
    );
}

#[test]
fn text_has_its_tests() {
    let tree = of_row(expr!(|p| p.title.to_lowercase().starts_with("a") && p.title.len() >= 3));
    check(
        tree,
        [
            column(0, 1),
            Node::Lower(0),
            text("a"),
            Node::Text { op: TextTest::StartsWith, subject: 1, pattern: 2 },
            column(0, 1),
            Node::Length(4),
            int(3),
            compare(Comparison::Ge, 5, 6),
            Node::And(vec![3, 7]),
        ],
    );
}

#[test]
fn text_is_measured_and_trimmed() {
    let tree = of_row(expr!(|p| p.title.trim().byte_len() > 3));
    let trimmed = Node::Trim { ends: TrimmedEnds::Both, text: 0 };
    check(tree, [column(0, 1), trimmed, Node::ByteLength(1), int(3), compare(Comparison::Gt, 2, 3)]);
}

#[test]
fn a_time_has_its_parts_and_beginnings() {
    let tree = of_row(expr!(|_| now().start_of_day().year() == now().weekday()));
    let start = Node::TimeStart { unit: TimeUnit::Day, time: 0 };
    let (year, weekday) = (TimePart::Year, TimePart::Weekday);
    let (left, right) = (Node::TimePart { part: year, time: 1 }, Node::TimePart { part: weekday, time: 3 });
    check(tree, [Node::Now, start, left, Node::Now, right, compare(Comparison::Eq, 2, 4)]);
}

#[test]
fn text_beside_a_case_insensitive_column_is_normalised() {
    let tree = of(|_, actor| expr!(|actor: Actor<User>| actor.email == "ANNA@example.org")(actor));
    let wanted = Node::Literal { value: Value::Text("anna@example.org".into()), ty: Type::CiString };
    check(tree, [column(1, 3), wanted, compare(Comparison::Eq, 0, 1)]);
}

#[test]
fn a_list_is_one_literal() {
    let kinds = vec![Kind::Build, Kind::Explore];
    let list = Value::List(vec![Value::Text("BUILD".into()), Value::Text("EXPLORE".into())]);
    check(
        of_row(expr!(|p| p.kind.is_in(&kinds))),
        [column(0, 4), Node::Literal { value: list, ty: Type::Enum("Kind".into()) }, Node::In { item: 0, list: 1 }],
    );
}

#[test]
fn now_is_a_node_and_spans_are_values() {
    let tree = of_row(expr!(|p| p.inserted_at > now() - days(3)));
    check(
        tree,
        [
            column(0, 7),
            Node::Now,
            Node::Literal { value: Value::Duration(259_200_000_000), ty: Type::Duration },
            Node::Arithmetic { op: Arithmetic::Sub, left: 1, right: 2 },
            compare(Comparison::Gt, 0, 3),
        ],
    );
}

#[test]
fn a_calculation_is_a_node() {
    let tree = of_row(expr!(|p| p.user().total() > 3));
    check(
        tree,
        [Node::Calculation { path: 2, calculation: CalculationId::at(0) }, int(3), compare(Comparison::Gt, 0, 1)],
    );
}

#[test]
fn what_may_be_absent_is_asked_for() {
    let tree = of_row(expr!(|p| p.note.is_some_and(|note| note == "x") || p.note.unwrap_or("y") == "z"));
    check(
        tree,
        [
            column(0, 6),
            Node::IsNull(0),
            Node::Not(1),
            column(0, 6),
            text("x"),
            compare(Comparison::Eq, 3, 4),
            Node::And(vec![2, 5]),
            column(0, 6),
            text("y"),
            Node::Coalesce(7, 8),
            text("z"),
            compare(Comparison::Eq, 9, 10),
            Node::Or(vec![6, 11]),
        ],
    );
    check(of(|_, actor| actor.is_present()), [column(1, 0), Node::IsNull(0), Node::Not(1)]);
}

#[test]
fn a_value_used_twice_is_one_node() {
    let tree = of_row(expr!(|p| {
        let popular = p.likes > 10;
        popular && p.public || popular && p.kind == Kind::Build
    }));
    assert_eq!(tree.nodes.iter().filter(|it| matches!(it, Node::Compare { op: Comparison::Gt, .. })).count(), 1);
}

#[test]
fn what_the_answer_does_not_need_is_left_out() {
    let tree = of_row(expr!(|p| {
        let _unused = p.user().posts().any(|it| it.public);
        p.public
    }));
    assert_eq!(tree.paths, [Path::Row, Path::Actor]);
    check(tree, [column(0, 3)]);
}

#[test]
fn and_and_or_stay_lazy() {
    fn check_lazy(wanted: Option<&str>) {
        // With `None`, the right sides would panic if they were run.
        let tree = of_row(expr!(|p| wanted.is_none() || p.title == wanted.unwrap()));
        assert_eq!(tree.nodes.len(), if wanted.is_none() { 1 } else { 3 });
        let tree = of_row(expr!(|p| wanted.is_some() && p.public && p.title == wanted.unwrap()));
        assert_eq!(tree.nodes.len(), if wanted.is_none() { 1 } else { 5 });
        let tree = of_row(expr!(|p| if wanted.is_some() { p.title == wanted.unwrap() } else { p.public }));
        assert_eq!(tree.nodes.len(), if wanted.is_none() { 1 } else { 3 });
    }
    check_lazy(None);
    check_lazy(Some("x"));
    let limit = 2;
    let unreachable = || -> &str { panic!("the right side is not evaluated") };
    let never = of_row(expr!(|p| limit > 3 && p.title == unreachable()));
    check(never, [flag(false)]);
}

#[test]
fn names_can_be_used_after_and_twice() {
    let name = String::from("x");
    let tree = of_row(expr!(|p| p.title == name || p.note == name));
    assert_eq!(tree.nodes.len(), 7);
    assert_eq!(name, "x");
}

#[test]
fn nullability_joins_in_arithmetic_and_case() {
    // The types are the test: an absent operand makes an absent answer, and nothing else does.
    let _ = of(|post, actor| {
        let _: Expr<i64> = expr::add(&post.likes, &1);
        let _: Expr<Option<i64>> = expr::add(&post.likes, &actor.age);
        let _: Expr<Option<i64>> = expr::mul(&actor.age, &post.likes);
        let _: Expr<Option<i64>> = expr::neg(&actor.age);
        let _: Expr<Option<i64>> = expr::div(&post.likes, &post.likes);
        post.public
    });
    #[expression]
    fn joined(post: Row<Post>, actor: Actor<User>) -> Option<i64> {
        let age = if post.public { post.likes } else { actor.age };
        let _: Expr<Option<i64>> = age;
        let likes = if post.public { post.likes } else { 0 };
        let _: Expr<i64> = likes;
        let weight = match actor.kind {
            Kind::Build => 2,
            Kind::Explore | Kind::Modify => 1,
        };
        let _: Expr<Option<i64>> = weight;
        if post.public { None } else { age + likes }
    }
    let tree = of(joined);
    assert!(matches!(tree.root_node(), Node::Case { .. }));
}

#[test]
fn only_a_literal_divides_for_certain() {
    #[expression]
    fn divided(post: Row<Post>, actor: Actor<User>) -> Option<i64> {
        const TWO: i64 = 2;
        let half: Expr<i64> = post.likes / 2;
        let _: Expr<i64> = half / (-0x3);
        let _: Expr<Option<i64>> = actor.age / 2;
        let _: Expr<Option<i64>> = post.likes / TWO;
        let _: Expr<Option<i64>> = post.likes / value!(2);
        let _: Expr<i64> = (post.likes / half).unwrap_or(0);
        7 / post.likes
    }
    let tree = of(divided);
    assert!(matches!(tree.root_node(), Node::Arithmetic { op: Arithmetic::Div, .. }));
}

#[test]
fn a_handle_of_another_tree_is_refused() {
    let mut smuggled = None;
    let _ = of_row(|post| {
        smuggled = Some(post);
        post.public
    });
    let foreign = smuggled.unwrap();
    let refused = |body: &dyn Fn(Row<Post>) -> Expr<bool>| {
        assert_eq!(expr::filter::<Post>(body), Err(BuildError::ForeignHandle));
    };
    refused(&|_| foreign.public);
    refused(&expr!(|p| p.public && foreign.public));
    refused(&expr!(|p| p.title == foreign.title));
    refused(&expr!(|_p| foreign.user().name == "x"));
    refused(&expr!(|p| p.public || foreign.user().posts().any(|it| it.public)));
    refused(&expr!(|p| p.likes > foreign.user().total()));
    refused(&expr!(|p| p.user().posts().any(|it| it.likes == foreign.likes)));

    let mut made = None;
    let _ = of_row(|post| {
        made = Some(expr::eq(&post.likes, &1));
        post.public
    });
    let made = made.unwrap();
    refused(&|_| made);
    refused(&expr!(|p| p.public && made));
    refused(&|_| expr::not(made));
}

#[test]
fn a_handle_of_the_outer_tree_is_refused_in_a_tree_within() {
    let mut inner = None;
    let outer = expr::filter::<Post>(|post| {
        inner = Some(expr::filter::<Post>(|_| post.public));
        post.public
    });
    assert!(outer.is_ok());
    assert_eq!(inner, Some(Err(BuildError::ForeignHandle)));
}

#[test]
fn the_roots_of_an_outer_tree_name_nothing_in_a_tree_within() {
    let mut inner = None;
    let outer = tree::<User, Uuid>(|user| {
        inner = Some(tree::<Post, bool>(|post| {
            let own = post.row().public;
            let _foreign = (user.row(), user.actor::<Row<User>>());
            own
        }));
        user.row().id
    });
    let inner = inner.unwrap().unwrap();
    assert_eq!((inner.row, inner.actor), (Some("Post".into()), None));
    assert_eq!(outer.unwrap().row, Some("User".into()));
}

#[test]
fn an_actor_of_two_resources_is_refused() {
    let two = tree::<Post, Uuid>(|it| {
        let (user, _post) = (it.actor::<Row<User>>(), it.actor::<Row<Post>>());
        user.id
    });
    assert_eq!(two, Err(BuildError::TwoActors));
}

#[test]
fn a_handle_made_outside_of_any_tree_is_refused() {
    let stray = now();
    assert_eq!(expr::filter::<Post>(expr!(|p| p.inserted_at > stray)), Err(BuildError::ForeignHandle));
}

#[test]
fn a_scope_that_escapes_its_closure_is_refused() {
    let refused = |body: &dyn Fn(Row<Post>) -> Expr<bool>| {
        assert_eq!(expr::filter::<Post>(body), Err(BuildError::EscapedScope));
    };
    let leak = |post: Row<Post>| {
        let mut leaked = None;
        let any = post.user().posts().any(|it| {
            leaked = Some(it);
            it.public
        });
        (any, leaked.unwrap())
    };
    refused(&|post| leak(post).1.public);
    refused(&|post| {
        let (any, leaked) = leak(post);
        expr::and(any, || leaked.public)
    });
    refused(&|post| {
        let (any, leaked) = leak(post);
        expr::and(any, || post.user().posts().any(|it| expr::eq(&it.likes, &leaked.likes)))
    });
    refused(&|post| leak(post).1.user().posts().any(|it| it.public));
    refused(&|post| expr::eq(&leak(post).1.user().total(), &1));
}

#[test]
#[should_panic(expected = "a test: a handle of another expression is used")]
fn a_declaration_with_a_foreign_handle_does_not_start() {
    let mut smuggled = None;
    let _ = of_row(|post| {
        smuggled = Some(post);
        post.public
    });
    let _ = of(|_, _| smuggled.unwrap().public);
}

#[test]
fn a_body_that_panics_leaves_the_stack_clean() {
    let panicked = std::panic::catch_unwind(|| of_row(|_| panic!("in a body")));
    assert!(panicked.is_err());
    assert_eq!(tree::<Post, bool>(|it| it.row().public).map(|it| it.nodes.len()), Ok(1));
}
