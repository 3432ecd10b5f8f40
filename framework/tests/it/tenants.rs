//! Rows that belong to tenants: within one, those of another do not exist, for anybody and through nothing.

use samara::call;
use samara::context::Context;
use samara::engine::Engine;
use samara::error::{Code, Error};
use samara::graphql::{Api, Options, Request};
use samara::prelude::*;
use samara::table::declared;
use samara::testing::on_both;
use serde_json::{Value as Js, json};

/// Someone, who may be a member of several organisations.
#[resource(table = "people")]
#[actor(identity = email)]
#[graphql(type = "Person")]
pub struct Person {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
    #[has_many(public, key = person)]
    pub tasks: HasMany<Task>,
}

#[actions]
impl Person {
    #[read(primary)]
    fn list();

    #[create(private, accept = [email])]
    fn register();
}

#[policies]
impl Person {
    #[policy(always)]
    fn signed_in(actor: Actor<Person>) -> bool {
        actor.is_present()
    }
}

/// A tenant.
#[resource(table = "organisations")]
#[graphql(type = "Organisation")]
pub struct Organisation {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
    #[has_many(public, key = organisation)]
    pub members: HasMany<Member>,
}

#[actions]
impl Organisation {
    #[read(primary)]
    fn list();

    #[create(accept = [name])]
    fn found();
}

#[policies]
impl Organisation {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// That somebody works in an organisation: its own, and known within it alone.
#[resource(table = "members", tenant = organisation, identity(one_each = [person]))]
#[graphql(type = "Member")]
pub struct Member {
    #[id]
    pub id: Uuid,
    #[belongs_to(public, on_delete = cascade)]
    pub organisation: BelongsTo<Organisation>,
    #[belongs_to(public, on_delete = cascade)]
    pub person: BelongsTo<Person>,
}

#[actions]
impl Member {
    #[read(primary)]
    fn list();

    #[create(accept = [person])]
    fn admit();
}

#[policies]
impl Member {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// A project, of a slug that other organisations may have too.
#[resource(table = "projects", tenant = organisation, soft_delete)]
#[graphql(type = "Project")]
pub struct Project {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique, max_length = 40)]
    pub slug: String,
    #[attribute(public, default = 0)]
    pub size: i64,
    #[belongs_to(public, on_delete = restrict)]
    pub organisation: BelongsTo<Organisation>,
    #[has_many(public, key = project)]
    pub tasks: HasMany<Task>,
}

#[actions]
impl Project {
    #[read(primary, sort = [slug], paginate(keyset, default = 2, max = 50))]
    fn list();

    #[read(get = slug)]
    fn by_slug();

    #[create(accept = [slug, size])]
    fn begin();

    #[update(accept = [slug, size])]
    fn edit();

    #[update(get = slug, set(size = |it| it.size + 1))]
    fn grow();

    #[destroy]
    fn end();

    #[update(restore)]
    fn restore();
}

#[calculations]
impl Project {
    #[calculation(public, unrestricted)]
    fn task_count(project: Row<Project>) -> i64 {
        project.tasks().count()
    }
}

#[policies]
impl Project {
    #[policy(always)]
    fn signed_in(actor: Actor<Person>) -> bool {
        actor.is_present()
    }
}

/// What somebody does for a project.
#[resource(table = "tasks", tenant = organisation, soft_delete)]
#[graphql(type = "Task")]
pub struct Task {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[belongs_to(public, on_delete = restrict)]
    pub organisation: BelongsTo<Organisation>,
    #[belongs_to(public, on_delete = cascade)]
    pub project: BelongsTo<Project>,
    #[belongs_to(public, on_delete = nilify)]
    pub person: Option<BelongsTo<Person>>,
}

#[actions]
impl Task {
    #[read(primary, sort = [title])]
    fn list();

    #[create(accept = [title, project, person])]
    fn plan();

    #[update(accept = [project])]
    fn move_to();
}

#[policies]
impl Task {
    #[policy(always)]
    fn signed_in(actor: Actor<Person>) -> bool {
        actor.is_present()
    }
}

