//! The reference application's declaration, written by hand as data, with one more resource for what it does not use.

use samara::application::{Application, BoxFuture, Code, Function};
use samara::changeset::Changeset;
use samara::context::Context;
use samara::error::Error;
use samara::ir::{
    Action, ActionKind, App, Applies, Argument, Attribute, Change, Comparison, Constraints, Direction, Domain, Enum,
    FieldPolicy, Generated, Graphql, Identity, Many, Name, Node, NodeId, OnDelete, Pagination, PathId, Policy, Read,
    RelationshipKind, Requirement, Resource, Returns, ReturnsField, Role, Sort, Tree, Type, Variant,
};
use samara::record::{Answer, Input};
use samara::value::Value;

use crate::support::schema::{action, attribute, belongs_to, calculation, has_many, nullable, relationship};
use crate::support::sign_in;

/// The application.
pub(crate) fn application() -> Application {
    let resources =
        vec![user(), magic_link(), session(), world(), membership(), activity(), modification(), probe(), note()];
    let names = resources.iter().map(|it| it.name.clone()).collect();
    let domain = Domain { name: "Platform".into(), docs: String::new(), resources: names };
    let code = |resource: &'static str, action: &'static str, function| Code {
        resource: resource.into(),
        action: action.into(),
        function,
    };
    let code = vec![
        code("Activity", "summary", Function::Generic(summary)),
        code("Modification", "propose", Function::Change(1, hash_source)),
        code("Probe", "echo", Function::Generic(echo)),
    ];
    Application::new(App::new(vec![domain], resources, enums()), code)
}

fn enums() -> Vec<Enum> {
    let of = |name: &'static str, variants: &[&'static str]| Enum {
        name: name.into(),
        docs: String::new(),
        variants: variants.iter().map(|it| Variant { stored: (*it).into(), docs: String::new() }).collect(),
    };
    let kinds = ["EXPLORE", "SOCIALIZE", "PERFORM", "ROLEPLAY", "STRATEGIZE", "COMPETE", "BUILD", "SCRIPT", "MODIFY"];
    vec![
        of("ActivityKind", &kinds),
        of("MembershipRole", &["GUEST", "HOST"]),
        of("ModificationState", &["PROPOSED", "APPROVED", "APPLIED", "REJECTED"]),
        of("Role", &["MEMBER", "BUILDER", "COORDINATOR", "ADMIN"]),
        of("Visibility", &["PUBLIC", "PRIVATE"]),
    ]
}

fn user() -> Resource {
    let mut it = resource("User", "users", "Someone who signs in. E-mail and role may be hidden.");
    it.role = Some(Role::Actor { identity: "email".into() });
    let email = Attribute {
        guarded: true,
        constraints: Constraints { email: true, ..Constraints::default() },
        ..attribute("email", Type::CiString)
    };
    let role = Attribute { guarded: true, ..with_default(of_enum("role", "Role"), text_tree("MEMBER", "Role")) };
    stamped(&mut it, [short_text("display_name"), email, role]);
    it.relationships = vec![
        relationship(
            "worlds",
            "World",
            RelationshipKind::ManyToMany {
                through: "Membership".into(),
                source_attribute: "user_id".into(),
                target_attribute: "world_id".into(),
            },
        ),
        has_many("activities", "Activity", "user_id"),
    ];
    it.identities = vec![Identity { name: "email".into(), attributes: vec!["email".into()] }];
    it.actions = vec![
        list([("display_name", Direction::Asc)]),
        accepting(Action { public: false, ..action("register", ActionKind::Create) }, ["email", "display_name"]),
        accepting(action("update", ActionKind::Update), ["display_name"]),
        Action {
            required: vec!["role".into()],
            graphql_name: Some("setUserRole".into()),
            ..accepting(action("set_role", ActionKind::Update), ["role"])
        },
    ];
    it.policies = vec![
        admins(),
        policy("signed_in", [Applies::Read], condition("User", present)),
        policy("oneself", [Applies::Action("update".into())], condition("User", |t| is_actor(t, 0))),
    ];
    let own = |name: &'static str, condition| FieldPolicy {
        name: name.into(),
        docs: String::new(),
        attributes: vec![name.into()],
        condition,
    };
    it.field_policies = vec![
        own(
            "email",
            condition("User", |t| {
                let any = vec![is_actor(t, 0), actor_is(t, "ADMIN")];
                t.push(Node::Or(any))
            }),
        ),
        own(
            "role",
            condition("User", |t| {
                let any = vec![is_actor(t, 0), actor_is(t, "COORDINATOR"), actor_is(t, "ADMIN")];
                t.push(Node::Or(any))
            }),
        ),
    ];
    it
}

