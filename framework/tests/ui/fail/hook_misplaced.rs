//! Hooks where nothing is written, and written otherwise than as the name of a function.

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
    #[read(primary, before = look)]
    fn list();
    #[create(accept = [title], before = |changes, cx| Ok(()), after = [], after_commit = "told")]
    fn publish();
    #[update(accept = [title], change_row = look, before(look), afterwards = look)]
    fn retitle();
    #[action(query, after_commit = look)]
    async fn print(copies: i64) -> Result<i64, Error> {
        Ok(copies)
    }
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
