//! A derive above `#[resource]`: it sees the struct as it was written, and leaves no trace of itself.

use samara::prelude::*;

#[derive(Debug, Clone)]
#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
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
