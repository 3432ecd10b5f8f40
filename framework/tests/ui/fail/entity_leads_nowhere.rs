//! An entity leads to entities alone, and `entity` is a word by itself.

use samara::prelude::*;

#[resource(table = "authors")]
pub struct Author {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
}

#[resource(table = "books", entity)]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[belongs_to(public, on_delete = cascade)]
    pub author: BelongsTo<Author>,
}

#[resource(table = "copies", entity = true)]
pub struct Copied {
    #[id]
    pub id: Uuid,
}

#[actions]
impl Author {
    #[read(primary)]
    fn list();
}

#[actions]
impl Book {
    #[read(primary)]
    fn list();
}

#[actions]
impl Copied {
    #[read(primary)]
    fn list();
}

#[policies]
impl Author {
    #[policy(always, anyone)]
    fn anyone() -> bool {
        true
    }
}

#[policies]
impl Book {
    #[policy(always, anyone)]
    fn anyone() -> bool {
        true
    }
}

#[policies]
impl Copied {
    #[policy(always, anyone)]
    fn anyone() -> bool {
        true
    }
}

#[domain(resources = [Author, Book, Copied])]
pub struct Library;

fn main() {}
