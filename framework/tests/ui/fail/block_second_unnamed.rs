//! A second block of each kind, without a name.

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

#[actions]
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

#[policies]
impl Book {
    #[policy(create)]
    fn nobody() -> bool {
        false
    }
}

#[calculations]
impl Book {
    #[calculation(public)]
    fn length(book: Row<Book>) -> i64 {
        book.title.len()
    }
}

#[calculations]
impl Book {
    #[calculation(public)]
    fn long(book: Row<Book>) -> bool {
        book.title.len() > 100
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
