//! One GraphQL request, and how it is read from a body.

use std::fmt;

use serde_json::{Map, Value as Json};

use crate::error::{Code, Error};

/// What a client asks: the members of a GraphQL-over-HTTP request, and what the server knows besides.
///
/// Printed, its values are left out: literals of the document, and what variables hold.
#[derive(Clone, Default)]
pub struct Request {
    /// The document.
    pub query: String,
    /// Which of its operations to run, where there are several.
    pub operation_name: Option<String>,
    /// Values of the operation's variables.
    pub variables: Map<String, Json>,
    /// The key under which its mutations are done once, however often it is sent: 1 to 128 visible ASCII characters, of its sender's choice.
    /// Where there is no mutation it says nothing.
    pub idempotency_key: Option<String>,
    /// The id of the request in the log; an `INTERNAL` error shows it to the client.
    pub request_id: Option<String>,
    /// What the server knows of the request and hands to [`super::SignIn`]: its address, its session.
    pub extensions: http::Extensions,
}

/// How deep the lists and objects of a body may nest.
const MAX_DEPTH: usize = 64;

impl Request {
    /// A document without variables.
    pub fn new(query: impl Into<String>) -> Self {
        Self { query: query.into(), ..Self::default() }
    }

    /// Reads a JSON body: an object with `query`, perhaps `variables` and `operationName`. Other members are ignored.
    ///
    /// # Errors
    /// `INVALID` if it is not one: a list (operations are not batched), no JSON, a member of another type.
    /// `LIMIT_EXCEEDED` if it nests deeper than 64 levels.
    ///
    /// Source: GraphQL over HTTP, "Request Parameters".
    pub fn from_json(body: &[u8]) -> Result<Self, Error> {
        if depth(body) > MAX_DEPTH {
            return Err(Error::new(Code::LimitExceeded, format!("the body nests deeper than {MAX_DEPTH} levels")));
        }
        let body: Json = serde_json::from_slice(body).map_err(|_| invalid("the body is not JSON"))?;
        let Json::Object(mut members) = body else {
            return Err(invalid("the body must be one JSON object; operations are not batched"));
        };
        let query = match members.remove("query") {
            Some(Json::String(query)) => query,
            Some(_) => return Err(invalid("`query` must be a string")),
            None => return Err(invalid("`query` is missing")),
        };
        let operation_name = match members.remove("operationName") {
            None | Some(Json::Null) => None,
            Some(Json::String(name)) => Some(name),
            Some(_) => return Err(invalid("`operationName` must be a string")),
        };
        let variables = match members.remove("variables") {
            None | Some(Json::Null) => Map::new(),
            Some(Json::Object(variables)) => variables,
            Some(_) => return Err(invalid("`variables` must be an object")),
        };
        if !matches!(members.get("extensions"), None | Some(Json::Null | Json::Object(_))) {
            return Err(invalid("`extensions` must be an object"));
        }
        Ok(Self { query, operation_name, variables, ..Self::default() })
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variables: Vec<_> = self.variables.keys().collect();
        f.debug_struct("Request")
            .field("operation_name", &self.operation_name)
            .field("variables", &variables)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

fn invalid(message: &str) -> Error {
    Error::new(Code::Invalid, message)
}

/// How deep brackets nest outside of strings. Cheaper than parsing, and bounds what the parser may recurse.
fn depth(body: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => {
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'\\' => drop(bytes.next()),
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> Option<Code> {
        Request::from_json(body.as_bytes()).err().map(|it| it.code())
    }

    #[test]
    fn a_body_is_an_object_with_a_query() -> Result<(), Error> {
        let body = br#"{"query": "{ a }", "operationName": null, "variables": {"x": [1]}, "extensions": {}, "id": 3}"#;
        let request = Request::from_json(body)?;
        assert_eq!(request.query, "{ a }");
        assert_eq!(request.operation_name, None);
        assert_eq!(request.variables["x"][0], 1);
        Ok(())
    }

    #[test]
    fn what_is_not_a_request_is_refused() {
        for body in [
            "",
            "null",
            "[]",
            r#"[{"query":"{a}"}]"#,
            "{}",
            r#"{"query":null}"#,
            r#"{"query":1}"#,
            r#"{"query":"{a}","variables":[]}"#,
            r#"{"query":"{a}","variables":"{}"}"#,
            r#"{"query":"{a}","operationName":1}"#,
            r#"{"query":"{a}","extensions":1}"#,
            r#"{"query":"{a}"} x"#,
            "{\"query\":\"\u{0}",
        ] {
            assert_eq!(code(body), Some(Code::Invalid), "{body}");
        }
    }

    #[test]
    fn nesting_is_bounded_and_strings_do_not_nest() {
        let deep = format!(r#"{{"query":"a","variables":{{"x":{}{}}}}}"#, "[".repeat(100), "]".repeat(100));
        assert_eq!(code(&deep), Some(Code::LimitExceeded));
        assert_eq!(code(&"[".repeat(1_000_000)), Some(Code::LimitExceeded));
        assert_eq!(code(&format!(r#"{{"query":"\"{}"}}"#, "{".repeat(1000))), None);
    }
}
