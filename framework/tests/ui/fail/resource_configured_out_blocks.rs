//! A resource that is not in this build, and whose blocks are.

use samara::prelude::*;

#[cfg(any())]
#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody(book: Row<Book>) -> bool {
        true
    }
}

#[actions]
impl Book {
    #[read(primary)]
    fn list();
}

fn main() {}
