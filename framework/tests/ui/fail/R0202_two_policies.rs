//! Two policies and two calculations of one name.

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
    #[policy(read)]
    fn own(book: Row<Book>) -> bool {
        book.title == "a"
    }
    #[policy(update)]
    fn own() -> bool {
        true
    }
}

#[calculations]
impl Book {
    #[calculation(public)]
    fn length(book: Row<Book>) -> i64 {
        book.title.len()
    }
    #[calculation]
    fn length() -> i64 {
        1
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
