//! Creates that declare an upsert: a row of the same identity is answered as it is, or takes what was given, by the policies of an update.

use std::sync::{Arc, Mutex};

use samara::call::{self, Upserted};
use samara::error::Code;
use samara::event::{Consumer, Event, Interest, Wrote};
use samara::future::BoxFuture;
use samara::ir;
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
            "mutation {{ likeFavorite(input: {{ albumId: \"{}\" }}) {{ wrote result {{ id note }} errors {{ code }} }} }}",
            album.id
        );
        let (answer, _) = shelf.run(&shelf.ada, &like).await;
        let kept = json!({ "id": first.id, "note": "mine" });
        assert_eq!(answer["data"]["likeFavorite"], json!({ "wrote": "KEPT", "result": kept, "errors": [] }));
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

#[tokio::test]
async fn the_answer_says_what_was_done_where_it_is_asked() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let artist = Artist::query().one(&shelf.ada).await.unwrap().unwrap();
        let import = |slug: &str, title: &str| {
            let input = format!("slug: \"{slug}\", title: \"{title}\", artistId: \"{}\"", artist.id);
            format!("mutation {{ importAlbum(input: {{ {input} }}) {{ wrote result {{ title }} errors {{ code }} }} }}")
        };
        for (slug, title, wrote, shown, codes) in [
            ("fourth", "Fourth", json!("CREATED"), json!({ "title": "Fourth" }), json!([])),
            ("fourth", "Last", json!("UPDATED"), json!({ "title": "Last" }), json!([])),
            ("second", "Mine", json!(null), json!(null), json!([{ "code": "FORBIDDEN" }])),
        ] {
            let (answer, _) = shelf.run(&shelf.ada, &import(slug, title)).await;
            let expected = json!({ "wrote": wrote, "result": shown, "errors": codes });
            assert_eq!(answer["data"]["importAlbum"], expected, "{slug} {title} {answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_stays_as_it_is_is_no_event_and_costs_no_more_than_a_new_row() {
    on_both(&App::application(), async |engine| {
        let told = Told::default();
        let shelf = Shelf::fill(engine.with_consumer(told.clone())).await;
        let album = Album::query().first(&shelf.ada).await.unwrap().unwrap();
        let mut costs = Vec::new();
        for _ in 0..2 {
            let before = shelf.ada.statements();
            Favorite::like().album(album.id).run(&shelf.ada).await.unwrap();
            costs.push(shelf.ada.statements() - before);
        }
        assert_eq!(costs[0], costs[1]);
        Favorite::remark().album(album.id).note("mine").run(&shelf.ada).await.unwrap();
        let told = std::mem::take(&mut *told.0.lock().unwrap());
        assert_eq!(told, [("like".to_owned(), Wrote::Created), ("revise".to_owned(), Wrote::Updated)]);
    })
    .await;
}

#[tokio::test]
async fn two_who_make_the_same_at_once_get_the_same_row() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let album = Album::query().first(&shelf.ada).await.unwrap().unwrap();
        let like = || Favorite::like().album(album.id).run(&shelf.ada);
        let (one, two, three) = tokio::join!(like(), like(), like());
        let ids = [one, two, three].map(|it| it.unwrap().id);
        assert!(ids.iter().all(|it| *it == ids[0]), "{ids:?}");
        assert_eq!(Favorite::query().count(&shelf.ada).await.unwrap(), 1);
    })
    .await;
}

/// Keeps what it is told of favorites: the action, and what was done.
#[derive(Clone, Debug, Default)]
struct Told(Arc<Mutex<Vec<(String, Wrote)>>>);

impl Consumer for Told {
    fn interest(&self, resource: &ir::Resource, _: &ir::Action) -> Interest {
        if resource.name == *"Favorite" { Interest::Keys } else { Interest::None }
    }

    fn consume<'a>(&'a self, _: &'a Context, events: &'a [Event]) -> BoxFuture<'a, Result<(), Error>> {
        self.0.lock().unwrap().extend(events.iter().map(|it| (it.action.to_string(), it.wrote)));
        Box::pin(async { Ok(()) })
    }
}
