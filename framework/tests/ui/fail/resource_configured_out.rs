//! A resource that is not in this build, and is named by a relationship and a domain.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[belongs_to(public)]
    pub author: BelongsTo<Author>,
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[cfg(any())]
#[resource(table = "authors")]
pub struct Author {
    #[id]
    pub id: Uuid,
}

#[domain(resources = [Book, Author])]
pub struct Library;

fn main() {}
