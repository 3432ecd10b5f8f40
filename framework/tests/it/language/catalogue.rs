//! A catalogue of albums: what holds of every row, what several actions share, and what messages tell.

use samara::prelude::*;

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Draft,
    Announced,
    Released,
}

/// Someone.
#[resource(table = "people")]
#[graphql(type = "Person")]
#[actor(identity = email)]
pub struct Person {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
    #[attribute(public, default = false)]
    pub chief: bool,
}

#[actions]
impl Person {
    #[read(primary)]
    fn list();

    #[create(private, accept = [email, chief])]
    fn register();
}

#[policies]
impl Person {
    #[policy(always)]
    fn signed_in(actor: Actor<Person>) -> bool {
        actor.is_present()
    }
}

/// A record that is sold. Everybody reads them, and only a chief may write what is locked.
#[resource(
    table = "albums",
    actions = [locking],
    validate(|it| it.year <= now().year() + 1, "is not out by {now().year() + 1}", field = year),
    validate(
        |it| it.price.is_some(),
        "is {it.stage} and has no price {{yet}}",
        field = price,
        when(|it| it.stage != Stage::Draft)
    ),
    validate(|it| it.price > 0, "is {it.price}", field = price, when(|it| it.sold > 0))
)]
#[graphql(type = "Album")]
pub struct Album {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique, min_length = 1, max_length = 40)]
    pub title: String,
    #[attribute(public, default = 2000)]
    pub year: i64,
    #[attribute(public)]
    pub price: Option<i64>,
    #[attribute(public, default = Stage::Draft)]
    pub stage: Stage,
    #[attribute(public)]
    pub slug: Option<String>,
    #[attribute(public, default = 0)]
    pub revision: i64,
    #[attribute(public)]
    pub sold: Option<i64>,
    #[attribute(public, default = false)]
    pub locked: bool,
    #[attribute(public)]
    pub released_at: Option<DateTimeUtc>,
    #[has_many(public, key = album)]
    pub tracks: HasMany<Track>,
}

#[actions(
    set(revision = |it| it.revision + 1),
    set(slug = |it| it.title.to_lowercase(), when(|it| it.slug.is_none())),
    validate(|it| it.title.trim() == it.title, "is no title: \"{it.title}\"", field = title),
    require(|it| !it.locked, "{it.title} of {it.year} is locked", field = locked)
)]
impl Album {
    #[read(primary, sort = [title])]
    fn list();

    #[create(accept = [title, year, price, stage, slug, sold])]
    fn add();

    #[update(accept = [title, year, price, stage, sold])]
    fn edit();

    /// Tells what the argument is, what the row is, and a number that is worked out of both.
    #[update(
        accept = [price],
        validate(
            |it, most| it.price.is_none_or(|price| price <= most),
            "costs {it.price}, which is {it.price - most} more than {most}",
            field = price
        ),
        set(released_at = |_| now(), when(|_, most| most > 100))
    )]
    fn offer(most: i64);

    #[destroy]
    fn remove();
}

/// A block of its own has rules of its own.
#[actions(locking, set(locked = |it| !it.locked), change = ring)]
impl Album {
    #[create(accept = [title])]
    fn add_locked();

    #[update]
    fn turn_key();
}

fn ring(changes: &mut Changes<Album>, _: &Context) -> Result<(), Error> {
    changes.set(Album::SLUG, Some(format!("rung by {}", changes.action())));
    Ok(())
}

#[policies]
impl Album {
    #[policy(read, create, anyone)]
    fn anyone() -> bool {
        true
    }

    #[policy(update, destroy)]
    fn chiefs_write_what_is_locked(it: Row<Album>, actor: Actor<Person>) -> bool {
        !it.locked || actor.chief
    }
}

/// A piece on an album.
#[resource(table = "tracks")]
#[graphql(type = "Track")]
pub struct Track {
    #[id]
    pub id: Uuid,
    #[attribute(public, default = "")]
    pub name: String,
    #[attribute(public)]
    pub recorded_at: Option<DateTimeUtc>,
    #[belongs_to(public, on_delete = cascade)]
    pub album: BelongsTo<Album>,
    #[attribute(public)]
    pub album_title: Option<String>,
}

#[actions]
impl Track {
    #[read(primary)]
    fn list();

