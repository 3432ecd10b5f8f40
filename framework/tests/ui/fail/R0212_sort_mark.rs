//! An order that nobody sees says that it tells of what is private.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute]
    pub rank: i64,
}

#[actions]
impl Book {
    #[read(primary, private, sort = [-rank(private), title])]
    fn list();

    #[read(private, sort = [title, -rank(private)])]
    fn ranked();
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
