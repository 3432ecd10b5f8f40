//! Mistakes of several kinds are reported together.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public, uniqe)]
    pub title: String,
    pub pages: i64,
    #[belongs_to(public, on_delete = casacde)]
    pub sequel_of: BelongsTo<Book>,
}

#[actions]
impl Book {
    #[create(accept = [title, pages(private), sequel_of])]
    fn write();
    #[update(accept = [title], require(|book| book.titel == "x", "no"))]
    fn rename();
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
