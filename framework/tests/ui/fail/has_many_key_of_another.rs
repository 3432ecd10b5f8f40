//! A key that points at another resource.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[has_many(public, key = shelf)]
    pub chapters: HasMany<Chapter>,
}

#[resource(table = "chapters")]
pub struct Chapter {
    #[id]
    pub id: Uuid,
    #[belongs_to(public)]
    pub shelf: Option<BelongsTo<Chapter>>,
}

#[policies]
impl Chapter {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book, Chapter])]
pub struct Library;

fn main() {}
