//! Defaults that the attribute itself refuses, beside some that it takes.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public, min = 1, default = 0)]
    pub pages: i64,
    #[attribute(public, min = -3, max = 3, default = -4)]
    pub shelf: i64,
    #[attribute(public, default = 5_000_000_000)]
    pub sold: i64,
    #[attribute(public, big, default = 5_000_000_000)]
    pub printed: i64,
    #[attribute(public, min_length = 1, default = " ")]
    pub title: String,
    #[attribute(public, max_length = 3, default = "none")]
    pub shelf_mark: String,
    #[attribute(public, slug, default = "A Book")]
    pub slug: String,
    #[attribute(public, email, default = "nobody")]
    pub author: CiString,
    #[attribute(public, max_length = 3, default = "löß")]
    pub language: String,
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
