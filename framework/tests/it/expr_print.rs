//! Trees are shown in the declaration's language.

use samara::ir::{Arithmetic, AttributeId, Many, Node, NodeId, TextTest, TimePart, TimeUnit, Tree, TrimmedEnds, Type};
use samara::value::Value;

use crate::support::rows::APP;
use crate::support::write::{any_of, calculated, column, each, equal, literal, one, person};

fn check(expected: &str, body: impl FnOnce(&mut Tree) -> NodeId) {
    assert_eq!(person(body).display(&APP).to_string(), expected);
}

#[test]
fn hops_closures_and_calculations() {
    check("person.home().visits().any(|visit| visit.person_id == actor.id)", |tree| {
        let path = one(tree, Tree::ROW, "home");
        let each = each(tree, path, "visits");
        let (left, right) = (column(tree, each, "person_id"), column(tree, Tree::ACTOR, "id"));
        let condition = equal(tree, left, right);
        any_of(tree, each, condition)
    });
    check("person.visited().filter(|place| place.open).sum(|place| place.crowd())", |tree| {
        let each = each(tree, Tree::ROW, "visited");
        let (condition, value) = (column(tree, each, "open"), calculated(tree, each, "crowd"));
        tree.push(Node::Many { how: Many::Sum, each, condition: Some(condition), value: Some(value) })
    });
}

#[test]
fn parentheses_stand_where_rust_needs_them() {
    check("(person.active || person.trusted) && !person.active", |tree| {
        let (active, trusted) = (column(tree, Tree::ROW, "active"), column(tree, Tree::ROW, "trusted"));
        let (either, not) = (tree.push(Node::Or(vec![active, trusted])), tree.push(Node::Not(active)));
        tree.push(Node::And(vec![either, not]))
    });
    check("!(person.name == \"a\\\"b\")", |tree| {
        let (left, right) = (column(tree, Tree::ROW, "name"), literal(tree, "a\"b"));
        let equal = equal(tree, left, right);
        tree.push(Node::Not(equal))
    });
    check("person.level - (1 - 2) * 3", |tree| {
        let (one, two, three) = (literal(tree, 1), literal(tree, 2), literal(tree, 3));
        let inner = tree.push(Node::Arithmetic { op: Arithmetic::Sub, left: one, right: two });
        let right = tree.push(Node::Arithmetic { op: Arithmetic::Mul, left: inner, right: three });
        let left = column(tree, Tree::ROW, "level");
        tree.push(Node::Arithmetic { op: Arithmetic::Sub, left, right })
    });
}

#[test]
fn methods_and_branches() {
    check("if person.nick.is_some() { person.nick.unwrap_or(\"\").len() } else { 0 }", |tree| {
        let (nick, empty, zero) = (column(tree, Tree::ROW, "nick"), literal(tree, ""), literal(tree, 0));
        let none = tree.push(Node::IsNull(nick));
        let some = tree.push(Node::Not(none));
        let text = tree.push(Node::Coalesce(nick, empty));
        let length = tree.push(Node::Length(text));
        tree.push(Node::Case { arms: vec![(some, length)], otherwise: zero })
    });
    check("person.nick.trim_start().byte_len() + now().start_of_month().day_of_year()", |tree| {
        let nick = column(tree, Tree::ROW, "nick");
        let text = tree.push(Node::Trim { ends: TrimmedEnds::Start, text: nick });
        let left = tree.push(Node::ByteLength(text));
        let now = tree.push(Node::Now);
        let time = tree.push(Node::TimeStart { unit: TimeUnit::Month, time: now });
        let right = tree.push(Node::TimePart { part: TimePart::DayOfYear, time });
        tree.push(Node::Arithmetic { op: Arithmetic::Add, left, right })
    });
    check("person.mood.is_in([Mood::Calm, Mood::Merry]) && person.name.to_lowercase().starts_with(word)", |tree| {
        let (item, name) = (column(tree, Tree::ROW, "mood"), column(tree, Tree::ROW, "name"));
        let moods = ["CALM", "MERRY"].map(|it| Value::Text(it.into()));
        let list = tree.literal(Value::List(moods.into()), Type::Enum("Mood".into()));
        let is_in = tree.push(Node::In { item, list });
        let subject = tree.push(Node::Lower(name));
        let pattern = tree.push(Node::Argument { name: "word".into(), ty: Type::String });
        let starts = tree.push(Node::Text { op: TextTest::StartsWith, subject, pattern });
        tree.push(Node::And(vec![is_in, starts]))
    });
}

#[test]
fn what_is_not_there_is_shown_as_such() {
    check("person.?", |tree| tree.push(Node::Column { path: 0, attribute: AttributeId::at(99) }));
    check("!?", |tree| tree.push(Node::Not(9)));
}
