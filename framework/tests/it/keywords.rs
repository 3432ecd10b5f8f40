//! What is named with a word of Rust's (`r#type`) is called by that word everywhere else.

use samara::entity::sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use samara::graphql::sdl;
use samara::prelude::*;
use samara::table::declared;
use samara::testing::on_both;

/// Something with unlucky names.
#[resource(table = "things", identity(r#in = [r#type, r#loop]), entity)]
#[graphql(type = "Thing")]
#[admin(group = "Things", columns = [r#type, r#where])]
pub struct Thing {
    #[id]
    pub id: Uuid,
    #[attribute(public, index)]
    pub r#type: String,
    #[attribute(public)]
    pub r#loop: Option<i64>,
    #[attribute(public, default = "here")]
    pub r#static: Guarded<String>,
    #[belongs_to(public, on_delete = nilify)]
    pub r#where: Option<BelongsTo<Thing>>,
}

#[actions]
impl Thing {
    #[read(primary, sort = [r#type])]
    fn list();

    #[create(accept = [r#type, r#loop, r#where])]
    fn r#yield();

    #[read(filter(|thing, r#match| thing.r#type == r#match))]
    fn alike(r#match: String);
}

#[policies]
impl Thing {
    #[policy(always)]
    fn everybody(thing: Row<Thing>) -> bool {
        thing.r#type != "secret"
    }

    #[field_policy(r#static)]
    fn straight(thing: Row<Thing>) -> bool {
        thing.r#loop.is_none()
    }
}

#[calculations]
impl Thing {
    #[calculation(public)]
    fn r#const(thing: Row<Thing>) -> bool {
        thing.r#loop.is_none()
    }
}

#[domain(resources = [Thing])]
pub struct Things;

samara::app!(App, domains = [Things]);

#[tokio::test]
async fn an_entity_uses_the_words() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let door = Thing::r#yield().r#type("door").run(&cx).await.unwrap();
        let handle = Thing::r#yield().r#type("handle").r#where(door.id).run(&cx).await.unwrap();
        let database = cx.unpoliced("what no action reads");
        let of_handle = thing_entity::Column::Type.eq("handle");
        let read = thing_entity::Entity::find().filter(of_handle).one(&database).await.unwrap().unwrap();
        assert_eq!((*read.id, read.r#static.as_str(), read.r#loop), (handle.id, "here", None));
        assert_eq!(read.where_id.as_deref(), Some(&door.id));
    })
    .await;
}

#[test]
fn tables_and_the_api_use_the_words() {
    let app = App::application().ir;
    let table = &declared(&app)[0];
    let names: Vec<&str> = table.columns.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["id", "type", "loop", "static", "where_id", "inserted_at", "updated_at"]);
    let indexes: Vec<&str> = table.indexes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(indexes, ["things_in_key", "things_type_idx", "things_where_id_idx"]);
    let columns = &app.resources()[0].admin.as_ref().unwrap().columns;
    assert_eq!(columns, &["type", "where"]);
    let sdl = sdl(&app).unwrap();
    for promised in ["  type: String!", "  loop: Int", "  where: Thing", "  const: Boolean!", "yieldThing("] {
        assert!(sdl.contains(promised), "{promised}: {sdl}");
    }
    assert!(!sdl.contains("r#"), "{sdl}");
}

#[tokio::test]
async fn calls_work() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let one = Thing::r#yield().r#type("a").run(&cx).await.unwrap();
        Thing::r#yield().r#type("b").r#loop(2).r#where(one.id).run(&cx).await.unwrap();
        let found = Thing::alike().r#match("b").run(&cx).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].r#type.as_str(), found[0].r#loop, found[0].where_id), ("b", Some(2), Some(one.id)));
        let nobody = engine.context(samara::context::Actor::Anonymous);
        let all = Thing::list().run(&nobody).await.unwrap();
        let seen: Vec<_> = all.iter().map(|it| it.r#static.get().map(String::as_str)).collect();
        assert_eq!(seen, [Some("here"), None]);
    })
    .await;
}
