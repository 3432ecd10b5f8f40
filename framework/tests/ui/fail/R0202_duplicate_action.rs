//! Two actions of one name.

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
    #[read]
    fn list();
    #[read]
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
