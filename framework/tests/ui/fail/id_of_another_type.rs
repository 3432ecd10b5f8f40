//! A primary key of a type that names no rows.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: bool,
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
