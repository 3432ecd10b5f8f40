//! Typed calls: inputs are given by their names, in any order; what is not given, what is given as NULL, what is given
//! twice, and writes of several rows.

use samara::call::{self, Complete, Create, Upserted};
use samara::context::Actor;
use samara::error::{Code, Error};
use samara::prelude::*;
use samara::testing::on_both;

/// Something to read.
#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public, min_length = 1)]
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
    #[attribute(public, unique)]
    pub number: Option<String>,
    #[belongs_to(public, on_delete = nilify)]
    pub sequel_of: Option<BelongsTo<Book>>,
}

#[actions]
impl Book {
    #[read(primary, sort = [title])]
    fn list();

    #[create(accept = [title, author, pages, note, shelf, rating, number, sequel_of])]
    fn write();

    #[update(accept = [title, note, shelf, rating, sequel_of])]
    fn revise();

    #[update(accept = [rating], required = [rating], require(|it| it.pages > 100, "it is a leaflet"))]
    fn rate();

    #[destroy]
    fn lose();

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

/// Code and path of each problem.
fn told(error: &Error) -> Vec<(Code, Vec<&str>)> {
    error.problems().iter().map(|it| (it.code, it.path.iter().map(String::as_str).collect())).collect()
}

fn titles(books: &[Book]) -> Vec<&str> {
    books.iter().map(|it| it.title.as_str()).collect()
}

#[tokio::test]
async fn many_calls_create_all_rows_or_none() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let books = |titles: [&str; 3]| call::create_many(titles.map(|it| Book::write().title(it).author("?")));
        let before = cx.statements();
        assert_eq!(titles(&books(["c", "a", "b"]).run(&cx).await.unwrap()), ["c", "a", "b"]);
        assert_eq!(cx.statements() - before, 1);

        let error = books(["d", "", "e"]).run(&cx).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Invalid, vec!["1", "title"])]);
        assert_eq!(Book::query().count(&cx).await.unwrap(), 3);

        let none: [Create<Book>; 0] = [];
        assert!(call::create_many(none).run(&cx).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn many_calls_create_each_row_that_can_be() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let books = ["d", "", "e"].map(|it| Book::write().title(it).author("?"));
        let each = call::create_many(books).each(&cx).await.unwrap();
        let stored: Vec<_> =
            each.iter().map(|it| it.as_ref().map(|it| it.title.as_str()).map_err(Error::code)).collect();
        assert_eq!(stored, [Ok("d"), Err(Code::Invalid), Ok("e")]);
        assert_eq!(Book::query().count(&cx).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_upsert_says_whether_its_row_is_new() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let book = |number: &str, title: &str| Book::write().title(title).author("?").number(number.to_owned());
        let new = call::upsert(book("1", "Ema"), Book::NUMBER, Book::revise).run(&cx).await.unwrap();
        let Upserted::Created(new) = new else { panic!("{new:?}") };
        let old = call::upsert(book("1", "Emma"), Book::NUMBER, Book::revise).run(&cx).await.unwrap();
        let Upserted::Updated(old) = old else { panic!("{old:?}") };
        assert_eq!((old.id, old.title.as_str()), (new.id, "Emma"));

        let many = [book("2", "Persuasion"), book("1", "Emma.")];
        let many = call::upsert_many(many, Book::NUMBER, Book::revise).run(&cx).await.unwrap();
        assert!(matches!(many.as_slice(), [Upserted::Created(_), Upserted::Updated(_)]), "{many:?}");
        let rows: Vec<_> = many.into_iter().map(Upserted::into_row).collect();
        assert_eq!((titles(&rows), rows[1].id), (vec!["Persuasion", "Emma."], new.id));

        let wrong = [book("3", "fine"), book("4", "")];
        let error = call::upsert_many(wrong, Book::NUMBER, Book::revise).run(&cx).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Invalid, vec!["1", "title"])]);
        let given =
            |title| call::upsert(book("1", "given"), Book::NUMBER, move |it| Book::revise(it).title(title).note("own"));
        let given_itself = given("its own").run(&cx).await.unwrap().into_row();
        assert_eq!((given_itself.title.as_str(), given_itself.note.as_deref()), ("its own", Some("own")));
        assert_eq!(told(&given("").run(&cx).await.unwrap_err()), [(Code::Invalid, vec!["title"])]);
        let unknown = call::upsert(book("1", "?"), Book::NUMBER, |it| Book::revise(it).sequel_of(Uuid::now_v7()));
        let guest = engine.context(Actor::Anonymous);
        assert_eq!(told(&unknown.run(&guest).await.unwrap_err()), [(Code::NotFound, vec!["sequel_of_id"])]);
        assert_eq!(Book::query().count(&cx).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_write_of_a_condition_passes_over_what_it_may_not_write() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let books = [("a", 80), ("b", 300), ("c", 500)].map(|it| Book::write().title(it.0).author("?").pages(it.1));
        call::create_many(books).run(&cx).await.unwrap();
        let thin = || Book::query().filter(expr!(|it| it.pages < 400));
        let rated = thin().update(Book::rate, |it| it.rating(3)).run(&cx).await.unwrap();
        assert_eq!((titles(&rated), rated[0].rating), (vec!["b"], Some(3)));
        let error = thin().update(Book::revise, |it| it.title("")).run(&cx).await.unwrap_err();
        assert_eq!(error.code(), Code::Invalid);
        let ordered = thin().limit(1).update(Book::rate, |it| it.rating(4)).run(&cx).await.unwrap_err();
        assert_eq!(ordered.code(), Code::Internal);

        assert_eq!(thin().destroy(Book::lose).run(&cx).await.unwrap(), 2);
        assert_eq!(titles(&Book::query().run(&cx).await.unwrap()), ["c"]);
        assert_eq!(Book::query().destroy(Book::lose).run(&cx).await.unwrap(), 1);
    })
    .await;
}
