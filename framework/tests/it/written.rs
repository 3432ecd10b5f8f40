//! What a write tells: of its row, of what is wrong with it, and of who may not do it. Over resources as the macros make them.

mod desk;

use desk::{App, Desk, Person, Role, Star, TOLD, Ticket};
use samara::context::{Actor, Context};
use samara::engine::Engine;
use samara::error::{Code, Error};
use samara::graphql::{Api, Options, Request};
use samara::prelude::{CiString, Json, TimeDelta, Uuid, expr};
use samara::query::Query;
use samara::record::Input;
use samara::testing::on_both;
use samara::value::Value;
use serde_json::{Value as Js, json};

use super::support::log::{Lines, logged};

/// A chief with a desk and a ticket at it, and a guest.
struct Help {
    engine: Engine,
    chief: Context,
    guest: Context,
    desk: Uuid,
    ticket: Uuid,
}

impl Help {
    async fn new(engine: Engine) -> Self {
        let system = engine.system("tests");
        let person = async |email: &str, role| {
            let id = Person::register().email(CiString::new(email)).role(role).run(&system).await.unwrap().id;
            system.acting_as(id).await.unwrap()
        };
        let (chief, guest) =
            (person("ada@example.org", Role::Chief).await, person("bo@example.org", Role::Guest).await);
        let desk = Desk::found().name("Front").run(&chief).await.unwrap().id;
        let ticket = Ticket::leave().title("Lamp").desk(desk).run(&guest).await.unwrap().id;
        Self { engine, chief, guest, desk, ticket }
    }

    /// What an operation is answered, sent by the guest.
    async fn ask(&self, operation: &str) -> Js {
        self.ask_as(&self.guest, operation).await
    }

    async fn ask_as(&self, cx: &Context, operation: &str) -> Js {
        let api = Api::new(self.engine.clone(), Options::default()).unwrap();
        let response = api.execute(cx, Request::new(operation)).await;
        serde_json::from_slice(&response.body).unwrap()
    }

    async fn stored(&self, id: Uuid) -> Ticket {
        Ticket::get(id).run(&self.engine.system("tests")).await.unwrap().unwrap()
    }
}

/// Codes and fields of all problems.
fn told(error: &Error) -> Vec<(Code, String)> {
    error.problems().iter().map(|it| (it.code, it.fields.join(","))).collect()
}

async fn on_help(check: impl AsyncFn(Help)) {
    on_both(&App::application(), async |engine| check(Help::new(engine).await).await).await;
}

mod a_read_s_filter {
    use super::*;

    #[tokio::test]
    async fn does_not_hide_what_a_write_answers() {
        on_help(async |help| {
            let id = help.ticket;
            let close = format!("mutation {{ closeTicket(id: \"{id}\") {{ result {{ title }} errors {{ code }} }} }}");
            let expected = json!({ "result": { "title": "Lamp" }, "errors": [] });
            assert_eq!(help.ask(&close).await["data"]["closeTicket"], expected);
            let tear = format!("mutation {{ tearTicket(id: \"{id}\") {{ result {{ title starCount desk {{ name }} }} errors {{ code }} }} }}");
            let expected = json!({ "result": { "title": "Lamp", "starCount": 0, "desk": { "name": "Front" } }, "errors": [] });
            assert_eq!(help.ask(&tear).await["data"]["tearTicket"], expected);
        })
        .await;
    }

