//! Rows that generic actions answer: whoever asks reads them under their own policies, as what they select, in a number of statements
//! that depends on the selection alone.

use samara::error::Code;
use samara::prelude::*;
use samara::testing::on_both;
use serde_json::json;

use super::support::catalogue::{Album, App, Artist, Shelf};

#[tokio::test]
async fn an_answered_row_is_selected_like_any_other() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let mutation = "mutation { favoriteAlbum(input: { slug: \"first\" }) {
            result { __typename title likes artist { name } } errors { code }
        } }";
        let (answer, statements) = shelf.run(&shelf.ada, mutation).await;
        let result = json!({ "__typename": "Album", "title": "First", "likes": 1, "artist": { "name": "Miles" } });
        assert_eq!(answer, json!({ "data": { "favoriteAlbum": { "result": result, "errors": [] } } }));
        // The function's own two, with the question whether the album may be read; and two for the row with its artist.
        assert_eq!(statements, 5);

        let (answer, statements) =
            shelf.run(&shelf.ada, "mutation { creditAlbum(input: { name: \"Miles\" }) { errors { code } } }").await;
        assert_eq!(
            (answer, statements),
            (json!({ "data": { "creditAlbum": { "errors": [] } } }), 1),
            "nothing is selected"
        );
    })
    .await;
}

#[tokio::test]
async fn a_row_that_the_actor_may_not_read_is_null_or_left_out() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let leak = "{ leakAlbum(slug: \"third\") { title } }";
        assert_eq!(shelf.run(&shelf.ada, leak).await.0, json!({ "data": { "leakAlbum": null } }));
        let seen = json!({ "data": { "leakAlbum": { "title": "Third" } } });
        assert_eq!(shelf.run(&shelf.curator, leak).await.0, seen);
        let absent = shelf.run(&shelf.ada, "{ leakAlbum(slug: \"none\") { title } }").await;
        assert_eq!(absent.0, json!({ "data": { "leakAlbum": null } }), "as one that is not there");

        let pick = "{ pickAlbum(slugs: \"third second none first second\") { title } }";
        let titles = |titles: &[&str]| {
            let rows: Vec<_> = titles.iter().map(|it| json!({ "title": it })).collect();
            json!({ "data": { "pickAlbum": rows } })
        };
        assert_eq!(shelf.run(&shelf.ada, pick).await.0, titles(&["Second", "First", "Second"]));
        assert_eq!(shelf.run(&shelf.curator, pick).await.0, titles(&["Third", "Second", "First", "Second"]));
    })
    .await;
}

#[tokio::test]
async fn a_list_of_rows_costs_as_many_statements_as_its_selection() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        for slugs in ["first", "first second", "first second first"] {
            for (selected, read) in [("id title likes", 1), ("id artist { name }", 2)] {
                let query = format!("{{ pickAlbum(slugs: \"{slugs}\") {{ {selected} }} }}");
                // The function reads in a context of its own.
                let (answer, statements) = shelf.run(&shelf.ada, &query).await;
                assert_eq!(statements, read, "{slugs} {selected} {answer}");
            }
        }
        let (answer, statements) = shelf.run(&shelf.ada, "{ artistsAlbum { slug } }").await;
        assert_eq!((answer, statements), (json!({ "data": { "artistsAlbum": [{ "slug": "miles" }] } }), 2));
        let (answer, statements) = shelf.run(&shelf.ada, "{ pickAlbum(slugs: \"none\") { title } }").await;
        assert_eq!((answer, statements), (json!({ "data": { "pickAlbum": [] } }), 0), "there is nothing to read");
    })
    .await;
}

#[tokio::test]
async fn a_typed_call_gives_the_rows_that_its_actor_may_read() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let album: Album = Album::favorite().slug("first").run(&shelf.ada).await.unwrap();
        assert_eq!(album.title, "First");
        let error = Album::favorite().slug("third").run(&shelf.ada).await.unwrap_err();
        assert_eq!(error.code(), Code::NotFound);
        let hidden: Option<Album> = Album::leak().slug("third").run(&shelf.nobody).await.unwrap();
        assert!(hidden.is_none());
        let seen = Album::leak().slug("third").run(&shelf.curator).await.unwrap();
        assert_eq!(seen.map(|it| it.title).as_deref(), Some("Third"));
        let picked: Vec<Album> = Album::pick().slugs("third first first").run(&shelf.ada).await.unwrap();
        assert_eq!(picked.iter().map(|it| it.slug.as_str()).collect::<Vec<_>>(), ["first", "first"]);
        let artists: Vec<Artist> = Album::artists().run(&shelf.nobody).await.unwrap();
        assert_eq!(artists[0].name, "Miles");
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_read_in_the_transaction_that_the_action_ran_in() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let undone = shelf.ada.transaction(async |cx| {
            let artist = Artist::query().one(cx).await?.ok_or_else(Error::not_found)?;
            Artist::add().name("Bill").slug("bill").run(cx).await?;
            Album::add().title("Debut").slug("debut").artist(artist.id).run(cx).await?;
            let album = Album::leak().slug("first").run(cx).await?;
            assert_eq!(album.map(|it| it.title).as_deref(), Some("First"));
            let artists = Album::artists().run(cx).await?;
            assert_eq!(artists.len(), 2, "one of them is not committed");
            Err::<(), _>(Error::new(Code::Conflict, "enough"))
        });
        assert_eq!(undone.await.unwrap_err().code(), Code::Conflict);
        assert_eq!(Album::artists().run(&shelf.ada).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_list_of_more_rows_than_a_list_may_have_is_refused() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let query = |many| format!("{{ pickAlbum(slugs: \"{}\") {{ id }} }}", vec!["first"; many].join(" "));
        let (answer, _) = shelf.run(&shelf.ada, &query(250)).await;
        assert_eq!(answer["data"]["pickAlbum"].as_array().map(Vec::len), Some(250));
        let (answer, _) = shelf.run(&shelf.ada, &query(251)).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
        // What she may not read is as if it were not there, however much of it there is.
        let hidden = format!("{{ pickAlbum(slugs: \"{} first\") {{ id }} }}", vec!["third"; 300].join(" "));
        assert_eq!(shelf.run(&shelf.ada, &hidden).await.0["data"]["pickAlbum"].as_array().map(Vec::len), Some(1));
        let (answer, _) = shelf.run(&shelf.curator, &hidden).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
    })
    .await;
}
