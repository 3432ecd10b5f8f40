//! Another transaction that is always in the way, for a while.

use samara::engine::Engine;
use sea_orm::ConnectionTrait;

/// Refuses the next writes of a table. A sequence keeps what is rolled back.
const CONTENTION: &str = "
    CREATE SEQUENCE tries;
    CREATE FUNCTION contend() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('tries') <= {refusals} THEN
            RAISE EXCEPTION 'contended' USING ERRCODE = 'serialization_failure';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER contend BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION contend()";

/// Refuses that many updates of a table's rows, on PostgreSQL, as if another transaction had been in the way.
pub(crate) async fn contend(engine: &Engine, table: &str, refusals: u32) {
    let script = CONTENTION.replace("{refusals}", &refusals.to_string()).replace("{table}", table);
    engine.system("a test").unpoliced("what no action does").execute_unprepared(&script).await.unwrap();
}