    #[tokio::test]
    async fn narrows_that_read_and_no_row_by_id_and_no_relationship() {
        on_help(async |help| {
            let open = Ticket::leave().title("Open").desk(help.desk).run(&help.guest).await.unwrap();
            Ticket::close(help.ticket).run(&help.guest).await.unwrap();
            Star::give().ticket(help.ticket).person(help.guest.actor_id().unwrap()).run(&help.chief).await.unwrap();
            let all = format!(
                "{{ tickets {{ totalCount nodes {{ title }} }} ticket(id: \"{}\") {{ title }} \
                 desk(id: \"{}\") {{ tickets {{ totalCount nodes {{ title }} }} }} stars {{ ticket {{ title }} }} \
                 desks(filter: {{ tickets: {{ title: {{ eq: \"Lamp\" }} }} }}) {{ name }} }}",
                help.ticket, help.desk
            );
            let expected = json!({
                "tickets": { "totalCount": 1, "nodes": [{ "title": "Open" }] },
                "ticket": { "title": "Lamp" },
                "desk": { "tickets": { "totalCount": 2, "nodes": [{ "title": "Lamp" }, { "title": "Open" }] } },
                "stars": [{ "ticket": { "title": "Lamp" } }],
                "desks": [{ "name": "Front" }],
            });
            assert_eq!(help.ask(&all).await["data"], expected);
            // Typed calls agree.
            let open_ones = Ticket::query().all(&help.guest).await.unwrap();
            assert_eq!(open_ones.iter().map(|it| it.id).collect::<Vec<_>>(), [open.id]);
            assert_eq!(Ticket::list().count(&help.guest).await.unwrap(), 1);
            assert!(Ticket::get(help.ticket).run(&help.guest).await.unwrap().is_some());
            let desk = Desk::get(help.desk).load(|it| it.tickets()).run(&help.guest).await.unwrap().unwrap();
            assert_eq!(desk.tickets.get().unwrap().len(), 2);
            // So does what may be pointed at, and what may be done.
            Star::hand_on(Star::query().first(&help.chief).await.unwrap().unwrap().id)
                .ticket(help.ticket)
                .run(&help.chief)
                .await
                .unwrap();
            let ticket = help.engine.app().find("Ticket").unwrap();
            assert!(help.guest.can(ticket, "tear", Some(help.ticket.into())).await.unwrap());
            let every = help.guest.read(Query::unrestricted(ticket)).await.unwrap();
            assert_eq!(every.records.len(), 2, "a query that names no action is narrowed by none");
        })
        .await;
    }
}

mod a_destroyed_row {
    use super::*;

    #[tokio::test]
    async fn is_as_it_was_and_what_is_reached_from_it_as_it_is() {
        on_help(async |help| {
            let star = Star::give().ticket(help.ticket).person(help.guest.actor_id().unwrap()).run(&help.chief).await.unwrap();
            Star::give().ticket(help.ticket).person(help.chief.actor_id().unwrap()).run(&help.chief).await.unwrap();
            let remove = format!(
                "mutation {{ removeStar(id: \"{}\") {{ result {{ why among ticket {{ starCount stars {{ id }} }} \
                 person {{ email }} }} errors {{ code }} }} }}",
                star.id
            );
            let answer = help.ask_as(&help.chief, &remove).await;
            let result = &answer["data"]["removeStar"]["result"];
            assert_eq!((&result["why"], &result["among"]), (&json!("shines"), &json!(2)), "{answer}");
            assert_eq!(result["ticket"]["starCount"], json!(1));
            assert_eq!(result["ticket"]["stars"].as_array().unwrap().len(), 1);
            assert_eq!(result["person"]["email"], "bo@example.org");

            Star::give().ticket(help.ticket).person(help.guest.actor_id().unwrap()).run(&help.chief).await.unwrap();
            let tear = format!(
                "mutation {{ tearTicket(id: \"{}\") {{ result {{ starCount stars {{ id }} desk {{ tickets {{ totalCount }} }} }} }} }}",
                help.ticket
            );
            let expected = json!({ "starCount": 2, "stars": [], "desk": { "tickets": { "totalCount": 0 } } });
            assert_eq!(help.ask(&tear).await["data"]["tearTicket"]["result"], expected);
        })
        .await;
    }
}

mod what_is_selected {
    use super::*;

    /// The error stands at the field, and the write stands.
    async fn fails_at_the_field(help: &Help, operation: &str, field: &str) {
        let body = help.ask_as(&help.chief, operation).await;
        assert_eq!(body["data"][field]["errors"], json!([]), "{body}");
        let error = &body["errors"][0];
        let path = error["path"].as_array().unwrap();
        assert_eq!((&error["extensions"]["code"], &path[0]), (&json!("INVALID"), &json!(field)), "{body}");
        assert_eq!((&path[1], path.last().unwrap()), (&json!("result"), &json!("pull")), "{body}");
    }

