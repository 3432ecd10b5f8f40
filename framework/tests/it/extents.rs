//! Which rows exist at all: a row outside of its resource's extent is there for nobody, through no path, and what it holds is free.

mod gallery;
mod interpreter;

use gallery::{Album, App, Artist, Person, Role, Tag, Tagging, Track};
use samara::call;
use samara::context::{Actor, Context};
use samara::engine::Engine;
use samara::error::{Code, Error};
use samara::graphql::{Api, Options, Request};
use samara::prelude::{CiString, Uuid, expr};
use samara::table::{RowCondition, declared};
use samara::testing::on_both;
use serde_json::{Value as Js, json};

/// An artist with an album that stays and one that was withdrawn, each with a track and a tag.
struct Catalogue {
    engine: Engine,
    system: Context,
    keeper: Context,
    anonymous: Context,
    artist: Uuid,
    stays: Uuid,
    gone: Uuid,
    tag: Uuid,
    gone_track: Uuid,
}

impl Catalogue {
    async fn new(engine: Engine) -> Self {
        let system = engine.system("tests");
        let keeper = Person::register().email(CiString::new("ada@example.org")).role(Role::Keeper).run(&system).await;
        let keeper = system.acting_as(keeper.unwrap().id).await.unwrap();
        let artist = Artist::sign().name("Ida").run(&keeper).await.unwrap().id;
        let tag = Tag::coin().word("loud").run(&keeper).await.unwrap().id;
        let stays = Album::release().name("Stays").artist(artist).run(&keeper).await.unwrap().id;
        let gone = Album::release().name("Gone").plays(1000).artist(artist).run(&keeper).await.unwrap().id;
        Track::cut().title("A").album(stays).run(&keeper).await.unwrap();
        let gone_track = Track::cut().title("B").album(gone).run(&keeper).await.unwrap().id;
        for album in [stays, gone] {
            Tagging::put().album(album).tag(tag).run(&keeper).await.unwrap();
        }
        Album::withdraw(gone).run(&keeper).await.unwrap();
        let anonymous = engine.context(Actor::Anonymous);
        Self { engine, system, keeper, anonymous, artist, stays, gone, tag, gone_track }
    }

    /// Everybody there is: nobody, a person, and the framework.
    fn all(&self) -> [&Context; 3] {
        [&self.anonymous, &self.keeper, &self.system]
    }

    async fn ask(&self, cx: &Context, operation: &str) -> Js {
        let api = Api::new(self.engine.clone(), Options::default()).unwrap();
        let response = api.execute(cx, Request::new(operation)).await;
        serde_json::from_slice(&response.body).unwrap()
    }
}

/// Codes and fields of all problems.
fn told(error: &Error) -> Vec<(Code, String)> {
    error.problems().iter().map(|it| (it.code, it.fields.join(","))).collect()
}

