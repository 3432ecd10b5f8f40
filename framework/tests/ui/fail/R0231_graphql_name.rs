//! Names that GraphQL does not take for an action, or that another has.

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
    #[create(accept = [title], name = "write-book")]
    fn write();
    #[update(accept = [title], name = "__rename")]
    fn rename();
    #[update(accept = [title], name = "editBook")]
    fn edit();
    #[destroy(name = "editBook")]
    fn burn();
    #[read(name = "editBook")]
    fn edited();
    #[read(filter(|book, größe| book.title == größe))]
    fn sized(größe: String);
    #[destroy]
    fn zerstören();
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
