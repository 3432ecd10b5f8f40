//! The schema as it is emitted: that of the declaration, and nothing of sign-in's own tables.

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{EnumValueDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition};
use samara::graphql::sdl;
use samara::ir::App;

use super::platform;

#[test]
fn nothing_of_sign_ins_own_tables_is_served() {
    let served = sdl(&platform::application().ir).unwrap();
    assert!(!served.contains("agic"), "{served}");
    assert!(served.contains("requestSignInCode"));
}

#[test]
fn the_emitted_schema_reads_well_and_is_always_the_same() {
    let app = platform::application().ir;
    let served = sdl(&app).unwrap();
    assert_eq!(served, sdl(&app).unwrap());
    // Most of it stands in the reference application's.
    let known: Vec<&str> = include_str!("../../../../app/schema.graphql").split("\n\n").collect();
    let more: Vec<&str> = served.split("\n\n").filter(|it| !known.contains(it)).collect();
    insta::assert_snapshot!(more.join("\n\n"));
}

#[test]
fn everything_in_the_api_says_something() {
    let declared = platform::application().ir;
    assert_eq!(silent(&sdl(&declared).unwrap()), Vec::<String>::new());
    // The declared words are taken over, and where there are none a sentence is made.
    let (domains, mut resources, mut enums) =
        (declared.domains().to_vec(), declared.resources().to_vec(), declared.enums().to_vec());
    for resource in &mut resources {
        resource.docs.clear();
        resource.attributes.iter_mut().for_each(|it| it.docs.clear());
        resource.relationships.iter_mut().for_each(|it| it.docs.clear());
        resource.calculations.iter_mut().for_each(|it| it.docs.clear());
        resource.actions.iter_mut().for_each(|it| it.docs.clear());
    }
    for declared in &mut enums {
        declared.docs.clear();
        declared.variants.iter_mut().for_each(|it| it.docs = "  ".into());
    }
    let served = sdl(&App::new(domains, resources, enums)).unwrap();
    assert_eq!(silent(&served), Vec::<String>::new());
    for sentence in ["Makes one of the worlds.", "Display name: text.", "Role: one of these.", "Build."] {
        assert!(served.contains(&format!("\"{sentence}\"")), "{sentence}\n{served}");
    }
}

#[test]
fn what_is_declared_with_words_is_described_by_them() {
    let served = sdl(&platform::application().ir).unwrap();
    for (coordinate, docs) in
        [("KindCount.count", "How often."), ("summaryActivity(since:)", "From when on it counts.")]
    {
        assert!(served.contains(&format!("\"{docs}\"")), "{coordinate}\n{served}");
    }
}

/// The coordinates of types, fields, arguments and enum values without a description.
fn silent(sdl: &str) -> Vec<String> {
    let mut silent = Vec::new();
    let mut check = |coordinate: String, docs: Option<&str>| {
        if docs.is_none_or(|it| it.trim().is_empty()) {
            silent.push(coordinate);
        }
    };
    let docs = |it: &Option<Positioned<String>>| it.as_ref().map(|it| it.node.clone());
    let inputs = |owner: &str, fields: &[Positioned<InputValueDefinition>]| -> Vec<(String, Option<String>)> {
        fields.iter().map(|it| (format!("{owner}.{}", it.node.name.node), docs(&it.node.description))).collect()
    };
    for definition in parse_schema(sdl).unwrap().definitions {
        let TypeSystemDefinition::Type(Positioned { node, .. }) = definition else { continue };
        let name = node.name.node.as_str();
        let mut parts = vec![(name.to_owned(), docs(&node.description))];
        match &node.kind {
            TypeKind::Object(it) => {
                for field in it.fields.iter().map(|it| &it.node) {
                    let coordinate = format!("{name}.{}", field.name.node);
                    parts.extend(inputs(&coordinate, &field.arguments));
                    parts.push((coordinate, docs(&field.description)));
                }
            }
            TypeKind::InputObject(it) => parts.extend(inputs(name, &it.fields)),
            TypeKind::Enum(it) => {
                let value = |it: &Positioned<EnumValueDefinition>| {
                    (format!("{name}.{}", it.node.value.node), docs(&it.node.description))
                };
                parts.extend(it.values.iter().map(value));
            }
            TypeKind::Scalar | TypeKind::Interface(_) | TypeKind::Union(_) => {}
        }
        parts.into_iter().for_each(|(coordinate, docs)| check(coordinate, docs.as_deref()));
    }
    silent
}
