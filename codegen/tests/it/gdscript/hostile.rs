//! An API whose names are those of the engine, of the language and of the client's own scripts.

use samara_codegen::client::{
    Argument, ArgumentPosition, Call, EnumType, EnumValue, Field, Fragment, FragmentFile, Group, InputField, InputType,
    Model, ObjectKind, ObjectType, OperationKind, ResultShape, TypeRef, fragments,
};

/// `[World!]!` as it is written.
fn ty(text: &str) -> TypeRef {
    let nullable = !text.ends_with('!');
    let text = text.trim_end_matches('!');
    match text.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        Some(item) => TypeRef::List { item: Box::new(ty(item)), nullable },
        None => TypeRef::Named { name: text.to_owned(), nullable },
    }
}

fn object(name: &str, fields: &[(&str, &str)]) -> ObjectType {
    let field = |(name, it): &(&str, &str)| Field {
        name: (*name).to_owned(),
        docs: String::new(),
        ty: ty(it),
        arguments: Vec::new(),
    };
    let fields = fields.iter().map(field).collect();
    ObjectType { name: name.to_owned(), docs: String::new(), kind: ObjectKind::Other, fields }
}

fn enumeration(name: &str, values: &[&str]) -> EnumType {
    let value = |it: &&str| EnumValue { name: (*it).to_owned(), docs: String::new() };
    EnumType { name: name.to_owned(), docs: String::new(), values: values.iter().map(value).collect() }
}

/// A query without arguments, called as it is.
fn call(name: &str, field: &str, shape: ResultShape, result: &str) -> Call {
    Call {
        name: name.to_owned(),
        field: field.to_owned(),
        operation: OperationKind::Query,
        takes_key: false,
        docs: String::new(),
        arguments: Vec::new(),
        input: None,
        shape,
        result: ty(result),
    }
}

fn taking(call: Call, arguments: &[(&str, &str)]) -> Call {
    let argument = |(name, it): &(&str, &str)| Argument {
        name: (*name).to_owned(),
        field: (*name).to_owned(),
        docs: String::new(),
        ty: ty(it),
        default: None,
        position: ArgumentPosition::Field,
    };
    Call { arguments: arguments.iter().map(argument).collect(), ..call }
}

fn group(name: &str, calls: Vec<Call>) -> Group {
    Group { name: name.to_owned(), type_name: String::new(), docs: String::new(), calls }
}

/// Types that are called as scripts of the client call theirs.
const TYPES: &[&str] = &[
    "Answers",
    "Api",
    "ApiError",
    "Call",
    "Client",
    "Enums",
    "ErrorCode",
    "FakeTransport",
    "Inputs",
    "Operations",
    "Outbox",
    "Page",
    "Pages",
    "Reply",
    "Request",
    "Result",
    "Row",
    "Rows",
    "Schema",
    "Sender",
    "Session",
    "StartResult",
    "Store",
    "Transport",
];

/// Types that are called as the engine calls its own, and as nothing else.
const NATIVE: &[&str] = &["AStar2D", "EditorPlugin", "Image", "ImageRow", "Node", "ProcessMode", "Range", "Side", "X"];

