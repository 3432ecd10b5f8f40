//! Attributes that a function sets: a name that there is not, a value of another type, another resource's, the framework's own, and
//! a constant of one's own with an attribute's name.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub subtitle: Option<String>,
    #[attribute(public)]
    pub pages: i64,
    #[belongs_to(public, on_delete = restrict)]
    pub writer: BelongsTo<Writer>,
}

#[resource(table = "writers")]
pub struct Writer {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
}

impl Book {
    pub const PAGES: i64 = 300;
}

#[actions]
impl Book {
    #[create(accept = [title, pages, writer], change = tidy)]
    fn publish();
}

fn tidy(changes: &mut Changes<Book>, _: &Context) -> Result<(), Error> {
    changes.set(Book::TITEL, "A".to_owned());
    changes.set(Book::TITLE, 3);
    changes.set(Book::SUBTITLE, "B".to_owned());
    changes.set(Writer::NAME, "Ada".to_owned());
    changes.set(Book::WRITER_ID, "Ada".to_owned());
    changes.set(Book::INSERTED_AT, DateTimeUtc::default());
    let pages: Option<String> = changes.get(Book::TITLE);
    let title: Option<i64> = changes.get(Book::TITLE);
    Ok(())
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[policies]
impl Writer {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book, Writer])]
pub struct Library;

fn main() {}
