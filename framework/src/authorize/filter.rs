//! Which rows a policy leaves: folded conditions, of which one group must hold.

use std::hash::Hasher;

use crate::error::Error;
use crate::evaluate::{Evaluation, Facts, RowSource, hash_shape, holds, same_shape, shape};
use crate::ir::{App, RelationshipId, Tree};

/// The rows that policies leave: those for which all conditions of at least one group hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PolicyFilter {
    groups: Vec<Vec<Tree>>,
}

impl PolicyFilter {
    /// Every row.
    pub(crate) fn everything() -> Self {
        Self { groups: vec![Vec::new()] }
    }

    /// No row.
    pub(crate) fn nothing() -> Self {
        Self::default()
    }

    /// Whether it leaves every row.
    pub fn is_everything(&self) -> bool {
        self.groups.iter().any(Vec::is_empty)
    }

    /// Whether it leaves no row.
    pub fn is_nothing(&self) -> bool {
        self.groups.is_empty()
    }

    /// Also the rows for which all of `group` hold.
    pub(crate) fn or(&mut self, group: Vec<Tree>) {
        if group.is_empty() {
            *self = Self::everything();
        } else if !self.is_everything() {
            self.groups.push(group);
        }
    }

    /// The groups, each of one or more conditions; one empty group for everything.
    pub fn groups(&self) -> &[Vec<Tree>] {
        &self.groups
    }

    /// The condition at that position, counted through all groups.
    pub(crate) fn condition(&self, position: u16) -> Option<&Tree> {
        self.groups.iter().flatten().nth(position.into())
    }

    /// How many bytes it takes, roughly.
    pub(crate) fn bytes(&self) -> usize {
        self.groups.iter().flatten().map(Tree::bytes).sum()
    }

    /// The same without the values of its literals.
    pub(crate) fn shape(&self) -> Self {
        Self { groups: self.groups.iter().map(|group| group.iter().map(shape).collect()).collect() }
    }

    /// Whether both differ in the values of literals alone.
    pub(crate) fn has_shape_of(&self, other: &Self) -> bool {
        self.groups.len() == other.groups.len()
            && self.groups.iter().zip(&other.groups).all(|(one, other)| have_one_shape(one, other))
    }

    pub(crate) fn hash_shape(&self, state: &mut impl Hasher) {
        state.write_usize(self.groups.len());
        for group in &self.groups {
            state.write_usize(group.len());
            group.iter().for_each(|it| hash_shape(it, state));
        }
    }

    /// Whether a row passes because the row at the other end of that to-one relationship passes `other`: both ask the same of that row.
    pub(crate) fn asks_beyond(&self, relationship: RelationshipId, other: &Self) -> bool {
        let same = |these: &[Tree], others: &[Tree]| {
            these.len() == others.len()
                && these.iter().zip(others).all(|(it, other)| it.asks_beyond(relationship, other))
        };
        self.groups.len() == other.groups.len()
            && self.groups.iter().zip(&other.groups).all(|(it, other)| same(it, other))
    }

    /// Whether working it out can fail, because a number in it may be out of range.
    pub(crate) fn may_fail(&self, app: &App) -> bool {
        self.groups.iter().flatten().any(|it| it.may_fail(app, it.root))
    }

    /// Whether it leaves the row, as far as that is loaded. A condition that is unknown (NULL) does not hold.
    pub(crate) fn decide(&self, facts: &Facts<'_>, row: Option<&dyn RowSource>) -> Result<Evaluation<bool>, Error> {
        let mut unloaded = false;
        for group in &self.groups {
            match all_hold(group, facts, row)? {
                Evaluation::Known(true) => return Ok(Evaluation::Known(true)),
                Evaluation::Known(false) => {}
                Evaluation::Unloaded => unloaded = true,
            }
        }
        Ok(if unloaded { Evaluation::Unloaded } else { Evaluation::Known(false) })
    }
}

/// Whether conditions differ in the values of literals alone.
pub(super) fn have_one_shape(these: &[Tree], others: &[Tree]) -> bool {
    these.len() == others.len() && these.iter().zip(others).all(|(one, other)| same_shape(one, other))
}

/// Whether all of `conditions` hold for a row, as far as it is loaded.
pub(crate) fn all_hold(
    conditions: &[Tree],
    facts: &Facts<'_>,
    row: Option<&dyn RowSource>,
) -> Result<Evaluation<bool>, Error> {
    let mut unloaded = false;
    for condition in conditions {
        match holds(condition, facts, row)? {
            Evaluation::Known(true) => {}
            Evaluation::Known(false) => return Ok(Evaluation::Known(false)),
            Evaluation::Unloaded => unloaded = true,
        }
    }
    Ok(if unloaded { Evaluation::Unloaded } else { Evaluation::Known(true) })
}
