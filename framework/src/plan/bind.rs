//! A read for one request: what its policies and its filters leave, and its values, in a plan that serves all requests of that form.
//!
//! ```text
//! Query activities, kind == "EXPLORE", first 50
//!   a member       wanted: [user_id == 7b…] [kind == "EXPLORE"]     plan 4711: two literals, three columns, newest first
//!   a coordinator  wanted: [kind == "EXPLORE"]                      plan 4712
//! ```
//! The plan is made of the form alone, see [`shape`](mod@crate::evaluate): what one actor's values are is not in it.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use quick_cache::Equivalent;

use super::read::plan;
use super::{Cursor, Parents, Predicate, Read, RowLayout};
use crate::authorize::{Authorized, DecidedPolicies, PreparedForAnswers, ReadPolicies, Weigh, returnable};
use crate::context::Context;
use crate::error::{Code, Error};
use crate::evaluate::{Folded, fold_condition};
use crate::ir::{
    self, AttributeId, CalculationId, Name, Pagination, RelationshipId, RelationshipKind, ResourceId, Type,
};
use crate::query::{Access, Cursors, Deleted, PageEnd, Query, Slice, SortKey};
use crate::request::{NO_ARGUMENTS, QueryRequest, named_row};
use crate::value::Value;

/// Which rows of a query are read.
pub(crate) enum Rows<'a> {
    /// Those that it finds, or a page of them.
    All,
    /// The one that it finds. A second one is read to see that there is no more.
    One,
    /// Those with these primary keys, in no order.
    ByKey(Vec<Value>),
    /// Those that are related to the rows with these keys.
    Related(&'a RelationshipKind, Vec<Value>),
}

impl Rows<'_> {
    fn is_to_one(&self) -> bool {
        matches!(self, Self::Related(RelationshipKind::BelongsTo { .. } | RelationshipKind::HasOne { .. }, _))
    }

    fn are_sliced(&self) -> bool {
        !self.is_to_one() && !matches!(self, Self::ByKey(_))
    }

    pub(super) fn are_paged(&self, query: &Query) -> bool {
        self.are_sliced() && matches!(query.slice, Slice::Keyset { .. })
    }

    pub(super) fn are_backwards(&self, query: &Query) -> bool {
        self.are_sliced() && matches!(query.slice, Slice::Keyset { from: PageEnd::Finish, .. })
    }

    pub(super) fn are_counted(&self, query: &Query) -> bool {
        query.count && !matches!(self, Self::One | Self::ByKey(_))
    }

    pub(super) fn cursors(&self, query: &Query) -> Cursors {
        if matches!(self, Self::One | Self::ByKey(_)) { Cursors::None } else { query.cursors }
    }
}

/// What is the same in every read of one form, and holds nobody's values.
pub(crate) struct ReadPlan {
    /// No other plan has it.
    number: u64,
    read: Read,
    layout: RowLayout,
    cursors: Cursors,
    /// Whether working out a selected calculation can fail.
    may_fail: bool,
    /// Rows on both sides of a limit were equal but for their primary key.
    tied: AtomicBool,
}

/// A read with its values, ready to be sent.
pub(crate) struct BoundRead {
    plan: Arc<ReadPlan>,
    /// What the policies answered when the plan was looked up.
    decided: DecidedPolicies,
    wanted: Vec<Predicate>,
    parents: Vec<Value>,
    /// The most rows of the statement: of each parent, where a parent may have several.
    limit: u64,
    /// The number of rows of a page; `None`: the read has no pages.
    page: Option<u64>,
    /// The most rows that a list without pages may have, for each parent; `None`: there are pages, or the read is of one row or of
    /// rows that were named.
    at_most: Option<u64>,
    count: bool,
    /// Whether to count the rows before the page.
    position: bool,
    /// Where the page begins and ends, as the client said it.
    cursors: [Option<Cursor>; 2],
    /// The same as values of the keys, see `execute::place`.
    after: Option<Vec<Value>>,
    before: Option<Vec<Value>>,
}

impl ReadPlan {
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The read, without values.
    pub(crate) fn read(&self) -> &Read {
        &self.read
    }

    pub(crate) fn layout(&self) -> &RowLayout {
        &self.layout
    }

