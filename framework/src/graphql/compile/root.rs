//! Root fields: which read, action or sign-in step they are.

use async_graphql::Pos;

use super::{Compiler, unknown};
use crate::graphql::coerce::GivenFields;
use crate::graphql::collect::Collected;
use crate::graphql::compiled::{GenericCall, RecordOutputs, Root};
use crate::graphql::error::ResponseError;
use crate::graphql::open::{MaybeOpen, OpenQuery, Role};
use crate::graphql::schema::{self, Field, Meaning, ReadShape, SignInRoot};
use crate::ir::ResourceId;
use crate::query::Query;
use crate::value::Value;

impl<'a> Compiler<'a> {
    pub(super) fn declared_root(&mut self, field: &Collected<'a>, declared: &'a Field) -> Result<Root, ResponseError> {
        let given = self.arguments(field, declared)?;
        let Meaning::Root(root) = &declared.meaning else { return Err(unknown(field.position)) };
        match root {
            schema::Root::Read { resource, action, shape } => {
                let known = Query { action: Some(action.clone()), ..Query::restricted(*resource) };
                let mut query = OpenQuery::new(known);
                query.arguments = self.input(&declared.arguments, &given, field.position)?;
                self.order(&mut query, &given, field.position)?;
                match shape {
                    ReadShape::Page(pagination) => {
                        let connection = self.page(field, declared, &given, *pagination, 1, &mut query)?;
                        Ok(Root::Page { query, connection })
                    }
                    ReadShape::Rows => {
                        let rows = u64::from(super::page::UNPAGED);
                        self.charge(rows, field.position)?;
                        query.known.at_most = super::page::UNPAGED;
                        let record = self.select(field, rows, &mut query)?;
                        Ok(Root::Rows { query, record })
                    }
                    ReadShape::One => {
                        let record = self.one(field, &mut query)?;
                        Ok(Root::One { query, record })
                    }
                }
            }
            schema::Root::Get { resource } => {
                let mut query = OpenQuery::new(Query::restricted(*resource));
                let id = self.row_id(*resource, &given, field.position)?;
                let record = self.one(field, &mut query)?;
                Ok(Root::Get { query, id, record })
            }
            schema::Root::CurrentUser { resource } => {
                let mut query = OpenQuery::new(Query::restricted(*resource));
                let record = self.one(field, &mut query)?;
                Ok(Root::CurrentUser { query, record })
            }
            schema::Root::Call { resource, action } => {
                let input = self.input(&declared.arguments, &given, field.position)?;
                let mut query = self.returned_rows(*resource, action);
                let answer = self.return_value(field, &declared.ty, 1, query.as_mut())?;
                Ok(Root::Call {
                    call: GenericCall { resource: *resource, action: action.clone(), input, query },
                    answer,
                })
            }
            schema::Root::Act { resource, action } => self.act(field, declared, &given, *resource, action),
            schema::Root::SignIn(step) => self.sign_in(field, declared, &given, *step),
        }
    }

    /// One row, counted as one.
    fn one(&mut self, field: &Collected<'a>, query: &mut OpenQuery) -> Result<RecordOutputs, ResponseError> {
        self.charge(1, field.position)?;
        self.select(field, 1, query)
    }

    fn sign_in(
        &mut self,
        field: &Collected<'a>,
        declared: &'a Field,
        given: &GivenFields,
        step: SignInRoot,
    ) -> Result<Root, ResponseError> {
        let input = self.action_input(declared, given, field.position)?;
        Ok(match step {
            SignInRoot::RequestCode => {
                let payload =
                    self.payload(field, declared, |cx, field, declared| cx.sign_in_result(field, declared, &mut None))?;
                Root::RequestCode { input, payload }
            }
            SignInRoot::SignIn => {
                let mut query =
                    schema::actor(self.app).map(|(resource, _)| OpenQuery::new(Query::restricted(resource)));
                let payload = self
                    .payload(field, declared, |cx, field, declared| cx.sign_in_result(field, declared, &mut query))?;
                let query = query.ok_or_else(|| unknown(field.position))?;
                Root::SignIn { input, query, payload }
            }
            SignInRoot::SignOut => Root::SignOut { payload: self.payload(field, declared, |_, _, _| Ok(()))? },
        })
    }

    /// The row that the argument `id` names; that of no row, if it is malformed.
    pub(super) fn row_id(
        &mut self,
        resource: ResourceId,
        given: &GivenFields,
        position: Pos,
    ) -> Result<MaybeOpen<Value>, ResponseError> {
        let ty = self.app.resource(resource).key_type();
        let (id, ty) = given.get("id").zip(ty).ok_or_else(|| unknown(position))?;
        self.open.value(id, ty, Role::Id, position)
    }
}