    #[tokio::test]
    async fn undoes_no_write_by_failing() {
        on_help(async |help| {
            let leave = format!(
                "mutation {{ leaveTicket(input: {{ title: \"Heavy\", weight: 2, deskId: \"{}\" }}) \
                 {{ result {{ pull desk {{ name }} }} errors {{ code }} }} }}",
                help.desk
            );
            fails_at_the_field(&help, &leave, "leaveTicket").await;
            let heavy = Ticket::query().filter(expr!(|it| it.title == "Heavy")).one(&help.guest).await.unwrap().unwrap();
            let edit = format!(
                "mutation {{ editTicket(id: \"{}\", input: {{ note: \"x\" }}) {{ result {{ pull }} errors {{ code }} }} }}",
                heavy.id
            );
            fails_at_the_field(&help, &edit, "editTicket").await;
            assert_eq!(help.stored(heavy.id).await.note.as_deref(), Some("x"));
            let tear = format!("mutation {{ tearTicket(id: \"{}\") {{ result {{ pull }} errors {{ code }} }} }}", heavy.id);
            fails_at_the_field(&help, &tear, "tearTicket").await;
            assert!(Ticket::get(heavy.id).run(&help.guest).await.unwrap().is_none());
            // What is reached from a row may fail too.
            let star = Star::give().ticket(help.ticket).person(help.chief.actor_id().unwrap()).run(&help.chief).await.unwrap();
            Ticket::edit(help.ticket).weight(2).run(&help.chief).await.unwrap();
            let remove = format!(
                "mutation {{ removeStar(id: \"{}\") {{ result {{ ticket {{ pull }} }} errors {{ code }} }} }}",
                star.id
            );
            fails_at_the_field(&help, &remove, "removeStar").await;
            assert_eq!(Star::query().count(&help.chief).await.unwrap(), 0);
        })
        .await;
    }

    #[tokio::test]
    async fn undoes_nothing_within_a_transaction_of_the_caller_s() {
        on_help(async |help| {
            let help = &help;
            help.chief
                .transaction(async |cx| {
                    let leave = format!(
                        "mutation {{ leaveTicket(input: {{ title: \"Heavy\", weight: 2, deskId: \"{}\" }}) \
                         {{ result {{ pull }} errors {{ code }} }} }}",
                        help.desk
                    );
                    let body = help.ask_as(cx, &leave).await;
                    let expected = json!({ "result": { "pull": null }, "errors": [] });
                    assert_eq!(body["data"]["leaveTicket"], expected, "{body}");
                    assert_eq!(body["errors"][0]["path"], json!(["leaveTicket", "result", "pull"]));
                    assert_eq!(Ticket::query().count(cx).await?, 2, "the transaction goes on");
                    Ok(())
                })
                .await
                .unwrap();
            assert_eq!(Ticket::query().count(&help.guest).await.unwrap(), 2);
        })
        .await;
    }
}

mod whoever_may_not {
    use super::*;

