//! Statements that were prepared for one actor serve others, and never tell one what only another may see.

use samara::context::{Actor as Acting, Context};
use samara::database::Backend;
use samara::engine::Engine;
use samara::graphql::{Api, Options, Request};
use samara::prelude::*;
use samara::query::PreparedCounts;
use samara::testing::on_both;
use sea_orm::ConnectionTrait;
use serde_json::{Value as Answer, json};

/// A member, who has a best friend: perhaps themselves.
#[resource(table = "members", timestamps = false)]
#[actor(identity = email)]
#[graphql(type = "Member")]
pub struct Member {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
    #[attribute(public)]
    pub friend: Option<Uuid>,
    #[attribute(public, default = 0)]
    pub level: i64,
    #[attribute(public, default = false)]
    pub warden: bool,
    #[has_many(public, key = owner)]
    pub albums: HasMany<Album>,
}

#[actions]
impl Member {
    #[read(primary, sort = [email], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [email, level, warden])]
    fn register();

    #[update(private, accept = [friend])]
    fn befriend();
}

#[policies]
impl Member {
    #[policy(always)]
    fn known(actor: Actor<Member>) -> bool {
        actor.is_present()
    }
}

/// An album. Its notes are seen by different people, who may happen to be the same.
#[resource(table = "albums", timestamps = false)]
#[graphql(type = "Album")]
pub struct Album {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub own_note: Guarded<String>,
    #[attribute(public)]
    pub friends_note: Guarded<String>,
    #[attribute(public, default = 0)]
    pub level: i64,
    #[attribute(public)]
    pub detail: Option<Json>,
    #[belongs_to(public, on_delete = cascade)]
    pub owner: BelongsTo<Member>,
    #[has_many(public, key = album)]
    pub photos: HasMany<Photo>,
}

#[actions]
impl Album {
    #[read(primary, sort = [title], paginate(keyset, default = 50, max = 250))]
    fn list();

    /// Those above a level.
    #[read(filter(|album, least| album.level >= least), sort = [-level], paginate(keyset))]
    fn above(least: i64);

    #[create(private, accept = [title, own_note, friends_note, level, owner])]
    fn make();
}

#[policies]
impl Album {
    #[bypass]
    fn wardens(actor: Actor<Member>) -> bool {
        actor.warden
    }

    #[policy(always)]
    fn own_or_low(album: Row<Album>, actor: Actor<Member>) -> bool {
        album.owner_id == actor.id || album.level < actor.level
    }

    #[field_policy(own_note)]
    fn of_the_owner(album: Row<Album>, actor: Actor<Member>) -> bool {
        album.owner_id == actor.id
    }

    #[field_policy(friends_note)]
    fn of_the_friend(album: Row<Album>, actor: Actor<Member>) -> bool {
        album.owner_id == actor.friend
    }
}

#[calculations]
impl Album {
    /// How many photos the reader sees.
    #[calculation(public)]
    fn photo_count(album: Row<Album>) -> i64 {
        album.photos().count()
    }

    /// Whether it is the reader's own.
    #[calculation(public)]
    fn is_mine(album: Row<Album>, actor: Actor<Member>) -> bool {
        album.owner_id == actor.id
    }
}

/// A photo. Those of an album are seen by the friend of its owner.
#[resource(table = "photos", timestamps = false)]
#[graphql(type = "Photo")]
pub struct Photo {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub caption: String,
    #[belongs_to(public, on_delete = cascade)]
    pub album: BelongsTo<Album>,
}

#[actions]
impl Photo {
    #[read(primary, sort = [caption], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [caption, album])]
    fn take();
}

#[policies]
impl Photo {
    #[policy(always)]
    fn of_a_friend(photo: Row<Photo>, actor: Actor<Member>) -> bool {
        photo.album().owner_id == actor.friend || photo.album().level < actor.level
    }
}

#[domain(resources = [Member, Album, Photo])]
pub struct Albums;

samara::app!(App, domains = [Albums]);

