//! What is asked of a row that an upsert keeps, of one that an update leads out, and of one that is named by what none can have.

use samara::call::{self, Upserted};
use samara::context::{Actor, Context};
use samara::engine::Engine;
use samara::error::Code;
use samara::graphql::{Api, Options, Request};
use samara::prelude::*;
use samara::testing::on_both;
use serde_json::json;

/// Who gives badges.
#[resource(table = "guilds")]
pub struct Guild {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub open: bool,
}

#[actions]
impl Guild {
    #[read(primary)]
    fn list();

    #[create(accept = [open])]
    fn found();
}

#[policies]
impl Guild {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// A badge, which exists while it is in stock and not withdrawn.
#[resource(table = "badges", base_filter = |it| it.withdrawn_at.is_none() && it.stock >= 0)]
#[graphql(type = "Badge")]
pub struct Badge {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique, max_length = 20)]
    pub name: String,
    #[attribute(public, default = 1)]
    pub level: i64,
    #[attribute(public, default = 0)]
    pub stock: i64,
    #[attribute(public)]
    pub withdrawn_at: Option<DateTimeUtc>,
    #[belongs_to(on_delete = restrict)]
    pub guild: BelongsTo<Guild>,
}

#[actions]
impl Badge {
    #[read(primary)]
    fn list();

    #[read(get = name)]
    fn by_name();

    #[create(accept = [name, level, guild(private)], upsert = name)]
    fn mint();

    /// Its stock is its caller's to say, and that it is withdrawn its own.
    #[update(accept = [stock], set(withdrawn_at = now()))]
    fn withdraw();

    #[update(get = name, accept = [stock])]
    fn count();
}

#[policies]
impl Badge {
    #[policy(read, update, anyone)]
    fn everybody() -> bool {
        true
    }

    /// Of low levels and open guilds.
    #[policy(create, anyone)]
    fn mintable(badge: Row<Badge>) -> bool {
        badge.level < 5 && badge.guild().open
    }
}

#[domain(resources = [Guild, Badge])]
pub struct Badges;

samara::app!(domains = [Badges]);

struct Mint {
    engine: Engine,
    system: Context,
    anyone: Context,
    open: Uuid,
    closed: Uuid,
}

impl Mint {
    async fn new(engine: Engine) -> Self {
        let (system, anyone) = (engine.system("tests"), engine.context(Actor::Anonymous));
        let open = Guild::found().open(true).run(&system).await.unwrap().id;
        let closed = Guild::found().open(false).run(&system).await.unwrap().id;
        Self { engine, system, anyone, open, closed }
    }
}

/// What is stored is not what the create would make: its policies are asked of that one alone.
#[tokio::test]
async fn a_kept_row_is_not_asked_what_a_new_one_is() {
    on_both(&App::application(), async |engine| {
        let it = Mint::new(engine).await;
        let stored = Badge::mint().name("Star").level(9).guild(it.closed).run(&it.system).await.unwrap();
        let mint = |level, guild| call::upserted(Badge::mint().name("Star").level(level).guild(guild), &it.anyone);
        let Upserted::Kept(kept) = mint(1, it.open).await.unwrap() else { panic!("it was there") };
        assert_eq!((kept.id, kept.level), (stored.id, 9));
        assert_eq!(mint(9, it.open).await.unwrap_err().code(), Code::Unauthenticated);
        assert_eq!(mint(1, it.closed).await.unwrap_err().code(), Code::Unauthenticated);
        // Of a row that could be minted now as little.
        Badge::mint().name("Sun").guild(it.open).run(&it.anyone).await.unwrap();
        let error = Badge::mint().name("Sun").guild(it.closed).run(&it.anyone).await.unwrap_err();
        assert_eq!(error.code(), Code::Unauthenticated);
        assert_eq!(Badge::query().count(&it.system).await.unwrap(), 2);
    })
    .await;
}

/// An action that sets one thing by which a row leaves does not excuse another, which its caller gives.
#[tokio::test]
async fn a_row_leaves_by_what_the_action_sets_alone() {
    on_both(&App::application(), async |engine| {
        let it = Mint::new(engine).await;
        let badge = Badge::mint().name("Star").guild(it.open).run(&it.anyone).await.unwrap().id;
        let error = Badge::withdraw(badge).stock(-1).run(&it.anyone).await.unwrap_err();
        assert_eq!((error.code(), error.problems()[0].fields.join(",")), (Code::Invalid, "stock".to_owned()));
        assert_eq!(Badge::query().count(&it.system).await.unwrap(), 1);
        Badge::withdraw(badge).stock(3).run(&it.anyone).await.unwrap();
        assert_eq!(Badge::query().count(&it.system).await.unwrap(), 0);
    })
    .await;
}

/// A read finds nothing by it, as a write does.
#[tokio::test]
async fn a_name_that_no_row_can_have_names_none() {
    on_both(&App::application(), async |engine| {
        let it = Mint::new(engine).await;
        Badge::mint().name("Star").guild(it.open).run(&it.anyone).await.unwrap();
        for name in ["St\0ar", "a name of more than twenty characters"] {
            assert!(Badge::by_name(name).run(&it.anyone).await.unwrap().is_none());
            assert_eq!(Badge::count(name).stock(1).run(&it.anyone).await.unwrap_err().code(), Code::NotFound);
        }
        let api = Api::new(it.engine.clone(), Options::default()).unwrap();
        let response = api.execute(&it.anyone, Request::new("{ badgeByName(name: \"St\\u0000ar\") { name } }")).await;
        let answer: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(answer, json!({ "data": { "badgeByName": null } }));
    })
    .await;
}
