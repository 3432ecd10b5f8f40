//! Who may see an attribute of a row that they may read.

use crate::evaluate::{Facts, Folded, fold_condition};
use crate::ir::{AttributeId, Resource, Tree};

/// For which rows an attribute is shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Visible {
    /// For all.
    Always,
    /// For none.
    Never,
    /// Where all of these hold. Not empty.
    When(Vec<Tree>),
}

/// Asks the field policies of an attribute: all that name it must hold.
pub(crate) fn visible(resource: &Resource, attribute: AttributeId, facts: &Facts<'_>) -> Visible {
    let attribute = &resource[attribute];
    let mut conditions = Vec::new();
    let mut policies = resource.field_policies.iter().filter(|it| it.attributes.contains(&attribute.name)).peekable();
    if attribute.guarded && policies.peek().is_none() {
        return Visible::Never;
    }
    for policy in policies {
        match fold_condition(&policy.condition, facts) {
            Folded::True => {}
            Folded::False => return Visible::Never,
            Folded::Residue(residue) => conditions.push(residue.tree),
        }
    }
    if conditions.is_empty() { Visible::Always } else { Visible::When(conditions) }
}
