//! Where the values of a statement come from.
//!
//! A statement that is sent once holds its values. One that is prepared holds, for each parameter, where its value is found for each
//! request:
//!
//! ```text
//! SELECT … WHERE "_0"."user_id" = $1 AND "_0"."kind" = $2 LIMIT $3
//!   $1  the literal at node 1 of the first predicate, a UUID        what the policy left for this actor
//!   $2  the literal at node 1 of the second predicate, a text       what the client's filter compares with
//!   $3  the number of rows
//! ```

use std::cell::RefCell;
use std::sync::Arc;

use sea_query::{Expr, Value as Bound, Values};

use super::Statement;
use super::lowering::broken;
use super::value::{bind, bind_list};
use crate::authorize::ReadPolicies;
use crate::database::Capability;
use crate::error::Error;
use crate::ir::{AttributeId, Name, Node, NodeId, ResourceId, Tree, Type};
use crate::plan::Predicate;
use crate::value::Value;

/// A tree of a statement, by which its literals are found again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TreeSource {
    /// A tree of the predicate at that position of the plan: the condition at the second position, counted through all groups of a policy,
    /// or 0 for an expression.
    Predicate(u16, u16),
    /// A condition of the policies of that resource's rows.
    Rows(ResourceId, u16),
    /// A condition of the policies of that field.
    Field(ResourceId, AttributeId, u16),
    /// The declaration, which is the same for everybody: its literals are part of a prepared statement.
    Declared,
    /// Another tree, of a statement that is sent once.
    Own,
}

/// Conditions of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ConditionSource {
    /// The predicate at that position of the plan.
    Predicate(u16),
    /// The policies of that resource's rows.
    Rows(ResourceId),
    /// The policies of that field.
    Field(ResourceId, AttributeId),
    /// Others, of a statement that is sent once.
    Own,
}

impl ConditionSource {
    /// The condition at that position.
    pub(super) fn tree(self, position: u16) -> TreeSource {
        match self {
            Self::Predicate(predicate) => TreeSource::Predicate(predicate, position),
            Self::Rows(resource) => TreeSource::Rows(resource, position),
            Self::Field(resource, attribute) => TreeSource::Field(resource, attribute, position),
            Self::Own => TreeSource::Own,
        }
    }
}

/// Where the value of an open parameter comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// A literal, of that type.
    Literal(TreeSource, NodeId, Type),
    /// Several literals of one tree, as one list.
    Literals(TreeSource, Vec<NodeId>, Type),
    /// An attribute of the actor; NULL where nobody is signed in.
    Actor(AttributeId, Type),
    /// An argument of the action; NULL where it is not given.
    Argument(Name, Type),
    /// The tenant of the request.
    Tenant(Type),
    /// The request's time.
    Now,
    /// The keys of the predicate at that position, of that type.
    Keys(u16, Type),
    /// The key of the order at that position, of the row after which the page begins.
    After(usize, Type),
    /// The same of the row before which it ends.
    Before(usize, Type),
    /// The keys of the parents, of that type.
    Parents(Type),
    /// The most rows.
    Limit,
}

/// What a request gives to the parameters of a prepared statement.
pub(crate) struct Parameters<'a> {
    pub(crate) read_policies: &'a ReadPolicies<'a>,
    pub(crate) wanted: &'a [Predicate],
    pub(crate) after: Option<&'a [Value]>,
    pub(crate) before: Option<&'a [Value]>,
    pub(crate) parents: &'a [Value],
    pub(crate) limit: u64,
}

/// The open parameters of a statement that is being prepared.
#[derive(Debug, Default)]
pub(super) struct OpenParameters(RefCell<Vec<Source>>);

impl OpenParameters {
    /// The expression of an open parameter: a value of a type that no column has, which stands for the source at that position.
    pub(super) fn open(&self, source: Source) -> Expr {
        let mut sources = self.0.borrow_mut();
        sources.push(source);
        Expr::val(Bound::Unsigned(Some((sources.len() - 1) as u32)))
    }
}

/// The number of rows in the LIMIT of a statement that is being prepared: it stands for [`Source::Limit`].
pub(super) const OPEN_LIMIT: u64 = u64::MAX;

/// A statement whose text is made once. It holds nobody's values.
#[derive(Debug)]
pub(crate) struct PreparedStatement {
    sql: Arc<str>,
    parameters: Vec<Parameter>,
}

/// A parameter of a prepared statement.
#[derive(Debug)]
enum Parameter {
    /// A value of the declaration, or of the statement's form.
    Known(Bound),
    Open(Source),
}