fn magic_link() -> Resource {
    Resource { policies: vec![admins()], ..sign_in::magic_link() }
}

fn session() -> Resource {
    Resource { policies: vec![admins()], ..sign_in::session() }
}

fn world() -> Resource {
    let mut it = resource("World", "worlds", "A place where people meet.");
    let slug = Attribute { constraints: Constraints { slug: true, ..Constraints::default() }, ..short_text("slug") };
    let visibility = with_default(of_enum("visibility", "Visibility"), text_tree("PUBLIC", "Visibility"));
    let capacity = Attribute {
        constraints: Constraints { min: Some(1), max: Some(100_000), ..Constraints::default() },
        ..nullable(attribute("capacity", Type::Integer))
    };
    stamped(&mut it, [short_text("name"), slug, visibility, capacity, attribute("owner_id", Type::Uuid)]);
    it.relationships = vec![
        belongs_to("owner", "User", OnDelete::Restrict),
        has_many("memberships", "Membership", "world_id"),
        has_many("activities", "Activity", "world_id"),
        relationship("probe", "Probe", RelationshipKind::HasOne { attribute: "world_id".into() }),
    ];
    it.identities = vec![Identity { name: "slug".into(), attributes: vec!["slug".into()] }];
    it.actions = vec![
        list([("name", Direction::Asc)]),
        relating(accepting(action("create", ActionKind::Create), ["name", "slug", "visibility", "capacity"]), "owner"),
        accepting(action("update", ActionKind::Update), ["name", "visibility", "capacity"]),
        action("destroy", ActionKind::Destroy),
    ];
    it.policies = vec![
        admins(),
        policy("visible", [Applies::Read], condition("World", |t| visible(t, Tree::ROW))),
        policy("signed_in", [Applies::Create], condition("World", present)),
        policy(
            "keepers",
            [Applies::Update, Applies::Destroy],
            condition("World", |t| {
                let any = vec![is_actor(t, 5), actor_is(t, "COORDINATOR")];
                t.push(Node::Or(any))
            }),
        ),
    ];
    let mut count = Tree::new(Some("World".into()), None);
    let each = count.each(Tree::ROW, 1);
    count.root = count.push(Node::Many { how: Many::Count, each, condition: None, value: None });
    it.calculations = vec![calculation("member_count", Type::Integer, false, count)];
    it
}

fn membership() -> Resource {
    let mut it = resource("Membership", "memberships", "Someone belongs to a world.");
    let role = with_default(of_enum("role", "MembershipRole"), text_tree("GUEST", "MembershipRole"));
    stamped(&mut it, [role, attribute("world_id", Type::Uuid), attribute("user_id", Type::Uuid)]);
    it.relationships =
        vec![belongs_to("world", "World", OnDelete::Cascade), belongs_to("user", "User", OnDelete::Cascade)];
    it.identities =
        vec![Identity { name: "world_and_user".into(), attributes: vec!["world_id".into(), "user_id".into()] }];
    it.actions = vec![
        list([("inserted_at", Direction::Asc)]),
        accepting(action("create", ActionKind::Create), ["world_id", "user_id", "role"]),
        action("destroy", ActionKind::Destroy),
    ];
    it.policies = vec![
        admins(),
        policy(
            "in_sight",
            [Applies::Read],
            condition("Membership", |t| {
                let path = t.one(Tree::ROW, 0);
                let all = vec![present(t), visible(t, path)];
                t.push(Node::And(all))
            }),
        ),
        policy(
            "owner_admits",
            [Applies::Create],
            condition("Membership", |t| {
                let path = t.one(Tree::ROW, 0);
                actor_at(t, path, 5)
            }),
        ),
        policy(
            "owner_or_oneself",
            [Applies::Destroy],
            condition("Membership", |t| {
                let path = t.one(Tree::ROW, 0);
                let any = vec![actor_at(t, path, 5), is_actor(t, 3)];
                t.push(Node::Or(any))
            }),
        ),
    ];
    it
}

