//! What a macro declares, with where it is written.
//!
//! A builder's first call carries the span of the name that was written, so its caller is that place in the developer's file.

use std::panic::Location;

use crate::application::SourceLocations;
use crate::ir::{Resource, Subject};

/// Something declared, and where.
#[derive(Clone, Debug)]
pub struct Located<T> {
    /// What.
    pub item: T,
    /// File, line and column of its name.
    pub source: &'static Location<'static>,
}

/// A resource with where it and its parts are declared.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The resource.
    pub resource: Resource,
    /// Where.
    pub locations: SourceLocations,
}

impl<T> Located<T> {
    /// `item`, declared where this is called.
    #[track_caller]
    pub(crate) fn here(item: T) -> Self {
        Self { item, source: Location::caller() }
    }

    /// The item, after its place was noted.
    pub(crate) fn noted(self, locations: &mut SourceLocations, subject: impl FnOnce(&T) -> Subject) -> T {
        locations.note(subject(&self.item), self.source);
        self.item
    }
}
