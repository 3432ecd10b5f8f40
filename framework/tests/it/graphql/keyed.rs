//! Requests under an `Idempotency-Key`: sent once or often, they are done once and answered the same.

mod till;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use samara::context::{Actor, Context};
use samara::engine::Engine;
use samara::error::Error;
use samara::event::{Consumer, Event, Interest};
use samara::future::BoxFuture;
use samara::graphql::{Api, Options, Request, ResponseStatus};
use samara::ir;
use samara::prelude::expr;
use samara::query::Query;
use samara::record::Input;
use samara::testing::on_both;
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use uuid::Uuid;

use self::till::Coin;
use super::support::object;
use crate::support::contention::{contend, somebody_waits};
use crate::support::people::{id, of, text};

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const MINT: &str = "mutation($label: String!, $worth: BigInt) { mintCoin(input: { label: $label, worth: $worth }) {
    result { id label worth } errors { code path } } }";
const PAIR: &str = "mutation($label: String!, $fails: Boolean!) { pairCoin(input: { label: $label, fails: $fails }) {
    result errors { code fields } } }";
/// Two fields, of which the second may be refused while the first is not.
const TWO: &str = "mutation($first: String!, $second: String!) {
    first: mintCoin(input: { label: $first }) { result { id } errors { code } }
    __typename
    second: mintCoin(input: { label: $second }) { result { id } errors { code } } }";

/// A till, its API, and who may use it.
struct Till {
    engine: Engine,
    api: Api,
    gate: Gate,
    ann: Uuid,
    bob: Uuid,
}

/// What a request is answered, with which status, and with how many statements.
#[derive(Debug, PartialEq)]
struct Told {
    body: String,
    status: ResponseStatus,
    statements: u64,
}

impl Told {
    fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The codes of the errors of the whole request, where it was refused.
    fn refused(&self) -> String {
        assert_eq!(self.status, ResponseStatus::RequestError, "{}", self.body);
        let json = self.json();
        assert!(json.get("data").is_none() && json["errors"].as_array().unwrap().len() == 1, "{}", self.body);
        json["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
    }

    /// The payload of a root field.
    fn payload(&self, field: &str) -> Json {
        assert_eq!(self.status, ResponseStatus::Executed, "{}", self.body);
        self.json()["data"][field].clone()
    }

    /// The code of the first error of a root field's payload.
    fn problem(&self, field: &str) -> String {
        let payload = self.payload(field);
        assert!(payload["result"].is_null(), "{payload}");
        payload["errors"][0]["code"].as_str().unwrap_or_else(|| panic!("{payload}")).to_owned()
    }
}

async fn on_till(check: impl AsyncFn(Till)) {
    on_both(&till::application(), async |engine| {
        let gate = Gate::default();
        let engine = engine.with_consumer(gate.clone());
        let [ann, bob] = [register(&engine, "ann").await, register(&engine, "bob").await];
        let api = Api::new(engine.clone(), Options::default()).unwrap();
        check(Till { engine, api, gate, ann, bob }).await;
    })
    .await;
}

async fn register(engine: &Engine, name: &str) -> Uuid {
    let input = Input::new().with("email", text(&format!("{name}@example.org"))).with("display_name", text(name));
    id(engine, &engine.system("a test").create(of(engine, "User"), "register", input).await.unwrap())
}

impl Till {
    async fn context(&self, actor: Option<Uuid>) -> Context {
        match actor {
            None => self.engine.context(Actor::Anonymous),
            Some(id) => {
                let cx = self.engine.system("a test").acting_as(id).await.unwrap();
                self.engine.context(cx.actor().clone())
            }
        }
    }

    async fn send(&self, actor: Option<Uuid>, key: Option<&str>, query: &str, variables: Json) -> Told {
        self.send_in(&self.context(actor).await, key, query, variables).await
    }

    async fn send_in(&self, cx: &Context, key: Option<&str>, query: &str, variables: Json) -> Told {
        let request =
            Request { variables: object(variables), idempotency_key: key.map(str::to_owned), ..Request::new(query) };
        let response = self.api.execute(cx, request).await;
        let body = String::from_utf8(response.body.to_vec()).unwrap();
        Told { body, status: response.outcome, statements: cx.statements() }
    }

