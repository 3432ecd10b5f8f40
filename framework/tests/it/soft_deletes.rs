//! Rows that are deleted for the time being: there for nobody, and back with what went with them.

mod library;

use library::{App, Author, Book, Chapter, Loan, Person, Role, Room, Series, Shelf};
use samara::context::{Actor, Context};
use samara::engine::Engine;
use samara::error::{Code, Error};
use samara::graphql::{Api, Options, Request};
use samara::prelude::{CiString, Uuid, expr};
use samara::table::{RowCondition, declared};
use samara::testing::on_both;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value as Js, json};
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

use super::support::contention::somebody_waits;

/// A shelf with two books, one of them of two chapters.
struct Stock {
    engine: Engine,
    system: Context,
    keeper: Context,
    reader: Context,
    anonymous: Context,
    shelf: Uuid,
    author: Uuid,
    dune: Uuid,
    emma: Uuid,
}

impl Stock {
    async fn new(engine: Engine) -> Self {
        let system = engine.system("tests");
        let person = async |name: &str, role| {
            let email = CiString::new(format!("{name}@example.org"));
            let person = Person::register().email(email).role(role).run(&system).await.unwrap();
            system.acting_as(person.id).await.unwrap()
        };
        let (keeper, reader) = (person("keeper", Role::Keeper).await, person("reader", Role::Reader).await);
        let shelf = Shelf::put_up().name("Novels").run(&keeper).await.unwrap().id;
        let author = Author::sign().name("Jane").run(&keeper).await.unwrap().id;
        let dune = Book::add().title("Dune").mark(1).shelf(shelf).run(&keeper).await.unwrap().id;
        let emma = Book::add().title("Emma").mark(2).shelf(shelf).author(author).run(&keeper).await.unwrap().id;
        let first = Chapter::write().title("One").book(emma).run(&keeper).await.unwrap().id;
        Chapter::write().title("Part").book(emma).within(first).run(&keeper).await.unwrap();
        let anonymous = engine.context(Actor::Anonymous);
        Self { engine, system, keeper, reader, anonymous, shelf, author, dune, emma }
    }

    fn all(&self) -> [&Context; 4] {
        [&self.anonymous, &self.reader, &self.keeper, &self.system]
    }

    /// Which books and chapters there are.
    async fn there(&self) -> (Vec<String>, Vec<String>) {
        let books = Book::list().select(|it| it.title).all(&self.system).await.unwrap();
        (books, Chapter::list().select(|it| it.title).all(&self.system).await.unwrap())
    }

    async fn ask(&self, cx: &Context, operation: &str) -> Js {
        let api = Api::new(self.engine.clone(), Options::default()).unwrap();
        let response = api.execute(cx, Request::new(operation)).await;
        serde_json::from_slice(&response.body).unwrap()
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

/// Codes and fields of all problems.
fn told(error: &Error) -> Vec<(Code, String)> {
    error.problems().iter().map(|it| (it.code, it.fields.join(","))).collect()
}

#[tokio::test]
async fn a_deleted_row_is_there_for_nobody() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        let gone = Shelf::take_down(it.shelf).run(&it.keeper).await.unwrap();
        // It is answered as it was.
        assert_eq!((gone.name.as_str(), gone.deleted_at), ("Novels", None));
        for cx in it.all() {
            for _ in 0..2 {
                assert_eq!(Shelf::list().all(cx).await.unwrap().len(), 0);
                assert_eq!(Book::list().count(cx).await.unwrap(), 0);
            }
            assert!(Shelf::get(it.shelf).run(cx).await.unwrap().is_none());
            let authors = Author::query().select(|it| it.books()).all(cx).await.unwrap();
            assert!(authors[0].is_empty());
            assert_eq!(Author::query().filter(expr!(|it| it.books().any(|_| true))).count(cx).await.unwrap(), 0);
        }
        for cx in [&it.keeper, &it.system] {
            assert_eq!(Shelf::rename(it.shelf).name("X").run(cx).await.unwrap_err().code(), Code::NotFound);
            assert_eq!(Shelf::take_down(it.shelf).run(cx).await.unwrap_err().code(), Code::NotFound);
            let error = Book::add().title("C").mark(3).shelf(it.shelf).run(cx).await.unwrap_err();
            assert_eq!(told(&error), [(Code::NotFound, "shelf_id".into())]);
        }
        // What it is called is free.
        Shelf::put_up().name("Novels").run(&it.keeper).await.unwrap();
        let error = Shelf::put_up().name("Novels").run(&it.keeper).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Conflict, "name".into())]);
    })
    .await;
}

