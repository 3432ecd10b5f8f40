//! A declared app for tests: places, people, their badges and visits; every type, and every kind of relationship.

use samara::ir::{
    App, Argument, CalculationId, Comparison, Identity, Many, Node, OnDelete, RelationshipKind, Resource, Tree, Type,
};
use samara::value::Value;

use super::declare::{
    argument, attribute, belongs_to, calculation, domain, enumeration, has_many, nullable, relationship, resource,
    tree, unique,
};

/// The resources, in the order in which their rows can be inserted.
pub(crate) const RESOURCES: [&str; 4] = ["Place", "Person", "Badge", "Visit"];

/// Every argument that a random tree may ask for.
pub(crate) fn arguments() -> Vec<Argument> {
    [("flag", Type::Boolean), ("least", Type::Integer), ("word", Type::String), ("since", Type::Timestamp)]
        .map(|(name, ty)| argument(name, ty, true))
        .into()
}

/// The app.
pub(crate) fn app() -> App {
    let resources = vec![place(), person(), badge(), visit()];
    App::new(vec![domain("World", &resources)], resources, vec![enumeration("Mood", ["CALM", "MERRY", "CROSS"])])
}

fn place() -> Resource {
    let mut place = resource("Place", "places");
    place.attributes.extend([
        attribute("title", Type::String),
        nullable(attribute("size", Type::Integer)),
        attribute("open", Type::Boolean),
        nullable(attribute("within_id", Type::Uuid)),
    ]);
    place.relationships = vec![
        belongs_to("within", "Place", OnDelete::Nilify),
        has_many("parts", "Place", "within_id"),
        has_many("people", "Person", "home_id"),
        has_many("visits", "Visit", "place_id"),
    ];
    let crowd = tree(Some("Place"), None, |tree| {
        let each = tree.each(Tree::ROW, place.relationship("people").unwrap().0);
        tree.push(Node::Many { how: Many::Count, each, condition: None, value: None })
    });
    place.calculations = vec![calculation("crowd", Type::Integer, false, crowd)];
    place
}

fn person() -> Resource {
    let mut person = resource("Person", "people");
    person.attributes.extend([
        attribute("name", Type::String),
        nullable(attribute("nick", Type::CiString)),
        attribute("level", Type::Integer),
        nullable(attribute("score", Type::BigInteger)),
        attribute("active", Type::Boolean),
        nullable(attribute("trusted", Type::Boolean)),
        attribute("mood", Type::Enum("Mood".into())),
        nullable(attribute("wish", Type::Enum("Mood".into()))),
        attribute("seen_at", Type::Timestamp),
        nullable(attribute("left_at", Type::Timestamp)),
        attribute("detail", Type::Json),
        attribute("home_id", Type::Uuid),
        nullable(attribute("boss_id", Type::Uuid)),
        attribute("rank", Type::Integer16),
        nullable(attribute("points", Type::Integer32)),
        attribute("height", Type::Float),
        nullable(attribute("weight", Type::Float)),
        attribute("born_on", Type::Date),
        nullable(attribute("wakes_at", Type::Time)),
        attribute("played", Type::Duration),
        nullable(attribute("waited", Type::Duration)),
        nullable(attribute("badge_print", Type::Bytes)),
    ]);
    person.relationships = vec![
        belongs_to("home", "Place", OnDelete::Restrict),
        belongs_to("boss", "Person", OnDelete::Nilify),
        has_many("reports", "Person", "boss_id"),
        relationship("badge", "Badge", RelationshipKind::HasOne { attribute: "person_id".into() }),
        relationship(
            "visited",
            "Place",
            RelationshipKind::ManyToMany {
                through: "Visit".into(),
                source_attribute: "person_id".into(),
                target_attribute: "place_id".into(),
            },
        ),
    ];
    // Unknown for a person without a score: given out as false.
    let senior = tree(Some("Person"), None, |tree| {
        let left = tree.push(Node::Column { path: Tree::ROW, attribute: person.attribute("score").unwrap().0 });
        let right = tree.literal(Value::Int(1), Type::Integer);
        tree.push(Node::Compare { op: Comparison::Gt, left, right })
    });
    // Reads another calculation, through a hop.
    let crowd = tree(Some("Person"), None, |tree| {
        let [boss, home] = ["boss", "home"].map(|it| person.relationship(it).unwrap().0);
        let boss = tree.one(Tree::ROW, boss);
        let path = tree.one(boss, home);
        tree.push(Node::Calculation { path, calculation: CalculationId::at(0) })
    });
    person.calculations = vec![
        calculation("senior", Type::Boolean, false, senior),
        calculation("boss_crowd", Type::Integer, true, crowd),
    ];
    person
}

fn badge() -> Resource {
    let mut badge = resource("Badge", "badges");
    badge.attributes.extend([attribute("grade", Type::Integer), attribute("person_id", Type::Uuid)]);
    badge.relationships = vec![belongs_to("person", "Person", OnDelete::Cascade)];
    badge.identities = vec![Identity { name: "person".into(), ..unique("person_id") }];
    badge
}

fn visit() -> Resource {
    let mut visit = resource("Visit", "visits");
    visit.attributes.extend([
        nullable(attribute("stars", Type::Integer)),
        attribute("person_id", Type::Uuid),
        attribute("place_id", Type::Uuid),
    ]);
    visit.relationships =
        vec![belongs_to("person", "Person", OnDelete::Cascade), belongs_to("place", "Place", OnDelete::Cascade)];
    visit
}
