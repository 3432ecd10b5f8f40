//! A message tells what the condition's closure has, and no plain Rust.

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
    #[read(primary)]
    fn list();

    #[create(accept = [title], validate(|it| it.title != "", "is {it.titel}"))]
    fn write();

    #[update(accept = [title], validate(|it| it.title != "", "is {format!(\"\")}"))]
    fn entitle();

    #[update(accept = [title], validate(|it| it.title != "", "is empty", when(|it| it.title)))]
    fn call();

    #[update(accept = [title], validate(|it| it.title != "", "is empty", when(|it| it.title != ""), when(|it| it.title == "")))]
    fn name();
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
