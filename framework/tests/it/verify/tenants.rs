//! What rows of tenants ask of a declaration.

use samara::ir::verify::verify;
use samara::ir::{Action, ActionKind, App, Tree, Type};
use samara::value::Value;

use super::{Draft, action, draft, literal, names};

/// The findings of a spoiled app, in which users may work within every tag, if that is said.
fn findings(spoil: impl FnOnce(&mut Draft), tenants: bool) -> Vec<String> {
    let mut it = draft();
    spoil(&mut it);
    let app: App = it.app();
    let everybody = Tree { row: Some("Tag".into()), ..literal(Value::Bool(true), Type::Boolean) };
    let app = if tenants { app.with_tenants(everybody) } else { app };
    let found = verify(&app).err().unwrap_or_default();
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn rows_of_tenants_belong_to_one_that_can_be_entered() {
    let of_tag = |it: &mut Draft| it.resource("Tagging").tenant = Some("tag_id".into());
    assert_eq!(findings(of_tag, true), [""; 0]);
    for (expected, tenants, spoil) in [
        ("R0431 Tagging: its rows are those of tenants, and nothing says", false, &of_tag as &dyn Fn(&mut Draft)),
        ("R0431 Tagging: its `post` is a Post, and tenants are Tags", true, &|it| {
            it.resource("Tagging").tenant = Some("post_id".into());
        }),
        ("R0431 Post: `title` is the key of no `belongs_to`", true, &|it| {
            it.resource("Post").tenant = Some("title".into())
        }),
        ("R0431 Tag: it is the resource of the tenants", true, &|it| it.resource("Tag").tenant = Some("name".into())),
        ("R0431 User: it is part of signing in", true, &|it| it.resource("User").tenant = Some("email".into())),
        ("R0431 Tagging: `tag_id` may be NULL", true, &|it| {
            of_tag(it);
            let key = &mut it.resource("Tagging").attributes;
            key.iter_mut().find(|it| it.name == "tag_id").unwrap().nullable = true;
        }),
    ] {
        let found = findings(|it| spoil(it), tenants);
        let of_rule: Vec<_> = found.iter().filter(|it| it.starts_with("R0431")).collect();
        assert!(of_rule.len() == 1 && of_rule[0].starts_with(expected), "{expected}: {found:?}");
    }
}

#[test]
fn nobody_gives_a_row_its_tenant() {
    let found = findings(
        |it| {
            let tagging = it.resource("Tagging");
            tagging.tenant = Some("tag_id".into());
            tagging.actions.push(Action { accept: names(&["post_id", "tag_id"]), ..action("put", ActionKind::Create) });
        },
        true,
    );
    assert!(found.len() == 1 && found[0].starts_with("R0432 Tagging.put: it gives `tag_id`"), "{found:?}");
}
