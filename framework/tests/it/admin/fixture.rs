//! The reference declaration with screens, and with what `#[magic_link]` and `#[session]` add.

use samara::application::{Application, BoxFuture, Code, Function};
use samara::context::Context;
use samara::error::{Code as Reason, Error};
use samara::ir::{
    Action, ActionKind, Admin, App, Applies, Argument, Attribute, Change, Comparison, Direction, Generated, Identity,
    Name, Node, OnDelete, Pagination, Policy, Read, Requirement, Resource, Returns, Role, Sort, Tree, Type,
};
use samara::record::{Answer, Input};
use samara::value::Value;

use crate::graphql::platform;
use crate::support::schema::{self, action, attribute, belongs_to, nullable};

/// Each resource with the heading it stands under and its columns.
const SCREENS: [(&str, &str, &[&str]); 8] = [
    ("User", "Accounts", &["display_name", "email", "role", "inserted_at"]),
    ("MagicLink", "Accounts", &["email", "purpose", "inserted_at", "expires_at", "consumed_at", "revoked_at"]),
    ("Session", "Accounts", &["user", "kind", "inserted_at", "last_seen_at", "expires_at", "revoked_at"]),
    ("World", "Platform", &["name", "slug", "visibility", "owner", "capacity", "member_count"]),
    ("Membership", "Platform", &["world", "user", "role"]),
    ("Activity", "Platform", &["user", "kind", "world", "occurred_at"]),
    ("Modification", "Platform", &["title", "state", "author", "approver", "world", "inserted_at"]),
    ("Probe", "Probes", &[]),
];

/// The application. Only administrators get in.
pub(crate) fn application() -> Application {
    let platform = platform::application();
    let mut resources = platform.ir.resources().to_vec();
    for resource in &mut resources {
        match resource.name.as_str() {
            "MagicLink" => magic_link(resource),
            "Session" => *resource = session(),
            _ => {}
        }
    }
    for (name, group, columns) in SCREENS {
        if let Some(resource) = resources.iter_mut().find(|it| it.name == name) {
            let columns = columns.iter().copied().map(Name::from).collect();
            resource.admin = Some(Admin { group: group.into(), columns });
        }
    }
    let mut domain = platform.ir.domains()[0].clone();
    domain.resources = resources.iter().map(|it| it.name.clone()).collect();
    let mut code = platform.code;
    code.push(Code { resource: "MagicLink".into(), action: "send".into(), function: Function::Generic(send) });
    let ir = App::new(vec![domain], resources, platform.ir.enums().to_vec()).with_admin(is_admin());
    Application::new(ir, code)
}

/// The application, whose administrators see all sessions but end those of browsers alone.
pub(crate) fn ending_browsers_alone() -> Application {
    let Application { ir, code, .. } = application();
    let mut resources = ir.resources().to_vec();
    for it in resources.iter_mut().filter(|it| it.name == "Session") {
        let (kind, _) = it.attribute("kind").unwrap();
        let mut browsers = Tree::new(Some(it.name.clone()), None);
        let left = browsers.push(Node::Column { path: Tree::ROW, attribute: kind });
        let right = browsers.literal(Value::Text("BROWSER".into()), Type::String);
        browsers.root = browsers.push(Node::Compare { op: Comparison::Eq, left, right });
        it.policies = vec![
            Policy { bypass: false, applies: vec![Applies::Read], ..admins() },
            Policy {
                name: "browsers".into(),
                bypass: false,
                applies: vec![Applies::Update],
                condition: browsers,
                ..admins()
            },
        ];
    }
    let ir = App::new(ir.domains().to_vec(), resources, ir.enums().to_vec()).with_admin(is_admin());
    Application::new(ir, code)
}

fn is_admin() -> Tree {
    let mut tree = Tree::new(None, Some("User".into()));
    let left = tree.push(Node::Column { path: Tree::ACTOR, attribute: 3 });
    let right = tree.literal(Value::Text("ADMIN".into()), Type::Enum("Role".into()));
    tree.root = tree.push(Node::Compare { op: Comparison::Eq, left, right });
    tree
}

fn admins() -> Policy {
    let applies = vec![Applies::Always];
    Policy { name: "admins".into(), docs: String::new(), bypass: true, anyone: false, applies, condition: is_admin() }
}

