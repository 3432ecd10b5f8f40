//! Fields: keys that are compared, defaults, orders, columns of the admin, and relationships that lead somewhere.

use samara::ir::{
    Action, ActionKind, Attribute, AttributeId, Comparison, Constraints, Direction, Node, OnDelete, Policy, Read,
    Relationship, Resource, SortKey, Tree, Type,
};
use samara::value::Value;

use super::check;
use crate::support::declare::{Describe, action, attribute, belongs_to, literal, nullable, setting, tree, unique};

/// The id of an attribute.
fn id(resource: &Resource, name: &str) -> AttributeId {
    resource.attribute(name).unwrap().0
}

#[test]
fn keys_that_are_compared_are_of_one_resource() {
    let compared = |op: Comparison, left: &'static str, right: &'static str| {
        move |tagging: &mut Resource| {
            let (left, right) = (id(tagging, left), id(tagging, right));
            let condition = tree(Some("Tagging"), None, |tree| {
                let left = tree.push(Node::Column { path: Tree::ROW, attribute: left });
                let right = tree.push(Node::Column { path: Tree::ROW, attribute: right });
                tree.push(Node::Compare { op, left, right })
            });
            tagging.policies = vec![Policy { condition, ..tagging.policies[0].clone() }];
        }
    };
    for op in [Comparison::Eq, Comparison::Ne] {
        let spoil = compared(op, "post_id", "tag_id");
        check(|it| spoil(it.resource("Tagging")), &[("R1041 Tagging.everyone:", "the key of a `Post`")]);
        let spoil = compared(op, "id", "post_id");
        check(|it| spoil(it.resource("Tagging")), &[("R1041 Tagging.everyone:", "the key of a `Tagging`")]);
    }
    let sound = compared(Comparison::Eq, "post_id", "post_id");
    check(|it| sound(it.resource("Tagging")), &[]);
}

fn with_default(name: &'static str, ty: Type, value: Value) -> Attribute {
    attribute(name, ty).defaulting(value)
}

#[test]
fn defaults_keep_to_the_bounds_of_their_attribute() {
    let bounded = |constraints: Constraints, it: Attribute| Attribute { constraints, ..it };
    let number = |value| with_default("rank", Type::Integer, Value::Int(value));
    let text = |value: &str| with_default("rank", Type::String, Value::Text(value.into()));
    let (least, most) = (
        Constraints { min: Some(1), ..Constraints::default() },
        Constraints { max: Some(9), ..Constraints::default() },
    );
    let shortest = Constraints { min_length: Some(2), ..Constraints::default() };
    let longest = Constraints { max_length: Some(3), ..Constraints::default() };
    let address = || Constraints { email: true, ..Constraints::default() };
    let slug = || Constraints { slug: true, ..Constraints::default() };
    let refused = [
        (bounded(least.clone(), number(0)), "must be at least 1"),
        (bounded(most.clone(), number(10)), "must be at most 9"),
        (number(1 << 31), "32 bits"),
        (bounded(shortest.clone(), text("é")), "must have at least 2"),
        (bounded(longest.clone(), text("abcd")), "must have at most 3"),
        (bounded(shortest.clone(), text("\u{200b}  ")), "must not be empty"),
        (bounded(longest.clone(), text("a\nb")), "must be one line"),
        (bounded(address(), text("nobody")), "is not an e-mail address"),
        (bounded(slug(), text("A b")), "may only hold"),
        (text("\0"), "U+0000"),
    ];
    for (attribute, part) in refused {
        check(|it| it.resource("Tag").attributes.push(attribute), &[("R1042 Tag.rank:", part)]);
    }
    let sound = [
        bounded(least, number(1)),
        bounded(most, number(9)),
        with_default("rank", Type::BigInteger, Value::Int(1 << 31)),
        bounded(shortest, text("éé")),
        bounded(longest, text("abc")),
        bounded(address(), text("a@example.org")),
        bounded(slug(), text("a-b")),
        text("a\nb"),
    ];
    for attribute in sound {
        check(|it| it.resource("Tag").attributes.push(attribute), &[]);
    }
}

