//! Reads: the primary one with filters and order, named ones, and one row by its id.

use std::marker::PhantomData;

use uuid::Uuid;

use super::running::running;
use super::{Complete, Destroy, DestroyAll, Update, UpdateAll, resource_id};
use crate::context::Context;
use crate::error::Error;
use crate::expr::{self, BuildError, Expr, Loadable, Row};
use crate::future::BoxFuture;
use crate::ir::{ActionKind, App, Direction, Name, Node, RelationshipId, ResourceId, Tree};
use crate::query::{Load, PageEnd, Query, Slice, SortField, SortKey};
use crate::record::{self, Input};
use crate::resource::Declaration;
use crate::value::Value;

/// A read that has not run: all rows of its action that the actor may read, until narrowed.
#[derive(Clone, Debug)]
#[must_use = "a read does nothing until .run(&cx), .all(&cx), .one(&cx), .first(&cx), .count(&cx) or .page(&cx)"]
pub struct Read<R> {
    request: UntypedRead,
    resource: PhantomData<fn() -> R>,
}

/// A read of one row that has not run.
#[derive(Clone, Debug)]
#[must_use = "a read does nothing until .run(&cx)"]
pub struct Get<R> {
    request: UntypedRead,
    id: Option<Uuid>,
    resource: PhantomData<fn() -> R>,
}

/// Rows in order, and what is around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<R> {
    /// In the order asked for, may be empty.
    pub records: Vec<R>,
    /// One opaque cursor for each record.
    pub cursors: Vec<String>,
    /// Whether rows follow.
    pub has_next: bool,
    /// Whether rows precede.
    pub has_previous: bool,
}

/// Relationships, by position; `None` where the handle given to `load` was no hop of this row.
type Loads = Vec<Option<RelationshipId>>;

/// A read without its Rust type: what [`Read`] and [`Get`] have in common.
#[derive(Clone, Debug)]
pub(super) struct UntypedRead {
    resource: &'static str,
    action: Option<&'static str>,
    arguments: Input,
    filters: Vec<Tree>,
    sort: Vec<SortKey>,
    rows: Option<u32>,
    after: Option<String>,
    loads: Loads,
    for_update: bool,
    misuse: Option<BuildError>,
    unsortable: bool,
}

impl UntypedRead {
    fn new(resource: &'static str, action: Option<&'static str>) -> Self {
        Self {
            resource,
            action,
            arguments: Input::new(),
            filters: Vec::new(),
            sort: Vec::new(),
            rows: None,
            after: None,
            loads: Vec::new(),
            for_update: false,
            misuse: None,
            unsortable: false,
        }
    }

    fn filter(&mut self, tree: Result<Tree, BuildError>) {
        match tree {
            Ok(tree) => self.filters.push(tree),
            Err(misuse) => self.misuse = Some(misuse),
        }
    }

    fn sort(&mut self, tree: Result<Tree, BuildError>, direction: Direction) {
        match tree.map(|it| sort_field(&it)) {
            Ok(Some(field)) => self.sort.push(SortKey { field, direction }),
            Ok(None) => self.unsortable = true,
            Err(misuse) => self.misuse = Some(misuse),
        }
    }

    fn query(self, cx: &Context, slice: Slice) -> Result<Query, Error> {
        if let Some(misuse) = self.misuse {
            return Err(Error::internal(misuse));
        }
        if self.unsortable {
            return Err(Error::internal("rows are sorted by attributes and calculations of their own"));
        }
        let resource = resource_id(cx, self.resource)?;
        let loads = self.loads.iter().map(|it| load(cx.engine().app(), resource, *it)).collect::<Result<_, _>>()?;
        let row = Some(Name::new(self.resource));
        let filter =
            (!self.filters.is_empty()).then(|| Tree::conjunction(row, &self.filters.iter().collect::<Vec<_>>()));
        Ok(Query {
            action: self.action.map(Name::new),
            arguments: self.arguments,
            filter,
            sort: self.sort,
            slice,
            loads,
            for_update: self.for_update,
            ..Query::unrestricted(resource)
        })
    }

