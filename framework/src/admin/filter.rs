//! Makes one condition of the filters in a list's address. It has restricted access: it sees what the actor may read.

use super::address::ListState;
use super::input::{SpanEnd, parse};
use super::model::{self, Filter, FilterKind, List, Widget};
use crate::error::{Code, Problem};
use crate::ir::{App, Comparison, Name, Node, NodeId, PathId, Resource, TextTest, Tree, Type};
use crate::value::{UNSTORABLE, Value, normalise_ci};

/// The parameter's value for rows without a value.
pub(super) const NONE: &str = "none";
/// The parameter's value for rows with any value.
pub(super) const SOME: &str = "some";

/// The condition; `None` if there are no filters.
///
/// # Errors
/// One problem for each value that is not of its filter's type; its field is the parameter.
pub(super) fn condition(
    app: &App,
    resource: &Resource,
    list: &List,
    state: &ListState,
) -> Result<Option<Tree>, Vec<Problem>> {
    let mut asked = FilterTree { app, resource, tree: Tree::new(Some(resource.name.clone()), None) };
    let mut conditions = Vec::new();
    let mut problems = Vec::new();
    for filter in &list.filters {
        for parameter in filter.parameters.iter().filter(|it| !state.filter(it).is_empty()) {
            match asked.test(filter, parameter, state.filter(parameter)) {
                Ok(condition) => conditions.push(condition),
                Err(message) => {
                    problems.push(Problem::new(Code::Invalid, message, vec![parameter.clone()]));
                }
            }
        }
    }
    let mut tree = asked.tree;
    match (problems.is_empty(), &conditions[..]) {
        (false, _) => return Err(problems),
        (true, []) => return Ok(None),
        (true, [only]) => tree.root = *only,
        (true, _) => tree.root = tree.push(Node::And(conditions)),
    }
    Ok(Some(tree))
}

/// The condition under construction.
struct FilterTree<'a> {
    app: &'a App,
    resource: &'a Resource,
    tree: Tree,
}

impl FilterTree<'_> {
    /// Adds one parameter's test.
    fn test(&mut self, filter: &Filter, parameter: &str, text: &str) -> Result<NodeId, String> {
        let column = Node::Column { path: Tree::ROW, attribute: filter.id };
        let ty = self.resource[filter.id].ty.clone();
        match (filter.asks_presence(parameter), text) {
            (true, NONE) => return Ok(self.is_null(column)),
            (true, SOME) => {
                let null = self.is_null(column);
                return Ok(self.tree.push(Node::Not(null)));
            }
            (true, _) if parameter.ends_with(".is") => return Err(format!("must be “{NONE}” or “{SOME}”")),
            _ => {}
        }
        if text.contains(UNSTORABLE) {
            // This also checks a text that is searched for, which is not parsed otherwise.
            parse(&ty, text, SpanEnd::First)?;
        }
        match (filter.test, &filter.widget) {
            (FilterKind::Contains, _) => Ok(self.contains(column, &ty, text)),
            (FilterKind::Equals, Widget::Row { id, .. }) if parse(&ty, text, SpanEnd::First).is_err() => {
                self.is_named(&filter.name, self.app.resource(*id), text)
            }
            (FilterKind::Equals, _) => {
                let value = equal(filter, &ty, text)?;
                Ok(self.compare(column, Comparison::Eq, value, &ty))
            }
            (FilterKind::Range, _) if parameter.ends_with(".from") => {
                let value = parse(&ty, text, SpanEnd::First)?;
                Ok(self.compare(column, Comparison::Ge, value, &ty))
            }
            (FilterKind::Range, _) => {
                let value = parse(&ty, text, SpanEnd::Last)?;
                Ok(self.compare(column, Comparison::Le, value, &ty))
            }
        }
    }

    fn is_null(&mut self, column: Node) -> NodeId {
        let column = self.tree.push(column);
        self.tree.push(Node::IsNull(column))
    }

    fn compare(&mut self, column: Node, op: Comparison, value: Value, ty: &Type) -> NodeId {
        let left = self.tree.push(column);
        let right = self.tree.literal(value, ty.clone());
        self.tree.push(Node::Compare { op, left, right })
    }

    fn contains(&mut self, column: Node, ty: &Type, text: &str) -> NodeId {
        contains(&mut self.tree, column, ty, text)
    }

    /// Whether a text of the label of the row at the other end contains it.
    fn is_named(&mut self, key: &Name, target: &Resource, text: &str) -> Result<NodeId, String> {
        let (relationship, _) = model::belongs_to(self.resource, key).ok_or("must be an id")?;
        let path = self.tree.one(Tree::ROW, relationship);
        named(&mut self.tree, path, target, text).ok_or_else(|| "must be an id".to_owned())
    }
}

/// Adds the test whether a text of the label of the row at `path` contains `text`; `None` where such rows have no label.
pub(super) fn named(tree: &mut Tree, path: PathId, resource: &Resource, text: &str) -> Option<NodeId> {
    let mut tests = Vec::new();
    let searched = model::label(resource);
    let searched = searched.iter().filter_map(|it| resource.attribute(it)).filter(|(_, it)| it.filterable);
    for (attribute, declared) in searched {
        tests.push(contains(tree, Node::Column { path, attribute }, &declared.ty, text));
    }
    match tests[..] {
        [] => None,
        [only] => Some(only),
        _ => Some(tree.push(Node::Or(tests))),
    }
}

fn equal(filter: &Filter, ty: &Type, text: &str) -> Result<Value, String> {
    if let Widget::Select { options } = &filter.widget
        && !options.iter().any(|it| it.value == *text)
    {
        return Err("choose one of the list".to_owned());
    }
    parse(ty, text, SpanEnd::First)
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
