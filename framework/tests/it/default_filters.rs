//! What a list shows unless its caller filters by the same.

use samara::prelude::*;
use samara::testing::on_both;
use serde_json::json;

use super::support::catalogue::{Album, App, Favorite, Shelf};

#[tokio::test]
async fn a_list_shows_what_its_default_filter_says_unless_the_caller_filters_by_the_same() {
    on_both(&App::application(), async |engine| {
        let shelf = Shelf::fill(engine).await;
        let albums = Album::query().all(&shelf.ada).await.unwrap();
        Favorite::add().album(albums[0].id).run(&shelf.ada).await.unwrap();
        Favorite::add().album(albums[1].id).note("loud").run(&shelf.ada).await.unwrap();

        let noted = Favorite::noted().all(&shelf.ada).await.unwrap();
        assert_eq!(noted.iter().map(|it| it.note.as_deref()).collect::<Vec<_>>(), [Some("loud")]);
        let bare = Favorite::noted().filter(expr!(|it| it.note.is_none())).all(&shelf.ada).await.unwrap();
        assert_eq!(bare.iter().map(|it| it.album_id).collect::<Vec<_>>(), [albums[0].id]);
        let (first, second) = (albums[0].id, albums[1].id);
        let of_first = Favorite::noted().filter(expr!(|it| it.album_id == first)).count(&shelf.ada).await.unwrap();
        let of_second = Favorite::noted().filter(expr!(|it| it.album_id == second)).count(&shelf.ada).await.unwrap();
        assert_eq!((of_first, of_second), (0, 1), "by something else it holds still");
        assert_eq!(Favorite::query().count(&shelf.ada).await.unwrap(), 2, "it narrows no other read");

        for (filter, total) in [
            ("", 1),
            ("(filter: { note: { isNil: true } })", 1),
            ("(filter: { or: [{ note: { isNil: true } }, { note: { isNil: false } }] })", 2),
        ] {
            let query = format!("{{ notedFavorites{filter} {{ totalCount }} }}");
            let (answer, statements) = shelf.run(&shelf.ada, &query).await;
            assert_eq!(
                (answer, statements),
                (json!({ "data": { "notedFavorites": { "totalCount": total } } }), 1),
                "{filter}"
            );
        }
        let changed = Favorite::noted().update(Favorite::revise, |it| it.note("soft")).run(&shelf.ada).await.unwrap();
        assert_eq!(changed.len(), 1, "a write of all its rows means the same");
    })
    .await;
}
