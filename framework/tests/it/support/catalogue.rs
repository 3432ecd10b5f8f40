//! A music catalogue: rows that actions answer, and rows that have other names than their ids.

use samara::context::{Actor as Acting, Context};
use samara::engine::Engine;
use samara::graphql::{Api, Options, Request};
use samara::prelude::*;
use serde_json::Value as Answered;

/// Who listens.
#[resource(table = "listeners", timestamps = false)]
#[actor(identity = email, name = name)]
#[graphql(type = "Listener")]
pub struct Listener {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
    #[attribute(public, unique)]
    pub email: CiString,
    /// Whether they see what is not out yet.
    #[attribute(public, default = false)]
    pub curator: bool,
}

#[actions]
impl Listener {
    #[read(primary, sort = [name], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [name, email, curator])]
    fn register();

    #[read(get = email)]
    fn by_email();

    #[read(of = actor, name = "me")]
    fn me();

    #[update(of = actor, accept = [name])]
    fn call_me();
}

#[policies]
impl Listener {
    #[policy(read)]
    fn everybody() -> bool {
        true
    }

    #[policy(update)]
    fn oneself(listener: Row<Listener>, actor: Actor<Listener>) -> bool {
        listener.id == actor.id
    }
}

/// Who plays.
#[resource(table = "artists", timestamps = false)]
#[graphql(type = "Artist")]
#[admin(group = "Catalogue", columns = [name])]
pub struct Artist {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
    #[attribute(public, unique, slug)]
    pub slug: String,
    #[has_many(public, key = artist)]
    pub albums: HasMany<Album>,
}

#[actions]
impl Artist {
    #[read(primary, sort = [name], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(accept = [name, slug])]
    fn add();
}

#[policies]
impl Artist {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// What they play.
#[resource(
    table = "albums",
    timestamps = false,
    identity(title_per_artist = [artist, title]),
    identity(title_when_out = [title], where = |it| it.released)
)]
#[graphql(type = "Album")]
#[admin(group = "Catalogue", columns = [title, artist])]
pub struct Album {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public, unique, slug)]
    pub slug: String,
    /// What is not is seen by curators alone.
    #[attribute(public, default = true)]
    pub released: bool,
    #[belongs_to(public, on_delete = cascade)]
    pub artist: BelongsTo<Artist>,
    #[has_many(public, key = album)]
    pub favorites: HasMany<Favorite>,
}

#[actions]
impl Album {
    #[read(primary, sort = [title], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(accept = [title, slug, artist, released])]
    fn add();

    #[create(accept = [title, slug, artist, released], upsert(slug, update = correct, fields = [title]))]
    fn import();

    #[create(accept = [title, slug, artist], upsert = slug)]
    fn ensure();

    #[update(accept = [title])]
    fn correct();

    #[update(get = slug, accept = [title, slug])]
    fn rename();

    #[read(get = title_when_out)]
    fn called();

    #[destroy(get = title_when_out)]
    fn recall();

    #[update(get = title_per_artist, accept = [released], require(|it| !it.released, "is out already"))]
    fn release();

    /// Its note, by what a function reads of the row.
    #[update(get = slug, change = shout)]
    fn shout();

    #[destroy(get = slug)]
    fn withdraw();

    /// Puts it among the actor's favorites.
    #[action]
    async fn favorite(cx: &Context, slug: String) -> Result<Album> {
        let album = Album::query().filter(expr!(|it| it.slug == slug)).one(cx).await?;
        let album = album.ok_or_else(Error::not_found)?;
        Favorite::add().album(album.id).run(cx).await?;
        Ok(album)
    }

    /// An album of that slug, whoever may see it.
    #[action(query)]
    async fn leak(cx: &Context, slug: String) -> Result<Option<Album>> {
        let inside = cx.engine().system("tests");
        Album::query().filter(expr!(|it| it.slug == slug)).one(&inside).await
    }

    /// Those of these slugs, in their order, whoever may see them.
    #[action(query)]
    async fn pick(cx: &Context, slugs: String) -> Result<Vec<Album>> {
        let inside = cx.engine().system("tests");
        let mut albums = Vec::new();
        for slug in slugs.split(' ').map(str::to_owned) {
            albums.extend(Album::query().filter(expr!(|it| it.slug == slug)).one(&inside).await?);
        }
        Ok(albums)
    }

    /// The artists of all albums, of another resource.
    #[action(query)]
    async fn artists(cx: &Context) -> Result<Vec<Artist>> {
        Artist::query().all(cx).await
    }

