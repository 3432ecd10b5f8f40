//! What a write answers of its row.

use uuid::Uuid;

use crate::authorize::{ActionRequest, PolicyFilter, ReadPolicies, Visible, all_hold, rows};
use crate::context::Context;
use crate::error::Error;
use crate::execute;
use crate::expr::{Evaluation, RecordRow, RowSource};
use crate::ir::{ActionKind, ResourceId};
use crate::query::Query;
use crate::record::{Field, Input, Record};
use crate::value::Value;

/// What is wanted of a written row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Disclosure<'q> {
    /// Every attribute that the actor may see, whether they may read the row or not. Where that cannot be told nothing is written.
    Attributes,
    /// What a client selects, if the actor may read the row.
    Selection(&'q Query),
    /// Nothing.
    Nothing,
}

/// What was told of a written row; `None` where nothing is wanted, or the actor may not read it. An error undoes nothing: the row is
/// written all the same.
pub(crate) type Disclosed = Result<Option<Record>, Error>;

impl Context {
    /// Runs a create, or an update or destroy of the row `id`, and reads what a client selects of its row in the same transaction: of a
    /// written row as it then is. Of a destroyed one the row itself is as it was, and what is reached from it as it is without it.
    ///
    /// # Errors
    /// Those of [`Context::create`], [`Context::update`] and [`Context::destroy`]: nothing was written. What fails while the selection is
    /// read stands in the answer.
    pub(crate) async fn write(
        &self,
        resource: ResourceId,
        action: &str,
        id: Option<Uuid>,
        input: Input,
        selection: Option<&Query>,
    ) -> Result<Disclosed, Error> {
        let wanted = selection.map_or(Disclosure::Nothing, Disclosure::Selection);
        let declared = self.engine().app().resource(resource).action(action);
        match (declared.map(|it| &it.kind), id) {
            (Some(ActionKind::Destroy), Some(id)) => self.destroy_disclosing(resource, action, id, input, wanted).await,
            (_, Some(id)) => self.update_disclosing(resource, action, id, input, wanted).await,
            (_, None) => self.create_disclosing(resource, action, input, wanted).await,
        }
    }
}

/// The row of a write that wanted every attribute of it.
pub(super) fn attributes(disclosed: Disclosed) -> Result<Record, Error> {
    disclosed?.ok_or_else(|| Error::internal("a written row was not told"))
}

/// Tells what is wanted of a row that is stored now as `record`.
///
/// # Errors
/// If it cannot be told what the actor may see, where every attribute is wanted.
pub(super) async fn disclose(
    cx: &Context,
    record: Record,
    id: &Value,
    wanted: Disclosure<'_>,
) -> Result<Disclosed, Error> {
    Ok(match wanted {
        Disclosure::Nothing => Ok(None),
        Disclosure::Attributes => Ok(Some(seen(cx, record, id).await?)),
        Disclosure::Selection(query) => match known(cx, query, &record) {
            Ok(None) => cx.in_savepoint(async |cx| execute::get(cx, query, id.clone()).await).await,
            Ok(Some(Known(row))) => load(cx, query, row).await,
            Err(error) => Err(error),
        },
    })
}

/// What only the database can tell of a row, asked before it is removed.
pub(super) struct Before(Disclosed);

impl Before {
    /// `None` if the removed row itself will tell all that is wanted.
    ///
    /// # Errors
    /// As [`disclose`].
    pub(super) async fn ask(
        cx: &Context,
        resource: ResourceId,
        id: &Value,
        wanted: Disclosure<'_>,
    ) -> Result<Option<Self>, Error> {
        Ok(match wanted {
            Disclosure::Attributes if fields_need_the_database(cx, resource) => {
                Some(Self(Ok(execute::reread(cx, resource, id.clone()).await?)))
            }
            Disclosure::Selection(query) if needs_the_database(cx, query) => {
                Some(Self(cx.in_savepoint(async |cx| execute::get_alone(cx, query, id.clone()).await).await))
            }
            Disclosure::Attributes | Disclosure::Selection(_) | Disclosure::Nothing => None,
        })
    }
}

