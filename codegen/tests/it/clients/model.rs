//! What generators of clients are told of an API.

use std::collections::BTreeSet;

use samara::ir::{Action, ActionKind, App, Graphql, Read, Resource, Returns, Type};
use samara_codegen::client::{Argument, ArgumentPosition, Call, Model, ObjectKind, ResultShape, gdscript, typescript};
use samara_codegen::{DiagnosticCode, GeneratedFile};

use super::model;
use crate::declare::{self, Declare, action, argument, attribute, resource};

/// A call in one line: what it is called, what it takes and gives, and the field that it is.
fn line(call: &Call) -> String {
    let argument = |it: &Argument| {
        let place = match it.position {
            ArgumentPosition::Field => "",
            ArgumentPosition::Input => "input.",
            ArgumentPosition::Page => "page.",
        };
        let optional = if it.is_required() { "" } else { "?" };
        format!("{place}{}{optional}: {}", it.name, it.ty)
    };
    let arguments: Vec<String> = call.arguments.iter().map(argument).collect();
    let shape = match call.shape {
        ResultShape::Page => "page of ",
        ResultShape::Payload => "payload of ",
        ResultShape::Plain => "",
    };
    format!("{}({}): {shape}{}    {:?} {}", call.name, arguments.join(", "), call.result, call.operation, call.field)
}

#[test]
fn calls_are_grouped_by_resource_and_named_as_people_call_them() {
    let model = model();
    let mut text = String::new();
    for group in &model.groups {
        text += &format!("{}: {}\n", group.name, group.type_name);
        group.calls.iter().for_each(|it| text += &format!("  {}\n", line(it)));
    }
    let sign_in = model.sign_in.as_ref().unwrap();
    text += &format!("sign-in of {:?}\n", sign_in.user);
    for call in [&sign_in.request_code, &sign_in.sign_in, &sign_in.sign_out] {
        text += &format!("  {}\n", line(call));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn operations_are_written_around_a_selection() {
    let model = model();
    let texts: Vec<String> =
        model.calls().map(|it| it.document().with(&model.default_selection(it.result.name()))).collect();
    for text in &texts {
        async_graphql::parser::parse_query(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn objects_know_what_they_are() {
    let model = model();
    let kind = |name: &str| model.object(name).map(|it| it.kind.clone());
    assert_eq!(kind("World"), Some(ObjectKind::Record));
    assert_eq!(kind("WorldConnection"), Some(ObjectKind::Connection { node: "World".into() }));
    assert_eq!(kind("WorldEdge"), Some(ObjectKind::Edge { node: "World".into() }));
    assert_eq!(kind("CreateWorldPayload"), Some(ObjectKind::Payload));
    assert_eq!(kind("KindCount"), Some(ObjectKind::Other));
    assert_eq!(kind("Query"), None);
    let default = model.input("WorldSort").unwrap().fields.iter().find(|it| it.name == "order");
    assert_eq!(default.and_then(|it| it.default.clone()).as_deref(), Some("ASC"));
    assert_eq!(default.map(|it| it.is_required()), Some(false));
    assert_eq!(model.find_enum("Visibility").unwrap().values[0].docs, "Everyone, signed in or not.");
    let names: Vec<&str> = model.scalars.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Boolean", "DateTime", "ID", "Int", "JSON", "String"]);
}

#[test]
fn what_is_selected_where_nobody_says_more_is_the_types_own() {
    let model = model();
    assert_eq!(
        model.default_selection("World"),
        "{ id name slug visibility capacity ownerId insertedAt updatedAt memberCount }"
    );
    assert_eq!(model.default_selection("KindCount"), "{ kind count }");
    assert_eq!(model.default_selection("Boolean"), "");
}

fn in_api(resource: Resource, type_name: &'static str) -> Resource {
    Resource { graphql: Some(Graphql { type_name: type_name.into() }), ..resource }
}

fn calls(app: &App) -> Vec<String> {
    Model::of(app, "shop").unwrap().calls().map(line).collect()
}

#[test]
fn two_calls_or_arguments_never_share_a_name() {
    let read = |name| action(name, ActionKind::Read(Read { get: true, ..Read::default() }));
    let mut shop = in_api(resource("Shop", "shops"), "Shop").with(attribute("name", Type::String));
    // The words of the framework are those of the primary read and of the read by id.
    shop.actions[0].name = "all".into();
    shop.actions.extend([
        read("get"),
        Action { graphql_name: Some("getShop2".into()), ..read("list") },
        Action { graphql_name: Some("other".into()), ..read("get_shop") },
        Action { arguments: vec![argument("id", Type::Uuid, true)], ..action("rename", ActionKind::Update) },
        action(
            "count",
            ActionKind::Generic { query: true, returns: Returns::Value { ty: Type::Integer, nullable: false } },
        ),
    ]);
    assert_eq!(
        calls(&declare::app(vec![shop])),
        [
            "list(filter?: ShopFilter, sort?: [ShopSort!]): [Shop!]!    Query shops",
            "get(id: ID!): Shop    Query shop",
            "get_shop_2(): Shop    Query getShop",
            "get_shop2(): Shop    Query getShop2",
            "get_shop(): Shop    Query other",
            "count(): Int!    Query countShop",
            "rename(id: ID!, input.input_id?: ID): payload of Shop    Mutation renameShop",
        ]
    );
}

#[test]
fn what_answers_a_secret_is_sent_under_no_key() {
    let mut shop = in_api(resource("Shop", "shops"), "Shop").with(attribute("name", Type::String));
    let told = || Returns::Value { ty: Type::String, nullable: false };
    shop.actions.extend([
        action("open", ActionKind::Generic { query: false, returns: told() }),
        Action { sensitive: true, ..action("unlock", ActionKind::Generic { query: false, returns: told() }) },
    ]);
    let model = Model::of(&declare::app(vec![shop]), "shop").unwrap();
    let keyed: Vec<_> = model.calls().filter(|it| it.takes_key).map(|it| it.field.as_str()).collect();
    assert_eq!(keyed, ["openShop"]);
    let options = gdscript::Options { path: "addons/shop".into(), can_wait: BTreeSet::new() };
    let has =
        |files: &[GeneratedFile], text: &str| files.iter().map(|it| it.text().matches(text).count()).sum::<usize>();
    let addon = gdscript::files(&model, &[], &options, "Generated.").unwrap();
    assert_eq!(has(&addon, "asked.takes_key = false"), 1);
    let client = typescript::files(&model, &[], "Generated.").unwrap();
    assert_eq!(has(&client, "mayRepeat: false"), 1);
}

#[test]
fn without_an_api_there_is_no_client() {
    let error = Model::of(&declare::app(vec![resource("Shop", "shops")]), "shop").unwrap_err();
    assert_eq!(error.code, DiagnosticCode::Surface);
    assert!(error.message.contains("no resource"), "{error}");
}
