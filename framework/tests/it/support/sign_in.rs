//! An application that people sign in to, written by hand as data: users with notes, links, sessions, and the framework's own tables.

use samara::application::{Application, Code, Function};
use samara::auth::internal;
use samara::ir::{
    Action, ActionKind, App, Applies, Argument, Attribute, Change, Comparison, Constraints, Direction, Domain, Enum,
    FieldPolicy, Generated, Graphql, Identity, Name, Node, OnDelete, Pagination, Policy, Read, RelationshipKind,
    Resource, Returns, Role, Sort, Tree, Type, Variant,
};
use samara::value::Value;

use super::schema::{action, attribute, belongs_to, has_many, nullable, relationship, resource};

/// Links that last ten minutes.
pub(crate) fn application() -> Application {
    with_lifetime(600)
}

/// Links that last so many seconds.
pub(crate) fn with_lifetime(seconds: u32) -> Application {
    let resources = vec![user(), note(), magic_link(seconds), session()];
    let names = resources.iter().map(|it| it.name.clone()).collect();
    let domain = Domain { name: "Accounts".into(), docs: String::new(), resources: names };
    let resources = resources.into_iter().chain(internal::resources()).collect();
    let role = Enum {
        name: "Role".into(),
        docs: String::new(),
        variants: ["MEMBER", "ADMIN"].map(|it| Variant { stored: it.into(), docs: String::new() }).into(),
    };
    let send = Code {
        resource: "MagicLink".into(),
        action: "send".into(),
        function: Function::Generic(samara::auth::send_link),
    };
    Application { ir: App::new(vec![domain, internal::domain()], resources, vec![role]), code: vec![send] }
}

fn user() -> Resource {
    let email = Attribute {
        guarded: true,
        constraints: Constraints { email: true, ..Constraints::default() },
        ..attribute("email", Type::CiString)
    };
    let mut member = Tree::new(None, None);
    member.root = member.literal(Value::Text("MEMBER".into()), Type::Enum("Role".into()));
    let role = Attribute { default: Some(member), ..attribute("role", Type::Enum("Role".into())) };
    let own = FieldPolicy {
        name: "own_email".into(),
        docs: String::new(),
        attributes: vec!["email".into()],
        condition: is_actor("User", 0),
    };
    let mut it = stamped("User", "users", [attribute("display_name", Type::String), email, role]);
    it.graphql = Some(Graphql { type_name: "User".into() });
    it.role = Some(Role::Actor { identity: "email".into() });
    it.relationships = vec![has_many("notes", "Note", "user_id")];
    it.identities = vec![Identity { name: "email".into(), attributes: vec!["email".into()] }];
    it.actions = vec![
        list(),
        private(accepting(action("register", ActionKind::Create), ["email", "display_name"])),
        accepting(action("set_role", ActionKind::Update), ["role"]),
    ];
    it.policies = vec![policy(Applies::Read, present())];
    it.field_policies = vec![own];
    it
}

fn note() -> Resource {
    let mut it = stamped("Note", "notes", [attribute("text", Type::String), attribute("user_id", Type::Uuid)]);
    it.graphql = Some(Graphql { type_name: "Note".into() });
    it.relationships = vec![belongs_to("user", "User", OnDelete::Cascade)];
    let write = accepting(action("write", ActionKind::Create), ["text"]);
    it.actions = vec![list(), Action { changes: vec![Change::RelateActor { relationship: "user".into() }], ..write }];
    it.policies = vec![policy(Applies::Read, is_actor("Note", 2)), policy(Applies::Create, present())];
    it
}

