//! Everything that `#[resource]` emits.

use proc_macro2::TokenStream;
use quote::quote;

use super::{declaration, entity, fields, record, row};
use crate::ctxt::Ctxt;
use crate::model::resource::Resource;

/// The record, the row that expressions see, the names of the columns, and the declaration as data, and the entity if there is to be one.
pub(crate) fn resource(cx: &Ctxt, resource: &Resource) -> TokenStream {
    let record = record::record(resource);
    let row = row::row(resource);
    let fields = fields::fields(resource);
    let declaration = declaration::declaration(cx, resource);
    let entity = entity::entity(resource);
    let actions = &resource.actions;
    quote! {
        #record
        #row
        #fields
        #declaration
        #entity
        #actions
    }
}
