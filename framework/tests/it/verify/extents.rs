//! What decides whether a row exists, and among which rows an identity is unique.

use samara::ir::{AttributeId, Comparison, Node, NodeId, RelationshipId, Tree, Type};
use samara::value::Value;

use super::{check, text, tree};

fn column(tree: &mut Tree, at: u16) -> NodeId {
    tree.push(Node::Column { path: Tree::ROW, attribute: AttributeId::at(at) })
}

/// A condition over a post, of which the attribute at 1 is its title.
fn condition(body: impl FnOnce(&mut Tree) -> NodeId) -> Option<Tree> {
    Some(tree(Some("Post"), None, body))
}

#[test]
fn rows_exist_by_what_stands_in_them() {
    check(
        |it| {
            it.resource("Post").base_filter = condition(|tree| {
                let (title, editor) = (column(tree, 1), column(tree, 4));
                let right = tree.literal(text("x"), Type::String);
                let named = tree.push(Node::Compare { op: Comparison::Ne, left: title, right });
                let none = tree.push(Node::IsNull(editor));
                let any = tree.push(Node::Or(vec![named, none]));
                tree.push(Node::Not(any))
            });
        },
        &[],
    );
}

#[test]
fn rows_do_not_exist_by_anything_else() {
    check(
        |it| {
            it.resource("Post").base_filter = condition(|tree| {
                let (left, right) = (column(tree, 1), column(tree, 1));
                let right = tree.push(Node::Lower(right));
                tree.push(Node::Compare { op: Comparison::Eq, left, right })
            });
        },
        &[("R0413 Post.base_filter:", "asks a function of a text")],
    );
    check(
        |it| {
            it.resource("Post").base_filter = condition(|tree| {
                let path = tree.one(Tree::ROW, RelationshipId::at(0));
                let left = tree.push(Node::Column { path, attribute: AttributeId::at(1) });
                let right = tree.literal(text("Ada"), Type::String);
                tree.push(Node::Compare { op: Comparison::Eq, left, right })
            });
        },
        &[("R0413 Post.base_filter:", "asks other rows")],
    );
    check(
        |it| {
            it.resource("Post").base_filter = condition(|tree| {
                let left = tree.push(Node::Now);
                let right = tree.push(Node::Now);
                tree.push(Node::Compare { op: Comparison::Eq, left, right })
            });
        },
        &[("R0413 Post.base_filter:", "asks the time")],
    );
}

#[test]
fn an_identity_is_of_rows_by_what_stands_in_them() {
    check(
        |it| {
            let identity = it.resource("User").identities.first_mut().unwrap();
            identity.only = Some(tree(Some("User"), None, |tree| {
                let left = column(tree, 1);
                let left = tree.push(Node::Length(left));
                let right = tree.literal(Value::Int(3), Type::Integer);
                tree.push(Node::Compare { op: Comparison::Eq, left, right })
            }));
        },
        // And it is no longer one of all users, by which sign-in knows them.
        &[("R0414 User.email:", "asks a function of a text"), ("R1019 User", "")],
    );
}
