//! Mutations: the action, and what is selected of its payload.

use super::{Compiler, unknown};
use crate::graphql::coerce::GivenFields;
use crate::graphql::collect::Collected;
use crate::graphql::compiled::{
    GenericCall, MeantRow, Outputs, PayloadOutputs, PayloadPart, ProblemPart, Root, RowMutation, SignInPart,
};
use crate::graphql::error::ResponseError;
use crate::graphql::open::OpenQuery;
use crate::graphql::schema::{Field, Meaning, PayloadField, SignInField, inner_name};
use crate::ir::{ActionKind, Name, ResourceId};
use crate::query::Query;

impl<'a> Compiler<'a> {
    pub(super) fn act(
        &mut self,
        field: &Collected<'a>,
        declared: &'a Field,
        given: &GivenFields,
        resource: ResourceId,
        name: &Name,
    ) -> Result<Root, ResponseError> {
        let input = self.action_input(declared, given, field.position)?;
        let action = self.app.resource(resource).action(name).ok_or_else(|| unknown(field.position))?;
        let row = match action.kind {
            ActionKind::Create => MeantRow::New,
            ActionKind::Update | ActionKind::Destroy if action.named_by.is_empty() => {
                MeantRow::Id(self.row_id(resource, given, field.position)?)
            }
            ActionKind::Update | ActionKind::Destroy => {
                MeantRow::Named(self.input(&declared.arguments, given, field.position)?)
            }
            ActionKind::Generic { .. } | ActionKind::Read(_) => {
                let (mut rows, mut is_selected) = (self.returned_rows(resource, name), false);
                let payload = self.payload(field, declared, |cx, field, declared| {
                    is_selected = true;
                    cx.return_value(field, &declared.ty, 1, rows.as_mut())
                })?;
                let query = rows.filter(|_| is_selected);
                let call = GenericCall { resource, action: name.clone(), input, query };
                return Ok(Root::CallPayload { call, payload });
            }
        };
        let mut query = None;
        let payload = self.payload(field, declared, |cx, field, _| {
            let new = || OpenQuery::new(Query::restricted(resource));
            cx.charge(1, field.position)?;
            cx.select(field, 1, query.get_or_insert_with(new))
        })?;
        Ok(Root::Act { act: RowMutation { resource, action: name.clone(), row, input, query }, payload })
    }

    /// A payload whose `result` is compiled by `result`.
    pub(super) fn payload<R>(
        &mut self,
        field: &Collected<'a>,
        declared: &'a Field,
        mut result: impl FnMut(&mut Self, &Collected<'a>, &'a Field) -> Result<R, ResponseError>,
    ) -> Result<PayloadOutputs<R>, ResponseError> {
        let object = self.declared(inner_name(&declared.ty), field.position)?;
        let inputs = self.input_names(declared);
        self.object(field, object, PayloadPart::Typename, |cx, child, declared| match declared.meaning {
            Meaning::Payload(PayloadField::Result) => Ok(PayloadPart::Result(result(cx, child, declared)?)),
            Meaning::Payload(PayloadField::Wrote) => {
                super::bare(child)?;
                Ok(PayloadPart::Wrote)
            }
            Meaning::Payload(PayloadField::Errors) => {
                Ok(PayloadPart::Errors(cx.problems(child, declared)?, inputs.clone()))
            }
            _ => Err(unknown(child.position)),
        })
    }

    /// The fields of the argument `input`.
    fn input_names(&self, field: &Field) -> Vec<String> {
        let argument = field.arguments.iter().find(|it| it.name == "input");
        let input = argument.and_then(|it| self.schema.input(inner_name(&it.ty)));
        input.map(|it| it.fields.iter().map(|it| it.name.clone()).collect()).unwrap_or_default()
    }

    fn problems(&mut self, field: &Collected<'a>, declared: &'a Field) -> Result<Outputs<ProblemPart>, ResponseError> {
        let object = self.declared(inner_name(&declared.ty), field.position)?;
        self.object(
            field,
            object,
            |_| ProblemPart::Typename,
            |_, child, declared| match declared.meaning {
                Meaning::Problem(field) => Ok(ProblemPart::Field(field)),
                _ => Err(unknown(child.position)),
            },
        )
    }

    /// `SignInFlow` or `SignedIn`; `query` reads the user.
    pub(super) fn sign_in_result(
        &mut self,
        field: &Collected<'a>,
        declared: &'a Field,
        query: &mut Option<OpenQuery>,
    ) -> Result<Outputs<SignInPart>, ResponseError> {
        let object = self.declared(inner_name(&declared.ty), field.position)?;
        self.object(field, object, SignInPart::Typename, |cx, child, declared| match (&declared.meaning, &mut *query) {
            (Meaning::SignIn(SignInField::User), Some(query)) => {
                cx.charge(1, child.position)?;
                Ok(SignInPart::User(cx.select(child, 1, query)?))
            }
            (Meaning::SignIn(meaning), _) => Ok(SignInPart::Field(*meaning)),
            _ => Err(unknown(child.position)),
        })
    }
}
