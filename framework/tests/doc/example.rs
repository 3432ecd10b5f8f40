// What the examples in the documentation are about: worlds, and the rooms in them. Each example includes this file.

use samara::call;
use samara::context::Context;
use samara::database::Backend;
use samara::prelude::*;
use samara::testing;

#[resource(table = "worlds")]
pub struct World {
    #[id]
    pub id: Uuid,
    #[attribute(public, min_length = 1)]
    pub name: String,
    #[attribute(public, unique, slug)]
    pub slug: String,
    #[attribute(public)]
    pub capacity: Option<i64>,
    #[has_many(public, key = world)]
    pub rooms: HasMany<Room>,
}

#[actions]
impl World {
    #[read(primary, sort = [name], paginate(keyset, default = 50, max = 250))]
    fn list();
    #[create(accept = [name, slug, capacity])]
    fn create();
    #[update(accept = [name, capacity])]
    fn update();
    #[destroy]
    fn destroy();
    #[action(query)]
    async fn largest(cx: &Context) -> Result<Option<i64>> {
        Ok(World::query().select(|it| it.capacity).sort_desc(|it| it.capacity).first(cx).await?.flatten())
    }
}

#[policies]
impl World {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[calculations]
impl World {
    #[calculation(public)]
    fn room_count(world: Row<World>) -> i64 {
        world.rooms().count()
    }
}

#[resource(table = "rooms")]
pub struct Room {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
    #[belongs_to(public, on_delete = cascade)]
    pub world: BelongsTo<World>,
}

#[actions]
impl Room {
    #[read(primary, sort = [name], paginate(keyset))]
    fn list();
    #[create(accept = [name, world])]
    fn create();
}

#[policies]
impl Room {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [World, Room])]
pub struct Platform;

samara::app!(App, domains = [Platform]);

/// Runs an example on a fresh SQLite file.
pub fn run(example: impl AsyncFn(&Context) -> Result<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let application = App::application();
    runtime.block_on(testing::on(Backend::Sqlite, &application, async |engine| {
        example(&engine.system("an example")).await.unwrap();
    }));
}
