//! Conjunctions and disjunctions: subqueries and values that several operands share are computed once.
//!
//! ```text
//! name == "a" || name == "b"                 name = ANY (["a", "b"])
//! worlds.any(a) || worlds.any(b)             EXISTS (… WHERE a OR b)
//! member_count > 1 && member_count < 9       (SELECT v0 > 1 AND v0 < 9 FROM (SELECT (SELECT COUNT(*) …) AS v0))
//! ```
//! Twenty subqueries over the same rows take a database twenty times as long to run, and longer still to plan.

use std::rc::Rc;

use sea_query::{Expr, ExprTrait};

use super::condition::{Named, TreeLowering};
use super::lowering::broken;
use super::scope::{Scope, ScopeSource};
use crate::error::Error;
use crate::ir::{AttributeId, CalculationId, Comparison, Many, Node, NodeId, PathId, Relationship, Tree, Type};
use crate::value::Value;

/// One alternative of several.
enum Alternative<'a> {
    Node(NodeId),
    Related(RelatedTest<'a>),
    Equal(Equal<'a>),
}

/// The condition that a column is one of several values.
struct Equal<'a> {
    row: Rc<Scope<'a>>,
    attribute: AttributeId,
    /// The comparison with the first value.
    first: NodeId,
    values: Vec<Value>,
    /// The literals that these are the values of.
    literals: Vec<NodeId>,
    ty: &'a Type,
}

/// The condition that one of the related rows fits: for any number of scopes over the same relationship of the same row.
struct RelatedTest<'a> {
    from: Rc<Scope<'a>>,
    relationship: &'a Relationship,
    scopes: Vec<PathId>,
    /// The conditions of the scopes, one of which must hold; `None` if it is enough that there is a row.
    conditions: Option<Vec<NodeId>>,
}

