//! What sign-in goes by: names that an application chooses, and the columns and actions that the strategies add.

use samara::auth::Roles;
use samara::ir::verify::verify;
use samara::ir::{Resource, Type};
use samara::prelude::*;
use samara::query::Query;

use crate::support::declare::{altered, named};
use crate::support::served::on_both_with;
use crate::support::sign_in;

/// Somebody who is known by other names than the usual ones.
#[resource(table = "members")]
#[actor(identity = mail, register = sign_up, name = nick)]
#[graphql(type = "Member")]
pub struct Member {
    #[id]
    pub id: Uuid,
    /// What others call them.
    #[attribute(public, min_length = 1, max_length = 80)]
    pub nick: String,
    /// What the framework would take for their name, if nothing was said.
    #[attribute(public)]
    pub display_name: Option<String>,
    /// Where mail goes.
    #[attribute(public, email, unique)]
    pub mail: CiString,
}

#[actions]
impl Member {
    #[read(primary, paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [mail, nick, display_name])]
    fn sign_up();
}

#[policies]
impl Member {
    #[policy(read)]
    fn signed_in(actor: Actor<Member>) -> bool {
        actor.is_present()
    }
}

/// A mailed sign-in.
#[resource(table = "invitations")]
#[magic_link(user = Member)]
pub struct Invitation {
    #[id]
    pub id: Uuid,
}

#[policies]
impl Invitation {
    #[policy(always)]
    fn signed_in(actor: Actor<Member>) -> bool {
        actor.is_present()
    }
}

/// A session.
#[resource(table = "visits")]
#[session(user = Member)]
pub struct Visit {
    #[id]
    pub id: Uuid,
}

#[policies]
impl Visit {
    #[policy(always)]
    fn own(visit: Row<Visit>, actor: Actor<Member>) -> bool {
        visit.user_id == actor.id
    }
}

#[domain(resources = [Member, Invitation, Visit])]
pub struct Club;

samara::app!(pub ClubApp, domains = [Club]);

#[tokio::test]
async fn people_sign_in_to_an_app_of_other_names() {
    on_both_with(&ClubApp::application(), &[], async |served| {
        let browser = served.browser();
        browser.sign_in(&served, "ada@example.org").await;
        let page = browser.get("/").await.body;
        assert!(page.contains("<bdi>ada</bdi>") && page.contains("<bdi>ada@example.org</bdi>"), "{page}");
        let cx = served.engine.system("a test looks");
        let members = Member::query().all(&cx).await.unwrap();
        assert_eq!(members.iter().map(|it| it.nick.as_str()).collect::<Vec<_>>(), ["ada"]);
        assert_eq!(members[0].display_name, None);
        let visits = served.engine.app().find("Visit").unwrap();
        assert_eq!(cx.read(Query::unrestricted(visits)).await.unwrap().records.len(), 1);
    })
    .await;
}

/// Every attribute and action of a strategy by itself: what an application lacks is told before it starts, and what is let past is found.
#[test]
fn what_a_strategy_needs_is_told_or_found() {
    // The key of a session's user is checked as every key is, so its type is no matter of the strategy.
    for (name, code, expected) in [("MagicLink", "R1020", (10, 10, 6)), ("Session", "R1021", (9, 8, 5))] {
        let declared = sign_in::application().ir;
        let resource = declared.resource(declared.find(name).unwrap()).clone();
        let told = |change: &dyn Fn(&mut Resource)| {
            let app = altered(&declared, |resources| change(named(resources, name)));
            match verify(&app) {
                Ok(()) => assert!(Roles::of(&app).can_sign_in()),
                Err(found) => return found.iter().any(|it| it.code == code),
            }
            false
        };
        let count = |length: usize, told: &dyn Fn(usize) -> bool| (0..length).filter(|it| told(*it)).count();
        let renamed = count(resource.attributes.len(), &|at| told(&|it| it.attributes[at].name = "other".into()));
        let retyped = count(resource.attributes.len(), &|at| told(&|it| it.attributes[at].ty = Type::Json));
        let without = count(resource.actions.len(), &|at| told(&|it| drop(it.actions.remove(at))));
        assert_eq!((renamed, retyped, without), expected, "{name}");
    }
}
