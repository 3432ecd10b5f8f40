//! The macros by their names, and no prelude: each type that is not there is one error, where it stands.

use samara::{domain, policies, resource};

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[belongs_to(public)]
    pub author: BelongsTo<Author>,
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[resource(table = "authors")]
pub struct Author {
    #[id]
    pub id: samara::prelude::Uuid,
    #[attribute(public)]
    pub seen: DateTimeUtc,
}

#[policies]
impl Author {
    #[policy(always)]
    fn everybody(author: Row<Author>) -> bool {
        true
    }
}

#[domain(resources = [Book, Author])]
pub struct Library;

fn main() {}
