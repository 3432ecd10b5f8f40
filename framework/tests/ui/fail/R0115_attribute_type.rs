//! Types that no column has, each with the one to write.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: &'static str,
    #[attribute(public, default = 0)]
    pub pages: u32,
    #[attribute(public)]
    pub price: Option<f32>,
    #[attribute(public)]
    pub tags: Vec<String>,
    #[attribute(public)]
    pub note: Option<Option<String>>,
}

#[actions]
impl Book {
    #[read(primary, filter(|book, word| book.title == word))]
    fn list(word: &str);
}

#[policies]
impl Book {
    #[policy(read)]
    fn everybody(book: Row<Book>) -> bool {
        book.pages > 0
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