    #[tokio::test]
    async fn is_told_so_and_not_what_the_database_says_of_the_row() {
        on_help(async |help| {
            let (chief, guest) = (help.chief.actor_id().unwrap(), help.guest.actor_id().unwrap());
            let attic = Desk::found().name("Attic").run(&help.guest).await.unwrap().id;
            let other = Ticket::leave().title("Box").desk(attic).run(&help.guest).await.unwrap().id;
            // The guest is the attic's chief, and none at the front.
            for taken in [false, true] {
                let error = Star::give().ticket(help.ticket).person(guest).run(&help.guest).await.unwrap_err();
                assert_eq!(told(&error), [(Code::Forbidden, String::new())], "taken: {taken}");
                if !taken {
                    Star::give().ticket(help.ticket).person(guest).run(&help.chief).await.unwrap();
                }
            }
            let error = Star::give().ticket(help.ticket).person(guest).run(&help.chief).await.unwrap_err();
            assert_eq!(told(&error), [(Code::Conflict, "ticket_id,person_id".into())], "who may is told");
            // Nor is who may not told what is wrong with what would be made of other rows.
            let error = Star::explain().ticket(help.ticket).person(guest).run(&help.guest).await.unwrap_err();
            assert_eq!(told(&error), [(Code::Forbidden, String::new())]);
            let error = Star::explain().ticket(help.ticket).person(guest).run(&help.chief).await.unwrap_err();
            assert_eq!(told(&error), [(Code::Invalid, "why".into())]);
            // An update is asked of the new row too.
            let own = Star::give().ticket(other).person(guest).run(&help.guest).await.unwrap().id;
            for person in [guest, chief] {
                let error = Star::hand_on(own).ticket(help.ticket).person(person).run(&help.guest).await.unwrap_err();
                assert_eq!(told(&error), [(Code::Forbidden, String::new())]);
            }
            let also = Star::give().ticket(other).person(chief).run(&help.guest).await.unwrap().id;
            let error = Star::hand_on(also).person(guest).run(&help.guest).await.unwrap_err();
            assert_eq!(told(&error), [(Code::Conflict, "ticket_id,person_id".into())]);
            // A key that names nothing: by the input it is not found, by the action it is the policies that say no.
            let error = Star::lose().person(guest).run(&help.guest).await.unwrap_err();
            assert_eq!(error.code(), Code::Forbidden);
            let error = Star::lose().person(guest).run(&help.engine.system("tests")).await.unwrap_err();
            assert_eq!(error.code(), Code::NotFound);
            // Nor does a key of the input tell before the row does.
            let front = Star::give().ticket(help.ticket).person(chief).run(&help.chief).await.unwrap().id;
            let error = Star::hand_on(front).person(Uuid::now_v7()).run(&help.guest).await.unwrap_err();
            assert_eq!(told(&error), [(Code::Forbidden, String::new())]);
            let error = Star::hand_on(Uuid::now_v7()).person(Uuid::now_v7()).run(&help.guest).await.unwrap_err();
            assert_eq!(told(&error), [(Code::NotFound, String::new())]);
            let error = Star::hand_on(own).person(Uuid::now_v7()).run(&help.guest).await.unwrap_err();
            assert_eq!(told(&error), [(Code::NotFound, "person_id".into())]);
        })
        .await;
    }

    #[tokio::test]
    async fn is_told_so_within_a_transaction_that_goes_on() {
        on_help(async |help| {
            let guest = help.guest.actor_id().unwrap();
            Star::give().ticket(help.ticket).person(guest).run(&help.chief).await.unwrap();
            let help = &help;
            help.guest
                .transaction(async |cx| {
                    let error = Star::give().ticket(help.ticket).person(guest).run(cx).await.unwrap_err();
                    assert_eq!(error.code(), Code::Forbidden);
                    Ticket::leave().title("After").desk(help.desk).run(cx).await.map(drop)
                })
                .await
                .unwrap();
            assert_eq!(Ticket::query().count(&help.guest).await.unwrap(), 2);
        })
        .await;
    }

    #[tokio::test]
    async fn is_told_that_of_a_query_as_an_empty_list_and_its_body_s_refusal_as_an_error() {
        on_help(async |help| {
            assert_eq!(help.ask("{ secretsTicket }").await, json!({ "data": { "secretsTicket": [] } }));
            let body = help.ask_as(&help.chief, "{ secretsTicket }").await;
            assert_eq!(body["data"], Js::Null);
            assert_eq!(body["errors"][0]["extensions"]["code"], "FORBIDDEN");
            assert_eq!(body["errors"][0]["path"], json!(["secretsTicket"]));
        })
        .await;
    }
}

mod a_create {
    use super::*;

