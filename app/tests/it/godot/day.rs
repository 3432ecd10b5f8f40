//! The platform's day as its people have it: in the game, served elsewhere, on both databases.

use std::collections::BTreeMap;
use std::path::Path;

use samara::database::Backend;
use serde_json::{Value, json};

use super::game::Game;
use super::site::Site;
use crate::browser;
use crate::browser::driver::Browser;
use crate::client::Client;
use crate::day::{MORNING, PEOPLE};
use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_day_in_the_game_on_sqlite() {
    the_platforms_day(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_day_in_the_game_on_postgres() {
    the_platforms_day(Backend::Postgres).await;
}

/// What the modification of the graphql coordinator shows, and what that of the screens does.
const LANTERN: &str = r#"extends Node

func _ready() -> void:
	for number in 7:
		var lantern := Panel.new()
		var look := StyleBoxFlat.new()
		look.bg_color = Color.from_hsv(0.08 + number * 0.02, 0.7, 1.0)
		look.set_corner_radius_all(24)
		look.shadow_color = Color(look.bg_color, 0.35)
		look.shadow_size = 16
		lantern.name = "Lantern%d" % number
		lantern.add_theme_stylebox_override("panel", look)
		lantern.position = Vector2(40 + number * 68, 70 + sin(number * PI / 6.0) * 60)
		lantern.size = Vector2(44, 44)
		get_meta("stage").add_child(lantern)
"#;
const BANNER: &str = r#"extends Node

func _ready() -> void:
	var banner := Label.new()
	banner.name = "Banner"
	banner.text = "Open tonight"
	banner.position = Vector2(170, 220)
	banner.add_theme_font_size_override("font_size", 32)
	get_meta("stage").add_child(banner)
"#;

async fn the_platforms_day(backend: Backend) {
    let site = Site::start().await;
    let server = Server::start_with(backend, &[("SAMARA_ORIGINS", &site.origin)]).await;
    let game = Game::start(site, &server.url).await;
    let (ids, world) = everybody_comes_and_acts(&game, &server).await;
    let admin = roles_are_given(&server, &ids).await;
    modifications_are_decided(&game, &server, &world).await;
    everybody_reads_back(&game, &server, &ids).await;
    what_was_applied_runs(&game).await;
    the_sums_are_right(&admin, &ids).await;
    nothing_was_told(&game).await;
    game.quit().await;
}

/// Each signs in with the code from the mail, in the scene that the add-on has, and records what they do. Ann opens a world first,
/// where every other thing happens. Answers their ids, and the world's.
async fn everybody_comes_and_acts(game: &Game, server: &Server) -> (Vec<String>, String) {
    let (mut ids, mut world) = (Vec::new(), String::new());
    for (email, acts, _) in PEOPLE {
        game.does("type_and_go", json!(["Address", email])).await;
        let code = crate::client::mailed_code(&server.url, email).await;
        game.does("type_and_go", json!(["Code", code])).await;
        let state = game.does("state", json!([])).await;
        ids.push(state["user_id"].as_str().filter(|it| !it.is_empty()).expect("somebody is signed in").to_owned());
        if world.is_empty() {
            let made = game.acts("worlds", "create", json!(["Harbour", "harbour"])).await;
            made["id"].as_str().expect("an id").clone_into(&mut world);
        }
        for (kind, times) in acts {
            for step in 0..*times {
                let mut more = json!({ "detail": { "step": step } });
                if step % 2 == 0 {
                    more["world_id"] = json!(world);
                }
                let kind = json!({ "enum": "ActivityKind", "member": kind });
                let made = game.acts("activities", "record", json!([kind, more])).await;
                assert_eq!(made["detail"], json!({ "step": step }));
                assert_eq!(made["has_world_id"], step % 2 == 0);
            }
        }
        game.does("sign_out", json!([])).await;
    }
    (ids, world)
}

async fn roles_are_given(server: &Server, ids: &[String]) -> Client {
    let granted = server.run(&["admin", "grant", "root@example.org"]);
    assert!(granted.status.success(), "{}", String::from_utf8_lossy(&granted.stderr));
    let admin = Client::sign_in(server, "root@example.org").await;
    let set_role = "mutation($id: ID!, $role: Role!) { setUserRole(id: $id, input: {role: $role}) { result { role } errors { code } } }";
    for (id, (_, _, role)) in ids.iter().zip(PEOPLE) {
        if let Some(role) = role {
            admin.act(set_role, json!({ "id": id, "role": role })).await;
        }
    }
    admin
}

/// Cat proposes four: one is applied over GraphQL and one in the screens, one is only approved, and one waits.
async fn modifications_are_decided(game: &Game, server: &Server, world: &str) {
    game.signs_in(server, "cat@example.org").await;
    let mut ids = Vec::new();
    let hidden = "extends Node\n\nfunc _ready() -> void:\n\tget_meta(\"stage\").add_child(Label.new())\n";
    for (title, source) in
        [("A lantern", LANTERN), ("A banner", BANNER), ("Only approved", hidden), ("Only proposed", hidden)]
    {
        let proposed = game.acts("modifications", "propose", json!([title, source, { "world_id": world }])).await;
        ids.push(proposed["id"].as_str().expect("an id").to_owned());
    }
    let code = game.refused("modifications", "approve", json!([ids[0]])).await;
    assert_eq!(code, "FORBIDDEN", "Cat may propose and not approve");
    game.does("sign_out", json!([])).await;

    let coordinator = Client::sign_in(server, "ben@example.org").await;
    let mutation = |verb: &str| {
        format!("mutation($id: ID!) {{ {verb}Modification(id: $id) {{ result {{ state }} errors {{ code }} }} }}")
    };
    coordinator.act(&mutation("approve"), json!({ "id": ids[0] })).await;
    coordinator.act(&mutation("apply"), json!({ "id": ids[0] })).await;
    coordinator.act(&mutation("approve"), json!({ "id": ids[2] })).await;

    let screens = Browser::start(&server.url).await;
    browser::sign_in(server, &screens, "root@example.org").await;
    screens.text("h1", "Admin").await;
    for verb in ["Approve", "Apply"] {
        screens.open(&format!("/admin/modifications/{}", ids[1])).await;
        screens.follow(verb).await;
        screens.press(verb).await;
        screens.text("[role=status]", &format!("{verb}: done.")).await;
    }
    screens.quit().await;
}

/// Each reads exactly what DESIGN's table of who may what allows.
async fn everybody_reads_back(game: &Game, server: &Server, ids: &[String]) {
    let everything: usize = PEOPLE.iter().flat_map(|(_, acts, _)| acts.iter()).map(|(_, times)| times).sum();
    assert_eq!(game.lists("activities", json!({})).await, Vec::<Value>::new(), "nobody is signed in");
    // Ann comes last, and stays.
    for (id, (email, acts, role)) in ids.iter().zip(PEOPLE).rev() {
        game.does("sign_out", json!([])).await;
        game.signs_in(server, email).await;
        let own: usize = acts.iter().map(|(_, times)| times).sum();
        let is_coordinator = role == Some("COORDINATOR");
        let rows = game.lists("activities", json!({ "first": 7, "with_total": true })).await;
        assert_eq!(rows.len(), if is_coordinator { everything } else { own }, "{email}, over several pages");
        assert!(is_coordinator || rows.iter().all(|it| it["user_id"] == id.as_str()), "{email}");
        let counted = game.acts("activities", "summary", json!([MORNING])).await;
        let counted = counted.as_array().expect("a list").iter().map(|it| it["count"].as_u64().expect("a number"));
        assert_eq!(counted.sum::<u64>(), own as u64, "{email}");
        let seen = game.lists("modifications", json!({})).await.len();
        let of_author = email.starts_with("cat");
        assert_eq!(seen, if is_coordinator || of_author { 4 } else { 3 }, "{email}");
    }
}

/// Ann's game runs what was applied, where it can be seen, and nothing else.
async fn what_was_applied_runs(game: &Game) {
    let ran = game.does("run_modifications", json!([])).await;
    assert_eq!(ran["running"], 2, "{ran}");
    assert_eq!(ran["refused"], json!({}));
    let stage = ran["stage"].as_array().expect("names");
    assert_eq!(stage.len(), 10, "seven lanterns and the banner, on two stages: {ran}");
    for name in ["Lantern0", "Lantern6", "Banner"] {
        assert!(stage.contains(&json!(name)), "{ran}");
    }
    let changed = format!("{LANTERN}\n# and more");
    let hash = sha256(LANTERN);
    let refused = game.does("run_changed", json!([changed, hash, "APPLIED"])).await;
    assert_eq!(refused, json!({ "Changed": "its script is not the one that was approved" }));
    let refused = game.does("run_changed", json!([LANTERN, hash, "APPROVED"])).await;
    assert_eq!(refused, json!({ "Changed": "it is not applied" }));
    let refused = game.does("run_changed", json!(["this is no GDScript", "", "APPLIED"])).await;
    assert_eq!(refused, json!({ "Changed": "it is no script of a Node" }));
    let ran = game.does("run_modifications", json!([])).await;
    assert_eq!(ran["running"], 2, "none of those runs: {ran}");
    let texts = game.does("texts", json!([])).await.to_string();
    assert!(
        texts.contains("Harbour") && texts.contains("Open tonight") && texts.contains("explore in Harbour"),
        "{texts}"
    );
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        game.picture(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures/lobby.png")).await;
    }
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).iter().map(|it| format!("{it:02x}")).collect()
}

/// The admin reads everybody's, and it is what they did.
async fn the_sums_are_right(admin: &Client, ids: &[String]) {
    let read = "{ activities(first: 250) { nodes { kind userId } } }";
    let mut found: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in admin.ok(read, Value::Null).await["activities"]["nodes"].as_array().expect("nodes") {
        let text = |name: &str| row[name].as_str().expect("a text").to_owned();
        *found.entry((text("userId"), text("kind"))).or_default() += 1;
    }
    let mut wanted = BTreeMap::new();
    for (id, (_, acts, _)) in ids.iter().zip(PEOPLE) {
        for (kind, times) in acts {
            wanted.insert((id.clone(), (*kind).to_owned()), *times);
        }
    }
    assert_eq!(found, wanted);
}

/// The token is in the file of the session and nowhere else: not in what the engine printed, nor in an address.
async fn nothing_was_told(game: &Game) {
    let kept = game.keeps().await;
    let session: Value = serde_json::from_str(kept["user://app/session.json"].as_str().expect("a session")).unwrap();
    let token = session["token"].as_str().expect("a token");
    let printed = game.printed().await;
    assert!(token.len() > 20 && !printed.contains(token), "{printed}");
    let errors = printed.matches("SCRIPT ERROR").count();
    assert_eq!(errors, 1, "that of the script that is none: {printed}");
    assert_eq!(game.requested_with(token).await, 0);
}
