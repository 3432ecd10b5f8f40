//! R1024: an action's settings go together, and with its kind.

use super::Findings;
use crate::ir::{Action, ActionKind, App, Change, RelationshipKind, Resource, Subject};

pub(super) fn actions_are_consistent(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in &resource.actions {
            for message in problems(resource, action) {
                found.report(Subject::action(resource, &action.name), message);
            }
        }
    }
}

fn problems(resource: &Resource, action: &Action) -> Vec<String> {
    let mut problems = Vec::new();
    let writes = matches!(action.kind, ActionKind::Create | ActionKind::Update);
    if !writes && !action.accept.is_empty() {
        problems.push("only a create or an update accepts attributes".into());
    }
    for name in action.required.iter().filter(|it| !action.accept.contains(it)) {
        problems.push(format!("it requires `{name}`, which it does not accept"));
    }
    for name in &action.accept {
        // An action that no surface offers may set it, to keep the value that another system gave.
        if action.public && resource.attribute(name).is_some_and(|(_, it)| it.generated.is_some()) {
            problems.push(format!("it accepts `{name}`, which the framework fills in"));
        }
    }
    for change in &action.changes {
        match change {
            Change::RelateActor { relationship } => {
                let declared = resource.relationship(relationship).map(|(_, it)| &it.kind);
                if !matches!(declared, Some(RelationshipKind::BelongsTo { .. })) {
                    problems.push(format!("it relates the actor by `{relationship}`, which is no `belongs_to`"));
                } else if !writes {
                    problems.push("only a create or an update can relate the actor".into());
                }
            }
            Change::Set { attribute, .. } if !writes => {
                problems.push(format!("only a create or an update can set `{attribute}`"));
            }
            Change::RowFunction { name } if action.kind != ActionKind::Update => {
                problems.push(format!("only an update has a row as it was for `{name}`"));
            }
            Change::Set { .. } | Change::Function { .. } | Change::RowFunction { .. } => {}
        }
    }
    if action.runs_hooks() && !writes && action.kind != ActionKind::Destroy {
        problems.push("only a create, update or destroy runs functions around its statement".into());
    }
    for requirement in &action.requirements {
        let asks_what_is = requirement.old && action.has_row();
        let asks_what_will_be = !requirement.old && writes;
        if !asks_what_is && !asks_what_will_be {
            problems.push("`require` is for updates and destroys, `validate` for creates and updates".into());
        }
    }
    problems
}