impl PreparedStatement {
    /// # Errors
    /// `INTERNAL` if a value stands for a source that there is not.
    pub(super) fn new(sql: String, values: Values, open: OpenParameters) -> Result<Self, Error> {
        let sources = open.0.into_inner();
        let mut parameters = Vec::with_capacity(values.0.len());
        for value in values.0 {
            parameters.push(match value {
                Bound::Unsigned(Some(source)) => {
                    let source = sources.get(source as usize).ok_or_else(|| broken("a parameter without a source"))?;
                    Parameter::Open(source.clone())
                }
                Bound::BigUnsigned(Some(OPEN_LIMIT)) => Parameter::Open(Source::Limit),
                known => Parameter::Known(known),
            });
        }
        Ok(Self { sql: sql.into(), parameters })
    }

    /// How many bytes it takes, roughly.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.sql.len() + self.parameters.len() * size_of::<Parameter>()
    }

    /// The statement with the values of a request.
    ///
    /// # Errors
    /// `INTERNAL` if the request lacks one of them: the actor is not loaded.
    pub(crate) fn bind(&self, capability: &Capability, given: &Parameters<'_>) -> Result<Statement, Error> {
        let mut values = Vec::with_capacity(self.parameters.len());
        for parameter in &self.parameters {
            values.push(match parameter {
                Parameter::Known(value) => value.clone(),
                Parameter::Open(source) => given.value(capability, source)?,
            });
        }
        Ok(Statement::new(self.sql.clone(), Values(values)))
    }
}

impl Parameters<'_> {
    fn value(&self, capability: &Capability, source: &Source) -> Result<Bound, Error> {
        let facts = self.read_policies.facts();
        Ok(match source {
            Source::Literal(tree, node, ty) => self.literal(*tree, *node, |it| bind(capability, it, ty))?,
            Source::Literals(tree, nodes, ty) => {
                let values = nodes.iter().map(|it| self.literal(*tree, *it, Value::clone));
                bind_list(capability, &values.collect::<Result<Vec<_>, _>>()?, ty)
            }
            Source::Actor(attribute, ty) => bind(capability, actor_value(self.read_policies, *attribute)?, ty),
            Source::Argument(name, ty) => bind(capability, facts.arguments.get(name).unwrap_or(&Value::Null), ty),
            // Whoever reads rows of tenants has been asked for one.
            Source::Tenant(ty) => {
                bind(capability, facts.tenant.ok_or_else(|| broken("a statement of a tenant without one"))?, ty)
            }
            Source::Now => bind(capability, &Value::Timestamp(facts.now), &Type::Timestamp),
            Source::Keys(predicate, ty) => match self.wanted.get(usize::from(*predicate)) {
                Some(Predicate::Is(key)) => bind(capability, key, ty),
                Some(Predicate::OneOf(keys)) => bind_list(capability, keys, ty),
                _ => return Err(broken("keys that are none")),
            },
            Source::After(position, ty) => bind(capability, key(self.after, *position)?, ty),
            Source::Before(position, ty) => bind(capability, key(self.before, *position)?, ty),
            Source::Parents(ty) => bind_list(capability, self.parents, ty),
            Source::Limit => Bound::BigInt(Some(i64::try_from(self.limit).unwrap_or(i64::MAX))),
        })
    }

    fn literal<T>(&self, tree: TreeSource, node: NodeId, take: impl FnOnce(&Value) -> T) -> Result<T, Error> {
        let value = |tree: Option<&Tree>| match tree.and_then(|it| it.nodes.get(node as usize)) {
            Some(Node::Literal { value, .. }) => Ok(take(value)),
            _ => Err(broken("a literal that is none")),
        };
        match tree {
            TreeSource::Predicate(predicate, position) => match self.wanted.get(usize::from(predicate)) {
                Some(Predicate::Policy(filter)) => value(filter.condition(position)),
                Some(Predicate::Tree(tree, _)) => value(Some(tree)),
                _ => value(None),
            },
            TreeSource::Rows(resource, position) => value(self.read_policies.whole_rows(resource).condition(position)),
            TreeSource::Field(resource, attribute, position) => {
                value(self.read_policies.whole_field(resource, attribute).condition(position))
            }
            TreeSource::Declared | TreeSource::Own => value(None),
        }
    }
}

fn key(keys: Option<&[Value]>, position: usize) -> Result<&Value, Error> {
    keys.and_then(|it| it.get(position)).ok_or_else(|| broken("a cursor without a key"))
}

/// The value of an attribute of the actor; NULL where nobody is signed in.
pub(super) fn actor_value<'p>(read_policies: &'p ReadPolicies<'_>, attribute: AttributeId) -> Result<&'p Value, Error> {
    match read_policies.facts().actor {
        None => Ok(&Value::Null),
        Some(actor) => actor
            .attribute(attribute)
            .ok_or_else(|| broken("an actor that is not loaded, or holds what is not of its declared type")),
    }
}
