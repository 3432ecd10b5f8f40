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
    fn share(book: Row<Book>) -> f64 {
        book.title.len() / 2.0
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
