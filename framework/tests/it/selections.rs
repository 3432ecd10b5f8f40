//! What typed reads give of each row: a selection of attributes, calculations and related rows, and loads with their own filter, order
//! and limit. What is not selected is not read.

use std::cell::Cell;

use samara::call::{self, Selectable};
use samara::context::{Actor as Acting, Context};
use samara::database::Backend;
use samara::engine::Engine;
use samara::error::Code;
use samara::prelude::*;
use samara::testing::on_both;

/// Who writes.
#[resource(table = "authors", timestamps = false)]
#[actor(identity = email, name = name)]
pub struct Author {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
    #[attribute(public, unique)]
    pub email: Guarded<CiString>,
    /// Seen by themselves alone.
    #[attribute(public, default = false)]
    pub shy: bool,
    #[has_many(public, key = author)]
    pub books: HasMany<Book>,
}

#[actions]
impl Author {
    #[read(primary, sort = [name], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [name, email, shy])]
    fn register();
}

#[policies]
impl Author {
    #[policy(read)]
    fn not_shy(author: Row<Author>, actor: Actor<Author>) -> bool {
        !author.shy || author.id == actor.id
    }

    #[field_policy(email)]
    fn own_email(author: Row<Author>, actor: Actor<Author>) -> bool {
        author.id == actor.id
    }
}

/// What is written.
#[resource(table = "books", timestamps = false)]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub pages: i64,
    #[attribute(public)]
    pub note: Option<String>,
    #[belongs_to(public, on_delete = restrict)]
    pub author: BelongsTo<Author>,
    #[belongs_to(public, on_delete = nilify)]
    pub sequel_of: Option<BelongsTo<Book>>,
    #[has_many(public, key = sequel_of)]
    pub sequels: HasMany<Book>,
}

#[actions]
impl Book {
    #[read(primary, sort = [title], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [title, pages, note, author, sequel_of])]
    fn write();

    #[read(sort = [title], filter(|it, at_least| it.pages >= at_least))]
    fn thick(at_least: i64);

    #[read(get, filter(|it, title| it.title == title))]
    fn called(title: String);
}

#[policies]
impl Book {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[calculations]
impl Book {
    #[calculation(public)]
    fn sheets(book: Row<Book>) -> i64 {
        (book.pages + 1) / 2
    }

    #[calculation(public)]
    fn sequel_count(book: Row<Book>) -> i64 {
        book.sequels().count()
    }

    #[calculation(public)]
    fn letters_to(book: Row<Book>) -> Guarded<CiString> {
        book.author().email
    }

    #[calculation(public)]
    fn printed_address(book: Row<Book>) -> CiString {
        book.author().email
    }

