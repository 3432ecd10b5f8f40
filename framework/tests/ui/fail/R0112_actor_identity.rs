//! An actor whose address others may have too.

use samara::prelude::*;

#[resource(table = "books")]
#[actor(identity = email)]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
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
