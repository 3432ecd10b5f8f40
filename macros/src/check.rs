//! The rules that need more than one fact of an item. One rule in each file. What concerns a single attribute is checked where it is
//! parsed, and what concerns another item is left to rustc.

mod accept_is_given_once;
mod accept_says_what_is_hidden;
mod action_names_differ;
mod actor_identity_is_unique;
mod arguments_are_used;
mod body_names_differ;
mod bounds_hold_something;
mod columns_are_public;
mod create_gives_everything;
mod defaults_fit;
mod field_names_differ;
mod graphql_names_are_names;
mod has_one_id;
mod identity_names_differ;
mod inputs_can_be_given;
mod listed_once;
mod lists_name_once;
mod names_of_rows_are_identities;
mod orders_can_be_told;
mod page_bounds_hold;
mod primary_is_one;
mod reads_of_one_say_which;
mod relationships_begin;
mod required_is_accepted;
mod reserved_names_are_free;
mod secrets_have_no_default;
mod sensitive_stays_inside;
mod sort_marks_say_something;
mod sorted_once;
mod surface_options_say_something;
mod updates_change_something;
mod upserts_take_what_is_given;
mod variant_names_differ;

pub(crate) use listed_once::listed_once;

use crate::ctxt::Ctxt;
use crate::model::action::Actions;
use crate::model::calculation::Calculations;
use crate::model::call::Calls;
use crate::model::enumeration::Enumeration;
use crate::model::policy::Policies;
use crate::model::resource::Resource;

/// The rules of a resource. They remove what would make rustc report a mistake again.
pub(crate) fn resource(cx: &Ctxt, resource: &mut Resource) {
    has_one_id::has_one_id(cx, resource);
    field_names_differ::field_names_differ(cx, resource);
    identity_names_differ::identity_names_differ(cx, resource);
    lists_name_once::lists_name_once(cx, resource);
    bounds_hold_something::bounds_hold_something(cx, resource);
    defaults_fit::defaults_fit(cx, resource);
    relationships_begin::relationships_begin(cx, resource);
    graphql_names_are_names::types_are_names(cx, resource);
    columns_are_public::columns_are_public(cx, resource);
    sensitive_stays_inside::sensitive_stays_inside(cx, resource);
    surface_options_say_something::surface_options_say_something(cx, resource);
    secrets_have_no_default::secrets_have_no_default(cx, resource);
    actor_identity_is_unique::actor_identity_is_unique(cx, resource);
}

/// The rules of actions. They remove what would make rustc report a mistake again.
pub(crate) fn actions(cx: &Ctxt, actions: &mut Actions) {
    action_names_differ::action_names_differ(cx, actions);
    reserved_names_are_free::reserved_names_are_free(cx, actions);
    primary_is_one::primary_is_one(cx, actions);
    accept_is_given_once::accept_is_given_once(cx, actions);
    required_is_accepted::required_is_accepted(cx, actions);
    inputs_can_be_given::inputs_can_be_given(cx, actions);
    page_bounds_hold::page_bounds_hold(cx, actions);
    arguments_are_used::arguments_are_used(cx, actions);
    sort_marks_say_something::sort_marks_say_something(cx, actions);
    sorted_once::sorted_once(cx, actions);
    reads_of_one_say_which::reads_of_one_say_which(cx, actions);
    updates_change_something::updates_change_something(cx, actions);
    graphql_names_are_names::actions_are_names(cx, actions);
}

/// The rules of policies. They remove what would make rustc report a mistake again.
pub(crate) fn policies(cx: &Ctxt, policies: &mut Policies) {
    body_names_differ::body_names_differ(cx, "policy", &mut policies.policies, |it| &it.function);
}

/// The rules of calculations. They remove what would make rustc report a mistake again.
pub(crate) fn calculations(cx: &Ctxt, calculations: &mut Calculations) {
    body_names_differ::body_names_differ(cx, "calculation", &mut calculations.calculations, |it| &it.function);
}

/// The rules of reads and writes that need the resource's columns.
pub(crate) fn calls(cx: &Ctxt, calls: &Calls) {
    create_gives_everything::create_gives_everything(cx, calls);
    accept_says_what_is_hidden::accept_says_what_is_hidden(cx, calls);
    orders_can_be_told::orders_can_be_told(cx, calls);
    names_of_rows_are_identities::names_of_rows_are_identities(cx, calls);
    upserts_take_what_is_given::upserts_take_what_is_given(cx, calls);
}

/// The rules of an enum.
pub(crate) fn enumeration(cx: &Ctxt, enumeration: &Enumeration) {
    variant_names_differ::variant_names_differ(cx, enumeration);
}
