//! Two servers that start on one database at the same moment.

use samara::database::Backend;
use samara::testing::TestDatabase;
use serde_json::Value;

use super::command::{TestFolder, eventually, status};
use crate::client::Client;

#[tokio::test]
async fn two_servers_that_start_at_once_share_the_work() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let places = [TestFolder::on(database.url()), TestFolder::on(database.url())];
        let mut servers: Vec<_> = places.iter().map(|it| it.start(&[])).collect();
        let mut counts = Vec::new();
        for server in &mut servers {
            let url = server.url();
            eventually("both are ready", async || (status(format!("{url}/readyz")).await == Some(200)).then_some(()))
                .await;
            let admin = Client::sign_in(&url, "admin@example.org").await;
            counts.push(admin.ok("{ users { totalCount } activities { totalCount } }", Value::Null).await);
        }
        assert_eq!(counts[0], counts[1], "{backend:?}");
        assert_eq!(counts[0]["users"]["totalCount"], 14);
        let said: Vec<String> = servers.into_iter().map(|it| it.stop().succeeded().stdout).collect();
        assert_eq!(said.iter().filter(|it| it.contains("Demo data was written")).count(), 1, "{backend:?}: {said:?}");
        database.remove().await;
    }
}
