//! Typed calls: inputs are given by their names, in any order; what is not given, what is given as NULL, and what is given twice.

use samara::call::{Complete, Create};
use samara::prelude::*;
use samara::testing::on_both;

/// Something to read.
#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub author: CiString,
    #[attribute(public, default = 100)]
    pub pages: i64,
    #[attribute(public)]
    pub note: Option<String>,
    #[attribute(public)]
    pub shelf: Option<CiString>,
    #[attribute(public)]
    pub rating: Option<i64>,
    #[belongs_to(public, on_delete = nilify)]
    pub sequel_of: Option<BelongsTo<Book>>,
}

#[actions]
impl Book {
    #[read(primary, sort = [title])]
    fn list();

    #[create(accept = [title, author, pages, note, shelf, rating, sequel_of])]
    fn write();

    #[update(accept = [title, note, shelf, rating, sequel_of])]
    fn revise();

    #[read(sort = [title], filter(|it, author, at_least| it.author == author && at_least.is_none_or(|least| it.pages >= least)))]
    fn by(author: CiString, at_least: Option<i64>);

    #[read(get, filter(|it, title| it.title == title))]
    fn called(title: String);

    #[action(query)]
    async fn cry(word: String, times: i64, end: Option<String>) -> Result<String> {
        let word = word.repeat(usize::try_from(times).unwrap_or_default());
        Ok(format!("{word}{}", end.unwrap_or_else(|| "!".to_owned())))
    }
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

samara::app!(App, domains = [Library]);

#[tokio::test]
async fn inputs_are_given_in_any_order() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let one = Book::write().title("Emma").author("Jane Austen").pages(474).run(&cx).await.unwrap();
        let other = Book::write().pages(474).author("Jane Austen").title("Emma").run(&cx).await.unwrap();
        for book in [one, other] {
            assert_eq!((book.title.as_str(), book.author.as_str(), book.pages), ("Emma", "jane austen", 474));
        }
    })
    .await;
}

#[tokio::test]
async fn what_may_be_null_takes_the_value_or_an_option() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let emma = Book::write().title("Emma").author("Jane Austen").run(&cx).await.unwrap();
        assert_eq!((emma.pages, emma.note, emma.rating, emma.sequel_of_id), (100, None, None, None));

        let all = Book::revise(emma.id).note("on paper").shelf("A1").rating(5).sequel_of(emma.id);
        let all = all.run(&cx).await.unwrap();
        assert_eq!((all.note.as_deref(), all.shelf.as_deref()), (Some("on paper"), Some("a1")));
        assert_eq!((all.rating, all.sequel_of_id), (Some(5), Some(emma.id)));

        let kept = Book::revise(emma.id).title("Emma.").run(&cx).await.unwrap();
        assert_eq!((kept.note, kept.rating, kept.sequel_of_id), (all.note, Some(5), Some(emma.id)));

        let taken = Book::revise(emma.id).note(None).shelf(None).rating(None).sequel_of(None).run(&cx).await.unwrap();
        assert_eq!((taken.note, taken.shelf, taken.rating, taken.sequel_of_id), (None, None, None, None));

        let some = Book::revise(emma.id).note(Some("lent".to_owned())).rating(Some(1)).run(&cx).await.unwrap();
        assert_eq!((some.note.as_deref(), some.rating), (Some("lent"), Some(1)));
        let owned = Book::revise(emma.id).note(String::from("back")).shelf(CiString::new("B")).run(&cx).await.unwrap();
        assert_eq!((owned.note.as_deref(), owned.shelf.as_deref()), (Some("back"), Some("b")));
    })
    .await;
}

#[tokio::test]
async fn of_what_is_given_twice_the_last_holds() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let book = Book::write().title("Ema").author("?").rating(1).title("Emma").rating(2).author("Jane Austen");
        let book = book.run(&cx).await.unwrap();
        assert_eq!((book.title.as_str(), book.author.as_str(), book.rating), ("Emma", "jane austen", Some(2)));
        let book = Book::revise(book.id).rating(3).rating(None).run(&cx).await.unwrap();
        assert_eq!(book.rating, None);
    })
    .await;
}

#[tokio::test]
async fn reads_and_functions_name_what_they_pass() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        for (title, pages) in [("Emma", 474), ("Persuasion", 249), ("Lady Susan", 80)] {
            Book::write().title(title).author("Jane Austen").pages(pages).run(&cx).await.unwrap();
        }
        Book::write().title("Middlemarch").author("George Eliot").run(&cx).await.unwrap();
        let titles = |books: Vec<Book>| books.into_iter().map(|it| it.title).collect::<Vec<_>>();

        let austen = || Book::by().author("jane austen");
        assert_eq!(titles(austen().run(&cx).await.unwrap()), ["Emma", "Lady Susan", "Persuasion"]);
        assert_eq!(titles(austen().at_least(200).all(&cx).await.unwrap()), ["Emma", "Persuasion"]);
        assert_eq!(austen().at_least(None).count(&cx).await.unwrap(), 3);

        // What narrows a read may stand before what it is given.
        let narrowed = Book::by().filter(expr!(|it| it.pages < 300)).sort_desc(|it| it.pages).author("jane austen");
        assert_eq!(titles(narrowed.limit(1).run(&cx).await.unwrap()), ["Persuasion"]);
        let thinnest = Book::by().sort(|it| it.pages).load(|it| it.sequel_of()).author("jane austen");
        assert_eq!(thinnest.first(&cx).await.unwrap().map(|it| it.title).as_deref(), Some("Lady Susan"));
        let page = austen().sort(|it| it.title).limit(2).page(&cx).await.unwrap();
        let rest = austen().sort(|it| it.title).after(page.cursors[1].clone()).limit(2).page(&cx).await.unwrap();
        assert_eq!((titles(page.records).len(), titles(rest.records)), (2, vec!["Persuasion".to_owned()]));
        assert_eq!(Book::by().author("George Eliot").one(&cx).await.unwrap().unwrap().title, "Middlemarch");

        let emma = Book::called().load(|it| it.sequel_of()).title("Emma").run(&cx).await.unwrap();
        assert_eq!(emma.map(|it| it.pages), Some(474));
        assert_eq!(Book::cry().times(2).word("ho").run(&cx).await.unwrap(), "hoho!");
        assert_eq!(Book::cry().word("ho").times(1).end("?").run(&cx).await.unwrap(), "ho?");
    })
    .await;
}

#[tokio::test]
async fn a_write_with_all_that_it_needs_can_be_handed_on() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let create: Create<Book> = Book::write().title("Emma").author("Jane Austen").complete();
        assert_eq!(create.run(&cx).await.unwrap().title, "Emma");
    })
    .await;
}
