//! Which rows exist is the same for everybody.

use samara::prelude::*;

#[resource(table = "people")]
#[actor(identity = email)]
pub struct Person {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
}

#[actions]
impl Person {
    #[create(private, accept = [email])]
    fn register();
}

#[policies]
impl Person {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[resource(table = "books", base_filter = |book, reader: Actor<Person>| book.title == reader.email)]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: CiString,
}

#[policies]
impl Book {
    #[policy(read)]
    fn everybody() -> bool {
        true
    }
}

#[resource(table = "pages", base_filter = |page| page.titel == "x", identity(one = [title], where = title))]
pub struct Page {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[policies]
impl Page {
    #[policy(read)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Person, Book, Page])]
pub struct Library;

fn main() {}
