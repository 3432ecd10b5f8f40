//! Rows with a field that has no value which could be shown: the rest is shown, and they can be mended.

use samara::application::Application;
use samara::ir::Type;
use sea_orm::ConnectionTrait;

use super::fixture;
use super::served::{Served, on_both, on_both_with, world};
use crate::support::declare::{altered, calculation, named};
use crate::support::expression::surge;

async fn change(served: &Served, sql: &str) {
    let done = served.engine.system("a test").unpoliced("what no action does").execute_unprepared(sql).await.unwrap();
    assert_eq!(done.rows_affected(), 1, "{sql}");
}

/// Worlds with a calculation that is out of range below a capacity of eight.
fn application() -> Application {
    let application = fixture::application();
    let surge = surge().tree(&application.ir, Some("World"));
    let ir = altered(&application.ir, |resources| {
        let world = named(resources, "World");
        world.calculations.push(calculation("surge", Type::BigInteger, true, surge));
        world.admin.as_mut().unwrap().columns.push("surge".into());
    });
    Application { ir, ..application }
}

#[tokio::test]
async fn a_calculation_out_of_range_is_marked_in_its_cell() {
    on_both_with(&application(), async |served, client| {
        let small = world(&client, "Small", "small").await;
        world(&client, "Large", "large").await;
        change(&served, "UPDATE worlds SET capacity = 7 WHERE slug = 'small'").await;
        change(&served, "UPDATE worlds SET capacity = 9 WHERE slug = 'large'").await;
        let list = client.get("/admin/worlds?sort=name").await;
        assert_eq!((list.status, list.first_cells()), (200, vec!["Large".to_owned(), "Small".to_owned()]));
        assert_eq!(list.html.matches(">out of range<").count(), 1, "{}", list.text());
        assert!(list.text().contains("-9223372036854775807"), "{}", list.text());
        let detail = client.get(&format!("/admin/worlds/{small}")).await;
        assert_eq!((detail.status, detail.html.matches(">out of range<").count()), (200, 1), "{}", detail.text());
        assert!(detail.text().contains("Capacity 7"));
        assert_eq!(client.get(&format!("/admin/worlds/{small}/edit")).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_variant_that_is_not_declared_is_marked_and_can_be_replaced() {
    on_both(async |served, client| {
        let id = world(&client, "Harbour", "harbour").await;
        world(&client, "Garden", "garden").await;
        change(&served, "UPDATE worlds SET visibility = 'SECRET' WHERE slug = 'harbour'").await;
        for list in ["/admin/worlds", "/admin/worlds?sort=visibility", "/admin/worlds?sort=-visibility&rows=1"] {
            let list = client.get(list).await;
            assert_eq!(list.status, 200);
            assert!(!list.html.contains("SECRET") && !list.html.contains("Secret"), "{}", list.text());
        }
        assert_eq!(client.get("/admin/worlds").await.html.matches(">unknown<").count(), 1);
        let detail = client.get(&format!("/admin/worlds/{id}")).await;
        assert_eq!((detail.status, detail.html.matches(">unknown<").count()), (200, 1), "{}", detail.text());

        let edit = format!("/admin/worlds/{id}/edit");
        let form = client.get(&edit).await;
        assert!(
            form.text().contains("What is stored is no value of this field; left empty, it stays."),
            "{}",
            form.text()
        );
        // Whoever leaves it open changes the rest.
        let renamed = [("name", "Old Harbour"), ("visibility", ""), ("capacity", "")];
        assert_eq!(client.post(&edit, &renamed).await.status, 303);
        let detail = client.get(&format!("/admin/worlds/{id}")).await;
        assert!(detail.text().contains("Old Harbour") && detail.html.contains(">unknown<"), "{}", detail.text());
        let mended = [("name", "Old Harbour"), ("visibility", "PRIVATE"), ("capacity", "")];
        assert_eq!(client.post(&edit, &mended).await.status, 303);
        let detail = client.get(&format!("/admin/worlds/{id}")).await;
        assert!(detail.text().contains("Private") && !detail.html.contains(">unknown<"), "{}", detail.text());
    })
    .await;
}
