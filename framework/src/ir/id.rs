//! What names a declared thing at run time: the ids that an app hands out.

use std::ops::Index;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use super::{Attribute, Calculation, Relationship, Resource};

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

/// An attribute of a resource, which is known from where the id stands: in a query it is the query's, in a
/// [`Tree`](super::Tree) that of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttributeId(u16);

/// A calculation of a resource; see [`AttributeId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CalculationId(u16);

/// A relationship of a resource; see [`AttributeId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RelationshipId(u16);

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

macro_rules! part {
    ($id:ident, $part:ident, $list:ident) => {
        impl $id {
            /// The one at that position, in a declaration that is still being made: of what is put together by code, and of what macros
            /// emit. [`verify`](super::verify::verify) says of each tree whether there is one.
            pub const fn at(position: u16) -> Self {
                Self(position)
            }

            /// Its position, where it has to be told apart from all others by a number.
            pub(crate) fn number(self) -> u16 {
                self.0
            }
        }

        /// Its position in the list of its resource, for a list that stands beside that.
        impl From<$id> for usize {
            fn from(id: $id) -> Self {
                usize::from(id.0)
            }
        }

        /// # Panics
        /// If the id is one of another resource that has more of them. Every request refuses such a one before it looks anything up.
        impl Index<$id> for Resource {
            type Output = $part;

            fn index(&self, id: $id) -> &$part {
                &self.$list[usize::from(id)]
            }
        }
    };
}

part!(AttributeId, Attribute, attributes);
part!(CalculationId, Calculation, calculations);
part!(RelationshipId, Relationship, relationships);