    /// What a write of all its rows demands of them: the action's own filter, and those that were given.
    pub(super) fn condition(self, cx: &Context) -> Result<(ResourceId, Tree), Error> {
        if self.rows.is_some()
            || self.after.is_some()
            || !self.sort.is_empty()
            || !self.loads.is_empty()
            || self.for_update
        {
            return Err(Error::internal(
                "a write of all rows takes filters of them, and neither order, limit nor loads",
            ));
        }
        let row = Name::new(self.resource);
        let query = self.query(cx, Slice::All)?;
        let declared = cx.engine().app().resource(query.resource);
        let action = query.action.as_ref().and_then(|it| declared.action(it));
        if action.is_some_and(|it| !it.arguments.is_empty()) {
            return Err(Error::internal("a write of all rows takes a read without arguments"));
        }
        let own = action.and_then(|it| match &it.kind {
            ActionKind::Read(read) => read.filter.as_ref(),
            _ => None,
        });
        let trees: Vec<_> = own.into_iter().chain(query.filter.as_ref()).collect();
        Ok((query.resource, Tree::conjunction(Some(row), &trees)))
    }

    /// The rows that were asked for: all, or those of a page.
    fn slice(&self) -> Slice {
        match (self.rows, &self.after) {
            (None, None) => Slice::All,
            (rows, after) => Slice::Keyset { rows, from: PageEnd::Start, after: after.clone(), before: None },
        }
    }

    fn rows(self, cx: &Context) -> BoxFuture<'_, Result<(Loads, record::RecordPage), Error>> {
        Box::pin(async move {
            let (loads, slice) = (self.loads.clone(), self.slice());
            Ok((loads, cx.read(self.query(cx, slice)?).await?))
        })
    }

    fn page(self, cx: &Context) -> BoxFuture<'_, Result<(Loads, record::RecordPage), Error>> {
        Box::pin(async move {
            let slice =
                Slice::Keyset { rows: self.rows, from: PageEnd::Start, after: self.after.clone(), before: None };
            let loads = self.loads.clone();
            Ok((loads, cx.read(self.query(cx, slice)?).await?))
        })
    }

    fn count(self, cx: &Context) -> BoxFuture<'_, Result<i64, Error>> {
        Box::pin(async move {
            let slice = Slice::Keyset { rows: Some(1), from: PageEnd::Start, after: None, before: None };
            let query = Query { count: true, ..self.query(cx, slice)? };
            let page = cx.read(query).await?;
            let total = page.total.and_then(|it| i64::try_from(it).ok());
            total.ok_or_else(|| Error::internal("a read was asked to count and did not"))
        })
    }

    fn get(self, cx: &Context, id: Option<Uuid>) -> BoxFuture<'_, Result<(Loads, Option<record::Record>), Error>> {
        let Some(id) = id else { return self.one(cx) };
        Box::pin(async move {
            let loads = self.loads.clone();
            let query = self.query(cx, Slice::All)?;
            Ok((loads, cx.get(query, id).await?))
        })
    }

    /// The one row that the read finds; `CONFLICT` if it finds more.
    fn one(mut self, cx: &Context) -> BoxFuture<'_, Result<(Loads, Option<record::Record>), Error>> {
        self.rows = None;
        Box::pin(async move {
            let (loads, slice) = (self.loads.clone(), self.slice());
            Ok((loads, cx.one(self.query(cx, slice)?).await?))
        })
    }

    /// The first row in order.
    fn first(mut self, cx: &Context) -> BoxFuture<'_, Result<(Loads, Option<record::Record>), Error>> {
        self.rows = Some(1);
        Box::pin(async move {
            let (loads, page) = self.rows(cx).await?;
            Ok((loads, page.records.into_iter().next()))
        })
    }
}

