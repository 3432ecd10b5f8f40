//! Requests under an `Idempotency-Key`: however often one is sent, each of its mutations is done once, and answered the same.
//!
//! ```text
//! transaction of a root field: take the key's row, waiting for who has it → act → keep what is answered in it → commit
//! ```
//! So what was done and what was answered are stored together or not at all, and a field that was refused is tried again by a repeat. The row
//! belongs to one request: as long as it is there, another one under its key finds it and does nothing.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use samara_macros::expr;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::compiled::{CompiledOperation, Root};
use super::error::ResponseError;
use super::request::Request;
use super::sign_in::SignIn;
use crate::call::{Upserted, upsert};
use crate::context::{Actor, Context, Tries, Undone};
use crate::database::{Purpose, Retry};
use crate::error::{Code, Error};
use crate::expr::now;
use crate::own::{IdempotencyKey, Limit};
use crate::value::{RowKey, Value, canonical_json};

/// How long a key is kept after it was sent first.
const KEPT: TimeDelta = TimeDelta::days(14);
/// Most characters of a key.
const LONGEST_KEY: usize = 128;
/// Most bytes of all that is kept of a request.
const MOST_KEPT: usize = 32 * 1024;
/// Most requests of one actor that are kept.
const PER_ACTOR: Limit = Limit { name: "idempotency-key", times: 10_000, within: TimeDelta::days(1) };

/// A request with mutations, under a key of its sender. It holds what that was answered, so it is not printed.
pub(super) struct KeyedRequest {
    actor: Uuid,
    /// The hash of the key.
    key: String,
    fingerprint: String,
    /// What was read so far of what it was answered.
    known: Mutex<KeptResponses>,
}

/// What the root fields of a request were answered, by their positions.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
struct KeptResponses(BTreeMap<usize, FieldResponse>);

/// What one root field was answered: its value, byte by byte, and the errors in it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct FieldResponse {
    pub(super) value: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<Json>,
}

/// Why a root field was not answered: then nothing of it was done.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// The key belongs to another request.
    AnotherRequest,
    Failed(Error),
}

impl KeyedRequest {
    /// The request, if it has a key and mutations: without any there is nothing that could be done twice.
    ///
    /// # Errors
    /// `INVALID` for what is no key, for a request of nobody in particular, and for one that a secret answers.
    pub(super) fn of(
        cx: &Context,
        request: &Request,
        operation: &CompiledOperation,
        sign_in: Option<&dyn SignIn>,
    ) -> Result<Option<Self>, ResponseError> {
        let Some(key) = &request.idempotency_key else { return Ok(None) };
        if !operation.roots.iter().any(|it| it.part.writes()) {
            return Ok(None);
        }
        if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(|it| it.is_ascii_graphic()) {
            let rule =
                format!("an `Idempotency-Key` has 1 to {LONGEST_KEY} characters, all of them ASCII and no space");
            return Err(ResponseError::invalid(rule));
        }
        if let Some(root) = operation.roots.iter().find(|it| answers_a_secret(cx, &it.part)) {
            let message =
                format!("`{}` answers a secret, which is not kept: send no `Idempotency-Key` with it", root.key);
            return Err(ResponseError::invalid(message).at(root.position));
        }
        let Some(actor) = cx.actor_id() else {
            let message = "nobody is signed in for whom anything could be kept: send no `Idempotency-Key`";
            return Err(ResponseError::invalid(message));
        };
        // Who ends a session means their own: sent from another one it is another request.
        let signs_out = operation.roots.iter().any(|it| matches!(it.part, Root::SignOut { .. }));
        let session = sign_in.filter(|_| signs_out).and_then(|it| it.session(&request.extensions));
        let fingerprint = fingerprint(key, request, (session, cx.tenant()));
        Ok(Some(Self { actor, key: hash(key), fingerprint, known: Mutex::default() }))
    }

