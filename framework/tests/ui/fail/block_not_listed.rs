//! Blocks of names that the resource does not list.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[actions]
impl Book {
    #[read(primary)]
    fn list();
}

#[actions(review)]
impl Book {
    #[create(accept = [title])]
    fn write();
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[policies(review)]
impl Book {
    #[policy(create)]
    fn nobody() -> bool {
        false
    }
}

#[calculations(review)]
impl Book {
    #[calculation(public)]
    fn length(book: Row<Book>) -> i64 {
        book.title.len()
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
