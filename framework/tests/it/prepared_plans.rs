//! What becomes of prepared statements in the database: more of them than a connection keeps, and plans that fit whoever asks.

use samara::context::Context;
use samara::database::{Backend, Database, Options};
use samara::engine::Engine;
use samara::ir::Direction;
use samara::prelude::*;
use samara::query::{Query, SortField, SortKey};
use samara::record::Field;
use samara::testing::{TestDatabase, ask};
use samara::value::Value;
use sea_orm::ConnectionTrait;

/// Somebody who owns parcels.
#[resource(table = "owners", timestamps = false)]
#[actor(identity = email)]
pub struct Owner {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
}

#[actions]
impl Owner {
    #[read(primary, sort = [email], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [email])]
    fn register();
}

#[policies]
impl Owner {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// A parcel, seen by its owner.
#[resource(table = "parcels", timestamps = false)]
pub struct Parcel {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub number: i64,
    #[attribute(public, default = 0)]
    pub length: i64,
    #[attribute(public, default = 0)]
    pub width: i64,
    #[attribute(public, default = 0)]
    pub height: i64,
    #[attribute(public, default = 0)]
    pub weight: i64,
    #[belongs_to(public, on_delete = cascade)]
    pub owner: BelongsTo<Owner>,
}

#[actions]
impl Parcel {
    #[read(primary, sort = [number], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [number, length, width, height, weight, owner])]
    fn post();
}

#[policies]
impl Parcel {
    #[policy(always)]
    fn their_own(parcel: Row<Parcel>, actor: Actor<Owner>) -> bool {
        parcel.owner_id == actor.id
    }
}

#[domain(resources = [Owner, Parcel])]
pub struct Post;

samara::app!(App, domains = [Post]);

/// Runs `check` with an engine that has one connection.
async fn on_one_connection(backend: Backend, check: impl AsyncFn(Engine)) {
    let application = App::application();
    let place = TestDatabase::with_tables(backend, &application.ir).await;
    let one = Options { postgres_connections: 1, sqlite_connections: 1, ..Options::default() };
    let database = Database::connect_with(place.url(), &one).await.unwrap();
    let engine = Engine::new(application.verified().unwrap(), database);
    check(engine.clone()).await;
    engine.database().close().await;
    place.remove().await;
}

async fn owner(engine: &Engine, name: &str) -> Uuid {
    Owner::register().email(format!("{name}@example.org")).run(&engine.system("tests")).await.unwrap().id
}

/// The attributes by which rows are sorted, three at a time, and in which directions.
fn orders() -> Vec<[(&'static str, Direction); 3]> {
    let attributes = ["length", "width", "height", "weight"];
    let directions = [Direction::Asc, Direction::Desc];
    let mut orders = Vec::new();
    for first in attributes {
        for second in attributes.into_iter().filter(|it| *it != first) {
            for third in attributes.into_iter().filter(|it| *it != first && *it != second) {
                for [a, b, c] in (0..8).map(|it| [it & 1, it >> 1 & 1, it >> 2].map(|it: usize| directions[it])) {
                    orders.push([(first, a), (second, b), (third, c)]);
                }
            }
        }
    }
    orders.truncate(150);
    orders
}

#[tokio::test]
async fn more_forms_of_reads_than_a_connection_keeps_statements_are_answered_rightly() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        on_one_connection(backend, async |engine| {
            let cx = engine.system("tests");
            let owner = owner(&engine, "one").await;
            let mut stored = Vec::new();
            for number in 0..24 {
                let [length, width, height, weight] = [number % 2, number % 3, number % 5, number % 7];
                let parcel = Parcel::post().number(number).length(length).width(width).height(height).weight(weight);
                parcel.owner(owner).run(&cx).await.unwrap();
                stored.push([length, width, height, weight]);
            }
            let orders = orders();
            assert_eq!(orders.len(), 150);
            let resource = engine.app().find("Parcel").unwrap();
            let declared = engine.app().resource(resource);
            for round in 0..3 {
                for order in &orders {
                    let sort = order.map(|(attribute, direction)| {
                        let field = SortField::Attribute(declared.attribute(attribute).unwrap().0);
                        SortKey { field, direction }
                    });
                    let found = cx.read(Query { sort: sort.to_vec(), ..Query::unrestricted(resource) }).await.unwrap();
                    let found: Vec<[i64; 3]> = found
                        .records
                        .iter()
                        .map(|it| {
                            order.map(|(attribute, _)| {
                                let (index, _) = declared.attribute(attribute).unwrap();
                                match &it.attributes[usize::from(index)] {
                                    Field::Shown(Value::Int(value)) => *value,
                                    other => panic!("{attribute} is {other:?}"),
                                }
                            })
                        })
                        .collect();
                    let mut expected: Vec<[i64; 3]> = stored
                        .iter()
                        .map(|it| {
                            order.map(|(attribute, _)| {
                                it[["length", "width", "height", "weight"]
                                    .iter()
                                    .position(|it| *it == attribute)
                                    .unwrap()]
                            })
                        })
                        .collect();
                    expected.sort_by_key(|it| {
                        [0, 1, 2].map(|key| match order[key].1 {
                            Direction::Asc => it[key],
                            _ => -it[key],
                        })
                    });
                    assert_eq!(found, expected, "{backend:?}, round {round}, by {order:?}");
                }
            }
            if backend == Backend::Postgres {
                let kept = ask(&engine, "SELECT count(*) FROM pg_prepared_statements").await;
                let kept: i64 = kept[0].try_get_by_index(0).unwrap();
                assert!((50..=100).contains(&kept), "{kept} statements are kept");
            }
        })
        .await;
    }
}

