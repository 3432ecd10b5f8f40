//! A secret that stands in the source.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(sensitive, default = "0000")]
    pub pin: String,
    #[attribute(sensitive, default = "")]
    pub token: Option<String>,
    #[attribute(sensitive, default = 0)]
    pub attempts: i64,
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
