//! What the admin shows is a pure function of the declaration, and holds nothing that must stay hidden.

use samara::admin::{self, Model, RelatedBy};
use samara::ir::{
    Action, ActionKind, Admin, App, Attribute, Constraints, Direction, Pagination, Read, Resource, Returns, Role,
    SortKey, Type,
};

use crate::support::declare::{accepting, action, altered, argument, attribute, literal, named, names, text};
use crate::support::schema;

/// The tests' app, with screens for people, places and visits.
fn app() -> App {
    altered(&schema::app(), |resources| {
        for (name, group, columns) in [
            ("Place", "Places", &[][..]),
            ("Visit", "Places", &[]),
            ("Person", "People", &["name", "mood", "home", "seen_at"]),
        ] {
            named(resources, name).admin = Some(Admin { group: group.into(), columns: names(columns) });
        }
        person(named(resources, "Person"));
    })
}

fn person(person: &mut Resource) {
    person.docs = "Somebody.\n\nA second paragraph, for readers of the source.".into();
    person.role = Some(Role::Actor { identity: "nick".into(), register: Role::register(), name: None });
    let nick = person.attributes.iter_mut().find(|it| it.name == "nick").unwrap();
    nick.guarded = true;
    nick.constraints = Constraints { email: true, ..Constraints::default() };
    let merry = literal(text("MERRY"), Type::Enum("Mood".into()));
    person.attributes.iter_mut().find(|it| it.name == "mood").unwrap().default = Some(merry);
    person.attributes.push(Attribute { sensitive: true, ..attribute("token_hash", Type::String) });
    person.attributes.push(Attribute { public: false, ..attribute("inner", Type::String) });
    let read = Read {
        sort: vec![SortKey { field: "seen_at".into(), direction: Direction::Desc, private: false }],
        pagination: Some(Pagination { default: 50, max: 250 }),
        ..Read::default()
    };
    person.actions = vec![
        Action { primary: true, ..action("list", ActionKind::Read(read)) },
        Action {
            docs: "Make somebody\nup.\n\nMore.".into(),
            ..accepting(
                action("invent", ActionKind::Create),
                ["name", "mood", "home_id", "boss_id", "detail", "token_hash"],
            )
        },
        Action { public: false, ..action("register", ActionKind::Create) },
        Action {
            arguments: vec![argument("reason", Type::String, true)],
            ..accepting(action("update", ActionKind::Update), ["name", "active", "trusted", "level", "seen_at"])
        },
        action("greet_everybody", ActionKind::Update),
        action("destroy", ActionKind::Destroy),
        Action {
            arguments: vec![argument("since", Type::Timestamp, false)],
            ..action(
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
    let app = altered(&app(), |it| named(it, "Person").relationships.retain(|it| it.name != "reports"));
    let model = Model::new(&app);
    let related = &model.at("people").unwrap().related;
    let bosses = related.iter().find(|it| it.title == "People (boss)").unwrap();
    assert_eq!(bosses.link, RelatedBy::Key { attribute: "boss_id".into() });
}

#[test]
fn the_same_declaration_gives_the_same_bytes() {
    assert_eq!(admin::describe(&app()).to_string(), admin::describe(&app()).to_string());
}
