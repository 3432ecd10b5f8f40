//! Identities of some rows, whose NULLs are equal, and which say in their own words that they are taken.

use samara::call::{self, Upserted};
use samara::context::{Actor, Context};
use samara::engine::Engine;
use samara::error::{Code, Error};
use samara::graphql::{Api, Options, Request};
use samara::prelude::*;
use samara::testing::on_both;
use serde_json::{Value as Js, json};

/// What pages lie in.
#[resource(table = "folders")]
#[graphql(type = "Folder")]
pub struct Folder {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub name: String,
}

#[actions]
impl Folder {
    #[read(primary)]
    fn list();

    #[create(accept = [name])]
    fn create();
}

#[policies]
impl Folder {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// Only public pages have addresses of their own; a title is unique in its folder, or where there is none.
#[resource(
    table = "pages",
    identity(slug_when_public = [slug], where = |it| it.is_public && it.slug != "draft", message = "a public page has this address"),
    identity(title_in_folder = [folder, title], nulls = equal, message = "there is one of that title")
)]
#[graphql(type = "Page")]
pub struct Page {
    #[id]
    pub id: Uuid,
    #[attribute(public, slug)]
    pub slug: String,
    #[attribute(public)]
    pub title: String,
    #[attribute(public, default = false)]
    pub is_public: bool,
    #[attribute(public, default = 0)]
    pub rank: i64,
    #[belongs_to(public, on_delete = cascade)]
    pub folder: Option<BelongsTo<Folder>>,
}

#[actions]
impl Page {
    #[read(primary, sort = [title])]
    fn list();

    #[create(accept = [slug, title, is_public, rank, folder])]
    fn write();

    #[update(accept = [rank])]
    fn rank();

    #[update(set(is_public = true))]
    fn publish();
}

#[policies]
impl Page {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Folder, Page])]
pub struct Wiki;

samara::app!(pub App, domains = [Wiki]);

/// Code, message and fields of all problems.
fn told(error: &Error) -> Vec<(Code, String, String)> {
    error.problems().iter().map(|it| (it.code, it.message.to_string(), it.fields.join(","))).collect()
}

fn address_taken() -> Vec<(Code, String, String)> {
    vec![(Code::Conflict, "a public page has this address".into(), "slug".into())]
}

fn title_taken() -> Vec<(Code, String, String)> {
    vec![(Code::Conflict, "there is one of that title".into(), "folder_id,title".into())]
}

/// A context, and a page that is public.
async fn started(engine: &Engine) -> (Context, Uuid) {
    let cx = engine.context(Actor::Anonymous);
    let page = Page::write().slug("home").title("Home").is_public(true).run(&cx).await.unwrap().id;
    (cx, page)
}

#[tokio::test]
async fn an_identity_holds_among_its_rows_alone() {
    on_both(&App::application(), async |engine| {
        let (cx, _) = started(&engine).await;
        let private = Page::write().slug("home").title("A").run(&cx).await.unwrap().id;
        Page::write().slug("home").title("B").run(&cx).await.unwrap();
        let error = Page::write().slug("home").title("C").is_public(true).run(&cx).await.unwrap_err();
        assert_eq!(told(&error), address_taken());
        let error = Page::publish(private).run(&cx).await.unwrap_err();
        assert_eq!(told(&error), address_taken());
        for title in ["D", "E"] {
            Page::write().slug("draft").title(title).is_public(true).run(&cx).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn rows_without_a_value_share_an_identity_that_says_so() {
    on_both(&App::application(), async |engine| {
        let (cx, _) = started(&engine).await;
        let error = Page::write().slug("a").title("Home").run(&cx).await.unwrap_err();
        assert_eq!(told(&error), title_taken());
        let folder = Folder::create().name("F").run(&cx).await.unwrap().id;
        Page::write().slug("a").title("Home").folder(folder).run(&cx).await.unwrap();
        let error = Page::write().slug("b").title("Home").folder(folder).run(&cx).await.unwrap_err();
        assert_eq!(told(&error), title_taken());
    })
    .await;
}

#[tokio::test]
async fn an_upsert_finds_the_rows_of_its_identity() {
    on_both(&App::application(), async |engine| {
        let (cx, home) = started(&engine).await;
        let upsert = |is_public, title: &str, rank| {
            let create = Page::write().slug("home").title(title).is_public(is_public).rank(rank);
            call::upsert(create, Page::SLUG_WHEN_PUBLIC, Page::rank)
        };
        let Upserted::Updated(it) = upsert(true, "Home", 1).run(&cx).await.unwrap() else { panic!("it was stored") };
        assert_eq!((it.id, it.rank), (home, 1));
        // One that is not public is none of them, and is stored each time.
        for title in ["A", "B"] {
            assert!(matches!(upsert(false, title, 2).run(&cx).await.unwrap(), Upserted::Created(_)));
        }
        let titled = |folder: Option<Uuid>, rank| {
            let create = Page::write().slug("x").title("Home").rank(rank).folder(folder);
            call::upsert(create, Page::TITLE_IN_FOLDER, Page::rank)
        };
        let Upserted::Updated(it) = titled(None, 3).run(&cx).await.unwrap() else { panic!("NULLs are equal") };
        assert_eq!((it.id, it.rank), (home, 3));
        let folder = Folder::create().name("F").run(&cx).await.unwrap().id;
        assert!(matches!(titled(Some(folder), 4).run(&cx).await.unwrap(), Upserted::Created(_)));
        let Upserted::Updated(it) = titled(Some(folder), 5).run(&cx).await.unwrap() else { panic!("it is stored") };
        assert_eq!((it.folder_id, it.rank), (Some(folder), 5));
    })
    .await;
}

#[tokio::test]
async fn several_of_one_identity_are_given_twice_among_its_rows_alone() {
    on_both(&App::application(), async |engine| {
        let (cx, _) = started(&engine).await;
        let pages = |is_public| {
            let pages = ["A", "B"].map(|it| Page::write().slug("same").title(it).is_public(is_public));
            call::upsert_many(pages, Page::SLUG_WHEN_PUBLIC, Page::rank)
        };
        let error = pages(true).run(&cx).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Invalid, "is given twice".into(), "slug".into())]);
        let stored = pages(false).run(&cx).await.unwrap();
        assert!(stored.iter().all(|it| matches!(it, Upserted::Created(_))), "{stored:?}");
        let pages = [("C", 7), ("D", 8)].map(|(title, rank)| Page::write().slug("x").title(title).rank(rank));
        let stored = call::upsert_many(pages, Page::TITLE_IN_FOLDER, Page::rank).run(&cx).await.unwrap();
        assert_eq!(stored.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_taken_identity_is_told_at_its_inputs() {
    on_both(&App::application(), async |engine| {
        let (cx, _) = started(&engine).await;
        let api = Api::new(engine.clone(), Options::default()).unwrap();
        let operation = "mutation { writePage(input: { slug: \"home\", title: \"X\", isPublic: true }) { errors { code message path } } }";
        let response = api.execute(&cx, Request::new(operation)).await;
        let answer: Js = serde_json::from_slice(&response.body).unwrap();
        let expected = json!([{ "code": "CONFLICT", "message": "a public page has this address", "path": ["input", "slug"] }]);
        assert_eq!(answer["data"]["writePage"]["errors"], expected);
    })
    .await;
}
