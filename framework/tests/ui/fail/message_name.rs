//! A name that the condition's closure does not have.

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

    #[update(accept = [title], validate(|it, word| it.title != word, "is {wrod}"))]
    fn rename(word: String);

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