    #[calculation(public)]
    fn letters(book: Row<Book>) -> i64 {
        book.pages * 90_000_000_000_000_000
    }
}

#[domain(resources = [Author, Book])]
pub struct Library;

samara::app!(App, domains = [Library]);

struct Shelf {
    jane: Context,
    emma: Uuid,
}

/// Emma with two sequels, by Jane, and a book by the shy George.
async fn shelf(engine: &Engine) -> Shelf {
    let system = engine.system("tests");
    let author = |name: &str, shy| Author::register().name(name).email(format!("{name}@example.org")).shy(shy);
    let jane = author("jane", false).run(&system).await.unwrap().id;
    let george = author("george", true).run(&system).await.unwrap().id;
    let emma = Book::write().title("Emma").pages(474).note("first").author(jane).run(&system).await.unwrap().id;
    let sequel = |title: &str, pages| Book::write().title(title).pages(pages).author(jane).sequel_of(emma);
    call::create_many([sequel("Emma II", 200), sequel("Emma III", 300)]).run(&system).await.unwrap();
    Book::write().title("Romola").pages(500).author(george).run(&system).await.unwrap();
    Shelf { jane: system.acting_as(jane).await.unwrap(), emma }
}

/// The statements that `work` sends.
async fn sent<T>(cx: &Context, work: impl Future<Output = T>) -> (T, Vec<String>) {
    cx.record_statements();
    let before = cx.recorded_statements().len();
    let result = work.await;
    (result, cx.recorded_statements().split_off(before))
}

#[tokio::test]
async fn attributes_and_calculations_are_read_as_they_are_declared() {
    on_both(&App::application(), async |engine| {
        let Shelf { jane, .. } = shelf(&engine).await;
        let (read, statements) =
            sent(&jane, Book::query().select(|it| (it.title, it.sheets(), it.note)).limit(2).all(&jane)).await;
        let read: Vec<(String, i64, Option<String>)> = read.unwrap();
        assert_eq!(read, [("Emma".into(), 237, Some("first".into())), ("Emma II".into(), 100, None)]);
        assert_eq!(statements.len(), 1);

        let titles: Vec<String> =
            Book::query().select(|it| it.title).sort_desc(|it| it.pages).all(&jane).await.unwrap();
        assert_eq!(titles, ["Romola", "Emma", "Emma III", "Emma II"]);
        let nested: Option<((Uuid, String), (i64,))> =
            Book::query().select(|it| ((it.author_id, it.title), (it.sequel_count(),))).first(&jane).await.unwrap();
        assert_eq!(nested, Some(((jane.actor_id().unwrap(), "Emma".into()), (2,))));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_selected_is_not_read() {
    on_both(&App::application(), async |engine| {
        let Shelf { jane, emma } = shelf(&engine).await;
        let mut text = String::new();
        let mut told = |name: &str, statements: Vec<String>| {
            text.push_str(&format!("# {name}\n{};\n\n", statements.join(";\n")));
        };
        told("an attribute", sent(&jane, Book::query().select(|it| it.title).all(&jane)).await.1);
        told("a calculation alone", sent(&jane, Book::query().select(|it| it.sheets()).first(&jane)).await.1);
        told("a calculation that it is sorted by too", {
            let read = Book::query().select(|it| it.sheets()).sort(|it| it.sheets()).limit(1);
            sent(&jane, read.all(&jane)).await.1
        });
        told(
            "the row and a calculation",
            sent(&jane, Book::get(emma).select(|it| (it, it.sheets())).run(&jane)).await.1,
        );
        told("a guarded attribute", sent(&jane, Author::query().select(|it| it.email).all(&jane)).await.1);
        told("parts of related rows", {
            let read = Book::get(emma).select(|it| {
                let sequels = it.sequels().filter(expr!(|it| it.pages > 100)).sort_desc(|it| it.pages).limit(3);
                (it.title, it.author().select(|it| it.name), sequels.select(|it| it.title))
            });
            sent(&jane, read.run(&jane)).await.1
        });
        told("a count", sent(&jane, Book::query().select(|it| (it.title, it.author())).count(&jane)).await.1);
        let database = match engine.database().capability().backend {
            Backend::Postgres => "postgres",
            Backend::Sqlite => "sqlite",
        };
        insta::assert_snapshot!(format!("selected_on_{database}"), text);
    })
    .await;
}

#[tokio::test]
async fn the_row_itself_can_be_selected_beside_calculations() {
    on_both(&App::application(), async |engine| {
        let Shelf { jane, emma } = shelf(&engine).await;
        let read =
            Book::get(emma).load(|it| it.author()).select(|it| (it.title, it, it.sheets(), it.title, it.sheets()));
        let (title, book, sheets, again, sheets_again) = read.run(&jane).await.unwrap().unwrap();
        assert_eq!((title.as_str(), sheets, again.as_str(), sheets_again), ("Emma", 237, "Emma", 237));
        assert_eq!((book.title.as_str(), book.pages), ("Emma", 474));
        assert_eq!(book.author.get().unwrap().map(|it| it.name.as_str()), Some("jane"));

        let (one, other) = Book::get(emma).select(|it| (it, it)).run(&jane).await.unwrap().unwrap();
        assert_eq!((one.id, one.title), (other.id, other.title));
    })
    .await;
}

#[tokio::test]
async fn related_rows_are_selected_whole_or_in_parts() {
    on_both(&App::application(), async |engine| {
        let Shelf { jane, .. } = shelf(&engine).await;
        let before = jane.statements();
        let read = Book::query().select(|it| {
            let thin = it.sequels().filter(expr!(|it| it.pages < 250)).select(|it| it.title);
            let thickest = it.sequels().sort_desc(|it| it.sheets()).limit(1);
            let first = it.sequel_of().select(|it| (it.title, it.author().select(|it| it.name)));
            (it.title, it.author(), first, thin, thickest)
        });
        type Row = (String, Option<Author>, Option<(String, Option<String>)>, Vec<String>, Vec<Book>);
        let rows: Vec<Row> = read.all(&jane).await.unwrap();
        // The rows; and for each relationship that is named one more, the author of what it is a sequel of included.
        assert_eq!(jane.statements() - before, 6);

        let (title, author, first, thin, thickest) = &rows[0];
        assert_eq!((title.as_str(), first), ("Emma", &None));
        assert_eq!(author.as_ref().map(|it| it.name.as_str()), Some("jane"));
        assert_eq!((thin.as_slice(), thickest.len()), (["Emma II".to_owned()].as_slice(), 1));
        assert_eq!(thickest[0].title, "Emma III");
        let (title, _, first, thin, thickest) = &rows[1];
        assert_eq!((title.as_str(), thin.len(), thickest.len()), ("Emma II", 0, 0));
        assert_eq!(first, &Some(("Emma".to_owned(), Some("jane".to_owned()))));
    })
    .await;
}

#[tokio::test]
async fn what_is_hidden_is_told_as_in_whole_rows() {
    on_both(&App::application(), async |engine| {
        let Shelf { jane, .. } = shelf(&engine).await;
        let guest = engine.context(Acting::Anonymous);
        let emails: Vec<Guarded<CiString>> = Author::query().select(|it| it.email).all(&guest).await.unwrap();
        assert_eq!(emails, [Guarded::hidden()]);
        let emails = Author::query().select(|it| it.email).all(&jane).await.unwrap();
        assert_eq!(emails, [Guarded::shown("jane@example.org".into())]);

        // Her author is nobody's to read: there is no row where one is selected, and what was worked out of it is hidden.
        let romola = || Book::query().filter(expr!(|it| it.title == "Romola"));
        let hidden = romola().select(|it| (it.author(), it.author().select(|it| it.name), it.letters_to()));
        let (whole, name, letters_to) = hidden.one(&jane).await.unwrap().unwrap();
        assert!(whole.is_none() && name.is_none() && letters_to.is_hidden());
        let shown = Book::called().title("Emma").select(|it| (it.letters_to(), it.printed_address()));
        let (letters_to, printed) = shown.run(&jane).await.unwrap().unwrap();
        assert_eq!((letters_to.get(), printed.as_str()), (Some(&"jane@example.org".into()), "jane@example.org"));

        // A calculation whose type does not say that it may be hidden.
        let error = romola().select(|it| it.printed_address()).all(&jane).await.unwrap_err();
        assert_eq!(error.code(), Code::Forbidden);
        assert_eq!(error.problems()[0].fields, ["printed_address"]);
    })
    .await;
}

#[tokio::test]
async fn loaded_rows_have_their_own_filter_order_limit_and_loads() {
    on_both(&App::application(), async |engine| {
        let Shelf { jane, emma } = shelf(&engine).await;
        let titles = |books: &[Book]| books.iter().map(|it| it.title.clone()).collect::<Vec<_>>();
        let before = jane.statements();
        let read = Author::query().load(|it| {
            let books = it.books().filter(expr!(|it| it.pages > 250)).sort_desc(|it| it.title).limit(2);
            books.load(|it| it.sequels().load(|it| it.author())).load(|it| it.sequel_of())
        });
        let authors = read.all(&jane).await.unwrap();
        assert_eq!(jane.statements() - before, 5);
        let books = authors[0].books.get().unwrap();
        assert_eq!(titles(books), ["Emma III", "Emma"]);
        assert_eq!(books[0].sequel_of.as_ref().unwrap().get().unwrap().map(|it| it.id), Some(emma));
        assert!(books[1].sequel_of.is_none());
        let sequels = books[1].sequels.get().unwrap();
        assert_eq!(titles(sequels), ["Emma II", "Emma III"]);
        assert_eq!(sequels[0].author.get().unwrap().map(|it| it.name.as_str()), Some("jane"));
        assert!(!sequels[0].sequels.is_loaded() && !books[0].author.is_loaded());
        let author = || -> Result<bool> { Ok(books[0].author.get()?.is_some()) };
        assert_eq!(author().unwrap_err().code(), Code::Internal, "what was not loaded is a mistake of the program");

        // Each row has a limit of its own, and of a relationship that is loaded twice the last holds.
        let before = jane.statements();
        let twice = Book::get(emma).load(|it| it.sequels()).load(|it| it.sequels().limit(1)).run(&jane).await.unwrap();
        assert_eq!(titles(twice.unwrap().sequels.get().unwrap()), ["Emma II"]);
        assert_eq!(jane.statements() - before, 2);
        let selected =
            Book::query().select(|it| it.author().load(|it| it.books().limit(1))).first(&jane).await.unwrap();
        assert_eq!(titles(selected.flatten().unwrap().books.get().unwrap()), ["Emma"]);
    })
    .await;
}

#[tokio::test]
async fn a_selection_ends_as_a_read_of_whole_rows_does() {
    on_both(&App::application(), async |engine| {
        let Shelf { jane, emma } = shelf(&engine).await;
        let titles = || Book::query().select(|it| it.title);
        let page = titles().limit(3).page(&jane).await.unwrap();
        assert_eq!((page.records.len(), page.cursors.len(), page.has_next), (3, 3, true));
        let rest = titles().after(page.cursors[2].clone()).limit(3).run(&jane).await.unwrap();
        assert_eq!(rest, ["Romola"]);
        assert_eq!(titles().count(&jane).await.unwrap(), 4);
        assert_eq!(titles().filter(expr!(|it| it.pages > 480)).one(&jane).await.unwrap().as_deref(), Some("Romola"));
        assert_eq!(titles().one(&jane).await.unwrap_err().code(), Code::Conflict);
        assert_eq!(titles().limit(251).all(&jane).await.unwrap_err().code(), Code::LimitExceeded);

        let thick = Book::thick().at_least(400).select(|it| it.title).sort_desc(|it| it.title);
        assert_eq!(thick.run(&jane).await.unwrap(), ["Romola", "Emma"]);
        assert_eq!(Book::get(emma).select(|it| it.pages).run(&jane).await.unwrap(), Some(474));
        assert_eq!(Book::get(Uuid::now_v7()).select(|it| it.pages).run(&jane).await.unwrap(), None);
        let locked = jane.transaction(async |cx| titles().for_update().limit(1).all(cx).await);
        assert_eq!(locked.await.unwrap(), ["Emma"]);
    })
    .await;
}

#[tokio::test]
async fn a_part_that_cannot_be_worked_out_is_the_error_of_the_read() {
    on_both(&App::application(), async |engine| {
        let Shelf { jane, emma } = shelf(&engine).await;
        let error = Book::get(emma).select(|it| (it.title, it.letters())).run(&jane).await.unwrap_err();
        assert_eq!((error.code(), error.problems()[0].fields.as_slice()), (Code::Invalid, &["letters".to_owned()][..]));
        let related = Book::get(emma).select(|it| it.sequels().select(|it| it.letters())).run(&jane).await;
        assert_eq!(related.unwrap_err().code(), Code::Invalid);
        let sequels = Book::get(emma).select(|it| it.sequels().limit(1000)).run(&jane).await;
        assert_eq!(sequels.unwrap_err().code(), Code::LimitExceeded);
    })
    .await;
}

#[tokio::test]
async fn parts_of_another_row_are_refused() {
    on_both(&App::application(), async |engine| {
        let Shelf { jane, emma } = shelf(&engine).await;
        let outer: Cell<Option<Selectable<Book>>> = Cell::new(None);
        let kept = |it: Selectable<Book>| outer.replace(Some(it)).unwrap_or(it);
        Book::query().select(|it| kept(it).title).all(&jane).await.unwrap();
        let condition: Cell<Option<Expr<bool>>> = Cell::new(None);
        let keep = |it: Expr<bool>| condition.replace(Some(it)).unwrap_or(it);
        Book::query().filter(|it| keep(samara::expr::eq(&it.title, "Emma"))).all(&jane).await.unwrap();
        let refused = [
            Book::query().select(|it| kept(it).title).all(&jane).await.err(),
            Book::query().select(|it| kept(it).sheets()).all(&jane).await.err(),
            Book::query().select(kept).all(&jane).await.err(),
            Book::query().select(|it| kept(it).author()).all(&jane).await.err(),
            Book::query().sort(|it| kept(it).title).all(&jane).await.err(),
            Book::query().load(|it| kept(it).author()).all(&jane).await.err(),
            Book::get(emma).select(|it| it.sequels().select(|_| it.title)).run(&jane).await.err(),
            Book::get(emma).select(|it| it.author().load(|_| it.sequels())).run(&jane).await.err(),
            Book::get(emma).load(|it| it.sequels().filter(|_| condition.get().unwrap())).run(&jane).await.err(),
            // The row that its author is to be loaded into is not selected.
            Book::query().load(|it| it.author()).select(|it| it.title).all(&jane).await.err(),
        ];
        for (index, error) in refused.into_iter().enumerate() {
            assert_eq!(error.map(|it| it.code()), Some(Code::Internal), "{index}");
        }
    })
    .await;
}
