//! What is to be read: a resource's read action with filter, order, page, selection and loads.

use crate::ir::{AttributeId, CalculationId, Direction, Name, RelationshipId, ResourceId, Tree};
use crate::record::Input;

/// Most rows of a read that is not paged, unless it says otherwise.
pub(crate) const MAX_ROWS: u32 = 10_000;

/// A read that has not been authorised.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The resource.
    pub resource: ResourceId,
    /// The read action that narrows it. `None`: every row that the actor may read by the policies of the primary read, which also gives
    /// the order and the pages; that read's own filter does not apply.
    pub action: Option<Name>,
    /// The action's arguments.
    pub arguments: Input,
    /// Which rows, besides what the action's filter and the policies say.
    pub filter: Option<Tree>,
    /// What `filter` and `sort` may see: what a client wrote sees what the actor may read.
    pub access: Access,
    /// The order; empty: the action's. The primary key always comes last.
    pub sort: Vec<SortKey>,
    /// Which part of the rows.
    pub slice: Slice,
    /// Most rows of a list that is not paged, ten thousand unless said otherwise; of related rows, those of each row by itself.
    /// More are an error, never silently cut off.
    pub at_most: u32,
    /// Whether to count all rows of the query.
    pub count: bool,
    /// Where to stop counting: a total above this says that there are more. `None`: all rows are counted.
    pub count_at_most: Option<u64>,
    /// Whether to count the rows before a page, as far as `count_at_most` says.
    pub position: bool,
    /// Which rows of a page get a cursor.
    pub cursors: Cursors,
    /// Whether a page tells if rows follow it in the direction in which it is read: one row more is read for that.
    pub tells_more: bool,
    /// Attributes to load; `None`: all. The primary key and what loads need are always read.
    pub attributes: Option<Vec<AttributeId>>,
    /// Calculations to load.
    pub calculations: Vec<CalculationId>,
    /// Related rows to load. The same relationship may be loaded several times.
    pub loads: Vec<Load>,
    /// Whether the rows are kept as they are until the transaction ends. Where no order is given they come in that of the primary key,
    /// so that no two transactions that lock the same rows wait for each other.
    pub for_update: bool,
    /// Whether rows are read that are deleted for the time being. Rows that are reached from them are always existing ones.
    pub deleted: Deleted,
}

/// Whether a read is about rows that are deleted for the time being.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Deleted {
    /// Only rows that exist.
    #[default]
    LeftOut,
    /// Only deleted rows, of those that the actor may read the ones that they may restore or purge.
    Alone,
    /// Existing rows and deleted ones: for the framework itself.
    Included,
}

/// What an expression may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// All rows and fields: policies, and what the application wrote.
    Unrestricted,
    /// Related rows and guarded fields as the actor may read them: what a client wrote, and public calculations.
    Restricted,
}

/// One key of an order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// What is compared.
    pub field: SortField,
    /// Which way.
    pub direction: Direction,
}

/// What an order can compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortField {
    /// An attribute.
    Attribute(AttributeId),
    /// A calculation.
    Calculation(CalculationId),
}

/// Which part of the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slice {
    /// All of them, if they are no more than [`Query::at_most`].
    All,
    /// A page by keyset. `None` as the number of rows is the action's default; more than its maximum is an error.
    Keyset {
        /// Rows wanted.
        rows: Option<u32>,
        /// From which end.
        from: PageEnd,
        /// Only rows after this cursor.
        after: Option<String>,
        /// Only rows before this cursor.
        before: Option<String>,
    },
}

/// Which rows of a page get a cursor; ordered by how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cursors {
    /// None: no further page will be read from this one.
    None,
    /// The first and the last.
    Ends,
    /// Each.
    All,
}

/// One end of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageEnd {
    /// The first rows (`first`).
    Start,
    /// The last rows (`last`), still in order.
    Finish,
}

/// Related rows to load with each row.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// The relationship.
    pub relationship: RelationshipId,
    /// What to read at its other end; its resource is the relationship's target.
    pub query: Query,
}

/// How what was prepared was used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PreparedCounts {
    /// How often what was asked for was there.
    pub hits: u64,
    /// How often it had to be prepared first.
    pub misses: u64,
    /// What made room for others, or was too large to be kept.
    pub evictions: u64,
}

impl Query {
    /// A query that the application wrote: every row of the resource that the actor may read, all attributes. Its filter and its order
    /// see all related rows and guarded fields.
    pub fn unrestricted(resource: ResourceId) -> Self {
        Self::of(resource, Access::Unrestricted)
    }

    /// A query that a client wrote, or that shows what it is filtered or ordered by: the same rows, where its filter and its order see
    /// related rows and guarded fields only as the actor may read them.
    pub fn restricted(resource: ResourceId) -> Self {
        Self::of(resource, Access::Restricted)
    }

    fn of(resource: ResourceId, access: Access) -> Self {
        Self {
            resource,
            action: None,
            arguments: Input::new(),
            filter: None,
            access,
            sort: Vec::new(),
            slice: Slice::All,
            at_most: MAX_ROWS,
            count: false,
            count_at_most: None,
            position: false,
            cursors: Cursors::All,
            tells_more: true,
            attributes: None,
            calculations: Vec::new(),
            loads: Vec::new(),
            for_update: false,
            deleted: Deleted::LeftOut,
        }
    }
}
