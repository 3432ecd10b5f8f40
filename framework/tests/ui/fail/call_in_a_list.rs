//! Calls in a list that miss an input, or are of other actions; and an update of a query that is given nothing.

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
    #[read(primary)]
    fn list();
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

pub fn misses_an_input() {
    let _ = call::create_many([Book::write().title("a")]);
}

pub fn updates_among_creates(id: Uuid) {
    let _ = call::create_many([Book::revise(id)]);
}

pub fn other_actions(id: Uuid) {
    let _ = call::create_many([Book::write().title("a").author("b"), Film::cut(id)]);
}

pub fn an_update_that_misses_an_input() {
    let _ = Book::query().update(Book::rename, |it| it);
}

pub fn a_destroy_by_an_update() {
    let _ = Book::query().destroy(Book::revise);
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
