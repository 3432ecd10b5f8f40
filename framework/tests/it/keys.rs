//! Rows that are known by numbers which the database counts, by given texts, or by random ids: typed calls, GraphQL, upserts, pages and foreign
//! keys treat them as any others, on both databases.

mod desk;

use desk::{App, Country, Label, Labelling, Office, Served as ServedApp, Ticket, Worldwide, ticket_entity};
use samara::engine::Engine;
use samara::entity::Stored;
use samara::entity::sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _};
use samara::error::Code;
use samara::graphql::{Api, Options, Request};
use samara::prelude::*;
use samara::record::Input;
use samara::testing::on_both;
use samara::value::Value;
use serde_json::{Value as Js, json};

use crate::admin::served::on_both_with;

async fn ask(engine: &Engine, operation: &str) -> Js {
    let api = Api::new(engine.clone(), Options::default()).unwrap();
    let response = api.execute(&engine.context(samara::context::Actor::Anonymous), Request::new(operation)).await;
    serde_json::from_slice(&response.body).unwrap()
}

fn codes(answer: &Js, field: &str) -> Vec<String> {
    let errors = answer["data"][field]["errors"].as_array().unwrap_or_else(|| panic!("{answer}"));
    errors.iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect()
}

/// Two countries, of which one is closed, and three tickets.
async fn fill(engine: &Engine) -> [Ticket; 3] {
    let cx = engine.context(samara::context::Actor::Anonymous);
    Country::add().code("DE").name("Germany").run(&cx).await.unwrap();
    Country::add().code("xx").name("Nowhere").closed(true).run(&engine.system("tests")).await.unwrap();
    let first = Ticket::open().title("First").country("de".into()).run(&cx).await.unwrap();
    let second = Ticket::open().title("Second").country("De".into()).follows(first.id).run(&cx).await.unwrap();
    let third = Ticket::open().title("Third").country("DE".into()).run(&cx).await.unwrap();
    [first, second, third]
}

#[tokio::test]
async fn numbers_are_counted_by_the_database() {
    on_both(&App::application(), async |engine| {
        let cx = engine.context(samara::context::Actor::Anonymous);
        let tickets = fill(&engine).await;
        assert_eq!(tickets.each_ref().map(|it| it.id), [1, 2, 3]);
        assert_eq!(tickets[1].follows_id, Some(1));
        // One statement for the number, and what any create costs.
        let before = cx.statements();
        let fourth = Ticket::open().title("Fourth").country("de".into()).run(&cx).await.unwrap();
        let counted = cx.statements() - before;
        let before = cx.statements();
        Labelling::query().all(&cx).await.unwrap();
        assert_eq!((fourth.id, cx.statements() - before), (4, 1));
        let label = Label::add().name("urgent").run(&cx).await.unwrap();
        let before = cx.statements();
        Labelling::put().ticket(4).label(label.name.clone()).run(&cx).await.unwrap();
        assert_eq!(cx.statements() - before, counted, "two keys are looked up instead of one, and no number is taken");

        let many = (0..500).map(|n| Ticket::open().title(format!("{n}")).country("de".into()));
        let before = cx.statements();
        let rows = samara::call::create_many(many).run(&cx).await.unwrap();
        assert!(cx.statements() - before <= 4, "the numbers of all rows are taken at once");
        assert_eq!(rows.iter().map(|it| it.id).collect::<Vec<_>>(), (5..505).collect::<Vec<_>>(), "in the order given");
        assert_eq!(rows[7].title, "7");

        // What is undone leaves a gap, and no number is given twice.
        let last = cx
            .transaction(async |cx| {
                let ticket = Ticket::open().title("Undone").country("de".into()).run(cx).await?;
                Err::<(), _>(Error::new(Code::Conflict, ticket.id.to_string()))
            })
            .await
            .unwrap_err();
        assert_eq!(last.code(), Code::Conflict);
        Ticket::close(504).run(&cx).await.unwrap();
        let next = Ticket::open().title("Next").country("de".into()).run(&cx).await.unwrap();
        assert!(next.id > 504, "{}", next.id);

        // What the database refuses is no fault of the counting.
        let error = Ticket::open().title("Lost").country("fr".into()).run(&cx).await.unwrap_err();
        assert_eq!(error.code(), Code::NotFound, "{error}");
    })
    .await;
}

#[tokio::test]
async fn numbers_go_on_after_rows_that_were_stored_by_hand() {
    on_both(&App::application(), async |engine| {
        let cx = engine.context(samara::context::Actor::Anonymous);
        fill(&engine).await;
        let sql = "INSERT INTO tickets (title, country_id, inserted_at, updated_at) \
                   SELECT 'By hand', country_id, inserted_at, updated_at FROM tickets WHERE id = 1";
        engine.system("a test").unpoliced("what no action does").execute_unprepared(sql).await.unwrap();
        let ticket = Ticket::open().title("Then").country("de".into()).run(&cx).await.unwrap();
        assert_eq!(ticket.id, 5);
        assert_eq!(Ticket::get(4).run(&cx).await.unwrap().unwrap().title, "By hand");
    })
    .await;
}

