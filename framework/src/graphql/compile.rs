//! From a valid operation and the structure of its variables to a [`CompiledOperation`].
//!
//! Page sizes, the number of rows that could be read, and the size of filters are checked here, before anything runs. So a mutation with
//! a bad selection writes nothing.

mod act;
mod filter;
mod input;
mod page;
mod record;
mod return_value;
mod root;
mod sort;

use async_graphql::Pos;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};

use super::Limits;
use super::coerce::{GivenFields, Variables, arguments};
use super::collect::{Collected, SelectedSet, collect};
use super::compiled::{CompiledOperation, Output, Outputs, Root};
use super::document::is_introspection;
use super::error::ResponseError;
use super::open::OpenValues;
use super::schema::{Field, MUTATION, Object, QUERY, Schema};
use crate::ir;

/// Compiles an operation that the validator let pass.
pub(super) fn compile(
    app: &ir::App,
    schema: &Schema,
    limits: &Limits,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables<'_>,
) -> Result<CompiledOperation, ResponseError> {
    let mut compiler = Compiler {
        app,
        schema,
        limits,
        document,
        variables,
        open: OpenValues::default(),
        rows: 0,
        conditions: 0,
        bytes: 0,
    };
    let (name, most) = match operation.ty {
        OperationType::Mutation => (MUTATION, limits.mutation_roots),
        OperationType::Query | OperationType::Subscription => (QUERY, limits.query_roots),
    };
    let parts = [SelectedSet { set: &operation.selection_set.node, included: true }];
    let fields = compiler.collect(&parts)?;
    if fields.len() > most {
        return Err(ResponseError::limit(format!("an operation of this kind may have at most {most} root fields")));
    }
    let introspects = fields.iter().any(|it| is_introspection(&it.field.name.node));
    let roots =
        fields.iter().map(|it| Ok(it.output(compiler.root(name, it)?))).collect::<Result<_, ResponseError>>()?;
    let bytes = compiler.bytes + compiler.open.bytes();
    Ok(CompiledOperation { roots, open: compiler.open, introspects, bytes })
}

struct Compiler<'a> {
    app: &'a ir::App,
    schema: &'a Schema,
    limits: &'a Limits,
    document: &'a ExecutableDocument,
    variables: &'a Variables<'a>,
    /// Values that only the variables of a request tell.
    open: OpenValues,
    /// Rows that the operation could read so far.
    rows: u64,
    /// Conditions of its filters so far.
    conditions: usize,
    /// How many bytes what was compiled takes so far, roughly.
    bytes: usize,
}

impl<'a> Compiler<'a> {
    fn collect(&self, parts: &[SelectedSet<'a>]) -> Result<Vec<Collected<'a>>, ResponseError> {
        collect(self.document, self.variables, parts)
    }

    /// Compiles the children of `field` as fields of `object`; `part` is called for each but `__typename`.
    fn object<P>(
        &mut self,
        field: &Collected<'a>,
        object: &'a Object,
        typename: impl Fn(String) -> P,
        mut part: impl FnMut(&mut Self, &Collected<'a>, &'a Field) -> Result<P, ResponseError>,
    ) -> Result<Outputs<P>, ResponseError> {
        let children = self.collect(&field.children)?;
        let mut outputs = Vec::with_capacity(children.len());
        for child in &children {
            let name = child.field.name.node.as_str();
            let compiled = match object.field(name) {
                _ if name == "__typename" => {
                    bare(child)?;
                    typename(object.name.clone())
                }
                Some(declared) => part(self, child, declared)?,
                None => return Err(unknown(child.position)),
            };
            self.bytes += size_of::<Output<P>>() + 2 * child.key.len();
            outputs.push(child.output(compiled));
        }
        Ok(outputs)
    }

    fn declared(&self, object: &str, position: Pos) -> Result<&'a Object, ResponseError> {
        self.schema.object(object).ok_or_else(|| unknown(position))
    }

    fn arguments(&self, field: &Collected<'a>, declared: &Field) -> Result<GivenFields, ResponseError> {
        arguments(self.schema, &declared.arguments, &field.field.arguments, self.variables, field.position)
    }

    /// Adds to the number of rows that could be read.
    fn charge(&mut self, rows: u64, position: Pos) -> Result<(), ResponseError> {
        self.rows = self.rows.saturating_add(rows);
        if self.rows > self.limits.rows {
            let message =
                format!("the operation could read more than {} rows; ask for smaller pages", self.limits.rows);
            return Err(ResponseError::limit(message).at(position));
        }
        Ok(())
    }

    fn root(&mut self, object: &'static str, field: &Collected<'a>) -> Result<Root, ResponseError> {
        match field.field.name.node.as_str() {
            "__typename" => bare(field).map(|()| Root::Typename(object)),
            name if is_introspection(name) => Ok(Root::Introspection),
            name => {
                let declared = self.declared(object, field.position)?.field(name);
                self.declared_root(field, declared.ok_or_else(|| unknown(field.position))?)
            }
        }
    }
}

impl Collected<'_> {
    fn output<P>(&self, part: P) -> Output<P> {
        Output { key: self.key.to_owned(), written_key: format!(",\"{}\":", self.key), position: self.position, part }
    }
}

/// `__typename` takes no arguments and has no fields. async-graphql does not check this.
fn bare(field: &Collected<'_>) -> Result<(), ResponseError> {
    if field.field.arguments.is_empty() && field.children.iter().all(|it| it.set.items.is_empty()) {
        return Ok(());
    }
    Err(ResponseError::invalid("`__typename` has neither arguments nor fields").at(field.position))
}

/// A field that does not exist; validation has refused it before, so the message is short.
fn unknown(position: Pos) -> ResponseError {
    ResponseError::invalid("unknown field").at(position)
}