    /// What the root field at `position` was answered before, or what `act` answers in the transaction of the context that it is given, which is
    /// tried so often where another one is in the way. Who is about to answer the same field is waited for.
    ///
    /// # Errors
    /// Those of `act`, and of keeping what it answers: `LIMIT_EXCEEDED` if that is too much, `RATE_LIMITED` if too many were kept.
    pub(super) async fn answer(
        &self,
        cx: &Context,
        position: usize,
        tries: Tries,
        act: impl AsyncFnOnce(&Context) -> Result<FieldResponse, Error> + Clone,
    ) -> Result<FieldResponse, Unanswered> {
        if let Some(known) = self.known(position) {
            return Ok(known);
        }
        let responses = cx.unit_within(tries, Purpose::Write, async |cx| {
            let row = self.take(cx).await?.ok_or(Unanswered::AnotherRequest)?;
            let mut responses: KeptResponses = serde_json::from_str(&row.responses).map_err(Error::internal)?;
            if let Entry::Vacant(unanswered) = responses.0.entry(position) {
                unanswered.insert(act(cx).await?);
                self.keep(cx, row.id, &responses).await?;
            }
            Ok::<_, Unanswered>(responses)
        });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = responses.await?;
        self.known(position).ok_or_else(|| Error::internal("what was answered was not kept").into())
    }

    fn known(&self, position: usize) -> Option<FieldResponse> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).0.get(&position).cloned()
    }

    /// The row of the key, locked until the transaction ends; `None` if it belongs to another request.
    async fn take(&self, cx: &Context) -> Result<Option<IdempotencyKey>, Error> {
        let first = IdempotencyKey::open()
            .actor(self.actor)
            .key(self.key.as_str())
            .fingerprint(self.fingerprint.as_str())
            .responses("{}")
            .expires_at(cx.now() + KEPT);
        let (system, fingerprint) = (system(cx), self.fingerprint.as_str());
        let taken = upsert(first, IdempotencyKey::ACTOR_AND_KEY, IdempotencyKey::repeat).run_where(
            &system,
            expr!(|it| it.expires_at <= now()),
            expr!(|it| it.expires_at <= now() || it.fingerprint == fingerprint),
        );
        Ok(taken.await?.map(Upserted::into_row))
    }

    /// Keeps what was answered.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED` if it is too much, `RATE_LIMITED` if it is the first of one request too many.
    async fn keep(&self, cx: &Context, id: Uuid, responses: &KeptResponses) -> Result<(), Error> {
        let text = serde_json::to_string(responses).map_err(Error::internal)?;
        if text.len() > MOST_KEPT {
            let message =
                format!("what is answered under an `Idempotency-Key` has at most {MOST_KEPT} bytes: select less");
            return Err(Error::new(Code::LimitExceeded, message));
        }
        let cx = system(cx);
        // Counted at the end, so that no other request of the actor waits while this one acts.
        if responses.0.len() == 1 && !PER_ACTOR.allows(&cx, &self.actor.to_string()).await? {
            let message = "too many requests were sent under an `Idempotency-Key`; try again tomorrow";
            return Err(Error::new(Code::RateLimited, message));
        }
        IdempotencyKey::keep(id).responses(text).run(&cx).await.map(drop)
    }
}

/// Whether what the root field answers must not be kept.
fn answers_a_secret(cx: &Context, root: &Root) -> bool {
    match root {
        Root::RequestCode { .. } | Root::SignIn { .. } => true,
        Root::CallPayload { call, .. } => {
            cx.engine().app().resource(call.resource).action(&call.action).is_some_and(|it| it.sensitive)
        }
        _ => false,
    }
}

/// The framework itself in the same transaction, which fails if what it does there fails.
fn system(cx: &Context) -> Context {
    cx.joining().with_actor(Actor::System("keeping what was answered"))
}

