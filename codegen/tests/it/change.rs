//! Each kind of change, alone: what is done about it, what a reviewer is told, and what is refused.

use chrono::Utc;
use samara::ir::{App, Attribute, Constraints, Enum, Generated, KeyType, OnDelete, Resource, Type, Variant};
use samara::table::{Table, declared};
use samara::value::Value;
use samara_codegen::diff::{diff, open_questions};
use samara_codegen::generate::Layout;
use samara_codegen::question::Decisions;
use samara_codegen::{Diagnostic, GeneratedFiles, GeneratorInput, Operation, generate};

use crate::declare::{Declare, Describe, app, attribute, domain, resource, text};

fn world() -> Resource {
    resource("World", "worlds").with(attribute("name", Type::String)).with(attribute("slug", Type::String))
}

fn user() -> Resource {
    resource("User", "users").with(attribute("email", Type::CiString))
}

fn user_of(ty: Type) -> Resource {
    resource("User", "users").with(attribute("email", ty))
}

fn none() -> Constraints {
    Constraints::default()
}

/// A text and a number of these bounds.
fn bounded(text: Constraints, number: Constraints) -> Resource {
    resource("Bound", "bounds")
        .with(Attribute { constraints: text, ..attribute("text", Type::String) })
        .with(Attribute { constraints: number, ..attribute("number", Type::Integer) })
}

/// Two texts of these lengths at most.
fn bounded_both(a: u32, b: u32) -> Resource {
    let text = |name, most| Attribute {
        constraints: Constraints { max_length: Some(most), ..none() },
        ..attribute(name, Type::String)
    };
    resource("Bound", "bounds").with(text("a", a)).with(text("b", b))
}

/// A required name, which is unique, and one that may be NULL.
fn named(required: &'static str, optional: &'static str) -> Resource {
    resource("Person", "people")
        .with(attribute(required, Type::String))
        .with(attribute(optional, Type::String).optional())
        .unique("name", &[required])
}

/// A required key and one that may be NULL.
fn keys(required: &'static str, optional: &'static str) -> Resource {
    resource("Trip", "trips").belongs_to(required, "User", OnDelete::Cascade).may_belong_to(
        optional,
        "User",
        OnDelete::Nilify,
    )
}

/// Three attributes, each declared otherwise.
fn three(whole: &'static str, truth: &'static str, text: &'static str) -> Resource {
    resource("Thing", "things")
        .with(attribute(whole, Type::Integer))
        .with(attribute(truth, Type::Boolean))
        .with(attribute(text, Type::String))
        .index(&[(truth, true)])
}

/// The resource with another attribute as its key, and without the one it had.
fn keyed(mut resource: Resource, key: &str) -> Resource {
    resource.attributes.remove(0);
    resource.attributes.iter_mut().for_each(|it| it.primary_key = it.name == key);
    resource
}

/// The resource with a key that the database counts.
fn counted(mut resource: Resource) -> Resource {
    resource.attributes[0].ty = Type::Key(KeyType::Integer);
    resource.attributes[0].generated = Some(Generated::Number);
    resource
}

/// The change from `old` to `new` as it is told, or why there is none.
fn change(old: Vec<Resource>, new: Vec<Resource>, flags: &[&str]) -> String {
    match try_change(old, new, flags) {
        Ok(generated) => {
            let warnings = |it: &Operation| {
                it.warnings()
                    .iter()
                    .chain(&it.way_back(&generated.operations))
                    .map(|it| format!("\n    warning: {it}"))
                    .collect::<String>()
            };
            let lines = generated.operations.iter().map(|it| format!("{it}{}", warnings(it)));
            lines.collect::<Vec<_>>().join("\n")
        }
        Err(mistakes) => mistakes.iter().map(Diagnostic::to_string).collect::<Vec<_>>().join("\n"),
    }
}

