//! Two parts in sign-in.

use samara::prelude::*;

#[resource(table = "books")]
#[actor(identity = email)]
#[session(user = Book)]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
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
