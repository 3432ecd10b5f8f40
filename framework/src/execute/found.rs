//! What a read found: rows as the database sent them. A surface writes them out as they are; Rust code gets [`Record`]s made of them.

use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::QueryResult;

use super::field::FieldReader;
use crate::database::DatabaseError;
use crate::error::Error;
use crate::ir::{App, AttributeId, ResourceId, Type};
use crate::plan::{ReadPlan, RowLayout, Selected};
use crate::record::{Field, Record, RecordPage, Related};
use crate::sql::{Cell, cell};
use crate::value::{RowKey, ValueError};

/// Rows of one statement, with what was loaded with them.
pub(crate) struct Found {
    plan: Arc<ReadPlan>,
    pub(super) rows: Vec<FoundRow>,
    /// In the order of the query's loads.
    pub(super) loads: Vec<FoundLoad>,
}

/// One row of a read.
pub(crate) struct FoundRow {
    pub(super) answer: QueryResult,
    /// The calculations, where they were worked out one by one because some of them fail.
    pub(super) calculations: Option<Vec<Field>>,
}

/// A page of found rows, by their positions.
#[derive(Clone, Debug, Default)]
pub(crate) struct FoundPage {
    /// In the order asked for.
    pub(super) rows: Vec<u32>,
    /// As those of [`RecordPage`], and so are the other fields.
    pub(crate) cursors: Vec<String>,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
    pub(crate) total: Option<u64>,
    pub(crate) position: Option<u64>,
}

/// What a read found, and which of it is the page that was asked for.
#[derive(Default)]
pub(crate) struct FoundRows {
    /// `None`: no statement was sent, for nothing could be found.
    pub(super) found: Option<Found>,
    pub(super) page: FoundPage,
}

/// Rows that were asked for by their primary keys; one that the actor may not read is not among them.
#[derive(Default)]
pub(crate) struct FoundByKey {
    found: FoundRows,
    by_key: HashMap<RowKey, u32>,
}

/// Rows that were loaded.
pub(super) struct FoundLoad {
    /// The attribute of the first row that says which rows are related to it.
    pub(super) near: AttributeId,
    /// `None`: nothing was read.
    pub(super) found: Option<Found>,
    pub(super) related: FoundRelated,
}

/// Which of the loaded rows are related to which row, by the key of the latter.
pub(super) enum FoundRelated {
    One(HashMap<RowKey, u32>),
    /// The pages, and the page of a row without related rows.
    Many(HashMap<RowKey, FoundPage>, FoundPage),
}

/// One row, wherever it was read.
#[derive(Clone, Copy)]
pub(crate) enum RowView<'a> {
    Record(&'a Record),
    Found(&'a App, &'a Found, u32),
}

