//! The API that clients may rely on is served: nothing in `contract.graphql` is missing or otherwise.

use std::collections::BTreeMap;

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{InputValueDefinition, TypeKind, TypeSystemDefinition};

/// Every promise of a schema by its coordinate: `Query.users(first:)` → `Int`.
type Promises = BTreeMap<String, String>;

#[test]
fn the_contract_is_served() {
    let promised = promises(include_str!("contract.graphql"));
    let served = promises(&samara::graphql::sdl(&app::App::application().ir).expect("a sound declaration"));
    let broken: Vec<String> = promised
        .iter()
        .filter(|(coordinate, ty)| served.get(*coordinate) != Some(ty))
        .map(|(coordinate, ty)| format!("{coordinate}: promised `{ty}`, served {:?}", served.get(coordinate)))
        .collect();
    assert!(broken.is_empty(), "{} promises broken:\n{}", broken.len(), broken.join("\n"));
}

/// An argument or input field that must be given and was not promised breaks clients.
#[test]
fn nothing_more_is_asked_of_clients() {
    let promised = promises(include_str!("contract.graphql"));
    let served = promises(&samara::graphql::sdl(&app::App::application().ir).expect("a sound declaration"));
    let asked = |coordinate: &str| match coordinate.split_once('(') {
        Some((field, _)) => promised.contains_key(field),
        None => coordinate.split_once('.').is_some_and(|(ty, _)| promised.get(ty).is_some_and(|it| it == "input")),
    };
    let surplus: Vec<_> = served
        .iter()
        .filter(|(coordinate, ty)| ty.ends_with('!') && asked(coordinate) && !promised.contains_key(*coordinate))
        .collect();
    assert!(surplus.is_empty(), "{surplus:?}");
}

/// Nobody has to guess: every type, field, argument and value of the API says something.
#[test]
fn nothing_is_served_without_a_word() {
    let served = samara::graphql::sdl(&app::App::application().ir).expect("a sound declaration");
    let silent: Vec<String> = described(&served).into_iter().filter(|(_, docs)| !docs).map(|(it, _)| it).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn what_is_served_is_what_was_emitted() {
    let served = samara::graphql::sdl(&app::App::application().ir).expect("a sound declaration");
    assert!(served.trim() == include_str!("../../schema.graphql").trim(), "stale: run `cargo samara codegen NAME`");
}

#[test]
fn the_screens_are_those_that_were_emitted() {
    let app = app::App::application().ir;
    let emitted: serde_json::Value = serde_json::from_str(include_str!("../../admin.json")).expect("JSON");
    assert!(samara::admin::describe(&app) == emitted, "stale: run `cargo samara codegen NAME`");
}

fn promises(sdl: &str) -> Promises {
    let mut promises = Promises::new();
    for definition in parse_schema(sdl).expect("a schema").definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = definition.node.name.node.to_string();
        match definition.node.kind {
            TypeKind::Scalar => {
                promises.insert(name, "scalar".to_owned());
            }
            TypeKind::Enum(it) => {
                for value in it.values {
                    promises.insert(format!("{name}.{}", value.node.value.node), "enum value".to_owned());
                }
            }
            TypeKind::Object(it) => {
                for field in it.fields {
                    let coordinate = format!("{name}.{}", field.node.name.node);
                    inputs(&mut promises, |argument| format!("{coordinate}({argument}:)"), &field.node.arguments);
                    promises.insert(coordinate, field.node.ty.node.to_string());
                }
            }
            TypeKind::InputObject(it) => {
                inputs(&mut promises, |field| format!("{name}.{field}"), &it.fields);
                promises.insert(name, "input".to_owned());
            }
            TypeKind::Interface(_) | TypeKind::Union(_) => {}
        }
    }
    promises
}

fn inputs(
    promises: &mut Promises,
    coordinate: impl Fn(&str) -> String,
    definitions: &[Positioned<InputValueDefinition>],
) {
    for it in definitions {
        let default = it.node.default_value.as_ref().map_or_else(String::new, |value| format!(" = {}", value.node));
        promises.insert(coordinate(&it.node.name.node), format!("{}{default}", it.node.ty.node));
    }
}

/// Every coordinate of a schema, and whether it has a description.
fn described(sdl: &str) -> Vec<(String, bool)> {
    let mut parts = Vec::new();
    for definition in parse_schema(sdl).expect("a schema").definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = definition.node.name.node.to_string();
        parts.push((name.clone(), definition.node.description.is_some()));
        let inputs = |owner: &str, inputs: &[Positioned<InputValueDefinition>]| -> Vec<(String, bool)> {
            inputs
                .iter()
                .map(|it| (format!("{owner}({}:)", it.node.name.node), it.node.description.is_some()))
                .collect()
        };
        match definition.node.kind {
            TypeKind::Enum(it) => {
                let values = it.values.iter().map(|it| &it.node);
                parts.extend(values.map(|it| (format!("{name}.{}", it.value.node), it.description.is_some())));
            }
            TypeKind::Object(it) => {
                for field in it.fields.iter().map(|it| &it.node) {
                    let coordinate = format!("{name}.{}", field.name.node);
                    parts.extend(inputs(&coordinate, &field.arguments));
                    parts.push((coordinate, field.description.is_some()));
                }
            }
            TypeKind::InputObject(it) => parts.extend(inputs(&name, &it.fields)),
            TypeKind::Scalar | TypeKind::Interface(_) | TypeKind::Union(_) => {}
        }
    }
    parts
}
