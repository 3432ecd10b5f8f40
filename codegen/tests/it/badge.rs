//! Adding a resource: a struct, its actions, its policies and its name in a domain give its table, its API and its screens.

use std::path::Path;

use app::accounts::{Accounts, Role, User};
use app::platform::Platform;
use chrono::{TimeZone, Utc};
use samara::graphql::{Api, Options, Request};
use samara::prelude::*;
use samara::testing::on_both;
use samara_codegen::question::Decisions;
use samara_codegen::workspace::Workspace;
use samara_codegen::write::compare;
use samara_codegen::{GeneratorInput, generate};

/// Something a person earned. As the README has it.
#[resource(table = "badges")]
#[graphql(type = "Badge")]
#[admin(group = "Platform", columns = [title, user, inserted_at])]
pub struct Badge {
    #[id]
    pub id: Uuid,
    /// What it says.
    #[attribute(public, min_length = 1, max_length = 80)]
    pub title: String,
    /// Who earned it.
    #[belongs_to(public, on_delete = cascade)]
    pub user: BelongsTo<User>,
}

#[actions]
impl Badge {
    #[read(primary, sort = [-inserted_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(accept = [title, user])]
    fn award();
}

#[policies]
impl Badge {
    #[bypass]
    fn admins(actor: Actor<User>) -> bool {
        actor.role == Role::Admin
    }

    #[policy(read)]
    fn everyone(actor: Actor<User>) -> bool {
        actor.is_present()
    }
}

#[domain(resources = [Badge])]
pub struct Merits;

samara::app!(pub Extended, domains = [Accounts, Platform, Merits]);

#[test]
fn a_new_resource_gives_one_table_an_api_and_screens() {
    let workspace = Workspace::find(Path::new(env!("CARGO_MANIFEST_DIR")), None).unwrap();
    let generated = generate(&GeneratorInput {
        app: &Extended::application().ir,
        snapshots: &workspace.snapshots().unwrap(),
        migrations: &workspace.migrations().unwrap(),
        name: Some("add badges"),
        unnamed: false,
        answers: &Decisions::default(),
        clock: Utc.with_ymd_and_hms(2100, 1, 1, 0, 0, 0).unwrap(),
        layout: &workspace.layout,
    })
    .unwrap();
    let operations: Vec<String> = generated.operations.iter().map(ToString::to_string).collect();
    assert_eq!(operations, ["create table `badges`"]);
    let changed: Vec<_> = compare(&workspace.root, &generated.files).unwrap().into_iter().map(|it| it.path).collect();
    let expected = [
        "migrations/src/m21000101_000000_add_badges.rs",
        "migrations/src/lib.rs",
        "migrations/snapshots/badges.json",
        "app/schema.graphql",
        "app/admin.json",
        "app/policies.snap",
    ];
    assert_eq!(changed, expected.map(Path::new));
    let sdl = samara::graphql::sdl(&Extended::application().ir).unwrap();
    // Without its descriptions, which stand on lines of their own.
    let sdl: String = sdl.lines().map(str::trim).filter(|it| !it.starts_with('"')).collect();
    for promised in ["badges(filter: BadgeFilter", "badge(id: ID!): Badge", "awardBadge(input: AwardBadgeInput!)"] {
        assert!(sdl.contains(promised), "{promised}");
    }
    let screens = samara::admin::describe(&Extended::application().ir).to_string();
    assert!(screens.contains("\"/admin/badges\"") && screens.contains("\"/admin/badges/new\""));
}

#[tokio::test]
async fn a_new_resource_works() {
    on_both(&Extended::application(), async |engine| {
        let system = engine.system("test");
        let mira = User::register().email("mira@example.org").display_name("Mira").run(&system).await.unwrap();
        Badge::award().title("First flight").user(mira.id).run(&system).await.unwrap();
        let cx = system.acting_as(mira.id).await.unwrap();
        let api = Api::new(engine.clone(), Options::default()).unwrap();
        let response = api.execute(&cx, Request::new("{ badges { nodes { title user { displayName } } } }")).await;
        let answer = std::str::from_utf8(&response.body).unwrap();
        assert_eq!(answer, r#"{"data":{"badges":{"nodes":[{"title":"First flight","user":{"displayName":"Mira"}}]}}}"#);
        let refused = Badge::award().title("Me too").user(mira.id).run(&cx).await.unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
    })
    .await;
}