#[tokio::test]
async fn two_at_once_are_given_two_numbers() {
    on_both(&App::application(), async |engine| {
        let cx = engine.context(samara::context::Actor::Anonymous);
        Country::add().code("DE").name("Germany").run(&cx).await.unwrap();
        let open =
            async |n: i32| Ticket::open().title(n.to_string()).country("de".into()).run(&cx).await.map(|it| it.id);
        let (a, b, c, d) = tokio::join!(open(1), open(2), open(3), open(4));
        let mut ids = [a, b, c, d].map(Result::unwrap);
        ids.sort_unstable();
        assert_eq!(ids, [1, 2, 3, 4]);
    })
    .await;
}

#[tokio::test]
async fn given_texts_are_given_once_and_stay() {
    on_both(&App::application(), async |engine| {
        let cx = engine.context(samara::context::Actor::Anonymous);
        fill(&engine).await;
        assert_eq!(
            Country::get("DE".into()).run(&cx).await.unwrap().unwrap().name,
            "Germany",
            "its case does not count"
        );
        let error = Country::add().code("dE").name("Again").run(&cx).await.unwrap_err();
        assert_eq!(error.code(), Code::Conflict, "{error}");
        assert_eq!(error.problems()[0].fields, ["code"]);
        for (code, told) in [("", "must not be empty"), (" ", "must not be empty"), ("deu", "at most 2 characters")] {
            let error = Country::add().code(code).name("None").run(&cx).await.unwrap_err();
            assert!(error.code() == Code::Invalid && error.to_string().contains(told), "{code:?}: {error}");
        }
        let error = Country::remove("de".into()).run(&cx).await.unwrap_err();
        assert_eq!(error.code(), Code::Conflict, "tickets point at it: {error}");
        assert!(Country::get("".into()).run(&cx).await.unwrap().is_none());
        // Its case counts.
        Label::add().name("Urgent").run(&cx).await.unwrap();
        Label::add().name("urgent").run(&cx).await.unwrap();
        assert_eq!(Label::query().count(&cx).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_upsert_by_an_identity_tells_what_it_wrote() {
    on_both(&App::application(), async |engine| {
        fill(&engine).await;
        let put = r#"mutation { addLabel(input: { name: "urgent" }) { errors { code } }
            putLabelling(input: { ticketId: "1", labelId: "urgent" }) { wrote result { ticketId labelId label { name } } errors { code } } }"#;
        let answer = ask(&engine, put).await;
        let result = json!({ "ticketId": "1", "labelId": "urgent", "label": { "name": "urgent" } });
        assert_eq!(answer["data"]["putLabelling"], json!({ "wrote": "CREATED", "result": result, "errors": [] }));
        let joined = r#"{ tickets(filter: { labels: { name: { eq: "urgent" } } }) { totalCount nodes { id isUrgent labels { name } } }
            labels { name tickets(first: 1) { totalCount nodes { title } } } }"#;
        assert_eq!(
            ask(&engine, joined).await,
            json!({ "data": {
                "tickets": { "totalCount": 1, "nodes": [{ "id": "1", "isUrgent": true, "labels": [{ "name": "urgent" }] }] },
                "labels": [{ "name": "urgent", "tickets": { "totalCount": 1, "nodes": [{ "title": "First" }] } }],
            } })
        );
        let again = ask(&engine, put).await;
        assert_eq!(again["data"]["putLabelling"]["wrote"], "KEPT", "{again}");
        let take = r#"mutation { takeLabelling(ticketId: "1", labelId: "urgent") { errors { code } } }"#;
        assert!(codes(&ask(&engine, take).await, "takeLabelling").is_empty());
        assert_eq!(codes(&ask(&engine, take).await, "takeLabelling"), ["NOT_FOUND"]);
    })
    .await;
}

#[tokio::test]
async fn graphql_knows_every_key_as_an_id() {
    on_both(&App::application(), async |engine| {
        fill(&engine).await;
        let asked = r#"{ ticket(id: 2) { id countryId country { code name } follows { id } followsId isFirst }
            country(id: "DE") { code tickets(filter: { id: { in: ["3", "1"] } }) { nodes { id } } }
            tickets(filter: { country: { code: { eq: "De" } }, followsId: { isNil: true } }) { nodes { id } } 
            ticketsOfCountry(country: "DE") { id } }"#;
        let answer = ask(&engine, asked).await;
        assert_eq!(
            answer,
            json!({ "data": {
                "ticket": { "id": "2", "countryId": "de", "country": { "code": "de", "name": "Germany" }, "follows": { "id": "1" }, "followsId": "1", "isFirst": false },
                "country": { "code": "de", "tickets": { "nodes": [{ "id": "3" }, { "id": "1" }] } },
                "tickets": { "nodes": [{ "id": "3" }, { "id": "1" }] },
                "ticketsOfCountry": [{ "id": "1" }, { "id": "2" }, { "id": "3" }],
            } })
        );
        let open = r#"mutation { openTicket(input: { title: "New", countryId: "DE", followsId: 3 }) { result { id follows { title } } errors { code } } }"#;
        let answer = ask(&engine, open).await;
        assert_eq!(answer["data"]["openTicket"]["result"], json!({ "id": "4", "follows": { "title": "Third" } }), "{answer}");
    })
    .await;
}

/// Unknown, malformed and forbidden keys are the same to who asks.
#[tokio::test]
async fn what_names_no_row_is_not_found_whatever_it_looks_like() {
    on_both(&App::application(), async |engine| {
        fill(&engine).await;
        for id in ["7", "07", "x", "", "1.0", "-9223372036854775808", "9223372036854775808", "0"] {
            let answer = ask(&engine, &format!("{{ ticket(id: \"{id}\") {{ id }} tickets(filter: {{ id: {{ eq: \"{id}\" }} }}) {{ totalCount }} }}")).await;
            assert_eq!(answer, json!({ "data": { "ticket": null, "tickets": { "totalCount": 0 } } }), "{id}");
            let close = format!("mutation {{ closeTicket(id: \"{id}\") {{ result {{ id }} errors {{ code message path }} }} }}");
            assert_eq!(codes(&ask(&engine, &close).await, "closeTicket"), ["NOT_FOUND"], "{id}");
            let open = format!("mutation {{ openTicket(input: {{ title: \"T\", countryId: \"de\", followsId: \"{id}\" }}) {{ errors {{ code path }} }} }}");
            let answer = ask(&engine, &open).await;
            let errors = json!([{ "code": "NOT_FOUND", "path": ["input", "followsId"] }]);
            assert_eq!(answer["data"]["openTicket"]["errors"], errors, "{id}");
        }
        let mut told = Vec::new();
        for code in ["fr", "xx", "XX", "", "no code at all"] {
            let country = ask(&engine, &format!("{{ country(id: \"{code}\") {{ name }} }}")).await;
            let open = format!("mutation {{ openTicket(input: {{ title: \"T\", countryId: \"{code}\" }}) {{ result {{ id }} errors {{ code message path }} }} }}");
            told.push((country.to_string(), ask(&engine, &open).await.to_string()));
        }
        assert!(told.iter().all(|it| *it == told[0]), "{told:#?}");
        assert!(told[0].1.contains("NOT_FOUND"), "{told:#?}");
        // As it is given by code that knows no types.
        let cx = engine.context(samara::context::Actor::Anonymous);
        let tickets = engine.app().find("Ticket").unwrap();
        for code in ["fr", "xx", "XX"] {
            let input = Input::new().with("title", Value::Text("T".into())).with("country_id", Value::Text(code.into()));
            assert_eq!(cx.create(tickets, "open", input).await.unwrap_err().code(), Code::NotFound, "{code}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_go_along_every_key() {
    on_both(&App::application(), async |engine| {
        fill(&engine).await;
        let cx = engine.context(samara::context::Actor::Anonymous);
        for name in ["b", "a", "\u{e9}", "B", "c"] {
            Label::add().name(name).run(&cx).await.unwrap();
        }
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let answer = ask(
                &engine,
                &format!("{{ tickets(first: 2{after}) {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"),
            )
            .await;
            let page = &answer["data"]["tickets"];
            seen.extend(page["nodes"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()));
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = format!(", after: {}", page["pageInfo"]["endCursor"]);
        }
        assert_eq!(seen, ["3", "2", "1"]);
        let names: Vec<_> =
            Label::query().sort(|it| it.name).all(&cx).await.unwrap().into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["B", "a", "b", "c", "\u{e9}"]);
    })
    .await;
}

#[tokio::test]
async fn tenants_are_known_by_every_key() {
    on_both(&Worldwide::application(), async |engine| {
        fill(&engine).await;
        let nobody = engine.context(samara::context::Actor::Anonymous);
        for cx in [nobody.clone(), engine.system("tests")] {
            // In whatever case.
            let within = cx.with_tenant("DE").await.unwrap();
            let office = Office::open().run(&within).await.unwrap();
            assert_eq!(office.country_id.as_str(), "de");
            assert!(Office::get(office.id).run(&within).await.unwrap().is_some());
            let elsewhere = engine.system("tests").with_tenant("xx").await.unwrap();
            assert!(Office::get(office.id).run(&elsewhere).await.unwrap().is_none());
            // What is no key of theirs names none.
            assert_eq!(cx.with_tenant(7).await.unwrap_err().code(), Code::NotFound);
        }
        for code in ["fr", "xx", "XX", ""] {
            assert_eq!(nobody.with_tenant(code).await.unwrap_err().code(), Code::NotFound, "{code}");
        }
    })
    .await;
}

#[tokio::test]
async fn random_ids_tell_nothing() {
    on_both(&App::application(), async |engine| {
        fill(&engine).await;
        let cx = engine.context(samara::context::Actor::Anonymous);
        Label::add().name("urgent").run(&cx).await.unwrap();
        let put = Labelling::put().ticket(1).label("urgent".into()).run(&cx).await.unwrap();
        assert_eq!((put.id.get_version_num(), put.label_id.as_str()), (4, "urgent"));
    })
    .await;
}

#[tokio::test]
async fn screens_name_rows_by_every_key() {
    on_both_with(&ServedApp::application(), async |served, client| {
        fill(&served.engine).await;
        let ticket = client.get("/admin/tickets/2").await;
        assert_eq!(ticket.status, 200, "{}", ticket.html);
        for part in ["Second", "First", "Germany"] {
            assert!(ticket.text().contains(part), "{part}: {}", ticket.text());
        }
        let country = client.get("/admin/countries/=de").await;
        assert_eq!((country.status, country.text().contains("Third")), (200, true), "{}", country.html);
        for gone in [
            "/admin/tickets/9",
            "/admin/tickets/02",
            "/admin/tickets/x",
            "/admin/countries/de",
            "/admin/countries/=fr",
            "/admin/countries/=xx",
        ] {
            assert_eq!(client.get(gone).await.status, 404, "{gone}");
        }
        let filtered = client.get("/admin/tickets?country_id=de").await;
        assert_eq!((filtered.status, filtered.rows()), (200, 3), "{}", filtered.html);

        let form = client.get("/admin/countries/new").await;
        assert!(form.html.contains("name=\"code\"") && form.html.contains("maxlength=\"2\""), "{}", form.html);
        let made = client.post("/admin/countries/new", &[("code", "FR"), ("name", "France")]).await;
        assert_eq!(made.location.as_deref(), Some("/admin/countries/=fr"), "{}", made.html);
        let again = client.post("/admin/countries/new", &[("code", "fr"), ("name", "France")]).await;
        assert_eq!((again.status, again.text().contains("taken")), (422, true), "{} {}", again.status, again.text());
        assert!(!client.get("/admin/countries/=fr/edit").await.html.contains("name=\"code\""));
        let made =
            client.post("/admin/tickets/new", &[("title", "Fourth"), ("country_id", "fr"), ("follows_id", "3")]).await;
        assert_eq!(made.location.as_deref(), Some("/admin/tickets/4"), "{}", made.html);
        for (name, wrong) in [("country_id", "xx"), ("follows_id", "7"), ("follows_id", "x")] {
            let given = [("title", "Fifth"), ("country_id", "fr"), ("follows_id", "3")];
            let given: Vec<_> = given.into_iter().map(|it| if it.0 == name { (name, wrong) } else { it }).collect();
            let answer = client.post("/admin/tickets/new", &given).await;
            assert!((400..500).contains(&answer.status), "{name} = {wrong}: {}", answer.status);
        }
        assert_eq!(client.post("/admin/tickets/4/close", &[]).await.status, 303);
        assert_eq!(client.get("/admin/tickets/4").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn entities_have_every_key() {
    on_both(&App::application(), async |engine| {
        fill(&engine).await;
        let raw = engine.system("a test").unpoliced("what no action does");
        let ticket = ticket_entity::Entity::find_by_id(2).one(&raw).await.unwrap().unwrap();
        assert_eq!((ticket.title.as_str(), ticket.follows_id), ("Second", Some(Stored(1))));
        let of = ticket_entity::Entity::find()
            .filter(ticket_entity::Column::CountryId.eq(ticket.country_id))
            .all(&raw)
            .await;
        assert_eq!(of.unwrap().len(), 3);
    })
    .await;
}

#[test]
fn tables_say_who_counts() {
    let tables = samara::table::declared(&App::application().ir);
    let column = |table: &str, column: &str| {
        let table = tables.iter().find(|it| it.name == table).unwrap();
        table.column(column).cloned().unwrap()
    };
    assert!(column("tickets", "id").counted && column("tickets", "id").primary_key);
    assert!(!column("tickets", "follows_id").counted && !column("countries", "code").counted);
    let key = column("tickets", "country_id").references.unwrap();
    assert_eq!((key.table.as_str(), key.column.as_str()), ("countries", "code"));
}
