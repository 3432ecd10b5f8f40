//! Attributes that a declared action does not have, and one that is not always there.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[actions]
#[inline]
impl Book {
    /// Writes a book.
    #[create(accept = [title])]
    #[must_do("x")]
    fn write();
    #[destroy]
    #[cfg(feature = "burn")]
    fn burn();
    #[deprecated(note = "nobody asks")]
    #[read(primary)]
    fn list();
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