/// A page of rows, wherever they were read.
#[derive(Clone, Copy)]
pub(crate) enum PageView<'a> {
    Records(&'a RecordPage),
    Found(&'a App, Option<&'a Found>, &'a FoundPage),
}

/// The rows of a page, one after the other.
pub(crate) enum RowViews<'a> {
    Records(std::slice::Iter<'a, Record>),
    Found(&'a App, &'a Found, std::slice::Iter<'a, u32>),
}

impl<'a> Iterator for RowViews<'a> {
    type Item = RowView<'a>;

    fn next(&mut self) -> Option<RowView<'a>> {
        match self {
            Self::Records(records) => records.next().map(RowView::Record),
            Self::Found(app, found, rows) => rows.next().map(|it| RowView::Found(app, found, *it)),
        }
    }
}

/// One field of a row, as it was sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FieldView<'a> {
    /// Its value; may be NULL.
    Shown(Cell<'a>),
    /// It may not be seen.
    Hidden,
    /// It was not asked for.
    NotLoaded,
    /// Its value could not be worked out, or is not of its declared type.
    Failed(ValueError),
}

impl Found {
    pub(super) fn new(plan: Arc<ReadPlan>, rows: Vec<FoundRow>) -> Self {
        Self { plan, rows, loads: Vec::new() }
    }

    pub(super) fn plan(&self) -> &ReadPlan {
        &self.plan
    }

    fn resource(&self) -> ResourceId {
        self.plan.read().resource
    }

    /// The value of an attribute that is a key, where it is shown.
    pub(super) fn key(&self, app: &App, row: u32, attribute: AttributeId) -> Option<RowKey> {
        let (selected, row) = (self.plan.layout().attribute(attribute)?, &self.rows[row as usize]);
        let declared = &app.resource(self.resource())[attribute];
        let may_be_told = !declared.sensitive && is_shown(selected, &row.answer);
        // What is not readable is told where it is written out.
        cell(&row.answer, selected.column.filter(|_| may_be_told)?, &declared.ty).ok()?.key()
    }

    /// The records of all rows, with their related rows.
    pub(super) fn into_records(self, app: &App) -> Result<Vec<Record>, DatabaseError> {
        let record = |row| record(app, self.resource(), self.plan.layout(), row);
        let mut records = self.rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
        put_related(app, records.iter_mut().collect(), self.loads)?;
        Ok(records)
    }
}

/// Adds loaded rows to the records that they were loaded for.
pub(super) fn put_related(
    app: &App,
    mut records: Vec<&mut Record>,
    loads: Vec<FoundLoad>,
) -> Result<(), DatabaseError> {
    for FoundLoad { near, found, related } in loads {
        let rows = found.map_or_else(|| Ok(Vec::new()), |it| it.into_records(app))?;
        let key = |record: &Record| record.attribute(near).shown().and_then(RowKey::of);
        match related {
            FoundRelated::One(by_key) => {
                let rows: Vec<_> = rows.into_iter().map(Arc::new).collect();
                for record in &mut records {
                    let row = key(record).and_then(|it| by_key.get(&it)).and_then(|it| rows.get(*it as usize));
                    record.related.push(Related::One(row.cloned()));
                }
            }
            FoundRelated::Many(pages, empty) => {
                let mut rows: Vec<_> = rows.into_iter().map(Some).collect();
                let mut take = |page: FoundPage| {
                    // Each row is on one page: that of its parent.
                    let records = page.rows.iter().filter_map(|it| rows.get_mut(*it as usize)?.take()).collect();
                    Arc::new(page.with(records))
                };
                let pages: HashMap<_, _> = pages.into_iter().map(|(key, page)| (key, take(page))).collect();
                let empty = Arc::new(empty.with(Vec::new()));
                for record in &mut records {
                    let page = key(record).and_then(|it| pages.get(&it)).unwrap_or(&empty);
                    record.related.push(Related::Many(page.clone()));
                }
            }
        }
    }
    Ok(())
}

impl FoundPage {
    /// The same page of records.
    fn with(self, records: Vec<Record>) -> RecordPage {
        let Self { rows: _, cursors, has_next, has_previous, total, position } = self;
        RecordPage { records, cursors, has_next, has_previous, total, position }
    }
}

impl FoundRows {
    /// The rows.
    pub(crate) fn view<'a>(&'a self, app: &'a App) -> PageView<'a> {
        PageView::Found(app, self.found.as_ref(), &self.page)
    }

    /// The first row.
    pub(crate) fn first<'a>(&'a self, app: &'a App) -> Option<RowView<'a>> {
        self.view(app).rows().next()
    }

    /// The same as records.
    pub(crate) fn into_page(self, app: &App) -> Result<RecordPage, DatabaseError> {
        let Some(found) = self.found else { return Ok(self.page.with(Vec::new())) };
        let mut rows: Vec<_> = found.into_records(app)?.into_iter().map(Some).collect();
        let records = self.page.rows.iter().filter_map(|it| rows.get_mut(*it as usize)?.take()).collect();
        Ok(self.page.with(records))
    }
}

impl FoundByKey {
    /// The rows that were found, each once.
    pub(super) fn new(app: &App, found: FoundRows) -> Self {
        let mut by_key = HashMap::new();
        if let Some(rows) = &found.found
            && let Some(key) = app.resource(rows.resource()).primary_key()
        {
            for row in 0..rows.rows.len() as u32 {
                by_key.extend(rows.key(app, row, key).map(|it| (it, row)));
            }
        }
        Self { found, by_key }
    }

    /// Whether there is a row with that primary key that the actor may read.
    pub(crate) fn has(&self, key: &RowKey) -> bool {
        self.by_key.contains_key(key)
    }

    /// The rows themselves, if any were read.
    pub(super) fn rows_mut(&mut self) -> Option<&mut Found> {
        self.found.found.as_mut()
    }

    /// The row with that primary key; `None` if there is none that the actor may read.
    pub(crate) fn row<'a>(&'a self, app: &'a App, key: &RowKey) -> Option<RowView<'a>> {
        Some(RowView::Found(app, self.found.found.as_ref()?, *self.by_key.get(key)?))
    }

    /// The same as records.
    pub(crate) fn into_records<C: FromIterator<(RowKey, Record)>>(self, app: &App) -> Result<C, Error> {
        let Some(found) = self.found.found else { return Ok([].into_iter().collect()) };
        let mut records: Vec<_> = found.into_records(app)?.into_iter().map(Some).collect();
        let record = |(key, row): (RowKey, u32)| Some((key, records.get_mut(row as usize)?.take()?));
        Ok(self.by_key.into_iter().filter_map(record).collect())
    }
}

impl<'a> RowView<'a> {
    /// An attribute.
    pub(crate) fn attribute(self, id: AttributeId) -> FieldView<'a> {
        match self {
            Self::Record(record) => FieldView::of(record.attribute(id)),
            Self::Found(app, found, row) => {
                let (layout, row) = (found.plan.layout(), &found.rows[row as usize]);
                let Some(selected) = layout.attribute(id) else { return FieldView::NotLoaded };
                if !is_shown(selected, &row.answer) {
                    return FieldView::Hidden;
                }
                let Some(column) = selected.column else { return FieldView::Hidden };
                if selected.plain
                    && let Ok(cell) = cell(&row.answer, column, &app.resource(found.resource())[id].ty)
                {
                    return FieldView::Shown(cell);
                }
                let mut fields = FieldReader::of(app, found.resource(), &row.answer);
                let field = fields.attribute_view(id, column);
                fields.report_row(layout);
                field
            }
        }
    }

    /// The calculation at that position of the selection.
    pub(crate) fn calculation(self, position: usize) -> FieldView<'a> {
        match self {
            Self::Record(record) => record.calculations.get(position).map_or(FieldView::NotLoaded, FieldView::of),
            Self::Found(app, found, row) => {
                let (layout, row) = (found.plan.layout(), &found.rows[row as usize]);
                if let Some(calculations) = &row.calculations {
                    return calculations.get(position).map_or(FieldView::NotLoaded, FieldView::of);
                }
                let Some((id, column)) = layout.calculations.get(position) else { return FieldView::NotLoaded };
                let mut fields = FieldReader::of(app, found.resource(), &row.answer);
                let field = fields.calculation_view(*id, *column);
                fields.report_row(layout);
                field
            }
        }
    }

    /// The row that was loaded at that position, of a to-one relationship; `None` where there is none that the actor may read.
    pub(crate) fn one(self, load: usize) -> Option<RowView<'a>> {
        match self {
            Self::Record(record) => match record.related.get(load)? {
                Related::One(row) => row.as_deref().map(RowView::Record),
                Related::Many(_) => None,
            },
            Self::Found(app, found, row) => {
                let load = found.loads.get(load)?;
                let FoundRelated::One(by_key) = &load.related else { return None };
                let row = by_key.get(&found.key(app, row, load.near)?)?;
                Some(RowView::Found(app, load.found.as_ref()?, *row))
            }
        }
    }

    /// The page that was loaded at that position, of a to-many relationship; `None` if there is no such load.
    pub(crate) fn many(self, load: usize) -> Option<PageView<'a>> {
        match self {
            Self::Record(record) => match record.related.get(load)? {
                Related::Many(page) => Some(PageView::Records(page)),
                Related::One(_) => None,
            },
            Self::Found(app, found, row) => {
                let load = found.loads.get(load)?;
                let FoundRelated::Many(pages, empty) = &load.related else { return None };
                let page = found.key(app, row, load.near).and_then(|it| pages.get(&it)).unwrap_or(empty);
                Some(PageView::Found(app, load.found.as_ref(), page))
            }
        }
    }
}

