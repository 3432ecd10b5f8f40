//! A page says what was done, once, and nothing that was not.

use super::served::{on_both, world};

#[tokio::test]
async fn what_was_done_is_said_once_on_the_page_that_follows() {
    on_both(async |_, client| {
        let made =
            client.post("/admin/worlds/new", &[("name", "Inn"), ("slug", "inn"), ("visibility", "PUBLIC")]).await;
        let page = made.location.as_deref().unwrap();
        assert!(!page.contains('?'), "{page}");
        // Another page does not say it, and leaves it to the one that shall.
        assert!(!client.get("/admin/worlds").await.text().contains("created"));
        assert!(client.get(page).await.text().contains("World created."));
        assert!(!client.get(page).await.text().contains("created"));
        // Something else that is done meanwhile takes its place.
        client.post(&format!("{page}/edit"), &[("name", "Old Inn"), ("visibility", "PUBLIC")]).await;
        let gone = client.post(&format!("{page}/destroy"), &[]).await;
        let list = client.get(gone.location.as_deref().unwrap()).await;
        assert!(list.text().contains("World deleted.") && !list.text().contains("saved"), "{}", list.text());
    })
    .await;
}

#[tokio::test]
async fn nothing_is_said_that_did_not_happen() {
    on_both(async |served, client| {
        let id = world(&client, "Harbour", "harbour").await;
        let flash = client.flash().unwrap();
        let colleague = served.client(served.user("Bo Admin", "ADMIN").await).await;
        let page = format!("/admin/worlds/{id}");
        // An address claims nothing, and neither does a cookie that was changed, or made for somebody else or another page.
        for address in ["/admin/worlds?done=worlds.destroy", "/admin/worlds?done=%3Cb%3E.create"] {
            let claimed = client.get(address).await;
            assert_eq!(claimed.status, 400);
            assert!(claimed.text().contains("There is no filter “done”.") && !claimed.text().contains("deleted"));
        }
        assert!(!client.get(&format!("{page}?done=worlds.destroy")).await.text().contains("deleted"));
        for (forger, cookie) in [
            (&client, flash.replace("create", "destroy")),
            (&client, "worlds.destroy".to_owned()),
            (&client, format!("{flash}x")),
            (&colleague, flash.clone()),
        ] {
            forger.with_flash(&cookie);
            let text = forger.get(&page).await.text();
            assert!(!text.contains("created") && !text.contains("deleted"), "{cookie}: {text}");
        }
        client.with_flash(&flash);
        assert!(client.get(&page).await.text().contains("World created."));
        assert_eq!(client.flash(), None);
    })
    .await;
}
