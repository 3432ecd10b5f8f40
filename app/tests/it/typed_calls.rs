//! Typed calls do what they say: inputs reach the action, rows come back as records, reads narrow and order.

use app::App;
use app::accounts::{Role, User};
use app::platform::{
    Activity, ActivityKind, Membership, MembershipRole, Modification, ModificationState, Visibility, World,
};
use samara::context::Actor as Acting;
use samara::engine::Engine;
use samara::prelude::*;
use samara::testing::on_both;

#[test]
fn the_application_is_what_was_declared() {
    let application = App::application();
    let names: Vec<_> = application.ir.resources().iter().map(|it| it.name.to_string()).collect();
    assert_eq!(names[..7], ["User", "MagicLink", "Session", "World", "Membership", "Activity", "Modification"]);
    assert_eq!(samara::ir::verify::verify(&application.ir), Ok(()));
}

/// Two people, of those roles, and the contexts they act in.
async fn people(engine: &Engine, roles: [Role; 2]) -> [(User, Context); 2] {
    let system = engine.system("tests");
    let mut people = Vec::new();
    for (name, role) in ["ada", "bo"].into_iter().zip(roles) {
        let user = User::register().email(format!("{name}@example.org")).display_name(name).run(&system).await.unwrap();
        let user = User::set_role(user.id).role(role).run(&system).await.unwrap();
        people.push((user.clone(), system.acting_as(user.id).await.unwrap()));
    }
    people.try_into().unwrap()
}