fn activity() -> Resource {
    let mut it = resource("Activity", "activities", "Something a person did, perhaps in a world.");
    let mut empty = Tree::new(None, None);
    empty.root = empty.literal(Value::Json(serde_json::json!({})), Type::Json);
    let mut now = Tree::new(None, None);
    now.root = now.push(Node::Now);
    stamped(
        &mut it,
        [
            of_enum("kind", "ActivityKind"),
            with_default(attribute("detail", Type::Json), empty),
            with_default(attribute("occurred_at", Type::Timestamp), now),
            attribute("user_id", Type::Uuid),
            nullable(attribute("world_id", Type::Uuid)),
        ],
    );
    it.relationships =
        vec![belongs_to("user", "User", OnDelete::Restrict), belongs_to("world", "World", OnDelete::Nilify)];
    let counts = Returns::Object {
        name: "KindCount".into(),
        docs: String::new(),
        fields: vec![
            ReturnsField {
                name: "kind".into(),
                docs: String::new(),
                ty: Type::Enum("ActivityKind".into()),
                nullable: false,
            },
            ReturnsField {
                name: "count".into(),
                docs: "How often it was done.".into(),
                ty: Type::Integer,
                nullable: false,
            },
        ],
    };
    it.actions = vec![
        list([("occurred_at", Direction::Desc)]),
        relating(
            accepting(action("record", ActionKind::Create), ["kind", "detail", "world_id", "occurred_at"]),
            "user",
        ),
        action("destroy", ActionKind::Destroy),
        Action {
            docs: "How often the actor did each kind of thing since then.".into(),
            arguments: vec![Argument {
                name: "since".into(),
                docs: "From when on it counts.".into(),
                ty: Type::Timestamp,
                nullable: false,
            }],
            ..action("summary", ActionKind::Generic { query: true, returns: Returns::List(Box::new(counts)) })
        },
    ];
    it.policies = vec![
        admins(),
        policy(
            "own",
            [Applies::Read],
            condition("Activity", |t| {
                let any = vec![is_actor(t, 4), actor_is(t, "COORDINATOR")];
                t.push(Node::Or(any))
            }),
        ),
        policy(
            "signed_in",
            [Applies::Action("record".into()), Applies::Action("summary".into())],
            condition("Activity", present),
        ),
    ];
    it
}

fn modification() -> Resource {
    let docs = "A GDScript change to the platform, proposed, approved and applied.";
    let mut it = resource("Modification", "modifications", docs);
    stamped(
        &mut it,
        [
            short_text("title"),
            attribute("source", Type::String),
            attribute("source_hash", Type::String),
            with_default(of_enum("state", "ModificationState"), text_tree("PROPOSED", "ModificationState")),
            attribute("author_id", Type::Uuid),
            nullable(attribute("approver_id", Type::Uuid)),
            nullable(attribute("world_id", Type::Uuid)),
        ],
    );
    it.relationships = vec![
        belongs_to("author", "User", OnDelete::Restrict),
        belongs_to("approver", "User", OnDelete::Restrict),
        belongs_to("world", "World", OnDelete::Nilify),
    ];
    let mut propose =
        relating(accepting(action("propose", ActionKind::Create), ["title", "source", "world_id"]), "author");
    propose.changes.push(Change::Function { name: "hash_source".into() });
    it.actions = vec![
        list([("inserted_at", Direction::Desc)]),
        propose,
        relating(step("approve", "PROPOSED", "APPROVED"), "approver"),
        relating(step("reject", "PROPOSED", "REJECTED"), "approver"),
        step("apply", "APPROVED", "APPLIED"),
    ];
    it.policies = vec![
        admins(),
        policy(
            "visible",
            [Applies::Read],
            condition("Modification", |t| {
                let public = {
                    let item = t.push(Node::Column { path: Tree::ROW, attribute: 4 });
                    let states = ["APPROVED", "APPLIED"].map(|it| Value::Text(it.into()));
                    let list = t.literal(Value::List(states.into()), Type::Enum("ModificationState".into()));
                    let all = vec![present(t), t.push(Node::In { item, list })];
                    t.push(Node::And(all))
                };
                let any = vec![is_actor(t, 5), actor_is(t, "COORDINATOR"), public];
                t.push(Node::Or(any))
            }),
        ),
        policy(
            "builders",
            [Applies::Action("propose".into())],
            condition("Modification", |t| {
                let any = vec![actor_is(t, "BUILDER"), actor_is(t, "COORDINATOR")];
                t.push(Node::Or(any))
            }),
        ),
        policy(
            "coordinators",
            ["approve", "reject", "apply"].map(|it| Applies::Action(it.into())),
            condition("Modification", |t| actor_is(t, "COORDINATOR")),
        ),
    ];
    it
}

