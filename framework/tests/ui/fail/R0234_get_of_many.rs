//! Reads of one row with what only a list has.

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
    #[read(primary, get, filter(|book, title| book.title == title))]
    fn titled(title: String);
    #[read(get, sort = [title], paginate(keyset), filter(|book, title| book.title == title))]
    fn first(title: String);
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