pub(crate) fn magic_link(lifetime: u32) -> Resource {
    let mut none = Tree::new(None, None);
    none.root = none.literal(Value::Int(0), Type::Integer);
    let mut it = stamped(
        "MagicLink",
        "magic_links",
        [
            attribute("email", Type::CiString),
            attribute("purpose", Type::String),
            secret(attribute("token_hash", Type::String)),
            secret(nullable(attribute("code_hash", Type::String))),
            Attribute { default: Some(none), ..attribute("attempts", Type::Integer) },
            attribute("expires_at", Type::Timestamp),
            nullable(attribute("consumed_at", Type::Timestamp)),
            nullable(attribute("revoked_at", Type::Timestamp)),
            nullable(attribute("requested_ip", Type::String)),
            nullable(attribute("requested_agent", Type::String)),
        ],
    );
    it.role = Some(Role::MagicLink { user: "User".into(), lifetime });
    it.identities = vec![Identity { name: "token_hash".into(), attributes: vec!["token_hash".into()] }];
    let accepted = ["email", "purpose", "token_hash", "code_hash", "expires_at", "requested_ip", "requested_agent"];
    let send = ActionKind::Generic { query: false, returns: Returns::Value { ty: Type::Boolean, nullable: false } };
    it.actions = vec![
        list(),
        private(accepting(action("issue", ActionKind::Create), accepted)),
        private(accepting(action("consume", ActionKind::Update), ["consumed_at", "attempts"])),
        revoke(),
        Action {
            arguments: vec![Argument { name: "email".into(), ty: Type::CiString, nullable: false }],
            ..action("send", send)
        },
    ];
    it
}

fn session() -> Resource {
    let mut it = stamped(
        "Session",
        "sessions",
        [
            attribute("user_id", Type::Uuid),
            secret(attribute("token_hash", Type::String)),
            attribute("kind", Type::String),
            attribute("expires_at", Type::Timestamp),
            attribute("last_seen_at", Type::Timestamp),
            nullable(attribute("revoked_at", Type::Timestamp)),
            nullable(attribute("ip", Type::String)),
            nullable(attribute("agent", Type::String)),
        ],
    );
    it.role = Some(Role::Session { user: "User".into() });
    let to_user = RelationshipKind::BelongsTo { attribute: "user_id".into(), on_delete: OnDelete::Cascade };
    it.relationships = vec![relationship("user", "User", to_user)];
    it.identities = vec![Identity { name: "token_hash".into(), attributes: vec!["token_hash".into()] }];
    let accepted = ["user_id", "token_hash", "kind", "expires_at", "last_seen_at", "ip", "agent"];
    it.actions = vec![
        list(),
        private(accepting(action("start", ActionKind::Create), accepted)),
        private(accepting(action("touch", ActionKind::Update), ["last_seen_at", "expires_at"])),
        revoke(),
    ];
    it
}

fn stamped<const N: usize>(name: &'static str, table: &'static str, attributes: [Attribute; N]) -> Resource {
    let mut it = resource(name, table);
    it.attributes.extend(attributes);
    for (name, generated) in [("inserted_at", Generated::InsertedAt), ("updated_at", Generated::UpdatedAt)] {
        it.attributes.push(Attribute { generated: Some(generated), ..attribute(name, Type::Timestamp) });
    }
    it
}

fn secret(attribute: Attribute) -> Attribute {
    Attribute { sensitive: true, public: false, ..attribute }
}

fn list() -> Action {
    let sort = vec![Sort { field: "inserted_at".into(), direction: Direction::Desc }];
    let read = Read { sort, pagination: Some(Pagination { default: 50, max: 250 }), ..Read::default() };
    Action { primary: true, ..action("list", ActionKind::Read(read)) }
}

fn revoke() -> Action {
    let mut value = Tree::new(None, None);
    value.root = value.push(Node::Now);
    let change = Change::Set { attribute: "revoked_at".into(), value };
    Action { changes: vec![change], ..action("revoke", ActionKind::Update) }
}

fn accepting<const N: usize>(action: Action, accept: [&'static str; N]) -> Action {
    Action { accept: accept.map(Name::new).into(), ..action }
}

fn private(action: Action) -> Action {
    Action { public: false, ..action }
}

fn policy(applies: Applies, condition: Tree) -> Policy {
    Policy { name: "policy".into(), docs: String::new(), bypass: false, applies: vec![applies], condition }
}

fn present() -> Tree {
    let mut tree = Tree::new(None, Some("User".into()));
    let id = tree.push(Node::Column { path: Tree::ACTOR, attribute: 0 });
    let absent = tree.push(Node::IsNull(id));
    tree.root = tree.push(Node::Not(absent));
    tree
}

fn is_actor(resource: &'static str, attribute: u16) -> Tree {
    let mut tree = Tree::new(Some(resource.into()), Some("User".into()));
    let left = tree.push(Node::Column { path: Tree::ROW, attribute });
    let right = tree.push(Node::Column { path: Tree::ACTOR, attribute: 0 });
    tree.root = tree.push(Node::Compare { op: Comparison::Eq, left, right });
    tree
}
