//! Relationships that are none by their types, and what names them.

use samara::prelude::*;

#[resource(table = "authors")]
pub struct Author {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
    #[has_many(public, key = author)]
    pub books: Vec<Book>,
}

#[policies]
impl Author {
    #[policy(always)]
    fn readers(author: Row<Author>) -> bool {
        author.books().any(|it| it.title == "Ulysses")
    }
}

#[resource(table = "books", index = [author], identity(author_and_title = [author, title]))]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[belongs_to(public)]
    pub author: Uuid,
    #[belongs_to(public)]
    pub editor: Option<Author>,
}

#[actions]
impl Book {
    #[read(primary, sort = [author_id])]
    fn list();
    #[create(accept = [title, author, editor])]
    fn publish();
}

#[policies]
impl Book {
    #[policy(always)]
    fn named(book: Row<Book>) -> bool {
        book.author().name == "Joyce" || book.editor().name == "Eliot"
    }
}

pub fn author(book: &Book) -> Uuid {
    book.author_id
}

#[domain(resources = [Author, Book])]
pub struct Library;

fn main() {}
