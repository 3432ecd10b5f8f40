//! Ids of another app, and of another resource: every kind of request refuses them before it looks anything up.

use std::error::Error as _;
use std::sync::Arc;

use samara::context::{Actor, Context};
use samara::error::{Code, Error};
use samara::ir::{AttributeId, CalculationId, Comparison, Direction, Node, RelationshipId, ResourceId, Tree, Type};
use samara::query::{Load, Query, SortField, SortKey};
use samara::record::{Input, Record};
use samara::testing::on_both;
use samara::value::Value;
use uuid::Uuid;

use super::support::expression::{col, int};
use super::support::people::{People, of};
use super::support::platform::application;

/// The same resource of an app that declares the same.
fn foreign(resource: &str) -> ResourceId {
    application().ir.find(resource).unwrap()
}

/// What a request is refused with, as the log tells it.
fn refused<T>(result: Result<T, Error>) -> String {
    let error = result.err().expect("the request is refused");
    assert_eq!(error.code(), Code::Internal, "{error:?}");
    error.source().unwrap().to_string()
}

/// Every kind of request, with what its refusal says.
async fn requests(cx: &Context, resource: ResourceId) -> Vec<(&'static str, String)> {
    let (id, input) = (Uuid::now_v7(), Input::new);
    let every = || -> Tree { col("capacity").compare(Comparison::Gt, int(0)).tree(cx.engine().app(), Some("World")) };
    vec![
        ("read", refused(cx.read(Query::unrestricted(resource)).await)),
        ("one", refused(cx.one(Query::restricted(resource)).await)),
        ("get", refused(cx.get(Query::unrestricted(resource), id).await)),
        ("create", refused(cx.create(resource, "create", input()).await)),
        ("create_many", refused(cx.create_many(resource, "create", vec![input()]).await)),
        ("create_each", refused(cx.create_each(resource, "create", vec![input()]).await)),
        ("update", refused(cx.update(resource, "update", id, input()).await)),
        ("update_many", refused(cx.update_many(resource, "update", vec![id], input()).await)),
        ("update_all", refused(cx.update_all(resource, "update", every(), input()).await)),
        ("update_where", refused(cx.update_where(resource, "update", every(), input()).await)),
        ("destroy", refused(cx.destroy(resource, "destroy", id, input()).await)),
        ("destroy_many", refused(cx.destroy_many(resource, "destroy", vec![id], input()).await)),
        ("destroy_all", refused(cx.destroy_all(resource, "destroy", every(), input()).await)),
        ("upsert_many", refused(cx.upsert_many(resource, "create", "slug", "update", vec![input()]).await)),
        ("upsert_where", refused(cx.upsert_where(resource, "create", "slug", "update", every(), vec![input()]).await)),
        ("call", refused(cx.call(resource, "summary", input()).await)),
        ("can", refused(cx.can(resource, "update", Some(id.into())).await)),
        ("can_each", refused(cx.can_each(resource, &["update"], &[id]).await)),
    ]
}

#[tokio::test]
async fn another_apps_resource_is_refused_by_every_request() {
    on_both(&application(), async |engine| {
        let cx = engine.system("tests");
        let before = cx.statements();
        for (kind, why) in requests(&cx, foreign("World")).await {
            assert_eq!(why, "the resource of a request is one of another app", "{kind}");
        }
        assert_eq!(cx.statements(), before, "nothing was asked");
    })
    .await;
}

#[tokio::test]
async fn a_load_of_another_apps_resource_is_refused() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let loads =
            vec![Load { query: Query::unrestricted(foreign("World")), ..people.load("User", "owned", |it| it) }];
        let query = Query { loads, ..people.all("User") };
        assert_eq!(
            refused(people.engine.system("tests").read(query).await),
            "the resource of a request is one of another app"
        );
    })
    .await;
}

