//! A small platform like the reference application: people, worlds, memberships, activities, modifications.
//!
//! `users` has guarded fields, `worlds` policies through hops, `modifications` states and a change function.

use samara::application::{Application, BoxFuture, Code, Function};
use samara::changeset::Changeset;
use samara::context::Context;
use samara::error::Error;
use samara::ir::{
    Action, ActionKind, App, Applies, Argument, Arithmetic, Attribute, Calculation, Change, Comparison, Constraints,
    Direction, Domain, Enum, FieldPolicy, Generated, Identity, Name, OnDelete, Pagination, Policy, Read,
    RelationshipKind, Requirement, Resource, Returns, Role, Sort, Tree, Type, Variant,
};
use samara::record::{Answer, Input, Record};
use samara::value::Value;

use super::expression::{E, actor, any, col, count, int, is_present, surge, variant};
use super::schema::{action, attribute, belongs_to, calculation, has_many, nullable, relationship, resource};

/// The application with its functions.
pub(crate) fn application() -> Application {
    let code = vec![
        code("Modification", "propose", Function::Change(1, hash_source)),
        code("Modification", "amend", Function::RowChange(0, append_title)),
        code("Activity", "record_there", Function::Change(1, set_place)),
        code("Activity", "summary", Function::Generic(summary)),
    ];
    Application::new(app(), code)
}

fn code(resource: &'static str, action: &'static str, function: Function) -> Code {
    Code { resource: resource.into(), action: action.into(), function }
}

fn hash_source(changeset: &mut Changeset, _: &Context) -> Result<(), Error> {
    if let Some(source) = changeset.value("source").and_then(Value::as_text) {
        let hash = format!("{:x}", source.len());
        changeset.set("source_hash", Value::Text(hash));
    }
    Ok(())
}

fn set_place(changeset: &mut Changeset, _: &Context) -> Result<(), Error> {
    if let Some(place) = changeset.argument("place").cloned() {
        changeset.set("world_id", place);
    }
    Ok(())
}

/// The new title goes behind the old one.
fn append_title(changeset: &mut Changeset, row: &Record, cx: &Context) -> Result<(), Error> {
    let resource = cx.engine().app().resource(row.resource);
    let (index, _) = resource.attribute("title").unwrap();
    let old = row.attributes[usize::from(index)].shown().and_then(Value::as_text).unwrap();
    let new = changeset.value("title").and_then(Value::as_text).unwrap_or_default();
    changeset.set("title", Value::Text(format!("{old}{new}")));
    Ok(())
}

fn summary(cx: &Context, input: Input) -> BoxFuture<'_, Result<Answer, Error>> {
    Box::pin(async move {
        let resource = cx.engine().app().find("Activity").unwrap();
        let mut query = samara::query::Query::new(resource);
        let since = E::Lit(input.get("since").unwrap().clone(), Type::Timestamp);
        query.filter =
            Some(col("occurred_at").compare(Comparison::Ge, since).tree(cx.engine().app(), Some("Activity")));
        let page = cx.read(query).await?;
        Ok(Answer::Value(Value::Int(page.records.len() as i64)))
    })
}

/// The declaration.
pub(crate) fn app() -> App {
    let mut resources = vec![user(), world(), membership(), activity(), modification()];
    // Expressions name what is declared, so they come second.
    let names = App::new(Vec::new(), resources.clone(), Vec::new());
    for resource in &mut resources {
        match &*resource.name {
            "User" => user_rules(&names, resource),
            "World" => world_rules(&names, resource),
            "Membership" => membership_rules(&names, resource),
            "Activity" => activity_rules(&names, resource),
            _ => modification_rules(&names, resource),
        }
    }
    let names = resources.iter().map(|it| it.name.clone()).collect();
    let domain = Domain { name: "Platform".into(), docs: String::new(), resources: names };
    App::new(vec![domain], resources, enums())
}

