//! R1021: a session's resource holds the attributes and actions that staying signed in needs.

use super::Findings;
use super::strategy::{self, StrategyAction, StrategyActionKind, StrategyAttribute, column};
use crate::ir::{App, Role, Subject, Type};

pub(super) fn sessions_fit(app: &App, found: &mut Findings<'_>) {
    let optional = |name, ty| StrategyAttribute { nullable: true, ..column(name, ty) };
    let columns = [
        StrategyAttribute { secret: true, ..column("token_hash", Type::String) },
        column("kind", Type::String),
        column("expires_at", Type::Timestamp),
        column("last_seen_at", Type::Timestamp),
        optional("revoked_at", Type::Timestamp),
        optional("ip", Type::String),
        optional("agent", Type::String),
    ];
    for resource in app.resources() {
        let Some(Role::Session { user }) = &resource.role else { continue };
        strategy::holds(resource, &columns, &STEPS, found);
        let points = resource.relationships.iter().find(|it| it.target == *user).and_then(|it| it.key());
        if points.and_then(|it| resource.attribute(it)).is_none_or(|(_, it)| it.nullable) {
            found.report(resource, format!("the strategy needs it to belong to a `{user}`"));
        }
        if !resource.identities.iter().any(|it| it.attributes.as_slice() == ["token_hash"]) {
            found.report(Subject::field(resource, "token_hash"), "the strategy needs it to be unique");
        }
    }
}

const STEPS: [StrategyAction; 5] = [
    StrategyAction { name: "list", kind: StrategyActionKind::Read, accepts: &[], sets: &[] },
    StrategyAction {
        name: "start",
        kind: StrategyActionKind::Create,
        accepts: &["token_hash", "kind", "expires_at", "last_seen_at"],
        sets: &[],
    },
    StrategyAction {
        name: "touch",
        kind: StrategyActionKind::Update,
        accepts: &["last_seen_at", "expires_at"],
        sets: &[],
    },
    StrategyAction { name: "revoke", kind: StrategyActionKind::Update, accepts: &[], sets: &["revoked_at"] },
    StrategyAction { name: "purge", kind: StrategyActionKind::Destroy, accepts: &[], sets: &[] },
];