#[tokio::test]
async fn the_framework_alone_reads_deleted_rows_beside_others() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        Book::remove(it.dune).run(&it.keeper).await.unwrap();
        let all = Book::query().including_deleted().sort(|it| it.title).all(&it.system).await.unwrap();
        let all: Vec<_> = all.iter().map(|it| (it.title.as_str(), it.deleted_at.is_some())).collect();
        assert_eq!(all, [("Dune", true), ("Emma", false)]);
        // The same read without the word is another one.
        assert_eq!(Book::query().sort(|it| it.title).all(&it.system).await.unwrap().len(), 1);
        let error = Book::query().including_deleted().all(&it.keeper).await.unwrap_err();
        assert_eq!(error.code(), Code::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn who_may_restore_a_row_reads_it_among_the_deleted_ones() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        let add = |title: &str, mark| Book::add().title(title).mark(mark).shelf(it.shelf);
        let forbidden = add("Forbidden", 5).run(&it.keeper).await.unwrap().id;
        let secret = add("Secret", 6).secret(true).run(&it.keeper).await.unwrap().id;
        for book in [it.dune, forbidden, secret] {
            Book::remove(book).run(&it.keeper).await.unwrap();
        }
        let read = |cx| Book::query().deleted().sort(|it| it.title).select(|it| it.title).all(cx);
        assert_eq!(read(&it.anonymous).await.unwrap(), names(&[]));
        assert_eq!(read(&it.reader).await.unwrap(), names(&["Dune"]));
        for cx in [&it.keeper, &it.system] {
            assert_eq!(read(cx).await.unwrap(), names(&["Dune", "Forbidden", "Secret"]));
        }
    })
    .await;
}

/// Page by page, also where a cursor names a row because its reader may not know what it is ordered by.
#[tokio::test]
async fn deleted_rows_come_in_pages() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        Book::query().destroy(Book::remove).run(&it.keeper).await.unwrap();
        for cx in [&it.keeper, &it.reader] {
            let read = || Book::query().deleted().sort(|it| it.mark).limit(1);
            let first = read().page(cx).await.unwrap();
            assert_eq!((first.records.len(), first.has_next), (1, true));
            let next = read().after(first.cursors[0].clone()).page(cx).await.unwrap();
            assert_eq!((next.records.len(), next.has_next), (1, false));
            assert_ne!(first.records[0].id, next.records[0].id);
        }
    })
    .await;
}

#[tokio::test]
async fn what_goes_with_a_row_comes_back_with_it() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        // It went before, by itself.
        Book::remove(it.dune).run(&it.keeper).await.unwrap();
        Shelf::take_down(it.shelf).run(&it.keeper).await.unwrap();
        assert_eq!(it.there().await, (names(&[]), names(&[])));
        let back = Shelf::restore(it.shelf).run(&it.keeper).await.unwrap();
        assert_eq!((back.name.as_str(), back.deleted_at), ("Novels", None));
        assert_eq!(it.there().await, (names(&["Emma"]), names(&["One", "Part"])));
        Book::restore(it.dune).run(&it.keeper).await.unwrap();
        assert_eq!(it.there().await.0, names(&["Dune", "Emma"]));
    })
    .await;
}

