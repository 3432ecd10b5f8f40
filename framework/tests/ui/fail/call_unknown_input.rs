//! Calls with an input that the action does not have.

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
    #[update(accept = [title])]
    fn rename();
    #[read(filter(|it, title| it.title == title))]
    fn called(title: String);
}

pub fn example(id: Uuid) {
    let _ = Book::rename(id).titel("x");
    let _ = Book::called().titel("x");
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