/// Four members: one is a friend of themselves, one of another, one of a warden, and the warden of nobody. Three albums of each, with two
/// photos.
async fn members(engine: &Engine) -> Vec<Uuid> {
    let cx = engine.system("tests");
    let mut members = Vec::new();
    for number in 0..4 {
        let member = Member::register().email(format!("m{number}@example.org")).level(number % 2).warden(number == 3);
        members.push(member.run(&cx).await.unwrap().id);
    }
    for (member, friend) in [(0, 0), (1, 0), (2, 3)] {
        Member::befriend(members[member]).friend(members[friend]).run(&cx).await.unwrap();
    }
    for (number, level) in (0..4).flat_map(|it| [(it, 0), (it, 1), (it, 2)]) {
        let title = format!("album {level} of {number}");
        let note = |whose: &str| format!("the note of {title} for {whose}");
        let album = Album::make().title(title.clone()).own_note(note("its owner")).friends_note(note("a friend"));
        let album = album.level(level).owner(members[number]).run(&cx).await.unwrap();
        for photo in ["a", "b"] {
            Photo::take().caption(format!("{photo} of {title}")).album(album.id).run(&cx).await.unwrap();
        }
    }
    members
}

/// Somebody's context; `None`: nobody is signed in.
async fn acting(engine: &Engine, who: Option<Uuid>) -> Context {
    match who {
        Some(id) => engine.system("tests").acting_as(id).await.unwrap(),
        None => engine.context(Acting::Anonymous),
    }
}

/// What is asked, with variables that differ from request to request.
fn questions(members: &[Uuid]) -> Vec<(&'static str, Vec<Answer>)> {
    let nothing = || vec![json!({})];
    vec![
        ("{ albums { nodes { title ownNote friendsNote isMine photoCount } totalCount } }", nothing()),
        ("{ albums { nodes { title photos { nodes { caption } totalCount } owner { email } } } }", nothing()),
        (
            "{ members { nodes { email albums { nodes { title ownNote photos(first: 1) { nodes { caption } } } } } } }",
            nothing(),
        ),
        ("{ photos { nodes { caption album { title friendsNote owner { email friend } } } } }", nothing()),
        ("{ albums(filter: { photos: { caption: { startsWith: \"a\" } } }) { nodes { title } } }", nothing()),
        (
            "{ albums(filter: { ownNote: { contains: \"note\" } }, sort: [{ field: FRIENDS_NOTE }]) { nodes { title } } }",
            nothing(),
        ),
        (
            "{ albums(filter: { photoCount: { gt: 1 }, isMine: { eq: true } }) { nodes { title } totalCount } }",
            nothing(),
        ),
        (
            "query($level: Int!, $titles: [String!]) { albums(filter: { or: [{ level: { eq: $level } }, { title: { in: $titles } }] }) { nodes { title } } }",
            vec![
                json!({ "level": 0, "titles": ["album 2 of 1"] }),
                json!({ "level": 2, "titles": ["album 0 of 0", "album 1 of 3"] }),
                json!({ "level": 1, "titles": [] }),
            ],
        ),
        (
            "query($least: Int!) { albumsAbove(least: $least) { nodes { title level } } }",
            vec![json!({ "least": 0 }), json!({ "least": 1 }), json!({ "least": 2 })],
        ),
        (
            "query($owner: ID!, $notes: Boolean!) { albums(filter: { owner: { id: { eq: $owner } } }) { nodes { title ownNote @include(if: $notes) friendsNote @skip(if: $notes) } } }",
            vec![
                json!({ "owner": members[0], "notes": true }),
                json!({ "owner": members[1], "notes": false }),
                json!({ "owner": members[3], "notes": true }),
            ],
        ),
    ]
}

async fn answer(api: &Api, cx: &Context, query: &str, variables: &Answer) -> String {
    let variables = variables.as_object().cloned().unwrap_or_default();
    let response = api.execute(cx, Request { variables, ..Request::new(query) }).await;
    String::from_utf8(response.body.to_vec()).unwrap()
}

fn api(engine: &Engine) -> Api {
    Api::new(engine.clone(), Options::default()).unwrap()
}

