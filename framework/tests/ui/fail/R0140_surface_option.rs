//! A word about surfaces of what none shows, and one that is neither yes nor no.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(filter = false)]
    pub title: String,
    #[attribute(sort = true)]
    pub weight: i64,
    #[attribute(public, sort = never)]
    pub rank: i64,
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody(actor: Actor<Reader>) -> bool {
        actor.is_present()
    }
}

#[resource(table = "readers")]
#[actor(identity = email)]
pub struct Reader {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
}

#[policies]
impl Reader {
    #[policy(always)]
    fn everybody(actor: Actor<Reader>) -> bool {
        actor.is_present()
    }
}

#[domain(resources = [Book, Reader])]
pub struct Library;

fn main() {}
