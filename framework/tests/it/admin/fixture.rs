//! The platform, with what no declaration of its own says: a calculation among a list's columns, and who ends which sessions.

use samara::application::Application;
use samara::ir::{
    Action, ActionKind, Applies, Attribute, Comparison, Generated, Node, OnDelete, Policy, RelationshipKind, Tree, Type,
};
use samara::value::Value;

use crate::graphql::platform;
use crate::support::declare::{action, altered, attribute, named, nullable, tree};
use crate::support::expression::{E, col};

/// The application. Only administrators get in.
pub(crate) fn application() -> Application {
    let declared = platform::application();
    let ir = altered(&declared.ir, |resources| {
        named(resources, "World").admin.as_mut().unwrap().columns.push("member_count".into());
    });
    Application { ir, ..declared }
}

/// The application, whose administrators see all sessions but end those of browsers alone.
pub(crate) fn ending_browsers_alone() -> Application {
    let declared = application();
    let browser = E::Lit(Value::Text("BROWSER".into()), Type::String);
    let browsers = col("kind").eq(browser).tree(&declared.ir, Some("Session"));
    let ir = altered(&declared.ir, |resources| {
        let session = named(resources, "Session");
        let admins = Policy { bypass: false, applies: vec![Applies::Read], ..session.policies[0].clone() };
        let applies = vec![Applies::Update];
        let ending = Policy { name: "browsers".into(), applies, condition: browsers, ..admins.clone() };
        session.policies = vec![admins, ending];
    });
    Application { ir, ..declared }
}

/// The application, whose worlds are deleted for the time being.
pub(crate) fn keeping_worlds() -> Application {
    let declared = application();
    let mark = |name: &'static str, ty, generated| Attribute {
        public: false,
        generated: Some(generated),
        ..nullable(attribute(name, ty))
    };
    let ir = altered(&declared.ir, |resources| {
        for name in ["World", "Membership"] {
            let marks = [
                mark("deleted_at", Type::Timestamp, Generated::DeletedAt),
                mark("deletion_id", Type::Uuid, Generated::DeletionId),
            ];
            named(resources, name).attributes.extend(marks);
        }
        let of_deleted = |name, kind| Action { of_deleted: true, ..action(name, kind) };
        let more = [of_deleted("restore", ActionKind::Update), of_deleted("purge", ActionKind::Destroy)];
        named(resources, "World").actions.extend(more);
    });
    Application { ir, ..declared }
}

/// The application, in which what people do belongs to the world where they do it, and owners work within theirs.
pub(crate) fn within_worlds() -> Application {
    let declared = application();
    let of = |resource: &str, name: &str| {
        declared.ir.resource(declared.ir.find(resource).unwrap()).attribute(name).unwrap().0
    };
    let owns = tree(Some("World"), Some("User"), |tree| {
        let left = tree.push(Node::Column { path: Tree::ROW, attribute: of("World", "owner_id") });
        let right = tree.push(Node::Column { path: Tree::ACTOR, attribute: of("User", "id") });
        tree.push(Node::Compare { op: Comparison::Eq, left, right })
    });
    let ir = altered(&declared.ir, |resources| {
        let activity = named(resources, "Activity");
        activity.tenant = Some("world_id".into());
        activity.attributes.iter_mut().find(|it| it.name == "world_id").unwrap().nullable = false;
        let world = activity.relationships.iter_mut().find(|it| it.name == "world").unwrap();
        world.kind = RelationshipKind::BelongsTo { attribute: "world_id".into(), on_delete: OnDelete::Cascade };
        for action in &mut activity.actions {
            action.accept.retain(|it| *it != "world_id");
        }
    });
    Application { ir: ir.with_tenants(owns), ..declared }
}
