//! Bounds that let nothing through, or only the empty text, and one beyond what is stored.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public, min = 9, max = 1)]
    pub pages: i64,
    #[attribute(public, min_length = 9, max_length = 1)]
    pub title: String,
    #[attribute(public, max_length = 0)]
    pub subtitle: String,
    #[attribute(public, max = 5_000_000_000)]
    pub sold: Option<i64>,
    #[attribute(public, big, max = 5_000_000_000)]
    pub printed: i64,
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