#[domain(resources = [Person, Organisation, Member, Project, Task])]
pub struct Work;

samara::app!(
    domains = [Work],
    tenants = |organisation: Row<Organisation>, actor: Actor<Person>| {
        organisation.members().any(|it| it.person_id == actor.id)
    },
);

/// Two organisations, of which Ada is a member of both and Bo of the first.
struct Offices {
    engine: Engine,
    /// The system within each.
    systems: [Context; 2],
    organisations: [Uuid; 2],
    ada: Context,
    bo: Context,
}

impl Offices {
    async fn new(engine: Engine) -> Self {
        let system = engine.system("tests");
        let register = async |name: &str| {
            let email = CiString::new(format!("{name}@example.org"));
            Person::register().email(email).run(&system).await.unwrap().id
        };
        let (ada, bo) = (register("ada").await, register("bo").await);
        let found = async |name: &str| Organisation::found().name(name).run(&system).await.unwrap().id;
        let organisations = [found("One").await, found("Two").await];
        let mut systems = Vec::new();
        for organisation in organisations {
            systems.push(system.with_tenant(organisation).await.unwrap());
        }
        for within in &systems {
            Member::admit().person(ada).run(within).await.unwrap();
        }
        Member::admit().person(bo).run(&systems[0]).await.unwrap();
        let (ada, bo) = (system.acting_as(ada).await.unwrap(), system.acting_as(bo).await.unwrap());
        Self { engine, systems: systems.try_into().unwrap(), organisations, ada, bo }
    }

    /// Ada within each.
    async fn ada(&self) -> [Context; 2] {
        let [one, two] = self.organisations;
        [self.ada.with_tenant(one).await.unwrap(), self.ada.with_tenant(two).await.unwrap()]
    }

    async fn ask(&self, cx: &Context, operation: &str) -> Js {
        let api = Api::new(self.engine.clone(), Options::default()).unwrap();
        let response = api.execute(cx, Request::new(operation)).await;
        serde_json::from_slice(&response.body).unwrap()
    }
}

/// Codes and fields of all problems.
fn told(error: &Error) -> Vec<(Code, String)> {
    error.problems().iter().map(|it| (it.code, it.fields.join(","))).collect()
}

