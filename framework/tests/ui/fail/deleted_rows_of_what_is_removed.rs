//! Deleted rows of a resource whose rows are removed at once; what a deletion writes.

use samara::prelude::*;

#[resource(table = "books")]
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

async fn read(cx: &samara::context::Context) {
    Book::query().deleted().all(cx).await.unwrap();
    Book::query().including_deleted().all(cx).await.unwrap();
}

fn main() {}
