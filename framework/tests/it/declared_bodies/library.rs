//! A small library: readers, and books that they own and review.

use samara::prelude::*;

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Member,
    Librarian,
}

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Thin,
    Thick,
}

/// Someone who reads.
#[resource(table = "readers")]
#[actor(identity = email)]
pub struct Reader {
    #[id]
    pub id: Uuid,
    #[attribute(public, default = "somebody")]
    pub name: String,
    #[attribute(public, unique)]
    pub email: Guarded<CiString>,
    #[attribute(public, default = Role::Member)]
    pub role: Role,
    #[attribute(public)]
    pub age: Option<i64>,
    #[has_many(public, key = owner)]
    pub books: HasMany<Book>,
}

#[actions]
impl Reader {
    #[read(primary)]
    fn list();

    #[create(private, accept = [email, name, age])]
    fn register();

    #[update(accept = [name], change = keep_old_name)]
    fn rename();
}

/// The old name stays, behind the new one.
fn keep_old_name(changes: &mut Changes<Reader>, reader: &Reader, _: &Context) -> Result<(), Error> {
    let address = reader.email.get().map_or("hidden", |it| it.as_str());
    if let Some(new) = changes.get(Reader::NAME) {
        changes.set(Reader::NAME, format!("{new}, once {} <{address}>", reader.name));
    }
    Ok(())
}

#[policies]
impl Reader {
    #[policy(always)]
    fn signed_in(actor: Actor<Reader>) -> bool {
        actor.is_present()
    }

    /// One's own address.
    #[field_policy(email)]
    fn own_email(reader: Row<Reader>, actor: Actor<Reader>) -> bool {
        reader.id == actor.id || Self::librarian(actor)
    }

    #[bypass(create)]
    fn librarian(actor: Actor<Reader>) -> bool {
        actor.role == Role::Librarian
    }
}

/// Something to read.
#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public, default = 1)]
    pub pages: i64,
    #[attribute(public, default = true)]
    pub open: bool,
    #[attribute(public)]
    pub note: Option<String>,
    #[belongs_to(public, on_delete = restrict)]
    pub owner: BelongsTo<Reader>,
    #[belongs_to(public, on_delete = nilify)]
    pub lent_to: Option<BelongsTo<Reader>>,
}

#[actions]
impl Book {
    #[read(primary)]
    fn list();

    #[create(accept = [title, pages, note], relate_actor = owner)]
    fn add();

    #[update(accept = [note])]
    fn own();

    #[destroy]
    fn burn();
}

#[policies]
impl Book {
    /// Librarians do everything.
    #[bypass]
    fn librarians(actor: Actor<Reader>) -> bool {
        actor.role == Role::Librarian
    }

    #[bypass(read, actions = [burn])]
    fn cleaning(book: Row<Book>) -> bool {
        book.pages == 0
    }

    #[policy(read)]
    fn open_or_lent(actor: Actor<Reader>, book: Row<Book>) -> bool {
        book.open || book.lent_to().id == actor.id || shelf_mate(book, actor)
    }

    /// A policy may have the name of an action.
    #[policy(actions = [own, burn])]
    fn own(book: Row<Book>, actor: Actor<Reader>) -> bool {
        book.owner_id == actor.id
    }

    #[policy(create)]
    fn grown_up(actor: Actor<Reader>) -> bool {
        actor.age.is_some_and(|age| age >= 18)
    }
}

/// Whether the actor owns a book of the same title.
#[expression]
pub fn shelf_mate(book: Row<Book>, actor: Actor<Reader>) -> bool {
    actor.books().any(|other| other.title == book.title && other.id != book.id)
}

#[calculations]
impl Book {
    /// How thick it is.
    #[calculation(public)]
    fn size(book: Row<Book>) -> Size {
        if book.pages > 300 { Size::Thick } else { Size::Thin }
    }

    #[calculation(public, unrestricted)]
    fn of_owner(book: Row<Book>) -> i64 {
        book.owner().books().filter(|it| it.open).count()
    }

    #[calculation]
    fn borrower(book: Row<Book>) -> Option<String> {
        if book.lent_to().id.is_none() { None } else { book.lent_to().name }
    }

    #[calculation(public)]
    fn thick_and_mine(book: Row<Book>, actor: Actor<Reader>) -> bool {
        book.size() == Size::Thick && book.owner_id == actor.id
    }

    #[calculation(public)]
    fn note_or_title(book: Row<Book>) -> String {
        book.note.unwrap_or(book.title)
    }
}

/// The library.
#[domain(resources = [Reader, Book])]
pub struct Library;

samara::app!(pub App, domains = [Library]);
