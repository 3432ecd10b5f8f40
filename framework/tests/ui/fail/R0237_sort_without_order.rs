//! An order by Json.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub pages: Option<Json>,
}

#[actions]
impl Book {
    #[read(primary, sort = [title, pages])]
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
