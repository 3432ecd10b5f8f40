//! R1021: a session's resource holds the attributes and actions that staying signed in needs.

use super::Findings;
use super::strategy::{self, Column, Kind, Step, column};
use crate::ir::{App, Role, Subject, Type};

pub(super) fn sessions_fit(app: &App, found: &mut Findings<'_>) {
    let optional = |name, ty| Column { nullable: true, ..column(name, ty) };
    let columns = [
        Column { secret: true, ..column("token_hash", Type::String) },
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

const STEPS: [Step; 5] = [
    Step { name: "list", kind: Kind::Read, accepts: &[], sets: &[] },
    Step {
        name: "start",
        kind: Kind::Create,
        accepts: &["token_hash", "kind", "expires_at", "last_seen_at"],
        sets: &[],
    },
    Step { name: "touch", kind: Kind::Update, accepts: &["last_seen_at", "expires_at"], sets: &[] },
    Step { name: "revoke", kind: Kind::Update, accepts: &[], sets: &["revoked_at"] },
    Step { name: "purge", kind: Kind::Destroy, accepts: &[], sets: &[] },
];
