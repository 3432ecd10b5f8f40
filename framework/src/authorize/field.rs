//! Who may see an attribute of a row that they may read.

use super::combine::{of_field, shown};
use super::filter::have_one_shape;
use crate::evaluate::{Facts, fold_condition, shape};
use crate::ir::{AttributeId, Resource, Tree};

/// For which rows an attribute is shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Visible {
    /// For all.
    Always,
    /// For none.
    Never,
    /// Where all of these hold. Not empty.
    When(Vec<Tree>),
}

impl Visible {
    /// How many bytes it takes, roughly.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Always | Self::Never => size_of::<Self>(),
            Self::When(conditions) => conditions.iter().map(Tree::bytes).sum(),
        }
    }

    /// The same without the values of its literals.
    pub(super) fn shape(&self) -> Self {
        match self {
            Self::Always => Self::Always,
            Self::Never => Self::Never,
            Self::When(conditions) => Self::When(conditions.iter().map(shape).collect()),
        }
    }

    /// Whether both differ in the values of literals alone.
    pub(super) fn has_shape_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::When(these), Self::When(others)) => have_one_shape(these, others),
            _ => self == other,
        }
    }

    /// The condition at that position.
    pub(crate) fn condition(&self, position: u16) -> Option<&Tree> {
        match self {
            Self::When(conditions) => conditions.get(usize::from(position)),
            Self::Always | Self::Never => None,
        }
    }
}

/// Whether the same field policies say who may see the two attributes, whoever asks.
pub(crate) fn are_seen_alike(resource: &Resource, one: AttributeId, other: AttributeId) -> bool {
    resource[one].guarded == resource[other].guarded
        && of_field(resource, one).map(std::ptr::from_ref).eq(of_field(resource, other).map(std::ptr::from_ref))
}

/// Asks the field policies of an attribute.
pub(crate) fn visible(resource: &Resource, attribute: AttributeId, facts: &Facts<'_>) -> Visible {
    shown(resource, attribute, |it| fold_condition(it, facts))
}
