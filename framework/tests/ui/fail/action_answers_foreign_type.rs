//! An answer that the API cannot show.

use samara::prelude::*;

pub struct Money(pub i64);

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[actions]
impl Book {
    #[action(query)]
    async fn price() -> Result<Money> {
        Ok(Money(1))
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