/// In one request everything has one time: that does not tell deletions from each other.
#[tokio::test]
async fn deletions_of_one_request_are_several() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        let cx = it.system.clone();
        Book::remove(it.dune).run(&cx).await.unwrap();
        Shelf::take_down(it.shelf).run(&cx).await.unwrap();
        Shelf::restore(it.shelf).run(&cx).await.unwrap();
        assert_eq!(it.there().await.0, names(&["Emma"]));
    })
    .await;
}

/// A row of two parents is there only while both are, in whatever order they go and come back.
#[tokio::test]
async fn a_row_comes_back_once_all_that_it_goes_with_are_there() {
    for (shelf_goes_first, shelf_comes_first) in [(true, true), (true, false), (false, true), (false, false)] {
        on_both(&App::application(), async |engine| {
            let it = Stock::new(engine).await;
            let shelf = async || drop(Shelf::take_down(it.shelf).run(&it.keeper).await.unwrap());
            let author = async || drop(Author::forget(it.author).run(&it.keeper).await.unwrap());
            if shelf_goes_first {
                shelf().await;
                author().await;
            } else {
                author().await;
                shelf().await;
            }
            if shelf_comes_first {
                Shelf::restore(it.shelf).run(&it.keeper).await.unwrap();
                assert_eq!(it.there().await, (names(&["Dune"]), names(&[])));
                Author::restore(it.author).run(&it.keeper).await.unwrap();
            } else {
                Author::restore(it.author).run(&it.keeper).await.unwrap();
                assert_eq!(it.there().await, (names(&[]), names(&[])));
                Shelf::restore(it.shelf).run(&it.keeper).await.unwrap();
            }
            assert_eq!(it.there().await, (names(&["Dune", "Emma"]), names(&["One", "Part"])));
        })
        .await;
    }
}

#[tokio::test]
async fn a_row_does_not_come_back_without_what_it_belongs_to() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        Shelf::take_down(it.shelf).run(&it.keeper).await.unwrap();
        let error = Book::restore(it.dune).run(&it.keeper).await.unwrap_err();
        assert_eq!(told(&error), [(Code::NotFound, "shelf_id".into())]);
        assert_eq!(it.there().await.0, names(&[]));
        Shelf::restore(it.shelf).run(&it.keeper).await.unwrap();
        assert_eq!(it.there().await.0, names(&["Dune", "Emma"]));
    })
    .await;
}

#[tokio::test]
async fn what_points_by_nilify_points_at_nothing() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        let series = Series::start().name("S").run(&it.keeper).await.unwrap().id;
        let add = |title: &str, mark| Book::add().title(title).mark(mark).shelf(it.shelf).series(series);
        let stays = add("Stays", 7).run(&it.keeper).await.unwrap().id;
        let gone = add("Gone", 8).run(&it.keeper).await.unwrap().id;
        Book::remove(gone).run(&it.keeper).await.unwrap();
        Series::end(series).run(&it.keeper).await.unwrap();
        assert_eq!(Book::get(stays).run(&it.keeper).await.unwrap().unwrap().series_id, None);
        assert_eq!(Book::restore(gone).run(&it.keeper).await.unwrap().series_id, None);
        Series::restore(series).run(&it.keeper).await.unwrap();
        assert_eq!(Book::get(stays).run(&it.keeper).await.unwrap().unwrap().series_id, None);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_is_needed_stays() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        let loan = Loan::lend().book(it.emma).run(&it.keeper).await.unwrap().id;
        // By itself, with its shelf, and among others.
        assert_eq!(told(&Book::remove(it.emma).run(&it.keeper).await.unwrap_err()), [(Code::Conflict, String::new())]);
        assert_eq!(
            told(&Shelf::take_down(it.shelf).run(&it.keeper).await.unwrap_err()),
            [(Code::Conflict, String::new())]
        );
        let book = it.engine.app().find("Book").unwrap();
        let error = it.keeper.destroy_many(book, "remove", [it.dune, it.emma], Default::default()).await.unwrap_err();
        assert_eq!(error.problems()[0].path, ["1"]);
        assert_eq!(it.there().await, (names(&["Dune", "Emma"]), names(&["One", "Part"])));
        // A deleted one needs nothing.
        Loan::end(loan).run(&it.keeper).await.unwrap();
        Shelf::take_down(it.shelf).run(&it.keeper).await.unwrap();
        assert_eq!(it.there().await.0, names(&[]));
    })
    .await;
}

