//! Forms: who changes the same row at the same time, what may be left empty, and rows that are picked.

use samara::application::{ActionFunction, Application, Function};
use samara::context::Context;
use samara::database::Backend;
use samara::error::Error;
use samara::future::BoxFuture;
use samara::ir::{Action, ActionKind, Applies, Argument, Attribute, FieldPolicy, Returns, Type};
use samara::query::Query;
use samara::record::{Input, ReturnValue};
use samara::testing;
use samara::value::Value;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::fixture;
use super::served::{Served, on_both, world};
use crate::support::declare::{Describe, action, altered, attribute, literal, named, nullable};

#[tokio::test]
async fn two_who_edit_different_fields_of_a_row_do_not_undo_each_other() {
    on_both(async |_, client| {
        let edit = format!("/admin/worlds/{}/edit", world(&client, "Harbour", "harbour").await);
        let stamps = client.get(&edit).await.value("_stamps");
        let renamed = [("name", "Old Harbour"), ("visibility", "PUBLIC"), ("capacity", ""), ("_stamps", &stamps)];
        assert_eq!(client.post(&edit, &renamed).await.status, 303);
        // The second form was opened before the first was sent, so it still holds the old name.
        let bounded = [("name", "Harbour"), ("visibility", "PUBLIC"), ("capacity", "12"), ("_stamps", &stamps)];
        assert_eq!(client.post(&edit, &bounded).await.status, 303);
        let after = client.get(&edit).await;
        assert_eq!((after.value("name"), after.value("capacity")), ("Old Harbour".into(), "12".into()));
    })
    .await;
}

