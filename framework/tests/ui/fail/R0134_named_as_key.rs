//! A relationship that has the name of a key.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub shop_id: String,
    #[belongs_to(public, on_delete = restrict)]
    pub series_id: Option<BelongsTo<Book>>,
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
