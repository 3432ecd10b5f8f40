//! Deleted rows have a list of their own, where they are restored and purged.

use super::fixture;
use super::served::{on_both_with, world};

#[tokio::test]
async fn deleted_rows_are_listed_restored_and_purged() {
    on_both_with(&fixture::keeping_worlds(), async |served, client| {
        let (inn, port) = (world(&client, "Inn", "inn").await, world(&client, "Port", "port").await);
        let question = client.get(&format!("/admin/worlds/{inn}/destroy")).await;
        assert!(!question.text().contains("cannot be undone"), "{}", question.text());
        for id in [inn, port] {
            client.post(&format!("/admin/worlds/{id}/destroy"), &[]).await;
        }
        let list = client.get("/admin/worlds").await;
        assert!(list.html.contains("href=\"/admin/worlds/deleted\"") && !list.text().contains("Inn"), "{}", list.html);
        assert_eq!(client.get(&format!("/admin/worlds/{inn}")).await.status, 404);
        // The last one first, and none has a page.
        let deleted = client.get("/admin/worlds/deleted").await;
        assert_eq!((deleted.status, deleted.first_cells()), (200, vec!["Port".to_owned(), "Inn".to_owned()]));
        assert!(!deleted.html.contains(&format!("href=\"/admin/worlds/{inn}\"")));
        assert!(deleted.html.contains(&format!("formaction=\"/admin/worlds/{inn}/restore\"")));
        assert!(deleted.html.contains(&format!("href=\"/admin/worlds/{inn}/purge\"")));
        let ordered = client.get("/admin/worlds/deleted?sort=name&rows=1").await;
        assert_eq!(ordered.first_cells(), ["Inn"]);
        assert_eq!(client.get("/admin/worlds/deleted?name=Inn").await.status, 400);

        let restored = client.post(&format!("/admin/worlds/{inn}/restore"), &[]).await;
        assert_eq!(restored.location.as_deref(), Some(format!("/admin/worlds/{inn}").as_str()));
        assert_eq!(client.get(&format!("/admin/worlds/{inn}")).await.status, 200);
        let detail = client.get(&format!("/admin/worlds/{inn}")).await;
        assert!(!detail.html.contains("/restore") && !detail.html.contains("/purge"));
        assert_eq!(client.post(&format!("/admin/worlds/{inn}/restore"), &[]).await.status, 404);
        let question = client.get(&format!("/admin/worlds/{port}/purge")).await;
        assert!(
            question.text().contains("Port") && question.text().contains("cannot be undone"),
            "{}",
            question.text()
        );
        let purged = client.post(&format!("/admin/worlds/{port}/purge"), &[]).await;
        assert_eq!(purged.location.as_deref(), Some("/admin/worlds/deleted"));
        assert!(client.get("/admin/worlds/deleted").await.first_cells().is_empty());
        assert_eq!(client.get(&format!("/admin/worlds/{port}/purge")).await.status, 404);
        drop(served);
    })
    .await;
}

#[tokio::test]
async fn whoever_may_restore_nothing_is_told_of_nothing() {
    on_both_with(&fixture::keeping_worlds(), async |served, client| {
        let inn = world(&client, "Inn", "inn").await;
        client.post(&format!("/admin/worlds/{inn}/destroy"), &[]).await;
        let stranger = served.client(served.user("Mara Lind", "MEMBER").await).await;
        for address in ["/admin/worlds/deleted".to_owned(), format!("/admin/worlds/{inn}/restore")] {
            assert_eq!(stranger.get(&address).await.status, 404);
        }
    })
    .await;
}
