//! A resource with two primary keys, and what names the second one.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[id]
    pub isbn: Uuid,
}

#[actions]
impl Book {
    #[read(primary, sort = [isbn])]
    fn list();
    #[create(accept = [isbn])]
    fn publish();
}

#[policies]
impl Book {
    #[policy(always)]
    fn other(book: Row<Book>) -> bool {
        book.isbn != book.id
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
