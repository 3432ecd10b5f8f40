//! A read without its Rust types: what [`Read`](super::Read), [`Get`](super::Get) and the related rows of both have in common.

use super::resource_id;
use super::selected_row::{PartPosition, PlacedPart, SelectionLayout};
use crate::context::Context;
use crate::error::Error;
use crate::expr::BuildError;
use crate::future::BoxFuture;
use crate::ir::{App, AttributeId, CalculationId, Direction, Name, RelationshipId, Resource, ResourceId, Tree};
use crate::query::{Cursors, Deleted, Load, PageEnd, Query, Slice, SortField, SortKey};
use crate::record::{Input, Record, RecordPage};
use crate::resource::LoadLayout;
use crate::value::RowKey;

/// What a read asks, as far as it is known before it runs in an application.
#[derive(Clone, Debug)]
pub(super) struct UntypedRead {
    resource: &'static str,
    action: Option<&'static str>,
    pub(super) arguments: Input,
    filters: Vec<Tree>,
    sort: Vec<SortKey>,
    rows: Option<u32>,
    after: Option<String>,
    /// What is loaded into whole rows, each relationship once.
    loads: Vec<RelatedRead>,
    /// What each row gives.
    parts: Vec<Part>,
    for_update: bool,
    deleted: Deleted,
    error: Option<BuildError>,
}

/// A part of a selection.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// The whole row.
    Row,
    Attribute(AttributeId),
    Calculation(CalculationId),
    Related(Box<RelatedRead>),
}

/// A relationship, and what is read of the rows that it leads to.
#[derive(Clone, Debug)]
pub(super) struct RelatedRead {
    pub(super) relationship: RelationshipId,
    pub(super) read: UntypedRead,
}

/// Records, and where in each the parts of the selection are.
pub(super) struct Untyped<T> {
    pub(super) layout: SelectionLayout,
    pub(super) found: T,
}

impl UntypedRead {
    pub(super) fn new(resource: &'static str, action: Option<&'static str>) -> Self {
        Self {
            resource,
            action,
            arguments: Input::new(),
            filters: Vec::new(),
            sort: Vec::new(),
            rows: None,
            after: None,
            loads: Vec::new(),
            parts: vec![Part::Row],
            for_update: false,
            deleted: Deleted::LeftOut,
            error: None,
        }
    }

    pub(super) fn filter(&mut self, tree: Result<Tree, BuildError>) {
        if let Some(tree) = self.built(tree) {
            self.filters.push(tree);
        }
    }

    pub(super) fn sort(&mut self, field: Result<SortField, BuildError>, direction: Direction) {
        if let Some(field) = self.built(field) {
            self.sort.push(SortKey { field, direction });
        }
    }

    /// Of a relationship that is loaded twice the last holds: the field of a row has room for one.
    pub(super) fn load(&mut self, related: Result<RelatedRead, BuildError>) {
        if let Some(related) = self.built(related) {
            self.loads.retain(|it| it.relationship != related.relationship);
            self.loads.push(related);
        }
    }

    pub(super) fn select(&mut self, parts: Result<Vec<Part>, BuildError>) {
        if let Some(parts) = self.built(parts) {
            self.parts = parts;
        }
    }

    pub(super) fn limit(&mut self, rows: u32) {
        self.rows = Some(rows);
    }

    pub(super) fn after(&mut self, cursor: String) {
        self.after = Some(cursor);
    }

    pub(super) fn for_update(&mut self) {
        self.for_update = true;
    }

    pub(super) fn deleted(&mut self, deleted: Deleted) {
        self.deleted = deleted;
    }

    fn built<T>(&mut self, built: Result<T, BuildError>) -> Option<T> {
        built.map_err(|error| self.error = Some(error)).ok()
    }

