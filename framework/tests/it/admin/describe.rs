//! What the admin shows is a pure function of the declaration, and holds nothing that must stay hidden.

use samara::admin::{self, Model, RelatedBy};
use samara::ir::{ActionKind, Constraints, Direction, Resource, SortKey};
use samara::ir::{Admin, App, Argument, Name, Pagination, Read, Returns, Role, Tree, Type};
use samara::value::Value;

use crate::support::schema;

/// The tests' app, with screens for people, places and visits.
fn app() -> App {
    let declared = schema::app();
    let mut resources = declared.resources().to_vec();
    for (name, group, columns) in [
        ("Place", "Places", &[][..]),
        ("Visit", "Places", &[]),
        ("Person", "People", &["name", "mood", "home", "seen_at"]),
    ] {
        let resource = named(&mut resources, name);
        let columns = columns.iter().copied().map(Name::from).collect();
        resource.admin = Some(Admin { group: group.into(), columns });
    }
    person(named(&mut resources, "Person"));
    App::new(declared.domains().to_vec(), resources, declared.enums().to_vec())
}

fn named<'a>(resources: &'a mut [Resource], name: &str) -> &'a mut Resource {
    resources.iter_mut().find(|it| it.name == name).unwrap()
}

fn person(person: &mut Resource) {
    person.docs = "Somebody.\n\nA second paragraph, for readers of the source.".into();
    person.role = Some(Role::Actor { identity: "nick".into() });
    let nick = person.attributes.iter_mut().find(|it| it.name == "nick").unwrap();
    nick.guarded = true;
    nick.constraints = Constraints { email: true, ..Constraints::default() };
    let mut merry = Tree::new(None, None);
    merry.root = merry.literal(Value::Text("MERRY".into()), Type::Enum("Mood".into()));
    person.attributes.iter_mut().find(|it| it.name == "mood").unwrap().default = Some(merry);
    person.attributes.push(samara::ir::Attribute { sensitive: true, ..schema::attribute("token_hash", Type::String) });
    person.attributes.push(samara::ir::Attribute { public: false, ..schema::attribute("inner", Type::String) });
    let read = Read {
        sort: vec![SortKey { field: "seen_at".into(), direction: Direction::Desc, private: false }],
        pagination: Some(Pagination { default: 50, max: 250 }),
        ..Read::default()
    };
    person.actions = vec![
        samara::ir::Action { primary: true, ..schema::action("list", ActionKind::Read(read)) },
        samara::ir::Action {
            accept: ["name", "mood", "home_id", "boss_id", "detail", "token_hash"].map(Name::from).into(),
            docs: "Make somebody\nup.\n\nMore.".into(),
            ..schema::action("invent", ActionKind::Create)
        },
        samara::ir::Action { public: false, ..schema::action("register", ActionKind::Create) },
        samara::ir::Action {
            accept: ["name", "active", "trusted", "level", "seen_at"].map(Name::from).into(),
            arguments: vec![Argument { name: "reason".into(), docs: String::new(), ty: Type::String, nullable: true }],
            ..schema::action("update", ActionKind::Update)
        },
        schema::action("greet_everybody", ActionKind::Update),
        schema::action("destroy", ActionKind::Destroy),
        samara::ir::Action {
            arguments: vec![Argument {
                name: "since".into(),
                docs: String::new(),
                ty: Type::Timestamp,
                nullable: false,
            }],
            ..schema::action(
                "census",
                ActionKind::Generic { query: true, returns: Returns::Value { ty: Type::Integer, nullable: false } },
            )
        },
    ];
}

#[test]
fn screens_follow_from_the_declaration() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&admin::describe(&app())).unwrap());
}

#[test]
fn resources_without_screens_have_none_and_are_linked_from_none() {
    let model = Model::new(&app());
    assert_eq!(model.screens.iter().map(|it| it.resource.as_str()).collect::<Vec<_>>(), ["Place", "Person", "Visit"]);
    assert!(model.screens.iter().flat_map(|it| &it.related).all(|it| it.resource != "Badge"));
    assert!(model.at("badges").is_none());
}

#[test]
fn what_is_private_or_sensitive_is_on_no_screen() {
    let text = admin::describe(&app()).to_string();
    for secret in ["token_hash", "inner", "register"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn rows_that_point_here_are_listed_whether_declared_or_not() {
    let app = app();
    let mut resources = app.resources().to_vec();
    named(&mut resources, "Person").relationships.retain(|it| it.name != "reports");
    let model = Model::new(&App::new(app.domains().to_vec(), resources, app.enums().to_vec()));
    let related = &model.at("people").unwrap().related;
    let bosses = related.iter().find(|it| it.title == "People (boss)").unwrap();
    assert_eq!(bosses.link, RelatedBy::Key { attribute: "boss_id".into() });
}

#[test]
fn the_same_declaration_gives_the_same_bytes() {
    assert_eq!(admin::describe(&app()).to_string(), admin::describe(&app()).to_string());
}
