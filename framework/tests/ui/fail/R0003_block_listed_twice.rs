//! A block that is listed twice.

use samara::prelude::*;

#[resource(table = "books", policies = [review, review])]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[policies(review)]
impl Book {
    #[policy(create)]
    fn nobody() -> bool {
        false
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