/// What an expression sorts by, if it is a column or a calculation of the row itself.
fn sort_field(tree: &Tree) -> Option<SortField> {
    match tree.root_node() {
        Node::Column { path: Tree::ROW, attribute } => Some(SortField::Attribute(*attribute)),
        Node::Calculation { path: Tree::ROW, calculation } => Some(SortField::Calculation(*calculation)),
        _ => None,
    }
}

/// A load of all rows at the other end of a relationship.
fn load(app: &App, resource: ResourceId, relationship: Option<RelationshipId>) -> Result<Load, Error> {
    let relationship =
        relationship.ok_or_else(|| Error::internal("a read loads relationships of its own rows, one hop each"))?;
    let target = app.target(&app.resource(resource)[relationship]);
    Ok(Load { relationship, query: Query::unrestricted(target) })
}

/// A record as the resource's Rust type, with its loaded relationships.
fn typed<R: Declaration>(mut record: record::Record, loads: &[Option<RelationshipId>]) -> Result<R, Error> {
    let related = std::mem::take(&mut record.related);
    let mut row = R::from_record(record)?;
    for (relationship, related) in loads.iter().flatten().zip(related) {
        row.relate(relationship.number(), related)?;
    }
    Ok(row)
}

fn typed_row<R: Declaration>((loads, record): (Loads, Option<record::Record>)) -> Result<Option<R>, Error> {
    record.map(|it| typed(it, &loads)).transpose()
}

fn typed_rows<R: Declaration>((loads, page): (Loads, record::RecordPage)) -> Result<Vec<R>, Error> {
    page.records.into_iter().map(|it| typed(it, &loads)).collect()
}

fn typed_page<R: Declaration>((loads, page): (Loads, record::RecordPage)) -> Result<Page<R>, Error> {
    let record::RecordPage { records, cursors, has_next, has_previous, total: _, position: _ } = page;
    let records = records.into_iter().map(|it| typed(it, &loads)).collect::<Result<_, _>>()?;
    Ok(Page { records, cursors, has_next, has_previous })
}

impl<R: Declaration> Read<R> {
    #[doc(hidden)]
    pub fn new(action: Option<&'static str>) -> Self {
        Self { request: UntypedRead::new(R::NAME, action), resource: PhantomData }
    }

    /// Gives an argument.
    #[doc(hidden)]
    pub fn give(mut self, name: &'static str, value: Value) -> Self {
        self.request.arguments.set(name, value);
        self
    }

    /// Only rows of which `condition` is true too: `filter(expr!(|it| it.kind == ActivityKind::Build))`.
    pub fn filter(mut self, condition: impl FnOnce(Row<R>) -> Expr<bool>) -> Self {
        self.request.filter(expr::filter::<R>(condition));
        self
    }

    /// Orders by an attribute or calculation, smallest first: `sort(|it| it.name)`. Further calls order what is equal so far.
    pub fn sort<T>(mut self, field: impl FnOnce(Row<R>) -> Expr<T>) -> Self {
        self.request.sort(expr::tree::<R, T>(|it| field(it.row())), Direction::Asc);
        self
    }

    /// As [`Read::sort`], largest first.
    pub fn sort_desc<T>(mut self, field: impl FnOnce(Row<R>) -> Expr<T>) -> Self {
        self.request.sort(expr::tree::<R, T>(|it| field(it.row())), Direction::Desc);
        self
    }

    /// Loads a relationship with the rows, in one more statement: `load(|it| it.owner())`. Only what the actor may read. More than ten
    /// thousand rows related to one of the rows are an error.
    pub fn load<H: Loadable>(mut self, hop: impl FnOnce(Row<R>) -> H) -> Self {
        self.request.loads.push(expr::hop::<R, H>(hop));
        self
    }

    /// Keeps the rows as they are until the transaction ends, which must be open: whoever changes or locks one of them waits. They come in
    /// the order of the primary key, unless one is given, so that no two transactions that lock the same rows wait for each other.
    /// SQLite lets one transaction write at a time, so nothing is locked there.
    pub fn for_update(mut self) -> Self {
        self.request.for_update = true;
        self
    }

