//! The reference application, with what the engine can do and no declaration there asks for: a guarded number, calculations that
//! fail, keys that come from arguments or the stored row, requirements of arithmetic, and a change that reads the row.

use samara::application::{ActionFunction, Application, Function};
use samara::changeset::Changeset;
use samara::context::Context;
use samara::error::Error;
use samara::future::BoxFuture;
use samara::ir::{
    Action, ActionKind, App, Applies, Arithmetic, Attribute, Calculation, Change, Comparison, Policy, Read,
    Requirement, Resource, Type,
};
use samara::record::StoredRow;
use samara::value::Value;

use super::declare::{
    accepting, action, altered, argument, attribute, calculation, has_many, named, nullable, setting,
};
use super::expression::{E, col, count, int, surge, variant};

/// The application with its functions.
pub(crate) fn application() -> Application {
    let Application { ir, mut functions, locations, package } = crate::app::App::application();
    let function = |resource: &'static str, action: &'static str, function| ActionFunction {
        resource: resource.into(),
        action: action.into(),
        function,
    };
    functions.extend([
        function("Modification", "amend", Function::RowChange(0, append_title)),
        function("Activity", "record_there", Function::Change(1, set_place)),
    ]);
    // Expressions name what is declared, so they come second.
    let ir = altered(&ir, |resources| {
        let user = named(resources, "User");
        user.attributes.push(Attribute { guarded: true, ..nullable(attribute("age", Type::Integer)) });
        user.relationships.push(has_many("owned", "World", "owner_id"));
    });
    let ir = altered(&ir, |resources| {
        user(&ir, named(resources, "User"));
        world(&ir, named(resources, "World"));
        activity(&ir, named(resources, "Activity"));
        modification(&ir, named(resources, "Modification"));
    });
    Application { ir, functions, locations, package }
}

fn set_place<'a>(changeset: &'a mut Changeset, _: &'a Context) -> BoxFuture<'a, Result<(), Error>> {
    Box::pin(async move {
        if let Some(place) = changeset.argument("place").cloned() {
            changeset.set("world_id", place);
        }
        Ok(())
    })
}

/// The new title goes behind the old one.
fn append_title<'a>(
    changeset: &'a mut Changeset,
    row: &'a StoredRow,
    cx: &'a Context,
) -> BoxFuture<'a, Result<(), Error>> {
    Box::pin(async move {
        let resource = cx.engine().app().resource(row.resource());
        let (index, _) = resource.attribute("title").unwrap();
        let old = row.attributes()[usize::from(index)].shown().and_then(Value::as_text).unwrap();
        let new = changeset.value("title").and_then(Value::as_text).unwrap_or_default();
        changeset.set("title", Value::Text(format!("{old}{new}")));
        Ok(())
    })
}

fn user(app: &App, user: &mut Resource) {
    done(user, "register").accept.extend(["role".into(), "age".into()]);
    done(user, "set_role").required.clear();
    user.actions.push(action("destroy", ActionKind::Destroy));
    user.field_policies.iter_mut().find(|it| it.name == "own_email").unwrap().attributes.push("age".into());
    user.calculations.push(calculation("owned_count", Type::Integer, false, count("owned").tree(app, Some("User"))));
}

fn world(app: &App, world: &mut Resource) {
    let row = Some("World");
    let larger = E::Arithmetic(Arithmetic::Add, Box::new(col("capacity")), Box::new(int(1)));
    let small = col("capacity").compare(Comparison::Le, int(100));
    world.actions.extend([
        accepting(action("give", ActionKind::Update), ["owner_id"]),
        Action {
            changes: vec![setting("capacity", larger.tree(app, row))],
            requirements: vec![requirement(app, "World", small, "a world holds at most 100", "capacity")],
            ..action("grow", ActionKind::Update)
        },
    ]);
    let spare = E::Arithmetic(Arithmetic::Sub, Box::new(col("capacity")), Box::new(int(7)));
    let share = E::Arithmetic(Arithmetic::Div, Box::new(int(10_000)), Box::new(spare));
    world.calculations.extend([
        calculation("owner_email", Type::CiString, false, col("owner.email").tree(app, row)),
        // Nothing for a world of seven.
        calculation("share", Type::Integer, true, share.tree(app, row)),
        // An error for a world of seven.
        calculation("surge", Type::BigInteger, true, surge().tree(app, row)),
        Calculation {
            unrestricted: true,
            ..calculation("crowd", Type::Integer, false, count("memberships").tree(app, row))
        },
    ]);
}

fn activity(app: &App, activity: &mut Resource) {
    let row = Some("Activity");
    let place = || vec![argument("place", Type::Uuid, true)];
    let record = done(activity, "record").clone();
    let record = |name: &'static str, change| Action {
        name: name.into(),
        accept: vec!["kind".into()],
        arguments: place(),
        changes: [&record.changes[..], &[change]].concat(),
        ..record.clone()
    };
    // Which of the two it is, only the stored row tells.
    let builds = col("kind").eq(variant("ActivityKind", "BUILD"));
    let kept = E::Arg("place", Type::Uuid).when(builds, col("world_id"));
    let of_kind = col("kind").eq(E::Arg("kind", Type::Enum("ActivityKind".into())));
    activity.actions.extend([
        Action {
            arguments: vec![argument("kind", Type::Enum("ActivityKind".into()), false)],
            ..action("of_kind", ActionKind::Read(Read { filter: Some(of_kind.tree(app, row)), ..Read::default() }))
        },
        record("record_at", setting("world_id", E::Arg("place", Type::Uuid).tree(app, row))),
        record("record_there", Change::Function { name: "set_place".into() }),
        Action {
            arguments: place(),
            changes: vec![setting("world_id", kept.tree(app, row))],
            ..action("move_to", ActionKind::Update)
        },
    ]);
    policy(activity, "own").applies.push(Applies::Action("move_to".into()));
    let recorded = ["record_at", "record_there"].map(|it| Applies::Action(it.into()));
    policy(activity, "signed_in").applies.extend(recorded);
}

fn modification(app: &App, modification: &mut Resource) {
    let differ = E::Not(Box::new(col("title").eq(col("source"))));
    let rule = requirement(app, "Modification", differ, "say what it does", "title");
    done(modification, "propose").requirements.push(rule);
    modification.actions.extend([
        Action {
            changes: vec![Change::RowFunction { name: "append_title".into() }],
            ..accepting(action("amend", ActionKind::Update), ["title"])
        },
        action("destroy", ActionKind::Destroy),
    ]);
}

fn done<'a>(resource: &'a mut Resource, action: &str) -> &'a mut Action {
    resource.actions.iter_mut().find(|it| it.name == action).unwrap()
}

fn policy<'a>(resource: &'a mut Resource, name: &str) -> &'a mut Policy {
    resource.policies.iter_mut().find(|it| it.name == name).unwrap()
}

/// That the new row of a resource is so; else `message` at a field.
fn requirement(app: &App, row: &str, condition: E, message: &str, field: &'static str) -> Requirement {
    let condition = condition.tree(app, Some(row));
    Requirement {
        old: false,
        condition,
        message: message.into(),
        fields: vec![field.into()],
        reported_at: None,
        when: None,
        values: Vec::new(),
    }
}
