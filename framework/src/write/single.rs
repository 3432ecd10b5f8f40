//! Whether a write is one statement that needs no transaction around it.

use super::changes::{Rows, Staged};
use super::conflict::Upsert;
use super::disclose::{Disclosure, stands_in, stands_in_any};
use super::{deletion, event, hook, keys};
use crate::authorize::Authorized;
use crate::changeset::Changeset;
use crate::context::Context;
use crate::database::Purpose;
use crate::evaluate::Evaluation;
use crate::ir::{ActionKind, AttributeId, Name, Node, Resource, Tree};
use crate::request::{Target, WriteRequest};

/// What the unit of a write is for: a single statement where nothing precedes it, and nothing that follows can undo it.
pub(super) fn purpose(
    cx: &Context,
    writes: &[Authorized<WriteRequest<'_>>],
    upsert: Option<&Upsert<'_>>,
    known: Option<&[Staged<'_>]>,
    wanted: Disclosure<'_>,
) -> Purpose {
    let is_single = match (writes, known) {
        ([write], Some([staged])) => {
            // Of several keys one may be missing, and then nothing is written.
            !matches!(write.request().target(), Target::Keys(_))
                && !event::is_wanted(cx, write)
                && !hook::are_declared(write.action())
                && !keys::are_given(cx, staged.write, &staged.changeset)
                && !deletion::is_followed(cx, write)
                && match write.action().kind {
                    ActionKind::Create => {
                        creates_at_once(cx, staged, wanted)
                            && upsert.is_none_or(|it| upserts_at_once(cx, staged, it, wanted))
                    }
                    ActionKind::Update => updates_at_once(cx, (write, &staged.changeset), &[], wanted),
                    _ => stands_in_any(cx, write.resource(), wanted),
                }
        }
        _ => false,
    };
    if is_single { Purpose::Statement } else { Purpose::Write }
}

fn creates_at_once(cx: &Context, staged: &Staged<'_>, wanted: Disclosure<'_>) -> bool {
    let Rows::New { row, permitted: Evaluation::Known(true), .. } = &staged.rows else { return false };
    // What is required of the new row was asked already, as far as the row tells.
    let asked = staged.write.action().requirements.iter().all(|it| it.old || !it.asks_other_rows());
    asked && stands_in(cx, row, wanted)
}

/// Where a row is stored already it is the update that writes it; without one nothing is written.
fn upserts_at_once(cx: &Context, staged: &Staged<'_>, upsert: &Upsert<'_>, wanted: Disclosure<'_>) -> bool {
    let Some(update) = upsert.changes() else { return true };
    let (write, taken) = (update.0, &staged.write.action().accept);
    !event::is_wanted(cx, write)
        && !keys::are_given(cx, write, update.1)
        && !hook::are_declared(write.action())
        && updates_at_once(cx, update, taken, wanted)
}

/// The policies were asked of the row as it was: they hold of the new one too if they do not read what is changed, by the update itself or
/// because it takes the attributes `taken` of another row.
fn updates_at_once(
    cx: &Context,
    (write, changeset): (&Authorized<WriteRequest<'_>>, &Changeset),
    taken: &[Name],
    wanted: Disclosure<'_>,
) -> bool {
    let resource = cx.engine().app().resource(write.resource());
    let changed = |name: &Name| {
        taken.contains(name)
            || changeset.value(name).is_some()
            || changeset.stamps().get(name).is_some()
            || changeset.expressions().iter().any(|(it, _)| it == name)
    };
    let reads_changed = |it: &Tree| reads_any(resource, it, changed);
    // What the database works out is asked about once it is known, unless nothing can be wrong with it.
    let fits = |(name, _): &(Name, Tree)| resource.attribute(name).is_some_and(|(_, it)| it.takes_any());
    changeset.expressions().iter().all(fits)
        && !write.filter().groups().iter().flatten().any(reads_changed)
        && write.action().requirements.iter().all(|it| it.old)
        && !resource.extent_after(write.action()).iter().any(reads_changed)
        && stands_in_any(cx, write.resource(), wanted)
}

/// Whether an expression reads an attribute of its row of which `is_read` holds, or anything that does not stand in the row.
fn reads_any(resource: &Resource, tree: &Tree, is_read: impl Fn(&Name) -> bool) -> bool {
    let reads = |attribute: AttributeId| is_read(&resource[attribute].name);
    tree.nodes.iter().any(|it| match it {
        Node::Column { attribute, path } => *path != Tree::ROW || reads(*attribute),
        Node::Calculation { .. } => true,
        _ => false,
    }) || tree.asks_other_rows()
}
