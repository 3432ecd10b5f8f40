//! Calls that are forgotten: one without inputs, one that is not given what it needs, and one that is.

#![deny(unused_must_use)]

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
    fn write();
    #[destroy]
    fn burn();
    #[read(filter(|it, title| it.title == title))]
    fn called(title: String);
}

pub fn without_inputs(id: Uuid) {
    Book::burn(id);
}

pub fn without_its_input() {
    Book::write();
}

pub fn with_its_input() {
    Book::write().title("Emma");
    Book::called().title("Emma");
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
