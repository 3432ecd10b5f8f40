//! Random reads and single writes of the catalogue, beside an interpreter that knows policies and extents by their words alone: a list of
//! rows and a few `if`s. Whatever either says the other says too, on both databases.

use std::collections::BTreeSet;

use samara::context::{Actor, Context};
use samara::engine::Engine;
use samara::error::{Code, Error};
use samara::prelude::{CiString, Uuid, expr};
use samara::testing::on_both;

use super::gallery::{Album, App, Artist, Person, Role, Track};

/// How many requests follow one another in one catalogue.
const REQUESTS: usize = 250;

/// An album as the interpreter keeps it; scrapped ones are taken out.
#[derive(Clone, Debug)]
struct KnownAlbum {
    id: Uuid,
    artist: Uuid,
    name: String,
    plays: i64,
    secret: bool,
    withdrawn: bool,
}

#[derive(Clone, Debug)]
struct KnownTrack {
    id: Uuid,
    album: Uuid,
}

/// Who asks, as far as policies tell them apart.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asker {
    Nobody,
    Listener,
    Keeper,
    System,
}

#[derive(Default)]
struct Interpreter {
    artists: Vec<Uuid>,
    albums: Vec<KnownAlbum>,
    tracks: Vec<KnownTrack>,
}

/// Numbers that look random, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 0
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
}

impl Asker {
    fn keeps(self) -> bool {
        matches!(self, Self::Keeper | Self::System)
    }
}

impl Interpreter {
    fn exists(&self, album: Uuid) -> Option<&KnownAlbum> {
        self.albums.iter().find(|it| it.id == album && !it.withdrawn)
    }

    fn sees(&self, asker: Asker, album: Uuid) -> Option<&KnownAlbum> {
        self.exists(album).filter(|it| !it.secret || asker.keeps())
    }

    fn seen(&self, asker: Asker) -> Vec<&KnownAlbum> {
        self.albums.iter().filter(|it| self.sees(asker, it.id).is_some()).collect()
    }

    fn album(&mut self, id: Uuid) -> &mut KnownAlbum {
        self.albums.iter_mut().find(|it| it.id == id).unwrap()
    }

    fn is_taken(&self, artist: Uuid, name: &str, but: Option<Uuid>) -> bool {
        self.albums.iter().any(|it| !it.withdrawn && it.artist == artist && it.name == name && Some(it.id) != but)
    }

    /// Why the asker may not change an album; `None` if they may.
    fn objection(&self, asker: Asker, album: Uuid) -> Option<Code> {
        match asker {
            Asker::Nobody => Some(Code::Unauthenticated),
            Asker::Listener if self.sees(asker, album).is_some() => Some(Code::Forbidden),
            Asker::Listener => Some(Code::NotFound),
            Asker::Keeper | Asker::System => self.exists(album).is_none().then_some(Code::NotFound),
        }
    }
}

fn code<T>(result: &Result<T, Error>) -> Option<Code> {
    result.as_ref().err().map(Error::code)
}

async fn compare(engine: Engine, seed: u64) {
    let mut numbers = Numbers(seed);
    let system = engine.system("tests");
    let mut known = Interpreter::default();
    let person = async |email: &str, role| {
        let id = Person::register().email(CiString::new(email)).role(role).run(&system).await.unwrap().id;
        system.acting_as(id).await.unwrap()
    };
    let askers = [
        (Asker::Nobody, engine.context(Actor::Anonymous)),
        (Asker::Listener, person("bo@example.org", Role::Listener).await),
        (Asker::Keeper, person("ada@example.org", Role::Keeper).await),
        (Asker::System, system.clone()),
    ];
    for name in ["Ida", "Jan"] {
        known.artists.push(Artist::sign().name(name).run(&system).await.unwrap().id);
    }
    for number in 0..REQUESTS {
        let (asker, cx) = numbers.one(&askers);
        let said = format!("request {number} of seed {seed}, by {asker:?}");
        match numbers.below(3) {
            0 => read(cx, *asker, &known, &mut numbers, &said).await,
            _ => write(cx, *asker, &mut known, &mut numbers, &said).await,
        }
    }
}