#[tokio::test]
async fn what_was_prepared_for_one_actor_answers_each_as_if_it_had_been_made_for_them() {
    on_both(&App::application(), async |engine| {
        let members = members(&engine).await;
        let everybody: Vec<_> = [None].into_iter().chain(members.iter().copied().map(Some)).collect();
        // Whoever comes first prepares for those who follow.
        for turn in 0..everybody.len() {
            let shared = Engine::new(App::application().verified().unwrap(), engine.database().clone());
            let shared_api = api(&shared);
            for (query, variables) in questions(&members) {
                for who in (0..everybody.len()).map(|it| everybody[(it + turn) % everybody.len()]) {
                    for variables in &variables {
                        let alone = Engine::new(App::application().verified().unwrap(), engine.database().clone());
                        let expected = answer(&api(&alone), &acting(&alone, who).await, query, variables).await;
                        let found = answer(&shared_api, &acting(&shared, who).await, query, variables).await;
                        assert_eq!(found, expected, "{who:?} asks {query} with {variables}, in turn {turn}");
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_one_form_takes_is_prepared_once_whoever_reads_whatever_they_look_for() {
    on_both(&App::application(), async |engine| {
        let members = members(&engine).await;
        let (one, other) = (acting(&engine, Some(members[0])).await, acting(&engine, Some(members[1])).await);
        let counted = async |cx: &Context, title: &str| {
            let before = cx.prepared_reads();
            let title = title.to_owned();
            let albums = Album::query().filter(expr!(|it| it.title == title)).limit(3).run(cx).await.unwrap();
            let PreparedCounts { hits, misses, .. } = cx.prepared_reads();
            ((hits - before.hits, misses - before.misses), albums.len())
        };
        assert_eq!(counted(&one, "album 2 of 0").await, ((0, 1), 1));
        assert_eq!(counted(&one, "album 1 of 0").await, ((1, 0), 1));
        // The level of their own differs too, which is a value as well; that of the first is none, which is not.
        assert_eq!(counted(&other, "album 2 of 0").await.1, 0);
        assert_eq!(counted(&other, "album 2 of 1").await, ((1, 0), 1));
        // A warden is asked for no condition.
        let warden = acting(&engine, Some(members[3])).await;
        assert_eq!(counted(&warden, "album 2 of 0").await, ((0, 1), 1));
        assert_eq!(counted(&warden, "album 2 of 1").await, ((1, 0), 1));
    })
    .await;
}

/// The text goes to the client as it is stored, so one that a client's parser may refuse would cost the whole response.
#[tokio::test]
async fn json_that_no_parser_is_sure_to_read_is_an_error_of_its_field_alone() {
    on_both(&App::application(), async |engine| {
        let members = members(&engine).await;
        let warden = acting(&engine, Some(members[3])).await;
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        let of_sqlite = ["{\"a\":1e999}", "\"\\ud800\"", "{\"a\":}", "[1,]", "1 2"];
        let cases = match engine.database().capability().backend {
            Backend::Sqlite => [&of_sqlite[..], &[&deep]].concat(),
            Backend::Postgres => vec!["{\"a\":1e400}", &deep],
        };
        for case in cases {
            let sql = format!("UPDATE albums SET detail = '{case}' WHERE title = 'album 0 of 0'");
            let done = engine.system("a test").unpoliced("what no action does").execute_unprepared(&sql).await;
            assert_eq!(done.unwrap().rows_affected(), 1);
            let body = answer(&api(&engine), &warden, "{ albums { nodes { title detail } } }", &json!({})).await;
            let body: Answer = serde_json::from_str(&body).unwrap_or_else(|it| panic!("{case}: {it}: {body}"));
            assert_eq!(body["data"]["albums"]["nodes"].as_array().unwrap().len(), 12, "{case}");
            assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{case}: {body}");
            assert_eq!(body["errors"][0]["path"], json!(["albums", "nodes", 0, "detail"]), "{case}");
        }
        for good in ["{\"b\": [1, 2.5, null, true], \"a\": \"\\u2028 x\"}", "12345678901234567890123", "null"] {
            let sql = format!("UPDATE albums SET detail = '{good}' WHERE title = 'album 0 of 0'");
            engine.system("a test").unpoliced("what no action does").execute_unprepared(&sql).await.unwrap();
            let body = answer(&api(&engine), &warden, "{ albums { nodes { title detail } } }", &json!({})).await;
            let body: Answer = serde_json::from_str(&body).unwrap();
            let expected: Answer = serde_json::from_str(good).unwrap();
            assert_eq!((&body["data"]["albums"]["nodes"][0]["detail"], &body["errors"]), (&expected, &Answer::Null));
        }
    })
    .await;
}
