//! Variants that hold data, and what is done with them.

use samara::prelude::*;

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    New,
    Sold(i64),
    Lent { to: i64 },
}

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public, default = State::New)]
    pub state: State,
}

#[actions]
impl Book {
    #[update(set(state = State::Sold))]
    fn sell();
}

#[policies]
impl Book {
    #[policy(always)]
    fn new(book: Row<Book>) -> bool {
        book.state == State::New
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
