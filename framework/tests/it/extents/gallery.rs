//! A catalogue of music. An album that was withdrawn exists no more; what points at it stays.

use samara::prelude::*;

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Listener,
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
    #[attribute(public, default = Role::Listener)]
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

/// Who makes albums.
#[resource(table = "artists")]
#[graphql(type = "Artist")]
pub struct Artist {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub name: String,
    #[has_many(public, key = artist)]
    pub albums: HasMany<Album>,
}

#[actions]
impl Artist {
    #[read(primary, sort = [name], paginate(keyset, default = 20, max = 50))]
    fn list();

    #[create(accept = [name])]
    fn sign();
}

#[calculations]
impl Artist {
    #[calculation(public)]
    fn album_count(artist: Row<Artist>) -> i64 {
        artist.albums().count()
    }

    /// Also of albums that the reader may not read.
    #[calculation(public, unrestricted)]
    fn has_hit(artist: Row<Artist>) -> bool {
        artist.albums().any(|it| it.plays > 100)
    }

    #[calculation(public, unrestricted)]
    fn track_count(artist: Row<Artist>) -> i64 {
        artist.albums().sum(|it| it.tracks().count())
    }
}

#[policies]
impl Artist {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// A withdrawn one exists no more, and its name is free again.
#[resource(
    table = "albums",
    identity(name_per_artist = [artist, name]),
    base_filter = |it| it.withdrawn_at.is_none()
)]
#[graphql(type = "Album")]
pub struct Album {
    #[id]
    pub id: Uuid,
    #[attribute(public, min_length = 1, max_length = 80)]
    pub name: String,
    #[attribute(public, default = 0)]
    pub plays: i64,
    #[attribute(public)]
    pub withdrawn_at: Option<DateTimeUtc>,
    #[attribute(public, default = false)]
    pub secret: bool,
    #[belongs_to(public, on_delete = restrict)]
    pub artist: BelongsTo<Artist>,
    #[has_many(public, key = album)]
    pub tracks: HasMany<Track>,
    #[many_to_many(public, through = Tagging, source = album, target = tag)]
    pub tags: ManyToMany<Tag>,
}

#[actions]
impl Album {
    #[read(primary, sort = [name], paginate(keyset, default = 20, max = 50))]
    fn list();

    #[create(accept = [name, plays, artist, withdrawn_at, secret])]
    fn release();

    #[update(accept = [name, plays])]
    fn edit();

    /// Takes what decides whether it exists from its caller.
    #[update(accept = [withdrawn_at])]
    fn date();

    #[update(set(withdrawn_at = now()))]
    fn withdraw();

    #[destroy]
    fn scrap();
}

#[policies]
impl Album {
    #[policy(read)]
    fn in_the_open(album: Row<Album>, actor: Actor<Person>) -> bool {
        !album.secret || actor.role == Role::Keeper
    }

    #[policy(create, update, destroy)]
    fn keepers(actor: Actor<Person>) -> bool {
        actor.role == Role::Keeper
    }
}

/// Part of an album.
#[resource(table = "tracks")]
#[graphql(type = "Track")]
pub struct Track {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[belongs_to(public, on_delete = cascade)]
    pub album: BelongsTo<Album>,
}

#[actions]
impl Track {
    #[read(primary, sort = [title], paginate(keyset, default = 20, max = 50))]
    fn list();

    #[create(accept = [title, album])]
    fn cut();

    #[update(accept = [title, album])]
    fn move_to();
}

#[calculations]
impl Track {
    #[calculation(public)]
    fn album_name(track: Row<Track>) -> Option<String> {
        track.album().name
    }
}

#[policies]
impl Track {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// A word for albums.
#[resource(table = "tags")]
#[graphql(type = "Tag")]
pub struct Tag {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub word: String,
    #[many_to_many(public, through = Tagging, source = tag, target = album)]
    pub albums: ManyToMany<Album>,
}

#[actions]
impl Tag {
    #[read(primary, sort = [word], paginate(keyset, default = 20, max = 50))]
    fn list();

    #[create(accept = [word])]
    fn coin();
}

#[calculations]
impl Tag {
    #[calculation(public)]
    fn use_count(tag: Row<Tag>) -> i64 {
        tag.albums().count()
    }

    #[calculation(public)]
    fn is_used(tag: Row<Tag>) -> bool {
        tag.albums().any(|it| it.plays >= 0)
    }
}

#[policies]
impl Tag {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// That an album has a tag, until it is taken off.
#[resource(table = "taggings", identity(album_and_tag = [album, tag]), base_filter = |it| !it.off)]
#[graphql(type = "Tagging")]
pub struct Tagging {
    #[id]
    pub id: Uuid,
    #[attribute(public, default = false)]
    pub off: bool,
    #[belongs_to(public, on_delete = cascade)]
    pub album: BelongsTo<Album>,
    #[belongs_to(public, on_delete = cascade)]
    pub tag: BelongsTo<Tag>,
}

#[actions]
impl Tagging {
    #[read(primary)]
    fn list();

    #[create(accept = [album, tag])]
    fn put();

    #[update(set(off = true))]
    fn take_off();
}

#[policies]
impl Tagging {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Person, Artist, Album, Track, Tag, Tagging])]
pub struct Music;

samara::app!(pub App, domains = [Music]);
