//! What rows that are deleted for the time being ask of a declaration.

use samara::ir::{Action, ActionKind, Attribute, Generated, Type};
use samara::value::Value;

use super::{action, attribute, check, literal, nullable, setting};

/// What `soft_delete` adds.
fn marks() -> [Attribute; 2] {
    let mark = |name: &'static str, ty, by| Attribute { generated: Some(by), ..nullable(attribute(name, ty)) };
    [mark("deleted_at", Type::Timestamp, Generated::DeletedAt), mark("deletion_id", Type::Uuid, Generated::DeletionId)]
}

#[test]
fn what_goes_can_come_back() {
    check(
        |it| it.resource("Tag").attributes.extend(marks()),
        &[("R0415 Tagging.tag:", "a Tag is deleted for the time being")],
    );
    check(
        |it| {
            it.resource("Tag").attributes.extend(marks());
            it.resource("Tagging").attributes.extend(marks());
        },
        &[],
    );
}

#[test]
fn deleted_rows_are_named_by_id() {
    let restore = || Action { of_deleted: true, ..action("restore", ActionKind::Update) };
    check(|it| it.resource("Post").actions.push(restore()), &[("R0416 Post.restore:", "soft_delete")]);
    check(
        |it| {
            let tagging = it.resource("Tagging");
            tagging.attributes.extend(marks());
            tagging.actions.push(restore());
        },
        &[],
    );
}

#[test]
fn deletions_alone_mark() {
    check(
        |it| {
            let tagging = it.resource("Tagging");
            tagging.attributes.extend(marks());
            let null = literal(Value::Null, Type::Timestamp);
            let changes = vec![setting("deleted_at", null)];
            tagging.actions.push(Action { changes, ..action("revive", ActionKind::Update) });
        },
        &[("R0417 Tagging.revive:", "`deleted_at`")],
    );
}

/// Immutable means that nothing changes it, the going of another row neither.
#[test]
fn nothing_clears_an_immutable_key() {
    let immutable = |it: &mut super::Draft| {
        let post = it.resource("Post");
        post.attributes.iter_mut().find(|it| it.name == "editor_id").unwrap().immutable = true;
    };
    check(immutable, &[("R0424 Post.editor:", "would be cleared")]);
}
