//! Attributes that are nearly ours, and options written as attributes.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[atribute(public)]
    pub title: String,
    #[attribute(public)]
    #[default("")]
    pub note: String,
    #[attribute(public)]
    #[cfg(feature = "pages")]
    pub pages: i64,
}

#[actions]
impl Book {
    #[raed(primary)]
    fn list();
}

#[policies]
impl Book {
    #[polcy(always)]
    fn everybody() -> bool {
        true
    }
}

#[calculations]
impl Book {
    #[calculatoin(public)]
    fn long(book: Row<Book>) -> bool {
        book.title.len() > 100
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
