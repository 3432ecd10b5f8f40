//! Orders that tell of what is not shown, beside some that may.

use samara::prelude::*;

#[resource(table = "books")]
#[graphql]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute]
    pub rank: i64,
    #[attribute(sensitive)]
    pub token: Option<String>,
}

#[actions]
impl Book {
    #[read(primary, sort = [-rank, title])]
    fn list();
    #[read(sort = [rank(private), token(private)])]
    fn ranked();
    #[read(sort = [title(private)])]
    fn titles();
    #[read(private, sort = [rank, token])]
    fn all();
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
