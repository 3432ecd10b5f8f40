//! A tenant that is no row.

use samara::prelude::*;

#[resource(table = "organisations")]
pub struct Organisation {
    #[id]
    pub id: Uuid,
}

#[resource(table = "books", tenant = title)]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[belongs_to(on_delete = restrict)]
    pub organisation: BelongsTo<Organisation>,
}

#[actions]
impl Book {
    #[read(primary)]
    fn list();
    #[create(accept = [title])]
    fn write();
}

#[policies]
impl Book {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[actions]
impl Organisation {
    #[read(primary)]
    fn list();
}

#[policies]
impl Organisation {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Organisation, Book])]
pub struct Library;

fn main() {}
