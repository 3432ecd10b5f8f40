//! What is sensitive is masked wherever values are printed, and can be written and asked about all the same.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex};

use samara::graphql::{Api, Options, Request};
use samara::prelude::*;
use samara::query::Query;
use samara::record::{Field, Input};
use samara::testing::on_both;

/// Stands in the sensitive attribute, and nowhere else.
const MARK: &str = "mark7f3a";

/// What the change function saw, printed.
static SEEN: Mutex<String> = Mutex::new(String::new());

/// A key of a safe.
#[resource(table = "keys")]
#[graphql(type = "Key")]
#[derive(Debug, PartialEq)]
pub struct Key {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub label: String,
    #[attribute(sensitive, unique, min_length = 3, max_length = 20)]
    pub secret: Option<String>,
}

#[actions]
impl Key {
    #[read(primary)]
    fn list();
    #[create(accept = [label, secret(sensitive)], change = look)]
    fn add();
    #[update(accept = [label, secret(sensitive)], validate(|key| key.secret != key.label, "is written on its label"))]
    fn change();
}

fn look(changes: &mut Changes<Key>, _: &Context) -> Result<(), Error> {
    *SEEN.lock().unwrap() = format!("{changes:?}");
    Ok(())
}

#[policies]
impl Key {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// The safe.
#[domain(resources = [Key])]
pub struct Safe;

samara::app!(pub App, domains = [Safe]);

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[track_caller]
fn masked(what: impl Debug, shows: &str) {
    let printed = format!("{what:?}\n{what:#?}");
    assert!(!printed.contains(MARK), "{printed}");
    assert!(printed.contains(shows), "{printed}");
}

/// The error with all its causes, in every form.
#[track_caller]
fn silent(error: &Error) {
    let mut next: Option<&dyn StdError> = Some(error);
    while let Some(it) = next {
        let printed = format!("{it}\n{it:?}\n{it:#?}");
        assert!(!printed.contains(MARK), "{printed}");
        next = it.source();
    }
}

#[tokio::test]
async fn nothing_that_is_printed_holds_what_is_sensitive() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    // With one dispatcher alone, what is first said on SQLite's own thread would be taken for silent on this one too.
    let _other = tracing::Dispatch::new(tracing_subscriber::registry());
    on_both(&App::application(), async |engine| {
        let cx = engine.system("a test");

        let call = Key::add().label("front door").secret(MARK.to_owned());
        let key = call.run(&cx).await.unwrap();
        assert_eq!(key.secret.as_deref(), Some(MARK));
        masked(&key, "front door");
        masked(SEEN.lock().unwrap().clone(), "label");

        let (resource, declared) = engine.app().find("Key").map(|it| (it, engine.app().resource(it))).unwrap();
        let page = cx.read(Query::unrestricted(resource)).await.unwrap();
        masked(&page, "front door");
        let (secret, _) = declared.attribute("secret").unwrap();
        let field = &page.records[0].attributes[usize::from(secret)];
        assert_eq!((field.shown(), field.value()), (None, Some(&Value::Text(MARK.into()))));
        assert_eq!(*field, Field::Sensitive(Value::Text(MARK.into())));

        let known = Key::query().filter(expr!(|key| key.secret == MARK));
        masked(&known, "Literal");
        assert_eq!(known.run(&cx).await.unwrap().len(), 1);
        let input = Input::new().with("label", Value::Text(MARK.into()));
        masked(&input, "label");

        // Taken: PostgreSQL repeats the value in what it answers.
        let taken = Key::add().label("back door").secret(MARK.to_owned()).run(&cx).await.unwrap_err();
        assert_eq!(taken.code(), Code::Conflict);
        silent(&taken);
        let long = Key::add().label("back door").secret(MARK.repeat(5)).run(&cx).await.unwrap_err();
        assert_eq!((long.code(), long.problems()[0].fields.as_slice()), (Code::Invalid, &["secret".to_owned()][..]));
        silent(&long);
        let told = Key::change(key.id).label(MARK).run(&cx).await.unwrap_err();
        assert_eq!(told.code(), Code::Invalid);
        silent(&told);

        let api = Api::new(engine.clone(), Options::default()).unwrap();
        for (label, secret, expected) in [("side", "ab", "at least"), ("side", MARK, "CONFLICT"), ("side", "side7", "side")] {
            let query = format!(
                "mutation($secret: String = \"{secret}\") {{
                    addKey(input: {{ label: \"{label}\", secret: $secret }}) {{ result {{ label }} errors {{ code message }} }}
                }}"
            );
            let request = Request::new(query);
            masked(&request, "variables");
            let answer = api.execute(&cx, request).await;
            let body = String::from_utf8(answer.body.to_vec()).unwrap();
            assert!(body.contains(expected) && !body.contains(MARK), "{body}");
        }
        let shown = api.execute(&cx, Request::new("{ keys { nodes { secret } } }")).await;
        assert!(String::from_utf8(shown.body.to_vec()).unwrap().contains("errors"));
    })
    .await;
    let logged = log.text();
    assert!(logged.contains("INSERT INTO"), "statements are logged at this level");
    assert!(!logged.contains(MARK), "{logged}");
}

#[test]
fn a_declaration_prints_no_literal() {
    let tree = samara::expr::filter::<Key>(|key| samara::expr::eq(&key.secret, &MARK)).unwrap();
    masked(&tree, "<text>");
}