impl<'a> PageView<'a> {
    /// In the order asked for.
    pub(crate) fn rows(self) -> RowViews<'a> {
        match self {
            Self::Records(page) => RowViews::Records(page.records.iter()),
            Self::Found(app, Some(found), page) => RowViews::Found(app, found, page.rows.iter()),
            Self::Found(_, None, _) => RowViews::Records([].iter()),
        }
    }

    pub(crate) fn cursors(self) -> &'a [String] {
        match self {
            Self::Records(page) => &page.cursors,
            Self::Found(_, _, page) => &page.cursors,
        }
    }

    pub(crate) fn has_next(self) -> bool {
        match self {
            Self::Records(page) => page.has_next,
            Self::Found(_, _, page) => page.has_next,
        }
    }

    pub(crate) fn has_previous(self) -> bool {
        match self {
            Self::Records(page) => page.has_previous,
            Self::Found(_, _, page) => page.has_previous,
        }
    }

    pub(crate) fn total(self) -> Option<u64> {
        match self {
            Self::Records(page) => page.total,
            Self::Found(_, _, page) => page.total,
        }
    }
}

impl<'a> FieldView<'a> {
    fn of(field: &'a Field) -> Self {
        match field {
            Field::Shown(value) => Self::Shown(Cell::of(value)),
            Field::Sensitive(_) | Field::Hidden => Self::Hidden,
            Field::NotLoaded => Self::NotLoaded,
            Field::Failed(error) => Self::Failed(*error),
        }
    }
}

/// The record in a row whose columns are laid out by `layout`, without related rows.
pub(super) fn record(app: &App, id: ResourceId, layout: &RowLayout, row: &FoundRow) -> Result<Record, DatabaseError> {
    let mut fields = FieldReader::of(app, id, &row.answer);
    let mut attributes = vec![Field::NotLoaded; app.resource(id).attributes.len()];
    for selected in &layout.attributes {
        attributes[usize::from(selected.attribute)] = match selected.column {
            Some(column) if is_shown(selected, &row.answer) => fields.attribute(selected.attribute, column)?,
            _ => Field::Hidden,
        };
    }
    let mut calculations = Vec::with_capacity(layout.calculations.len());
    match &row.calculations {
        Some(known) => calculations.clone_from(known),
        None => {
            for (index, column) in &layout.calculations {
                calculations.push(fields.calculation(*index, *column)?);
            }
        }
    }
    Ok(fields.record(attributes, calculations))
}

/// Whether an attribute that was selected may be seen in a row.
fn is_shown(selected: &Selected, answer: &QueryResult) -> bool {
    match selected.shown {
        None => true,
        Some(flag) => matches!(cell(answer, flag, &Type::Boolean), Ok(Cell::Bool(true))),
    }
}
