//! Public actions that take what is not public, one that says so, and some that say what is not so.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(default = 0)]
    pub rank: i64,
    #[attribute(sensitive)]
    pub pin: Option<String>,
    #[belongs_to]
    pub first: Option<BelongsTo<Book>>,
}

#[actions]
impl Book {
    #[create(accept = [title, rank, pin])]
    fn write();
    #[create(accept = [title, rank(private), pin(sensitive), first(private)])]
    fn write_it_all();
    #[create(private, accept = [title, rank, pin])]
    fn copy();
    #[update(accept = [title(private), pin(private), first, rank(public)])]
    fn change();
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
