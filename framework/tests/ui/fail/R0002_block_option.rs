//! What a block of actions or a resource cannot say for all of its actions.

use samara::prelude::*;

#[resource(table = "books", require(|it| it.title != "", "is empty"))]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[actions(accept = [title], after = tell)]
impl Book {
    #[read(primary)]
    fn list();
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
