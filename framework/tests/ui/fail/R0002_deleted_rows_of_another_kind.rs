//! `purge` removes, and `restore` brings back.

use samara::prelude::*;

#[resource(table = "books", soft_delete)]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[actions]
impl Book {
    #[read(primary)]
    fn list();
    #[update(purge)]
    fn burn();
    #[destroy(restore)]
    fn mend();
}

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
