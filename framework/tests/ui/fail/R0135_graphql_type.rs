//! Names that GraphQL does not take for a type and its fields.

use samara::prelude::*;

#[resource(table = "books")]
#[graphql(type = "a book")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub größe: i64,
    #[attribute]
    pub übersetzt: Option<bool>,
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
