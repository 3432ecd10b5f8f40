//! How many statements a screen costs: it depends on what kind of screen it is, never on the rows. `docs/measurements.md` has the table.

use samara::record::Input;
use samara::value::Value;
use uuid::Uuid;

use super::served::{Client, Served, activities, on_both, world};

/// The statements of one request, those that find out who asks among them.
async fn cost(served: &Served, client: &Client, path: &str) -> u64 {
    let before = served.engine.database().statements();
    let page = client.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    served.engine.database().statements() - before
}

/// Somebody does something in a world.
async fn visit(served: &Served, user: Uuid, world: Uuid) {
    let cx = served.engine.system("seeds").acting_as(user).await.unwrap();
    let input = Input::new().with("kind", Value::Text("BUILD".into())).with("world_id", Value::Uuid(world));
    cx.create(served.engine.app().find("Activity").unwrap(), "record", input).await.unwrap();
}

#[tokio::test]
async fn a_screen_costs_what_its_kind_costs() {
    on_both(async |served, client| {
        let mara = served.user("Mara Lind", "MEMBER").await;
        let world = world(&client, "Harbour", "harbour").await;
        let user = format!("/admin/users/{mara}");
        let expected = [
            ("/admin".to_owned(), 9),
            ("/admin/users".to_owned(), 2),
            ("/admin/activities".to_owned(), 6),
            (format!("/admin/activities?user_id={mara}&kind=BUILD&sort=occurred_at"), 6),
            ("/admin/sessions".to_owned(), 5),
            (user.clone(), 14),
            (format!("/admin/worlds/{world}"), 9),
            (format!("{user}/edit"), 2),
            (format!("/admin/worlds/{world}/destroy"), 2),
            ("/admin/activities/new".to_owned(), 2),
            ("/admin/memberships/new".to_owned(), 3),
            (format!("{user}/revoke-sessions"), 4),
        ];
        for rows in [1, 30] {
            visit(&served, mara, world).await;
            activities(&served, mara, rows).await;
            served.client(mara).await;
            let mut measured = Vec::new();
            for (path, _) in &expected {
                measured.push((path.clone(), cost(&served, &client, path).await));
            }
            assert_eq!(measured, expected, "{rows} rows more");
            // Another page than the first counts the rows before it.
            let first = client.get("/admin/activities?rows=1").await;
            let next = first.html.split("id=\"next\"").nth(1).and_then(|it| it.split("hx-get=\"").nth(1)).unwrap();
            let next = next.split('"').next().unwrap().replace("&amp;", "&");
            assert_eq!(cost(&served, &client, &next).await, 7);
        }
    })
    .await;
}
