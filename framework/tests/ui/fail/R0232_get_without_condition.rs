//! A read of one row that does not say which.

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
    #[read(get)]
    fn newest();
    #[read(get, filter(|book, title| book.title == title))]
    fn titled(title: String);
}

#[policies]
impl Book {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