#[tokio::test]
async fn who_may_work_within_a_tenant_is_declared() {
    on_both(&App::application(), async |engine| {
        let it = Offices::new(engine).await;
        let [one, two] = it.organisations;
        it.bo.with_tenant(one).await.unwrap();
        for organisation in [two, Uuid::now_v7()] {
            assert_eq!(it.bo.with_tenant(organisation).await.unwrap_err().code(), Code::NotFound);
        }
        let nobody = it.engine.context(samara::context::Actor::Anonymous);
        assert_eq!(nobody.with_tenant(one).await.unwrap_err().code(), Code::NotFound);
        // One statement says so.
        let before = it.ada.statements();
        it.ada.with_tenant(one).await.unwrap();
        assert_eq!(it.ada.statements() - before, 1);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_done_without_a_tenant() {
    on_both(&App::application(), async |engine| {
        let it = Offices::new(engine).await;
        let system = it.engine.system("tests");
        for cx in [&it.ada, &system] {
            let failures = [
                Project::list().all(cx).await.map(drop),
                Project::by_slug("a").run(cx).await.map(drop),
                Project::query().count(cx).await.map(drop),
                Project::begin().slug("a").run(cx).await.map(drop),
                Project::edit(Uuid::now_v7()).size(1).run(cx).await.map(drop),
                Project::grow("a").run(cx).await.map(drop),
                Project::end(Uuid::now_v7()).run(cx).await.map(drop),
                Person::query().filter(expr!(|it| it.tasks().any(|_| true))).all(cx).await.map(drop),
                Person::query().load(|it| it.tasks()).all(cx).await.map(drop),
            ];
            for (index, failure) in failures.into_iter().enumerate() {
                let error = failure.expect_err(&index.to_string());
                assert_eq!(error.code(), Code::Invalid, "{index}");
                assert!(error.to_string().contains("belong to tenants"), "{index} {error}");
            }
            // What is nobody's needs none.
            assert_eq!(Person::query().count(cx).await.unwrap(), 2);
        }
        let answer = it.ask(&it.ada, "{ projects { nodes { slug } } }").await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID", "{answer}");
    })
    .await;
}

#[tokio::test]
async fn each_tenant_has_rows_of_its_own() {
    on_both(&App::application(), async |engine| {
        let it = Offices::new(engine).await;
        let [one, two] = &it.ada().await;
        let first = Project::begin().slug("site").size(1).run(one).await.unwrap();
        assert_eq!(first.organisation_id, it.organisations[0]);
        // What it is called there is free here.
        let second = Project::begin().slug("site").size(2).run(two).await.unwrap();
        let error = Project::begin().slug("site").run(one).await.unwrap_err();
        assert_eq!(told(&error), [(Code::Conflict, "slug".into())]);
        for _ in 0..2 {
            // The second time it is prepared, for one as for the other.
            for (cx, project, size) in [(one, &first, 1), (two, &second, 2)] {
                let found = Project::list().all(cx).await.unwrap();
                assert_eq!(found.iter().map(|it| it.id).collect::<Vec<_>>(), [project.id]);
                assert_eq!(Project::by_slug("site").run(cx).await.unwrap().unwrap().size, size);
                assert_eq!(Project::query().count(cx).await.unwrap(), 1);
            }
        }
        for cx in [two, &it.systems[1]] {
            assert!(Project::get(first.id).run(cx).await.unwrap().is_none());
            assert_eq!(Project::edit(first.id).size(9).run(cx).await.unwrap_err().code(), Code::NotFound);
            assert_eq!(Project::end(first.id).run(cx).await.unwrap_err().code(), Code::NotFound);
            let error = Task::plan().title("t").project(first.id).run(cx).await.unwrap_err();
            assert_eq!(told(&error), [(Code::NotFound, "project_id".into())]);
        }
        assert_eq!(Project::grow("site").run(two).await.unwrap().id, second.id);
        let changed = Project::query().update(Project::edit, |it| it.size(7)).run(two).await.unwrap();
        assert_eq!(changed.iter().map(|it| it.id).collect::<Vec<_>>(), [second.id]);
        assert_eq!(Project::get(first.id).run(one).await.unwrap().unwrap().size, 1);
        // An upsert finds its own.
        let upsert = |cx| call::upsert(Project::begin().slug("site").size(5), Project::SLUG, Project::edit).run(cx);
        assert!(matches!(upsert(two).await.unwrap(), call::Upserted::Updated(it) if it.id == second.id));
        assert_eq!(Project::get(first.id).run(one).await.unwrap().unwrap().size, 1);
        Project::end(second.id).run(two).await.unwrap();
        assert_eq!(Project::restore(second.id).run(one).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(Project::query().deleted().count(one).await.unwrap(), 0);
        assert_eq!(Project::query().including_deleted().count(&it.systems[0]).await.unwrap(), 1);
        Project::restore(second.id).run(two).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn no_hop_and_no_count_leaves_a_tenant() {
    on_both(&App::application(), async |engine| {
        let it = Offices::new(engine).await;
        let [one, two] = &it.ada().await;
        let ada = it.ada.actor_id().unwrap();
        for (cx, tasks) in [(one, 1), (two, 2)] {
            let project = Project::begin().slug("site").run(cx).await.unwrap().id;
            for title in ["a", "b"].into_iter().take(tasks) {
                Task::plan().title(title).project(project).person(ada).run(cx).await.unwrap();
            }
            assert_eq!(Project::get(project).select(|it| it.task_count()).run(cx).await.unwrap(), Some(tasks as i64));
        }
        for (cx, tasks) in [(one, 1), (two, 2)] {
            let loaded = Person::get(ada).load(|it| it.tasks()).run(cx).await.unwrap().unwrap();
            assert_eq!(loaded.tasks.get().unwrap().len(), tasks);
            let busy = Person::query().filter(expr!(|it| it.tasks().count() > 1));
            assert_eq!(busy.count(cx).await.unwrap(), i64::from(tasks > 1));
        }
    })
    .await;
}

/// Whatever is asked within one tenant, the rows of another change no byte of the answer.
#[tokio::test]
async fn two_databases_that_differ_in_another_tenant_answer_alike() {
    let operations = [
        "{ projects { totalCount nodes { slug size taskCount tasks { totalCount nodes { title project { slug } } } } pageInfo { hasNextPage endCursor } } }",
        "{ projects(filter: { tasks: { title: { eq: \"x\" } } }, sort: [{ field: SIZE, order: DESC }]) { totalCount edges { cursor node { slug } } } }",
        "{ projectBySlug(slug: \"theirs\") { slug } tasks { nodes { title person { tasks { totalCount } } } } }",
        "{ members { totalCount } persons: people { nodes { tasks { totalCount nodes { title } } } } }",
        "mutation { beginProject(input: { slug: \"theirs\" }) { result { slug } errors { code message path fields } } }",
        "mutation { growProject(slug: \"other\") { result { slug } errors { code message } } }",
    ];
    let answers = std::sync::Mutex::new(std::collections::BTreeMap::<String, String>::new());
    for more in [false, true] {
        on_both(&App::application(), async |engine| {
            let it = Offices::new(engine).await;
            let [one, two] = &it.ada().await;
            let ada = it.ada.actor_id().unwrap();
            let mine = Project::begin().slug("mine").run(one).await.unwrap().id;
            Task::plan().title("t").project(mine).person(ada).run(one).await.unwrap();
            if more {
                for slug in ["theirs", "other", "mine"] {
                    let project = Project::begin().slug(slug).size(9).run(two).await.unwrap().id;
                    Task::plan().title("x").project(project).person(ada).run(two).await.unwrap();
                }
            }
            for (index, operation) in operations.iter().enumerate() {
                let mut answer = it.ask(one, operation).await;
                // Cursors are sealed by the key of an engine, and hold ids, which differ anyway.
                hide_cursors(&mut answer);
                let key = format!("{:?} {index}", it.engine.database().capability().backend);
                let known = answers.lock().unwrap().entry(key).or_insert_with(|| answer.to_string()).clone();
                assert_eq!(known, answer.to_string(), "{operation}");
            }
        })
        .await;
    }
}

fn hide_cursors(answer: &mut Js) {
    match answer {
        Js::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "cursor" | "endCursor" => *value = json!(value.is_string()),
                    _ => hide_cursors(value),
                }
            }
        }
        Js::Array(items) => items.iter_mut().for_each(hide_cursors),
        _ => {}
    }
}

/// A cursor of one tenant leads to no row of another.
#[tokio::test]
async fn a_cursor_stays_within_its_tenant() {
    on_both(&App::application(), async |engine| {
        let it = Offices::new(engine).await;
        let [one, two] = &it.ada().await;
        for (cx, slugs) in [(one, ["a", "c", "e"]), (two, ["b", "d", "f"])] {
            for slug in slugs {
                Project::begin().slug(slug).run(cx).await.unwrap();
            }
        }
        let page = Project::list().page(one).await.unwrap();
        let slugs = |page: &[Project]| page.iter().map(|it| it.slug.clone()).collect::<Vec<_>>();
        assert_eq!(slugs(&page.records), ["a", "c"]);
        let next = Project::list().after(page.cursors[1].clone()).page(two).await.unwrap();
        assert_eq!(slugs(&next.records), ["d", "f"]);
    })
    .await;
}

#[test]
fn an_identity_is_unique_within_each_tenant() {
    let tables = declared(&App::application().ir);
    let projects = tables.iter().find(|it| it.name == "projects").unwrap();
    let unique = projects.indexes.iter().find(|it| it.unique).unwrap();
    let columns: Vec<_> = unique.columns.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(columns, ["organisation_id", "slug"]);
}
