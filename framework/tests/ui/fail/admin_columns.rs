//! Columns of the admin's list: a calculation, a slip of the hand, and nothing.

use samara::prelude::*;

#[resource(table = "books")]
#[admin(columns = [title, length, titel, weight_of_paper])]
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
    fn length(book: Row<Book>) -> i64 {
        book.title.len()
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
