//! The framework's own tables, as resources: mail that waits to be sent, and how often each address and network asked for it.
//!
//! No policy names them, so nobody but the framework itself can read or write them, through any surface.

use crate::ir::{
    Action, ActionKind, Arithmetic, Attribute, Change, Constraints, Direction, Domain, Generated, Identity, Index,
    Name, Node, Pagination, Read, Resource, SortKey, Tree, Type,
};
use crate::value::Value;

/// The resource of mail that waits, or that the mailbox page shows.
pub const OUTBOX: &str = "OutboxMail";
/// The resource of counts.
pub const RATE_LIMIT: &str = "RateLimit";

/// The domain that `app!` appends to those of the app.
pub fn domain() -> Domain {
    Domain {
        name: Name::new("Samara"),
        docs: "What the framework keeps for itself.".into(),
        resources: vec![Name::new(OUTBOX), Name::new(RATE_LIMIT)],
    }
}

/// The resources of [`domain`], in its order.
pub fn resources() -> Vec<Resource> {
    vec![outbox_mail(), rate_limit()]
}

fn outbox_mail() -> Resource {
    let attributes = vec![
        id(),
        attribute("recipient", Type::String),
        attribute("template", Type::String),
        // What the token or code is made from, together with the server's key. It is cleared when the mail has been sent.
        Attribute { nullable: true, sensitive: true, ..attribute("secret", Type::String) },
        attribute("detail", Type::Json),
        Attribute { default: Some(literal(Value::Int(0), Type::Integer)), ..attribute("attempts", Type::Integer) },
        attribute("due_at", Type::Timestamp),
        attribute("expires_at", Type::Timestamp),
        Attribute { nullable: true, ..attribute("settled_at", Type::Timestamp) },
        Attribute { nullable: true, ..attribute("outcome", Type::String) },
        generated("inserted_at", Generated::InsertedAt),
        generated("updated_at", Generated::UpdatedAt),
    ];
    Resource {
        docs: "A mail to send.".into(),
        attributes,
        indexes: vec![Index { attributes: vec![("settled_at".into(), false), ("due_at".into(), false)] }],
        actions: vec![
            list("inserted_at", Direction::Desc),
            create("enqueue", &["recipient", "template", "secret", "detail", "due_at", "expires_at"]),
            update("claim", &["due_at", "attempts"]),
            update("settle", &["settled_at", "outcome", "secret"]),
            action("purge", ActionKind::Destroy),
        ],
        ..empty(OUTBOX, "outbox_mails")
    }
}

fn rate_limit() -> Resource {
    let attributes = vec![
        id(),
        attribute("key", Type::String),
        attribute("hits", Type::Integer),
        attribute("expires_at", Type::Timestamp),
        generated("inserted_at", Generated::InsertedAt),
        generated("updated_at", Generated::UpdatedAt),
    ];
    let hit =
        Action { changes: vec![Change::Set { attribute: "hits".into(), value: one_more() }], ..update("hit", &[]) };
    Resource {
        docs: "How often something was done within a span of time.".into(),
        attributes,
        identities: vec![Identity { name: "key".into(), attributes: vec!["key".into()] }],
        indexes: vec![Index { attributes: vec![("expires_at".into(), false)] }],
        actions: vec![
            list("inserted_at", Direction::Asc),
            create("open", &["key", "hits", "expires_at"]),
            hit,
            action("purge", ActionKind::Destroy),
        ],
        ..empty(RATE_LIMIT, "rate_limits")
    }
}

/// `hits + 1`; `hits` is the third attribute.
fn one_more() -> Tree {
    let mut tree = Tree::new(Some(Name::new(RATE_LIMIT)), None);
    let left = tree.push(Node::Column { path: Tree::ROW, attribute: 2 });
    let right = tree.literal(Value::Int(1), Type::Integer);
    tree.root = tree.push(Node::Arithmetic { op: Arithmetic::Add, left, right });
    tree
}

fn empty(name: &'static str, table: &'static str) -> Resource {
    Resource {
        name: name.into(),
        table: table.into(),
        docs: String::new(),
        attributes: Vec::new(),
        relationships: Vec::new(),
        identities: Vec::new(),
        indexes: Vec::new(),
        actions: Vec::new(),
        calculations: Vec::new(),
        policies: Vec::new(),
        field_policies: Vec::new(),
        graphql: None,
        admin: None,
        role: None,
    }
}

fn attribute(name: &'static str, ty: Type) -> Attribute {
    Attribute {
        name: name.into(),
        docs: String::new(),
        ty,
        nullable: false,
        public: false,
        primary_key: false,
        guarded: false,
        sensitive: false,
        default: None,
        generated: None,
        constraints: Constraints::default(),
    }
}

fn id() -> Attribute {
    Attribute { primary_key: true, generated: Some(Generated::Id), ..attribute("id", Type::Uuid) }
}

fn generated(name: &'static str, by: Generated) -> Attribute {
    Attribute { generated: Some(by), ..attribute(name, Type::Timestamp) }
}

fn literal(value: Value, ty: Type) -> Tree {
    let mut tree = Tree::new(None, None);
    tree.root = tree.literal(value, ty);
    tree
}

fn action(name: &'static str, kind: ActionKind) -> Action {
    Action {
        name: name.into(),
        docs: String::new(),
        kind,
        primary: false,
        public: false,
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

fn list(field: &'static str, direction: Direction) -> Action {
    let sort = vec![SortKey { field: field.into(), direction, private: false }];
    let read = Read { sort, pagination: Some(Pagination { default: 50, max: 250 }), ..Read::default() };
    Action { primary: true, ..action("list", ActionKind::Read(read)) }
}

fn create(name: &'static str, accept: &[&'static str]) -> Action {
    Action { accept: accept.iter().map(|it| Name::new(it)).collect(), ..action(name, ActionKind::Create) }
}

fn update(name: &'static str, accept: &[&'static str]) -> Action {
    Action { accept: accept.iter().map(|it| Name::new(it)).collect(), ..action(name, ActionKind::Update) }
}
