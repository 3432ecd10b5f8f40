//! One row as it is read for a selection: part after part, each of the type that the selection says.

use std::slice::Iter;
use std::sync::Arc;

use crate::attribute::{AttributeType, typed_field};
use crate::error::Error;
use crate::ir::{AttributeId, Name};
use crate::record::{Field, Record, Related};
use crate::resource::{Declaration, LoadLayout, loaded_row, otherwise_related};

/// How one row is read as a `T`.
pub(super) type ReadRow<T> = fn(&mut SelectedRow<'_>) -> Result<T, Error>;

/// A row that was read, and the parts of its selection that are still to be taken from it.
#[doc(hidden)]
#[derive(Debug)]
pub struct SelectedRow<'a> {
    record: Record,
    layout: &'a SelectionLayout,
    parts: Iter<'a, PlacedPart>,
}

/// Where in a record each part of a selection is found.
#[derive(Clone, Debug)]
pub(super) struct SelectionLayout {
    pub(super) resource: &'static str,
    /// What is loaded into whole rows: the first of the record's related rows.
    pub(super) loads: Vec<LoadLayout>,
    pub(super) parts: Vec<PlacedPart>,
}

/// A part of a selection.
#[derive(Clone, Debug)]
pub(super) struct PlacedPart {
    pub(super) position: PartPosition,
    /// Whether a later part takes the same, or some of it.
    pub(super) shared: bool,
}

/// Where in a record a part is found.
#[derive(Clone, Debug)]
pub(super) enum PartPosition {
    Row,
    Attribute(AttributeId, Name),
    /// By its position among those that the query selects.
    Calculated(usize, Name),
    /// By its position among the record's related rows.
    Related(usize, SelectionLayout),
}

impl SelectionLayout {
    /// Reads one record.
    pub(super) fn read<T>(&self, record: Record, read: ReadRow<T>) -> Result<T, Error> {
        read(&mut SelectedRow { record, layout: self, parts: self.parts.iter() })
    }

    /// Reads records, in order. It is compiled for each `T`, so it is a loop, which makes less of it than adapters and `?`.
    pub(super) fn read_all<T>(&self, records: Vec<Record>, read: ReadRow<T>) -> Result<Vec<T>, Error> {
        let mut rows = Vec::with_capacity(records.len());
        for record in records {
            match self.read(record, read) {
                Ok(row) => rows.push(row),
                Err(error) => return Err(error),
            }
        }
        Ok(rows)
    }
}

impl<'a> SelectedRow<'a> {
    /// The next part, an attribute or a calculation.
    pub(super) fn value<T: AttributeType>(&mut self) -> Result<T, Error> {
        let (field, name) = self.field()?;
        typed_field(field, self.layout.resource, name)
    }

    /// The next part, the whole row.
    pub(super) fn row<R: Declaration>(&mut self) -> Result<R, Error> {
        let record = self.whole()?;
        loaded_row(record, &self.layout.loads)
    }

    /// The next part, what a to-one relationship leads to.
    pub(super) fn one<T>(&mut self, read: ReadRow<T>) -> Result<Option<T>, Error> {
        match self.related()? {
            (Related::One(Some(row)), layout) => layout.read(Arc::unwrap_or_clone(row), read).map(Some),
            (Related::One(None), _) => Ok(None),
            (Related::Many(_), layout) => Err(otherwise_related(layout.resource)),
        }
    }

    /// The next part, what a to-many relationship leads to.
    pub(super) fn many<T>(&mut self, read: ReadRow<T>) -> Result<Vec<T>, Error> {
        match self.related()? {
            (Related::Many(page), layout) => layout.read_all(Arc::unwrap_or_clone(page).records, read),
            (Related::One(_), layout) => Err(otherwise_related(layout.resource)),
        }
    }

    fn field(&mut self) -> Result<(Field, &'a Name), Error> {
        let Some(PlacedPart { position, shared }) = self.parts.next() else { return Err(no_part()) };
        let (field, name) = match position {
            PartPosition::Attribute(id, name) => (self.record.attributes.get_mut(usize::from(*id)), name),
            PartPosition::Calculated(index, name) => (self.record.calculations.get_mut(*index), name),
            PartPosition::Row | PartPosition::Related(..) => return Err(no_part()),
        };
        Ok((field.map_or(Field::NotLoaded, |it| taken(it, *shared, Field::NotLoaded)), name))
    }

    fn whole(&mut self) -> Result<Record, Error> {
        let Some(PlacedPart { position: PartPosition::Row, shared }) = self.parts.next() else { return Err(no_part()) };
        let loads = self.layout.loads.len();
        Ok(if *shared { self.record.clone().take_row(loads) } else { self.record.take_row(loads) })
    }

    fn related(&mut self) -> Result<(Related, &'a SelectionLayout), Error> {
        let Some(PlacedPart { position: PartPosition::Related(index, layout), shared }) = self.parts.next() else {
            return Err(no_part());
        };
        let related = self.record.related.get_mut(*index).ok_or_else(no_part)?;
        Ok((taken(related, *shared, Related::One(None)), layout))
    }
}

/// What is there; a copy of it, if it is needed again.
fn taken<T: Clone>(from: &mut T, shared: bool, left: T) -> T {
    if shared { from.clone() } else { std::mem::replace(from, left) }
}

#[cold]
fn no_part() -> Error {
    Error::internal("a row has other parts than were selected of it")
}
