//! Ids of another app, and of another resource: every kind of request refuses them before it looks anything up.

use std::error::Error as _;
use std::sync::Arc;

use samara::context::{Actor, Context};
use samara::error::{Code, Error};
use samara::ir::{Comparison, ResourceId, Tree};
use samara::query::{Load, Query};
use samara::record::{Input, Record};
use samara::testing::on_both;
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
        ("can", refused(cx.can(resource, "update", Some(id)).await)),
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
