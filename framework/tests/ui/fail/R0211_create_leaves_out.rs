//! A create that never gives an attribute its value.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub pages: i64,
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

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