/// Whatever the order of resources and of relationships.
#[tokio::test]
async fn what_goes_itself_keeps_nothing_back() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        Loan::lend().book(it.emma).shelf(it.shelf).run(&it.keeper).await.unwrap();
        assert_eq!(Book::remove(it.emma).run(&it.keeper).await.unwrap_err().code(), Code::Conflict);
        Shelf::take_down(it.shelf).run(&it.keeper).await.unwrap();
        assert_eq!(Loan::query().count(&it.system).await.unwrap(), 0);
        Shelf::restore(it.shelf).run(&it.keeper).await.unwrap();
        assert_eq!(Loan::query().count(&it.system).await.unwrap(), 1);
    })
    .await;
}

/// A row that was reached from a deleted one does not lead back to it.
#[tokio::test]
async fn nothing_leads_back_to_a_deleted_row() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        assert_eq!(Shelf::get(it.shelf).select(|it| it.standing()).run(&it.keeper).await.unwrap(), Some(2));
        Shelf::take_down(it.shelf).run(&it.keeper).await.unwrap();
        // Its books are deleted too; one of them is led back by hand, as if it had been made at the same time.
        let sql = "UPDATE books SET deleted_at = NULL WHERE title = 'Dune'";
        it.system.unpoliced("what no action does").execute_unprepared(sql).await.unwrap();
        let read = || Shelf::query().select(|it| it.standing());
        assert_eq!(read().deleted().all(&it.keeper).await.unwrap(), [0]);
        assert_eq!(read().including_deleted().all(&it.system).await.unwrap(), [0]);
    })
    .await;
}

#[tokio::test]
async fn a_purged_row_is_answered_and_gone() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        let purge = format!(
            "mutation {{ purgeShelf(id: \"{}\") {{ result {{ name standing }} errors {{ code }} }} }}",
            it.shelf
        );
        // Of a row that exists there is nothing to purge.
        let answer = it.ask(&it.keeper, &purge).await;
        assert_eq!(answer["data"]["purgeShelf"], json!({ "result": null, "errors": [{ "code": "NOT_FOUND" }] }));
        let down = format!(
            "mutation {{ takeShelfDown(id: \"{}\") {{ result {{ name standing }} errors {{ code }} }} }}",
            it.shelf
        );
        let answer = it.ask(&it.keeper, &down).await;
        let result = json!({ "result": { "name": "Novels", "standing": 2 }, "errors": [] });
        assert_eq!(answer["data"]["takeShelfDown"], result);
        let answer = it.ask(&it.keeper, &purge).await;
        let result = json!({ "result": { "name": "Novels", "standing": 0 }, "errors": [] });
        assert_eq!(answer["data"]["purgeShelf"], result);
        assert_eq!(Shelf::query().including_deleted().count(&it.system).await.unwrap(), 0);
        // The database took along what pointed at it.
        assert_eq!(Book::query().including_deleted().count(&it.system).await.unwrap(), 0);
        // A typed call answers it too.
        let shelf = Shelf::put_up().name("Poems").run(&it.keeper).await.unwrap().id;
        Shelf::take_down(shelf).run(&it.keeper).await.unwrap();
        assert_eq!(Shelf::purge(shelf).run(&it.keeper).await.unwrap().name, "Poems");
    })
    .await;
}

