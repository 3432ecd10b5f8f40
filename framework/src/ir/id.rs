//! What names a declared thing at run time: the ids that an app hands out.

use std::sync::atomic::{AtomicU32, Ordering};

/// A resource of one app.
///
/// Only the app makes one: [`App::find`](super::App::find), [`App::target`](super::App::target) and
/// [`App::resources_by_id`](super::App::resources_by_id). It is good for that app and its clones; another app's is refused by every request,
/// also where both declare the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId {
    app: AppNumber,
    position: u32,
}

/// Which app of this process it is. A clone has the number of the app that it was cloned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct AppNumber(u32);

impl AppNumber {
    /// A number that no other app has.
    pub(super) fn next() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// The ids of the resources of this app, in order.
    pub(super) fn ids(self) -> impl Iterator<Item = ResourceId> {
        (0..).map(move |position| ResourceId { app: self, position })
    }
}

impl ResourceId {
    /// Which app handed it out.
    pub(super) fn app(self) -> AppNumber {
        self.app
    }

    /// Its position among the app's resources, for a list that stands beside them.
    pub fn position(self) -> usize {
        self.position as usize
    }
}
