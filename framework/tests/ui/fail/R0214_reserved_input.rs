//! Inputs of names that calls need for themselves.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub run: Option<i64>,
}

#[actions]
impl Book {
    #[create(accept = [run])]
    fn write();
    #[update(set(run = 1))]
    fn print(id: i64);
    #[read(filter(|it, limit| it.run < limit))]
    fn old(limit: i64);
    #[action]
    async fn test(run: i64) -> Result<i64> {
        Ok(run)
    }
}

#[policies]
impl Book {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
