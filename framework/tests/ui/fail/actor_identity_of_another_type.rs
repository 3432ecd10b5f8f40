//! An address whose case counts.

use samara::prelude::*;

#[resource(table = "books")]
#[actor(identity = email)]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: String,
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