    /// What a write of all its rows demands of them: the action's own filter, and those that were given.
    pub(super) fn condition(self, cx: &Context) -> Result<(ResourceId, Tree), Error> {
        if self.rows.is_some()
            || self.after.is_some()
            || !self.sort.is_empty()
            || !self.loads.is_empty()
            || self.for_update
            || self.deleted != Deleted::LeftOut
        {
            return Err(Error::internal(
                "a write of all rows takes filters of them, and neither order, limit nor loads; whether they are deleted ones its action says",
            ));
        }
        let row = Name::new(self.resource);
        let (query, _) = self.query(cx, Slice::All)?;
        let declared = cx.engine().app().resource(query.resource);
        let action = query.action.as_ref().and_then(|it| declared.action(it));
        if action.is_some_and(|it| !it.arguments.is_empty()) {
            return Err(Error::internal("a write of all rows takes a read without arguments"));
        }
        let read = action.and_then(|it| it.read());
        let own = read.and_then(|it| it.filter.as_ref());
        let usual = read.and_then(|it| it.usual_filter(query.filter.as_ref()));
        let trees: Vec<_> = own.into_iter().chain(usual).chain(query.filter.as_ref()).collect();
        Ok((query.resource, Tree::conjunction(Some(row), &trees)))
    }

    /// The rows that were asked for: all, or those of a page.
    fn slice(&self) -> Slice {
        match (self.rows, &self.after) {
            (None, None) => Slice::All,
            (rows, after) => Slice::Keyset { rows, from: PageEnd::Start, after: after.clone(), before: None },
        }
    }

    pub(super) fn rows(self, cx: &Context) -> BoxFuture<'_, Result<Untyped<RecordPage>, Error>> {
        Box::pin(async move {
            let slice = self.slice();
            let (query, layout) = self.query(cx, slice)?;
            Ok(Untyped { layout, found: cx.read(query).await? })
        })
    }

    pub(super) fn page(self, cx: &Context) -> BoxFuture<'_, Result<Untyped<RecordPage>, Error>> {
        Box::pin(async move {
            let slice =
                Slice::Keyset { rows: self.rows, from: PageEnd::Start, after: self.after.clone(), before: None };
            let (query, layout) = self.query(cx, slice)?;
            Ok(Untyped { layout, found: cx.read(Query { cursors: Cursors::All, tells_more: true, ..query }).await? })
        })
    }

    pub(super) fn count(mut self, cx: &Context) -> BoxFuture<'_, Result<i64, Error>> {
        self.loads.clear();
        self.parts.clear();
        Box::pin(async move {
            let slice = Slice::Keyset { rows: Some(0), from: PageEnd::Start, after: None, before: None };
            let (query, _) = self.query(cx, slice)?;
            let page = cx.read(Query { count: true, ..query }).await?;
            let total = page.total.and_then(|it| i64::try_from(it).ok());
            total.ok_or_else(|| Error::internal("a read was asked to count and did not"))
        })
    }

    pub(super) fn get(self, cx: &Context, id: Option<RowKey>) -> BoxFuture<'_, Result<Untyped<Option<Record>>, Error>> {
        let Some(id) = id else { return self.one(cx) };
        Box::pin(async move {
            let (query, layout) = self.query(cx, Slice::All)?;
            Ok(Untyped { layout, found: cx.get(query, id).await? })
        })
    }

    /// The one row that the read finds; `CONFLICT` if it finds more.
    pub(super) fn one(mut self, cx: &Context) -> BoxFuture<'_, Result<Untyped<Option<Record>>, Error>> {
        self.rows = None;
        Box::pin(async move {
            let slice = self.slice();
            let (query, layout) = self.query(cx, slice)?;
            Ok(Untyped { layout, found: cx.one(query).await? })
        })
    }

    /// The first row in order.
    pub(super) fn first(mut self, cx: &Context) -> BoxFuture<'_, Result<Untyped<Option<Record>>, Error>> {
        self.rows = Some(1);
        Box::pin(async move {
            let Untyped { layout, found } = self.rows(cx).await?;
            Ok(Untyped { layout, found: found.records.into_iter().next() })
        })
    }

    fn query(self, cx: &Context, slice: Slice) -> Result<(Query, SelectionLayout), Error> {
        let resource = resource_id(cx, self.resource)?;
        self.query_of(cx.engine().app(), resource, slice)
    }

    /// The query, which makes no cursors and does not tell whether there are more rows, and where in its records the parts are.
    fn query_of(self, app: &App, id: ResourceId, slice: Slice) -> Result<(Query, SelectionLayout), Error> {
        if let Some(error) = self.error {
            return Err(Error::internal(error));
        }
        let resource = app.resource(id);
        let whole = self.parts.iter().any(|it| matches!(it, Part::Row));
        if !whole && !self.loads.is_empty() {
            return Err(Error::internal("a read loads relationships of rows that it does not select"));
        }
        let row = Some(Name::new(self.resource));
        let filter =
            (!self.filters.is_empty()).then(|| Tree::conjunction(row, &self.filters.iter().collect::<Vec<_>>()));
        let mut query = Query {
            action: self.action.map(Name::new),
            arguments: self.arguments,
            filter,
            sort: self.sort,
            slice,
            cursors: Cursors::None,
            tells_more: false,
            attributes: (!whole).then(Vec::new),
            for_update: self.for_update,
            deleted: self.deleted,
            ..Query::unrestricted(id)
        };
        let mut loads = Vec::with_capacity(self.loads.len());
        for RelatedRead { relationship, read } in self.loads {
            let layout = load(app, resource, relationship, read, &mut query)?;
            loads.push(LoadLayout { relationship, loads: layout.loads });
        }
        let shared = shared(&self.parts);
        let parts = self.parts.into_iter().zip(shared);
        let parts =
            parts.map(|(it, shared)| Ok(PlacedPart { position: placed(app, resource, it, &mut query)?, shared }));
        let parts = parts.collect::<Result<_, Error>>()?;
        Ok((query, SelectionLayout { resource: self.resource, loads, parts }))
    }
}