    /// As Ann, under the key.
    async fn ann(&self, query: &str, variables: Json) -> Told {
        self.send(Some(self.ann), Some(KEY), query, variables).await
    }

    async fn count(&self, resource: &str) -> usize {
        let resource = self.engine.app().find(resource).unwrap();
        self.engine.system("a test counts").read(Query::unrestricted(resource)).await.unwrap().records.len()
    }

    /// How many coins there are, and how many keys.
    async fn counts(&self) -> (usize, usize) {
        (self.count("Coin").await, self.count("IdempotencyKey").await)
    }
}

/// Holds each new coin up in its transaction, where it is closed, and counts them.
#[derive(Clone, Debug)]
struct Gate {
    open: Arc<Semaphore>,
    told: Arc<AtomicUsize>,
    entered: Arc<Semaphore>,
}

impl Default for Gate {
    fn default() -> Self {
        let open = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        Self { open, told: Arc::default(), entered: Arc::new(Semaphore::new(0)) }
    }
}

impl Gate {
    /// Lets nobody through.
    fn close(&self) {
        self.open.forget_permits(Semaphore::MAX_PERMITS);
    }

    fn open(&self) {
        self.open.add_permits(1_000);
    }

    /// Waits until somebody is held up.
    async fn entered(&self) {
        self.entered.acquire().await.unwrap().forget();
    }

    fn told(&self) -> usize {
        self.told.load(Ordering::Relaxed)
    }
}

impl Consumer for Gate {
    fn interest(&self, resource: &ir::Resource, _: &ir::Action) -> Interest {
        if resource.name == "Coin" { Interest::Keys } else { Interest::None }
    }

    fn consume<'a>(&'a self, _: &'a Context, events: &'a [Event]) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            self.told.fetch_add(events.len(), Ordering::Relaxed);
            self.entered.add_permits(1);
            self.open.acquire().await.unwrap().forget();
            Ok(())
        })
    }
}

#[tokio::test]
async fn a_repeat_is_answered_the_same_and_does_nothing() {
    on_till(async |till| {
        let label = format!("{} \u{2028} \"a\"", Uuid::now_v7());
        let variables = json!({ "label": label, "worth": "3" });
        let plain = till.send(Some(till.ann), None, MINT, json!({ "label": "plain" })).await;
        let first = till.ann(MINT, variables.clone()).await;
        assert_eq!(first.payload("mintCoin")["result"]["label"], variables["label"], "{}", first.body);
        assert_eq!(first.statements, plain.statements + 3, "one takes the key, one keeps the answer, one counts it");
        for _ in 0..2 {
            let again = till.ann(MINT, variables.clone()).await;
            assert_eq!((&again.body, again.status, again.statements), (&first.body, first.status, 1));
        }
        assert_eq!((till.counts().await, till.gate.told()), ((2, 1), 2));
        let rung = till::RUNG.lock().unwrap().iter().filter(|it| **it == label).count();
        assert_eq!(rung, 1, "what follows a commit follows it once");

        // It is what was answered, whatever has become of it since.
        let coin = first.payload("mintCoin")["result"]["id"].clone();
        let melt = "mutation($id: ID!) { meltCoin(id: $id) { result { label } errors { code } } }";
        let melted = till.send(Some(till.ann), Some("another key"), melt, json!({ "id": coin })).await;
        assert_eq!(melted.refused(), "INVALID", "a key has no space");
        let melted = till.send(Some(till.ann), Some("another-key"), melt, json!({ "id": coin })).await;
        assert_eq!(melted.payload("meltCoin")["errors"], json!([]));
        assert_eq!(till.ann(MINT, variables).await.body, first.body);
        let again = till.send(Some(till.ann), Some("another-key"), melt, json!({ "id": coin })).await;
        assert_eq!(again.body, melted.body, "else it were NOT_FOUND");
        assert_eq!(till.counts().await, (1, 2));
    })
    .await;
}

