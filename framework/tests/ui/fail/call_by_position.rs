//! Inputs by their position: a call names what it passes.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[actions]
impl Book {
    #[create(accept = [title])]
    fn write();
    #[update(accept = [title])]
    fn rename();
}

pub async fn a_create(cx: &Context) {
    let _ = Book::write("Emma").title("Emma").run(cx).await;
}

pub async fn an_update(cx: &Context, id: Uuid) {
    let _ = Book::rename(id, "Emma").run(cx).await;
}

#[policies]
impl Book {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