    /// At most that many rows; more than the action's largest page is an error.
    pub fn limit(mut self, rows: u32) -> Self {
        self.request.rows = Some(rows);
        self
    }

    /// Only rows after the one of that cursor, see [`Page::cursors`].
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.request.after = Some(cursor.into());
        self
    }

    /// An update of all these rows, in one statement where it can be: first the action, then what it is given:
    /// `World::query().filter(expr!(|it| it.capacity < 10)).update(World::resize, |it| it.capacity(10)).run(&cx)`.
    pub fn update<B, C, Way>(self, action: impl FnOnce(Uuid) -> B, give: impl FnOnce(B) -> C) -> UpdateAll<R>
    where
        C: Complete<Call = Update<R, Way>>,
    {
        UpdateAll::new(self.request, action, give)
    }

    /// A destroy of all these rows, in one statement: `World::query().filter(…).destroy(World::remove).run(&cx)`.
    pub fn destroy<C: Complete<Call = Destroy<R>>>(self, action: impl FnOnce(Uuid) -> C) -> DestroyAll<R> {
        DestroyAll::new(self.request, action)
    }

    /// As [`Read::all`].
    ///
    /// # Errors
    /// As [`Read::all`].
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<Vec<R>, Error>> {
        self.all(cx)
    }

    /// Reads the rows that the actor may read, in order; may be empty.
    ///
    /// # Errors
    /// `INVALID_CURSOR` for a cursor of another order, `LIMIT_EXCEEDED` for too large a page, or for more than ten thousand rows where
    /// no limit was set.
    pub fn all(self, cx: &Context) -> BoxFuture<'_, Result<Vec<R>, Error>> {
        running(self.request.rows(cx), typed_rows)
    }

    /// Reads the one row that is meant, `None` if there is none that the actor may read.
    ///
    /// # Errors
    /// `CONFLICT` if there is more than one; else as [`Read::all`].
    pub fn one(self, cx: &Context) -> BoxFuture<'_, Result<Option<R>, Error>> {
        running(self.request.one(cx), typed_row)
    }

    /// Reads the first row in order, `None` if there is none that the actor may read.
    ///
    /// # Errors
    /// As [`Read::all`].
    pub fn first(self, cx: &Context) -> BoxFuture<'_, Result<Option<R>, Error>> {
        running(self.request.first(cx), typed_row)
    }

    /// Counts the rows that the actor may read, however many a page would hold.
    ///
    /// # Errors
    /// As [`Read::all`].
    pub fn count(self, cx: &Context) -> BoxFuture<'_, Result<i64, Error>> {
        self.request.count(cx)
    }

    /// Reads one page, of [`Read::limit`] rows or the action's default.
    ///
    /// # Errors
    /// As [`Read::all`].
    pub fn page(self, cx: &Context) -> BoxFuture<'_, Result<Page<R>, Error>> {
        running(self.request.page(cx), typed_page)
    }
}

impl<R: Declaration> Get<R> {
    #[doc(hidden)]
    pub fn by_id(id: Uuid) -> Self {
        Self { request: UntypedRead::new(R::NAME, None), id: Some(id), resource: PhantomData }
    }

    #[doc(hidden)]
    pub fn new(action: &'static str) -> Self {
        Self { request: UntypedRead::new(R::NAME, Some(action)), id: None, resource: PhantomData }
    }

    /// Gives an argument.
    #[doc(hidden)]
    pub fn give(mut self, name: &'static str, value: Value) -> Self {
        self.request.arguments.set(name, value);
        self
    }

    /// As [`Read::load`].
    pub fn load<H: Loadable>(mut self, hop: impl FnOnce(Row<R>) -> H) -> Self {
        self.request.loads.push(expr::hop::<R, H>(hop));
        self
    }

    /// Reads the row, `None` if there is none that the actor may read.
    ///
    /// # Errors
    /// `CONFLICT` if the action's filter leaves more than one.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<Option<R>, Error>> {
        running(self.request.get(cx, self.id), typed_row)
    }
}
