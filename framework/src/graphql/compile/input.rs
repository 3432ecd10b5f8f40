//! Arguments and inputs of actions, as the engine takes them.

use async_graphql::Pos;

use super::{Compiler, unknown};
use crate::graphql::coerce::{Given, GivenFields};
use crate::graphql::error::ResponseError;
use crate::graphql::open::{OpenInput, Role};
use crate::graphql::schema::{Field, InputField, InputMeaning, inner_name};

impl Compiler<'_> {
    /// The action's input from a field's argument `input`, if it has one.
    pub(super) fn action_input(
        &mut self,
        field: &Field,
        given: &GivenFields,
        position: Pos,
    ) -> Result<OpenInput, ResponseError> {
        let argument = field.arguments.iter().find(|it| it.name == "input");
        let (Some(argument), Some(Given::Object(members))) = (argument, given.get("input")) else {
            return Ok(OpenInput::default());
        };
        let declared = self.schema.input(inner_name(&argument.ty)).ok_or_else(|| unknown(position))?;
        self.input(&declared.fields, members, position)
    }

    /// The action's input from those fields that belong to the action. What is absent stays absent, and null stays null.
    pub(super) fn input(
        &mut self,
        fields: &[InputField],
        given: &GivenFields,
        position: Pos,
    ) -> Result<OpenInput, ResponseError> {
        let mut input = OpenInput::default();
        for field in fields {
            let InputMeaning::Given { name, ty, key } = &field.meaning else { continue };
            let Some(value) = given.get(field.name.as_str()) else { continue };
            let role = Role::Input { field: field.name.clone(), is_key: *key };
            input.set(name.clone(), self.open.value(value, ty, role, position)?);
        }
        Ok(input)
    }
}
