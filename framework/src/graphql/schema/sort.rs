//! Sort inputs: what rows can be ordered by, and which way.

use async_graphql::{Name as GraphqlName, Value as Const};

use super::object::is_shown;
use super::{
    Builder, Enum, EnumValue, InputField, InputMeaning, InputObject, SORT_ORDER, TypeDef, named, required, sentence,
    shared,
};
use crate::error::Error;
use crate::graphql::name;
use crate::ir::{Attribute, Graphql, ResourceId};
use crate::query::SortField;

/// Adds `UserSort` and `UserSortField`.
pub(super) fn record(builder: &mut Builder<'_>, id: ResourceId, graphql: &Graphql) -> Result<(), Error> {
    shared::sort_order(builder)?;
    let resource = builder.app.resource(id);
    let object = graphql.type_name.as_str();
    let value = |name: &crate::ir::Name, field| EnumValue {
        name: name::sort_value(name),
        docs: sentence::of_sort_value(name),
        sort_field: Some(field),
    };
    let is_key = |it: &Attribute| is_shown(it) && it.sortable && it.ty.has_order();
    let attributes = resource.attributes_by_id().filter(|(_, it)| is_key(it));
    let calculations = resource.calculations_by_id().filter(|(_, it)| it.public && it.ty.has_order());
    let values = attributes
        .map(|(index, it)| value(&it.name, SortField::Attribute(index)))
        .chain(calculations.map(|(index, it)| value(&it.name, SortField::Calculation(index))))
        .collect();
    let rows = sentence::rows(resource);
    let docs = format!("What {rows} can be ordered by.");
    builder.add(TypeDef::Enum(Enum { name: name::sort_field(object), docs, values }))?;
    let mut order = InputField::new("order", required(named(SORT_ORDER)), InputMeaning::Place).docs("Which way.");
    order.default = Some(Const::Enum(GraphqlName::new("ASC")));
    let field = InputField::new("field", required(named(&name::sort_field(object))), InputMeaning::Place);
    let field = field.docs("What to order by.");
    builder.add(TypeDef::Input(InputObject {
        name: name::sort(object),
        docs: format!("One key of an order of {rows}."),
        fields: vec![field, order],
    }))
}
