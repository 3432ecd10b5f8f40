//! Misspelt attributes of an index, an identity and a list.

use samara::prelude::*;

#[resource(table = "books", identity(one = [titel]), index = [-titel])]
#[admin(columns = [titel])]
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
