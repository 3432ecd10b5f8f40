//! Where the failure of a condition is reported: an attribute or an argument of the action, and nothing else.

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

    #[create(accept = [title], validate(|it| it.title != "", "is empty", field = titel))]
    fn write();

    #[update(accept = [title], require(|it, word| it.title != word, "is the same", field = wrod))]
    fn rename(word: String);

    #[update(accept = [title], validate(|it| it.title != "", "is empty", title))]
    fn name();

    #[update(accept = [title], validate(|it| it.title != "", "is empty", at = title))]
    fn call();

    #[update(accept = [title], validate(|it| it.title != "", "is empty", field = "title"))]
    fn entitle();
}

#[policies]
impl Book {
    #[policy(always, anyone)]
    fn anyone() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

samara::app!(pub App, domains = [Library]);

fn main() {}
