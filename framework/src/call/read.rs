//! Reads: the primary one with filters and order, named ones, and one row by its id.

use std::marker::PhantomData;

use uuid::Uuid;

use super::resource_id;
use crate::application::BoxFuture;
use crate::attribute::AttributeType;
use crate::context::Context;
use crate::error::Error;
use crate::expr::{self, BuildError, Expr, Loadable, Row, conjunction};
use crate::ir::{App, Direction, Name, Node, ResourceId, Tree};
use crate::query::{Load, PageEnd, Query, Slice, SortField, SortKey};
use crate::record::{self, Input};
use crate::resource::Declaration;

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

/// A read without its Rust type: what [`Read`] and [`Get`] have in common.
#[derive(Clone, Debug)]
struct UntypedRead {
    resource: &'static str,
    action: Option<&'static str>,
    arguments: Input,
    filters: Vec<Tree>,
    sort: Vec<SortKey>,
    rows: Option<u32>,
    after: Option<String>,
    /// Relationships, by position; `None` where the handle given to `load` was no hop of this row.
    loads: Vec<Option<u16>>,
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
        let filter = (!self.filters.is_empty()).then(|| conjunction(row, &self.filters.iter().collect::<Vec<_>>()));
        Ok(Query {
            action: self.action.map(Name::new),
            arguments: self.arguments,
            filter,
            sort: self.sort,
            slice,
            loads,
            for_update: self.for_update,
            ..Query::new(resource)
        })
    }

    /// The rows that were asked for: all, or those of a page.
    fn slice(&self) -> Slice {
        match (self.rows, &self.after) {
            (None, None) => Slice::All,
            (rows, after) => Slice::Keyset { rows, from: PageEnd::Start, after: after.clone(), before: None },
        }
    }

    async fn run(self, cx: &Context) -> Result<record::RecordPage, Error> {
        let slice = self.slice();
        cx.read(self.query(cx, slice)?).await
    }

    async fn page(self, cx: &Context) -> Result<record::RecordPage, Error> {
        let slice = Slice::Keyset { rows: self.rows, from: PageEnd::Start, after: self.after.clone(), before: None };
        cx.read(self.query(cx, slice)?).await
    }

    async fn count(self, cx: &Context) -> Result<i64, Error> {
        let slice = Slice::Keyset { rows: Some(1), from: PageEnd::Start, after: None, before: None };
        let query = Query { count: true, ..self.query(cx, slice)? };
        let page = cx.read(query).await?;
        let total = page.total.and_then(|it| i64::try_from(it).ok());
        total.ok_or_else(|| Error::internal("a read was asked to count and did not"))
    }

    async fn get(self, cx: &Context, id: Option<Uuid>) -> Result<Option<record::Record>, Error> {
        match id {
            Some(id) => {
                let query = self.query(cx, Slice::All)?;
                cx.get(query, id).await
            }
            None => self.one(cx).await,
        }
    }

    /// The one row that the read finds; `CONFLICT` if it finds more.
    async fn one(mut self, cx: &Context) -> Result<Option<record::Record>, Error> {
        self.rows = None;
        let slice = self.slice();
        cx.one(self.query(cx, slice)?).await
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
fn load(app: &App, resource: ResourceId, relationship: Option<u16>) -> Result<Load, Error> {
    let declared = relationship.and_then(|it| Some((it, app.resource(resource).relationships.get(usize::from(it))?)));
    let (relationship, declared) =
        declared.ok_or_else(|| Error::internal("a read loads relationships of its own rows, one hop each"))?;
    Ok(Load { relationship, query: Query::new(app.target(declared)) })
}

/// A record as the resource's Rust type, with its loaded relationships.
fn typed<R: Declaration>(mut record: record::Record, loads: &[Option<u16>]) -> Result<R, Error> {
    let related = std::mem::take(&mut record.related);
    let mut row = R::from_record(record)?;
    for (relationship, related) in loads.iter().flatten().zip(related) {
        row.relate(*relationship, related)?;
    }
    Ok(row)
}

fn all_typed<R: Declaration>(records: Vec<record::Record>, loads: &[Option<u16>]) -> Result<Vec<R>, Error> {
    records.into_iter().map(|it| typed(it, loads)).collect()
}

impl<R: Declaration> Read<R> {
    #[doc(hidden)]
    pub fn new(action: Option<&'static str>) -> Self {
        Self { request: UntypedRead::new(R::NAME, action), resource: PhantomData }
    }

    /// Gives an argument.
    #[doc(hidden)]
    pub fn give<T: AttributeType>(mut self, name: &'static str, value: T) -> Self {
        self.request.arguments.set(name, value.to_value());
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
        Box::pin(async move {
            let loads = self.request.loads.clone();
            all_typed(self.request.run(cx).await?.records, &loads)
        })
    }

    /// Reads the one row that is meant, `None` if there is none that the actor may read.
    ///
    /// # Errors
    /// `CONFLICT` if there is more than one; else as [`Read::all`].
    pub fn one(self, cx: &Context) -> BoxFuture<'_, Result<Option<R>, Error>> {
        Box::pin(async move {
            let loads = self.request.loads.clone();
            self.request.one(cx).await?.map(|it| typed(it, &loads)).transpose()
        })
    }

    /// Reads the first row in order, `None` if there is none that the actor may read.
    ///
    /// # Errors
    /// As [`Read::all`].
    pub fn first(self, cx: &Context) -> BoxFuture<'_, Result<Option<R>, Error>> {
        let limited = self.limit(1);
        Box::pin(async move {
            let loads = limited.request.loads.clone();
            let page = limited.request.run(cx).await?;
            page.records.into_iter().next().map(|it| typed(it, &loads)).transpose()
        })
    }

    /// Counts the rows that the actor may read, however many a page would hold.
    ///
    /// # Errors
    /// As [`Read::all`].
    pub fn count(self, cx: &Context) -> BoxFuture<'_, Result<i64, Error>> {
        Box::pin(self.request.count(cx))
    }

    /// Reads one page, of [`Read::limit`] rows or the action's default.
    ///
    /// # Errors
    /// As [`Read::all`].
    pub fn page(self, cx: &Context) -> BoxFuture<'_, Result<Page<R>, Error>> {
        Box::pin(async move {
            let loads = self.request.loads.clone();
            let page = self.request.page(cx).await?;
            let record::RecordPage { records, cursors, has_next, has_previous, total: _, position: _ } = page;
            Ok(Page { records: all_typed(records, &loads)?, cursors, has_next, has_previous })
        })
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
    pub fn give<T: AttributeType>(mut self, name: &'static str, value: T) -> Self {
        self.request.arguments.set(name, value.to_value());
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
        Box::pin(async move {
            let loads = self.request.loads.clone();
            self.request.get(cx, self.id).await?.map(|it| typed(it, &loads)).transpose()
        })
    }
}
