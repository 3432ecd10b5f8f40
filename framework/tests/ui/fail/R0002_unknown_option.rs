//! A misspelt option of an action: the nearest is named.

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
    #[create(acept = [title])]
    fn write();
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
