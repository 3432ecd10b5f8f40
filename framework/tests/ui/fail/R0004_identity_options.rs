//! What is said of one identity is said of one.

use samara::prelude::*;

#[resource(
    table = "books",
    identity(title_of_shelf = [shelf, title], title_of_hall = [hall, title], message = "it is here"),
    identity(place = [hall, shelf], nulls = distinct)
)]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub shelf: Option<i64>,
    #[attribute(public)]
    pub hall: Option<i64>,
}

#[policies]
impl Book {
    #[policy(read)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
