//! Mailed codes, for clients without a browser. A code only works for the flow that asked for it.

use subtle::ConstantTimeEq;

use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Code, Error};
use crate::mail::{Address, masked};
use crate::query::Query;
use crate::record::{Input, Record};
use crate::settings::Registration;
use crate::value::DateTimeUtc;

use super::link::{SignInMethod, SignInStart, finish, issue, usable};
use super::session::NewSession;
use super::token::{self, Token, TokenKind};
use super::{Caller, Nonce, Roles, limit};

/// A started sign-in, as the client gets it.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The secret that the code must come with.
    pub secret: Token,
    /// Until when the code can be used.
    pub expires_at: DateTimeUtc,
}

/// How many codes may be tried with one flow.
const TRIES: i64 = 5;

/// Starts a flow and its mail in one transaction.
///
/// It does the same work whether the address is known or not: whether a mail goes out is decided when it is sent.
///
/// # Errors
/// `INVALID` if it is no address, `RATE_LIMITED` if too many were asked for, `UNAVAILABLE` if the database cannot be reached.
pub async fn request(engine: &Engine, roles: &Roles, email: &str, caller: &Caller) -> Result<Flow, Error> {
    let address = Address::parse(email)?;
    let cx = engine.system("starting a sign-in").at_database_time().await?;
    if !limit::allows_mail(&cx, &address, caller).await? {
        tracing::info!(address = masked(address.as_str()), "a sign-in code was not made: too many");
        return Err(Error::new(Code::RateLimited, "too many sign-in mails were asked for; try again later"));
    }
    let flow = Token::new(TokenKind::Flow)?;
    let nonce = Nonce::new()?;
    let code_hash = Some(bound(flow.reveal(), nonce.code(engine.secret()?).reveal()));
    let start = SignInStart { method: SignInMethod::Code, token_hash: flow.hash(), code_hash, nonce, return_to: None };
    let expires_at = issue(&cx, roles, &address, caller, start).await?;
    Ok(Flow { secret: flow, expires_at })
}

/// Uses a flow up with its code and starts a session for a bearer token.
///
/// # Errors
/// `INVALID` at `code` for a wrong one, and for a flow that is unknown, used, expired or tried too often: it never says which.
pub async fn sign_in(
    engine: &Engine,
    roles: &Roles,
    registration: Registration,
    flow: &str,
    code: &str,
    caller: &Caller,
) -> Result<NewSession, Error> {
    let refused = || Error::at(Code::Invalid, "code", "this code is wrong or no longer valid");
    if !TokenKind::Flow.fits(flow) {
        return Err(refused());
    }
    let cx = engine.system("trying a sign-in code").at_database_time().await?;
    let Some(started) = count_try(&cx, roles, flow).await? else { return Err(refused()) };
    let typed: String = code.chars().filter(char::is_ascii_digit).collect();
    let given = bound(flow, &typed);
    let stored = roles.link()?.code_hash.read(&started)?.unwrap_or_default();
    if !bool::from(given.as_bytes().ct_eq(stored.as_bytes())) {
        return Err(refused());
    }
    finish(engine, roles, registration, SignInMethod::Code, flow, caller).await?.ok_or_else(refused)
}

/// Counts one more try, whatever its result; `None` if no tries are left.
///
/// Each turn of the loop writes the number that was read plus one, and only if it has not changed meanwhile. So simultaneous tries are
/// counted one by one, and the loop ends when they are used up.
async fn count_try(cx: &Context, roles: &Roles, flow: &str) -> Result<Option<Record>, Error> {
    let role = roles.link()?;
    let usable = usable(cx, role, SignInMethod::Code, flow);
    loop {
        let open = usable.clone().below(&role.attempts, TRIES).tree();
        let query = Query { filter: Some(open), ..Query::unrestricted(role.resource) };
        let Some(found) = cx.read(query).await?.records.pop() else { return Ok(None) };
        let tries = role.attempts.read(&found)?;
        let unchanged = usable.clone().is(&role.attempts, tries).tree();
        let input = Input::new().giving(&role.attempts, tries + 1);
        if let Some(counted) = cx.update_where(role.resource, &role.consume, unchanged, input).await?.pop() {
            return Ok(Some(counted));
        }
    }
}

/// What is stored of a code. Codes cannot be guessed from it without the flow's secret, which is not stored.
fn bound(flow: &str, code: &str) -> String {
    token::hash(&format!("{flow}:{code}"))
}
