//! A primary key that is no UUID.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: i64,
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