/// What tells the request from others: its document, letter by letter, which of its operations is meant, what its variables hold, however
/// that was written, and the session that it ends. The key is part of it, so that it takes the key, which is stored nowhere, to find out by
/// trial what was sent.
fn fingerprint(key: &str, request: &Request, (session, tenant): (Option<Uuid>, Option<&Value>)) -> String {
    let Request { query, operation_name, variables, .. } = request;
    let variables = canonical_json(Json::Object(variables.clone()));
    let session = session.map(|it| it.to_string());
    let parts = vec![key.into(), query.as_str().into(), operation_name.clone().into(), variables, session.into()];
    // Where there is none nothing is added: what was kept before apps had tenants is found still.
    let parts: Vec<Json> =
        parts.into_iter().chain(tenant.map(|it| RowKey::of(it).map(|it| it.to_string()).into())).collect();
    hash(&Json::from(parts).to_string())
}

fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

impl FieldResponse {
    /// # Errors
    /// `INTERNAL` if `value` is no JSON.
    pub(super) fn new(value: Vec<u8>, errors: Vec<Json>) -> Result<Self, Error> {
        let value = String::from_utf8(value).map_err(Error::internal)?;
        Ok(Self { value: RawValue::from_string(value).map_err(Error::internal)?, errors })
    }
}

impl From<Error> for Unanswered {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Undone for Unanswered {
    fn retry(&self) -> Option<Retry> {
        match self {
            Self::AnotherRequest => None,
            Self::Failed(error) => error.retry(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: &str, body: &str) -> String {
        fingerprint(key, &Request::from_json(body.as_bytes()).unwrap_or_else(|it| panic!("{body}: {it}")), (None, None))
    }

    #[test]
    fn a_request_is_the_same_however_its_variables_are_written() {
        let first = of("k", r#"{"query":"mutation { a }","variables":{"x":{"b":1,"a":["é",null]}}}"#);
        for same in [
            r#" { "variables": {"x": {"a": ["\u00e9", null], "b": 1}}, "operationName": null, "query": "mutation { a }" } "#,
            r#"{"query":"mutation { a }","variables":{"x":{"b":1.0,"a":["é",null]}},"extensions":{"y":1},"z":2}"#,
        ] {
            assert_eq!(of("k", same), first, "{same}");
        }
        assert_eq!(of("k", r#"{"query":"a"}"#), of("k", r#"{"query":"a","variables":{}}"#));
    }

    #[test]
    fn a_request_within_another_tenant_is_another_one() {
        let request = Request::new("mutation { a }");
        let within = |tenant: Option<u128>| {
            let tenant = tenant.map(|it| Value::Uuid(Uuid::from_u128(it)));
            fingerprint("k", &request, (None, tenant.as_ref()))
        };
        assert_eq!(within(Some(1)), within(Some(1)));
        assert_ne!(within(Some(1)), within(Some(2)));
        assert_ne!(within(Some(1)), within(None));
    }

    #[test]
    fn a_request_that_asks_for_anything_else_is_another_one() {
        let first = of("k", r#"{"query":"mutation { a }","variables":{"x":{"b":1,"a":[1,2]}}}"#);
        assert_ne!(of("l", r#"{"query":"mutation { a }","variables":{"x":{"b":1,"a":[1,2]}}}"#), first);
        for other in [
            r#"{"query":"mutation { b }","variables":{"x":{"b":1,"a":[1,2]}}}"#,
            r#"{"query":"mutation  { a }","variables":{"x":{"b":1,"a":[1,2]}}}"#,
            r#"{"query":"mutation { a }","variables":{"x":{"b":1,"a":[2,1]}}}"#,
            r#"{"query":"mutation { a }","variables":{"x":{"b":"1","a":[1,2]}}}"#,
            r#"{"query":"mutation { a }","variables":{"x":{"b":1,"a":[1,2],"c":null}}}"#,
            r#"{"query":"mutation { a }","variables":{"x":{"b":1,"a":[1,2]}},"operationName":"a"}"#,
            r#"{"query":"mutation { a }"}"#,
        ] {
            assert_ne!(of("k", other), first, "{other}");
        }
    }
}
