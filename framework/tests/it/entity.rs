//! Entities of SeaORM beside the engine: the same rows and values on both databases, and no policy.

use samara::entity::Stored;
use samara::entity::sea_orm::ActiveValue::Set;
use samara::entity::sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, JoinType, ModelTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, RelationTrait as _, Select,
};
use samara::prelude::*;
use samara::testing::on_both;

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Calm,
    Loud,
}

/// Somebody who plays.
#[resource(table = "players", entity)]
pub struct Player {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
    #[attribute(sensitive)]
    pub token: Option<String>,
    #[has_many(public, key = player)]
    pub scores: HasMany<Score>,
    #[many_to_many(public, through = Score, source = player, target = song)]
    pub songs: ManyToMany<Song>,
    #[belongs_to(public, on_delete = nilify)]
    pub teacher: Option<BelongsTo<Player>>,
}

/// Something to be played.
#[resource(table = "songs", entity)]
pub struct Song {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub mood: Mood,
    #[attribute(public)]
    pub parts: Option<Json>,
    #[has_many(public, key = song)]
    pub scores: HasMany<Score>,
}

/// How well it was played.
#[resource(table = "scores", entity)]
pub struct Score {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub points: i64,
    #[attribute(public)]
    pub clean: bool,
    #[attribute(public)]
    pub at: DateTimeUtc,
    #[belongs_to(public, on_delete = cascade)]
    pub player: BelongsTo<Player>,
    #[belongs_to(public, on_delete = cascade)]
    pub song: BelongsTo<Song>,
}

#[actions]
impl Player {
    #[read(primary)]
    fn list();

    #[create(accept = [email, token(sensitive), teacher])]
    fn join();
}

#[actions]
impl Song {
    #[read(primary)]
    fn list();

    #[create(accept = [title, mood, parts])]
    fn write();
}

#[actions]
impl Score {
    #[read(primary)]
    fn list();

    #[create(accept = [points, clean, at, player, song])]
    fn play();
}

#[policies]
impl Player {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[policies]
impl Song {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[policies]
impl Score {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Player, Song, Score])]
pub struct Music;

samara::app!(pub App, domains = [Music]);

#[tokio::test]
async fn entities_are_joined_by_their_relationships() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let ada = Player::join().email("Ada@Example.org").token("t0p").run(&cx).await.unwrap();
        let bob = Player::join().email("bob@example.org").teacher(ada.id).run(&cx).await.unwrap();
        let parts = Json::from(serde_json::json!({ "b": [1, 2], "a": null }));
        let air = Song::write().title("Air").mood(Mood::Calm).parts(parts.clone()).run(&cx).await.unwrap();
        let march = Song::write().title("March").mood(Mood::Loud).run(&cx).await.unwrap();
        let noon = DateTimeUtc::from_timestamp(1_800_000_000, 250_000_000).unwrap();
        for (points, player, song) in [(3, ada.id, air.id), (5, ada.id, march.id), (8, bob.id, air.id)] {
            let at = noon + TimeDelta::seconds(points);
            Score::play().points(points).clean(points > 4).at(at).player(player).song(song).run(&cx).await.unwrap();
        }
        let database = cx.unpoliced("what no action reads");

        let scores = score_entity::Entity::find()
            .find_also_related(song_entity::Entity)
            .filter(score_entity::Column::PlayerId.eq(Stored(ada.id)))
            .filter(score_entity::Column::At.gt(Stored(noon)))
            .order_by_asc(score_entity::Column::At)
            .all(&database)
            .await
            .unwrap();
        let read: Vec<_> = scores
            .iter()
            .map(|(score, song)| {
                let song = song.as_ref().unwrap();
                (score.points, score.clean, *score.at, song.title.as_str(), *song.mood, song.parts.as_deref())
            })
            .collect();
        let at = |seconds| noon + TimeDelta::seconds(seconds);
        assert_eq!(
            read,
            [(3, false, at(3), "Air", Mood::Calm, Some(&parts)), (5, true, at(5), "March", Mood::Loud, None),]
        );

        let ids = |them: Vec<player_entity::Model>| them.iter().map(|it| *it.id).collect::<Vec<_>>();
        let played: Vec<_> = air_players(air.id).all(&database).await.unwrap();
        assert_eq!(ids(played), [ada.id, bob.id], "through a many_to_many");
        let of_bob = player_entity::Entity::find_by_id(Stored(bob.id)).one(&database).await.unwrap().unwrap();
        assert_eq!((of_bob.teacher_id, of_bob.email.as_str()), (Some(Stored(ada.id)), "bob@example.org"));
        assert_eq!(of_bob.find_related(song_entity::Entity).count(&database).await.unwrap(), 1);
        let taught = player_entity::Entity::find()
            .join_as(JoinType::InnerJoin, player_entity::Relation::Teacher.def(), "teachers")
            .count(&database)
            .await
            .unwrap();
        assert_eq!(taught, 1, "a relationship to the resource itself is a relation");
        let loud = song_entity::Entity::find().filter(song_entity::Column::Mood.is_in([Stored(Mood::Loud)]));
        assert_eq!(loud.one(&database).await.unwrap().unwrap().id, Stored(march.id));
    })
    .await;
}