#[tokio::test]
async fn a_create_gives_the_row_that_was_made() {
    on_both(&App::application(), async |engine| {
        let [(ada, cx), _] = people(&engine, [Role::Member, Role::Member]).await;
        let world = World::create().name("The Commons").slug("commons").capacity(40).run(&cx).await.unwrap();
        assert_eq!((world.name.as_str(), world.capacity, world.owner_id), ("The Commons", Some(40), ada.id));
        assert_eq!(world.visibility, Visibility::Public);
        assert!(world.owner.get().is_err() && !world.activities.is_loaded());

        let there = Activity::record().kind(ActivityKind::Build).world(world.id).run(&cx).await.unwrap();
        let nowhere = Activity::record().kind(ActivityKind::Script).world(None).run(&cx).await.unwrap();
        assert_eq!((there.world_id, nowhere.world_id), (Some(world.id), None));
        assert!(there.world.is_some() && nowhere.world.is_none());
        assert_eq!((there.user_id, there.detail, there.occurred_at), (ada.id, Json::object(), cx.now()));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_given_stays_as_it_is() {
    on_both(&App::application(), async |engine| {
        let [(_, cx), (_, other)] = people(&engine, [Role::Member, Role::Member]).await;
        let world = World::create().name("Hall").slug("hall").capacity(9).run(&cx).await.unwrap();
        let renamed = World::update(world.id).name("Great Hall").run(&cx).await.unwrap();
        assert_eq!((renamed.name.as_str(), renamed.capacity), ("Great Hall", Some(9)));
        let unbounded = World::update(world.id).capacity(None).run(&cx).await.unwrap();
        assert_eq!((unbounded.name.as_str(), unbounded.capacity), ("Great Hall", None));

        let refused = World::update(world.id).name("Mine").run(&other).await.unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
        assert_eq!(World::destroy(world.id).run(&cx).await.unwrap().slug, "hall");
        assert!(World::get(world.id).run(&cx).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn reads_narrow_order_count_and_page() {
    on_both(&App::application(), async |engine| {
        let [(ada, cx), (_, other)] = people(&engine, [Role::Member, Role::Member]).await;
        for (name, capacity) in [("b", Some(2)), ("a", Some(2)), ("c", None)] {
            World::create().name(name).slug(name).capacity(capacity).run(&cx).await.unwrap();
        }
        World::create().name("d").slug("d").run(&other).await.unwrap();
        let names = |worlds: Vec<World>| worlds.into_iter().map(|it| it.name).collect::<Vec<_>>().concat();

        assert_eq!(names(World::list().run(&cx).await.unwrap()), "abcd");
        let mine = || World::query().filter(expr!(|it| it.owner_id == ada.id));
        assert_eq!(names(mine().sort_desc(|it| it.name).all(&cx).await.unwrap()), "cba");
        assert_eq!(names(mine().sort(|it| it.capacity).sort_desc(|it| it.name).all(&cx).await.unwrap()), "bac");
        assert_eq!(mine().filter(expr!(|it| it.capacity == 2)).count(&cx).await.unwrap(), 2);
        assert_eq!(names(World::query().sort(|it| it.member_count()).limit(1).all(&cx).await.unwrap()).len(), 1);

        assert_eq!(mine().first(&cx).await.unwrap().unwrap().name, "a");
        assert_eq!(World::query().filter(expr!(|it| it.name == "d")).one(&cx).await.unwrap().unwrap().name, "d");
        assert!(World::query().filter(expr!(|it| it.name == "e")).one(&cx).await.unwrap().is_none());
        assert_eq!(mine().one(&cx).await.unwrap_err().code(), Code::Conflict);

        let page = World::query().limit(3).page(&cx).await.unwrap();
        assert!(page.has_next && !page.has_previous);
        let rest = World::query().limit(3).after(page.cursors[2].clone()).page(&cx).await.unwrap();
        assert_eq!([names(page.records), names(rest.records)].concat(), "abcd");
        assert!(!rest.has_next);
    })
    .await;
}

#[tokio::test]
async fn a_guarded_field_is_shown_or_hidden() {
    on_both(&App::application(), async |engine| {
        let [(ada, cx), (bo, _)] = people(&engine, [Role::Member, Role::Builder]).await;
        let oneself = User::get(ada.id).run(&cx).await.unwrap().unwrap();
        assert_eq!(oneself.email.get().unwrap(), "ada@example.org");
        let another = User::get(bo.id).run(&cx).await.unwrap().unwrap();
        assert!(another.email.is_hidden() && another.role.is_hidden());
        assert_eq!(another.display_name, "bo");
        let nobody = engine.context(Acting::Anonymous);
        assert!(User::get(ada.id).run(&nobody).await.unwrap().is_none());
    })
    .await;
}

/// Of `extends Node`.
const SHA256: &str = "c5566e4fbea9cc6dbebd9366b09e523b20870b1d69dc812249fccd766ebce48e";

#[tokio::test]
async fn conditions_functions_and_actors_take_part() {
    on_both(&App::application(), async |engine| {
        let [(ada, builder), (bo, coordinator)] = people(&engine, [Role::Builder, Role::Coordinator]).await;
        let proposed =
            Modification::propose().title("Softer light").source("extends Node").run(&builder).await.unwrap();
        assert_eq!((proposed.author_id, proposed.approver_id), (ada.id, None));
        assert_eq!((proposed.state, proposed.source_hash.as_str()), (ModificationState::Proposed, SHA256));

        let early = Modification::apply(proposed.id).run(&coordinator).await.unwrap_err();
        assert_eq!((early.code(), early.problems()[0].fields.as_slice()), (Code::Invalid, &["state".to_owned()][..]));
        let approved = Modification::approve(proposed.id).run(&coordinator).await.unwrap();
        assert_eq!((approved.state, approved.approver_id), (ModificationState::Approved, Some(bo.id)));
        assert_eq!(Modification::apply(proposed.id).run(&coordinator).await.unwrap().state, ModificationState::Applied);
    })
    .await;
}

#[tokio::test]
async fn a_function_answers_its_own_type() {
    on_both(&App::application(), async |engine| {
        let [(_, cx), _] = people(&engine, [Role::Member, Role::Member]).await;
        for kind in [ActivityKind::Build, ActivityKind::Build, ActivityKind::Explore] {
            Activity::record().kind(kind).run(&cx).await.unwrap();
        }
        let counts = Activity::summary().since(cx.now() - TimeDelta::days(1)).run(&cx).await.unwrap();
        let counts: Vec<_> = counts.into_iter().map(|it| (it.kind, it.count)).collect();
        assert_eq!(counts, [(ActivityKind::Explore, 1), (ActivityKind::Build, 2)]);
        let anonymous = engine.context(Acting::Anonymous);
        let refused = Activity::summary().since(cx.now()).run(&anonymous).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unauthenticated);
    })
    .await;
}

#[tokio::test]
async fn required_keys_are_arguments() {
    on_both(&App::application(), async |engine| {
        let [(_, cx), (bo, other)] = people(&engine, [Role::Member, Role::Member]).await;
        let world = World::create().name("Den").slug("den").visibility(Visibility::Private).run(&cx).await.unwrap();
        assert!(World::get(world.id).run(&other).await.unwrap().is_none());
        let membership =
            Membership::create().world(world.id).user(bo.id).role(MembershipRole::Host).run(&cx).await.unwrap();
        assert_eq!((membership.world_id, membership.user_id, membership.role), (world.id, bo.id, MembershipRole::Host));
        assert!(World::get(world.id).run(&other).await.unwrap().is_some());
        let again = Membership::create().world(world.id).user(bo.id).run(&cx).await.unwrap_err();
        assert_eq!((again.code(), again.problems()[0].fields.len()), (Code::Conflict, 2));
    })
    .await;
}

#[tokio::test]
async fn relationships_are_there_once_they_are_loaded() {
    on_both(&App::application(), async |engine| {
        let [(ada, cx), (bo, other)] = people(&engine, [Role::Member, Role::Member]).await;
        let world = World::create().name("Hall").slug("hall").visibility(Visibility::Private).run(&cx).await.unwrap();
        Membership::create().world(world.id).user(bo.id).run(&cx).await.unwrap();
        Activity::record().kind(ActivityKind::Build).world(world.id).run(&other).await.unwrap();
        Activity::record().kind(ActivityKind::Explore).run(&other).await.unwrap();

        let loaded = World::get(world.id).load(|it| it.owner()).load(|it| it.memberships()).run(&cx).await;
        let loaded = loaded.unwrap().unwrap();
        assert_eq!(loaded.owner.get().unwrap().map(|it| it.id), Some(ada.id));
        assert_eq!(loaded.memberships.get().unwrap()[0].user_id, bo.id);
        assert!(loaded.activities.get().is_err());

        let activities = Activity::query().load(|it| it.world()).sort(|it| it.kind).all(&other).await.unwrap();
        let built = activities[0].world.as_ref().unwrap().get().unwrap().map(|it| it.id);
        assert_eq!((built, activities[1].world.is_none()), (Some(world.id), true));
        assert_eq!(
            User::get(bo.id).load(|it| it.worlds()).run(&cx).await.unwrap().unwrap().worlds.get().unwrap().len(),
            1
        );
    })
    .await;
}
