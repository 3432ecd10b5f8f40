//! The rules that need more than one fact of an item. One rule a file; what needs a single attribute is checked where it is read,
//! and what needs another item is left to rustc.

mod accept_is_given_once;
mod accept_says_what_is_hidden;
mod action_names_differ;
mod actor_identity_is_unique;
mod arguments_are_used;
mod bounds_hold_something;
mod create_gives_everything;
mod field_names_differ;
mod has_one_id;
mod identity_names_differ;
mod inputs_can_be_given;
mod listed_once;
mod page_bounds_hold;
mod primary_is_one;
mod required_is_accepted;
mod reserved_names_are_free;
mod secrets_have_no_default;
mod sensitive_stays_inside;
mod sort_marks_say_something;
mod variant_names_differ;

pub(crate) use listed_once::listed_once;

use crate::ctxt::Ctxt;
use crate::expand::calls::Calls;
use crate::model::action::Actions;
use crate::model::enumeration::Enumeration;
use crate::model::resource::Resource;

/// The rules of a resource. What would make rustc report a mistake again is taken out.
pub(crate) fn resource(cx: &Ctxt, resource: &mut Resource) {
    has_one_id::has_one_id(cx, resource);
    field_names_differ::field_names_differ(cx, resource);
    identity_names_differ::identity_names_differ(cx, resource);
    bounds_hold_something::bounds_hold_something(cx, resource);
    sensitive_stays_inside::sensitive_stays_inside(cx, resource);
    secrets_have_no_default::secrets_have_no_default(cx, resource);
    actor_identity_is_unique::actor_identity_is_unique(cx, resource);
}

/// The rules of actions. What would make rustc report a mistake again is taken out.
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
}

/// The rules of writes, with the columns known.
pub(crate) fn calls(cx: &Ctxt, calls: &Calls) {
    create_gives_everything::create_gives_everything(cx, calls);
    accept_says_what_is_hidden::accept_says_what_is_hidden(cx, calls);
}

/// The rules of an enum.
pub(crate) fn enumeration(cx: &Ctxt, enumeration: &Enumeration) {
    variant_names_differ::variant_names_differ(cx, enumeration);
}