/// Adds what a part needs to the query, and says where in its records it will be.
fn placed(app: &App, resource: &Resource, part: Part, query: &mut Query) -> Result<PartPosition, Error> {
    Ok(match part {
        Part::Row => PartPosition::Row,
        Part::Attribute(id) => {
            let attribute = resource.attributes.get(usize::from(id)).ok_or_else(|| elsewhere(resource))?;
            query.attributes.iter_mut().for_each(|it| it.push(id));
            PartPosition::Attribute(id, attribute.name.clone())
        }
        Part::Calculation(id) => {
            let calculation = resource.calculations.get(usize::from(id)).ok_or_else(|| elsewhere(resource))?;
            let index = query.calculations.iter().position(|it| *it == id).unwrap_or_else(|| {
                query.calculations.push(id);
                query.calculations.len() - 1
            });
            PartPosition::Calculated(index, calculation.name.clone())
        }
        Part::Related(related) => {
            let RelatedRead { relationship, read } = *related;
            let index = query.loads.len();
            PartPosition::Related(index, load(app, resource, relationship, read, query)?)
        }
    })
}

/// Adds a load to the query, and says where in its records the parts are.
fn load(
    app: &App,
    resource: &Resource,
    relationship: RelationshipId,
    read: UntypedRead,
    query: &mut Query,
) -> Result<SelectionLayout, Error> {
    let declared = resource.relationships.get(usize::from(relationship)).ok_or_else(|| elsewhere(resource))?;
    let slice = read.slice();
    let (related, layout) = read.query_of(app, app.target(declared), slice)?;
    query.loads.push(Load { relationship, query: related });
    Ok(layout)
}

/// For each part whether a later one takes the same from a record.
fn shared(parts: &[Part]) -> Vec<bool> {
    let same = |part: &Part, other: &Part| match (part, other) {
        (Part::Attribute(one), Part::Attribute(other)) => one == other,
        (Part::Calculation(one), Part::Calculation(other)) => one == other,
        (Part::Row, Part::Row | Part::Attribute(_)) | (Part::Attribute(_), Part::Row) => true,
        _ => false,
    };
    let later = parts.iter().enumerate().map(|(index, part)| parts[index + 1..].iter().any(|it| same(part, it)));
    later.collect()
}

#[cold]
fn elsewhere(resource: &Resource) -> Error {
    Error::internal(format!("a read names what is declared of another `{}`", resource.name))
}