#[test]
fn what_an_action_sets_keeps_to_the_bounds_of_its_attribute() {
    let promoting = |value: Tree| {
        move |tag: &mut Resource| {
            let constraints = Constraints { max: Some(9), ..Constraints::default() };
            tag.attributes.push(Attribute { constraints, ..nullable(attribute("rank", Type::Integer)) });
            let changes = vec![setting("rank", value)];
            tag.actions.push(Action { changes, ..action("promote", ActionKind::Update) });
        }
    };
    let known = |value: Value| literal(value, Type::Integer);
    let refused: &[(&str, &str)] = &[("R1050 Tag.promote:", "must be at most 9")];
    let chosen = tree(None, None, |tree| {
        let condition = tree.push(Node::Now);
        let condition = tree.push(Node::IsNull(condition));
        let (first, otherwise) =
            (tree.literal(Value::Int(9), Type::Integer), tree.literal(Value::Int(10), Type::Integer));
        tree.push(Node::Case { arms: vec![(condition, first)], otherwise })
    });
    for value in [known(Value::Int(10)), chosen] {
        let spoil = promoting(value);
        check(|it| spoil(it.resource("Tag")), refused);
    }
    for value in [Value::Int(9), Value::Null] {
        let sound = promoting(known(value));
        check(|it| sound(it.resource("Tag")), &[]);
    }
}

#[test]
fn a_unique_attribute_has_no_default_that_is_one_value() {
    let with = |it: &mut Resource, attribute| {
        it.attributes.push(attribute);
        it.identities.push(unique("rank"));
    };
    let one = with_default("rank", Type::Integer, Value::Int(1));
    check(|it| with(it.resource("Tag"), one), &[("R1042 Tag.rank:", "a second row")]);
    // Many rows may have none.
    let none = nullable(with_default("rank", Type::Integer, Value::Null));
    check(|it| with(it.resource("Tag"), none), &[]);
}

#[test]
fn a_read_sorts_by_what_has_an_order() {
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.attributes.push(nullable(attribute("detail", Type::Json)));
            let sort = vec![SortKey { field: "detail".into(), direction: Direction::Asc, private: false }];
            tag.actions[0].kind = ActionKind::Read(Read { sort, ..Read::default() });
        },
        &[("R1045 Tag.list:", "`detail`")],
    );
}

#[test]
fn columns_of_the_admin_are_public() {
    let columns = |it: &mut Resource, name: &'static str| it.admin.as_mut().unwrap().columns.push(name.into());
    check(
        |it| {
            let user = it.resource("User");
            user.attributes.push(Attribute { public: false, ..nullable(attribute("note", Type::String)) });
            columns(user, "note");
        },
        &[("R1046 User.note:", "not public")],
    );
    check(
        |it| {
            let user = it.resource("User");
            user.attributes.push(Attribute { sensitive: true, ..nullable(attribute("hash", Type::String)) });
            columns(user, "hash");
        },
        &[("R1046 User.hash:", "not public")],
    );
    check(
        |it| {
            let user = it.resource("User");
            user.relationships.iter_mut().find(|it| it.name == "profile").unwrap().public = false;
        },
        &[("R1046 User.profile:", "not public")],
    );
}

#[test]
fn a_first_row_can_be_made() {
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.attributes.push(attribute("parent_id", Type::Uuid));
            tag.relationships.push(belongs_to("parent", "Tag", OnDelete::Restrict));
        },
        &[("R1047 Tag.parent:", "of its own resource")],
    );
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.attributes.push(nullable(attribute("parent_id", Type::Uuid)));
            tag.relationships.push(belongs_to("parent", "Tag", OnDelete::Restrict));
        },
        &[],
    );
    check(
        |it| {
            let tag = it.resource("Tag");
            tag.attributes.push(attribute("first_id", Type::Uuid));
            let first = belongs_to("first", "Tagging", OnDelete::Restrict);
            tag.relationships.push(Relationship { public: false, ..first });
        },
        // One circle is one finding.
        &[("R1047 Tag.first:", "`Tagging.tag`")],
    );
}

#[test]
fn a_public_relationship_leads_to_what_is_shown() {
    check(|it| it.resource("Tag").admin = None, &[("R1048 Post.tags:", "`Tag` is on no surface")]);
    check(
        |it| {
            it.resource("Tag").admin = None;
            it.resource("Post").relationships.iter_mut().find(|it| it.name == "tags").unwrap().public = false;
        },
        &[],
    );
}

#[test]
fn an_update_changes_something() {
    let update = || action("touch", ActionKind::Update);
    check(|it| it.resource("Tag").actions.push(update()), &[("R1049 Tag.touch:", "changes nothing")]);
    let renaming = Action { accept: vec!["name".into()], ..update() };
    check(|it| it.resource("Tag").actions.push(renaming), &[]);
}