#[tokio::test]
async fn a_repeat_runs_only_what_was_not_answered() {
    on_till(async |till| {
        till.send(Some(till.bob), None, MINT, json!({ "label": "taken" })).await;
        let variables = json!({ "first": "a", "second": "taken" });
        let first = till.ann(TWO, variables.clone()).await;
        assert_eq!(first.problem("second"), "CONFLICT");
        assert_eq!(till.ann(TWO, variables.clone()).await.body, first.body, "as long as it is refused");
        assert_eq!(till.counts().await, (2, 1));

        let taken = Coin::query().filter(expr!(|it| it.label == "taken"));
        assert_eq!(taken.destroy(Coin::melt).run(&till.engine.system("a test")).await.unwrap(), 1);
        let second = till.ann(TWO, variables.clone()).await;
        assert_eq!(second.payload("first"), first.payload("first"));
        assert_eq!(second.payload("second")["errors"], json!([]), "{}", second.body);
        assert_eq!(second.json()["data"]["__typename"], "Mutation");
        assert_eq!(till.counts().await, (2, 1));
        let third = till.ann(TWO, variables).await;
        assert_eq!((&third.body, third.statements), (&second.body, 1));
    })
    .await;
}

#[tokio::test]
async fn what_was_refused_keeps_nothing() {
    on_till(async |till| {
        for (query, variables, field, code) in [
            (MINT, json!({ "label": "" }), "mintCoin", "INVALID"),
            (PAIR, json!({ "label": "a", "fails": true }), "pairCoin", "RATE_LIMITED"),
            (
                "mutation { mintCoin(input: { label: \"forbidden\" }) { result { id } errors { code } } }",
                json!({}),
                "mintCoin",
                "FORBIDDEN",
            ),
        ] {
            for _ in 0..2 {
                assert_eq!(till.ann(query, variables.clone()).await.problem(field), code);
            }
            assert_eq!(till.counts().await, (0, 0), "nothing of an action that fails stays, {query}");
        }
        // The key is free still.
        assert_eq!(till.ann(MINT, json!({ "label": "a" })).await.payload("mintCoin")["errors"], json!([]));
        assert_eq!(till.counts().await, (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_generic_action_is_done_once_with_all_that_it_writes() {
    on_till(async |till| {
        let variables = json!({ "label": "a", "fails": false });
        let first = till.ann(PAIR, variables.clone()).await;
        assert_eq!(first.payload("pairCoin"), json!({ "result": 2, "errors": [] }), "{}", first.body);
        assert_eq!(till.ann(PAIR, variables).await.body, first.body);
        assert_eq!(till.counts().await, (2, 1));
    })
    .await;
}

/// What it did beside the database is not undone, so it is for the client to send it again.
#[tokio::test]
async fn a_generic_action_is_called_once_in_a_request_whatever_is_in_the_way() {
    on_till(async |till| {
        if !till.engine.database().capability().row_locks {
            return;
        }
        contend(&till.engine, "idempotency_keys", 1).await;
        let label = Uuid::now_v7().to_string();
        let begun = || till::BEGUN.lock().unwrap().iter().filter(|it| **it == label).count();
        let variables = json!({ "label": label, "fails": false });
        let told = till.ann(PAIR, variables.clone()).await;
        assert_eq!(told.status, ResponseStatus::Unavailable, "{}", told.body);
        assert_eq!(told.json()["data"]["pairCoin"]["errors"][0]["code"], "UNAVAILABLE", "{}", told.body);
        assert_eq!((begun(), till.counts().await), (1, (0, 0)));
        let told = till.ann(PAIR, variables).await;
        assert_eq!(told.payload("pairCoin"), json!({ "result": 2, "errors": [] }), "{}", told.body);
        assert_eq!((begun(), till.counts().await), (2, (2, 1)));
    })
    .await;
}

#[tokio::test]
async fn another_request_under_the_key_is_a_conflict_and_nothing_runs() {
    on_till(async |till| {
        till.ann(MINT, json!({ "label": "a" })).await;
        for (query, variables) in [
            (MINT, json!({ "label": "b" })),
            (TWO, json!({ "first": "c", "second": "d" })),
            (&MINT.replace("id label worth", "id label"), json!({ "label": "a" })),
        ] {
            assert_eq!(till.ann(query, variables).await.refused(), "CONFLICT");
        }
        assert_eq!(till.counts().await, (1, 1));

        // Also where nothing was answered of the first root field.
        let key = Some("second");
        let partly = till.send(Some(till.ann), key, TWO, json!({ "first": "a", "second": "b" })).await;
        assert_eq!(partly.problem("first"), "CONFLICT");
        let other = till.send(Some(till.ann), key, MINT, json!({ "label": "c" })).await;
        assert_eq!((other.refused().as_str(), till.counts().await), ("CONFLICT", (2, 2)));

        // How its variables are written makes no other request of it, and neither does who else has the same key.
        let told = till.send(Some(till.bob), Some(KEY), MINT, json!({ "label": "e" })).await;
        assert_eq!(told.payload("mintCoin")["errors"], json!([]));
        let reordered = json!({ "second": "b", "first": "a" });
        let again = till.send(Some(till.ann), key, TWO, reordered).await;
        assert_eq!(again.body, partly.body);
    })
    .await;
}

#[tokio::test]
async fn a_key_needs_a_sender_and_an_answer_without_secrets() {
    on_till(async |till| {
        let label = json!({ "label": "a" });
        assert_eq!(till.send(None, Some(KEY), MINT, label.clone()).await.refused(), "INVALID");
        let ask =
            "mutation { requestSignInCode(input: { email: \"a@example.org\" }) { result { flow } errors { code } } }";
        let sign_in = "mutation { mintCoin(input: { label: \"a\" }) { errors { code } }
            signInWithCode(input: { flow: \"f\", code: \"1\" }) { errors { code } } }";
        let hide = "mutation { mintCoin(input: { label: \"a\" }) { errors { code } }
            hideCoin(input: { label: \"b\" }) { result errors { code } } }";
        for query in [ask, sign_in, hide] {
            for actor in [None, Some(till.ann)] {
                assert_eq!(till.send(actor, Some(KEY), query, json!({})).await.refused(), "INVALID");
            }
        }
        let longest = "k".repeat(128);
        for key in ["", " ", "a b", "a,\tb", "é", "a\u{7f}", "a\0", &format!("{longest}k")] {
            assert_eq!(till.send(Some(till.ann), Some(key), MINT, label.clone()).await.refused(), "INVALID", "{key:?}");
            // Where nothing could be done twice it says nothing.
            let read = till.send(None, Some(key), "{ coins { id } }", json!({})).await;
            assert_eq!((read.status, read.statements), (ResponseStatus::Executed, 1), "{}", read.body);
        }
        assert_eq!((till.counts().await, till.count("MagicLink").await), ((0, 0), 0));
        let hidden = till.send(Some(till.ann), None, hide, json!({})).await;
        assert_eq!(hidden.payload("hideCoin")["result"], "under the oak", "{}", hidden.body);
        for key in [longest.as_str(), "1", "\"8e03978e\"", "!~"] {
            let told = till.send(Some(till.ann), Some(key), MINT, json!({ "label": key })).await;
            assert_eq!(told.payload("mintCoin")["errors"], json!([]), "{key}");
        }
    })
    .await;
}

/// Two requests under one key that make coins with these labels: the first is held in its transaction, and the second waits for it.
async fn two_at_once(till: &Arc<Till>, labels: [&'static str; 2]) -> [JoinHandle<Told>; 2] {
    let send = |label: &'static str| {
        let till = till.clone();
        tokio::spawn(async move { till.ann(MINT, json!({ "label": label })).await })
    };
    till.gate.close();
    let first = send(labels[0]);
    till.gate.entered().await;
    let second = send(labels[1]);
    while !somebody_waits(&till.engine).await {
        tokio::task::yield_now().await;
    }
    [first, second]
}

#[tokio::test]
async fn of_two_at_once_the_second_waits_and_is_answered_the_same() {
    on_till(async |till| {
        let till = Arc::new(till);
        let [first, second] = two_at_once(&till, ["a", "a"]).await;
        till.gate.open();
        let (first, second) = (first.await.unwrap(), second.await.unwrap());
        assert_eq!(first.payload("mintCoin")["errors"], json!([]));
        assert_eq!((first.body, till.counts().await, till.gate.told()), (second.body, (1, 1), 1));
    })
    .await;
}

#[tokio::test]
async fn who_waits_for_another_request_under_the_key_does_nothing_either() {
    on_till(async |till| {
        let till = Arc::new(till);
        let [first, second] = two_at_once(&till, ["a", "b"]).await;
        till.gate.open();
        assert_eq!(first.await.unwrap().payload("mintCoin")["errors"], json!([]));
        assert_eq!(second.await.unwrap().refused(), "CONFLICT");
        assert_eq!((till.counts().await, till.gate.told()), ((1, 1), 1));
    })
    .await;
}

#[tokio::test]
async fn who_waits_for_one_that_is_cut_off_does_it() {
    on_till(async |till| {
        let till = Arc::new(till);
        let [first, second] = two_at_once(&till, ["a", "a"]).await;
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        till.gate.open();
        assert_eq!(second.await.unwrap().payload("mintCoin")["errors"], json!([]));
        assert_eq!((till.counts().await, till.gate.told()), ((1, 1), 2));
    })
    .await;
}

#[tokio::test]
async fn who_is_cut_off_before_the_commit_has_done_nothing() {
    on_till(async |till| {
        till.gate.close();
        let held = till.ann(MINT, json!({ "label": "a" }));
        assert!(cut_once_held(&till, held).await.is_none());
        till.gate.open();
        let told = till.ann(MINT, json!({ "label": "a" })).await;
        assert_eq!(told.payload("mintCoin")["errors"], json!([]));
        assert_eq!((till.counts().await, till.gate.told()), ((1, 1), 2));
    })
    .await;
}

/// Drops a request as soon as it is held up.
async fn cut_once_held(till: &Till, held: impl Future<Output = Told>) -> Option<Told> {
    tokio::select! {
        told = held => Some(told),
        () = till.gate.entered() => None,
    }
}

#[tokio::test]
async fn what_is_tried_again_is_kept_as_it_was_done_at_last() {
    on_till(async |till| {
        if till.engine.database().capability().row_locks {
            contend(&till.engine, "idempotency_keys", 2).await;
        }
        let first = till.ann(MINT, json!({ "label": "a" })).await;
        assert_eq!(first.payload("mintCoin")["errors"], json!([]), "{}", first.body);
        assert_eq!(till.ann(MINT, json!({ "label": "a" })).await.body, first.body);
        assert_eq!(till.counts().await, (1, 1));
    })
    .await;
}

#[tokio::test]
async fn what_of_an_answer_could_not_be_read_is_repeated_too() {
    on_till(async |till| {
        let mint = "mutation { mintCoin(input: { label: \"a\", worth: \"9000000000000000000\" }) {
            result { label doubled } errors { code } } }";
        let first = till.ann(mint, json!({})).await;
        let json = first.json();
        assert_eq!(json["data"]["mintCoin"], json!({ "result": { "label": "a", "doubled": null }, "errors": [] }));
        assert_eq!(json["errors"][0]["path"], json!(["mintCoin", "result", "doubled"]), "{}", first.body);
        assert_eq!(till.ann(mint, json!({})).await.body, first.body);
    })
    .await;
}

#[tokio::test]
async fn what_is_too_much_to_be_kept_is_not_done() {
    on_till(async |till| {
        let note = "é".repeat(7_000);
        let mint = |more: &str| {
            let input = "{ label: \"a\", note: $note }";
            format!("mutation($note: String!) {{ mintCoin(input: {input}) {{ result {{ a: note b: note {more} }} errors {{ code }} }} }}")
        };
        let told = till.ann(&mint("c: note"), json!({ "note": note })).await;
        assert_eq!((told.problem("mintCoin").as_str(), till.counts().await), ("LIMIT_EXCEEDED", (0, 0)));
        let told = till.ann(&mint(""), json!({ "note": note })).await;
        assert_eq!(told.payload("mintCoin")["errors"], json!([]));
        assert_eq!(till.ann(&mint(""), json!({ "note": note })).await.body, told.body);
    })
    .await;
}

#[tokio::test]
async fn whoever_has_sent_too_many_keys_waits_a_day_and_is_still_told_what_they_were_answered() {
    on_till(async |till| {
        let first = till.ann(TWO, json!({ "first": "a", "second": "b" })).await;
        let sql = "UPDATE rate_limits SET hits = hits + 9999";
        let system = till.engine.system("a test");
        assert_eq!(system.unpoliced("what no action does").execute_unprepared(sql).await.unwrap().rows_affected(), 1);
        let mint = |actor, key, label: &str| till.send(Some(actor), key, MINT, json!({ "label": label }));
        assert_eq!(mint(till.ann, Some("second"), "c").await.problem("mintCoin"), "RATE_LIMITED");
        assert_eq!(till.counts().await, (2, 1), "nothing of it was done");
        assert_eq!(till.ann(TWO, json!({ "first": "a", "second": "b" })).await.body, first.body);
        for (actor, key, label) in [(till.bob, Some(KEY), "d"), (till.ann, None, "e")] {
            assert_eq!(mint(actor, key, label).await.payload("mintCoin")["errors"], json!([]));
        }
        let over = "UPDATE rate_limits SET expires_at = inserted_at";
        system.unpoliced("what no action does").execute_unprepared(over).await.unwrap();
        assert_eq!(mint(till.ann, Some("second"), "c").await.payload("mintCoin")["errors"], json!([]));
        assert_eq!(till.counts().await, (5, 3));
    })
    .await;
}

#[tokio::test]
async fn a_key_ends_after_fourteen_days() {
    on_till(async |till| {
        let cx = till.context(Some(till.ann)).await;
        let ago = |days: i64, hours: i64| cx.with_now(cx.now() - TimeDelta::days(days) - TimeDelta::hours(hours));
        for (key, then) in [("new", ago(13, 23)), ("old", ago(14, 1)), ("swept", ago(14, 1))] {
            till.send_in(&then, Some(key), MINT, json!({ "label": key })).await;
        }
        // What ended is free again, whether it was swept or not.
        let told = till.send_in(&cx, Some("old"), MINT, json!({ "label": "a" })).await;
        assert_eq!(told.payload("mintCoin")["errors"], json!([]), "{}", told.body);
        assert_eq!(till.send_in(&cx, Some("old"), MINT, json!({ "label": "a" })).await.body, told.body);
        assert_eq!(till.send_in(&cx, Some("new"), MINT, json!({ "label": "b" })).await.refused(), "CONFLICT");
        assert_eq!(till.counts().await, (4, 3));
        samara::auth::sweep::sweep(&till.engine).await.unwrap();
        assert_eq!(till.counts().await, (4, 2));
        assert_eq!(
            till.send_in(&cx, Some("new"), MINT, json!({ "label": "new" })).await.payload("mintCoin")["errors"],
            json!([])
        );
        assert_eq!(till.counts().await, (4, 2));
    })
    .await;
}

/// What is kept may be much, and nobody wants to know it then.
#[tokio::test]
async fn what_is_swept_is_not_read() {
    on_till(async |till| {
        if !till.engine.database().capability().row_locks {
            return;
        }
        let cx = till.context(Some(till.ann)).await;
        let then = cx.with_now(cx.now() - TimeDelta::days(15));
        till.send_in(&then, Some(KEY), MINT, json!({ "label": "a" })).await;
        let unreadable = "ALTER TABLE idempotency_keys RENAME TO kept;
            CREATE FUNCTION responses() RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN RAISE EXCEPTION 'read'; END $$;
            CREATE VIEW idempotency_keys AS
            SELECT id, actor, key, fingerprint, responses() AS responses, expires_at, inserted_at, updated_at FROM kept";
        let system = till.engine.system("a test");
        system.unpoliced("what no action does").execute_unprepared(unreadable).await.unwrap();
        samara::auth::sweep::sweep(&till.engine).await.unwrap();
        let back = "DROP VIEW idempotency_keys; ALTER TABLE kept RENAME TO idempotency_keys";
        system.unpoliced("what no action does").execute_unprepared(back).await.unwrap();
        assert_eq!(till.counts().await, (1, 0));
    })
    .await;
}

#[tokio::test]
async fn without_a_graphql_api_there_are_no_keys() {
    assert!(till::application().ir.find("IdempotencyKey").is_some());
    assert!(till::silent().ir.find("IdempotencyKey").is_none() && till::silent().ir.find("RateLimit").is_some());
}
