//! Sign-in's root fields: what they are given, and what becomes of the answer.

use std::sync::Arc;

use async_trait::async_trait;
use samara::context::{Actor, Context};
use samara::error::{Code, Error};
use samara::graphql::{Options, Request, SignIn, SignInFlow, SignedIn};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::data::{MEMBER, id};
use super::support::{Platform, on_platform, on_platform_with};

/// What the server would put into a request.
#[derive(Clone)]
struct Address(&'static str);

struct Fake;

#[async_trait]
impl SignIn for Fake {
    async fn request_code(&self, cx: &Context, request: &http::Extensions, email: String) -> Result<SignInFlow, Error> {
        let Some(Address(address)) = request.get() else { return Err(Error::internal("no address")) };
        if *address == "crowded" {
            return Err(Error::at(Code::RateLimited, "email", "too often"));
        }
        Ok(SignInFlow { flow: format!("flow for {email} at {address}"), expires_at: cx.with_now(time()).now() })
    }

    async fn sign_in(&self, cx: &Context, _: &http::Extensions, flow: String, code: String) -> Result<SignedIn, Error> {
        if code != "123456" {
            return Err(Error::at(Code::Invalid, "code", "the code is wrong"));
        }
        let user = id("User", MEMBER).parse().unwrap();
        let context = cx.engine().system("sign-in").acting_as(user).await?;
        Ok(SignedIn { token: flow, expires_at: time(), user, context })
    }

    fn session(&self, _: &http::Extensions) -> Option<Uuid> {
        None
    }

    async fn sign_out(&self, cx: &Context, _: &http::Extensions) -> Result<bool, Error> {
        Ok(matches!(cx.actor(), Actor::Record(_)))
    }
}

fn time() -> samara::value::DateTimeUtc {
    chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

async fn ask(platform: &Platform, actor: Option<usize>, address: &'static str, query: &str) -> Json {
    let mut request = Request::new(query);
    request.extensions.insert(Address(address));
    serde_json::from_slice(&platform.run(actor, request).await.0.body).unwrap()
}

#[tokio::test]
async fn a_code_becomes_a_token_and_its_user() {
    on_platform_with(&|| Options { sign_in: Some(Arc::new(Fake)), ..Options::default() }, async |platform| {
        let start = "mutation { requestSignInCode(input: { email: \"dan@example.org\" }) \
            { result { flow expiresAt __typename } errors { code path fields } __typename } }";
        let body = ask(&platform, None, "here", start).await;
        let result = json!({
            "flow": "flow for dan@example.org at here", "expiresAt": "2026-09-21T14:13:20.000000Z", "__typename": "SignInFlow",
        });
        let payload = json!({ "result": result, "errors": [], "__typename": "RequestSignInCodePayload" });
        assert_eq!(body["data"]["requestSignInCode"], payload);
        let body = ask(&platform, None, "crowded", start).await;
        let error = json!({ "code": "RATE_LIMITED", "path": ["input", "email"], "fields": ["email"] });
        assert_eq!(body["data"]["requestSignInCode"]["errors"], json!([error]));

        let finish = |code: &str| {
            format!(
                "mutation {{ signInWithCode(input: {{ flow: \"f\", code: \"{code}\" }}) {{ result {{ token \
                 user {{ displayName email activities(first: 1) {{ totalCount }} }} }} errors {{ code }} }} }}"
            )
        };
        let body = ask(&platform, None, "here", &finish("123456")).await;
        let user = json!({ "displayName": "Dan", "email": "dan@example.org", "activities": { "totalCount": 8 } });
        let expected = json!({ "result": { "token": "f", "user": user }, "errors": [] });
        assert_eq!(body["data"]["signInWithCode"], expected, "the user is read as that user");
        let body = ask(&platform, None, "here", &finish("1")).await;
        assert_eq!(body["data"]["signInWithCode"], json!({ "result": null, "errors": [{ "code": "INVALID" }] }));

        let end = "mutation { signOut { result errors { code } } }";
        let body = ask(&platform, Some(MEMBER), "here", end).await;
        assert_eq!(body["data"]["signOut"], json!({ "result": true, "errors": [] }));
    })
    .await;
}

#[tokio::test]
async fn without_sign_in_its_fields_say_so() {
    on_platform(async |platform| {
        let body = ask(&platform, None, "here", "mutation { signOut { result errors { code } } }").await;
        assert_eq!(body["data"]["signOut"], json!({ "result": null, "errors": [{ "code": "UNAVAILABLE" }] }));
    })
    .await;
}