#[tokio::test]
async fn graphql_restores() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        Shelf::take_down(it.shelf).run(&it.keeper).await.unwrap();
        let restore = format!(
            "mutation {{ restoreShelf(id: \"{}\") {{ result {{ name standing books {{ nodes {{ title }} }} }} errors {{ code }} }} }}",
            it.shelf
        );
        let answer = it.ask(&it.keeper, &restore).await;
        let books = json!({ "nodes": [{ "title": "Dune" }, { "title": "Emma" }] });
        let result = json!({ "result": { "name": "Novels", "standing": 2, "books": books }, "errors": [] });
        assert_eq!(answer["data"]["restoreShelf"], result);
        let answer = it.ask(&it.keeper, &restore).await;
        assert_eq!(answer["data"]["restoreShelf"]["errors"], json!([{ "code": "NOT_FOUND" }]));
    })
    .await;
}

/// A deleted row does not exist for whoever may not restore it: as one that never did.
#[tokio::test]
async fn a_deleted_row_is_not_told_of() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        let forbidden = Book::add().title("Forbidden").mark(5).shelf(it.shelf).run(&it.keeper).await.unwrap().id;
        Book::remove(forbidden).run(&it.keeper).await.unwrap();
        for id in [forbidden, Uuid::now_v7()] {
            assert_eq!(Book::restore(id).run(&it.reader).await.unwrap_err().code(), Code::NotFound);
            assert_eq!(Book::purge(id).run(&it.reader).await.unwrap_err().code(), Code::NotFound);
        }
        // Who may restore no shelf at all.
        Shelf::take_down(it.shelf).run(&it.keeper).await.unwrap();
        for id in [it.shelf, Uuid::now_v7()] {
            assert_eq!(Shelf::restore(id).run(&it.reader).await.unwrap_err().code(), Code::NotFound);
            assert_eq!(Shelf::restore(id).run(&it.anonymous).await.unwrap_err().code(), Code::Unauthenticated);
        }
        let shelf = it.engine.app().find("Shelf").unwrap();
        assert!(it.keeper.can(shelf, "restore", Some(it.shelf.into())).await.unwrap());
        assert!(!it.keeper.can(shelf, "rename", Some(it.shelf.into())).await.unwrap());
        assert!(!it.reader.can(shelf, "restore", Some(it.shelf.into())).await.unwrap());
        let actions = ["rename", "restore", "purge"];
        let living = Shelf::put_up().name("Poems").run(&it.keeper).await.unwrap().id;
        let can = it.keeper.can_each(shelf, &actions, [it.shelf, living]).await.unwrap();
        assert_eq!(can, [[false, true, true], [true, false, false]]);
    })
    .await;
}

/// What was made meanwhile stays, and nobody is told more of it than they may read.
#[tokio::test]
async fn what_is_taken_meanwhile_keeps_back() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        Book::remove(it.dune).run(&it.keeper).await.unwrap();
        let other = Shelf::put_up().name("Other").run(&it.keeper).await.unwrap().id;
        let taken = Book::add().title("Taken").mark(1).shelf(other).run(&it.keeper).await.unwrap().id;
        let error = Book::restore(it.dune).run(&it.keeper).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Conflict, "mark".into())]);
        assert_eq!(error.problems()[0].message, "this mark is taken");
        // With its shelf nothing is said of its fields.
        Book::remove(taken).run(&it.keeper).await.unwrap();
        Book::restore(it.dune).run(&it.keeper).await.unwrap();
        Shelf::take_down(it.shelf).run(&it.keeper).await.unwrap();
        Book::restore(taken).run(&it.keeper).await.unwrap();
        let error = Shelf::restore(it.shelf).run(&it.keeper).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Conflict, String::new())]);
        assert_eq!(it.there().await.0, names(&["Taken"]));
        assert!(Shelf::get(it.shelf).run(&it.keeper).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn several_rows_go_and_come_back() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        let gone = Book::query().destroy(Book::remove).run(&it.keeper).await.unwrap();
        assert_eq!(gone, 2);
        assert_eq!(it.there().await, (names(&[]), names(&[])));
        let back = Book::query().filter(expr!(|it| it.title == "Emma")).update(Book::restore, |it| it);
        assert_eq!(back.run(&it.keeper).await.unwrap().len(), 1);
        assert_eq!(it.there().await, (names(&["Emma"]), names(&["One", "Part"])));
        let error = Book::query().including_deleted().destroy(Book::remove).run(&it.system).await.unwrap_err();
        assert_eq!(error.code(), Code::Internal);
    })
    .await;
}

