//! Inputs of other types than they have: a text, a number, one that may be NULL, one that may not, and a key.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub pages: i64,
    #[attribute(public)]
    pub price: Option<i64>,
    #[belongs_to(public, on_delete = nilify)]
    pub sequel_of: Option<BelongsTo<Book>>,
}

#[actions]
impl Book {
    #[create(accept = [title, pages, price, sequel_of])]
    fn write();
}

pub fn a_text() {
    let _ = Book::write().title(3);
}

pub fn a_number() {
    let _ = Book::write().pages("many");
}

pub fn may_be_null() {
    let _ = Book::write().price("cheap");
}

pub fn may_not_be_null() {
    let _ = Book::write().pages(None);
}

pub fn a_key() {
    let _ = Book::write().sequel_of("Emma");
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
