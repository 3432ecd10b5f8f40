//! Calls without what they must be given: one input, two, and one of a read, of an update, of a function, and of a
//! call in a list.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub pages: i64,
    #[attribute(public)]
    pub note: Option<String>,
}

#[actions]
impl Book {
    #[create(accept = [title, pages, note])]
    fn write();
    #[update(accept = [note], required = [note])]
    fn remark();
    #[read(filter(|it, longer_than| it.pages > longer_than))]
    fn long(longer_than: i64);
    #[action]
    async fn print(copies: i64) -> Result<i64> {
        Ok(copies)
    }
}

pub async fn one(cx: &Context) {
    let _ = Book::write().title("title").note("on paper").run(cx).await;
}

pub async fn two(cx: &Context) {
    let _ = Book::write().run(cx).await;
}

pub async fn of_an_update(cx: &Context, id: Uuid) {
    let _ = Book::remark(id).run(cx).await;
}

pub async fn of_a_read(cx: &Context) {
    let _ = Book::long().filter(expr!(|it| it.pages < 9)).limit(3).all(cx).await;
}

pub async fn of_a_function(cx: &Context) {
    let _ = Book::print().run(cx).await;
}

fn hand_on(_: impl samara::call::Complete) {}

pub fn handed_on(id: Uuid) {
    hand_on(Book::remark(id));
}

pub fn in_a_list() {
    let _ = samara::call::create_many([Book::write().title("title")]);
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