/// A model in which everything meets something.
pub(super) fn model() -> Model {
    let own: &[(&str, &str)] = &[("id", "ID!"), ("class", "String")];
    let mut objects: Vec<ObjectType> = TYPES.iter().chain(NATIVE).map(|it| object(it, own)).collect();
    objects.push(object("Stats", &[("worldName", "String!"), ("world_name", "Int"), ("hasWorldName", "Boolean!")]));
    let fields = [
        ("id", "ID!"),
        ("name", "String!"),
        ("slug", "String!"),
        ("method", "String"),
        ("meta", "Int"),
        ("hasName", "Boolean"),
        ("signal", "Boolean"),
        ("_", "String"),
        ("_3d", "Color"),
        ("colors", "[Color!]!"),
        ("lists", "[[Stats!]!]"),
        ("page", "Stats"),
        ("row", "Stats"),
        ("image", "Image"),
        ("result", "Stats!"),
    ];
    objects.push(object("World", &fields));
    objects.sort_by(|a, b| a.name.cmp(&b.name));
    let mut enums = vec![
        enumeration("Color", &["RED", "PI", "TAU", "INF", "NAN", "UNKNOWN", "UNKNOWN_", "_", "null", "OK"]),
        enumeration("ConnectDeferred", &["A"]),
        enumeration("Error", &["A"]),
        enumeration("Key", &["A"]),
        enumeration("Y", &["A"]),
    ];
    enums.sort_by(|a, b| a.name.cmp(&b.name));
    let fields = ["worldName", "world_name"].map(|it| InputField {
        name: it.to_owned(),
        docs: String::new(),
        ty: ty("String"),
        default: None,
    });
    let input = InputType { name: "Filter".to_owned(), docs: String::new(), fields: fields.into() };
    let (page, plain) = (ResultShape::Page, ResultShape::Plain);
    let types = TYPES.iter().chain(NATIVE).map(|it| call(&it.to_lowercase(), &format!("a{it}"), plain, it)).collect();
    let arguments = [
        ("asked", "Int!"),
        ("reply", "Color!"),
        ("more", "Filter!"),
        ("find", "[String!]!"),
        ("colors", "[Color!]!"),
        ("filters", "[Filter!]!"),
        ("maybe", "[Int]!"),
        ("class", "JSON!"),
    ];
    let worlds = vec![
        taking(call("list", "worlds", page, "World!"), &[("with_total", "Boolean"), ("with_total_", "Boolean")]),
        taking(call("find", "findWorld", plain, "World"), &arguments),
        taking(call("get", "world", plain, "World"), &[("id", "ID!")]),
        call("as_card", "asCard", plain, "[World!]!"),
        call("operations", "pi", plain, "String"),
        call("free", "PI", plain, "Int"),
        call("connect", "connectDeferred", plain, "[Stats!]"),
        call("lists", "lists", plain, "[[World!]!]!"),
        call("color", "color", plain, "Color"),
        call("colors", "colors", plain, "[Color!]!"),
        call("enums", "enums", plain, "ConnectDeferred"),
        taking(call("given", "given", plain, "Y"), &[("key", "Key!"), ("error", "Error!")]),
    ];
    let members = ["inputs", "outbox", "session", "url", "transport", "time_limit", "start", "run", "now", "is_online"];
    let others = ["session_lost", "name", "owner", "get_parent", "ready", "image", "worlds_as_card", "class"];
    let one = |it: &&str| group(it, vec![call("count", &format!("count_{it}"), plain, "Int!")]);
    let mut groups = vec![group("worlds", worlds), group("stats", vec![call("all", "stats", plain, "Stats")])];
    groups.push(group("types", types));
    groups.extend(members.iter().chain(&others).map(one));
    Model { app: "shop".to_owned(), scalars: Vec::new(), enums, objects, inputs: vec![input], groups, sign_in: None }
}

/// Fragments of it that meet its types, its groups and each other.
pub(super) fn selected() -> Vec<Fragment> {
    let text = "
        fragment Worlds on World { id }
        fragment Card on World { worldName: name world_name: slug has_meta: meta page { worldName } row { worldName } image { id } }
        fragment card on World { Result: result { world_name page: hasWorldName } REPLY: result { ...Pages_ } Owner: result { worldName } }
        fragment Pages_ on Stats { worldName }
        fragment Nested on World { result { ...Pages_ } pages: page { ...Pages_ } Pages: row { worldName } }
        fragment WorldsAsCard on World { id }
        fragment FakeTransport_ on World { image { image: id } }
        fragment _ on World { _ _3d colors lists { worldName } }
    ";
    let file = FragmentFile { path: "hostile.graphql".into(), text: text.to_owned() };
    fragments(&model(), &[file]).expect("fragments of the API")
}
