//! A relationship to something that is no resource.

use samara::prelude::*;

pub struct Author;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
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

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