/// Tells what is wanted of a row that was removed, and was `record`.
///
/// # Errors
/// As [`disclose`].
pub(super) async fn disclose_removed(
    cx: &Context,
    record: &Record,
    before: Option<Before>,
    wanted: Disclosure<'_>,
) -> Result<Disclosed, Error> {
    let unknown = || Error::internal("what a row shows asks for rows that are gone");
    let row = match (wanted, before) {
        (_, Some(Before(before))) => before,
        (Disclosure::Nothing, None) => Ok(None),
        (Disclosure::Attributes, None) => Ok(Some(hide(cx, record)?.ok_or_else(unknown)?)),
        (Disclosure::Selection(query), None) => {
            known(cx, query, record).and_then(|it| it.map(|Known(row)| row).ok_or_else(unknown))
        }
    };
    Ok(match (row, wanted) {
        (Ok(row), Disclosure::Selection(query)) => load(cx, query, row).await,
        (row, _) => row,
    })
}

/// The row with what is loaded with it.
async fn load(cx: &Context, query: &Query, row: Option<Record>) -> Disclosed {
    let Some(mut row) = row else { return Ok(None) };
    if query.loads.is_empty() {
        return Ok(Some(row));
    }
    let loaded = cx.in_savepoint(async |cx| {
        execute::fill(cx, query, &mut row).await?;
        Ok(row)
    });
    loaded.await.map(Some)
}

/// Hides what field policies hide; `None` if only the database can tell.
fn hide(cx: &Context, record: &Record) -> Result<Option<Record>, Error> {
    let app = cx.engine().app();
    let arguments = Input::new();
    let actor = cx.actor_row();
    let facts = cx.facts(&actor, &arguments);
    let read_policies = ReadPolicies::new(cx, facts);
    let row = RecordRow::new(app, record);
    let mut seen = record.clone();
    for (index, attribute) in (0..).zip(&app.resource(record.resource).attributes) {
        if !attribute.guarded {
            continue;
        }
        let shown = match &*read_policies.field(record.resource, index) {
            Visible::Always => true,
            Visible::Never => false,
            Visible::When(conditions) => match all_hold(conditions, &facts, Some(&row as &dyn RowSource))? {
                Evaluation::Known(shown) => shown,
                Evaluation::Unloaded => return Ok(None),
            },
        };
        if !shown {
            seen.attributes[usize::from(index)] = Field::Hidden;
        }
    }
    Ok(Some(seen))
}

/// A row that was just written, as the actor may see it.
async fn seen(cx: &Context, record: Record, id: &Value) -> Result<Record, Error> {
    if let Some(seen) = hide(cx, &record)? {
        return Ok(seen);
    }
    execute::reread(cx, record.resource, id.clone()).await?.ok_or_else(Error::not_found)
}

/// What a selection shows of a row, where that stands in the row.
struct Known(Option<Record>);

/// `None` if only the database can tell.
fn known(cx: &Context, query: &Query, record: &Record) -> Result<Option<Known>, Error> {
    let app = cx.engine().app();
    let arguments = Input::new();
    let actor = cx.actor_row();
    let row = RecordRow::new(app, record);
    Ok(match readable(cx, query.resource).decide(&cx.facts(&actor, &arguments), Some(&row as &dyn RowSource))? {
        Evaluation::Known(false) => Some(Known(None)),
        Evaluation::Known(true) if query.calculations.is_empty() => hide(cx, record)?.map(|it| Known(Some(it))),
        Evaluation::Known(true) | Evaluation::Unloaded => None,
    })
}

/// Whether [`known`] may leave it to the database, whatever the row.
fn needs_the_database(cx: &Context, query: &Query) -> bool {
    let asks = readable(cx, query.resource).groups().iter().flatten().any(|it| it.asks_other_rows());
    asks || !query.calculations.is_empty() || fields_need_the_database(cx, query.resource)
}

/// Whether a field policy of the resource asks other rows.
fn fields_need_the_database(cx: &Context, resource: ResourceId) -> bool {
    let policies = &cx.engine().app().resource(resource).field_policies;
    policies.iter().any(|it| it.condition.asks_other_rows())
}

/// What the policies of the primary read leave; nothing where nothing is read.
fn readable(cx: &Context, resource: ResourceId) -> PolicyFilter {
    let action = cx.engine().app().resource(resource).primary_read();
    let rows = |action| rows(cx, ActionRequest { resource, action, arguments: &Input::new() });
    action.map_or_else(PolicyFilter::nothing, rows)
}