/// The players of a song, through the rows that say so.
fn air_players(song: Uuid) -> Select<player_entity::Entity> {
    player_entity::Entity::find()
        .join(JoinType::InnerJoin, player_entity::Relation::Scores.def())
        .filter(score_entity::Column::SongId.eq(Stored(song)))
        .order_by_asc(player_entity::Column::Email)
}

#[tokio::test]
async fn what_an_entity_writes_the_engine_reads() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let database = cx.unpoliced("rows as they are");
        let (id, now) = (Uuid::now_v7(), DateTimeUtc::from_timestamp(1_800_000_000, 0).unwrap());
        let parts = Json::from(serde_json::json!([{ "z": 1, "a": "ä" }]));
        let song = song_entity::ActiveModel {
            id: Set(Stored(id)),
            title: Set("Air".into()),
            mood: Set(Stored(Mood::Loud)),
            parts: Set(Some(Stored(parts.clone()))),
            inserted_at: Set(Stored(now)),
            updated_at: Set(Stored(now)),
        };
        song_entity::Entity::insert(song).exec_without_returning(&database).await.unwrap();
        let read = Song::get(id).run(&cx).await.unwrap().unwrap();
        assert_eq!(
            (read.title.as_str(), read.mood, read.parts, read.inserted_at),
            ("Air", Mood::Loud, Some(parts), now)
        );

        let change = song_entity::ActiveModel { id: Set(Stored(id)), parts: Set(None), ..Default::default() };
        change.update(&database).await.unwrap();
        assert_eq!(Song::get(id).run(&cx).await.unwrap().unwrap().parts, None);
    })
    .await;
}

#[tokio::test]
async fn an_entity_masks_what_is_sensitive_and_says_what_it_cannot_read() {
    on_both(&App::application(), async |engine| {
        let cx = engine.system("tests");
        let ada = Player::join().email("ada@example.org").token("t0p-secret").run(&cx).await.unwrap();
        let song = Song::write().title("Air").mood(Mood::Calm).run(&cx).await.unwrap();
        let database = cx.unpoliced("rows as they are");
        let read = player_entity::Entity::find_by_id(Stored(ada.id)).one(&database).await.unwrap().unwrap();
        assert_eq!(read.token.as_deref().map(String::as_str), Some("t0p-secret"));
        let printed = format!("{read:?} {:?}", player_entity::ActiveModel::from(read.clone()));
        assert!(printed.contains("masked") && !printed.contains("t0p-secret"), "{printed}");

        database.execute_unprepared("UPDATE songs SET mood = 'ROWDY'").await.unwrap();
        let failed = song_entity::Entity::find_by_id(Stored(song.id)).one(&database).await.unwrap_err();
        assert!(failed.to_string().contains("not of the declared type"), "{failed}");
    })
    .await;
}
