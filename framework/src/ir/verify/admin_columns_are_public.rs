//! R1046: what the admin shows in a list is public.

use super::Findings;
use crate::ir::{App, Name, Resource, Subject};

pub(super) fn admin_columns_are_public(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for column in resource.admin.iter().flat_map(|it| &it.columns) {
            // A column that does not exist is reported by `names_exist`.
            if is_public(resource, column) == Some(false) {
                let message = format!(
                    "the admin's list has no `{column}`, which is not public: mark it `public`, or leave it out"
                );
                found.report(Subject::field(resource, column), message);
            }
        }
    }
}

fn is_public(resource: &Resource, name: &Name) -> Option<bool> {
    let attribute = resource.attribute(name).map(|(_, it)| it.public && !it.sensitive);
    let relationship = || resource.relationship(name).map(|(_, it)| it.public);
    let calculation = || resource.calculation(name).map(|(_, it)| it.public);
    attribute.or_else(relationship).or_else(calculation)
}
