//! A function of a change that is misspelt, and one that takes too little.

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
    #[create(accept = [title], change = tidi)]
    fn publish();
    #[update(accept = [title], change = blind)]
    fn retitle();
}

fn tidy(changes: &mut Changes<Book>, cx: &Context) -> Result<(), Error> {
    let _ = (changes, cx);
    Ok(())
}

fn blind(changes: &mut Changes<Book>) -> Result<(), Error> {
    let _ = changes;
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
