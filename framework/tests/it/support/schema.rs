//! A declared app for tests: places, people, their badges and visits; every type, and every kind of relationship.

use samara::ir::{
    Action, ActionKind, App, Applies, Argument, Attribute, Calculation, Change, Comparison, Constraints, Domain, Enum,
    Generated, Identity, Many, Name, Node, OnDelete, Policy, Read, Relationship, RelationshipKind, Resource, Tree,
    Type, Variant,
};
use samara::value::Value;

/// The resources, in the order in which their rows can be inserted.
pub(crate) const RESOURCES: [&str; 4] = ["Place", "Person", "Badge", "Visit"];

/// Every argument that a random tree may ask for.
pub(crate) fn arguments() -> Vec<Argument> {
    [("flag", Type::Boolean), ("least", Type::Integer), ("word", Type::String), ("since", Type::Timestamp)]
        .map(|(name, ty)| Argument { name: name.into(), docs: String::new(), ty, nullable: true })
        .into()
}

/// The app.
pub(crate) fn app() -> App {
    let resources = vec![place(), person(), badge(), visit()];
    let names = resources.iter().map(|it| it.name.clone()).collect();
    let domain = Domain { name: "World".into(), docs: String::new(), resources: names };
    let variants = ["CALM", "MERRY", "CROSS"].map(|it| Variant { stored: it.into(), docs: String::new() });
    App::new(
        vec![domain],
        resources,
        vec![Enum { name: "Mood".into(), docs: String::new(), variants: variants.into() }],
    )
}

/// The declaration with changes that no macro makes.
pub(crate) fn altered(declared: &App, change: impl FnOnce(&mut Vec<Resource>)) -> App {
    let mut resources = declared.resources().to_vec();
    change(&mut resources);
    let app = App::new(declared.domains().to_vec(), resources, declared.enums().to_vec());
    let app = declared.admin().cloned().into_iter().fold(app, App::with_admin);
    declared.title().into_iter().fold(app, App::titled)
}

/// The resource of that name.
pub(crate) fn named<'a>(resources: &'a mut [Resource], name: &str) -> &'a mut Resource {
    resources.iter_mut().find(|it| it.name == name).unwrap()
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
    let mut crowd = Tree::new(Some("Place".into()), None);
    let each = crowd.each(Tree::ROW, 2);
    crowd.root = crowd.push(Node::Many { how: Many::Count, each, condition: None, value: None });
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
    let mut senior = Tree::new(Some("Person".into()), None);
    let left = senior.push(Node::Column { path: Tree::ROW, attribute: 4 });
    let right = senior.literal(Value::Int(1), Type::Integer);
    senior.root = senior.push(Node::Compare { op: Comparison::Gt, left, right });
    // Reads another calculation, through a hop.
    let mut crowd = Tree::new(Some("Person".into()), None);
    let boss = crowd.one(Tree::ROW, 1);
    let path = crowd.one(boss, 0);
    crowd.root = crowd.push(Node::Calculation { path, calculation: 0 });
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
    badge.identities = vec![Identity { name: "person".into(), attributes: vec!["person_id".into()] }];
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

/// A resource with a key, a primary read, a create that accepts nothing yet, and a policy that allows all.
pub(crate) fn resource(name: &'static str, table: &'static str) -> Resource {
    let mut everything = Tree::new(None, None);
    everything.root = everything.literal(Value::Bool(true), Type::Boolean);
    Resource {
        name: name.into(),
        table: table.into(),
        docs: String::new(),
        attributes: vec![Attribute {
            primary_key: true,
            generated: Some(Generated::Id),
            ..attribute("id", Type::Uuid)
        }],
        relationships: Vec::new(),
        identities: Vec::new(),
        indexes: Vec::new(),
        actions: vec![Action { primary: true, ..action("list", ActionKind::Read(Read::default())) }],
        calculations: Vec::new(),
        policies: vec![Policy {
            name: "everyone".into(),
            docs: String::new(),
            bypass: false,
            anyone: true,
            applies: vec![Applies::Always],
            condition: everything,
        }],
        field_policies: Vec::new(),
        graphql: None,
        admin: None,
        role: None,
    }
}

/// A public attribute that is never NULL.
pub(crate) fn attribute(name: impl Into<Name>, ty: Type) -> Attribute {
    Attribute {
        name: name.into(),
        docs: String::new(),
        ty,
        nullable: false,
        public: true,
        primary_key: false,
        guarded: false,
        sensitive: false,
        default: None,
        generated: None,
        constraints: Constraints::default(),
    }
}

/// The attribute, that may be NULL.
pub(crate) fn nullable(attribute: Attribute) -> Attribute {
    Attribute { nullable: true, ..attribute }
}

/// A public action that takes nothing.
pub(crate) fn action(name: impl Into<Name>, kind: ActionKind) -> Action {
    Action {
        name: name.into(),
        docs: String::new(),
        kind,
        primary: false,
        public: true,
        accept: Vec::new(),
        required: Vec::new(),
        arguments: Vec::new(),
        changes: Vec::new(),
        requirements: Vec::new(),
        before: Vec::new(),
        after: Vec::new(),
        after_commit: Vec::new(),
        graphql_name: None,
    }
}

/// The action, that takes these attributes.
pub(crate) fn accepting<const N: usize>(action: Action, attributes: [&'static str; N]) -> Action {
    Action { accept: attributes.map(Name::from).into(), ..action }
}

/// The change that gives an attribute that value.
pub(crate) fn setting(attribute: &'static str, value: Tree) -> Change {
    Change::Set { attribute: attribute.into(), value }
}

/// An argument.
pub(crate) fn argument(name: &'static str, ty: Type, nullable: bool) -> Argument {
    Argument { name: name.into(), docs: String::new(), ty, nullable }
}

/// A public relationship.
pub(crate) fn relationship(name: impl Into<Name>, target: impl Into<Name>, kind: RelationshipKind) -> Relationship {
    Relationship { name: name.into(), docs: String::new(), target: target.into(), public: true, kind }
}

/// A relationship over the key `<name>_id`.
pub(crate) fn belongs_to(name: &'static str, target: &'static str, on_delete: OnDelete) -> Relationship {
    relationship(name, target, RelationshipKind::BelongsTo { attribute: format!("{name}_id").into(), on_delete })
}

/// The other end of a `belongs_to`.
pub(crate) fn has_many(name: &'static str, target: &'static str, key: &'static str) -> Relationship {
    relationship(name, target, RelationshipKind::HasMany { attribute: key.into() })
}

/// A public calculation.
pub(crate) fn calculation(name: impl Into<Name>, ty: Type, nullable: bool, tree: Tree) -> Calculation {
    Calculation { name: name.into(), docs: String::new(), ty, nullable, public: true, unrestricted: false, tree }
}
