//! Functions that cannot be actions.

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
    #[action]
    fn blocking() -> Result<i64> {
        Ok(1)
    }
    #[action]
    async fn silent() {}
    #[action]
    async fn infallible() -> i64 {
        1
    }
    #[update]
    fn rename(&self);
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