async fn read(cx: &Context, asker: Asker, known: &Interpreter, numbers: &mut Numbers, said: &str) {
    let plays = numbers.below(4) as i64;
    let ids = |albums: Vec<Album>| albums.iter().map(|it| it.id).collect::<BTreeSet<_>>();
    let (name, is_or) = (*numbers.one(&["A", "B", "C"]), numbers.flag());
    let mut albums = Album::query().filter(expr!(|it| it.plays > plays));
    if is_or {
        albums = Album::query().filter(expr!(|it| it.plays > plays || it.name == name));
    }
    let holds = |it: &KnownAlbum| it.plays > plays || is_or && it.name == name;
    let expected: BTreeSet<_> = known.seen(asker).into_iter().filter(|it| holds(it)).map(|it| it.id).collect();
    assert_eq!(albums.all(cx).await.map(ids).unwrap(), expected, "{said}");
    for artist in &known.artists {
        let read = Artist::get(*artist).select(|it| (it.album_count(), it.has_hit())).run(cx).await.unwrap();
        let own = |it: &&&KnownAlbum| it.artist == *artist;
        let count = known.seen(asker).iter().filter(own).count() as i64;
        // What is unrestricted sees all that exists, whoever asks.
        let hit = known.seen(Asker::System).iter().filter(own).any(|it| it.plays > 100);
        assert_eq!(read, Some((count, hit)), "{said}");
    }
    let tracks = Track::query().filter(expr!(|it| it.album().plays > plays)).all(cx).await.unwrap();
    let found: BTreeSet<_> = tracks.iter().map(|it| it.id).collect();
    let of_album = |it: &&KnownTrack| known.exists(it.album).is_some_and(|it| it.plays > plays);
    let expected: BTreeSet<_> = known.tracks.iter().filter(of_album).map(|it| it.id).collect();
    assert_eq!(found, expected, "{said}");
    if let Some(track) = known.tracks.first() {
        let read = Track::get(track.id).load(|it| it.album()).run(cx).await.unwrap().unwrap();
        let album = read.album.get().unwrap().map(|it| it.id);
        assert_eq!(album, known.sees(asker, track.album).map(|it| it.id), "{said}");
    }
    if let Some(album) = known.albums.last() {
        let found = Album::get(album.id).run(cx).await.unwrap().is_some();
        assert_eq!(found, known.sees(asker, album.id).is_some(), "{said}");
    }
}

async fn write(cx: &Context, asker: Asker, known: &mut Interpreter, numbers: &mut Numbers, said: &str) {
    let name = *numbers.one(&["A", "B", "C"]);
    let plays = numbers.below(4) as i64 * 60;
    let artist = *numbers.one(&known.artists);
    if known.albums.is_empty() || numbers.below(3) == 0 {
        let secret = numbers.flag();
        let release = Album::release().name(name).plays(plays).artist(artist).secret(secret);
        let result = release.run(cx).await;
        let expected = match asker {
            Asker::Nobody => Some(Code::Unauthenticated),
            Asker::Listener => Some(Code::Forbidden),
            _ => known.is_taken(artist, name, None).then_some(Code::Conflict),
        };
        assert_eq!(code(&result), expected, "{said}: release");
        if let Ok(album) = result {
            known.albums.push(KnownAlbum { id: album.id, artist, name: name.into(), plays, secret, withdrawn: false });
        }
        return;
    }
    let ids: Vec<Uuid> = known.albums.iter().map(|it| it.id).collect();
    let album = *numbers.one(&ids);
    let objection = known.objection(asker, album);
    match numbers.below(6) {
        0 | 1 => {
            let result = Album::edit(album).name(name).plays(plays).run(cx).await;
            let artist = known.album(album).artist;
            let taken = known.is_taken(artist, name, Some(album)).then_some(Code::Conflict);
            assert_eq!(code(&result), objection.or(taken), "{said}: edit");
            if result.is_ok() {
                let it = known.album(album);
                (it.name, it.plays) = (name.into(), plays);
            }
        }
        2 => {
            let result = Album::withdraw(album).run(cx).await;
            assert_eq!(code(&result), objection, "{said}: withdraw");
            known.album(album).withdrawn |= result.is_ok();
        }
        3 => {
            let date = numbers.flag().then(|| cx.now());
            let result = Album::date(album).withdrawn_at(date).run(cx).await;
            let out = date.map(|_| Code::Invalid);
            assert_eq!(code(&result), objection.or(out), "{said}: date");
        }
        4 => {
            let result = Album::scrap(album).run(cx).await;
            assert_eq!(code(&result), objection, "{said}: scrap");
            if result.is_ok() {
                known.albums.retain(|it| it.id != album);
                known.tracks.retain(|it| it.album != album);
            }
        }
        _ => {
            let result = Track::cut().title("T").album(album).run(cx).await;
            let missing = known.sees(asker, album).is_none().then_some(Code::NotFound);
            assert_eq!(code(&result), missing, "{said}: cut");
            known.tracks.extend(result.map(|it| KnownTrack { id: it.id, album }).ok());
        }
    }
}

#[tokio::test]
async fn the_engine_says_what_a_naive_interpreter_says() {
    on_both(&App::application(), async |engine| compare(engine, 7).await).await;
    on_both(&App::application(), async |engine| compare(engine, 4711).await).await;
}
