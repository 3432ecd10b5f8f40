//! Inputs of names that calls need for themselves.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub run: Option<i64>,
}

#[actions]
impl Book {
    #[create(accept = [run])]
    fn write();
    #[update(set(run = 1))]
    fn print(id: i64);
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
