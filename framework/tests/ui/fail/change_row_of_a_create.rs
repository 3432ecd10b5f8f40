//! A create has no row as it was.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[actions]
impl Book {
    #[create(accept = [title], change_row = tidy)]
    fn publish();
    #[update(accept = [title], change_row = blind)]
    fn retitle();
}

fn tidy(changeset: &mut Changeset, book: &Book, cx: &Context) -> Result<(), Error> {
    let _ = (changeset, book, cx);
    Ok(())
}

fn blind(changeset: &mut Changeset, cx: &Context) -> Result<(), Error> {
    let _ = (changeset, cx);
    Ok(())
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
