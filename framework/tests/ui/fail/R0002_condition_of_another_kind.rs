//! Conditions of rows that the action has not, and an action for a kind.

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
    #[create(accept = [title], require(|book| book.title != "x", "no"))]
    fn write();
    #[destroy(validate(|book| book.title != "x", "no"))]
    fn burn();
}

#[policies]
impl Book {
    #[policy(list)]
    fn everybody() -> bool {
        true
    }
    #[policy(craete)]
    fn writers() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
