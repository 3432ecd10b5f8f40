//! Admin columns that are not public.

use samara::prelude::*;

#[resource(table = "books")]
#[admin(columns = [title, rank, token, before])]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute]
    pub rank: i64,
    #[attribute(sensitive)]
    pub token: Option<String>,
    #[belongs_to(on_delete = restrict)]
    pub before: Option<BelongsTo<Book>>,
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
