//! Keys of an order with marks that there are not.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute]
    pub rank: i64,
}

#[actions]
impl Book {
    #[read(primary, sort = [rank(secret), rank(), rank(private, private), -rank(-private), rank.private, title])]
    fn list();
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
