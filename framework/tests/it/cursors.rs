//! Cursors: sealed for one list in one order, silent about what their reader may not read, and two of them bound what lies between.

use samara::call::{Page, Read};
use samara::context::{Actor, Context};
use samara::engine::Engine;
use samara::error::Code;
use samara::graphql::{Api, Options, Request};
use samara::prelude::*;
use samara::settings::Settings;
use samara::testing::on_both;
use serde_json::{Value as Json, json};

/// Who plays together.
#[resource(table = "teams")]
#[graphql(type = "Team")]
pub struct Team {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
    #[has_many(public, key = team)]
    pub players: HasMany<Player>,
}

#[actions]
impl Team {
    #[read(primary, sort = [name], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [name])]
    fn found();
}

#[policies]
impl Team {
    #[policy(always)]
    fn in_the_open(team: Row<Team>) -> bool {
        team.name != "hidden"
    }
}

/// Somebody on a score board.
#[resource(table = "players")]
#[graphql(type = "Player")]
pub struct Player {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
    #[attribute(public)]
    pub nickname: Option<String>,
    #[attribute]
    pub rank: i64,
    #[attribute(sensitive)]
    pub pin: String,
    #[attribute(public)]
    pub email: Guarded<String>,
    #[belongs_to(public, on_delete = cascade)]
    pub team: BelongsTo<Team>,
}

#[actions]
impl Player {
    #[read(primary, sort = [name], paginate(keyset, default = 50, max = 250))]
    fn list();

    /// The best first; by how much, nobody is told.
    #[read(sort = [-rank(private)], paginate(keyset))]
    fn ranked();

    #[read(sort = [score(private), nickname], paginate(keyset))]
    fn by_score();

    #[read(private, sort = [pin], paginate(keyset))]
    fn by_pin();

    #[read(get, filter(|player, nickname| player.nickname == nickname))]
    fn called(nickname: String);

    #[read(filter(|player, nickname| player.nickname == nickname), paginate(keyset, default = 1, max = 1))]
    fn one_by_one(nickname: String);

    #[create(private, accept = [name, nickname, rank, pin, email, team])]
    fn join();

    #[update(private, accept = [name, nickname])]
    fn rename();

    #[destroy(private)]
    fn leave();
}

#[policies]
impl Player {
    #[policy(always)]
    fn in_the_open(player: Row<Player>) -> bool {
        player.name != "hidden"
    }

    #[field_policy(email)]
    fn of_the_best(player: Row<Player>) -> bool {
        player.rank > 4_000_000
    }
}

#[calculations]
impl Player {
    #[calculation]
    fn score(player: Row<Player>) -> i64 {
        player.rank * 2
    }

    #[calculation(public)]
    fn letters(player: Row<Player>) -> i64 {
        player.name.len()
    }
}

#[domain(resources = [Team, Player])]
pub struct Games;

samara::app!(App, domains = [Games]);

/// A name so long that its cursor cannot hold it.
fn long(index: usize) -> String {
    format!("{}{index}", "x".repeat(600))
}

/// Five players of one team, by rank from the worst; two have no nickname, and two share one.
async fn players(engine: &Engine) -> Vec<Player> {
    let cx = engine.system("tests");
    let team = Team::found().name("Reds").run(&cx).await.unwrap().id;
    let mut players = Vec::new();
    for (index, nickname) in [Some("Al"), None, Some("Bo"), None, Some("Al")].into_iter().enumerate() {
        let rank = 10_i64.pow(index as u32 * 3);
        let player = Player::join()
            .name(long(index))
            .rank(rank)
            .pin("9".repeat(10 * index + 1))
            .email("a".repeat(10 * index + 1))
            .team(team);
        let player = match nickname {
            Some(nickname) => player.nickname(nickname.to_owned()),
            None => player,
        };
        players.push(player.run(&cx).await.unwrap());
    }
    players
}

fn nobody(engine: &Engine) -> Context {
    engine.context(Actor::Anonymous)
}

async fn page(cx: &Context, read: Read<Player>) -> Page<Player> {
    read.page(cx).await.unwrap()
}

async fn code(cx: &Context, read: Read<Player>) -> Code {
    read.page(cx).await.unwrap_err().code()
}

async fn ask(engine: &Engine, query: &str, variables: Json) -> Json {
    let api = Api::new(engine.clone(), Options::default()).unwrap();
    let variables = variables.as_object().cloned().unwrap_or_default();
    let response = api.execute(&nobody(engine), Request { variables, ..Request::new(query) }).await;
    serde_json::from_slice(&response.body).unwrap()
}