#[tokio::test]
async fn a_field_that_both_changed_is_asked_about_and_then_replaced() {
    on_both(async |_, client| {
        let edit = format!("/admin/worlds/{}/edit", world(&client, "Harbour", "harbour").await);
        let stamps = client.get(&edit).await.value("_stamps");
        let send = async |name: &str, capacity: &str, stamps: &str| {
            let fields = [("name", name), ("visibility", "PUBLIC"), ("capacity", capacity), ("_stamps", stamps)];
            client.post(&edit, &fields).await
        };
        assert_eq!(send("Old Harbour", "7", &stamps).await.status, 303);
        let late = send("New Harbour", "", &stamps).await;
        assert_eq!(late.status, 422);
        assert!(late.text().contains("Name: was changed to “Old Harbour” by somebody else"), "{}", late.text());
        assert_eq!((late.value("name"), late.value("capacity")), ("New Harbour".into(), String::new()));
        // Sent once more, it replaces the name; the capacity, which nobody touched here, stays what the other made it.
        assert_eq!(send("New Harbour", "", &late.value("_stamps")).await.status, 303);
        let after = client.get(&edit).await;
        assert_eq!((after.value("name"), after.value("capacity")), ("New Harbour".into(), "7".into()));
        // The same change twice is no conflict.
        let stamps = after.value("_stamps");
        assert_eq!(send("Harbour", "7", &stamps).await.status, 303);
        assert_eq!(send("Harbour", "7", &stamps).await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn a_value_that_is_hidden_stays_unless_it_is_taken_away() {
    let mut application = fixture::application();
    // A note that everybody may write and nobody may read, not even admins: bypasses do not open fields.
    application.ir = altered(&application.ir, |resources| {
        let world = named(resources, "World");
        world.attributes.push(Attribute { guarded: true, ..nullable(attribute("note", Type::String)) });
        let seal = attribute("sealed", Type::Boolean);
        world.attributes.push(Attribute { guarded: true, ..seal.defaulting(Value::Bool(true)) });
        let attributes = vec!["note".into(), "sealed".into()];
        let condition = literal(Value::Bool(false), Type::Boolean);
        let never = FieldPolicy { name: "nobody".into(), docs: String::new(), attributes, condition };
        world.field_policies.push(never);
        let update = world.actions.iter_mut().find(|it| it.name == "update").unwrap();
        update.accept.extend(["note".into(), "sealed".into()]);
    });
    for backend in [Backend::Sqlite, Backend::Postgres] {
        testing::on(backend, &application, async |engine| {
            let served = Served::start(&engine).await;
            let client = served.client(served.user("Ada Admin", "ADMIN").await).await;
            let id = world(&client, "Harbour", "harbour").await;
            let note = Input::new().with("note", Value::Text("kept".into()));
            served.update("World", "update", id, note).await;
            let edit = format!("/admin/worlds/{id}/edit");
            let form = client.get(&edit).await;
            assert!(!form.html.contains("kept") && form.text().contains("Its present value is hidden from you"));
            let stored = async || {
                let world = engine.app().find("World").unwrap();
                let record = engine.system("tests").get(Query::unrestricted(world), id).await.unwrap().unwrap();
                let named = |name| {
                    record.attributes[usize::from(engine.app().resource(world).attribute(name).unwrap().0)].clone()
                };
                (named("note").shown().cloned().unwrap(), named("sealed").shown().cloned().unwrap())
            };
            let fields =
                [("name", "Harbour"), ("visibility", "PUBLIC"), ("capacity", "3"), ("note", ""), ("sealed", "")];
            assert_eq!(client.post(&edit, &fields).await.status, 303);
            assert_eq!(stored().await, (Value::Text("kept".into()), Value::Bool(true)));
            let taken = [&fields[..], &[("note.none", "true")]].concat();
            assert_eq!(client.post(&edit, &taken).await.status, 303);
            assert_eq!(stored().await, (Value::Null, Value::Bool(true)));
        })
        .await;
    }
}

#[tokio::test]
async fn a_picker_lists_few_rows_and_searches_many() {
    on_both(async |served, client| {
        let mara = served.user("Mara Lind", "MEMBER").await;
        let few = client.get("/admin/memberships/new").await;
        assert!(few.html.contains("Mara Lind (mara.lind@example.org)</option>"));
        assert!(!few.html.contains("name=\"user_id.search\""));
        for index in 0..60 {
            served.user(&format!("Person {index:02}"), "MEMBER").await;
        }
        let many = client.get("/admin/memberships/new").await;
        assert!(many.html.contains("name=\"user_id.search\"") && many.text().contains("The first 20 are listed"));
        // By name, by address and by id; the answer is a page too, for whoever has no JavaScript.
        for search in ["LIND", "mara.lind@", &mara.to_string()] {
            let found = client.get(&format!("/admin/memberships/new?user_id.search={search}")).await;
            assert!(found.html.contains(&format!("<option value=\"{mara}\">")), "{search}");
            assert!(found.text().contains("1 is found."), "{search}: {}", found.text());
        }
        assert!(client.get("/admin/memberships/new?user_id.search=%25").await.text().contains("Nothing is found."));

        // The button beside a search shows the form again with all that was entered, and does nothing.
        let mara_id = mara.to_string();
        let world = world(&client, "Harbour", "harbour").await.to_string();
        let entered = [("world_id", world.as_str()), ("role", "HOST"), ("user_id", ""), ("user_id.search", "mara")];
        let searched = client.post("/admin/memberships/new", &[&entered[..], &[("_search", "user_id")]].concat()).await;
        assert_eq!(searched.status, 200);
        assert!(searched.html.contains("<option value=\"HOST\" selected>"));
        assert!(searched.html.contains(&format!("<option value=\"{world}\" selected>")));
        assert_eq!(client.get("/admin/memberships").await.rows(), 0);
        let chosen = [("world_id", world.as_str()), ("role", "HOST"), ("user_id", &mara_id), ("user_id.search", "xyz")];
        assert_eq!(client.post("/admin/memberships/new", &chosen).await.status, 303);
        // Without JavaScript Enter in the search's field posts the form: a search that was not made is made first.
        let typed = [("world_id", world.as_str()), ("role", "HOST"), ("user_id", ""), ("user_id.search", "mara")];
        let searched = client.post("/admin/memberships/new", &typed).await;
        assert!(searched.status == 200 && searched.html.contains(&format!("<option value=\"{mara}\">Mara Lind")));
        assert_eq!(searched.value("user_id.searched"), "mara");
        let again = [&typed[..], &[("user_id.searched", "mara")]].concat();
        assert_eq!(client.post("/admin/memberships/new", &again).await.status, 422, "nobody was chosen");
        // The first button of a form is what Enter presses: not a search's.
        let form = many.html.split("<form class=\"card\"").nth(1).unwrap();
        assert!(!form.split("<button").nth(1).unwrap().split('>').next().unwrap().contains("name="));
        // What is chosen stays on the list, whatever is searched for.
        let chosen = client.get(&format!("/admin/memberships/new?user_id={mara}&user_id.search=person")).await;
        assert!(chosen.html.contains(&format!("<option value=\"{mara}\" selected>Mara Lind")));
    })
    .await;
}

#[tokio::test]
async fn an_input_that_is_given_twice_is_refused() {
    on_both(async |_, client| {
        for fields in [[("kind", "BUILD"), ("kind", "EXPLORE")], [("kind", "BUILD"), ("kind", "BUILD")]] {
            let wrong = client.post("/admin/activities/new", &fields).await;
            assert_eq!(wrong.status, 422);
            assert!(wrong.text().contains("Kind: is given more than once"), "{}", wrong.text());
        }
        assert_eq!(client.get("/admin/activities").await.rows(), 0);
        let twice = client.get("/admin/activities/summary?since=2026-01-01&since=2026-02-01").await;
        assert!(twice.status == 422 && twice.text().contains("Since: is given more than once"), "{}", twice.text());
    })
    .await;
}

#[tokio::test]
async fn values_that_are_malformed_or_name_nothing_are_told_at_their_fields() {
    on_both(async |_, client| {
        let nobody = Uuid::now_v7().to_string();
        for (field, value, said) in [
            ("detail", "{\"a\": }", "Detail: is not valid JSON: line 1, column 7"),
            ("detail", "null", "Detail: must not be null"),
            ("occurred_at", "yesterday", "Occurred at: must be a date and time"),
            ("kind", "NAP", "Kind: "),
            ("world_id", "1", "World: must be an id"),
            ("world_id", &nobody, "World: not found"),
        ] {
            let kind = if field == "kind" { value } else { "BUILD" };
            let fields = if field == "kind" { vec![("kind", kind)] } else { vec![("kind", kind), (field, value)] };
            let wrong = client.post("/admin/activities/new", &fields).await;
            assert_eq!(wrong.status, 422, "{field}={value}");
            assert!(wrong.text().contains(said), "{field}={value}: {}", wrong.text());
            assert!(wrong.html.contains(&value.replace('"', "&quot;")), "{field}={value} is kept");
            assert!(wrong.html.contains(&format!("aria-describedby=\"field-{field}-")), "{field}");
        }
        assert_eq!(client.get("/admin/activities").await.rows(), 0);
    })
    .await;
}

/// The row may be older than the rule.
#[tokio::test]
async fn a_form_that_is_left_as_it_was_loses_no_line_ends() {
    on_both(async |served, client| {
        let id = world(&client, "Harbour", "harbour").await;
        let stored = "UPDATE worlds SET name = 'Harbour\nand town'";
        served.engine.system("a test").unpoliced("what no action does").execute_unprepared(stored).await.unwrap();
        let edit = format!("/admin/worlds/{id}/edit");
        let form = client.get(&edit).await;
        assert!(form.html.contains("Harbour\nand town</textarea>"), "{}", form.html);
        let fields = |name: &'static str, stamps| {
            [("name", name), ("visibility", "PUBLIC"), ("capacity", "7"), ("_stamps", stamps)]
        };
        let stamps = form.value("_stamps");
        assert_eq!(client.post(&edit, &fields("Harbour\r\nand town", &stamps)).await.status, 303);
        let after = client.get(&edit).await;
        assert!(
            after.html.contains("Harbour\nand town</textarea>") && after.value("capacity") == "7",
            "{}",
            after.html
        );
        let stamps = after.value("_stamps");
        let changed = client.post(&edit, &fields("Harbour\r\nand city", &stamps)).await;
        assert!(changed.status == 422 && changed.text().contains("Name: must be one line"), "{}", changed.text());
    })
    .await;
}

/// A name that would have what follows it read from right to left, and first end what isolates it.
const TURNING: &str = "\u{2069}\u{202e}Harbour";

#[tokio::test]
async fn what_turns_writing_round_turns_nothing_round_beside_it() {
    on_both(async |served, client| {
        let id = world(&client, TURNING, "harbour").await;
        let user = served.user(TURNING, "MEMBER").await;
        let edit = format!("/admin/worlds/{id}/edit");
        for path in [
            "/admin/worlds".to_owned(),
            format!("/admin/worlds?name={TURNING}&slug={TURNING}"),
            format!("/admin/worlds?{TURNING}=1&sort={TURNING}&visibility={TURNING}"),
            format!("/admin/worlds/{id}"),
            edit.clone(),
            format!("/admin/worlds/{id}/destroy"),
            format!("/admin/users/{user}"),
            "/admin/memberships/new".to_owned(),
            format!("/admin/memberships?user_id={user}&world_id={id}"),
        ] {
            check_isolated(&path, &client.get(&path).await.html);
        }
        let fields = |name: &'static str| [("name", name), ("visibility", "PUBLIC"), ("_stamps", "other.other.other")];
        let late = client.post(&edit, &fields("Port")).await;
        assert!(late.text().contains("by somebody else"), "{}", late.text());
        check_isolated("a conflict", &late.html);
        let own = served.client(user).await;
        for path in ["/", "/me", "/sign-in", "/sign-out"] {
            check_isolated(path, &own.get(path).await.html);
        }
    })
    .await;
}

/// Wherever the name stands, it is isolated: by an element, or by marks where there can be none. An input holds it as it is.
fn check_isolated(path: &str, html: &str) {
    let mut before = html.split('\u{202e}').collect::<Vec<_>>();
    before.pop();
    assert!(!before.is_empty(), "{path}: no name\n{html}");
    for before in before {
        let is_isolated = ["<bdi>", "\u{2068}", " value=\"\u{2069}"].iter().any(|it| before.ends_with(it));
        let end: String = before.chars().skip(before.chars().count().saturating_sub(100)).collect();
        assert!(is_isolated, "{path}: {end}");
    }
}

#[tokio::test]
async fn a_search_says_what_it_does_with_case() {
    on_both(async |_, client| {
        for (name, slug) in [("École", "ecole"), ("Harbour", "harbour")] {
            world(&client, name, slug).await;
        }
        let list = client.get("/admin/worlds").await;
        assert!(list.html.contains("title=\"A to Z count as a to z;"), "{}", list.html);
        for (asked, rows) in [("HARB", 1), ("COLE", 1), ("%C3%89cole", 1), ("%C3%A9cole", 0)] {
            assert_eq!(client.get(&format!("/admin/worlds?name={asked}")).await.rows(), rows, "{asked}");
        }
    })
    .await;
}

/// Makes worlds readable again.
async fn mend(cx: &Context) {
    let sql = "ALTER TABLE worlds RENAME COLUMN was_name TO name";
    cx.unpoliced("what no action does").execute_unprepared(sql).await.unwrap();
}

/// The row of the world of that slug; one that nobody may read for `nowhere`. For `broken` it makes worlds unreadable.
fn found(cx: &Context, input: Input) -> BoxFuture<'_, Result<ReturnValue, Error>> {
    Box::pin(async move {
        let worlds = cx.engine().app().find("World").unwrap();
        let slug = input.get("slug").cloned();
        let page = cx.engine().system("a test").read(Query::unrestricted(worlds)).await?;
        let (id, _) = cx.engine().app().resource(worlds).attribute("slug").unwrap();
        if slug == Some(Value::Text("broken".into())) {
            let sql = "ALTER TABLE worlds RENAME COLUMN name TO was_name";
            cx.engine().system("a test").unpoliced("what no action does").execute_unprepared(sql).await.unwrap();
            return Ok(ReturnValue::Row(page.records[0].id(cx.engine().app())));
        }
        let row = page.records.iter().find(|it| it.attribute(id).shown() == slug.as_ref());
        let key = row.and_then(|it| it.id(cx.engine().app()));
        Ok(ReturnValue::Row(match slug == Some(Value::Text("nowhere".into())) {
            true => Some(Uuid::now_v7().into()),
            false => key,
        }))
    })
}

fn finding() -> Application {
    let mut application = fixture::application();
    application.ir = altered(&application.ir, |resources| {
        let world = named(resources, "World");
        for (name, query) in [("find", false), ("look", true)] {
            let returns = Returns::Row { resource: "World".into(), nullable: true };
            let slug = Argument { name: "slug".into(), docs: String::new(), ty: Type::String, nullable: false };
            world
                .actions
                .push(Action { arguments: vec![slug], ..action(name, ActionKind::Generic { query, returns }) });
            world
                .policies
                .iter_mut()
                .find(|it| it.name == "signed_in")
                .unwrap()
                .applies
                .push(Applies::Action(name.into()));
        }
    });
    for name in ["find", "look"] {
        let function = Function::Generic(found);
        application.functions.push(ActionFunction { resource: "World".into(), action: name.into(), function });
    }
    application
}

#[tokio::test]
async fn a_form_whose_action_answers_a_row_leads_to_it() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        testing::on(backend, &finding(), async |engine| {
            let served = Served::start(&engine).await;
            let client = served.client(served.user("Ada Admin", "ADMIN").await).await;
            let id = world(&client, "Harbour", "harbour").await;
            let gone_to = client.post("/admin/worlds/find", &[("slug", "harbour")]).await;
            assert_eq!((gone_to.status, gone_to.location), (303, Some(format!("/admin/worlds/{id}"))));
            for slug in ["nowhere", "none"] {
                let none = client.post("/admin/worlds/find", &[("slug", slug)]).await;
                assert!(none.status == 200 && none.text().contains("none"), "{slug} {}", none.text());
            }
            let looked = client.get("/admin/worlds/look?slug=harbour").await;
            assert!(looked.html.contains(&format!("<a href=\"/admin/worlds/{id}\">")), "{}", looked.html);
            let looked = client.get("/admin/worlds/look?slug=nowhere").await;
            assert!(!looked.html.contains("/admin/worlds/0"), "{}", looked.html);
            // What was done is told as done, although its answer cannot be read.
            let untold = client.post("/admin/worlds/find", &[("slug", "broken")]).await;
            assert_eq!((untold.status, untold.location.as_deref()), (303, Some("/admin/worlds")), "{}", untold.text());
            mend(&engine.system("a test")).await;
            let told = client.get("/admin/worlds").await;
            assert!(told.text().contains("Find world: done. What it answered cannot be shown now."), "{}", told.text());
        })
        .await;
    }
}
