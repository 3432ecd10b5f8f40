//! Functions that actions name, with signatures of another kind.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[resource(table = "pages")]
pub struct Page {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub text: String,
}

#[actions]
impl Book {
    // A create has no row as it was.
    #[create(accept = [title], change = with_row)]
    fn publish();
    #[update(accept = [title], change = [tidy, without_context])]
    fn retitle();
    #[update(accept = [title], change = of_another, before = missing)]
    fn reprint();
    #[update(accept = [title], before = answers_nothing, after = with_changes)]
    fn revise();
    #[update(accept = [title], before = answers_late, after = answers_a_number)]
    fn rewrite();
    #[destroy(before = with_row, after = told, after_commit = stays_here)]
    fn burn();
}

fn tidy(_: &mut Changes<Book>, _: &Context) -> Result<(), Error> {
    Ok(())
}

fn with_row(_: &mut Changes<Book>, _: &Book, _: &Context) -> Result<(), Error> {
    Ok(())
}

fn without_context(_: &mut Changes<Book>) -> Result<(), Error> {
    Ok(())
}

fn of_another(_: &mut Changes<Page>, _: &Context) -> Result<(), Error> {
    Ok(())
}

fn answers_nothing(_: &mut Changes<Book>, _: &Context) {}

async fn answers_late(_: &mut Changes<Book>, _: &Context) {}

async fn answers_a_number(_: &Book, _: &Context) -> Result<i64, Error> {
    Ok(1)
}

async fn with_changes(_: &mut Changes<Book>, _: &Book, _: &Context) -> Result<(), Error> {
    Ok(())
}

fn told(_: &Book, _: &Context) -> Result<(), Error> {
    Ok(())
}

async fn stays_here(book: &Book, cx: &Context) -> Result<(), Error> {
    let title = std::rc::Rc::new(book.title.clone());
    Book::burn(book.id).run(cx).await?;
    drop(title);
    Ok(())
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[policies]
impl Page {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book, Page])]
pub struct Library;

fn main() {}
