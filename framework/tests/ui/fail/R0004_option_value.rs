//! Options written in another form than they take.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public = true, max_length)]
    pub title: String,
}

#[actions]
impl Book {
    #[read(primary, sort = title, paginate(default = 50))]
    fn list();
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
