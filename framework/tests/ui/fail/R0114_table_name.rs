//! Names that a database, a file or an address would not take.

use samara::prelude::*;

#[resource(table = "../books")]
pub struct Book {
    #[id]
    pub id: Uuid,
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[resource(table = "Book Shelves")]
pub struct Shelf {
    #[id]
    pub id: Uuid,
}

#[policies]
impl Shelf {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[resource(table = "")]
pub struct Nothing {
    #[id]
    pub id: Uuid,
}

#[policies]
impl Nothing {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[resource(table = "sqlite_pages")]
pub struct Page {
    #[id]
    pub id: Uuid,
}

#[policies]
impl Page {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[resource(table = "lines_of_pages_of_books_of_shelves_of_rooms_of_libraries_of_towns")]
pub struct Line {
    #[id]
    pub id: Uuid,
}

#[policies]
impl Line {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book, Shelf, Nothing, Page, Line])]
pub struct Library;

fn main() {}
