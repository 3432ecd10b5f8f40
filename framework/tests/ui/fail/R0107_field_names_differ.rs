//! Fields that `#[resource]` makes too.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub inserted_at: DateTimeUtc,
    #[attribute(public)]
    pub sequel_of_id: Uuid,
    #[belongs_to(public)]
    pub sequel_of: Option<BelongsTo<Book>>,
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
