//! What is stored and no value of its declared type: a fault of that field, in a row that is otherwise as it is and can be mended.

use samara::__private::decode;
use samara::error::{Code, Error};
use samara::ir::Comparison;
use samara::query::Query;
use samara::record::{Field, Input};
use samara::testing::on_both;
use samara::value::ValueError;
use sea_orm::ConnectionTrait;

use super::support::expression::{E, col, variant};
use super::support::people::{People, id, text};
use super::support::platform::application;

const UNREADABLE: Field = Field::Failed(ValueError::Unreadable);

async fn change(people: &People, sql: &str) {
    let done = people.engine.system("a test").unpoliced("what no action does").execute_unprepared(sql).await.unwrap();
    assert!(done.rows_affected() > 0, "{sql}");
}

fn field(error: &Error) -> (Code, &[String]) {
    (error.code(), &error.problems()[0].fields)
}

#[tokio::test]
async fn a_variant_that_is_not_declared_is_a_fault_of_its_field() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        change(&people, "UPDATE users SET role = 'WIZARD' WHERE display_name = 'builder'").await;
        let admin = people.acting(people.admin).await;
        for record in admin.read(people.all("User")).await.unwrap().records {
            let wizard = id(&people.engine, &record) == people.builder;
            assert_eq!(people.field(&record, "role") == UNREADABLE, wizard, "{record:?}");
            assert!(people.field(&record, "display_name").shown().is_some());
        }
        let query = people.all("User");
        let stored = admin.get(query.clone(), people.builder).await.unwrap().unwrap();
        assert_eq!(people.field(&stored, "role"), UNREADABLE);

        // In conditions it is none of the variants.
        let role = |op| E::compare(col("role"), op, variant("Role", "BUILDER"));
        for (condition, rows) in [(role(Comparison::Eq), 0), (role(Comparison::Ne), 4)] {
            let filter = people.filter("User", condition);
            assert_eq!(people.ids(&admin, &Query { filter, ..query.clone() }).await.len(), rows);
        }

        // Whoever changes something else leaves it, and whoever may gives it a value.
        let user = people.engine.app().find("User").unwrap();
        let named = Input::new().with("display_name", text("Merlin"));
        let updated = admin.update(user, "update", people.builder, named).await.unwrap();
        assert_eq!(people.field(&updated, "role"), UNREADABLE);
        assert_eq!(people.field(&updated, "display_name"), Field::Shown(text("Merlin")));
        let system = people.engine.system("tests");
        let mended = Input::new().with("role", text("MEMBER"));
        let updated = system.update(user, "set_role", people.builder, mended).await.unwrap();
        assert_eq!(people.field(&updated, "role"), Field::Shown(text("MEMBER")));
    })
    .await;
}

/// Rights that are told by what cannot be read are neither given nor taken silently.
#[tokio::test]
async fn an_actor_whose_role_cannot_be_read_gets_no_rights_by_it() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let world = people.world(people.member, "hers", "PRIVATE").await;
        change(&people, "UPDATE users SET role = 'WIZARD' WHERE display_name = 'builder'").await;
        let wizard = people.acting(people.builder).await;
        let error = wizard.read(people.all("World")).await.unwrap_err();
        assert_eq!(error.code(), Code::Internal, "a policy asks for the role");
        let worlds = people.engine.app().find("World").unwrap();
        let renamed = Input::new().with("name", text("taken"));
        assert_eq!(wizard.update(worlds, "update", world, renamed).await.unwrap_err().code(), Code::Internal);
        assert_eq!(people.acting(people.member).await.read(people.all("World")).await.unwrap().records.len(), 1);
    })
    .await;
}

#[test]
fn a_typed_row_says_which_field_it_is() {
    let attributes = vec![Field::Shown(text("Ada")), UNREADABLE, Field::Failed(ValueError::Overflow)];
    let resource = application().ir.find("User").unwrap();
    let record = samara::record::Record { resource, attributes, calculations: Vec::new(), related: Vec::new() };
    let mut decode = decode("User", record);
    assert_eq!(decode.next::<String>("name").unwrap(), "Ada");
    assert_eq!(field(&decode.next::<String>("role").unwrap_err()), (Code::Internal, &["role".to_owned()][..]));
    let error = decode.next::<samara::attribute::Guarded<i64>>("score").unwrap_err();
    assert_eq!(field(&error), (Code::Invalid, &["score".to_owned()][..]));
}
