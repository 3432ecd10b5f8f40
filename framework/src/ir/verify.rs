//! Rules that need more than one resource, checked when the app starts and before any code is generated from it.
//!
//! ```text
//! #[belongs_to(on_delete = nilify)] world: BelongsTo<World>
//! → R1008 Activity.world: its key `world_id` is never NULL, so the row's going cannot clear it
//! ```
//! A rule is a function that reports each place where it does not hold; all rules are checked, so one start shows everything that is
//! wrong. Each code has a page, `docs/errors/<code>.md`.

mod accepted_rows_can_be_made;
mod actions_are_consistent;
mod actions_have_policies;
mod actor_can_register;
mod actor_is_declared_once;
mod admin_columns_are_public;
mod answers_fit;
mod calculations_end;
mod declared_tree;
mod default_filters_can_be_lifted;
mod defaults_fit;
mod deleted_rows_are_named_by_id;
mod deletions_alone_mark;
mod enums_are_known;
mod extents_ask_the_row_alone;
mod field_policies_guard;
mod generic_policies_ask_no_row;
mod graphql_names_differ;
mod graphql_types_have_fields;
mod identities_ask_the_row_alone;
mod immutable_stays;
mod keys_compared_fit;
mod keys_fit;
mod magic_links_fit;
mod messages_keep_secrets;
mod names_differ;
mod names_exist;
mod nilify_can_clear;
mod orders_are_told;
mod orders_keep_secrets;
mod pages_fit;
mod policies_decide;
mod policies_exist;
mod policies_name_actions;
mod primary_actions_are_clear;
mod primary_keys_exist;
mod public_targets_are_shown;
mod resources_differ;
mod returned_rows_can_be_read;
mod rows_are_named_by_identities;
mod rows_can_begin;
mod secrets_stay;
mod sessions_fit;
mod set_values_fit;
mod shown_rows_can_be_read;
mod sorts_have_an_order;
mod states_are_reached;
mod strategy;
mod tables_differ;
mod targets_exist;
mod tenants_are_declared;
mod trees_are_well_formed;
mod updates_change_something;
mod upserts_fit;
mod what_goes_can_come_back;

use std::fmt::{self, Display};
use std::panic::Location;

use super::{App, Subject};

/// One thing that is wrong with a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `R1008`: the rule. Stable; its page is `docs/errors/R1008.md`.
    pub code: &'static str,
    /// Where.
    pub location: SourceLocation,
    /// What is wrong there, one lower-case sentence.
    pub message: String,
    /// The other declaration, where two contradict each other, and what it does.
    pub other: Option<(SourceLocation, &'static str)>,
}

/// Where something is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLocation {
    /// What: `Activity`, `Activity.world`, `Activity.record`.
    pub subject: Subject,
    /// File, line and column; `None` for a declaration that was read from a manifest or built by code.
    pub source: Option<&'static Location<'static>>,
}

impl Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.location, self.message)?;
        if let Some((place, what)) = &self.other {
            write!(f, " ({place}: {what})")?;
        }
        Ok(())
    }
}

impl From<Subject> for SourceLocation {
    fn from(subject: Subject) -> Self {
        Self { subject, source: None }
    }
}

impl Display for SourceLocation {
    /// `Activity.record`, or `Activity.record, app/src/platform/activity.rs:40:8`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            Some(source) => write!(f, "{}, {source}", self.subject),
            None => write!(f, "{}", self.subject),
        }
    }
}

