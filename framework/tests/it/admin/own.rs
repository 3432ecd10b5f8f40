//! Whoever would take from themselves what they may do is asked first.

use samara::record::Input;
use samara::value::Value;
use uuid::Uuid;

use super::served::{Client, Served, on_both};

async fn me(client: &Client) -> Uuid {
    client.get("/admin/users?display_name=ada").await.ids()[0]
}

/// The session that a client uses.
async fn session_of(client: &Client, user: Uuid) -> Uuid {
    let page = client.get(&format!("/admin/sessions?user_id={user}")).await;
    page.ids().into_iter().find(|it| *it != user).unwrap()
}

async fn role(served: &Served, user: Uuid) -> String {
    let resource = served.engine.app().find("User").unwrap();
    let record =
        served.engine.system("test").get(samara::query::Query::unrestricted(resource), user).await.unwrap().unwrap();
    let (index, _) = served.engine.app().resource(resource).attribute("role").unwrap();
    record.attributes[usize::from(index)].shown().unwrap().as_text().unwrap().to_owned()
}

#[tokio::test]
async fn revoking_the_session_in_use_asks_first_and_signs_out() {
    on_both(async |_, client| {
        let me = me(&client).await;
        let address = format!("/admin/sessions/{}/revoke", session_of(&client, me).await);
        // A button of a list posts at once; the form says so before anybody posts.
        let list = format!("/admin/sessions?user_id={me}");
        for asked in [client.post(&address, &[("_return_to", &list)]).await, client.get(&address).await] {
            assert!(asked.text().contains("you will be signed out"), "{}", asked.text());
        }
        let asked = client.post(&address, &[("_return_to", &list)]).await;
        assert_eq!((asked.status, asked.value("_return_to")), (422, list.clone()));
        assert!(asked.html.contains(&format!("href=\"{list}\"")), "Cancel leads back");
        assert_eq!(client.post(&address, &[("_confirmed", "yes")]).await.status, 422);
        assert_eq!(client.get("/me").await.status, 200, "nothing was done");
        let done = client.post(&address, &[("_confirmed", &asked.value("_confirmed"))]).await;
        assert_eq!((done.status, done.location.as_deref()), (303, Some("/")));
        assert_ne!(client.get("/me").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn revoking_another_session_does_not_ask() {
    on_both(async |served, client| {
        let me = me(&client).await;
        let here = session_of(&client, me).await;
        served.client(me).await;
        let page = client.get(&format!("/admin/sessions?user_id={me}")).await;
        let other = page.ids().into_iter().find(|it| *it != me && *it != here).unwrap();
        assert_eq!(client.post(&format!("/admin/sessions/{other}/revoke"), &[]).await.status, 303);
        assert_eq!(client.get("/me").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn lowering_ones_own_role_asks_first() {
    on_both(async |served, client| {
        let me = me(&client).await;
        served.user("Bo Admin", "ADMIN").await;
        let address = format!("/admin/users/{me}/set-role");
        assert!(!client.get(&address).await.text().contains("This is yourself"), "nothing was chosen yet");
        let asked = client.post(&address, &[("role", "MEMBER")]).await;
        assert_eq!(asked.status, 422);
        assert!(asked.text().contains("you will not get into the admin any more"), "{}", asked.text());
        assert!(asked.html.contains("<option value=\"MEMBER\" selected>"), "what was chosen stays");
        assert_eq!(role(&served, me).await, "ADMIN");
        // What was confirmed is this role and no other.
        let confirmed = asked.value("_confirmed");
        let other = client.post(&address, &[("role", "BUILDER"), ("_confirmed", &confirmed)]).await;
        assert_eq!((other.status, role(&served, me).await.as_str()), (422, "ADMIN"));
        let done = client.post(&address, &[("role", "MEMBER"), ("_confirmed", &confirmed)]).await;
        assert_eq!(
            (done.status, done.location.as_deref(), role(&served, me).await.as_str()),
            (303, Some("/"), "MEMBER")
        );
    })
    .await;
}

#[tokio::test]
async fn what_changes_no_right_of_ones_own_is_done_at_once() {
    on_both(async |served, client| {
        let me = me(&client).await;
        // One's name, and somebody else's role.
        let named = client.post(&format!("/admin/users/{me}/edit"), &[("display_name", "Ada A.")]).await;
        assert_eq!(named.status, 303);
        let bo = served.user("Bo Admin", "ADMIN").await;
        assert_eq!(client.post(&format!("/admin/users/{bo}/set-role"), &[("role", "MEMBER")]).await.status, 303);
        assert_eq!(role(&served, bo).await, "MEMBER");
        // Who may not do it is not asked.
        let member = served.client(bo).await;
        served.update("User", "set_role", bo, Input::new().with("role", Value::Text("BUILDER".into()))).await;
        assert_eq!(
            member.post_without_token(&format!("/admin/users/{bo}/set-role"), &[("role", "ADMIN")]).await.status,
            404
        );
    })
    .await;
}
