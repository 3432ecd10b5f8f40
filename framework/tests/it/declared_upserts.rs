//! Creates that declare an upsert: a row of the same identity is answered as it is, or takes what was given, by the policies of an update.

use samara::call::{self, Upserted};
use samara::error::Code;
use samara::prelude::*;
use samara::testing::on_both;
use serde_json::json;

use super::support::catalogue::{Album, App, Artist, Favorite, Shelf};

#[tokio::test]
async fn what_is_there_already_stays_as_it_is_and_is_answered() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let album = Album::query().first(&shelf.ada).await.unwrap().unwrap();
        let first = call::upserted(Favorite::like().album(album.id), &shelf.ada).await.unwrap();
        let Upserted::Created(first) = first else { panic!("{first:?}") };
        Favorite::annotate(album.id).note("mine").run(&shelf.ada).await.unwrap();
        let again = call::upserted(Favorite::like().album(album.id), &shelf.ada).await.unwrap();
        let Upserted::Kept(again) = again else { panic!("{again:?}") };
        assert_eq!((again.id, again.note.as_deref()), (first.id, Some("mine")));
        assert_eq!(Favorite::like().album(album.id).run(&shelf.ada).await.unwrap().id, first.id);
        let other = Favorite::like().album(album.id).run(&shelf.curator).await.unwrap();
        assert_ne!(other.id, first.id, "another listener has one of their own");
        assert_eq!(Favorite::query().count(&shelf.ada).await.unwrap(), 1);
        assert_eq!(
            Favorite::like().album(album.id).run(&shelf.nobody).await.unwrap_err().code(),
            Code::Unauthenticated
        );

        let like = format!(
            "mutation {{ likeFavorite(input: {{ albumId: \"{}\" }}) {{ result {{ id note }} errors {{ code }} }} }}",
            album.id
        );
        let (answer, _) = shelf.run(&shelf.ada, &like).await;
        let kept = json!({ "id": first.id, "note": "mine" });
        assert_eq!(answer["data"]["likeFavorite"], json!({ "result": kept, "errors": [] }));
    })
    .await;
}

#[tokio::test]
async fn several_are_made_or_found_by_one_call() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let albums = Album::query().all(&shelf.ada).await.unwrap();
        Favorite::like().album(albums[1].id).run(&shelf.ada).await.unwrap();
        let likes = albums.iter().map(|it| Favorite::like().album(it.id));
        let liked = call::create_many(likes).run(&shelf.ada).await.unwrap();
        let of: Vec<Uuid> = liked.iter().map(|it| it.album_id).collect();
        assert_eq!(of, albums.iter().map(|it| it.id).collect::<Vec<_>>());
        assert_eq!(Favorite::query().count(&shelf.ada).await.unwrap(), 2);
        let twice = [albums[0].id, albums[0].id].map(|it| Favorite::like().album(it));
        assert_eq!(call::create_many(twice).run(&shelf.ada).await.unwrap_err().code(), Code::Invalid);
    })
    .await;
}

#[tokio::test]
async fn a_stored_row_that_the_actor_may_not_read_is_a_conflict_as_ever() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let artist = Artist::query().one(&shelf.ada).await.unwrap().unwrap();
        let ensure = |slug: &str| Album::ensure().title(format!("New {slug}")).slug(slug).artist(artist.id);
        for slug in ["first", "second"] {
            let kept = ensure(slug).run(&shelf.ada).await.unwrap();
            assert!(!kept.title.starts_with("New"), "{kept:?}");
        }
        assert_eq!(ensure("third").run(&shelf.ada).await.unwrap_err().code(), Code::Conflict);
        assert_eq!(ensure("third").run(&shelf.curator).await.unwrap().title, "Third");
        assert_eq!(ensure("fourth").run(&shelf.ada).await.unwrap().title, "New fourth");
    })
    .await;
}

#[tokio::test]
async fn a_stored_row_takes_what_is_given_by_the_policies_of_the_update() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let artist = Artist::query().one(&shelf.ada).await.unwrap().unwrap();
        let import =
            |slug: &str| Album::import().title(format!("New {slug}")).slug(slug).artist(artist.id).released(false);
        let taken = call::upserted(import("first"), &shelf.ada).await.unwrap();
        let Upserted::Updated(taken) = taken else { panic!("{taken:?}") };
        assert_eq!((taken.title.as_str(), taken.released), ("New first", true), "it takes the title alone");
        assert_eq!(import("second").run(&shelf.ada).await.unwrap_err().code(), Code::Forbidden);
        assert_eq!(import("third").run(&shelf.ada).await.unwrap_err().code(), Code::Conflict);
        let second = Album::query().filter(expr!(|it| it.slug == "second")).one(&shelf.ada).await.unwrap();
        assert_eq!(second.unwrap().title, "Second", "nothing was written");

        let remark = |note: &str| Favorite::remark().album(taken.id).note(note.to_owned());
        assert!(matches!(call::upserted(remark("one"), &shelf.ada).await.unwrap(), Upserted::Created(_)));
        let Upserted::Updated(noted) = call::upserted(remark("two"), &shelf.ada).await.unwrap() else { panic!() };
        assert_eq!(noted.note.as_deref(), Some("two"));
    })
    .await;
}
