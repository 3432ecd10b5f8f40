//! A client with nothing but HTTP: signs in by a mailed code, then asks with a bearer token.

use serde_json::{Value, json};

/// One person's client.
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
    /// The address they signed in with, empty for nobody.
    pub(crate) email: String,
    /// Their id, empty for nobody.
    pub(crate) id: String,
}

impl Client {
    /// Nobody in particular, of the application at this address.
    pub(crate) fn anonymous(address: &impl AsRef<str>) -> Self {
        Self {
            http: reqwest::Client::new(),
            url: address.as_ref().to_owned(),
            token: None,
            email: String::new(),
            id: String::new(),
        }
    }

    /// Whoever that token stands for.
    pub(crate) fn with_token(address: &impl AsRef<str>, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::anonymous(address) }
    }

    /// Signs in with the code from the mail that the application sends to `email`.
    pub(crate) async fn sign_in(address: &impl AsRef<str>, email: &str) -> Self {
        let mut client = Self::anonymous(address);
        let asked = client
            .ok(
                "mutation($email: String!) { requestSignInCode(input: {email: $email}) { result { flow } errors { code } } }",
                json!({ "email": email }),
            )
            .await;
        let flow = &asked["requestSignInCode"]["result"]["flow"];
        let code = mailed_code(&client.url, email).await;
        let signed_in = client
            .ok(
                "mutation($flow: String!, $code: String!) {
                   signInWithCode(input: {flow: $flow, code: $code}) { result { token user { id email } } errors { code message } }
                 }",
                json!({ "flow": flow, "code": code }),
            )
            .await;
        let result = &signed_in["signInWithCode"]["result"];
        assert_eq!(result["user"]["email"], email, "{signed_in}");
        client.token = result["token"].as_str().map(str::to_owned);
        client.id = result["user"]["id"].as_str().expect("an id").to_owned();
        client.email = email.to_owned();
        client
    }

    /// The bearer token; empty for nobody.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Sends an operation and answers the whole response.
    pub(crate) async fn send(&self, query: &str, variables: Value) -> Value {
        let request =
            self.http.post(format!("{}/graphql", self.url)).json(&json!({ "query": query, "variables": variables }));
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Sends an operation that must have no top-level error, and answers its data.
    pub(crate) async fn ok(&self, query: &str, variables: Value) -> Value {
        let mut response = self.send(query, variables).await;
        assert!(response.get("errors").is_none(), "{response}");
        response["data"].take()
    }

    /// Runs a mutation of one root field that must succeed, and answers its result.
    pub(crate) async fn act(&self, mutation: &str, variables: Value) -> Value {
        let mut payload = self.payload(mutation, variables).await;
        assert_eq!(payload["errors"], json!([]), "{mutation}: {payload}");
        payload["result"].take()
    }

    /// Runs a mutation of one root field that must be refused, and answers the first error's code.
    pub(crate) async fn refused(&self, mutation: &str, variables: Value) -> String {
        let payload = self.payload(mutation, variables).await;
        assert_eq!(payload["result"], Value::Null, "{mutation}: {payload}");
        payload["errors"][0]["code"].as_str().unwrap_or_else(|| panic!("{mutation}: {payload}")).to_owned()
    }

    async fn payload(&self, mutation: &str, variables: Value) -> Value {
        let mut data = self.ok(mutation, variables).await;
        data.as_object_mut().expect("data").values_mut().next().expect("a field").take()
    }
}

/// The newest code that the application at this address mailed to `email`: the digits alone on a line.
pub(crate) async fn mailed_code(url: &str, email: &str) -> String {
    let mails: Vec<Value> = reqwest::get(format!("{url}/dev/mailbox.json")).await.unwrap().json().await.unwrap();
    let mail = mails.iter().find(|mail| mail["to"] == email).expect("a mail");
    let text = mail["text"].as_str().expect("its text");
    text.lines()
        .map(str::trim)
        .find(|line| line.len() >= 6 && line.bytes().all(|byte| byte.is_ascii_digit()))
        .expect("the code alone on a line")
        .to_owned()
}