/// What the reference application does not use: big and too large integers, booleans, a list without pages, reads with arguments,
/// a generic mutation.
fn probe() -> Resource {
    let mut it = resource("Probe", "probes", "");
    stamped(
        &mut it,
        [
            attribute("label", Type::CiString),
            nullable(attribute("total", Type::BigInteger)),
            attribute("size", Type::Integer),
            attribute("live", Type::Boolean),
            nullable(attribute("world_id", Type::Uuid)),
        ],
    );
    it.relationships = vec![belongs_to("world", "World", OnDelete::Nilify)];
    it.identities = vec![
        Identity { name: "world".into(), attributes: vec!["world_id".into()] },
        Identity { name: "label".into(), attributes: vec!["label".into()] },
    ];
    let reading = |name: &'static str, argument: &'static str, ty: Type, attribute, op, get| {
        let mut filter = Tree::new(Some("Probe".into()), None);
        let left = filter.push(Node::Column { path: Tree::ROW, attribute });
        let right = filter.push(Node::Argument { name: argument.into(), ty: ty.clone() });
        filter.root = filter.push(Node::Compare { op, left, right });
        Action {
            arguments: vec![Argument { name: argument.into(), docs: String::new(), ty, nullable: false }],
            ..action(name, ActionKind::Read(Read { get, filter: Some(filter), ..Read::default() }))
        }
    };
    let text = Returns::Value { ty: Type::String, nullable: true };
    it.actions = vec![
        Action { primary: true, ..action("list", ActionKind::Read(Read::default())) },
        reading("large", "least", Type::Integer, 3, Comparison::Ge, false),
        reading("by_label", "label", Type::CiString, 1, Comparison::Eq, true),
        accepting(action("create", ActionKind::Create), ["label", "total", "size", "live"]),
        Action {
            arguments: vec![
                Argument { name: "word".into(), docs: String::new(), ty: Type::String, nullable: true },
                Argument { name: "mood".into(), docs: String::new(), ty: Type::Boolean, nullable: true },
            ],
            ..action("echo", ActionKind::Generic { query: false, returns: text })
        },
    ];
    let mut everything = Tree::new(None, None);
    everything.root = everything.literal(Value::Bool(true), Type::Boolean);
    it.policies = vec![Policy { anyone: true, ..policy("everybody", [Applies::Always], everything) }];
    it
}

/// What everybody may leave and only admins may read.
fn note() -> Resource {
    let mut it = resource("Note", "notes", "");
    stamped(&mut it, [short_text("text")]);
    it.actions =
        vec![list([("inserted_at", Direction::Asc)]), accepting(action("leave", ActionKind::Create), ["text"])];
    let mut everything = Tree::new(None, None);
    everything.root = everything.literal(Value::Bool(true), Type::Boolean);
    it.policies = vec![admins(), Policy { anyone: true, ..policy("everybody", [Applies::Create], everything) }];
    it
}

fn echo(_: &Context, input: Input) -> BoxFuture<'_, Result<Answer, Error>> {
    Box::pin(async move {
        match input.get("word") {
            Some(Value::Text(word)) if word == "boom" => Err(Error::internal("a secret cause")),
            Some(word) => Ok(Answer::Value(word.clone())),
            None => Ok(Answer::Value(Value::Null)),
        }
    })
}

/// Counted without the database: what matters here is the way out.
fn summary(cx: &Context, input: Input) -> BoxFuture<'_, Result<Answer, Error>> {
    Box::pin(async move {
        let Some(Value::Timestamp(_)) = input.get("since") else { return Err(Error::internal("no time")) };
        let _ = cx;
        let count = |kind: &str, count| Answer::Object(vec![Value::Text(kind.into()), Value::Int(count)]);
        Ok(Answer::List(vec![count("BUILD", 2), count("SCRIPT", 1)]))
    })
}

fn hash_source(changeset: &mut Changeset, _: &Context) -> Result<(), Error> {
    if let Some(length) = changeset.value("source").and_then(|it| it.as_text()).map(str::len) {
        changeset.set("source_hash", Value::Text(format!("{length:064x}")));
    }
    Ok(())
}

fn resource(name: &'static str, table: &'static str, docs: &str) -> Resource {
    let graphql = Some(Graphql { type_name: name.into() });
    Resource { docs: docs.into(), graphql, ..crate::support::schema::resource(name, table) }
}

/// The attributes after `id`, then the timestamps.
fn stamped(resource: &mut Resource, attributes: impl IntoIterator<Item = Attribute>) {
    resource.attributes.extend(attributes);
    for (name, generated) in [("inserted_at", Generated::InsertedAt), ("updated_at", Generated::UpdatedAt)] {
        resource.attributes.push(Attribute { generated: Some(generated), ..attribute(name, Type::Timestamp) });
    }
}

fn short_text(name: &'static str) -> Attribute {
    let constraints = Constraints { min_length: Some(1), max_length: Some(80), ..Constraints::default() };
    Attribute { constraints, ..attribute(name, Type::String) }
}