fn magic_link(it: &mut Resource) {
    it.attributes = vec![
        it.attributes[0].clone(),
        attribute("email", Type::CiString),
        attribute("purpose", Type::String),
        secret("token_hash"),
        nullable(secret("code_hash")),
        Attribute { default: Some(zero()), ..attribute("attempts", Type::Integer) },
        attribute("expires_at", Type::Timestamp),
        nullable(attribute("consumed_at", Type::Timestamp)),
        nullable(attribute("revoked_at", Type::Timestamp)),
        nullable(attribute("requested_ip", Type::String)),
        nullable(attribute("requested_agent", Type::String)),
    ];
    it.identities = vec![Identity { name: "token_hash".into(), attributes: vec!["token_hash".into()] }];
    let issued = ["email", "purpose", "token_hash", "code_hash", "expires_at", "requested_ip", "requested_agent"];
    it.actions = vec![
        newest_first(),
        private(accepting(action("issue", ActionKind::Create), &issued)),
        private(accepting(action("consume", ActionKind::Update), &["consumed_at", "attempts"])),
        revoke(it),
        private(action("purge", ActionKind::Destroy)),
        Action {
            docs: "Mails a link to sign in with.".into(),
            arguments: vec![Argument {
                name: "email".into(),
                docs: String::new(),
                ty: Type::CiString,
                nullable: false,
            }],
            ..action("send", ActionKind::Generic { query: false, returns: yes() })
        },
    ];
    it.policies = vec![admins()];
    stamp(it);
}

fn session() -> Resource {
    let mut it = schema::resource("Session", "sessions");
    it.docs = "Somebody is signed in.".into();
    it.role = Some(Role::Session { user: "User".into() });
    it.attributes.extend([
        attribute("user_id", Type::Uuid),
        secret("token_hash"),
        attribute("kind", Type::String),
        attribute("expires_at", Type::Timestamp),
        attribute("last_seen_at", Type::Timestamp),
        nullable(attribute("revoked_at", Type::Timestamp)),
        nullable(attribute("ip", Type::String)),
        nullable(attribute("agent", Type::String)),
    ]);
    it.relationships = vec![belongs_to("user", "User", OnDelete::Cascade)];
    it.identities = vec![Identity { name: "token_hash".into(), attributes: vec!["token_hash".into()] }];
    let started = ["user_id", "token_hash", "kind", "expires_at", "last_seen_at", "ip", "agent"];
    it.actions = vec![
        newest_first(),
        private(accepting(action("start", ActionKind::Create), &started)),
        private(accepting(action("touch", ActionKind::Update), &["last_seen_at", "expires_at"])),
        revoke(&it),
        private(action("purge", ActionKind::Destroy)),
    ];
    it.policies = vec![admins()];
    stamp(&mut it);
    it
}

fn stamp(it: &mut Resource) {
    for (name, generated) in [("inserted_at", Generated::InsertedAt), ("updated_at", Generated::UpdatedAt)] {
        it.attributes.push(Attribute { generated: Some(generated), ..attribute(name, Type::Timestamp) });
    }
}

fn secret(name: &'static str) -> Attribute {
    Attribute { sensitive: true, ..attribute(name, Type::String) }
}

fn zero() -> Tree {
    let mut tree = Tree::new(None, None);
    tree.root = tree.literal(Value::Int(0), Type::Integer);
    tree
}

fn newest_first() -> Action {
    let read = Read {
        sort: vec![Sort { field: "inserted_at".into(), direction: Direction::Desc, private: false }],
        pagination: Some(Pagination { default: 50, max: 250 }),
        ..Read::default()
    };
    Action { primary: true, ..action("list", ActionKind::Read(read)) }
}

fn revoke(it: &Resource) -> Action {
    let mut now = Tree::new(None, None);
    now.root = now.push(Node::Now);
    let changes = vec![Change::Set { attribute: "revoked_at".into(), value: now }];
    let mut requirements = vec![requirement(it, "revoked_at", "it was revoked already")];
    if it.attribute("consumed_at").is_some() {
        requirements.push(requirement(it, "consumed_at", "it was used already"));
    }
    Action { changes, requirements, ..action("revoke", ActionKind::Update) }
}

/// That an attribute was NULL before.
fn requirement(it: &Resource, attribute: &'static str, message: &str) -> Requirement {
    let mut condition = Tree::new(Some(it.name.clone()), None);
    let (index, _) = it.attribute(attribute).unwrap();
    let column = condition.push(Node::Column { path: Tree::ROW, attribute: index });
    condition.root = condition.push(Node::IsNull(column));
    Requirement { old: true, condition, message: message.into(), fields: vec![attribute.into()] }
}

fn private(action: Action) -> Action {
    Action { public: false, ..action }
}

fn accepting(action: Action, accept: &[&'static str]) -> Action {
    Action { accept: accept.iter().copied().map(Name::from).collect(), ..action }
}

fn yes() -> Returns {
    Returns::Value { ty: Type::Boolean, nullable: false }
}

fn send(_: &Context, input: Input) -> BoxFuture<'_, Result<Answer, Error>> {
    Box::pin(async move {
        match input.get("email").and_then(Value::as_text) {
            Some(email) if email.contains('@') => Ok(Answer::Value(Value::Bool(true))),
            _ => Err(Error::at(Reason::Invalid, "email", "is not an e-mail address")),
        }
    })
}
