//! Rows of the small platform, and its people as actors.

use samara::context::{Actor, Context};
use samara::engine::Engine;
use samara::error::{Code, Error};
use samara::ir::{Direction, ResourceId, Tree};
use samara::query::{Access, Load, PageEnd, Query, Slice, SortField, SortKey};
use samara::record::{Field, Input, Record, RecordPage, Related};
use samara::value::{DateTimeUtc, Value};
use uuid::Uuid;

use super::expression::E;

/// Four people of the four roles, and somebody else.
pub(crate) struct People {
    pub(crate) engine: Engine,
    pub(crate) admin: Uuid,
    pub(crate) coordinator: Uuid,
    pub(crate) builder: Uuid,
    pub(crate) member: Uuid,
}

impl People {
    /// Registers them.
    pub(crate) async fn register(engine: Engine) -> Self {
        let system = engine.system("tests");
        let mut ids = Vec::new();
        for role in ["ADMIN", "COORDINATOR", "BUILDER", "MEMBER"] {
            let name = role.to_lowercase();
            let input = Input::new()
                .with("email", text(&format!("{name}@example.org")))
                .with("display_name", text(&name))
                .with("role", text(role))
                .with("age", Value::Int(20 + ids.len() as i64));
            ids.push(id(&engine, &system.create(of(&engine, "User"), "register", input).await.unwrap()));
        }
        Self { engine, admin: ids[0], coordinator: ids[1], builder: ids[2], member: ids[3] }
    }

    /// A context in which that person acts.
    pub(crate) async fn acting(&self, person: Uuid) -> Context {
        self.engine.system("tests").acting_as(person).await.unwrap()
    }

    /// A context in which nobody is signed in.
    pub(crate) fn anonymous(&self) -> Context {
        self.engine.context(Actor::Anonymous)
    }

    /// A world of that person.
    pub(crate) async fn world(&self, owner: Uuid, slug: &str, visibility: &str) -> Uuid {
        let input = Input::new()
            .with("name", text(slug))
            .with("slug", text(slug))
            .with("visibility", text(visibility))
            .with("capacity", Value::Int(99));
        id(&self.engine, &self.acting(owner).await.create(of(&self.engine, "World"), "create", input).await.unwrap())
    }

    /// A membership, made by the framework.
    pub(crate) async fn join(&self, world: Uuid, user: Uuid) -> Uuid {
        let input = Input::new().with("world_id", Value::Uuid(world)).with("user_id", Value::Uuid(user));
        let system = self.engine.system("tests");
        id(&self.engine, &system.create(of(&self.engine, "Membership"), "create", input).await.unwrap())
    }

    /// Something that person did at that second of a day.
    pub(crate) async fn activity(&self, user: Uuid, kind: &str, world: Option<Uuid>, second: u32) -> Uuid {
        let input = Input::new()
            .with("kind", text(kind))
            .with("world_id", world.map_or(Value::Null, Value::Uuid))
            .with("occurred_at", Value::Timestamp(at(second)));
        id(&self.engine, &self.acting(user).await.create(of(&self.engine, "Activity"), "record", input).await.unwrap())
    }

    /// What that context reads.
    pub(crate) async fn ids(&self, cx: &Context, query: &Query) -> Vec<Uuid> {
        cx.read(query.clone()).await.unwrap().records.iter().map(|it| id(&self.engine, it)).collect()
    }

    /// A query of all rows.
    pub(crate) fn all(&self, resource: &str) -> Query {
        Query::unrestricted(of(&self.engine, resource))
    }

    /// A query of a client, in pages.
    pub(crate) fn paged(&self, resource: &str, rows: u32) -> Query {
        let slice = Slice::Keyset { rows: Some(rows), from: PageEnd::Start, after: None, before: None };
        Query { access: Access::Restricted, slice, ..self.all(resource) }
    }

    /// A condition over a row of the resource.
    pub(crate) fn filter(&self, resource: &str, condition: E) -> Option<Tree> {
        Some(condition.tree(self.engine.app(), Some(resource)))
    }

    /// A key of an order, by the attribute's name.
    pub(crate) fn key(&self, resource: &str, attribute: &str, direction: Direction) -> SortKey {
        let resource = self.engine.app().resource(of(&self.engine, resource));
        let field = match resource.attribute(attribute) {
            Some((index, _)) => SortField::Attribute(index),
            None => SortField::Calculation(resource.calculation(attribute).unwrap().0),
        };
        SortKey { field, direction }
    }

    /// A load of a relationship of the resource.
    pub(crate) fn load(&self, resource: &str, relationship: &str, query: impl FnOnce(Query) -> Query) -> Load {
        let app = self.engine.app();
        let (index, declared) = app.resource(of(&self.engine, resource)).relationship(relationship).unwrap();
        Load { relationship: index, query: query(Query::unrestricted(app.target(declared))) }
    }

    /// An attribute of a record.
    pub(crate) fn field(&self, record: &Record, attribute: &str) -> Field {
        let (index, _) = self.engine.app().resource(record.resource).attribute(attribute).unwrap();
        record.attributes[usize::from(index)].clone()
    }
}

/// A resource of the engine's app.
pub(crate) fn of(engine: &Engine, resource: &str) -> ResourceId {
    engine.app().find(resource).unwrap()
}

/// The primary key of a record.
pub(crate) fn id(engine: &Engine, record: &Record) -> Uuid {
    record.id(engine.app()).and_then(|it| it.as_uuid()).unwrap()
}

pub(crate) fn text(value: &str) -> Value {
    Value::Text(value.into())
}

/// That second of one day.
pub(crate) fn at(second: u32) -> DateTimeUtc {
    "2026-03-01T00:00:00.000001Z".parse::<DateTimeUtc>().unwrap() + chrono::TimeDelta::seconds(second.into())
}

/// What went wrong, and with which fields.
pub(crate) fn codes(error: &Error) -> Vec<(Code, Vec<&str>)> {
    error.problems().iter().map(|it| (it.code, it.fields.iter().map(String::as_str).collect())).collect()
}

/// The page of a loaded to-many relationship.
pub(crate) fn many(record: &Record, load: usize) -> &RecordPage {
    match &record.related[load] {
        Related::Many(page) => page,
        Related::One(_) => panic!("a to-one relationship"),
    }
}

/// The row of a loaded to-one relationship.
pub(crate) fn one(record: &Record, load: usize) -> Option<&Record> {
    match &record.related[load] {
        Related::One(record) => record.as_deref(),
        Related::Many(_) => panic!("a to-many relationship"),
    }
}
