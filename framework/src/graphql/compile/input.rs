//! Arguments and inputs of actions, as the engine takes them.

use async_graphql::{Pos, Value as Const};

use super::{Compiler, unknown};
use crate::graphql::coerce::CoercedFields;
use crate::graphql::error::ResponseError;
use crate::graphql::scalar;
use crate::graphql::schema::{Field, InputField, InputMeaning, inner_name};
use crate::ir::Type;
use crate::record::Input;

impl Compiler<'_> {
    /// The action's input from a field's argument `input`, if it has one.
    pub(super) fn action_input(
        &self,
        field: &Field,
        given: &CoercedFields,
        position: Pos,
    ) -> Result<Input, ResponseError> {
        let argument = field.arguments.iter().find(|it| it.name == "input");
        let (Some(argument), Some(Const::Object(members))) = (argument, given.get("input")) else {
            return Ok(Input::new());
        };
        let declared = self.schema.input(inner_name(&argument.ty)).ok_or_else(|| unknown(position))?;
        self.input(&declared.fields, members, position)
    }

    /// The action's input from those fields that belong to the action. What is absent stays absent, and null stays null.
    pub(super) fn input(
        &self,
        fields: &[InputField],
        given: &CoercedFields,
        position: Pos,
    ) -> Result<Input, ResponseError> {
        let mut input = Input::new();
        for field in fields {
            let InputMeaning::Given { name, ty, key } = &field.meaning else { continue };
            let Some(value) = given.get(field.name.as_str()) else { continue };
            match (scalar::value(value, ty, *key), ty) {
                (Some(value), _) => input.set(name.clone(), value),
                (None, Type::Uuid) => input.set_no_row(name.clone()),
                (None, _) => {
                    let message = format!("`{}` must be a value of type `{}`", field.name, scalar::name(ty));
                    return Err(ResponseError::invalid(message).at(position));
                }
            }
        }
        Ok(input)
    }
}
