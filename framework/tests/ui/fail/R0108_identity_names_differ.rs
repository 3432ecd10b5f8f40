//! Two identities of one name.

use samara::prelude::*;

#[resource(table = "books", identity(title = [title]))]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub title: String,
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
