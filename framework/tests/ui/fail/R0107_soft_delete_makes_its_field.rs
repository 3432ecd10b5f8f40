//! A field that `soft_delete` adds.

use samara::prelude::*;

#[resource(table = "books", soft_delete)]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub deleted_at: Option<DateTimeUtc>,
}

#[actions]
impl Book {
    #[read(primary)]
    fn list();
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
