//! Braces of messages that hold no expression.

use samara::prelude::*;

#[resource(table = "books", validate(|it| it.title != "", "is {it.title", field = title))]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[actions(validate(|it| it.title != "b", "is {}"))]
impl Book {
    #[read(primary)]
    fn list();

    #[update(accept = [title], require(|it| it.title != "c", "is } {{c}}"))]
    fn rename();
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
