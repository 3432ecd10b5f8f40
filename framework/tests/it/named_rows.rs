//! Rows that updates, destroys and reads name by an identity or by the actor: as by their ids, in one statement, and nobody learns of a row
//! that they may not read.

use samara::error::Code;
use samara::prelude::*;
use samara::record::Input;
use samara::testing::on_both;
use serde_json::{Value as Answered, json};

use super::support::catalogue::{Album, App, Artist, Favorite, Listener, Shelf};

fn codes(answer: &Answered, field: &str) -> Vec<String> {
    let errors = answer["data"][field]["errors"].as_array().unwrap();
    errors.iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_update_names_its_row_by_an_identity() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let before = shelf.ada.statements();
        let album = Album::rename("first").title("Debut").slug("debut").run(&shelf.ada).await.unwrap();
        assert_eq!((album.title.as_str(), album.slug.as_str()), ("Debut", "debut"));
        assert_eq!(shelf.ada.statements() - before, 1, "by its name as by its id");
        let error = Album::rename("first").title("Gone").run(&shelf.ada).await.unwrap_err();
        assert_eq!(error.code(), Code::NotFound);

        let rename = "mutation { renameAlbum(slug: \"debut\", input: { title: \"First\" }) { result { title } errors { code } } }";
        let (answer, statements) = shelf.run(&shelf.ada, rename).await;
        assert_eq!(answer["data"]["renameAlbum"]["result"], json!({ "title": "First" }), "{answer}");
        assert_eq!(statements, 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_learns_of_a_row_that_they_may_not_read_by_naming_it() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let mut told = Vec::new();
        // One is not out, and the other is not there.
        for slug in ["third", "none", "no slug at all"] {
            for (field, rest) in [("renameAlbum", ", input: { title: \"Mine\" }"), ("withdrawAlbum", ""), ("shoutAlbum", "")] {
                let mutation = format!("mutation {{ {field}(slug: \"{slug}\"{rest}) {{ result {{ id }} errors {{ code message path }} }} }}");
                let (answer, statements) = shelf.run(&shelf.ada, &mutation).await;
                assert_eq!(codes(&answer, field), ["NOT_FOUND"], "{slug}");
                told.push((field, answer.to_string(), statements));
            }
        }
        let (first, others) = told.split_at(3);
        for other in others.chunks(3) {
            assert_eq!(first[0].1, other[0].1);
            assert_eq!(first[1].1, other[1].1);
            assert_eq!(first[2].1, other[2].1);
        }
        assert_eq!(first.iter().map(|it| it.2).collect::<Vec<_>>(), told[3..6].iter().map(|it| it.2).collect::<Vec<_>>(), "as much is asked");
        // One that they may read and not change.
        let rename = "mutation { renameAlbum(slug: \"second\", input: { title: \"Mine\" }) { errors { code } } }";
        let (answer, _) = shelf.run(&shelf.ada, rename).await;
        assert_eq!(codes(&answer, "renameAlbum"), ["FORBIDDEN"]);
        let (answer, _) = shelf.run(&shelf.nobody, rename).await;
        assert_eq!(codes(&answer, "renameAlbum"), ["UNAUTHENTICATED"]);
        assert_eq!(Album::query().count(&shelf.curator).await.unwrap(), 3, "nothing was written");
    })
    .await;
}

#[tokio::test]
async fn what_the_row_does_not_fulfil_is_told_of_one_that_may_be_written() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let artist = Artist::query().one(&shelf.ada).await.unwrap().unwrap();
        let error = Album::release(artist.id, "First").released(true).run(&shelf.ada).await.unwrap_err();
        assert_eq!((error.code(), error.to_string().contains("is out already")), (Code::Invalid, true), "{error}");
        let album = Album::release(artist.id, "Third").released(true).run(&shelf.curator).await.unwrap();
        assert!(album.released);
        let release = format!(
            "mutation {{ releaseAlbum(artistId: \"{}\", title: \"Third\", input: {{ released: true }}) {{ errors {{ code }} }} }}",
            artist.id
        );
        assert_eq!(codes(&shelf.run(&shelf.ada, &release).await.0, "releaseAlbum"), ["INVALID"]);
        let malformed = release.replace(&artist.id.to_string(), "no id");
        assert_eq!(codes(&shelf.run(&shelf.ada, &malformed).await.0, "releaseAlbum"), ["NOT_FOUND"]);
    })
    .await;
}