#[tokio::test]
async fn no_read_finds_a_row_outside() {
    on_both(&App::application(), async |engine| {
        let it = Catalogue::new(engine).await;
        for cx in it.all() {
            // Twice: the second time it is prepared.
            for _ in 0..2 {
                let names = Album::list().select(|it| it.name).all(cx).await.unwrap();
                assert_eq!(names, ["Stays"]);
            }
            assert!(Album::get(it.gone).run(cx).await.unwrap().is_none());
            assert_eq!(Album::query().count(cx).await.unwrap(), 1);
            assert_eq!(Album::query().filter(expr!(|it| it.plays > 100)).count(cx).await.unwrap(), 0);
            assert_eq!(Album::query().page(cx).await.unwrap().records.len(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn no_hop_leads_to_a_row_outside() {
    on_both(&App::application(), async |engine| {
        let it = Catalogue::new(engine).await;
        for cx in it.all() {
            let tracks = Track::query().select(|it| (it.title, it.album_name(), it.album().select(|it| it.name)));
            let tracks = tracks.sort(|it| it.title).all(cx).await.unwrap();
            let stays = Some("Stays".to_owned());
            assert_eq!(tracks, [("A".into(), stays.clone(), stays), ("B".into(), None, None)]);
            let loaded = Track::get(it.gone_track).load(|it| it.album()).run(cx).await.unwrap().unwrap();
            assert!(loaded.album.get().unwrap().is_none());
            let named = Track::query().filter(expr!(|it| it.album().name == "Gone"));
            assert_eq!(named.count(cx).await.unwrap(), 0);
            let played = Track::query().filter(expr!(|it| it.album().plays >= 0));
            assert_eq!(played.count(cx).await.unwrap(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn no_count_and_no_quantifier_knows_a_row_outside() {
    on_both(&App::application(), async |engine| {
        let it = Catalogue::new(engine).await;
        for cx in it.all() {
            let artist = Artist::get(it.artist).select(|it| (it.album_count(), it.has_hit(), it.track_count()));
            assert_eq!(artist.run(cx).await.unwrap(), Some((1, false, 1)));
            let tag = Tag::get(it.tag).select(|it| (it.use_count(), it.is_used()));
            assert_eq!(tag.run(cx).await.unwrap(), Some((1, true)));
            let albums = Tag::get(it.tag).load(|it| it.albums()).run(cx).await.unwrap().unwrap();
            let names: Vec<_> = albums.albums.get().unwrap().iter().map(|it| it.name.as_str()).collect();
            assert_eq!(names, ["Stays"]);
            let albums = Artist::get(it.artist).load(|it| it.albums().limit(5)).run(cx).await.unwrap().unwrap();
            assert_eq!(albums.albums.get().unwrap().len(), 1);
            let any = Artist::query().filter(expr!(|it| it.albums().any(|it| it.name == "Gone")));
            let all = Artist::query().filter(expr!(|it| !it.albums().all(|it| it.plays < 100)));
            let some = Artist::query().filter(expr!(|it| it.albums().filter(|it| it.plays > 1).count() > 0));
            for artists in [any, all, some] {
                assert_eq!(artists.count(cx).await.unwrap(), 0);
            }
            let tagged = Tag::query().filter(expr!(|it| it.albums().any(|it| it.name == "Gone")));
            assert_eq!(tagged.count(cx).await.unwrap(), 0);
        }
    })
    .await;
}

/// A join row outside joins nothing.
#[tokio::test]
async fn a_join_row_outside_joins_nothing() {
    on_both(&App::application(), async |engine| {
        let it = Catalogue::new(engine).await;
        let joined = Tagging::query().filter(expr!(|row| row.album_id == it.stays));
        joined.update(Tagging::take_off, |it| it).run(&it.keeper).await.unwrap();
        for cx in it.all() {
            let tag = Tag::get(it.tag).select(|it| (it.use_count(), it.is_used()));
            assert_eq!(tag.run(cx).await.unwrap(), Some((0, false)));
            let album = Album::get(it.stays).load(|it| it.tags()).run(cx).await.unwrap().unwrap();
            assert!(album.tags.get().unwrap().is_empty());
            assert_eq!(
                Album::query().filter(expr!(|it| it.tags().any(|it| it.word == "loud"))).count(cx).await.unwrap(),
                0
            );
        }
        // It may be put on again.
        Tagging::put().album(it.stays).tag(it.tag).run(&it.keeper).await.unwrap();
        let error = Tagging::put().album(it.stays).tag(it.tag).run(&it.keeper).await.unwrap_err();
        assert_eq!(error.code(), Code::Conflict);
    })
    .await;
}

#[tokio::test]
async fn graphql_knows_no_row_outside() {
    on_both(&App::application(), async |engine| {
        let it = Catalogue::new(engine).await;
        let operation = format!(
            "{{ albums {{ totalCount nodes {{ name }} }} album(id: \"{}\") {{ name }}
               artists(filter: {{ albums: {{ name: {{ eq: \"Gone\" }} }} }}) {{ totalCount }}
               tracks {{ nodes {{ title albumName album {{ name }} }} }}
               tags {{ nodes {{ useCount albums {{ totalCount nodes {{ name }} }} }} }} }}",
            it.gone
        );
        let expected = json!({ "data": {
            "albums": { "totalCount": 1, "nodes": [{ "name": "Stays" }] },
            "album": null,
            "artists": { "totalCount": 0 },
            "tracks": { "nodes": [
                { "title": "A", "albumName": "Stays", "album": { "name": "Stays" } },
                { "title": "B", "albumName": null, "album": null },
            ] },
            "tags": { "nodes": [{ "useCount": 1, "albums": { "totalCount": 1, "nodes": [{ "name": "Stays" }] } }] },
        } });
        for cx in it.all() {
            assert_eq!(it.ask(cx, &operation).await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_row_outside_holds_is_free() {
    on_both(&App::application(), async |engine| {
        let it = Catalogue::new(engine).await;
        let again = Album::release().name("Gone").artist(it.artist).run(&it.keeper).await.unwrap().id;
        let error = Album::release().name("Gone").artist(it.artist).run(&it.keeper).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Conflict, "artist_id,name".into())]);
        // As often as one likes.
        Album::withdraw(again).run(&it.keeper).await.unwrap();
        let upsert = || {
            let create = Album::release().name("Gone").plays(7).artist(it.artist);
            call::upsert(create, Album::NAME_PER_ARTIST, Album::edit)
        };
        let first = upsert().run(&it.keeper).await.unwrap();
        let call::Upserted::Created(first) = first else { panic!("a row outside was upserted: {first:?}") };
        let second = upsert().run(&it.keeper).await.unwrap();
        assert!(matches!(second, call::Upserted::Updated(it) if it.id == first.id));
        let many = call::upsert_many(
            [("Gone", 8), ("New", 9)].map(|(name, plays)| Album::release().name(name).plays(plays).artist(it.artist)),
            Album::NAME_PER_ARTIST,
            Album::edit,
        );
        assert_eq!(many.run(&it.system).await.unwrap().len(), 2);
        let plays = Album::list().select(|it| (it.name, it.plays)).all(&it.keeper).await.unwrap();
        assert_eq!(plays, [("Gone".into(), 8), ("New".into(), 9), ("Stays".into(), 0)]);
    })
    .await;
}

#[tokio::test]
async fn no_key_names_a_row_outside() {
    on_both(&App::application(), async |engine| {
        let it = Catalogue::new(engine).await;
        for cx in it.all() {
            let error = Track::cut().title("C").album(it.gone).run(cx).await.unwrap_err();
            assert_eq!(told(&error), [(Code::NotFound, "album_id".into())]);
            let error = Track::move_to(it.gone_track).album(it.gone).run(cx).await.unwrap_err();
            assert_eq!(told(&error), [(Code::NotFound, "album_id".into())]);
            // One that keeps its key may be changed.
            Track::move_to(it.gone_track).title("B").run(cx).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn no_write_finds_a_row_outside() {
    on_both(&App::application(), async |engine| {
        let it = Catalogue::new(engine).await;
        let album = it.engine.app().find("Album").unwrap();
        for cx in [&it.keeper, &it.system] {
            let error = Album::edit(it.gone).plays(1).run(cx).await.unwrap_err();
            assert_eq!(error.code(), Code::NotFound);
            assert_eq!(Album::scrap(it.gone).run(cx).await.unwrap_err().code(), Code::NotFound);
            let changed = Album::query().update(Album::edit, |it| it.plays(5)).run(cx).await.unwrap();
            assert_eq!(changed.iter().map(|it| it.id).collect::<Vec<_>>(), [it.stays]);
            let gone = Album::query().filter(expr!(|row| row.id == it.gone)).destroy(Album::scrap).run(cx).await;
            assert_eq!(gone.unwrap(), 0);
            assert!(!cx.can(album, "edit", Some(it.gone.into())).await.unwrap());
            assert!(cx.can(album, "edit", Some(it.stays.into())).await.unwrap());
            let each = cx.can_each(album, &["edit", "scrap"], &[it.gone, it.stays]).await.unwrap();
            assert_eq!(each[1], [true, true]);
        }
        // Who may change no row at all is told the same of it.
        let operation =
            format!("mutation {{ editAlbum(id: \"{}\", input: {{ plays: 1 }}) {{ errors {{ code }} }} }}", it.gone);
        let listener = Person::register().email(CiString::new("bo@example.org")).run(&it.system).await.unwrap().id;
        let listener = it.system.acting_as(listener).await.unwrap();
        let answer = it.ask(&listener, &operation).await;
        assert_eq!(answer["data"]["editAlbum"]["errors"], json!([{ "code": "NOT_FOUND" }]));
    })
    .await;
}

#[tokio::test]
async fn a_write_leads_out_where_it_says_so() {
    on_both(&App::application(), async |engine| {
        let it = Catalogue::new(engine).await;
        let now = it.keeper.now();
        let created = Album::release().name("Never").artist(it.artist).withdrawn_at(now).run(&it.keeper).await;
        assert_eq!(told(&created.unwrap_err()), [(Code::Invalid, "withdrawn_at".into())]);
        let dated = Album::date(it.stays).withdrawn_at(now).run(&it.keeper).await;
        assert_eq!(told(&dated.unwrap_err()), [(Code::Invalid, "withdrawn_at".into())]);
        let dated = Album::query().update(Album::date, |it| it.withdrawn_at(now)).run(&it.system).await;
        assert_eq!(told(&dated.unwrap_err()), [(Code::Invalid, "withdrawn_at".into())]);
        Album::date(it.stays).withdrawn_at(None).run(&it.keeper).await.unwrap();
        assert_eq!(Album::query().count(&it.keeper).await.unwrap(), 1);
        // A surface answers what there is afterwards.
        let operation =
            format!("mutation {{ withdrawAlbum(id: \"{}\") {{ result {{ name }} errors {{ code }} }} }}", it.stays);
        let answer = it.ask(&it.keeper, &operation).await;
        assert_eq!(answer["data"]["withdrawAlbum"], json!({ "result": null, "errors": [] }));
        let answer = it.ask(&it.keeper, &operation).await;
        assert_eq!(answer["data"]["withdrawAlbum"]["errors"], json!([{ "code": "NOT_FOUND" }]));
        assert_eq!(Album::query().count(&it.system).await.unwrap(), 0);
    })
    .await;
}

#[test]
fn an_identity_is_an_index_of_the_rows_that_exist() {
    let tables = declared(&App::application().ir);
    let albums = tables.iter().find(|it| it.name == "albums").unwrap();
    let unique = albums.indexes.iter().find(|it| it.unique).unwrap();
    assert_eq!(unique.only, Some(RowCondition::is_null("withdrawn_at")));
    // It does not find all albums of an artist who is removed.
    let of_artist = albums.indexes.iter().find(|it| !it.unique && it.columns[0].0 == "artist_id").unwrap();
    assert_eq!(of_artist.only, None);
}