    /// Which rows of a page get a cursor.
    pub(crate) fn cursors(&self) -> Cursors {
        self.cursors
    }

    pub(crate) fn may_fail(&self) -> bool {
        self.may_fail
    }

    /// The column of the key of the row that each row was read for, and the type of that key; `None`: they were read for no others.
    pub(crate) fn parent(&self) -> Option<(usize, &Type)> {
        self.layout.parent.zip(self.read.parents.as_ref().map(|it| &it.ty))
    }

    /// Whether rows that are equal but for their primary key are put in order after they were read.
    pub(crate) fn puts_ties_in_order(&self) -> bool {
        !self.layout.ties.is_empty() && !self.tied.load(Ordering::Relaxed)
    }

    /// From now on the statement puts them in order.
    pub(crate) fn leave_ties_to_the_database(&self) {
        self.tied.store(true, Ordering::Relaxed);
    }
}

impl BoundRead {
    /// What must hold of each row.
    pub(crate) fn wanted(&self) -> &[Predicate] {
        &self.wanted
    }

    /// What the policies answered when the plan was looked up.
    pub(crate) fn decided(&self) -> &DecidedPolicies {
        &self.decided
    }

    /// The number of rows of a page; `None`: the read has no pages.
    pub(crate) fn page(&self) -> Option<u64> {
        self.page
    }

    /// The most rows that a list without pages may have, for each parent; `None`: there are pages, or the read is of one row or of
    /// rows that were named.
    pub(crate) fn at_most(&self) -> Option<u64> {
        self.at_most
    }

    /// Whether to count all rows, regardless of pages.
    pub(crate) fn counts(&self) -> bool {
        self.count
    }

    /// Whether to count the rows before the page.
    pub(crate) fn is_positioned(&self) -> bool {
        self.position
    }

    /// Where the page begins and ends, as the client said it; they are taken out, to be given back as values of the keys.
    pub(crate) fn take_cursors(&mut self) -> [Option<Cursor>; 2] {
        std::mem::take(&mut self.cursors)
    }

    /// Begins the page after the row with these values of the keys, and ends it before the row with those.
    pub(crate) fn put_between(&mut self, after: Option<Vec<Value>>, before: Option<Vec<Value>>) {
        (self.after, self.before) = (after, before);
    }

    /// The values of the keys of the row after which the page begins.
    pub(crate) fn after(&self) -> Option<&[Value]> {
        self.after.as_deref()
    }

    /// The values of the keys of the row before which the page ends.
    pub(crate) fn before(&self) -> Option<&[Value]> {
        self.before.as_deref()
    }

    /// The keys of the parents.
    pub(crate) fn parents(&self) -> &[Value] {
        &self.parents
    }

    /// The most rows of the statement: of each parent, where a parent may have several.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// How many rows may be answered, of each parent where a parent may have several. What is read beyond says that there are more.
    pub(crate) fn most_answered(&self) -> u64 {
        self.page.or(self.at_most).unwrap_or(self.limit)
    }

    /// The read without its values, with cursors of which the same values are NULL: what a statement is prepared of.
    pub(crate) fn form(&self) -> Read {
        let blank = |values: &Vec<Value>| {
            values.iter().map(|it| if it.is_null() { Value::Null } else { Value::Bool(true) }).collect()
        };
        Read {
            after: self.after.as_ref().map(blank),
            before: self.before.as_ref().map(blank),
            ..self.plan.read.clone()
        }
    }

    pub(crate) fn plan(&self) -> &Arc<ReadPlan> {
        &self.plan
    }

    /// The whole read, with its values: for a statement that is sent once.
    pub(crate) fn read(&self) -> Read {
        let read = &self.plan.read;
        Read {
            wanted: self.wanted.clone(),
            after: self.after.clone(),
            before: self.before.clone(),
            limit: self.limit,
            parents: read.parents.as_ref().map(|it| Parents { keys: self.parents.clone(), ..it.clone() }),
            ..read.clone()
        }
    }
}

