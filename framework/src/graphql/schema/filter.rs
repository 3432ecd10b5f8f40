//! Filter inputs: one per resource, one per scalar or enum.

use super::object::is_shown;
use super::{
    Builder, InputField, InputMeaning, InputObject, Operator, TypeDef, exposed, list_of, named, required, shared,
};
use crate::error::Error;
use crate::graphql::{name, scalar};
use crate::ir::{Graphql, ResourceId, Type};

/// Adds `UserFilter` and the filters of its fields' types.
pub(super) fn record(builder: &mut Builder<'_>, id: ResourceId, graphql: &Graphql) -> Result<(), Error> {
    let app = builder.app;
    let resource = app.resource(id);
    let this = name::filter(graphql.type_name.as_str());
    let mut fields = vec![
        InputField::new("and", list_of(&this), InputMeaning::And),
        InputField::new("or", list_of(&this), InputMeaning::Or),
        InputField::new("not", named(&this), InputMeaning::Not),
    ];
    for (index, attribute) in (0..).zip(&resource.attributes).filter(|(_, it)| is_shown(it)) {
        let ty = value(builder, &attribute.ty)?;
        fields.push(InputField::new(attribute.name.camel(), named(&ty), InputMeaning::Attribute(index)));
    }
    for (index, calculation) in (0..).zip(&resource.calculations).filter(|(_, it)| it.public) {
        let ty = value(builder, &calculation.ty)?;
        fields.push(InputField::new(calculation.name.camel(), named(&ty), InputMeaning::Calculation(index)));
    }
    for (index, relationship) in (0..).zip(&resource.relationships).filter(|(_, it)| it.public) {
        let Some(target) = exposed(app, app.target(relationship)) else { continue };
        let docs = if relationship.is_to_one() { "" } else { "One of them matches." };
        let ty = named(&name::filter(target.type_name.as_str()));
        let meaning = InputMeaning::Relationship(index);
        fields.push(InputField::new(relationship.name.camel(), ty, meaning).docs(docs));
    }
    builder.add(TypeDef::Input(InputObject {
        name: this,
        docs: "Which rows: those for which all that is given holds.".into(),
        fields,
    }))
}

/// Adds the filter of a scalar or enum and answers its name.
fn value(builder: &mut Builder<'_>, ty: &Type) -> Result<String, Error> {
    shared::value_type(builder, ty)?;
    let scalar = scalar::name(ty);
    let fields = operators(ty)
        .iter()
        .map(|(name, operator)| {
            let ty = match operator {
                Operator::In | Operator::NotIn => list_of(scalar),
                Operator::IsNil => named("Boolean"),
                _ => named(scalar),
            };
            InputField::new(*name, ty, InputMeaning::Operator(*operator))
        })
        .collect();
    let filter = name::filter(scalar::filter_prefix(ty));
    builder.share(TypeDef::Input(InputObject { name: filter.clone(), docs: String::new(), fields }))?;
    Ok(filter)
}

fn operators(ty: &Type) -> Vec<(&'static str, Operator)> {
    let same = [("eq", Operator::Eq), ("notEq", Operator::NotEq)];
    let order = [("lt", Operator::Lt), ("lte", Operator::Lte), ("gt", Operator::Gt), ("gte", Operator::Gte)];
    let text = [
        ("contains", Operator::Contains),
        ("startsWith", Operator::StartsWith),
        ("endsWith", Operator::EndsWith),
        ("iEq", Operator::IEq),
    ];
    let list = [("in", Operator::In), ("notIn", Operator::NotIn)];
    let mut operators = same.to_vec();
    match ty {
        Type::String | Type::CiString => {
            operators.extend(order);
            operators.extend(text);
            operators.extend(list);
        }
        Type::Integer | Type::BigInteger | Type::Timestamp | Type::Duration => {
            operators.extend(order);
            operators.extend(list);
        }
        Type::Uuid | Type::Enum(_) => operators.extend(list),
        Type::Boolean | Type::Json => {}
    }
    operators.push(("isNil", Operator::IsNil));
    operators
}

/// The type of an argument that must be given.
pub(super) fn id() -> async_graphql::parser::types::Type {
    required(named("ID"))
}
