//! New values by a misspelt constant, of another type, of another resource, of what the framework fills in, and by a text.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub note: Option<String>,
    #[belongs_to(public, on_delete = nilify)]
    pub sequel_of: Option<BelongsTo<Book>>,
}

#[resource(table = "films")]
pub struct Film {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
}

pub fn misspelt(changes: &mut Changes<Book>) {
    changes.set(Book::TITEL, "Emma".to_owned());
}

pub fn another_type(changes: &mut Changes<Book>) {
    changes.set(Book::TITLE, 3);
}

pub fn no_option(changes: &mut Changes<Book>) {
    changes.set(Book::NOTE, "long".to_owned());
}

pub fn another_resource(changes: &mut Changes<Book>) {
    changes.set(Film::NAME, "Emma".to_owned());
}

pub fn filled_in(changes: &mut Changes<Book>, cx: &Context) {
    changes.set(Book::INSERTED_AT, cx.now());
}

pub fn a_relationship(changes: &mut Changes<Book>) {
    changes.set(Book::SEQUEL_OF, None);
}

pub fn a_text(changes: &mut Changes<Book>) {
    changes.set("title", "Emma".to_owned());
}

#[policies]
impl Book {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[policies]
impl Film {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book, Film])]
pub struct Library;

fn main() {}