/// Binds a query that was authorised; `None` if it cannot find any rows.
///
/// # Errors
/// `INTERNAL` for ids of another resource; `INVALID_CURSOR`; `LIMIT_EXCEEDED` for too large a page.
pub(crate) fn bind(
    cx: &Context,
    authorized: Authorized<QueryRequest<'_>>,
    mut rows: Rows<'_>,
) -> Result<Option<BoundRead>, Error> {
    let query = authorized.request().query();
    let settings = authorized.action().read();
    let settings = settings.ok_or_else(|| Error::internal("the action of a query does not read"))?;
    let related = matches!(rows, Rows::Related(..));
    if query.for_update && (!cx.session().in_transaction() || rows.are_counted(query) || related) {
        return Err(Error::internal("rows are locked inside a transaction, by a read that does not count them"));
    }
    let keys = match &mut rows {
        Rows::ByKey(keys) => Some(Predicate::of_keys(std::mem::take(keys))),
        Rows::All | Rows::One | Rows::Related(..) => None,
    };
    let parents = match &mut rows {
        Rows::Related(_, keys) => std::mem::take(keys),
        Rows::All | Rows::One | Rows::ByKey(_) => Vec::new(),
    };
    let most_by_key = keys.as_ref().map(Predicate::keys);
    let (wanted, finds_any) = wanted(cx, settings, authorized, keys)?;
    let (plan, decided) = planned(cx, query, settings, &rows, &wanted)?;
    let paging = paging(cx, query, &rows, &plan, settings.pagination)?;
    if !finds_any {
        return Ok(None);
    }
    let at_most = (rows.are_sliced() && paging.page.is_none()).then_some(u64::from(query.at_most));
    let limit = match (&rows, paging.page, at_most) {
        (Rows::One, ..) => 2,
        (_, Some(size), _) if !query.tells_more && !query.position => size,
        // One more than the page or the list shows whether there are more.
        (_, Some(most), _) | (_, None, Some(most)) => most.saturating_add(1),
        (_, None, None) => most_by_key.unwrap_or(parents.len() as u64),
    };
    let Paging { page, cursors } = paging;
    let (count, position) = (rows.are_counted(query), query.position && page.is_some());
    let (after, before) = (None, None);
    Ok(Some(BoundRead {
        plan,
        decided,
        wanted,
        parents,
        limit,
        page,
        at_most,
        count,
        position,
        cursors,
        after,
        before,
    }))
}

/// What must hold of each row: that it has one of the keys, what the policies leave, and what the filters leave. The second value says whether
/// there may be such a row.
fn wanted(
    cx: &Context,
    settings: &ir::Read,
    authorized: Authorized<QueryRequest<'_>>,
    keys: Option<Predicate>,
) -> Result<(Vec<Predicate>, bool), Error> {
    let query = authorized.request().query();
    // A filter narrows the read that declares it.
    let narrowing = settings.filter.as_ref().filter(|_| query.action.is_some());
    let named = match (&query.action, authorized.action()) {
        (Some(_), action) if !action.named_by.is_empty() => {
            let resource = cx.engine().app().resource(query.resource);
            Some(named_row(cx, resource, action, &query.arguments)?)
        }
        _ => None,
    };
    let mut finds_any = true;
    let mut residues = Vec::new();
    {
        let actor = cx.actor_row();
        let facts = cx.facts(&actor, authorized.request().arguments());
        let own = [(named.as_ref(), Access::Unrestricted), (narrowing, Access::Unrestricted)];
        let usual = query.action.as_ref().and_then(|_| settings.usual_filter(query.filter.as_ref()));
        let given = [(usual, Access::Unrestricted), (query.filter.as_ref(), query.access)];
        let filters = own.into_iter().chain(given);
        for (filter, access) in filters.filter_map(|(filter, access)| Some((filter?, access))) {
            match fold_condition(filter, &facts) {
                Folded::True => {}
                Folded::False => finds_any = false,
                Folded::Residue(residue) => residues.push(Predicate::Tree(residue, access)),
            }
        }
    }
    let deleted = match query.deleted {
        Deleted::Alone => Some(returnable(cx, query.resource)),
        Deleted::LeftOut | Deleted::Included => None,
    };
    let policy = authorized.into_filter();
    let policies = [policy].into_iter().chain(deleted);
    let policies = policies.filter_map(|it| {
        finds_any &= !it.is_nothing();
        (!it.is_everything()).then_some(Predicate::Policy(it))
    });
    let policies: Vec<_> = policies.collect();
    Ok((keys.into_iter().chain(policies).chain(residues).collect(), finds_any))
}