    /// Takes the album's title where it has none of its own: what another row holds decides.
    #[create(
        accept = [name, recorded_at, album, album_title],
        set(album_title = |it| it.album().title, when(|it| it.album().stage == Stage::Draft))
    )]
    fn record();
}

#[calculations]
impl Track {
    #[calculation(public)]
    fn numbers(it: Row<Track>) -> Option<i64> {
        it.recorded_at.year() * 100_000_000
            + it.recorded_at.month() * 1_000_000
            + it.recorded_at.day() * 10_000
            + it.recorded_at.hour() * 100
            + it.recorded_at.minute()
    }

    #[calculation(public)]
    fn days(it: Row<Track>) -> Option<i64> {
        it.recorded_at.second() * 10_000 + it.recorded_at.day_of_year() * 10 + it.recorded_at.weekday()
    }

    #[calculation(public)]
    fn year_began(it: Row<Track>) -> Option<DateTimeUtc> {
        it.recorded_at.start_of_year()
    }

    #[calculation(public)]
    fn month_began(it: Row<Track>) -> Option<DateTimeUtc> {
        it.recorded_at.start_of_month()
    }

    #[calculation(public)]
    fn day_began(it: Row<Track>) -> Option<DateTimeUtc> {
        it.recorded_at.start_of_day()
    }

    #[calculation(public)]
    fn hour_began(it: Row<Track>) -> Option<DateTimeUtc> {
        it.recorded_at.start_of_hour()
    }

    #[calculation(public)]
    fn tidy(it: Row<Track>) -> String {
        it.name.trim()
    }

    #[calculation(public)]
    fn bytes(it: Row<Track>) -> i64 {
        it.name.byte_len() * 100 + it.name.trim_start().len() * 10 + it.name.trim_end().len()
    }
}

#[policies]
impl Track {
    #[policy(always, anyone)]
    fn anyone() -> bool {
        true
    }
}

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Draft,
    Sent,
    Printed,
    Rejected,
}

/// What somebody wrote of an album.
#[resource(table = "reviews", identity(text_of_album = [album, text]), actions = [returning])]
#[graphql(type = "Review")]
#[admin(group = "Catalogue")]
pub struct Review {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub text: String,
    #[attribute(public, default = Progress::Draft)]
    pub progress: Progress,
    #[attribute(public, filter = false, sort = false)]
    pub remark: Option<String>,
    /// Who wrote it, in their own words.
    #[attribute(public, immutable)]
    pub signed: Option<String>,
    #[belongs_to(public, immutable, on_delete = cascade)]
    pub album: BelongsTo<Album>,
}

#[actions]
impl Review {
    #[read(primary)]
    fn list();

    #[create(accept = [text, album, progress, remark, signed])]
    fn write();

    #[update(accept = [remark])]
    fn edit();

    /// Sets what it may not.
    #[update(change = sign)]
    fn forge();

    #[update(transition(progress: Draft | Rejected => Progress::Sent))]
    fn send();

    #[update(accept = [remark], transition(progress: Progress::Sent => Progress::Rejected, "was not sent"))]
    fn reject();

    #[update(transition(progress: Sent => Progress::Printed))]
    fn print();
}

/// Functions of the action and of its block, beside a transition.
#[actions(returning, change = praise)]
impl Review {
    #[update(transition(progress: Sent => Progress::Rejected), change = remember)]
    fn hand_back();
}

fn remember(changes: &mut Changes<Review>, _: &Context) -> Result<(), Error> {
    changes.set(Review::REMARK, Some("handed back".into()));
    Ok(())
}

fn praise(changes: &mut Changes<Review>, _: &Context) -> Result<(), Error> {
    changes.set(Review::TEXT, "very good".into());
    Ok(())
}

fn sign(changes: &mut Changes<Review>, _: &Context) -> Result<(), Error> {
    changes.set(Review::SIGNED, Some("Ada".into()));
    Ok(())
}

#[policies]
impl Review {
    #[policy(read, create, actions = [edit, forge, send, reject, hand_back], anyone)]
    fn anyone() -> bool {
        true
    }

    #[policy(actions = [print])]
    fn chiefs_print(actor: Actor<Person>) -> bool {
        actor.chief
    }
}

#[domain(resources = [Person, Album, Track, Review])]
pub struct Catalogue;

samara::app!(pub App, domains = [Catalogue]);