#[tokio::test]
async fn a_function_that_reads_the_row_is_given_the_one_that_is_named() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        assert_eq!(Album::shout("first").run(&shelf.ada).await.unwrap().title, "FIRST");
        assert_eq!(Album::shout("third").run(&shelf.ada).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(Album::shout("second").run(&shelf.ada).await.unwrap_err().code(), Code::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn a_row_is_named_by_the_actor() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let album = Album::query().first(&shelf.ada).await.unwrap().unwrap();
        Favorite::add().album(album.id).run(&shelf.ada).await.unwrap();
        Favorite::add().album(album.id).run(&shelf.curator).await.unwrap();
        let noted = Favorite::annotate(album.id).note("mine").run(&shelf.ada).await.unwrap();
        assert_eq!(noted.note.as_deref(), Some("mine"));
        let own = Favorite::of_album(album.id).run(&shelf.curator).await.unwrap().unwrap();
        assert_eq!(own.note, None, "the other's is another row");

        let remove = format!("mutation {{ removeFavorite(albumId: \"{}\") {{ result {{ note album {{ title }} }} errors {{ code }} }} }}", album.id);
        let (answer, _) = shelf.run(&shelf.ada, &remove).await;
        let gone = json!({ "note": "mine", "album": { "title": "First" } });
        assert_eq!(answer["data"]["removeFavorite"], json!({ "result": gone, "errors": [] }));
        assert_eq!(codes(&shelf.run(&shelf.ada, &remove).await.0, "removeFavorite"), ["NOT_FOUND"]);
        assert_eq!(codes(&shelf.run(&shelf.nobody, &remove).await.0, "removeFavorite"), ["UNAUTHENTICATED"]);
        assert!(Favorite::of_album(album.id).run(&shelf.curator).await.unwrap().is_some());
        let inside = shelf.engine.system("tests");
        let error = Favorite::annotate(album.id).note("whose").run(&inside).await.unwrap_err();
        assert_eq!(error.code(), Code::NotFound, "the framework has no rows of its own");
    })
    .await;
}

#[tokio::test]
async fn the_actors_own_row_needs_no_name() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let (answer, statements) = shelf.run(&shelf.ada, "{ me { name } }").await;
        assert_eq!((answer, statements), (json!({ "data": { "me": { "name": "Ada" } } }), 1));
        assert_eq!(shelf.run(&shelf.nobody, "{ me { name } }").await.0, json!({ "data": { "me": null } }));
        assert_eq!(Listener::me().run(&shelf.curator).await.unwrap().map(|it| it.name).as_deref(), Some("Carl"));
        let renamed = Listener::call_me().name("Countess").run(&shelf.ada).await.unwrap();
        assert_eq!(renamed.name, "Countess");
        assert_eq!(
            Listener::call_me().name("Nobody").run(&shelf.nobody).await.unwrap_err().code(),
            Code::Unauthenticated
        );
        let names = Listener::query().select(|it| it.name).all(&shelf.ada).await.unwrap();
        assert_eq!(names, ["Carl", "Countess"]);
    })
    .await;
}

#[tokio::test]
async fn a_read_names_its_row_by_an_identity() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let query = "{ listenerByEmail(email: \"ADA@x.org\") { name } }";
        let (answer, statements) = shelf.run(&shelf.nobody, query).await;
        assert_eq!((answer, statements), (json!({ "data": { "listenerByEmail": { "name": "Ada" } } }), 1));
        let ada = Listener::by_email("ada@x.org").select(|it| it.name).run(&shelf.nobody).await.unwrap();
        assert_eq!(ada.as_deref(), Some("Ada"));
        assert!(Listener::by_email("none@x.org").run(&shelf.nobody).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_destroy_answers_the_row_that_was_named() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let withdraw =
            "mutation { withdrawAlbum(slug: \"first\") { result { title likes artist { name } } errors { code } } }";
        let (answer, _) = shelf.run(&shelf.ada, withdraw).await;
        let gone = json!({ "title": "First", "likes": 0, "artist": { "name": "Miles" } });
        assert_eq!(answer["data"]["withdrawAlbum"], json!({ "result": gone, "errors": [] }));
        assert_eq!(codes(&shelf.run(&shelf.ada, withdraw).await.0, "withdrawAlbum"), ["NOT_FOUND"]);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_an_action_names_may_still_be_meant_by_its_id() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let album = Album::query().first(&shelf.ada).await.unwrap().unwrap();
        let albums = shelf.engine.app().find("Album").unwrap();
        let input = || Input::new().with("title", Value::Text("By id".into()));
        let record = shelf.ada.update(albums, "rename", album.id, input()).await.unwrap();
        assert_eq!(record.id(shelf.engine.app()), Some(album.id.into()));
        // The admin's forms do so.
        let error = shelf.ada.update_named(albums, "rename", Input::new(), input()).await.unwrap_err();
        assert_eq!(error.code(), Code::Internal, "nothing names it");
    })
    .await;
}

#[tokio::test]
async fn an_identity_of_some_rows_names_one_of_them() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let artist = Artist::add().name("Bill").slug("bill").run(&shelf.curator).await.unwrap();
        let twin = Album::add().title("Third").slug("twin").artist(artist.id).run(&shelf.curator).await.unwrap();
        let out = Album::called("Third").run(&shelf.curator).await.unwrap();
        assert_eq!(out.map(|it| it.id), Some(twin.id), "the other is not out");
        assert_eq!(Album::recall("Third").run(&shelf.curator).await.unwrap().id, twin.id);
        assert!(Album::called("Third").run(&shelf.curator).await.unwrap().is_none());
        assert_eq!(Album::recall("Third").run(&shelf.curator).await.unwrap_err().code(), Code::NotFound);
    })
    .await;
}
