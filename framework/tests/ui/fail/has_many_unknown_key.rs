//! A misspelt key at the other end.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[belongs_to(public)]
    pub sequel_of: Option<BelongsTo<Book>>,
    #[has_many(public, key = sequel)]
    pub sequels: HasMany<Book>,
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
