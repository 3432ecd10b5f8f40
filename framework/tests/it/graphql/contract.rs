//! What is served holds all that clients were promised, with the same types.

use std::collections::BTreeMap;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition};
use samara::graphql::sdl;

use super::platform;

/// Every member of every type, as text: `User.email` → `String`, `Query.user(id)` → `ID!`.
fn members(schema: &str) -> BTreeMap<String, String> {
    let mut members = BTreeMap::new();
    for definition in parse_schema(schema).unwrap().definitions {
        let TypeSystemDefinition::Type(ty) = definition else { continue };
        let ty = ty.node;
        let name = ty.name.node.as_str();
        let kind = match &ty.kind {
            TypeKind::Scalar => "scalar",
            TypeKind::Object(object) => {
                object.fields.iter().for_each(|it| output(&mut members, name, &it.node));
                "type"
            }
            TypeKind::Enum(values) => {
                members.extend(values.values.iter().map(|it| (format!("{name}.{}", it.node.value.node), "".into())));
                "enum"
            }
            TypeKind::InputObject(object) => {
                object
                    .fields
                    .iter()
                    .for_each(|it| input(&mut members, format!("{name}.{}", it.node.name.node), &it.node));
                "input"
            }
            TypeKind::Interface(_) | TypeKind::Union(_) => "abstract",
        };
        members.insert(name.to_owned(), kind.to_owned());
    }
    members
}

fn output(members: &mut BTreeMap<String, String>, owner: &str, field: &FieldDefinition) {
    let name = format!("{owner}.{}", field.name.node);
    for argument in &field.arguments {
        input(members, format!("{name}({})", argument.node.name.node), &argument.node);
    }
    members.insert(name, field.ty.node.to_string());
}

fn input(members: &mut BTreeMap<String, String>, name: String, input: &InputValueDefinition) {
    let default = input.default_value.as_ref().map(|it| format!(" = {}", it.node)).unwrap_or_default();
    members.insert(name, format!("{}{default}", input.ty.node));
}

#[test]
fn the_served_schema_holds_the_contract() {
    let served = members(&sdl(&platform::application().ir).unwrap());
    let promised = members(include_str!("contract.graphql"));
    let missing: Vec<_> = promised.iter().filter(|(name, ty)| served.get(*name) != Some(ty)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    // An argument or input that must be given and was not promised breaks clients.
    let surplus = served.iter().filter(|(name, ty)| {
        let owner = name.split(['.', '(']).next().unwrap();
        let argument = name.contains('(') && promised.contains_key(name.split('(').next().unwrap());
        let field = !name.contains('(') && promised.get(owner).is_some_and(|it| it == "input");
        (argument || field) && ty.ends_with('!') && !promised.contains_key(*name)
    });
    assert_eq!(surplus.collect::<Vec<_>>(), Vec::<(&String, &String)>::new());
}

#[test]
fn nothing_of_sign_ins_own_tables_is_served() {
    let served = sdl(&platform::application().ir).unwrap();
    assert!(!served.contains("agic"), "{served}");
    assert!(served.contains("requestSignInCode"));
}

#[test]
fn the_emitted_schema_reads_well_and_is_always_the_same() {
    let app = platform::application().ir;
    assert_eq!(sdl(&app).unwrap(), sdl(&app).unwrap());
    insta::assert_snapshot!(sdl(&app).unwrap());
}