/// A row that is being deleted is not pointed at meanwhile, or takes along what points at it.
#[tokio::test]
async fn nothing_is_left_to_point_at_what_goes() {
    for deletes_first in [true, false] {
        on_both(&App::application(), async |engine| {
            let it = Stock::new(engine).await;
            let (begun, ended) = (Notify::new(), AtomicBool::new(false));
            let delete = async |cx: &Context| Shelf::take_down(it.shelf).run(cx).await.map(drop);
            let add = async |cx: &Context| Book::add().title("Late").mark(9).shelf(it.shelf).run(cx).await.map(drop);
            let first = it.keeper.transaction(async |cx| {
                if deletes_first {
                    delete(cx).await?
                } else {
                    add(cx).await?
                }
                begun.notify_one();
                while !ended.load(Ordering::Relaxed) && !somebody_waits(&it.engine).await {
                    tokio::task::yield_now().await;
                }
                Ok(())
            });
            let second = async {
                begun.notified().await;
                let result = if deletes_first { add(&it.system).await } else { delete(&it.system).await };
                ended.store(true, Ordering::Relaxed);
                result
            };
            let (first, second) = tokio::join!(first, second);
            first.unwrap();
            match deletes_first {
                true => assert_eq!(told(&second.unwrap_err()), [(Code::NotFound, "shelf_id".into())]),
                false => second.unwrap(),
            }
            assert_eq!(it.there().await.0, names(&[]));
        })
        .await;
    }
}

/// One statement for each relationship, however many rows there are.
#[tokio::test]
async fn a_deletion_takes_as_many_statements_as_relationships() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        let empty = Shelf::put_up().name("Empty").run(&it.keeper).await.unwrap().id;
        let counted = async |shelf| {
            let before = it.engine.database().statements();
            Shelf::take_down(shelf).run(&it.keeper).await.unwrap();
            it.engine.database().statements() - before
        };
        // BEGIN, the shelf, its books, its loans, who restricts books and loans of them, COMMIT.
        let few = counted(empty).await;
        for mark in 10..40 {
            Book::add().title("More").mark(mark).shelf(it.shelf).run(&it.keeper).await.unwrap();
        }
        let many = counted(it.shelf).await;
        assert!(few < many && many < 20, "{few} and {many} statements");
    })
    .await;
}

/// What is removed at once takes along what is deleted for the time being.
#[tokio::test]
async fn a_row_goes_for_good_with_one_that_does() {
    on_both(&App::application(), async |engine| {
        let it = Stock::new(engine).await;
        let room = Room::build().name("Hall").run(&it.keeper).await.unwrap().id;
        for name in ["A", "B"] {
            let shelf = Shelf::put_up().name(name).room(room).run(&it.keeper).await.unwrap().id;
            if name == "B" {
                Shelf::take_down(shelf).run(&it.keeper).await.unwrap();
            }
        }
        Room::tear_down(room).run(&it.keeper).await.unwrap();
        assert_eq!(Shelf::query().including_deleted().count(&it.system).await.unwrap(), 1);
    })
    .await;
}

#[test]
fn an_identity_is_unique_among_the_living() {
    let tables = declared(&App::application().ir);
    let shelves = tables.iter().find(|it| it.name == "shelves").unwrap();
    let unique = shelves.indexes.iter().find(|it| it.unique).unwrap();
    assert_eq!(unique.only, Some(RowCondition::is_null("deleted_at")));
}
