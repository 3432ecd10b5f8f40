//! Arguments that nothing asks, beside some that a condition, a value or a function does.

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
    #[read(primary)]
    fn list();
    #[read(filter(|it, query| it.title.contains(query)))]
    fn search(query: String, language: String);
    // A column of the same name is not the argument.
    #[read(filter(|it| it.title == "A"))]
    fn titled(title: String);
    #[create(accept = [title], validate(|it, word| it.title != word, "is not that word"))]
    fn write(word: String, since: DateTimeUtc);
    #[update(set(title = name))]
    fn rename(name: String, _reason: Option<String>);
    #[update(change = retitle)]
    fn edit(by: String);
    #[action]
    async fn print(copies: i64) -> Result<i64, Error> {
        Ok(copies)
    }
}

fn retitle(_: &mut Changes<Book>, _: &Context) -> Result<(), Error> {
    Ok(())
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
