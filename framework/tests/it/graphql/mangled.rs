//! Documents that were cut, doubled and mixed up at random are answered or refused, never with a panic or a broken body.

use std::time::Duration;

use samara::database::Backend;
use samara::graphql::{Api, Options, Request, ResponseStatus};
use serde_json::Value as Json;

use super::corpus::cases;
use super::data::{DATA, MEMBER};
use super::platform;
use super::support::{Platform, object};

/// A small generator, so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }
}

/// What a lexer cuts a document into, roughly.
fn pieces(query: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in query.chars() {
        let word = |it: char| it.is_alphanumeric() || it == '_';
        let joins = pieces.last().and_then(|it| it.chars().last()).is_some_and(|it| word(it) && word(letter));
        match pieces.last_mut() {
            Some(last) if joins => last.push(letter),
            _ => pieces.push(letter.into()),
        }
    }
    pieces
}

fn mangled(dice: &mut Dice, queries: &[String]) -> String {
    let mut text = pieces(&queries[dice.roll(queries.len())]);
    let other = pieces(&queries[dice.roll(queries.len())]);
    let odd = [
        "{",
        "}",
        "(",
        ")",
        "$",
        "...",
        "\"",
        "\"\"\"",
        "\\u{110000}",
        "-1",
        "1e400",
        "null",
        "@include",
        "#",
        "é",
        "\u{0}",
    ];
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(text.len());
        match dice.roll(4) {
            0 => drop(text.remove(at)),
            1 => text.insert(at, odd[dice.roll(odd.len())].into()),
            2 => text.insert(at, other[dice.roll(other.len())].clone()),
            _ => {
                let with = dice.roll(text.len());
                text.swap(at, with);
            }
        }
    }
    text.concat()
}

#[tokio::test]
async fn mangled_documents_break_nothing() {
    let cases = cases();
    let queries: Vec<String> = cases.iter().map(|it| it.query.clone()).collect();
    samara::testing::on(Backend::Sqlite, &platform::application(), async |engine| {
        DATA.insert(&engine).await;
        let api = Api::new(engine.clone(), Options { introspection: true, ..Options::default() }).unwrap();
        let platform = Platform { engine, api };
        let mut dice = Dice(7);
        let mut refused = 0;
        for round in 0..1_000 {
            let query = mangled(&mut dice, &queries);
            let variables = object(cases[dice.roll(cases.len())].variables.clone());
            let request = Request { variables, ..Request::new(query.clone()) };
            let answer = tokio::time::timeout(Duration::from_secs(60), platform.run(Some(MEMBER), request));
            let (response, _) = answer.await.unwrap_or_else(|_| panic!("{round} never ends: {query}"));
            let body: Json = serde_json::from_slice(&response.body).unwrap_or_else(|_| panic!("{round}: {query}"));
            assert_eq!(body.get("data").is_none(), response.outcome == ResponseStatus::RequestError, "{query}\n{body}");
            assert!(body.get("data").is_some() || body["errors"][0]["message"].is_string(), "{query}\n{body}");
            assert!(!body.to_string().contains("INTERNAL"), "{query}\n{body}");
            refused += usize::from(response.outcome == ResponseStatus::RequestError);
        }
        assert!((300..1_000).contains(&refused), "{refused}");
    })
    .await;
}
