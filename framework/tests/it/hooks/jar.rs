//! Jars, and notes of what the functions around their writes saw.

use std::sync::Mutex;

use samara::prelude::*;
use samara::record::Input;

/// A jar. Its label says which of its functions fails, as in `fails before`.
#[resource(table = "jars")]
pub struct Jar {
    #[id]
    pub id: Uuid,
    #[attribute(public, max_length = 20)]
    pub label: String,
    #[attribute(public, default = 1)]
    pub size: i64,
    #[attribute(public)]
    pub lid: Option<String>,
    #[attribute(public, unique)]
    pub number: Option<i64>,
}

#[actions]
impl Jar {
    #[read(primary)]
    fn list();

    #[create(
        accept = [label, size, number],
        change = [double, look],
        before = [expect, Self::put_lid_on],
        after = [find, keep],
        after_commit = tell
    )]
    fn fill();

    #[update(
        accept = [label, size],
        change = grow,
        before = [compare, put_another_lid_on],
        after = find,
        after_commit = [tell, fail_late]
    )]
    fn refill();

    /// Reads no row as it was.
    #[update(accept = [label, size], before = expect, after = find)]
    fn shake();

    /// Runs nothing before its statement.
    #[update(accept = [size], after = top, after_commit = tell_of_top)]
    fn top_up();

    #[destroy(before = [part, regret], after = keep, after_commit = tell)]
    fn empty(why: Option<String>);
}

#[policies]
impl Jar {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

impl Jar {
    fn put_lid_on(changes: &mut Changes<Self>, _: &Context) -> Result<()> {
        changes.set(Self::LID, Some("round".to_owned()));
        if changes.get(Self::LABEL).as_deref() == Some("long") {
            changes.set(Self::LABEL, "l".repeat(21));
        }
        Ok(())
    }
}

/// What a function saw, in the order written.
#[resource(table = "notes")]
pub struct Note {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub text: String,
    #[attribute(public)]
    pub number: i64,
}

#[actions]
impl Note {
    #[read(primary, sort = [number])]
    fn list();

    #[create(accept = [text, number])]
    fn write();

    #[update(accept = [text])]
    fn correct();
}

#[policies]
impl Note {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// Everything.
#[domain(resources = [Jar, Note])]
pub struct Pantry;

samara::app!(pub App, domains = [Pantry]);

/// What has run, whether it was undone or not.
pub static RUN: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Notes that a function ran, in the transaction that it runs in, and fails where the label says so.
async fn note(cx: &Context, function: &str, label: &str, saw: String) -> Result<()> {
    RUN.lock().unwrap().push(format!("{function} {label}"));
    let number = Note::query().count(cx).await?;
    let input = Input::new().with("text", Value::Text(format!("{function}: {saw}"))).with("number", Value::Int(number));
    cx.create(cx.engine().app().find("Note").unwrap(), "write", input).await?;
    if label == format!("fails {function}") {
        return Err(Error::new(Code::RateLimited, format!("{function} failed")));
    }
    Ok(())
}

fn double(changes: &mut Changes<Jar>, _: &Context) -> Result<()> {
    if let Some(size) = changes.get(Jar::SIZE) {
        changes.set(Jar::SIZE, size * 2);
    }
    Ok(())
}

async fn look(changes: &mut Changes<Jar>, cx: &Context) -> Result<()> {
    let (label, size) = (changes.get(Jar::LABEL).unwrap_or_default(), changes.get(Jar::SIZE));
    note(cx, "change", &label, format!("{size:?}")).await
}

async fn grow(changes: &mut Changes<Jar>, jar: &Jar, cx: &Context) -> Result<()> {
    changes.set(Jar::SIZE, jar.size + changes.get(Jar::SIZE).unwrap_or(1));
    let label = changes.get(Jar::LABEL).unwrap_or_else(|| jar.label.clone());
    note(cx, "change", &label, format!("{} -> {:?}", jar.size, changes.get(Jar::SIZE))).await
}

async fn expect(changes: &mut Changes<Jar>, cx: &Context) -> Result<()> {
    let label = changes.get(Jar::LABEL).unwrap_or_default();
    let stored = Jar::query().filter(expr!(|it| it.label == label.clone())).count(cx).await?;
    note(cx, "before", &label, format!("{:?}, {stored} stored", changes.get(Jar::SIZE))).await
}

async fn compare(changes: &mut Changes<Jar>, jar: &Jar, cx: &Context) -> Result<()> {
    let label = changes.get(Jar::LABEL).unwrap_or_else(|| jar.label.clone());
    note(cx, "before", &label, format!("{} -> {:?}", jar.size, changes.get(Jar::SIZE))).await
}

fn put_another_lid_on(changes: &mut Changes<Jar>, jar: &Jar, _: &Context) -> Result<()> {
    changes.set(Jar::LID, jar.lid.as_ref().map(|it| format!("{it}, {it}")));
    Ok(())
}

async fn find(jar: &Jar, cx: &Context) -> Result<()> {
    let stored = Jar::get(jar.id).run(cx).await?.map(|it| (it.size, it.lid));
    note(cx, "after", &jar.label, format!("{:?}, stored {stored:?}", (jar.size, &jar.lid))).await
}

async fn top(jar: &Jar, cx: &Context) -> Result<()> {
    note(cx, "topped", &jar.label, jar.size.to_string()).await
}

async fn tell_of_top(jar: &Jar, cx: &Context) -> Result<()> {
    note(cx, "told", &jar.label, jar.size.to_string()).await
}

/// Also changes what another transaction may be changing.
async fn keep(jar: &Jar, cx: &Context) -> Result<()> {
    note(cx, "kept", &jar.label, String::new()).await?;
    let (notes, first) = (cx.engine().app().find("Note").unwrap(), Note::query().first(cx).await?);
    let input = Input::new().with("text", Value::Text("change: corrected".to_owned()));
    match first {
        Some(first) if jar.label.starts_with("contended") => {
            cx.update(notes, "correct", first.id, input).await.map(drop)
        }
        _ => Ok(()),
    }
}

async fn tell(jar: &Jar, cx: &Context) -> Result<()> {
    // Another connection sees what is committed, and nothing else.
    let stored = Jar::get(jar.id).run(&cx.engine().system("tests")).await?.map(|it| it.size);
    note(cx, "commit", &jar.label, format!("{}, stored {stored:?}", jar.size)).await
}

fn fail_late(jar: &Jar, _: &Context) -> Result<()> {
    Err(Error::internal(format!("`{}` is told of too late", jar.label)))
}

async fn part(changes: &mut Changes<Jar>, jar: &Jar, cx: &Context) -> Result<()> {
    let why: Option<String> = changes.argument("why")?;
    note(cx, "before", &jar.label, format!("{} because {why:?}", jar.size)).await
}

fn regret(changes: &mut Changes<Jar>, _: &Context) -> Result<()> {
    if changes.argument::<Option<String>>("why")?.as_deref() == Some("none") {
        changes.problem(Problem::new(Code::Invalid, "is no reason", vec!["why".to_owned()]));
    }
    Ok(())
}
