//! A resource that does not say where it is held.

use samara::prelude::*;

#[resource]
pub struct Book {
    #[id]
    pub id: Uuid,
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
