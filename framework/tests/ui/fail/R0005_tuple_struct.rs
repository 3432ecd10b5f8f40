//! A resource without names for its fields.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book(Uuid);

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
