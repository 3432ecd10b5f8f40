//! An enum that is not derived, with nothing else forgotten.

use samara::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Genre {
    Novel,
    Essay,
}

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public, default = Genre::Novel)]
    pub genre: Genre,
}

#[policies]
impl Book {
    #[policy(always)]
    fn novels(book: Row<Book>) -> bool {
        book.genre == Genre::Novel
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
