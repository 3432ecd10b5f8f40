//! Relationships to what is no resource, and what goes by way of them.

use samara::prelude::*;

pub struct Author;

#[resource(table = "readers")]
pub struct Reader {
    #[id]
    pub id: Uuid,
    #[many_to_many(public, through = Author, source = reader, target = book)]
    pub books: ManyToMany<Book>,
}

#[policies]
impl Reader {
    #[policy(always)]
    fn some(reader: Row<Reader>) -> bool {
        reader.books().any(|it| it.author().name == "Joyce")
    }
}

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[belongs_to(public)]
    pub author: BelongsTo<Author>,
    #[has_many(public, key = book)]
    pub pages: HasMany<String>,
}

#[actions]
impl Book {
    #[create(accept = [author])]
    fn publish();
}

#[policies]
impl Book {
    #[policy(always)]
    fn named(book: Row<Book>) -> bool {
        book.author().name == "Joyce" && book.pages().count() > 3
    }
}

#[domain(resources = [Reader, Book])]
pub struct Library;

fn main() {}
