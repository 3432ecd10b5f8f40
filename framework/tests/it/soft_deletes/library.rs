//! A library whose shelves, authors, books and chapters are deleted for the time being. A book stands on a shelf and is by an author, and goes
//! with either.

use samara::prelude::*;

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Reader,
    Keeper,
}

/// Someone.
#[resource(table = "people")]
#[actor(identity = email)]
pub struct Person {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
    #[attribute(public, default = Role::Reader)]
    pub role: Role,
}

#[actions]
impl Person {
    #[read(primary)]
    fn list();

    #[create(private, accept = [email, role])]
    fn register();
}

#[policies]
impl Person {
    #[policy(always)]
    fn signed_in(actor: Actor<Person>) -> bool {
        actor.is_present()
    }
}

/// Where books stand.
#[resource(table = "shelves", soft_delete)]
#[graphql(type = "Shelf")]
#[admin(group = "Library")]
pub struct Shelf {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique, max_length = 80)]
    pub name: String,
    #[belongs_to(on_delete = cascade)]
    pub room: Option<BelongsTo<Room>>,
    #[has_many(public, key = shelf)]
    pub books: HasMany<Book>,
}

#[actions]
impl Shelf {
    #[read(primary, sort = [name], paginate(keyset, default = 20, max = 50))]
    fn list();

    #[create(accept = [name, room(private)])]
    fn put_up();

    #[update(accept = [name])]
    fn rename();

    #[destroy]
    fn take_down();

    /// Puts it up again, with what stood on it.
    #[update(restore)]
    fn restore();

    /// Throws it away.
    #[destroy(purge)]
    fn purge();
}

#[calculations]
impl Shelf {
    /// How many of its books know that they stand on it.
    #[calculation(public, unrestricted)]
    fn standing(shelf: Row<Shelf>) -> i64 {
        shelf.books().filter(|it| it.shelf().name == shelf.name).count()
    }
}

#[policies]
impl Shelf {
    #[policy(read, anyone)]
    fn everybody() -> bool {
        true
    }

    #[policy(create, update, destroy)]
    fn keepers(actor: Actor<Person>) -> bool {
        actor.role == Role::Keeper
    }
}

/// Where shelves stand. It is removed at once.
#[resource(table = "rooms")]
pub struct Room {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
}

#[actions]
impl Room {
    #[read(primary)]
    fn list();

    #[create(accept = [name])]
    fn build();

    #[destroy]
    fn tear_down();
}

#[policies]
impl Room {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// Who writes books.
#[resource(table = "authors", soft_delete)]
#[graphql(type = "Author")]
pub struct Author {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
    #[has_many(public, key = author)]
    pub books: HasMany<Book>,
}

#[actions]
impl Author {
    #[read(primary)]
    fn list();

    #[create(accept = [name])]
    fn sign();

    #[destroy]
    fn forget();

    #[update(restore)]
    fn restore();
}

#[policies]
impl Author {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// What several books are of.
#[resource(table = "series", soft_delete)]
pub struct Series {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
}

#[actions]
impl Series {
    #[read(primary)]
    fn list();

    #[create(accept = [name])]
    fn start();

    #[destroy]
    fn end();

    #[update(restore)]
    fn restore();
}

#[policies]
impl Series {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// A book, whose mark is known to keepers alone.
#[resource(table = "books", soft_delete, identity(mark_of_book = [mark], message = "this mark is taken"))]
#[graphql(type = "Book")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public, max_length = 80)]
    pub title: String,
    #[attribute(public)]
    pub mark: Guarded<i64>,
    #[attribute(public, default = false)]
    pub secret: bool,
    #[belongs_to(public, on_delete = cascade)]
    pub shelf: BelongsTo<Shelf>,
    #[belongs_to(public, on_delete = cascade)]
    pub author: Option<BelongsTo<Author>>,
    #[belongs_to(on_delete = nilify)]
    pub series: Option<BelongsTo<Series>>,
    #[has_many(public, key = book)]
    pub chapters: HasMany<Chapter>,
}

#[actions]
impl Book {
    #[read(primary, sort = [title], paginate(keyset, default = 20, max = 50))]
    fn list();

    #[create(accept = [title, mark, secret, shelf, author, series(private)])]
    fn add();

    #[destroy]
    fn remove();

    #[update(restore)]
    fn restore();

    #[destroy(purge)]
    fn purge();
}

#[policies]
impl Book {
    #[policy(read)]
    fn in_the_open(book: Row<Book>, actor: Actor<Person>) -> bool {
        !book.secret || actor.role == Role::Keeper
    }

    /// A reader restores what is no secret.
    #[policy(create, update, destroy)]
    fn everybody(book: Row<Book>, actor: Actor<Person>) -> bool {
        actor.role == Role::Keeper || (book.title != "Forbidden" && actor.is_present())
    }

    #[field_policy(mark)]
    fn mark(actor: Actor<Person>) -> bool {
        actor.role == Role::Keeper
    }
}

/// A part of a book.
#[resource(table = "chapters", soft_delete)]
#[graphql(type = "Chapter")]
pub struct Chapter {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[belongs_to(public, on_delete = cascade)]
    pub book: BelongsTo<Book>,
    /// The chapter that it is a part of.
    #[belongs_to(public, on_delete = cascade)]
    pub within: Option<BelongsTo<Chapter>>,
}

#[actions]
impl Chapter {
    #[read(primary, sort = [title])]
    fn list();

    #[create(accept = [title, book, within])]
    fn write();

    #[destroy]
    fn strike();
}

#[policies]
impl Chapter {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// That somebody has a book, which stays as long. It also goes with its shelf, if it says which.
#[resource(table = "loans", soft_delete)]
pub struct Loan {
    #[id]
    pub id: Uuid,
    #[belongs_to(on_delete = restrict)]
    pub book: BelongsTo<Book>,
    #[belongs_to(on_delete = cascade)]
    pub shelf: Option<BelongsTo<Shelf>>,
}

#[actions]
impl Loan {
    #[read(primary)]
    fn list();

    #[create(accept = [book(private), shelf(private)])]
    fn lend();

    #[destroy]
    fn end();
}

#[policies]
impl Loan {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Person, Loan, Chapter, Book, Room, Shelf, Author, Series])]
pub struct Library;

samara::app!(domains = [Library]);
