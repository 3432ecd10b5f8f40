//! R1020: a magic link's resource holds the attributes and actions that signing in by mail needs.

use super::Findings;
use super::strategy::{self, StrategyAction, StrategyActionKind, StrategyAttribute, column};
use crate::ir::{App, Resource, Role, Subject, Type};

pub(super) fn magic_links_fit(app: &App, found: &mut Findings<'_>) {
    let optional = |name, ty| StrategyAttribute { nullable: true, ..column(name, ty) };
    let columns = [
        column("email", Type::CiString),
        column("purpose", Type::String),
        StrategyAttribute { secret: true, ..column("token_hash", Type::String) },
        StrategyAttribute { secret: true, ..optional("code_hash", Type::String) },
        column("attempts", Type::Integer),
        column("expires_at", Type::Timestamp),
        optional("consumed_at", Type::Timestamp),
        optional("revoked_at", Type::Timestamp),
        optional("requested_ip", Type::String),
        optional("requested_agent", Type::String),
    ];
    for resource in app.resources() {
        let Some(Role::MagicLink { user, .. }) = &resource.role else { continue };
        let starts = |it: &Resource| matches!(&it.role, Some(Role::Session { user: of }) if of == user);
        if !app.resources().iter().any(starts) {
            let message = format!(
                "it signs a `{user}` in, and no resource is the session of one: add one with `#[session(user = {user})]`"
            );
            found.report(resource, message);
        }
        strategy::holds(resource, &columns, &STEPS, found);
        if !resource.identities.iter().any(|it| it.attributes.as_slice() == ["token_hash"]) {
            found.report(Subject::field(resource, "token_hash"), "the strategy needs it to be unique");
        }
    }
}

const STEPS: [StrategyAction; 6] = [
    StrategyAction { name: "list", kind: StrategyActionKind::Read, accepts: &[], sets: &[] },
    StrategyAction {
        name: "issue",
        kind: StrategyActionKind::Create,
        accepts: &["email", "purpose", "token_hash", "code_hash", "expires_at", "requested_ip", "requested_agent"],
        sets: &[],
    },
    StrategyAction {
        name: "consume",
        kind: StrategyActionKind::Update,
        accepts: &["consumed_at", "attempts"],
        sets: &[],
    },
    StrategyAction { name: "revoke", kind: StrategyActionKind::Update, accepts: &[], sets: &["revoked_at"] },
    StrategyAction { name: "purge", kind: StrategyActionKind::Destroy, accepts: &[], sets: &[] },
    StrategyAction { name: "send", kind: StrategyActionKind::Generic, accepts: &[], sets: &[] },
];