fn try_change(old: Vec<Resource>, new: Vec<Resource>, flags: &[&str]) -> Result<GeneratedFiles, Vec<Diagnostic>> {
    let snapshots = declared(&app(old));
    let app = app(new);
    let flag = |name: &str| {
        flags
            .iter()
            .filter_map(move |it| it.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let answers = Decisions {
        renames: flag("--rename").iter().map(|it| it.parse().unwrap()).collect(),
        drops: flag("--drop").iter().map(|it| it.parse().unwrap()).collect(),
        fills: flag("--fill").iter().map(|it| it.parse().unwrap()).collect(),
        keeps: flag("--keep").iter().map(|it| it.parse().unwrap()).collect(),
        accepts: flag("--accept").iter().map(|it| it.parse().unwrap()).collect(),
    };
    let open = open_questions(&snapshots, &declared(&app), &answers)?;
    if !open.is_empty() {
        return Err(open.iter().map(samara_codegen::question::Question::unanswered).collect());
    }
    generate(&GeneratorInput {
        app: &app,
        snapshots: &snapshots,
        migrations: &[],
        name: Some("change"),
        unnamed: false,
        answers: &answers,
        clock: Utc::now(),
        layout: &Layout { app: "app".into(), migrations: "migrations".into() },
    })
}

macro_rules! changes {
    ($($name:ident: $old:expr => $new:expr, $flags:expr;)*) => {
        /// One section for each change, headed by its name.
        #[test]
        fn each_kind_of_change() {
            let sections = [$((stringify!($name), change($old, $new, &$flags))),*];
            let sections = sections.map(|(name, told)| format!("# {}\n{told}\n", name.replace('_', " ")));
            insta::assert_snapshot!(sections.join("\n"));
        }
    };
}

changes! {
    nothing: vec![world()] => vec![world()], [];
    the_order_of_fields_means_nothing:
        vec![world()] => vec![resource("World", "worlds").with(attribute("slug", Type::String)).with(attribute("name", Type::String))], [];
    an_enum_is_text:
        vec![world()] => vec![resource("World", "worlds").with(attribute("name", Type::Enum("Name".into()))).with(attribute("slug", Type::CiString))], [];
    a_table_comes: vec![] => vec![world()], [];
    a_table_goes: vec![world(), user()] => vec![user()], [];
    tables_that_point_at_each_other_go:
        vec![
            world().may_belong_to("owner", "User", OnDelete::Restrict),
            user().belongs_to("home", "World", OnDelete::Restrict),
            resource("Tag", "tags").belongs_to("user", "User", OnDelete::Cascade),
        ] => vec![], [];
    a_table_goes_that_others_pointed_at:
        vec![user().may_belong_to("home", "World", OnDelete::Nilify), world()] => vec![user()], [];
    a_table_goes_and_another_comes: vec![world()] => vec![resource("Place", "places")], [];
    a_table_is_renamed:
        vec![world().unique("slug", &["slug"])]
        => vec![resource("Place", "places").with(attribute("name", Type::String)).with(attribute("slug", Type::String)).unique("slug", &["slug"])],
        ["--rename worlds:places"];
    a_table_is_dropped_though_another_comes:
        vec![world()] => vec![resource("Place", "places")], ["--drop worlds"];
    an_optional_column_comes: vec![world()] => vec![world().with(attribute("motto", Type::String).optional())], [];
    a_column_with_a_constant_comes:
        vec![world()] => vec![world().with(attribute("open", Type::Boolean).defaulting(Value::Bool(true)))], [];
    a_column_with_the_time_comes: vec![world()] => vec![world().with(attribute("opened_at", Type::Timestamp).now())], [];
    a_required_column_comes: vec![world()] => vec![world().with(attribute("motto", Type::String))], [];
    a_required_key_comes:
        vec![world(), user()] => vec![world().belongs_to("owner", "User", OnDelete::Cascade), user()], [];
    an_optional_key_comes_with_its_index:
        vec![world(), user()] => vec![world().may_belong_to("owner", "User", OnDelete::Cascade), user()], [];
    a_column_goes_with_its_index: vec![world().index(&[("motto", false)]).with(attribute("motto", Type::String).optional())] => vec![world()], [];
    a_column_goes_and_one_like_it_comes:
        vec![world()] => vec![resource("World", "worlds").with(attribute("title", Type::String).optional()).with(attribute("slug", Type::String))], [];
    a_column_goes_and_an_unlike_one_comes:
        vec![world()] => vec![resource("World", "worlds").with(attribute("size", Type::Integer).optional()).with(attribute("slug", Type::String))], [];
    a_column_is_renamed_in_a_renamed_table:
        vec![world()] => vec![resource("Place", "places").with(attribute("title", Type::String)).with(attribute("slug", Type::String))],
        ["--rename worlds:places", "--rename places.name:title"];
    a_renamed_column_takes_its_identity_along:
        vec![world().unique("name", &["name"])]
        => vec![resource("World", "worlds").with(attribute("title", Type::String)).with(attribute("slug", Type::String)).unique("title", &["title"])],
        ["--rename worlds.name:title"];
    a_renamed_key_takes_its_constraint_along:
        vec![world().belongs_to("owner", "User", OnDelete::Cascade), user()]
        => vec![world().belongs_to("keeper", "User", OnDelete::Cascade), user()], ["--rename worlds.owner_id:keeper_id"];
    a_rename_of_nothing: vec![world()] => vec![world()], ["--rename worlds.title:name", "--drop places"];
    two_renames_to_one:
        vec![world()] => vec![resource("World", "worlds").with(attribute("title", Type::String))],
        ["--rename worlds.name:title", "--rename worlds.slug:title"];
    an_identity_comes_and_another_goes:
        vec![world().unique("name", &["name"])] => vec![world().unique("slug", &["slug"])], ["--keep worlds.name"];
    an_identity_is_renamed: vec![world().unique("name", &["name"])] => vec![world().unique("title", &["name"])], [];
    an_index_turns: vec![world().index(&[("name", false)])] => vec![world().index(&[("name", true)])], [];
    a_column_may_be_null:
        vec![world()] => vec![resource("World", "worlds").with(attribute("name", Type::String).optional()).with(attribute("slug", Type::String))], [];
    a_column_is_required:
        vec![resource("World", "worlds").with(attribute("name", Type::String).optional())]
        => vec![resource("World", "worlds").with(attribute("name", Type::String))], [];
    two_columns_of_one_table_change:
        vec![world()] => vec![resource("World", "worlds").with(attribute("name", Type::String).optional()).with(attribute("slug", Type::Integer))], [];
    a_required_column_comes_with_a_value:
        vec![world()] => vec![world().with(attribute("motto", Type::String)).with(attribute("size", Type::Integer))],
        ["--fill worlds.motto:a: b", "--fill worlds.size:7"];
    a_column_is_required_with_a_value:
        vec![resource("World", "worlds").with(attribute("name", Type::String).optional())]
        => vec![resource("World", "worlds").with(attribute("name", Type::String))], ["--fill worlds.name:none"];
    values_that_nobody_needs:
        vec![world()]
        => vec![world().with(attribute("size", Type::Integer)).with(attribute("motto", Type::String).optional()).with(attribute("kind", Type::String).defaulting(text("A"))), user()],
        ["--fill worlds.size:many", "--fill worlds.motto:x", "--fill worlds.kind:B", "--fill worlds.name:x", "--fill users.email:x", "--fill worlds.nothing:x"];
    text_is_case_insensitive_from_now_on:
        vec![user_of(Type::String).unique("email", &["email"])] => vec![user_of(Type::CiString).unique("email", &["email"])], [];
    text_is_as_it_was_written_again:
        vec![user_of(Type::CiString).unique("email", &["email"])] => vec![user_of(Type::String).unique("email", &["email"])], [];
    texts_are_shorter_and_numbers_smaller:
        vec![bounded(Constraints { max_length: Some(80), ..none() }, Constraints { min: Some(0), max: Some(9), ..none() })]
        => vec![bounded(Constraints { min_length: Some(1), max_length: Some(40), ..none() }, Constraints { min: Some(-1), max: Some(8), ..none() })], [];
    bounds_are_wider:
        vec![bounded(Constraints { max_length: Some(40), slug: true, ..none() }, Constraints { max: Some(9), ..none() })]
        => vec![bounded(Constraints { max_length: Some(80), ..none() }, none())], [];
    rows_that_do_not_fit_are_accepted:
        vec![bounded(none(), none())]
        => vec![bounded(Constraints { email: true, ..none() }, Constraints { max: Some(9), ..none() })], ["--accept bounds.text"];
    nothing_to_accept: vec![world()] => vec![world()], ["--accept worlds.name", "--accept worlds"];
    nothing_to_keep: vec![world()] => vec![world()], ["--keep worlds.nothing", "--keep worlds"];
    fields_that_differ_swap_names:
        vec![named("first", "last")] => vec![named("last", "first")], [];
    fields_that_differ_in_an_index_swap_names:
        vec![world().index(&[("name", false)])] => vec![world().index(&[("slug", false)])], [];
    fields_that_differ_in_their_bounds_swap_names:
        vec![bounded_both(40, 80)] => vec![bounded_both(80, 40)], [];
    three_fields_trade_names:
        vec![three("a", "b", "c")] => vec![three("b", "c", "a")], [];
    three_fields_have_traded_names:
        vec![three("a", "b", "c")] => vec![three("b", "c", "a")], ["--rename things.a:b", "--rename things.b:c", "--rename things.c:a"];
    three_fields_have_kept_their_names:
        vec![three("a", "b", "c")] => vec![three("b", "c", "a")], ["--keep things.b"];
    a_name_in_between_is_nobodys:
        vec![named("first", "samara_swapped_0")] => vec![named("samara_swapped_0", "first")],
        ["--rename people.first:samara_swapped_0", "--rename people.samara_swapped_0:first"];
    fields_have_swapped_names:
        vec![named("first", "last")] => vec![named("last", "first")], ["--rename people.first:last", "--rename people.last:first"];
    keys_have_swapped_names:
        vec![user(), keys("from", "to")] => vec![user(), keys("to", "from")],
        ["--rename trips.from_id:to_id", "--rename trips.to_id:from_id"];
    fields_have_kept_their_names:
        vec![named("first", "last")] => vec![named("last", "first")], ["--keep people.first"];
    names_move_on:
        vec![world()]
        => vec![resource("World", "worlds").with(attribute("slug", Type::String)).with(attribute("path", Type::String))],
        ["--rename worlds.name:slug", "--rename worlds.slug:path"];
    a_default_changes:
        vec![resource("World", "worlds").with(attribute("kind", Type::String).defaulting(text("A")))]
        => vec![resource("World", "worlds").with(attribute("kind", Type::String).defaulting(text("B")))], [];
    a_type_changes:
        vec![world()] => vec![resource("World", "worlds").with(attribute("name", Type::Json)).with(attribute("slug", Type::Integer))], [];
    a_type_changes_and_no_value_becomes_another:
        vec![resource("World", "worlds").with(attribute("size", Type::Integer))]
        => vec![resource("World", "worlds").with(attribute("size", Type::Timestamp))], [];
    what_happens_to_rows_that_point_changes:
        vec![world().belongs_to("owner", "User", OnDelete::Cascade), user()]
        => vec![world().belongs_to("owner", "User", OnDelete::Restrict), user()], [];
    tables_that_require_each_other:
        vec![] => vec![world().belongs_to("owner", "User", OnDelete::Restrict), user().belongs_to("home", "World", OnDelete::Restrict)], [];
    names_that_are_too_long_or_shared:
        vec![]
        => vec![
            resource("A", "a_table_of_a_name_that_no_database_would_ever_keep_in_full_for_long"),
            resource("B", "b").with(attribute("c_key", Type::String)).unique("c", &["c_key"]),
            resource("C", "b_c_key"),
        ], [];
    names_that_no_file_and_no_column_can_have:
        vec![]
        => vec![
            resource("A", "../a"),
            resource("B", "Game Worlds"),
            resource("C", ""),
            resource("D", "d").with(attribute("xmin", Type::Integer)).with(attribute("type", Type::String)),
        ], [];
    another_column_becomes_the_primary_key:
        vec![world().with(attribute("key", Type::Uuid)), user().belongs_to("home", "World", OnDelete::Cascade)]
        => vec![keyed(world().with(attribute("key", Type::Uuid)), "key"), user().belongs_to("home", "World", OnDelete::Cascade)], ["--drop worlds.id"];
    a_new_column_becomes_the_primary_key:
        vec![world()] => vec![keyed(world().with(attribute("key", Type::Uuid)), "key")], ["--drop worlds.id"];
    a_key_is_counted:
        vec![world()] => vec![counted(world())], [];
    tables_that_require_each_other_go:
        vec![world().belongs_to("owner", "User", OnDelete::Restrict), user().may_belong_to("home", "World", OnDelete::Restrict)] => vec![], [];
}

#[test]
fn a_table_says_that_its_key_is_counted() {
    let files = try_change(vec![], vec![counted(world()), user()], &[]);
    let text = files.unwrap().files.iter().map(|it| it.text().to_owned()).collect::<Vec<_>>().join("\n");
    assert!(text.contains("Column::integer(\"id\").counted()"), "{text}");
    assert!(text.contains("Column::uuid(\"id\").primary_key()"), "{text}");
}

#[test]
fn an_enum_that_loses_a_variant_is_checked() {
    let declared_with = |variants: &[&'static str]| {
        let variants = variants.iter().map(|it| Variant { stored: (*it).into(), docs: String::new() }).collect();
        let role = Enum { name: "Role".into(), docs: String::new(), variants };
        let resources = vec![resource("User", "users").with(attribute("role", Type::Enum("Role".into())))];
        declared(&App::new(vec![domain("Fixture", &resources)], resources, vec![role]))
    };
    let none = Decisions::default();
    let told = |old: &[Table], new: &[Table]| {
        diff(old, new, &none).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let (few, many) = (declared_with(&["ADMIN", "MEMBER"]), declared_with(&["MEMBER", "ADMIN", "GUEST"]));
    assert_eq!(told(&few, &many), Vec::<String>::new());
    assert_eq!(told(&many, &few), ["check that `users.role` is one of ADMIN, MEMBER"]);
    // A snapshot of the first version says nothing of rules: there is nothing to compare with.
    let unknown: Vec<Table> = many
        .iter()
        .map(|it| Table { columns: it.columns.iter().map(samara::table::Column::schema).collect(), ..it.clone() })
        .collect();
    assert_eq!(told(&unknown, &few), Vec::<String>::new());
}

#[test]
fn a_migration_needs_a_name_and_a_time_after_the_last() {
    let app = app(vec![world()]);
    let layout = Layout { app: "app".into(), migrations: "migrations".into() };
    let path = |name: Option<&str>| {
        let made = generate(&GeneratorInput {
            app: &app,
            snapshots: &[],
            migrations: &["m29991231_235959_far_away".to_owned()],
            name,
            unnamed: false,
            answers: &Decisions::default(),
            clock: Utc::now(),
            layout: &layout,
        });
        made.map(|it| it.files[0].path().display().to_string()).map_err(|it| it[0].to_string())
    };
    assert_eq!(path(Some("Create worlds")).unwrap(), "migrations/src/m30000101_000000_create_worlds.rs");
    insta::assert_snapshot!(
        [None, Some(""), Some("  "), Some("../x"), Some("ß"), Some(&"x".repeat(201))]
            .map(|it| path(it).unwrap_err())
            .join("\n")
    );
}
