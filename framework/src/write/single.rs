//! Whether a write is one statement that needs no transaction around it.

use super::changes::{Rows, Staged};
use super::disclose::{Disclosure, stands_in, stands_in_any};
use super::{event, hook, keys};
use crate::authorize::Authorized;
use crate::context::Context;
use crate::database::Purpose;
use crate::evaluate::Evaluation;
use crate::ir::{ActionKind, Node, Tree};
use crate::request::{Target, WriteRequest};

/// What the unit of a write is for: a single statement where nothing precedes it, and nothing that follows can undo it.
pub(super) fn purpose(
    cx: &Context,
    writes: &[Authorized<WriteRequest<'_>>],
    known: Option<&[Staged<'_>]>,
    wanted: Disclosure<'_>,
) -> Purpose {
    let is_single = match (writes, known) {
        ([write], Some([staged])) => {
            // Of several keys one may be missing, and then nothing is written.
            !matches!(write.request().target(), Target::Keys(_))
                && !event::is_wanted(cx, write)
                && !hook::are_declared(write.action())
                && !keys::are_given(cx, std::slice::from_ref(staged))
                && match write.action().kind {
                    ActionKind::Create => creates_at_once(cx, staged, wanted),
                    ActionKind::Update => updates_at_once(cx, staged, wanted),
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
    let asked = staged.write.action().requirements.iter().all(|it| it.old || !it.condition.asks_other_rows());
    *staged.write.request().target() == Target::New && asked && stands_in(cx, row, wanted)
}

/// The policies were asked of the row as it was: they hold of the new one too if they do not read what is changed.
fn updates_at_once(cx: &Context, staged: &Staged<'_>, wanted: Disclosure<'_>) -> bool {
    let changes_nothing_asked =
        staged.write.filter().groups().iter().flatten().all(|it| !reads_changed(cx, staged, it));
    let asks_nothing_new = staged.write.action().requirements.iter().all(|it| it.old);
    staged.changeset.expressions().is_empty()
        && changes_nothing_asked
        && asks_nothing_new
        && stands_in_any(cx, staged.write.resource(), wanted)
}

fn reads_changed(cx: &Context, staged: &Staged<'_>, tree: &Tree) -> bool {
    let resource = cx.engine().app().resource(staged.write.resource());
    let is_changed = |attribute: u16| {
        let name = resource.attributes.get(usize::from(attribute)).map(|it| it.name.as_str());
        name.is_none_or(|it| staged.changeset.value(it).is_some() || staged.changeset.stamps().get(it).is_some())
    };
    tree.nodes.iter().any(|it| match it {
        Node::Column { attribute, path } => *path != Tree::ROW || is_changed(*attribute),
        Node::Calculation { .. } => true,
        _ => false,
    }) || tree.asks_other_rows()
}