    #[tokio::test]
    async fn sets_what_a_related_row_holds_and_what_may_be_absent() {
        on_help(async |help| {
            let copy = Ticket::copy_name().title("Copy").desk(help.desk).run(&help.guest).await.unwrap();
            assert_eq!(copy.desk_name.as_deref(), Some("Front"));
            assert_eq!(copy.remark.as_deref(), Some("none"), "neither the argument nor the note was given");
            assert_eq!(copy.weight, 5 + 1, "the name's length, and the ticket that is there already");
            assert_eq!(copy.closed_at, Some(copy.inserted_at), "what is generated is there to be read");
            let stored = help.stored(copy.id).await;
            assert_eq!(format!("{stored:?}"), format!("{copy:?}"), "what is answered is what is stored");
            let noted = Ticket::copy_name()
                .title("Noted")
                .desk(help.desk)
                .note("a note".to_owned())
                .run(&help.guest)
                .await
                .unwrap();
            assert_eq!(noted.remark.as_deref(), Some("a note"));
            let worded = Ticket::copy_name()
                .title("Worded")
                .desk(help.desk)
                .note("a note".to_owned())
                .word(Some("a word".to_owned()))
                .run(&help.guest)
                .await
                .unwrap();
            assert_eq!(worded.remark.as_deref(), Some("a word"));
        })
        .await;
    }

    #[tokio::test]
    async fn tells_nothing_of_a_hidden_row_that_it_sets_something_of() {
        on_help(async |help| {
            // Its name is too short for a ticket's, which nobody may learn.
            let hidden = Desk::found().name("X").hidden(true).run(&help.chief).await.unwrap().id;
            for desk in [hidden, Uuid::now_v7()] {
                let error = Ticket::copy_name().title("Copy").desk(desk).run(&help.guest).await.unwrap_err();
                assert_eq!(told(&error), [(Code::NotFound, "desk_id".into())]);
            }
            let error = Ticket::copy_name().title("Copy").desk(hidden).run(&help.chief).await.unwrap_err();
            assert_eq!(told(&error), [(Code::Invalid, "desk_name".into())], "what it sets is checked");
            let error = Ticket::copy_name().title("").desk(Uuid::now_v7()).run(&help.guest).await.unwrap_err();
            assert_eq!(told(&error), [(Code::Invalid, "title".into())], "nothing is asked for an input that is wrong");
            let (ticket, none) = (help.engine.app().find("Ticket").unwrap(), Input::new());
            let error = help.guest.create(ticket, "copy_name", none).await.unwrap_err();
            assert_eq!(told(&error), [(Code::Invalid, "title".into()), (Code::Invalid, "desk_id".into())]);
            let error = help.engine.context(Actor::Anonymous).create(ticket, "copy_name", Input::new()).await;
            assert_eq!(error.unwrap_err().code(), Code::Unauthenticated);
        })
        .await;
    }

    #[tokio::test]
    async fn blames_the_function_that_asks_for_an_argument_that_there_is_not() {
        on_help(async |help| {
            for (how, cause) in [
                ("unknown", "Ticket.leave_wrong has no argument `why` of the type that is asked for"),
                ("number", "Ticket.leave_wrong has no argument `how` of the type that is asked for"),
            ] {
                let error =
                    Ticket::leave_wrong().title("Wrong").desk(help.desk).how(how).run(&help.guest).await.unwrap_err();
                assert_eq!(told(&error), [(Code::Internal, String::new())]);
                let source = std::error::Error::source(&error).unwrap().to_string();
                assert_eq!(source, cause);
            }
            let error =
                Ticket::leave_wrong().title("Wrong").desk(help.desk).how("rule").run(&help.guest).await.unwrap_err();
            assert_eq!(told(&error), [(Code::Invalid, "desk_name".into())], "a rule is no wrong value");
        })
        .await;
    }
}

mod a_destroy {
    use super::*;

    #[tokio::test]
    async fn drops_no_value_that_a_change_sets() {
        on_help(async |help| {
            let error = Ticket::tear_loudly(help.ticket).run(&help.guest).await.unwrap_err();
            assert_eq!(error.code(), Code::Internal);
            let source = std::error::Error::source(&error).unwrap().to_string();
            assert_eq!(source, "Ticket.tear_loudly sets `note`, but a destroy stores nothing");
            assert!(Ticket::get(help.ticket).run(&help.guest).await.unwrap().is_some());
        })
        .await;
    }
}