struct Paging {
    page: Option<u64>,
    cursors: [Option<Cursor>; 2],
}

fn paging(
    cx: &Context,
    query: &Query,
    rows: &Rows<'_>,
    plan: &ReadPlan,
    pagination: Option<Pagination>,
) -> Result<Paging, Error> {
    let Slice::Keyset { rows: asked, after, before, .. } = &query.slice else {
        return Ok(Paging { page: None, cursors: [None, None] });
    };
    if !rows.are_sliced() {
        return Ok(Paging { page: None, cursors: [None, None] });
    }
    let pagination = pagination.unwrap_or_default();
    let size = asked.unwrap_or(pagination.default);
    if size > pagination.max {
        let message = format!("a page has at most {} rows", pagination.max);
        return Err(Error::new(Code::LimitExceeded, message));
    }
    let app = cx.engine().app();
    let decode =
        |text: &String| Cursor::decode(cx.engine().seal()?, app.resource(query.resource), &plan.read.order, text);
    let cursor = |text: &Option<String>| text.as_ref().map(decode).transpose();
    Ok(Paging { page: Some(size.into()), cursors: [cursor(after)?, cursor(before)?] })
}

/// The plan of a read of that form, and what the policies answered meanwhile.
fn planned<'a>(
    cx: &Context,
    query: &'a Query,
    settings: &ir::Read,
    rows: &Rows<'a>,
    wanted: &'a [Predicate],
) -> Result<(Arc<ReadPlan>, DecidedPolicies), Error> {
    let plans = cx.engine().part::<Plans>();
    let actor = cx.actor_row();
    let policies = ReadPolicies::new(cx, cx.facts(&actor, &NO_ARGUMENTS)).told_as_shapes();
    let form = Form::of(query, rows, wanted);
    let plan = plans.0.get_or_prepare(&form, &policies, || {
        let shapes: Vec<_> = wanted.iter().map(Predicate::shape).collect();
        let (read, layout) = plan(cx, &policies, query, settings, rows, shapes.clone())?;
        let app = cx.engine().app();
        let resource = app.resource(query.resource);
        let may_fail = layout.calculations.iter().any(|(it, _)| resource[*it].may_fail(app));
        let (number, cursors) = (NUMBERS.fetch_add(1, Ordering::Relaxed), rows.cursors(query));
        Ok::<_, Error>((
            form.owned(shapes),
            ReadPlan { number, read, layout, cursors, may_fail, tied: AtomicBool::new(false) },
        ))
    })?;
    Ok((plan, policies.decided()))
}

static NUMBERS: AtomicU64 = AtomicU64::new(0);

/// The plans of an engine.
#[derive(Default)]
struct Plans(PreparedForAnswers<OwnedForm, ReadPlan>);

/// What a plan is made of, besides what the policies of other rows and of fields answer.
struct Form<'a> {
    query: &'a Query,
    rows: RowsForm<&'a RelationshipKind>,
    wanted: &'a [Predicate],
}

/// The same, kept.
struct OwnedForm {
    /// Without values, and without what is loaded.
    query: Query,
    /// What is loaded: by which relationship, and of which resource it claims to be.
    loads: Vec<(RelationshipId, ResourceId)>,
    rows: RowsForm<RelationshipKind>,
    /// Without values.
    wanted: Vec<Predicate>,
}

/// Which rows, without values.
#[derive(PartialEq, Eq, Hash)]
enum RowsForm<K> {
    All,
    One,
    ByKey,
    Related(K),
}

impl<K> RowsForm<K> {
    /// The same by another form of the relationship.
    fn map<'k, T>(&'k self, change: impl FnOnce(&'k K) -> T) -> RowsForm<T> {
        match self {
            Self::All => RowsForm::All,
            Self::One => RowsForm::One,
            Self::ByKey => RowsForm::ByKey,
            Self::Related(kind) => RowsForm::Related(change(kind)),
        }
    }
}

/// What of a query a plan depends on.
#[derive(PartialEq, Eq, Hash)]
struct QueryForm<'a> {
    resource: ResourceId,
    action: Option<&'a Name>,
    access: Access,
    sort: &'a [SortKey],
    /// From which end the page is; `None`: it is no page.
    end: Option<PageEnd>,
    count: bool,
    count_at_most: Option<u64>,
    position: bool,
    cursors: Cursors,
    attributes: Option<&'a [AttributeId]>,
    calculations: &'a [CalculationId],
    for_update: bool,
    deleted: Deleted,
}

