//! One value for all rows of what is unique.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique, default = "new")]
    pub title: String,
    #[attribute(public, unique, default = FIRST)]
    pub number: i64,
    #[attribute(public, unique, default = now())]
    pub written_at: DateTimeUtc,
}

const FIRST: i64 = 1;

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