fn of_enum(name: &'static str, ty: &'static str) -> Attribute {
    attribute(name, Type::Enum(ty.into()))
}

fn with_default(attribute: Attribute, default: Tree) -> Attribute {
    Attribute { default: Some(default), ..attribute }
}

fn text_tree(stored: &str, ty: &'static str) -> Tree {
    let mut tree = Tree::new(None, None);
    tree.root = tree.literal(Value::Text(stored.into()), Type::Enum(ty.into()));
    tree
}

/// The primary read, in pages.
fn list<const N: usize>(sort: [(&'static str, Direction); N]) -> Action {
    let sort = sort.map(|(field, direction)| Sort { field: field.into(), direction, private: false });
    let pagination = Some(Pagination { default: 50, max: 250 });
    let read = Read { sort: sort.into(), pagination, ..Read::default() };
    Action { primary: true, ..action("list", ActionKind::Read(read)) }
}

fn accepting<const N: usize>(action: Action, accept: [&'static str; N]) -> Action {
    Action { accept: accept.map(Name::new).into(), ..action }
}

fn relating(mut action: Action, relationship: &'static str) -> Action {
    action.changes.insert(0, Change::RelateActor { relationship: relationship.into() });
    action
}

/// From one state of a modification to the next.
fn step(name: &'static str, from: &str, to: &str) -> Action {
    let mut condition = Tree::new(Some("Modification".into()), None);
    let left = condition.push(Node::Column { path: Tree::ROW, attribute: 4 });
    let right = condition.literal(Value::Text(from.into()), Type::Enum("ModificationState".into()));
    condition.root = condition.push(Node::Compare { op: Comparison::Eq, left, right });
    let message = format!("only a {} modification can do that", from.to_lowercase());
    let requirement = Requirement { old: true, condition, message, fields: vec!["state".into()] };
    let change = Change::Set { attribute: "state".into(), value: text_tree(to, "ModificationState") };
    Action { changes: vec![change], requirements: vec![requirement], ..action(name, ActionKind::Update) }
}

fn policy(name: &'static str, applies: impl Into<Vec<Applies>>, condition: Tree) -> Policy {
    Policy { name: name.into(), docs: String::new(), bypass: false, anyone: false, applies: applies.into(), condition }
}

fn admins() -> Policy {
    let condition = condition("User", |t| actor_is(t, "ADMIN"));
    Policy { bypass: true, ..policy("admins", [Applies::Always], Tree { row: None, ..condition }) }
}

fn condition(row: &'static str, body: impl FnOnce(&mut Tree) -> NodeId) -> Tree {
    let mut tree = Tree::new(Some(row.into()), Some("User".into()));
    tree.root = body(&mut tree);
    tree
}

fn present(tree: &mut Tree) -> NodeId {
    let id = tree.push(Node::Column { path: Tree::ACTOR, attribute: 0 });
    let absent = tree.push(Node::IsNull(id));
    tree.push(Node::Not(absent))
}

fn actor_is(tree: &mut Tree, role: &str) -> NodeId {
    let left = tree.push(Node::Column { path: Tree::ACTOR, attribute: 3 });
    let right = tree.literal(Value::Text(role.into()), Type::Enum("Role".into()));
    tree.push(Node::Compare { op: Comparison::Eq, left, right })
}

/// Whether a key of the row is the actor's.
fn is_actor(tree: &mut Tree, attribute: u16) -> NodeId {
    actor_at(tree, Tree::ROW, attribute)
}

fn actor_at(tree: &mut Tree, path: PathId, attribute: u16) -> NodeId {
    let left = tree.push(Node::Column { path, attribute });
    let right = tree.push(Node::Column { path: Tree::ACTOR, attribute: 0 });
    tree.push(Node::Compare { op: Comparison::Eq, left, right })
}

/// Whether the actor may find the world at `path`.
fn visible(tree: &mut Tree, path: PathId) -> NodeId {
    let left = tree.push(Node::Column { path, attribute: 3 });
    let right = tree.literal(Value::Text("PUBLIC".into()), Type::Enum("Visibility".into()));
    let public = tree.push(Node::Compare { op: Comparison::Eq, left, right });
    let owner = actor_at(tree, path, 5);
    let each = tree.each(path, 1);
    let condition = Some(actor_at(tree, each, 3));
    let member = tree.push(Node::Many { how: Many::Any, each, condition, value: None });
    let any = vec![public, owner, member, actor_is(tree, "COORDINATOR")];
    tree.push(Node::Or(any))
}
