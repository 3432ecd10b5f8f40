//! A name that is no line of text.

use samara::prelude::*;

samara::app!(pub Lines, domains = [Library], name = "two\nlines");
samara::app!(pub Blank, domains = [Library], name = " ");
samara::app!(pub Number, domains = [Library], name = 7);

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
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
