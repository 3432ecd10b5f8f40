//! A row that needs another of its own resource first.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[belongs_to(public, on_delete = restrict)]
    pub before: BelongsTo<Book>,
    #[belongs_to(public, on_delete = restrict)]
    pub after: Option<BelongsTo<Book>>,
}

#[policies]
impl Book {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
