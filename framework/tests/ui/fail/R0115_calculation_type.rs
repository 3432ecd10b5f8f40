//! A calculation of a type that no column has.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[calculations]
impl Book {
    #[calculation(public)]
    fn length(book: Row<Book>) -> Option<i32> {
        book.title.len()
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
