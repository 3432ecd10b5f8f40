//! An actor whose name is an attribute that is not there.

use samara::prelude::*;

#[resource(table = "books")]
#[actor(identity = email, name = nik)]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub nick: String,
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