    /// Whose album that is, or would be.
    #[action]
    async fn credit(cx: &Context, name: String) -> Result<Option<Artist>> {
        Artist::query().filter(expr!(|it| it.name == name)).one(cx).await
    }
}

fn shout(changes: &mut Changes<Album>, album: &Album, _: &Context) -> Result<()> {
    changes.set(Album::TITLE, album.title.to_uppercase());
    Ok(())
}

#[calculations]
impl Album {
    /// How many like it.
    #[calculation(public)]
    fn likes(album: Row<Album>) -> i64 {
        album.favorites().count()
    }
}

#[policies]
impl Album {
    #[policy(read)]
    fn released(album: Row<Album>, actor: Actor<Listener>) -> bool {
        album.released || actor.curator
    }

    #[policy(actions = [add, import, ensure, leak, pick, artists, credit], anyone)]
    fn everybody() -> bool {
        true
    }

    #[policy(actions = [favorite])]
    fn signed_in(actor: Actor<Listener>) -> bool {
        actor.is_present()
    }

    /// What is not out may be changed by curators, and `Second` by nobody.
    #[policy(update, destroy)]
    fn open(album: Row<Album>, actor: Actor<Listener>) -> bool {
        actor.is_present() && album.slug != "second"
    }
}

/// Whose favorite it is.
#[resource(table = "favorites", timestamps = false, identity(album_and_listener = [album, listener]))]
#[graphql(type = "Favorite")]
pub struct Favorite {
    #[id]
    pub id: Uuid,
    #[belongs_to(public, on_delete = cascade)]
    pub album: BelongsTo<Album>,
    #[belongs_to(public, on_delete = cascade)]
    pub listener: BelongsTo<Listener>,
    #[attribute(public)]
    pub note: Option<String>,
}

#[actions]
impl Favorite {
    #[read(primary, paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(accept = [album, note], relate_actor = listener)]
    fn add();

    #[create(accept = [album], relate_actor = listener, upsert = album_and_listener)]
    fn like();

    #[create(accept = [album, note], relate_actor = listener, upsert(album_and_listener, update = revise))]
    fn remark();

    #[update(accept = [note])]
    fn revise();

    #[update(get(album, listener = actor), accept = [note])]
    fn annotate();

    #[destroy(get(listener = actor, album))]
    fn remove();

    /// Those with a note, unless notes are asked for.
    #[read(default_filter(|it| it.note.is_some()), paginate(keyset, default = 50, max = 250))]
    fn noted();

    #[read(get(album, listener = actor))]
    fn of_album();
}

#[policies]
impl Favorite {
    #[policy(always)]
    fn own(favorite: Row<Favorite>, actor: Actor<Listener>) -> bool {
        favorite.listener_id == actor.id
    }
}

#[domain(resources = [Listener, Artist, Album, Favorite])]
pub struct Catalogue;

samara::app!(pub App, domains = [Catalogue]);

/// The listeners of a test, and rows that all tests know.
pub struct Shelf {
    pub engine: Engine,
    pub ada: Context,
    pub curator: Context,
    pub nobody: Context,
}

impl Shelf {
    /// An artist with the albums `first` and `second`, which are out, and `third`, which is not.
    pub async fn fill(engine: Engine) -> Self {
        let cx = engine.system("tests");
        let ada = Listener::register().name("Ada").email("ada@x.org").run(&cx).await.unwrap();
        let curator = Listener::register().name("Carl").email("carl@x.org").curator(true).run(&cx).await.unwrap();
        let artist = Artist::add().name("Miles").slug("miles").run(&cx).await.unwrap();
        for (title, released) in [("First", true), ("Second", true), ("Third", false)] {
            let album = Album::add().title(title).slug(title.to_lowercase()).artist(artist.id).released(released);
            album.run(&cx).await.unwrap();
        }
        let acting = async |id| {
            let actor = cx.acting_as(id).await.unwrap();
            // A context of its own, whose statements are counted from here.
            engine.context(actor.actor().clone())
        };
        let (ada, curator) = (acting(ada.id).await, acting(curator.id).await);
        let nobody = engine.context(Acting::Anonymous);
        Self { engine, ada, curator, nobody }
    }

    /// What an operation is answered, and with how many statements.
    pub async fn run(&self, cx: &Context, operation: &str) -> (Answered, u64) {
        let api = Api::new(self.engine.clone(), Options::default()).unwrap();
        let before = cx.statements();
        let response = api.execute(cx, Request::new(operation)).await;
        (serde_json::from_slice(&response.body).unwrap(), cx.statements() - before)
    }
}
