//! All of a person's sessions end at once, and so do the sign-ins that were mailed to them.

use chrono::TimeDelta;
use samara::database::Backend;
use samara::record::Input;
use samara::value::Value;
use uuid::Uuid;

use super::fixture;
use super::served::{Client, Served, on, on_both, on_both_with};
use crate::support::contention::contend;

async fn open_session(client: &Client) -> bool {
    client.get("/me").await.status == 200
}

/// A link that ends in so many minutes.
async fn link(served: &Served, email: &str, minutes: i64) -> Uuid {
    let hash = Uuid::now_v7().simple().to_string();
    let expires_at = served.engine.system("seeds").now() + TimeDelta::minutes(minutes);
    let link = Input::new()
        .with("email", Value::Text(email.into()))
        .with("purpose", Value::Text("LINK".into()))
        .with("token_hash", Value::Text(hash))
        .with("expires_at", Value::Timestamp(expires_at));
    served.create("MagicLink", "issue", link).await
}

#[tokio::test]
async fn all_sessions_of_a_person_end_and_nobody_elses() {
    on_both(async |served, client| {
        let mara = served.user("Mara Lind", "MEMBER").await;
        let bo = served.user("Bo Builder", "BUILDER").await;
        let (first, second) = (served.client(mara).await, served.client(mara).await);
        let other = served.client(bo).await;
        let address = format!("/admin/users/{mara}/revoke-sessions");
        let detail = client.get(&format!("/admin/users/{mara}")).await;
        assert!(detail.html.contains(&format!("href=\"{address}\"")));

        let question = client.get(&address).await;
        assert!(question.text().contains("Mara Lind") && question.html.contains("(2)"), "{}", question.text());
        assert!(open_session(&first).await, "a GET has no effect");
        assert_eq!(client.post_without_token(&address, &[]).await.status, 403);
        assert!(open_session(&first).await);

        let revoked = client.post(&address, &[]).await;
        let back = format!("/admin/users/{mara}");
        assert_eq!((revoked.status, revoked.location.as_deref()), (303, Some(back.as_str())));
        assert!(client.get(&back).await.text().contains("Sessions: all revoked."));
        assert!(!open_session(&first).await && !open_session(&second).await);
        assert!(open_session(&other).await);
        assert!(client.get(&address).await.text().contains("nothing to revoke"));
        // Nobody whom the admin does not let in finds the address, whatever they send.
        assert_eq!(other.get(&address).await.status, 404);
        assert_eq!(other.post_without_token(&address, &[]).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn ending_ones_own_sessions_signs_this_browser_out() {
    on_both(async |served, client| {
        let me = client.get("/admin/users?display_name=ada").await.ids()[0];
        let elsewhere = served.client(me).await;
        let address = format!("/admin/users/{me}/revoke-sessions");
        assert!(client.get(&address).await.text().contains("you will be signed out"));
        let revoked = client.post(&address, &[]).await;
        assert_eq!((revoked.status, revoked.location.as_deref()), (303, Some("/")));
        assert!(!open_session(&client).await && !open_session(&elsewhere).await);
    })
    .await;
}

#[tokio::test]
async fn mailed_sign_ins_of_an_address_are_taken_back_together() {
    on_both(async |served, client| {
        let mara = served.user("Mara Lind", "MEMBER").await;
        link(&served, "mara.lind@example.org", 10).await;
        link(&served, "mara.lind@example.org", 10).await;
        link(&served, "somebody@example.org", 10).await;
        let detail = client.get(&format!("/admin/users/{mara}")).await;
        assert!(detail.html.contains("href=\"/admin/magic-links/send?email=mara.lind%40example.org\""));
        assert_eq!(client.post(&format!("/admin/users/{mara}/revoke-magic-links"), &[]).await.status, 303);
        assert_eq!(client.get("/admin/magic-links?revoked_at.is=some").await.rows(), 2);
        assert_eq!(client.get("/admin/magic-links?revoked_at.is=none&email=somebody").await.rows(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_was_used_or_has_expired_is_not_to_be_revoked() {
    on_both(async |served, client| {
        let mara = served.user("Mara Lind", "MEMBER").await;
        let address = format!("/admin/users/{mara}/revoke-magic-links");
        let used = link(&served, "mara.lind@example.org", 10).await;
        let now = Value::Timestamp(served.engine.system("seeds").now());
        served.update("MagicLink", "consume", used, Input::new().with("consumed_at", now)).await;
        assert!(!client.get(&format!("/admin/users/{mara}")).await.html.contains(&address));
        link(&served, "mara.lind@example.org", -1).await;
        let question = client.get(&address).await;
        assert!(question.text().contains("nothing to revoke"), "{}", question.text());
        link(&served, "mara.lind@example.org", 10).await;
        assert!(client.get(&address).await.text().contains("still open (1)"));
        assert_eq!(client.post(&address, &[]).await.status, 303);
        assert_eq!(client.get("/admin/magic-links?revoked_at.is=some").await.rows(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_the_admin_may_not_end_stays_and_is_not_said_to_have_ended() {
    on_both_with(&fixture::ending_browsers_alone(), async |served, client| {
        let mara = served.user("Mara Lind", "MEMBER").await;
        let browser = served.client(mara).await;
        // They are newer, so they fill the first page that is read.
        for _ in 0..250 {
            served.session(mara, "BEARER").await;
        }
        let address = format!("/admin/users/{mara}/revoke-sessions");
        assert_eq!(client.get(&address).await.status, 200);
        let revoked = client.post(&address, &[]).await;
        let back = format!("/admin/users/{mara}");
        assert_eq!((revoked.status, revoked.location.as_deref()), (303, Some(back.as_str())));
        assert!(client.get(&back).await.text().contains("Sessions: revoked, as far as you may."));
        assert!(!open_session(&browser).await);
        assert_eq!(client.get("/admin/sessions?revoked_at.is=some").await.rows(), 1);
        // What is left is all that they may not end.
        assert_eq!(client.get(&address).await.status, 403);
        assert_eq!(client.post(&address, &[]).await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn what_ends_together_is_tried_again_together() {
    on(Backend::Postgres, &fixture::application(), async |served, client| {
        let mara = served.user("Mara Lind", "MEMBER").await;
        link(&served, "mara.lind@example.org", 10).await;
        link(&served, "mara.lind@example.org", 10).await;
        contend(&served.engine, "magic_links", 3).await;
        assert_eq!(client.post(&format!("/admin/users/{mara}/revoke-magic-links"), &[]).await.status, 303);
        assert_eq!(client.get("/admin/magic-links?revoked_at.is=some").await.rows(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_lists_buttons_lead_back_to_the_list_as_it_was() {
    on_both(async |served, client| {
        let mara = served.user("Mara Lind", "MEMBER").await;
        let theirs = served.client(mara).await;
        let list = format!("/admin/sessions?user_id={mara}&revoked_at.is=none&sort=-inserted_at&rows=25");
        let page = client.get(&list).await;
        let session = page.ids().into_iter().find(|it| *it != mara).unwrap();
        let action = format!("/admin/sessions/{session}/revoke");
        assert!(page.html.contains(&format!("formaction=\"{action}\"")));
        let back = page.value("_return_to").replace("&amp;", "&");
        assert_eq!(back, list);
        let revoked = client.post(&action, &[("_return_to", &back)]).await;
        assert_eq!((revoked.status, revoked.location), (303, Some(list.clone())));
        let after = client.get(&list).await;
        assert!(after.rows() == 0 && after.text().contains("Revoke: done."), "{}", after.text());
        assert!(!open_session(&theirs).await);
    })
    .await;
}