/// How many parcels that actor reads, of twenty at most.
async fn parcels(cx: &Context) -> usize {
    Parcel::query().limit(20).run(cx).await.unwrap().len()
}

#[tokio::test]
async fn the_plan_for_who_owns_little_is_not_that_for_who_owns_everything() {
    for big_first in [true, false] {
        on_one_connection(Backend::Postgres, async |engine| {
            let (small, big) = (owner(&engine, "small").await, owner(&engine, "big").await);
            let cx = engine.system("tests");
            let connection = cx.unpoliced("rows by the thousand");
            let rows = format!(
                "INSERT INTO parcels (id, number, length, width, height, weight, owner_id)
                    SELECT gen_random_uuid(), n, n, n, n, n, CASE n WHEN 25000 THEN '{small}' ELSE '{big}' END::uuid
                    FROM generate_series(1, 50001) n;
                ANALYZE parcels; ANALYZE owners"
            );
            connection.execute_unprepared(&rows).await.unwrap();
            let (first, second) = if big_first { (big, small) } else { (small, big) };
            for who in [first, second] {
                let acting = cx.acting_as(who).await.unwrap();
                let expected = if who == small { 1 } else { 20 };
                for _ in 0..10 {
                    assert_eq!(parcels(&acting).await, expected, "the big one first: {big_first}");
                }
            }
            let prepared = "SELECT name, statement, parameter_types::text, generic_plans, custom_plans
                FROM pg_prepared_statements WHERE statement LIKE '%FROM \"parcels\"%' AND statement NOT LIKE '%pg_prepared_statements%'";
            let prepared = ask(&engine, prepared).await;
            assert_eq!(prepared.len(), 1, "both have the same statement");
            let text = |column: usize| prepared[0].try_get_by_index::<String>(column).unwrap();
            let counts = [3, 4].map(|it| prepared[0].try_get_by_index::<i64>(it).unwrap());
            assert_eq!(text(2), "{uuid,bigint}", "the owner and the limit");
            let explain = format!("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) EXECUTE {}('{small}', 20)", text(0));
            let plan = ask(&engine, &explain).await;
            let plan: Vec<String> = plan.iter().map(|it| it.try_get_by_index(0).unwrap()).collect();
            let plan = plan.join("\n");
            assert!(
                plan.contains("Index") && !plan.contains("Seq Scan"),
                "the big one first: {big_first}, generic and custom plans: {counts:?}\n{plan}"
            );
        })
        .await;
    }
}
