//! A strategy that does not say who signs in.

use samara::prelude::*;

#[resource(table = "books")]
#[session]
pub struct Book {
    #[id]
    pub id: Uuid,
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