#[tokio::test]
async fn a_cursor_says_nothing_of_a_key_that_its_reader_may_not_read() {
    on_both(&App::application(), async |engine| {
        let engine = &engine;
        players(engine).await;
        let cx = nobody(engine);
        for (order, read, silent) in [
            ("private", (|| Player::ranked()) as fn() -> Read<Player>, true),
            ("a private calculation", || Player::by_score(), true),
            ("sensitive", || Player::by_pin(), true),
            ("guarded", || Player::query().sort(|it| it.email), true),
            ("by several", || Player::query().sort(|it| it.nickname).sort_desc(|it| it.rank), true),
            ("public", || Player::query().sort(|it| it.nickname), false),
            ("a public calculation", || Player::query().sort_desc(|it| it.letters()), false),
        ] {
            let all = page(&cx, read()).await;
            let mut lengths: Vec<usize> = all.cursors.iter().map(String::len).collect();
            lengths.dedup();
            // Nothing but the row is in it, whose id is always as long.
            assert_eq!(lengths == [74], silent, "{order}: {lengths:?}");
            // A page that ends between equal rows costs a statement more, the first time.
            for is_first in [true, false] {
                let (mut walked, mut after) = (Vec::new(), None::<String>);
                loop {
                    let before = cx.statements();
                    let read = read().limit(2);
                    let page = page(&cx, if let Some(after) = &after { read.after(after) } else { read }).await;
                    let looked_up = u64::from(silent && after.is_some());
                    let sent = cx.statements() - before;
                    assert!(is_first || sent == 1 + looked_up, "{order}: {sent}");
                    after = page.cursors.last().cloned();
                    walked.extend(page.records.iter().map(|it| it.id));
                    if !page.has_next {
                        break;
                    }
                }
                assert_eq!(walked, all.records.iter().map(|it| it.id).collect::<Vec<_>>(), "{order}");
            }
        }
        // What a client orders by is NULL where they may not see it, so there is nothing to be kept back.
        let query = "{ players(sort: { field: EMAIL }) { edges { cursor node { email } } } }";
        let body = ask(engine, query, json!({})).await;
        let edges = body["data"]["players"]["edges"].as_array().unwrap();
        let of = |hidden: bool| {
            let those = edges.iter().filter(move |it| it["node"]["email"].is_null() == hidden);
            let mut lengths: Vec<usize> = those.map(|it| it["cursor"].as_str().unwrap().len()).collect();
            lengths.dedup();
            lengths
        };
        assert_eq!((of(true).len(), of(false).len()), (1, 2), "{body}");
    })
    .await;
}

