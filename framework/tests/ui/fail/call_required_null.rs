//! NULL for an input that is required, though the attribute may be NULL.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub note: Option<String>,
    #[attribute(public)]
    pub rating: Option<i64>,
}

#[actions]
impl Book {
    #[update(accept = [note, rating], required = [note, rating])]
    fn rate();
}

pub async fn rate(cx: &Context, id: Uuid) -> Result<Book> {
    Book::rate(id).note("good").rating(3).run(cx).await
}

pub fn no_text(id: Uuid) {
    let _ = Book::rate(id).note(None);
}

pub fn no_number(id: Uuid) {
    let _ = Book::rate(id).rating(None);
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