#[tokio::test]
async fn another_resources_attributes_calculations_and_relationships_are_refused() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let (cx, world) = (people.engine.system("tests"), of(&people.engine, "World"));
        let (attribute, calculation) = (AttributeId::at(99), CalculationId::at(99));
        let sort = |field| vec![SortKey { field, direction: Direction::Asc }];
        let tree = |node: Node| {
            let mut tree = Tree::new(Some("World".into()), None);
            let operand = tree.push(node);
            tree.root = tree.push(Node::IsNull(operand));
            tree
        };
        let column = |attribute| tree(Node::Column { path: Tree::ROW, attribute });
        let all = || Query::unrestricted(world);
        let load = Load { relationship: RelationshipId::at(99), query: Query::unrestricted(world) };
        let selected = "a query has an attribute or a calculation of another resource";
        // What was prepared for a load that fits serves none that does not.
        let (memberships, _) = people.engine.app().resource(world).relationship("memberships").unwrap();
        let loading = |name: &str| Query {
            loads: vec![Load { relationship: memberships, query: Query::unrestricted(of(&people.engine, name)) }],
            ..all()
        };
        cx.read(loading("Membership")).await.unwrap();
        let statements = cx.statements();
        let why = "a query loads a relationship of another resource";
        assert_eq!(refused(cx.read(loading("User")).await), why);
        assert_eq!(cx.statements(), statements, "and nothing is read");
        let queries = [
            ("attributes", Query { attributes: Some(vec![attribute]), ..all() }, selected),
            ("calculations", Query { calculations: vec![calculation], ..all() }, selected),
            ("sort", Query { sort: sort(SortField::Attribute(attribute)), ..all() }, selected),
            ("sort", Query { sort: sort(SortField::Calculation(calculation)), ..all() }, selected),
            ("loads", Query { loads: vec![load], ..all() }, "a query loads a relationship of another resource"),
            ("filter", Query { filter: Some(column(attribute)), ..all() }, "`World` has no attribute 99"),
            (
                "filter",
                Query { filter: Some(tree(Node::Calculation { path: Tree::ROW, calculation })), ..all() },
                "`World` has no calculation 99",
            ),
        ];
        for (kind, query, why) in queries {
            assert_eq!(refused(cx.read(query).await), why, "{kind}");
        }
        let nowhere = || Input::new().with("name", Value::Text("nowhere".into()));
        let update = cx.update_all(world, "update", column(attribute), nowhere()).await;
        assert_eq!(refused(update), "`World` has no attribute 99");
        let destroy = cx.destroy_all(world, "destroy", column(attribute), Input::new()).await;
        assert_eq!(refused(destroy), "`World` has no attribute 99");
        let upsert = cx.upsert_where(world, "create", "slug", "update", column(attribute), vec![nowhere()]).await;
        assert_eq!(refused(upsert), "`World` has no attribute 99");

        let mut of_users = Tree::new(Some("User".into()), None);
        of_users.root = of_users.literal(Value::Bool(true), Type::Boolean);
        let why = "an expression of a request is about a row of another resource";
        assert_eq!(refused(cx.read(Query { filter: Some(of_users.clone()), ..all() }).await), why);
        assert_eq!(refused(cx.update_all(world, "update", of_users, nowhere()).await), why);
    })
    .await;
}

#[tokio::test]
async fn who_acts_is_a_record_of_this_apps_actor() {
    on_both(&application(), async |engine| {
        let people = People::register(engine).await;
        let (user, world) = (of(&people.engine, "User"), of(&people.engine, "World"));
        let system = people.engine.system("tests");
        let member = system.get(Query::unrestricted(user), people.member).await.unwrap().unwrap();
        for resource in [foreign("User"), world] {
            let actor = Arc::new(Record { resource, ..member.clone() });
            let cx = people.engine.context(Actor::Record(actor));
            for (kind, why) in [
                ("read", refused(cx.read(people.all("World")).await)),
                ("create", refused(cx.create(world, "create", Input::new()).await)),
                ("can", refused(cx.can(world, "create", None).await)),
            ] {
                assert_eq!(why, "who acts is no record of the resource whose records act in this app", "{kind}");
            }
        }
    })
    .await;
}

#[test]
fn a_clone_of_an_app_has_its_ids() {
    let app = application().ir;
    let clone = app.clone().titled("Another");
    for (id, resource) in app.resources_by_id() {
        assert!(clone.owns(id));
        assert_eq!(clone.resource(id), resource);
    }
    let again = application().ir;
    assert_eq!(again, app, "apps are equal by what they declare");
    assert!(!again.owns(app.find("World").unwrap()));
}
