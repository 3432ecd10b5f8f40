//! An actor known by an attribute that is not there.

use samara::prelude::*;

#[resource(table = "books")]
#[actor(identity = emial)]
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