mod an_update {
    use super::*;

    #[tokio::test]
    async fn tells_all_that_is_wrong_at_once() {
        on_help(async |help| {
            Ticket::edit(help.ticket).weight(60).run(&help.chief).await.unwrap();
            let check = Ticket::check(help.ticket).word("bad").title("bad").weight(100).run(&help.guest).await.unwrap_err();
            let wrong = [("title", "is a bad title"), ("weight", "weighs too much"), ("desk_id", "the desk breaks down"), ("title,word", ""), ("word", "")];
            let fields: Vec<_> = told(&check).into_iter().map(|(_, fields)| fields).collect();
            assert_eq!(fields, ["title", "weight", "desk_id", "title,word", "word"], "{wrong:?}");
            let body = help
                .ask(&format!(
                    "mutation {{ checkTicket(id: \"{}\", input: {{ word: \"Lamp\" }}) {{ errors {{ path fields message }} }} }}",
                    help.ticket
                ))
                .await;
            let desk = json!({ "path": [], "fields": ["deskId"], "message": "the desk breaks down" });
            let word = json!({ "path": ["input", "title"], "fields": ["title", "word"], "message": "is a bad word" });
            assert_eq!(body["data"]["checkTicket"]["errors"], json!([desk, word]));
        })
        .await;
    }

    #[tokio::test]
    async fn reports_a_failure_where_it_is_declared_to_be_reported() {
        on_help(async |help| {
            Ticket::edit(help.ticket).weight(1000).run(&help.chief).await.unwrap();
            let check = Ticket::check(help.ticket).word("fine").weight(1).run(&help.guest).await.unwrap_err();
            let [problem] = check.problems() else { panic!("{check:?}") };
            assert_eq!(problem.fields, ["desk_id"], "the row as it was, whose weight it reads");
            Ticket::edit(help.ticket).weight(1).run(&help.chief).await.unwrap();
            let check = Ticket::check(help.ticket).word("bad").weight(95).run(&help.guest).await.unwrap_err();
            let fields: Vec<_> = told(&check).into_iter().map(|(_, fields)| fields).collect();
            assert_eq!(fields, ["desk_id", "title,word", "word"]);
        })
        .await;
    }

    #[tokio::test]
    async fn that_changes_nothing_is_no_change() {
        on_help(async |help| {
            let first = help.stored(help.ticket).await;
            let later = first.updated_at + TimeDelta::hours(1);
            let (chief, guest) = (help.chief.with_now(later), help.guest.with_now(later));
            let when = async || help.stored(help.ticket).await.updated_at;
            let same = || Ticket::edit(help.ticket).title("Lamp").note(None).weight(1).desk(help.desk);
            same().run(&chief).await.unwrap();
            Ticket::edit(help.ticket).run(&chief).await.unwrap();
            Ticket::weigh(help.ticket).by(0).run(&guest).await.unwrap();
            assert_eq!(when().await, first.updated_at, "neither values nor an expression changed anything");
            let answered = same().urgent(None).run(&chief).await.unwrap();
            assert_eq!(answered.updated_at, first.updated_at);

            let at = |minutes| later + TimeDelta::minutes(minutes);
            let changed = async |minutes, edited: samara::Result<Ticket>| {
                assert_eq!((edited.unwrap().updated_at, when().await), (at(minutes), at(minutes)));
            };
            let detail = |text: &str| Json::from(serde_json::from_str::<Js>(text).unwrap());
            changed(1, Ticket::edit(help.ticket).note("x".to_owned()).run(&chief.with_now(at(1))).await).await;
            changed(2, Ticket::edit(help.ticket).note(None).run(&chief.with_now(at(2))).await).await;
            changed(3, Ticket::weigh(help.ticket).by(1).run(&guest.with_now(at(3))).await).await;
            changed(4, Ticket::judge(help.ticket).run(&guest.with_now(at(4))).await).await;
            changed(
                5,
                Ticket::edit(help.ticket).detail(detail("{\"a\": 1, \"b\": [true]}")).run(&chief.with_now(at(5))).await,
            )
            .await;
            let same = Ticket::edit(help.ticket).detail(detail("{\"b\": [true], \"a\": 1}")).urgent(false);
            same.run(&chief.with_now(at(6))).await.unwrap();
            Ticket::judge(help.ticket).run(&guest.with_now(at(6))).await.unwrap();
            assert_eq!(when().await, at(5), "the order of an object's keys is no difference");
            // The same where rows are changed by a condition.
            let (ticket, system) = (help.engine.app().find("Ticket").unwrap(), help.engine.system("tests"));
            let every = || samara::expr::filter::<Ticket>(expr!(|it| it.weight > 0)).unwrap();
            for (by, minutes, expected) in [(0, 7, 5), (1, 8, 8)] {
                let by = Input::new().with("by", Value::Int(by));
                system.with_now(at(minutes)).update_where(ticket, "weigh", every(), by).await.unwrap();
                assert_eq!(when().await, at(expected));
            }
        })
        .await;
    }
}

