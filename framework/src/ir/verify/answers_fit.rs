//! R1013: an expression's value is of the type that its declaration needs.

use super::Findings;
use super::declared_tree::{self, ExpectedType};
use crate::ir::{App, Type};

pub(super) fn answers_fit(app: &App, found: &mut Findings<'_>) {
    for placed in declared_tree::trees(app) {
        // A tree that is not well formed is reported by `trees_are_well_formed`.
        let Ok(answer) = placed.tree.check(app, placed.arguments) else { continue };
        let (ty, nullable) = match placed.wanted {
            ExpectedType::Told => continue,
            ExpectedType::Condition => (&Type::Boolean, true),
            ExpectedType::Value { ty, nullable } => (ty, nullable),
        };
        if !goes_into(&answer.ty, ty) {
            found.report(placed.subject.clone(), format!("its expression is a `{}` and not a `{ty}`", answer.ty));
        }
        // A calculation whose condition is unknown is false.
        if answer.nullable && !nullable && *ty != Type::Boolean {
            found.report(
                placed.subject.clone(),
                format!("its expression may be NULL, and a `{ty}` that is never NULL is wanted"),
            );
        }
    }
}

fn goes_into(answer: &Type, wanted: &Type) -> bool {
    answer == wanted || (answer.is_text() && wanted.is_text()) || (answer.is_integer() && wanted.is_integer())
}
