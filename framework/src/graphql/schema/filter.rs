//! Filter inputs: one per resource, one per scalar or enum.

use super::object::is_shown;
use super::{
    Builder, InputField, InputMeaning, InputObject, Operator, TypeDef, exposed, list_of, named, required, sentence,
    shared,
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
        InputField::new("and", list_of(&this), InputMeaning::And).docs("All of these hold."),
        InputField::new("or", list_of(&this), InputMeaning::Or)
            .docs("At least one of these holds; of none, none does."),
        InputField::new("not", named(&this), InputMeaning::Not)
            .docs("This does not hold. What is unknown, as a comparison with nothing is, does not hold either way."),
    ];
    for (index, attribute) in resource.attributes_by_id().filter(|(_, it)| is_shown(it) && it.filterable) {
        let ty = value(builder, &attribute.ty)?;
        let docs = sentence::of_typed(&attribute.docs, &attribute.name, &attribute.ty);
        fields.push(InputField::new(attribute.name.camel(), named(&ty), InputMeaning::Attribute(index)).docs(docs));
    }
    for (index, calculation) in resource.calculations_by_id().filter(|(_, it)| it.public) {
        let ty = value(builder, &calculation.ty)?;
        let docs = sentence::of_typed(&calculation.docs, &calculation.name, &calculation.ty);
        fields.push(InputField::new(calculation.name.camel(), named(&ty), InputMeaning::Calculation(index)).docs(docs));
    }
    for (index, relationship) in resource.relationships_by_id().filter(|(_, it)| it.public) {
        let Some(target) = exposed(app, app.target(relationship)) else { continue };
        let row = sentence::row(target);
        let docs = match relationship.is_to_one() {
            true => format!("The {row} at the other end matches; one that the actor may not see does not."),
            false => "At least one of them matches, of those that the actor may see.".to_owned(),
        };
        let ty = named(&name::filter(target.type_name.as_str()));
        let meaning = InputMeaning::Relationship(index);
        fields.push(InputField::new(relationship.name.camel(), ty, meaning).docs(docs));
    }
    builder.add(TypeDef::Input(InputObject {
        name: this,
        docs: format!("Which {}: those for which all that is given holds.", sentence::rows(resource)),
        fields,
    }))
}

/// Adds the filter of a scalar or enum and returns its name.
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
            InputField::new(*name, ty, InputMeaning::Operator(*operator)).docs(described(*operator))
        })
        .collect();
    let filter = name::filter(scalar::filter_prefix(ty));
    let docs = format!("Conditions on a value of type `{scalar}`: all that are given hold.");
    builder.share(TypeDef::Input(InputObject { name: filter.clone(), docs, fields }))?;
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
        Type::Integer16
        | Type::Integer32
        | Type::Integer
        | Type::BigInteger
        | Type::Float
        | Type::Timestamp
        | Type::Date
        | Type::Time
        | Type::Duration => {
            operators.extend(order);
            operators.extend(list);
        }
        Type::Uuid | Type::Key(_) | Type::Enum(_) => operators.extend(list),
        Type::Boolean | Type::Json | Type::Bytes => {}
    }
    operators.push(("isNil", Operator::IsNil));
    operators
}

fn described(operator: Operator) -> &'static str {
    match operator {
        Operator::Eq => "It is this; `null` asks for no value.",
        Operator::NotEq => "It has a value other than this; `null` asks for any value.",
        Operator::Lt => "It is less than this. Text is ordered by code point: `Zappa` before `abba`.",
        Operator::Lte => "It is this or less. Text is ordered by code point.",
        Operator::Gt => "It is greater than this. Text is ordered by code point.",
        Operator::Gte => "It is this or greater. Text is ordered by code point.",
        Operator::Contains => "It holds this text somewhere, in the same upper and lower case.",
        Operator::StartsWith => "It starts with this text, in the same upper and lower case.",
        Operator::EndsWith => "It ends with this text, in the same upper and lower case.",
        Operator::IEq => {
            "It is this text; A to Z count as a to z. Other letters must be in the same case: `MÖTLEY` is not `mötley`."
        }
        Operator::In => "It is one of these.",
        Operator::NotIn => "It has a value, and that is none of these.",
        Operator::IsNil => "Whether it has no value.",
    }
}

/// The argument that names the row.
pub(super) fn id(docs: &str) -> InputField {
    InputField::new("id", required(named("ID")), InputMeaning::Place).docs(docs)
}
