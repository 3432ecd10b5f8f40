//! Rules written on arguments, which have none.

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
    #[create(accept = [title])]
    fn write(#[attribute(min_length = 5)] note: Option<String>);
    #[action(query)]
    async fn count(#[default("")] query: String) -> Result<i64> {
        let _ = query;
        Ok(0)
    }
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