fn enums() -> Vec<Enum> {
    let declared: [(&str, &[&str]); 4] = [
        ("Kind", &["BUILD", "EXPLORE", "SCRIPT"]),
        ("Role", &["MEMBER", "BUILDER", "COORDINATOR", "ADMIN"]),
        ("State", &["PROPOSED", "APPROVED", "APPLIED", "REJECTED"]),
        ("Visibility", &["PUBLIC", "PRIVATE"]),
    ];
    let variants =
        |names: &[&'static str]| names.iter().map(|it| Variant { stored: (*it).into(), docs: String::new() }).collect();
    declared
        .iter()
        .map(|(name, it)| Enum { name: (*name).into(), docs: String::new(), variants: variants(it) })
        .collect()
}

fn user() -> Resource {
    let mut user = declared("User", "users");
    put(
        &mut user,
        [
            limited(attribute("display_name", Type::String), 1, 80),
            Attribute {
                guarded: true,
                constraints: Constraints { email: true, ..Constraints::default() },
                ..attribute("email", Type::CiString)
            },
            Attribute {
                guarded: true,
                ..defaulting(attribute("role", Type::Enum("Role".into())), variant("Role", "MEMBER"))
            },
            Attribute { guarded: true, ..nullable(attribute("age", Type::Integer)) },
        ],
    );
    user.identities = vec![Identity { name: "email".into(), attributes: vec!["email".into()] }];
    user.relationships = vec![
        relationship(
            "worlds",
            "World",
            RelationshipKind::ManyToMany {
                through: "Membership".into(),
                source_attribute: "user_id".into(),
                target_attribute: "world_id".into(),
            },
        ),
        has_many("activities", "Activity", "user_id"),
        has_many("owned", "World", "owner_id"),
    ];
    user.role = Some(Role::Actor { identity: "email".into() });
    user.actions = vec![
        list(&[("display_name", Direction::Asc)]),
        accepting(
            Action { public: false, ..action("register", ActionKind::Create) },
            &["email", "display_name", "role", "age"],
        ),
        accepting(action("update", ActionKind::Update), &["display_name"]),
        accepting(action("set_role", ActionKind::Update), &["role"]),
        action("destroy", ActionKind::Destroy),
    ];
    user
}

fn user_rules(app: &App, user: &mut Resource) {
    let row = Some("User");
    user.policies = vec![
        bypass(app, "admins", &[Applies::Always], is("ADMIN")),
        policy(app, None, "signed_in", &[Applies::Read], is_present()),
        policy(app, row, "oneself", &[named("update")], col("id").eq(actor("id"))),
    ];
    let own = || col("id").eq(actor("id"));
    user.field_policies = vec![
        field_policy(app, row, "own_email", &["email", "age"], own().or(is("ADMIN"))),
        field_policy(app, row, "own_role", &["role"], own().or(is("ADMIN")).or(is("COORDINATOR"))),
    ];
    user.calculations = vec![calculation("owned_count", Type::Integer, false, count("owned").tree(app, row))];
}

fn world() -> Resource {
    let mut world = declared("World", "worlds");
    put(
        &mut world,
        [
            limited(attribute("name", Type::String), 1, 80),
            Attribute {
                constraints: Constraints { slug: true, ..Constraints::default() },
                ..attribute("slug", Type::String)
            },
            defaulting(attribute("visibility", Type::Enum("Visibility".into())), variant("Visibility", "PUBLIC")),
            Attribute {
                constraints: Constraints { min: Some(1), ..Constraints::default() },
                ..nullable(attribute("capacity", Type::Integer))
            },
            attribute("owner_id", Type::Uuid),
        ],
    );
    world.identities = vec![Identity { name: "slug".into(), attributes: vec!["slug".into()] }];
    world.relationships = vec![
        belongs_to("owner", "User", OnDelete::Restrict),
        has_many("members", "Membership", "world_id"),
        has_many("activities", "Activity", "world_id"),
    ];
    world.actions = vec![
        list(&[("name", Direction::Asc)]),
        Action {
            changes: vec![Change::RelateActor { relationship: "owner".into() }],
            ..accepting(action("create", ActionKind::Create), &["name", "slug", "visibility", "capacity"])
        },
        accepting(action("update", ActionKind::Update), &["name", "visibility", "capacity"]),
        accepting(action("give", ActionKind::Update), &["owner_id"]),
        action("grow", ActionKind::Update),
        action("destroy", ActionKind::Destroy),
    ];
    world
}

fn world_rules(app: &App, world: &mut Resource) {
    let row = Some("World");
    let owner = || col("owner_id").eq(actor("id"));
    let member = any("members", col("user_id").eq(actor("id")));
    let public = col("visibility").eq(variant("Visibility", "PUBLIC"));
    world.policies = vec![
        bypass(app, "admins", &[Applies::Always], is("ADMIN")),
        policy(app, row, "visible", &[Applies::Read], E::Or(vec![public, owner(), member, is("COORDINATOR")])),
        policy(app, None, "signed_in", &[named("create")], is_present()),
        policy(app, row, "owners", &[Applies::Update, Applies::Destroy], owner().or(is("COORDINATOR"))),
    ];
    if let Some(grow) = world.actions.iter_mut().find(|it| it.name == "grow") {
        let larger = E::Arithmetic(Arithmetic::Add, Box::new(col("capacity")), Box::new(int(1)));
        grow.changes = vec![Change::Set { attribute: "capacity".into(), value: larger.tree(app, row) }];
        let small = col("capacity").compare(Comparison::Le, int(100));
        grow.requirements = vec![requirement(app, row, false, small, "a world holds at most 100", &["capacity"])];
    }
    let spare = E::Arithmetic(Arithmetic::Sub, Box::new(col("capacity")), Box::new(int(7)));
    let share = E::Arithmetic(Arithmetic::Div, Box::new(int(10_000)), Box::new(spare));
    world.calculations = vec![
        calculation("member_count", Type::Integer, false, count("members").tree(app, row)),
        calculation("owner_email", Type::CiString, false, col("owner.email").tree(app, row)),
        // Nothing for a world of seven.
        calculation("share", Type::Integer, true, share.tree(app, row)),
        // An error for a world of seven.
        calculation("surge", Type::BigInteger, true, surge().tree(app, row)),
        Calculation {
            unrestricted: true,
            ..calculation("crowd", Type::Integer, false, count("members").tree(app, row))
        },
    ];
}

fn membership() -> Resource {
    let mut membership = declared("Membership", "memberships");
    put(&mut membership, [attribute("world_id", Type::Uuid), attribute("user_id", Type::Uuid)]);
    membership.identities =
        vec![Identity { name: "world_and_user".into(), attributes: vec!["world_id".into(), "user_id".into()] }];
    membership.relationships =
        vec![belongs_to("world", "World", OnDelete::Cascade), belongs_to("user", "User", OnDelete::Restrict)];
    membership.actions = vec![
        list(&[("inserted_at", Direction::Desc)]),
        accepting(action("create", ActionKind::Create), &["world_id", "user_id"]),
        action("destroy", ActionKind::Destroy),
    ];
    membership
}

fn membership_rules(app: &App, membership: &mut Resource) {
    let row = Some("Membership");
    let world_owner = || col("world.owner_id").eq(actor("id"));
    let world_member = any("world.members", col("user_id").eq(actor("id")));
    let public = col("world.visibility").eq(variant("Visibility", "PUBLIC"));
    membership.policies = vec![
        bypass(app, "admins", &[Applies::Always], is("ADMIN")),
        policy(
            app,
            row,
            "of_visible_worlds",
            &[Applies::Read],
            is_present().and(E::Or(vec![public, world_owner(), world_member, is("COORDINATOR")])),
        ),
        policy(app, row, "owners", &[Applies::Create], world_owner()),
        policy(app, row, "owners_or_oneself", &[Applies::Destroy], world_owner().or(col("user_id").eq(actor("id")))),
    ];
}

fn activity() -> Resource {
    let mut activity = declared("Activity", "activities");
    put(
        &mut activity,
        [
            attribute("kind", Type::Enum("Kind".into())),
            defaulting(attribute("detail", Type::Json), E::Lit(Value::Json(serde_json::json!({})), Type::Json)),
            defaulting(attribute("occurred_at", Type::Timestamp), E::Now),
            attribute("user_id", Type::Uuid),
            nullable(attribute("world_id", Type::Uuid)),
        ],
    );
    activity.relationships =
        vec![belongs_to("user", "User", OnDelete::Restrict), belongs_to("world", "World", OnDelete::Nilify)];
    let since = Argument { name: "since".into(), docs: String::new(), ty: Type::Timestamp, nullable: false };
    let kind = Argument { name: "kind".into(), docs: String::new(), ty: Type::Enum("Kind".into()), nullable: false };
    let place = Argument { name: "place".into(), docs: String::new(), ty: Type::Uuid, nullable: true };
    activity.actions = vec![
        list(&[("occurred_at", Direction::Desc)]),
        Action { arguments: vec![kind], ..action("of_kind", ActionKind::Read(Read::default())) },
        Action {
            changes: vec![Change::RelateActor { relationship: "user".into() }],
            ..accepting(action("record", ActionKind::Create), &["kind", "detail", "world_id", "occurred_at"])
        },
        Action {
            arguments: vec![place.clone()],
            changes: vec![Change::RelateActor { relationship: "user".into() }],
            ..accepting(action("record_at", ActionKind::Create), &["kind"])
        },
        Action {
            arguments: vec![place.clone()],
            changes: vec![
                Change::RelateActor { relationship: "user".into() },
                Change::Function { name: "set_place".into() },
            ],
            ..accepting(action("record_there", ActionKind::Create), &["kind"])
        },
        Action { arguments: vec![place], ..action("move_to", ActionKind::Update) },
        Action {
            arguments: vec![since],
            ..action(
                "summary",
                ActionKind::Generic { query: true, returns: Returns::Value { ty: Type::Integer, nullable: false } },
            )
        },
        action("destroy", ActionKind::Destroy),
    ];
    activity
}

fn activity_rules(app: &App, activity: &mut Resource) {
    let row = Some("Activity");
    activity.policies = vec![
        bypass(app, "admins", &[Applies::Always], is("ADMIN")),
        policy(
            app,
            row,
            "own",
            &[Applies::Read, named("move_to")],
            col("user_id").eq(actor("id")).or(is("COORDINATOR")),
        ),
        policy(
            app,
            None,
            "signed_in",
            &[named("record"), named("record_at"), named("record_there"), named("summary")],
            is_present(),
        ),
    ];
    if let Some(move_to) = activity.actions.iter_mut().find(|it| it.name == "move_to") {
        // Which of the two it is, only the stored row tells.
        let builds = col("kind").eq(variant("Kind", "BUILD"));
        let value = E::Arg("place", Type::Uuid).when(builds, col("world_id")).tree(app, row);
        move_to.changes.push(Change::Set { attribute: "world_id".into(), value });
    }
    if let Some(record_at) = activity.actions.iter_mut().find(|it| it.name == "record_at") {
        let value = E::Arg("place", Type::Uuid).tree(app, row);
        record_at.changes.push(Change::Set { attribute: "world_id".into(), value });
    }
    if let Some(Action { kind: ActionKind::Read(read), .. }) =
        activity.actions.iter_mut().find(|it| it.name == "of_kind")
    {
        let argument = E::Arg("kind", Type::Enum("Kind".into()));
        read.filter = Some(col("kind").eq(argument).tree(app, row));
    }
}

fn modification() -> Resource {
    let mut modification = declared("Modification", "modifications");
    put(
        &mut modification,
        [
            limited(attribute("title", Type::String), 3, 120),
            attribute("source", Type::String),
            attribute("source_hash", Type::String),
            defaulting(attribute("state", Type::Enum("State".into())), variant("State", "PROPOSED")),
            attribute("author_id", Type::Uuid),
            nullable(attribute("approver_id", Type::Uuid)),
            nullable(attribute("world_id", Type::Uuid)),
        ],
    );
    modification.relationships = vec![
        belongs_to("author", "User", OnDelete::Restrict),
        belongs_to("approver", "User", OnDelete::Nilify),
        belongs_to("world", "World", OnDelete::Nilify),
    ];
    modification.actions = vec![
        list(&[("inserted_at", Direction::Desc)]),
        Action {
            changes: vec![
                Change::RelateActor { relationship: "author".into() },
                Change::Function { name: "hash_source".into() },
            ],
            ..accepting(action("propose", ActionKind::Create), &["title", "source", "world_id"])
        },
        Action {
            changes: vec![Change::RelateActor { relationship: "approver".into() }],
            ..action("approve", ActionKind::Update)
        },
        Action {
            changes: vec![Change::RowFunction { name: "append_title".into() }],
            ..accepting(action("amend", ActionKind::Update), &["title"])
        },
        action("destroy", ActionKind::Destroy),
    ];
    modification
}

fn modification_rules(app: &App, modification: &mut Resource) {
    let row = Some("Modification");
    let settled = E::In(
        Box::new(col("state")),
        vec![Value::Text("APPROVED".into()), Value::Text("APPLIED".into())],
        Type::Enum("State".into()),
    );
    let own = col("author_id").eq(actor("id"));
    modification.policies = vec![
        bypass(app, "admins", &[Applies::Always], is("ADMIN")),
        policy(
            app,
            row,
            "own_or_settled",
            &[Applies::Read],
            E::Or(vec![own, settled.and(is_present()), is("COORDINATOR")]),
        ),
        policy(app, None, "builders", &[named("propose")], is("BUILDER").or(is("COORDINATOR"))),
        policy(app, None, "coordinators", &[named("approve")], is("COORDINATOR")),
    ];
    let proposed = || col("state").eq(variant("State", "PROPOSED"));
    for action in &mut modification.actions {
        if action.name == "approve" {
            action
                .changes
                .push(Change::Set { attribute: "state".into(), value: variant("State", "APPROVED").tree(app, None) });
            action.requirements = vec![requirement(
                app,
                row,
                true,
                proposed(),
                "only a proposed modification can be approved",
                &["state"],
            )];
        }
        if action.name == "propose" {
            let differ = E::Not(Box::new(col("title").eq(col("source"))));
            action.requirements = vec![requirement(app, row, false, differ, "say what it does", &["title"])];
        }
    }
}

// Declarations in short.

fn is(role: &'static str) -> E {
    actor("role").eq(variant("Role", role))
}

fn named(action: &'static str) -> Applies {
    Applies::Action(action.into())
}

fn declared(name: &'static str, table: &'static str) -> Resource {
    let mut resource = resource(name, table);
    resource.policies.clear();
    resource
}

/// The attributes, and the timestamps after them.
fn put<const N: usize>(resource: &mut Resource, attributes: [Attribute; N]) {
    resource.attributes.extend(attributes);
    for (name, generated) in [("inserted_at", Generated::InsertedAt), ("updated_at", Generated::UpdatedAt)] {
        resource.attributes.push(Attribute { generated: Some(generated), ..attribute(name, Type::Timestamp) });
    }
}

fn limited(attribute: Attribute, min: u32, max: u32) -> Attribute {
    let constraints = Constraints { min_length: Some(min), max_length: Some(max), ..Constraints::default() };
    Attribute { constraints, ..attribute }
}

fn defaulting(attribute: Attribute, value: E) -> Attribute {
    let nothing = App::new(Vec::new(), Vec::new(), Vec::new());
    let mut tree = value.tree(&nothing, None);
    tree.actor = None;
    Attribute { default: Some(tree), ..attribute }
}

fn list(sort: &[(&'static str, Direction)]) -> Action {
    let key = |(field, direction): &(&'static str, Direction)| Sort {
        field: (*field).into(),
        direction: *direction,
        private: false,
    };
    let sort = sort.iter().map(key).collect();
    let pagination = Some(Pagination { default: 50, max: 250 });
    let read = Read { sort, pagination, ..Read::default() };
    Action { primary: true, ..action("list", ActionKind::Read(read)) }
}

fn accepting(action: Action, attributes: &[&'static str]) -> Action {
    Action { accept: attributes.iter().map(|it| Name::from(*it)).collect(), ..action }
}

fn policy(app: &App, row: Option<&str>, name: &'static str, applies: &[Applies], condition: E) -> Policy {
    Policy {
        name: name.into(),
        docs: String::new(),
        bypass: false,
        anyone: false,
        applies: applies.to_vec(),
        condition: condition.tree(app, row),
    }
}

fn bypass(app: &App, name: &'static str, applies: &[Applies], condition: E) -> Policy {
    Policy { bypass: true, ..policy(app, None, name, applies, condition) }
}

fn field_policy(
    app: &App,
    row: Option<&str>,
    name: &'static str,
    attributes: &[&'static str],
    condition: E,
) -> FieldPolicy {
    let attributes = attributes.iter().map(|it| Name::from(*it)).collect();
    FieldPolicy { name: name.into(), docs: String::new(), attributes, condition: condition.tree(app, row) }
}

fn requirement(
    app: &App,
    row: Option<&str>,
    old: bool,
    condition: E,
    message: &str,
    fields: &[&'static str],
) -> Requirement {
    let condition: Tree = condition.tree(app, row);
    Requirement { old, condition, message: message.into(), fields: fields.iter().map(|it| Name::from(*it)).collect() }
}