/// Checks every rule.
///
/// # Errors
/// All findings, in the order of the codes and then of the declaration. Never empty.
pub fn verify(app: &App) -> Result<(), Vec<Finding>> {
    let mut found = Vec::new();
    for rule in RULES {
        (rule.check)(app, &mut Findings { code: rule.code, found: &mut found });
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

struct Rule {
    code: &'static str,
    check: fn(&App, &mut Findings<'_>),
}

const fn rule(code: &'static str, check: fn(&App, &mut Findings<'_>)) -> Rule {
    Rule { code, check }
}

const RULES: &[Rule] = &[
    rule("R0413", extents_ask_the_row_alone::extents_ask_the_row_alone),
    rule("R0414", identities_ask_the_row_alone::identities_ask_the_row_alone),
    rule("R0415", what_goes_can_come_back::what_goes_can_come_back),
    rule("R0416", deleted_rows_are_named_by_id::deleted_rows_are_named_by_id),
    rule("R0417", deletions_alone_mark::deletions_alone_mark),
    rule("R0421", messages_keep_secrets::messages_keep_secrets),
    rule("R0422", states_are_reached::states_are_reached),
    rule("R0423", states_are_reached::states_move_by_transitions),
    rule("R0424", immutable_stays::immutable_stays),
    rule("R0427", returned_rows_can_be_read::returned_rows_can_be_read),
    rule("R0428", rows_are_named_by_identities::rows_are_named_by_identities),
    rule("R0429", upserts_fit::upserts_fit),
    rule("R0430", default_filters_can_be_lifted::default_filters_can_be_lifted),
    rule("R0431", tenants_are_declared::tenants_are_declared),
    rule("R0432", tenants_are_declared::tenants_are_not_given),
    rule("R1001", resources_differ::resources_differ),
    rule("R1002", tables_differ::tables_differ),
    rule("R1003", names_differ::names_differ),
    rule("R1004", primary_keys_exist::primary_keys_exist),
    rule("R1005", policies_exist::policies_exist),
    rule("R1006", targets_exist::targets_exist),
    rule("R1007", keys_fit::keys_fit),
    rule("R1008", nilify_can_clear::nilify_can_clear),
    rule("R1009", names_exist::names_exist),
    rule("R1010", field_policies_guard::field_policies_guard),
    rule("R1011", enums_are_known::enums_are_known),
    rule("R1012", trees_are_well_formed::trees_are_well_formed),
    rule("R1013", answers_fit::answers_fit),
    rule("R1014", calculations_end::calculations_end),
    rule("R1015", policies_name_actions::policies_name_actions),
    rule("R1016", primary_actions_are_clear::primary_actions_are_clear),
    rule("R1017", pages_fit::pages_fit),
    rule("R1018", actor_is_declared_once::actor_is_declared_once),
    rule("R1019", actor_can_register::actor_can_register),
    rule("R1020", magic_links_fit::magic_links_fit),
    rule("R1021", sessions_fit::sessions_fit),
    rule("R1022", graphql_types_have_fields::graphql_types_have_fields),
    rule("R1023", graphql_names_differ::graphql_names_differ),
    rule("R1024", actions_are_consistent::actions_are_consistent),
    rule("R1025", accepted_rows_can_be_made::accepted_rows_can_be_made),
    rule("R1026", shown_rows_can_be_read::shown_rows_can_be_read),
    rule("R1027", orders_are_told::orders_are_told),
    rule("R1028", orders_keep_secrets::orders_keep_secrets),
    rule("R1031", secrets_stay::secrets_stay),
    rule("R1040", actions_have_policies::actions_have_policies),
    rule("R1041", keys_compared_fit::keys_compared_fit),
    rule("R1042", defaults_fit::defaults_fit),
    rule("R1043", policies_decide::policies_decide),
    rule("R1044", generic_policies_ask_no_row::generic_policies_ask_no_row),
    rule("R1045", sorts_have_an_order::sorts_have_an_order),
    rule("R1046", admin_columns_are_public::admin_columns_are_public),
    rule("R1047", rows_can_begin::rows_can_begin),
    rule("R1048", public_targets_are_shown::public_targets_are_shown),
    rule("R1049", updates_change_something::updates_change_something),
    rule("R1050", set_values_fit::set_values_fit),
];

/// The codes of all rules, in order: each has a page.
pub fn codes() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|it| it.code)
}

/// Collects what one rule reports.
struct Findings<'a> {
    code: &'static str,
    found: &'a mut Vec<Finding>,
}

impl Findings<'_> {
    fn report(&mut self, subject: impl Into<Subject>, message: impl Into<String>) {
        let location = subject.into().into();
        self.found.push(Finding { code: self.code, location, message: message.into(), other: None });
    }

    /// Reports two declarations that contradict each other: what is wrong with one, and what the other does.
    fn report_both(
        &mut self,
        subject: impl Into<Subject>,
        message: impl Into<String>,
        other: impl Into<Subject>,
        there: &'static str,
    ) {
        let (location, other) = (subject.into().into(), Some((other.into().into(), there)));
        self.found.push(Finding { code: self.code, location, message: message.into(), other });
    }
}

/// The items that occurred before, in order.
fn repeated<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let (mut seen, mut repeated) = (Vec::new(), Vec::new());
    for item in items {
        if seen.contains(&item) { repeated.push(item) } else { seen.push(item) }
    }
    repeated
}
