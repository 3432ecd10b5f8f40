//! Upserts by what is no identity, or another resource's; by an update whose functions it cannot run, that misses an input, or of another
//! resource; and by a destroy.

use samara::call;
use samara::prelude::*;

#[resource(table = "books", identity(title_and_author = [title, author]))]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub author: String,
    #[attribute(public, unique)]
    pub number: Option<String>,
}

#[actions]
impl Book {
    #[create(accept = [title, author, number])]
    fn write();
    #[update(accept = [title])]
    fn revise();
    #[update(accept = [title], required = [title])]
    fn rename();
    #[update(accept = [title], before = shout)]
    fn announce();
    #[destroy]
    fn lose();
}

fn shout(_: &mut Changes<Book>, _: &Context) -> Result<()> {
    Ok(())
}

#[resource(table = "films", identity(name_and_year = [name, year]))]
pub struct Film {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
    #[attribute(public)]
    pub year: i64,
    #[attribute(public, unique)]
    pub number: Option<String>,
}

#[actions]
impl Film {
    #[update(accept = [name])]
    fn cut();
}

pub fn fine() {
    let _ = call::upsert(Book::write().title("a").author("b"), Book::NUMBER, Book::revise);
    let _ = call::upsert(Book::write().title("a").author("b"), Book::TITLE_AND_AUTHOR, |it| Book::rename(it).title("c"));
}

pub fn by_a_text() {
    let _ = call::upsert(Book::write().title("a").author("b"), "number", Book::revise);
}

pub fn by_what_is_not_unique() {
    let _ = call::upsert(Book::write().title("a").author("b"), Book::TITLE, Book::revise);
}

pub fn by_an_attribute_of_another() {
    let _ = call::upsert(Book::write().title("a").author("b"), Film::NUMBER, Book::revise);
}

pub fn by_an_identity_of_another() {
    let _ = call::upsert_many([Book::write().title("a").author("b")], Film::NAME_AND_YEAR, Book::revise);
}

pub fn by_functions() {
    let _ = call::upsert(Book::write().title("a").author("b"), Book::NUMBER, Book::announce);
}

pub fn without_what_the_update_needs() {
    let _ = call::upsert(Book::write().title("a").author("b"), Book::NUMBER, Book::rename);
}

pub fn by_an_update_of_another() {
    let _ = call::upsert(Book::write().title("a").author("b"), Book::NUMBER, Film::cut);
}

pub fn by_a_destroy() {
    let _ = call::upsert(Book::write().title("a").author("b"), Book::NUMBER, Book::lose);
}

#[policies]
impl Book {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[policies]
impl Film {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book, Film])]
pub struct Library;

fn main() {}