impl<'a> TreeLowering<'_, 'a> {
    /// The conjunction `id`.
    pub(super) fn all(&mut self, id: NodeId) -> Result<Expr, Error> {
        let operands = self.flat(&[id], |it| match it {
            Node::And(operands) => Some(operands),
            _ => None,
        });
        self.sharing(&operands, Expr::and, |cx, operands| {
            let all = operands.iter().map(|it| cx.node(*it)).collect::<Result<Vec<_>, _>>()?;
            all.into_iter().reduce(Expr::and).ok_or_else(|| broken("a conjunction of nothing"))
        })
    }

    /// The disjunction `id`.
    pub(super) fn any(&mut self, id: NodeId) -> Result<Expr, Error> {
        self.either(&[id])
    }

    /// The disjunction of `conditions`.
    pub(super) fn either(&mut self, conditions: &[NodeId]) -> Result<Expr, Error> {
        let operands = self.flat(conditions, |it| match it {
            Node::Or(operands) => Some(operands),
            _ => None,
        });
        self.sharing(&operands, Expr::or, |cx, operands| {
            let mut any = Vec::with_capacity(operands.len());
            for alternative in cx.alternatives(operands)? {
                any.push(match alternative {
                    Alternative::Node(id) => cx.node(id)?,
                    Alternative::Equal(Equal { first, values, .. }) if values.len() == 1 => cx.node(first)?,
                    Alternative::Equal(Equal { row, attribute, values, literals, ty, .. }) => {
                        let column = cx.lowering.column(&row, attribute, cx.access)?;
                        let list = cx.lowering.literals(cx.source, &literals, &values, ty)?;
                        cx.lowering.listed(column, list, ty)
                    }
                    Alternative::Related(RelatedTest { scopes, conditions, .. }) => {
                        cx.many(Many::Any, &scopes, conditions.as_deref(), None)?
                    }
                });
            }
            any.into_iter().reduce(Expr::or).ok_or_else(|| broken("a disjunction of nothing"))
        })
    }

    /// The operands of nested junctions of one kind, in order.
    fn flat(&self, operands: &[NodeId], nested: impl Fn(&Node) -> Option<&Vec<NodeId>>) -> Vec<NodeId> {
        let mut flat = Vec::with_capacity(operands.len());
        let mut waiting: Vec<NodeId> = operands.iter().rev().copied().collect();
        while let Some(id) = waiting.pop() {
            match self.tree.nodes.get(id as usize).and_then(&nested) {
                Some(operands) => waiting.extend(operands.iter().rev()),
                None => flat.push(id),
            }
        }
        flat
    }

    /// The node `id` as a comparison of a column with a value, if it is one.
    fn equal(&mut self, id: NodeId) -> Result<Option<Equal<'a>>, Error> {
        let node = |id: NodeId| self.tree.nodes.get(id as usize);
        let Some(Node::Compare { op: Comparison::Eq, left, right }) = node(id) else { return Ok(None) };
        let (Some(Node::Column { path, attribute }), Some(Node::Literal { value, .. })) = (node(*left), node(*right))
        else {
            return Ok(None);
        };
        if value.is_null() || matches!(value, Value::List(_) | Value::Json(_) | Value::Bool(_)) {
            return Ok(None);
        }
        let row = self.scope(*path)?;
        let ty = &self.lowering.app().resource(row.resource)[*attribute].ty;
        Ok(Some(Equal {
            row,
            attribute: *attribute,
            first: id,
            values: vec![value.clone()],
            literals: vec![*right],
            ty,
        }))
    }

    /// The alternatives; those over the same relationship of the same row are merged into one, and so are those about the same column.
    fn alternatives(&mut self, operands: &[NodeId]) -> Result<Vec<Alternative<'a>>, Error> {
        let mut alternatives: Vec<Alternative<'a>> = Vec::with_capacity(operands.len());
        for id in operands {
            let Some(Node::Many { how: Many::Any, each, condition, .. }) = self.tree.nodes.get(*id as usize) else {
                let Some(mut equal) = self.equal(*id)? else {
                    alternatives.push(Alternative::Node(*id));
                    continue;
                };
                let same = alternatives.iter_mut().find_map(|it| match it {
                    Alternative::Equal(it) if it.attribute == equal.attribute && it.row.is(&equal.row) => Some(it),
                    _ => None,
                });
                match same {
                    Some(same) => {
                        same.values.append(&mut equal.values);
                        same.literals.append(&mut equal.literals);
                    }
                    None => alternatives.push(Alternative::Equal(equal)),
                }
                continue;
            };
            let (from, relationship) = self.each(*each)?;
            let same = alternatives.iter_mut().find_map(|it| match it {
                Alternative::Related(it) => it.is_of(&from, relationship).then_some(it),
                Alternative::Node(_) | Alternative::Equal(_) => None,
            });
            match same {
                Some(related) => {
                    related.scopes.push(*each);
                    related.conditions =
                        related.conditions.take().zip(*condition).map(|(before, it)| [before, vec![it]].concat());
                }
                None => {
                    let conditions = condition.map(|it| vec![it]);
                    alternatives.push(Alternative::Related(RelatedTest {
                        from,
                        relationship,
                        scopes: vec![*each],
                        conditions,
                    }));
                }
            }
        }
        Ok(alternatives)
    }

    /// Combines `operands`. Calculations over other rows that several of them need are computed once.
    fn sharing(
        &mut self,
        operands: &[NodeId],
        operator: fn(Expr, Expr) -> Expr,
        combine: impl Fn(&mut Self, &[NodeId]) -> Result<Expr, Error>,
    ) -> Result<Expr, Error> {
        let mut needs = Vec::new();
        for operand in operands {
            self.put_calculations(*operand, &mut needs);
        }
        let mut shared: Vec<(PathId, CalculationId)> = Vec::new();
        for (index, calculation) in needs.iter().enumerate() {
            if needs[..index].contains(calculation)
                && !shared.contains(calculation)
                && self.is_shareable(*calculation)?
            {
                shared.push(*calculation);
            }
        }
        if shared.is_empty() {
            return combine(self, operands);
        }
        let (sharing, others): (Vec<NodeId>, Vec<NodeId>) = operands.iter().partition(|it| {
            let mut needs = Vec::new();
            self.put_calculations(**it, &mut needs);
            needs.iter().any(|it| shared.contains(it))
        });
        let mut values = Vec::with_capacity(shared.len());
        for (path, calculation) in &shared {
            let scope = self.scope(*path)?;
            values.push(self.lowering.calculation(&scope, *calculation, self.access)?);
        }
        let named = Named::new(self.lowering, values);
        self.known.extend(shared.iter().enumerate().map(|(index, it)| (*it, named.name(index))));
        let combined = combine(self, &sharing)?;
        for calculation in &shared {
            self.known.remove(calculation);
        }
        let combined = named.of(combined);
        if others.is_empty() { Ok(combined) } else { Ok(operator(combine(self, &others)?, combined)) }
    }

    /// Adds the calculations that are always computed when `id` is, each as often as it is used.
    fn put_calculations(&self, id: NodeId, found: &mut Vec<(PathId, CalculationId)>) {
        match self.tree.nodes.get(id as usize) {
            Some(Node::Calculation { path, calculation }) => found.push((*path, *calculation)),
            // These are about other rows, or not always computed.
            None | Some(Node::Many { .. } | Node::Case { .. }) => {}
            Some(node) => node.operands().into_iter().for_each(|it| self.put_calculations(it, found)),
        }
    }

    /// Whether a calculation is expensive enough to be shared, and cannot fail where it would not have been computed otherwise.
    fn is_shareable(&mut self, (path, id): (PathId, CalculationId)) -> Result<bool, Error> {
        if self.known.contains_key(&(path, id)) {
            return Ok(false);
        }
        let scope = self.scope(path)?;
        let app = self.lowering.app();
        let calculation = &app.resource(scope.resource)[id];
        let reached = matches!(scope.source, ScopeSource::Hop(..));
        let asks = |tree: &Tree| reached || tree.asks_other_rows();
        Ok(asks(&calculation.tree) && !calculation.may_fail(app))
    }
}

impl<'a> RelatedTest<'a> {
    fn is_of(&self, from: &Scope<'a>, relationship: &Relationship) -> bool {
        std::ptr::eq(self.relationship, relationship) && self.from.is(from)
    }
}
