//! From selection sets to fields: fragments spread, directives obeyed, fields of the same response key merged.
//!
//! Source: GraphQL specification, "Field Collection" and "Field Selection Merging".

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Pos, Positioned};

use super::coerce::{Variables, condition};
use super::error::ResponseError;

/// One field of a response object.
pub(super) struct Collected<'a> {
    /// Its name in the response.
    pub(super) key: &'a str,
    pub(super) field: &'a Field,
    pub(super) position: Pos,
    /// What is selected of it: one set for each place that selects it.
    pub(super) children: Vec<SelectedSet<'a>>,
    /// Its position among the response's fields; `None`: every selection of it is skipped.
    rank: Option<usize>,
}

/// A selection set, and whether directives include it in the response. What they skip must still be valid.
#[derive(Clone, Copy)]
pub(super) struct SelectedSet<'a> {
    pub(super) set: &'a SelectionSet,
    pub(super) included: bool,
}

/// The fields of a response object, in the order of their first selection.
pub(super) fn collect<'a>(
    document: &'a ExecutableDocument,
    variables: &Variables<'_>,
    parts: &[SelectedSet<'a>],
) -> Result<Vec<Collected<'a>>, ResponseError> {
    let mut collector =
        Collector { document, variables, fields: Vec::new(), by_key: HashMap::new(), spread: HashMap::new(), ranks: 0 };
    for part in parts {
        collector.part(*part)?;
    }
    let mut fields = collector.fields;
    fields.retain(|it| it.rank.is_some());
    fields.sort_by_key(|it| it.rank);
    Ok(fields)
}

struct Collector<'a, 'v> {
    document: &'a ExecutableDocument,
    variables: &'v Variables<'v>,
    fields: Vec<Collected<'a>>,
    by_key: HashMap<&'a str, usize>,
    /// Fragments that were spread, and whether directives included them.
    spread: HashMap<&'a str, bool>,
    ranks: usize,
}

impl<'a> Collector<'a, '_> {
    fn part(&mut self, part: SelectedSet<'a>) -> Result<(), ResponseError> {
        for selection in &part.set.items {
            let included = part.included && self.is_included(selection.node.directives())?;
            match &selection.node {
                Selection::Field(field) => self.field(field, included)?,
                Selection::InlineFragment(fragment) => {
                    self.part(SelectedSet { set: &fragment.node.selection_set.node, included })?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    let before = self.spread.get(name).copied();
                    let news = match before {
                        None => true,
                        Some(before) => included && !before,
                    };
                    if let (true, Some(fragment)) = (news, self.document.fragments.get(name)) {
                        self.spread.insert(name, included);
                        self.part(SelectedSet { set: &fragment.node.selection_set.node, included })?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &'a Positioned<Field>, included: bool) -> Result<(), ResponseError> {
        let key = field.node.response_key().node.as_str();
        let children = SelectedSet { set: &field.node.selection_set.node, included };
        let rank = included.then_some(self.ranks);
        self.ranks += 1;
        let Some(&index) = self.by_key.get(key) else {
            self.by_key.insert(key, self.fields.len());
            let (field, position) = (&field.node, field.pos);
            self.fields.push(Collected { key, field, position, children: vec![children], rank });
            return Ok(());
        };
        let present = &mut self.fields[index];
        if !is_same(present.field, &field.node) {
            let message = format!("`{}` is selected twice, as different fields or with different arguments", cut(key));
            return Err(ResponseError {
                locations: vec![present.position, field.pos],
                ..ResponseError::invalid(message)
            });
        }
        present.rank = present.rank.or(rank);
        present.children.push(children);
        Ok(())
    }

    fn is_included(&self, directives: &[Positioned<Directive>]) -> Result<bool, ResponseError> {
        for directive in directives {
            let wanted = match directive.node.name.node.as_str() {
                "include" => true,
                "skip" => false,
                _ => continue,
            };
            let value = directive.node.get_argument("if");
            let value = value.ok_or_else(|| ResponseError::invalid("`if` is missing").at(directive.pos))?;
            if condition(value, self.variables)? != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn is_same(one: &Field, other: &Field) -> bool {
    one.name.node == other.name.node
        && one.arguments.len() == other.arguments.len()
        && one.arguments.iter().all(|(name, value)| {
            other.arguments.iter().any(|(other, it)| other.node == name.node && it.node == value.node)
        })
}

fn cut(key: &str) -> &str {
    key.char_indices().nth(60).map_or(key, |(end, _)| &key[..end])
}
