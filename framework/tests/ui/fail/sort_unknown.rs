//! Orders by what is misspelt, by a relationship, and by nothing that there is.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[belongs_to(public)]
    pub sequel: Option<BelongsTo<Book>>,
}

#[actions]
impl Book {
    #[read(primary, sort = [length, titel])]
    fn list();
    #[read(sort = [-sequel])]
    fn sequels();
    #[read(sort = [weight_of_paper])]
    fn heavy();
}

#[calculations]
impl Book {
    #[calculation(public)]
    fn length(book: Row<Book>) -> i64 {
        book.title.len()
    }
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