impl<'a> QueryForm<'a> {
    fn of(query: &'a Query) -> Self {
        Self {
            resource: query.resource,
            action: query.action.as_ref(),
            access: query.access,
            sort: &query.sort,
            end: match &query.slice {
                Slice::All => None,
                Slice::Keyset { from, .. } => Some(*from),
            },
            count: query.count,
            count_at_most: query.count_at_most,
            position: query.position,
            cursors: query.cursors,
            attributes: query.attributes.as_deref(),
            calculations: &query.calculations,
            for_update: query.for_update,
            deleted: query.deleted,
        }
    }
}

impl<'a> Form<'a> {
    fn of(query: &'a Query, rows: &Rows<'a>, wanted: &'a [Predicate]) -> Self {
        let rows = match rows {
            Rows::All => RowsForm::All,
            Rows::One => RowsForm::One,
            Rows::ByKey(_) => RowsForm::ByKey,
            Rows::Related(kind, _) => RowsForm::Related(*kind),
        };
        Self { query, rows, wanted }
    }

    fn owned(&self, wanted: Vec<Predicate>) -> OwnedForm {
        let query = self.query;
        let rows = self.rows.map(|kind| (*kind).clone());
        let slice = match &query.slice {
            Slice::All => Slice::All,
            Slice::Keyset { from, .. } => Slice::Keyset { rows: None, from: *from, after: None, before: None },
        };
        let known = Query {
            action: query.action.clone(),
            access: query.access,
            sort: query.sort.clone(),
            slice,
            count: query.count,
            count_at_most: query.count_at_most,
            position: query.position,
            cursors: query.cursors,
            attributes: query.attributes.clone(),
            calculations: query.calculations.clone(),
            for_update: query.for_update,
            deleted: query.deleted,
            ..Query::unrestricted(query.resource)
        };
        OwnedForm { query: known, loads: loads(query).collect(), rows, wanted }
    }

    /// Whether it is this form, but for the relationships that are loaded.
    fn is_but_for_loads(&self, other: &OwnedForm) -> bool {
        self.rows == other.rows.map(|kind| kind)
            && QueryForm::of(self.query) == QueryForm::of(&other.query)
            && self.wanted.len() == other.wanted.len()
            && self.wanted.iter().zip(&other.wanted).all(|(one, other)| one.has_shape_of(other))
    }
}

fn loads(query: &Query) -> impl Iterator<Item = (RelationshipId, ResourceId)> {
    query.loads.iter().map(|it| (it.relationship, it.query.resource))
}

fn hash<K: Hash>(query: &Query, rows: &RowsForm<K>, wanted: &[Predicate], state: &mut impl Hasher) {
    QueryForm::of(query).hash(state);
    rows.hash(state);
    wanted.iter().for_each(|it| it.hash_shape(state));
}

impl Hash for Form<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(self.query, &self.rows, self.wanted, state);
    }
}

impl Hash for OwnedForm {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.query, &self.rows, &self.wanted, state);
    }
}

impl Equivalent<OwnedForm> for Form<'_> {
    fn equivalent(&self, key: &OwnedForm) -> bool {
        loads(self.query).eq(key.loads.iter().copied()) && self.is_but_for_loads(key)
    }
}

impl PartialEq for OwnedForm {
    fn eq(&self, other: &Self) -> bool {
        let form = Form { query: &self.query, rows: self.rows.map(|kind| kind), wanted: &self.wanted };
        self.loads == other.loads && form.is_but_for_loads(other)
    }
}

impl Eq for OwnedForm {}

impl Weigh for ReadPlan {
    fn bytes(&self) -> usize {
        let trees = |wanted: &[Predicate]| wanted.iter().map(Predicate::bytes).sum::<usize>();
        // The shapes of what is wanted are in the key too.
        size_of::<Self>()
            + 2 * trees(&self.read.wanted)
            + self.read.columns.len() * size_of::<super::Column>()
            + self.read.order.len() * size_of::<super::OrderKey>()
    }
}