#[tokio::test]
async fn equal_pages_have_equal_cursors_and_another_key_opens_none() {
    on_both(&App::application(), async |engine| {
        let engine = &engine;
        players(engine).await;
        let secret = |text: &'static str| {
            let lookup = move |name: &str| (name == "SAMARA_SECRET").then(|| text.to_owned());
            Settings::read(lookup).unwrap().secret
        };
        let dev = || Settings::read(|_| None).unwrap().secret;
        let unkeyed = || Engine::new(App::application().verified().unwrap(), engine.database().clone());
        // As after a restart: each pair has the same key, no two pairs have.
        let pairs = [
            [unkeyed(), unkeyed()],
            [engine.keyed(dev()), unkeyed().keyed(dev())],
            [engine.keyed(secret("a secret of one site")), unkeyed().keyed(secret("a secret of one site"))],
            [engine.keyed(secret("a secret of another")), unkeyed().keyed(secret("a secret of another"))],
        ];
        let mut made = Vec::new();
        for [before, after] in &pairs {
            let (before, after) = (nobody(before), nobody(after));
            for read in [(|| Player::ranked()) as fn() -> Read<Player>, || Player::query().sort(|it| it.nickname)] {
                let cursors = page(&before, read()).await.cursors;
                assert_eq!(cursors, page(&after, read()).await.cursors);
                assert_eq!(page(&after, read().after(&cursors[3])).await.records.len(), 1);
            }
            made.push(page(&before, Player::ranked()).await.cursors[0].clone());
        }
        for (index, cursor) in made.iter().enumerate() {
            for (other, [engine, _]) in pairs.iter().enumerate() {
                let found = Player::ranked().after(cursor).page(&nobody(engine)).await.map_err(|it| it.code());
                assert_eq!(found.err(), (index != other).then_some(Code::InvalidCursor), "{index} {other}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_cursor_that_was_changed_or_is_of_another_list_is_refused() {
    on_both(&App::application(), async |engine| {
        let engine = &engine;
        players(engine).await;
        let cx = nobody(engine);
        for read in [(|| Player::ranked()) as fn() -> Read<Player>, || Player::query().sort(|it| it.nickname)] {
            let cursor = page(&cx, read()).await.cursors[0].clone();
            for index in 0..cursor.len() {
                let other = if &cursor[index..=index] == "A" { "B" } else { "A" };
                let changed = format!("{}{other}{}", &cursor[..index], &cursor[index + 1..]);
                assert_eq!(code(&cx, read().after(changed)).await, Code::InvalidCursor, "{index}");
                assert_eq!(code(&cx, read().after(&cursor[..index])).await, Code::InvalidCursor, "{index}");
            }
            // Of the same rows in another order, in the other direction, with more keys, of another resource.
            for other in [
                Player::query(),
                Player::query().sort(|it| it.rank),
                Player::query().sort_desc(|it| it.rank).sort(|it| it.name),
                Player::query().sort_desc(|it| it.nickname),
                Player::query().sort(|it| it.letters()),
            ] {
                assert_eq!(code(&cx, other.after(&cursor)).await, Code::InvalidCursor);
            }
            let teams = Team::query().after(&cursor).page(&cx).await;
            assert_eq!(teams.unwrap_err().code(), Code::InvalidCursor);
        }
        // As any text that is none.
        for text in
            ["", "A", "eyJmIjoiIiwiayI6WzEsMl19", "AQ", "Ag", &"A".repeat(74), &"A".repeat(512), &"A".repeat(5_000)]
        {
            assert_eq!(code(&cx, Player::ranked().after(text)).await, Code::InvalidCursor, "{text}");
        }
    })
    .await;
}

/// Every two rows of a list, in both directions and with every page that is cut off, beside the same rows of the list itself.
#[tokio::test]
async fn what_two_cursors_bound_is_what_lies_between() {
    on_both(&App::application(), async |engine| {
        let engine = &engine;
        players(engine).await;
        for list in [
            // Cursors that name rows alone, and cursors of values, some of them NULL.
            "players(sort: { field: NAME }",
            "players(sort: { field: NAME, order: DESC }",
            "rankedPlayers(filter: {}",
            "players(sort: { field: NICKNAME }",
            "players(sort: { field: NICKNAME, order: ASC_NULLS_FIRST }",
            "players(sort: [{ field: NICKNAME, order: DESC }, { field: NAME }]",
            "players(sort: { field: EMAIL, order: DESC_NULLS_LAST }",
        ] {
            let nested = list.starts_with("players").then(|| format!("teams {{ nodes {{ name {list}"));
            for (open, close) in [(Some(list.to_owned()), ""), (nested, " } }")] {
                let Some(open) = open else { continue };
                let field = if open.starts_with("ranked") { "rankedPlayers" } else { "players" };
                let connection = |body: &Json| match &body["data"]["teams"] {
                    Json::Null => body["data"][field].clone(),
                    teams => teams["nodes"][0][field].clone(),
                };
                let all =
                    ask(engine, &format!("{{ {open}) {{ edges {{ cursor node {{ id }} }} }}{close} }}"), json!({}))
                        .await;
                let edges = connection(&all)["edges"].as_array().unwrap().clone();
                assert_eq!(edges.len(), 5, "{all}");
                let id = |index: usize| edges[index]["node"]["id"].clone();
                for (after, before) in (0..5).flat_map(|after| (0..5).map(move |before| (after, before))) {
                    let between: Vec<Json> = (after + 1..before).map(id).collect();
                    let tail = between.len().saturating_sub(1);
                    for (page, expected) in [
                        ("first: 250", &between[..]),
                        ("first: 1", &between[..between.len().min(1)]),
                        ("last: 1", &between[tail..]),
                    ] {
                        let query = format!(
                            "query($after: String, $before: String) {{ {open}, {page}, after: $after, before: $before) \
                             {{ nodes {{ id }} totalCount }}{close} }}"
                        );
                        let given = json!({ "after": edges[after]["cursor"], "before": edges[before]["cursor"] });
                        let body = ask(engine, &query, given).await;
                        let page = connection(&body);
                        let nodes: Vec<Json> = page["nodes"]
                            .as_array()
                            .unwrap_or_else(|| panic!("{body}"))
                            .iter()
                            .map(|it| it["id"].clone())
                            .collect();
                        assert_eq!(nodes, expected, "{query} {after} {before}");
                        assert_eq!(page["totalCount"], 5, "{query}");
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_row_that_is_gone_is_a_place_only_where_its_values_are_known() {
    on_both(&App::application(), async |engine| {
        let engine = &engine;
        let players = players(engine).await;
        let (system, cx) = (engine.system("tests"), nobody(engine));
        let by_nickname = || Player::query().sort(|it| it.nickname);
        let (ranked, nicknamed) = (page(&cx, Player::ranked()).await, page(&cx, by_nickname()).await);
        let place = |page: &Page<Player>, id: Uuid| page.records.iter().position(|it| it.id == id).unwrap();
        // Renamed, a row is still where its rank puts it, whatever else is asked for.
        let bo = players[2].id;
        Player::rename(bo).nickname("Cy".to_owned()).run(&system).await.unwrap();
        let others = || Player::ranked().filter(expr!(|it| it.nickname == "Al"));
        let after = page(&cx, others().after(&ranked.cursors[place(&ranked, bo)])).await;
        assert_eq!(after.records.iter().map(|it| it.id).collect::<Vec<_>>(), [players[0].id]);
        let after = page(&cx, by_nickname().after(&nicknamed.cursors[place(&nicknamed, bo)])).await;
        assert_eq!(after.records.len(), 3, "where its nickname put it, it comes once more");
        // Hidden or destroyed, it has no rank that one may know of.
        Player::rename(bo).name("hidden").run(&system).await.unwrap();
        for _ in 0..2 {
            for (list, page) in
                [("rankedPlayers(first: 9,", &ranked), ("players(sort: { field: NICKNAME }, first: 9,", &nicknamed)]
            {
                for bound in ["after", "before"] {
                    let query = format!("query($at: String) {{ {list} {bound}: $at) {{ nodes {{ id }} }} }}");
                    let body = ask(engine, &query, json!({ "at": page.cursors[place(page, bo)] })).await;
                    let code = &body["errors"][0]["extensions"]["code"];
                    let expected = if list.starts_with("ranked") { json!("INVALID_CURSOR") } else { Json::Null };
                    assert_eq!(code, &expected, "{query} {body}");
                }
            }
            let gone = Player::leave(bo).run(&system).await;
            assert!(gone.is_ok() || gone.unwrap_err().code() == Code::NotFound);
        }
    })
    .await;
}

#[tokio::test]
async fn a_read_of_one_row_that_finds_several_answers_none_of_them() {
    on_both(&App::application(), async |engine| {
        let engine = &engine;
        let players = players(engine).await;
        let (system, cx) = (engine.system("tests"), nobody(engine));
        let query = "query($name: String!) { a: __typename calledPlayer(nickname: $name) { id name } }";
        let several = ask(engine, query, json!({ "name": "Al" })).await;
        assert_eq!(several["data"], json!({ "a": "Query", "calledPlayer": null }), "{several}");
        assert_eq!(several["errors"][0]["path"], json!(["calledPlayer"]));
        assert_eq!(several["errors"][0]["extensions"]["code"], "CONFLICT");
        let conflict = "more than one row was found where one was asked for";
        assert_eq!(several["errors"][0]["message"], conflict);
        assert_eq!(Player::called().nickname("Al").run(&cx).await.unwrap_err().code(), Code::Conflict);
        assert_eq!(Player::query().one(&cx).await.unwrap_err().code(), Code::Conflict);
        assert_eq!(Player::query().limit(1).one(&cx).await.unwrap_err().code(), Code::Conflict);
        // However small the pages are.
        assert_eq!(Player::one_by_one().nickname("Al").one(&cx).await.unwrap_err().code(), Code::Conflict);
        assert_eq!(Player::one_by_one().nickname("Bo").one(&cx).await.unwrap().map(|it| it.id), Some(players[2].id));
        let last = page(&cx, Player::ranked()).await.cursors[3].clone();
        assert_eq!(Player::ranked().after(last).one(&cx).await.unwrap().map(|it| it.id), Some(players[0].id));

        for (name, found) in [("Bo", json!({ "id": players[2].id, "name": long(2) })), ("Cy", Json::Null)] {
            let body = ask(engine, query, json!({ "name": name })).await;
            assert_eq!(body, json!({ "data": { "a": "Query", "calledPlayer": found } }));
        }
        // One that may not be read is not among several.
        Player::rename(players[4].id).name("hidden").run(&system).await.unwrap();
        let body = ask(engine, query, json!({ "name": "Al" })).await;
        assert_eq!(body["data"]["calledPlayer"]["name"], long(0), "{body}");
        assert_eq!(Player::called().nickname("Al").run(&cx).await.unwrap().map(|it| it.id), Some(players[0].id));
    })
    .await;
}
