//! Another transaction that is always in the way, for a while.

use samara::engine::Engine;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

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

/// Whether a transaction waits for what another one has locked or written. On SQLite they wait before they begin.
pub(crate) async fn somebody_waits(engine: &Engine) -> bool {
    let waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let statement = Statement::from_string(DbBackend::Postgres, waiting);
    let connection = engine.system("a test").unpoliced("looking for who waits");
    !engine.database().capability().row_locks || connection.query_one_raw(statement).await.unwrap().is_some()
}

/// Refuses that many updates of a table's rows, on PostgreSQL, as if another transaction had been in the way.
pub(crate) async fn contend(engine: &Engine, table: &str, refusals: u32) {
    let script = CONTENTION.replace("{refusals}", &refusals.to_string()).replace("{table}", table);
    engine.system("a test").unpoliced("what no action does").execute_unprepared(&script).await.unwrap();
}
