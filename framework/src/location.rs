//! Where things are declared in the sources: file, line and column.
//!
//! A builder's first call carries the span of the name that was written, so its caller is that place in the developer's file.

use std::collections::HashMap;
use std::panic::Location;

use crate::ir::verify::Finding;
use crate::ir::{Resource, Subject};

/// Where declared things are written: file, line and column of each name. Things that share a name have a location each.
#[derive(Clone, Debug, Default)]
pub struct SourceLocations(HashMap<Subject, Vec<&'static Location<'static>>>);

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

impl SourceLocations {
    /// The locations of `subject`, or else of what it is part of. Where several things share the name: one for each, in the order of the
    /// declaration.
    pub fn of(&self, subject: &Subject) -> &[&'static Location<'static>] {
        let whole = || subject.whole().and_then(|it| self.0.get(&it));
        self.0.get(subject).or_else(whole).map_or(&[], Vec::as_slice)
    }

    /// Adds a location of `subject`.
    pub(crate) fn note(&mut self, subject: Subject, source: &'static Location<'static>) {
        let known = self.0.entry(subject).or_default();
        if !known.contains(&source) {
            known.push(source);
        }
    }

    /// Adds the locations of another part of the application.
    pub(crate) fn extend(&mut self, others: Self) {
        for (subject, sources) in others.0 {
            sources.into_iter().for_each(|it| self.note(subject.clone(), it));
        }
    }

    /// The finding with its locations. Of two things that share a name, the later one is wrong, and the first one is `other`.
    pub(crate) fn locate(&self, mut finding: Finding) -> Finding {
        finding.location.source = self.of(&finding.location.subject).last().copied();
        if let Some((other, _)) = &mut finding.other {
            other.source = self.of(&other.subject).first().copied();
        }
        finding
    }
}
