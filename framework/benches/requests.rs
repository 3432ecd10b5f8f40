//! The parts of a request that no database takes part in, and the writing of rows: `cargo bench -p samara`.
//!
//! ```text
//! prepare    a text that nobody has sent before: parsed, validated, compiled, bound, and answered without a statement
//! bind       the same text again: looked up, its variables filled in, policies asked, bound, and answered without a statement
//! write_out  fifty rows, and one, of a database in memory: what the rows cost beside the statement around them
//! ```

#![allow(clippy::unwrap_used, missing_docs, reason = "a measurement that fails has nothing to go on with")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use samara::call;
use samara::context::{Actor as Acting, Context};
use samara::database::Database;
use samara::engine::Engine;
use samara::graphql::{Api, Options, Request};
use samara::migration::create_tables;
use samara::prelude::*;
use tokio::runtime::Runtime;

/// What is read: by everybody who is signed in.
#[resource(table = "notes")]
#[actor(identity = title)]
pub struct Note {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub title: CiString,
    #[attribute(public, default = 0)]
    pub likes: i64,
    #[attribute(public, default = Json::object())]
    pub detail: Json,
}

#[actions]
impl Note {
    #[read(primary, sort = [title], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [title, likes, detail])]
    fn write();
}

#[policies]
impl Note {
    #[policy(always)]
    fn signed_in(actor: Actor<Note>) -> bool {
        actor.is_present()
    }
}

#[domain(resources = [Note])]
pub struct Notes;

samara::app!(pub App, domains = [Notes]);

const ROWS: usize = 250;

/// An API on a database in memory, nobody, and somebody who may read.
struct Served {
    runtime: Runtime,
    api: Api,
    nobody: Context,
    reader: Context,
}

impl Served {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let (engine, reader) = runtime.block_on(async {
            let database = Database::connect("sqlite::memory:").await.unwrap();
            let engine = Engine::new(App::application().verified().unwrap(), database);
            let system = engine.system("a measurement");
            create_tables(&system.unpoliced("to make tables"), engine.app()).await.unwrap();
            let notes = (0..ROWS).map(|it| Note::write().title(format!("note {it:03}")).likes(it as i64));
            let notes = call::create_many(notes).run(&system).await.unwrap();
            let reader = engine.context(system.acting_as(notes[0].id).await.unwrap().actor().clone());
            (engine, reader)
        });
        let api = Api::new(engine.clone(), Options::default()).unwrap();
        Self { runtime, api, nobody: engine.context(Acting::Anonymous), reader }
    }

    fn answer(&self, cx: &Context, query: &str, variables: serde_json::Value) -> usize {
        let request = Request { variables: variables.as_object().cloned().unwrap_or_default(), ..Request::new(query) };
        self.runtime.block_on(self.api.execute(cx, request)).body.len()
    }
}

fn requests(criterion: &mut Criterion) {
    let served = Served::new();
    let text = |number: u64| {
        format!(
            "query($likes: Int!, $first: Int) {{ n{number}: notes(first: $first, filter: {{ likes: {{ gt: $likes }} }}, \
             sort: [{{ field: LIKES, order: DESC }}]) {{ nodes {{ id title likes detail }} pageInfo {{ hasNextPage }} }} }}"
        )
    };
    let variables = |first: u64| serde_json::json!({ "likes": -1, "first": first });
    let mut number = 0;
    criterion.bench_function("prepare", |bench| {
        bench.iter(|| {
            number += 1;
            black_box(served.answer(&served.nobody, &text(number), variables(50)))
        });
    });
    let known = text(0);
    criterion.bench_function("bind", |bench| {
        bench.iter(|| black_box(served.answer(&served.nobody, &known, variables(50))));
    });
    for rows in [1, 50, 250] {
        assert!(served.answer(&served.reader, &known, variables(rows)) > 90 * rows as usize);
        criterion.bench_function(&format!("write_out {rows}"), |bench| {
            bench.iter(|| black_box(served.answer(&served.reader, &known, variables(rows))));
        });
    }
}

criterion_group!(all, requests);
criterion_main!(all);