mod acting_as_the_system {
    use super::*;

    #[tokio::test]
    async fn belongs_to_the_action_s_transaction() {
        on_help(async |help| {
            let guest = help.guest.actor_id().unwrap();
            let refused = Ticket::edit(help.ticket).weight(9).run(&help.guest).await.unwrap_err();
            assert_eq!(refused.code(), Code::Forbidden, "nothing that a guest may do");
            let before = TOLD.with_borrow(Vec::len);
            let error = Ticket::escalate().ticket(help.ticket).fails(true).run(&help.guest).await.unwrap_err();
            assert_eq!(error.code(), Code::RateLimited);
            assert_eq!(help.stored(help.ticket).await.weight, 1, "undone with the rest");
            assert_eq!(Star::query().count(&help.chief).await.unwrap(), 0);
            assert_eq!(TOLD.with_borrow(Vec::len), before, "its hooks too");

            assert_eq!(Ticket::escalate().ticket(help.ticket).fails(false).run(&help.guest).await.unwrap(), 9);
            assert_eq!(help.stored(help.ticket).await.weight, 9);
            let stars = Star::query().all(&help.chief).await.unwrap();
            assert_eq!(stars.iter().map(|it| it.person_id).collect::<Vec<_>>(), [guest]);
            let told = TOLD.with_borrow(|it| it.last().cloned());
            assert_eq!(told.as_deref(), Some("System(\"escalating a ticket\")"), "a hook acts as who left it");
            assert!(!help.guest.is_system() && help.guest.as_system("tests").is_system());
        })
        .await;
    }

    #[tokio::test]
    async fn is_logged_with_its_reason_the_action_and_who_asked() {
        let lines = Lines::default();
        let calls = on_help(async |help| {
            let before = lines.text().len();
            Ticket::escalate().ticket(help.ticket).fails(false).run(&help.guest).await.unwrap();
            let guest = help.guest.actor_id().unwrap();
            let said = |line: &str, wanted: &[&str]| wanted.iter().all(|it| line.contains(it));
            let wanted =
                ["INFO", "acting as the system", "\"escalating a ticket\"", "Ticket.escalate", &guest.to_string()];
            let log = lines.text()[before..].to_owned();
            assert_eq!(log.lines().filter(|it| said(it, &wanted)).count(), 1, "{log}");
            drop(help.engine.context(Actor::Anonymous).as_system("tests").as_system("more tests"));
            let log = lines.text()[before..].to_owned();
            assert!(log.lines().any(|it| said(it, &["\"tests\"", "nobody"])), "{log}");
            assert!(log.lines().any(|it| said(it, &["\"more tests\"", "the system, tests"])), "{log}");
            drop(help.guest.unpoliced("counting pages"));
            let log = lines.text()[before..].to_owned();
            let wanted = ["INFO", "statements beside the policies", "\"counting pages\"", &guest.to_string()];
            assert!(log.lines().any(|it| said(it, &wanted)), "{log}");
        });
        logged(&lines, calls).await;
    }
}
