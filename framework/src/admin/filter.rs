//! From the filters in a list's address to one condition. It is a client's: it sees what the actor may read.

use super::address::ListState;
use super::input::{Day, parse};
use super::model::{Filter, List, Test, Widget};
use crate::error::{Code, Problem};
use crate::ir::{Comparison, Name, Node, NodeId, Resource, TextTest, Tree, Type};
use crate::value::{Value, normalise_ci};

/// The value that asks for rows where there is none.
pub(super) const NONE: &str = "none";

/// The condition, `None` if nothing narrows the list.
///
/// # Errors
/// One problem for each value that is not of its filter's type; its field is the parameter.
pub(super) fn condition(resource: &Resource, list: &List, state: &ListState) -> Result<Option<Tree>, Vec<Problem>> {
    let mut tree = Tree::new(Some(resource.name.clone()), None);
    let mut conditions = Vec::new();
    let mut problems = Vec::new();
    for filter in &list.filters {
        let Some(attribute) = resource.attributes.get(usize::from(filter.index)) else { continue };
        for (position, parameter) in filter.parameters.iter().enumerate() {
            let text = state.filter(parameter);
            if text.is_empty() {
                continue;
            }
            match test(&mut tree, filter, &attribute.ty, position, text) {
                Ok(condition) => conditions.push(condition),
                Err(message) => {
                    problems.push(Problem { code: Code::Invalid, message, fields: vec![parameter.clone()] });
                }
            }
        }
    }
    match (problems.is_empty(), conditions[..].len()) {
        (false, _) => Err(problems),
        (true, 0) => Ok(None),
        (true, 1) => Ok(Some(tree)),
        (true, _) => {
            tree.root = tree.push(Node::And(conditions));
            Ok(Some(tree))
        }
    }
}

/// Adds one parameter's test, and makes it the tree's answer.
fn test(tree: &mut Tree, filter: &Filter, ty: &Type, position: usize, text: &str) -> Result<NodeId, String> {
    let column = Node::Column { path: Tree::ROW, attribute: filter.index };
    let root = match filter.test {
        _ if filter.nullable && text == NONE => {
            let column = tree.push(column);
            tree.push(Node::IsNull(column))
        }
        Test::Contains => contains(tree, column, ty, text),
        Test::Equals => {
            let value = equal(filter, ty, text)?;
            compare(tree, column, Comparison::Eq, value, ty)
        }
        Test::Range if position == 0 => {
            let value = parse(ty, text, Day::Start)?;
            compare(tree, column, Comparison::Ge, value, ty)
        }
        Test::Range => {
            let value = parse(ty, text, Day::End)?;
            compare(tree, column, Comparison::Le, value, ty)
        }
    };
    tree.root = root;
    Ok(root)
}

fn equal(filter: &Filter, ty: &Type, text: &str) -> Result<Value, String> {
    if let Widget::Select { options } = &filter.widget
        && !options.iter().any(|it| it.value == *text)
    {
        return Err("choose one of the list".to_owned());
    }
    parse(ty, text, Day::Start)
}

fn compare(tree: &mut Tree, column: Node, op: Comparison, value: Value, ty: &Type) -> NodeId {
    let left = tree.push(column);
    let right = tree.literal(value, ty.clone());
    tree.push(Node::Compare { op, left, right })
}

fn contains(tree: &mut Tree, column: Node, ty: &Type, text: &str) -> NodeId {
    let stored = tree.push(column);
    let (subject, text) = match ty {
        Type::CiString => (stored, normalise_ci(text)),
        _ => (tree.push(Node::Lower(stored)), text.to_ascii_lowercase()),
    };
    let pattern = tree.literal(Value::Text(text), Type::String);
    tree.push(Node::Text { op: TextTest::Contains, subject, pattern })
}

/// The address of the rows of a list whose filter `attribute` is `value`.
pub(super) fn address(list_address: &str, attribute: &Name, value: &str) -> String {
    super::address::with_parameter(list_address, attribute, value)
}
