//! Lists that name an attribute twice.

use samara::prelude::*;

#[resource(table = "books", identity(place = [shelf, title, shelf]), index = [title, -title])]
#[admin(columns = [title, shelf, title])]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub shelf: i64,
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
