//! The platform with its rows on a database, and its API.

use samara::context::{Actor, Context};
use samara::engine::Engine;
use samara::graphql::{Api, Options, Request, Response, ResponseStatus};
use samara::value::canonical_json;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::corpus::Case;
use super::data::{DATA, id};
use super::platform;
use super::reference::{self, CURSOR};

/// An API over the platform's rows.
pub(crate) struct Platform {
    pub(crate) engine: Engine,
    pub(crate) api: Api,
}

/// Runs a test on both databases.
pub(crate) async fn on_platform(check: impl AsyncFn(Platform)) {
    on_platform_with(&|| Options { introspection: true, ..Options::default() }, check).await;
}

/// As [`on_platform`], with other options.
pub(crate) async fn on_platform_with(options: &dyn Fn() -> Options, check: impl AsyncFn(Platform)) {
    samara::testing::on_both(&platform::application(), async |engine| {
        DATA.insert(&engine).await;
        let api = Api::new(engine.clone(), options()).unwrap();
        check(Platform { engine, api }).await;
    })
    .await;
}

impl Platform {
    /// A context in which that user acts.
    pub(crate) async fn context(&self, actor: Option<usize>) -> Context {
        match actor {
            None => self.engine.context(Actor::Anonymous),
            Some(index) => {
                let id: Uuid = id("User", index).parse().unwrap();
                let cx = self.engine.system("a test").acting_as(id).await.unwrap();
                // A context of its own, whose statements are counted from here.
                self.engine.context(cx.actor().clone())
            }
        }
    }

    /// What an operation is answered, and with how many statements.
    pub(crate) async fn run(&self, actor: Option<usize>, request: Request) -> (Response, u64) {
        let cx = self.context(actor).await;
        let response = self.api.execute(&cx, request).await;
        (response, cx.statements())
    }

    /// The answer as JSON.
    pub(crate) async fn json(&self, actor: Option<usize>, query: &str, variables: Json) -> Json {
        let request = Request { variables: object(variables), ..Request::new(query) };
        serde_json::from_slice(&self.run(actor, request).await.0.body).unwrap()
    }

    /// Compares an answer with the reference's.
    pub(crate) async fn check(&self, case: &Case) {
        self.check_given(case, case.variables.clone()).await;
    }

    /// As [`Platform::check`], where the real one is given other variables: cursors for ids.
    pub(crate) async fn check_given(&self, case: &Case, given: Json) {
        let request = Request {
            operation_name: case.operation.map(str::to_owned),
            variables: object(given),
            ..Request::new(&case.query)
        };
        let (response, _) = self.run(case.actor, request).await;
        let body = String::from_utf8(response.body.to_vec()).unwrap();
        assert_eq!(response.outcome, ResponseStatus::Executed, "{}\n{body}", case.query);
        let known = object(case.variables.clone());
        let expected = reference::answer(case.actor, &case.query, case.operation, &known);
        let asked = format!("as {:?}: {}\nwith {}", case.actor, case.query, case.variables);
        let body = stored_json_sorted(serde_json::from_str(&body).unwrap()).to_string();
        assert_eq!(without_cursors(&body), format!("{{\"data\":{expected}}}"), "{asked}");
    }
}

pub(crate) fn object(json: Json) -> Map<String, Json> {
    json.as_object().cloned().unwrap_or_default()
}

/// The answer, where what is stored as JSON has its keys in order: each database writes them in an order of its own.
fn stored_json_sorted(mut json: Json) -> Json {
    match &mut json {
        Json::Object(members) if members.contains_key("deep") => return canonical_json(json),
        Json::Object(members) => {
            members.values_mut().for_each(|it| *it = stored_json_sorted(it.take()));
        }
        Json::Array(items) => items.iter_mut().for_each(|it| *it = stored_json_sorted(it.take())),
        _ => {}
    }
    json
}

/// The body with each cursor replaced: a text of the base64 alphabet that begins as the first version of what is sealed does.
fn without_cursors(body: &str) -> String {
    let is_cursor = |text: &str| {
        text.len() >= 74
            && text.starts_with('A')
            && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_')
    };
    let texts = body.split('"').map(|it| if is_cursor(it) { CURSOR } else { it });
    texts.collect::<Vec<_>>().join("\"")
}
