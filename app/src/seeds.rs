//! Demo data for development: people of every role, worlds, a few hundred activities, modifications in each state.

use samara::prelude::*;
use samara::value::DateTimeUtc;

use crate::accounts::{Role, User};
use crate::platform::{
    Activity, ActivityKind, Membership, MembershipRole, Modification, ModificationState, Visibility, World,
};

/// Those whose addresses the start page shows, first of all the four roles.
const PEOPLE: [(&str, &str, Role); 14] = [
    ("admin@example.org", "Ada Admin", Role::Admin),
    ("coordinator@example.org", "Cora Coordinator", Role::Coordinator),
    ("builder@example.org", "Bo Builder", Role::Builder),
    ("member@example.org", "Mira Member", Role::Member),
    ("ines@example.org", "Ines", Role::Member),
    ("jonas@example.org", "Jonas", Role::Member),
    ("kaia@example.org", "Kaia", Role::Member),
    ("liam@example.org", "Liam", Role::Member),
    ("malik@example.org", "Malik", Role::Member),
    ("noor@example.org", "Noor", Role::Member),
    ("oda@example.org", "Oda", Role::Member),
    ("pavel@example.org", "Pavel", Role::Member),
    ("quynh@example.org", "Quynh", Role::Member),
    ("rosa@example.org", "Rosa", Role::Member),
];

const WORLDS: [(&str, &str, Visibility, Option<i64>); 6] = [
    ("The Commons", "commons", Visibility::Public, None),
    ("Driftwood Theatre", "driftwood-theatre", Visibility::Public, Some(120)),
    ("Glass Gardens", "glass-gardens", Visibility::Public, Some(40)),
    ("Nine Lanes Arena", "nine-lanes-arena", Visibility::Public, Some(64)),
    ("Backstage", "backstage", Visibility::Private, Some(12)),
    ("The Workshop", "workshop", Visibility::Private, None),
];

const SCRIPTS: [(&str, &str); 5] = [
    ("Softer evening light", "extends Node\n\nfunc _ready() -> void:\n\tlight.energy = 0.6\n"),
    ("A door between the gardens", "extends Area\n\nfunc _on_enter(body: Node) -> void:\n\tbody.travel(\"gardens\")\n"),
    ("Applause that carries", "extends AudioStreamPlayer\n\nfunc clap() -> void:\n\tvolume_db = 3.0\n\tplay()\n"),
    ("Fewer ghosts", "extends Spatial\n\nfunc _process(_delta: float) -> void:\n\tvisible = false\n"),
    ("Lap timer", "extends Label\n\nfunc tick(seconds: float) -> void:\n\ttext = \"%.2f\" % seconds\n"),
];

/// How many things each person did.
const EACH: i64 = 26;

/// Fills an empty database. Equal on every run but for ids and times; every time lies in the past.
pub async fn seed(cx: &Context) -> Result<(), Error> {
    let people = people(cx).await?;
    let worlds = worlds(cx, &people).await?;
    activities(cx, &people, &worlds).await?;
    modifications(cx, &people, &worlds).await
}

async fn people(cx: &Context) -> Result<Vec<Uuid>, Error> {
    let mut people = Vec::new();
    for (email, name, role) in PEOPLE {
        let user = User::register().email(email).display_name(name).run(cx).await?;
        User::set_role(user.id).role(role).run(cx).await?;
        people.push(user.id);
    }
    Ok(people)
}

async fn worlds(cx: &Context, people: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let mut worlds = Vec::new();
    for (index, (name, slug, visibility, capacity)) in WORLDS.into_iter().enumerate() {
        let owner = people[index % 4];
        let cx = cx.acting_as(owner).await?;
        let world = World::create().name(name).slug(slug).visibility(visibility).capacity(capacity).run(&cx).await?;
        for (number, person) in people.iter().enumerate().filter(|(number, _)| (number + index) % 3 == 0) {
            let role = if number % 2 == 0 { MembershipRole::Guest } else { MembershipRole::Host };
            Membership::create().world(world.id).user(*person).role(role).run(&cx).await?;
        }
        worlds.push(world.id);
    }
    Ok(worlds)
}

async fn activities(cx: &Context, people: &[Uuid], worlds: &[Uuid]) -> Result<(), Error> {
    let public = &worlds[..4];
    for (number, person) in people.iter().enumerate() {
        let theirs = cx.acting_as(*person).await?;
        for step in 0..EACH {
            let turn = number + step as usize;
            let kind = ActivityKind::ALL[turn % ActivityKind::ALL.len()];
            let record =
                Activity::record().kind(kind).detail(detail(kind, step)).occurred_at(past(cx.now(), number, step));
            let record = if turn.is_multiple_of(5) { record } else { record.world(public[turn % public.len()]) };
            record.run(&theirs).await?;
        }
    }
    Ok(())
}

async fn modifications(cx: &Context, people: &[Uuid], worlds: &[Uuid]) -> Result<(), Error> {
    let (coordinator, builder) = (cx.acting_as(people[1]).await?, cx.acting_as(people[2]).await?);
    let states = [
        ModificationState::Proposed,
        ModificationState::Approved,
        ModificationState::Applied,
        ModificationState::Rejected,
        ModificationState::Proposed,
    ];
    for (index, ((title, source), state)) in SCRIPTS.into_iter().zip(states).enumerate() {
        let proposed =
            Modification::propose().title(title).source(source).world(worlds[index % 4]).run(&builder).await?;
        match state {
            ModificationState::Proposed => {}
            ModificationState::Rejected => drop(Modification::reject(proposed.id).run(&coordinator).await?),
            ModificationState::Approved => drop(Modification::approve(proposed.id).run(&coordinator).await?),
            ModificationState::Applied => {
                Modification::approve(proposed.id).run(&coordinator).await?;
                Modification::apply(proposed.id).run(&coordinator).await?;
            }
        }
    }
    Ok(())
}

/// A moment of the last month; no two of a person's are the same.
fn past(now: DateTimeUtc, person: usize, step: i64) -> DateTimeUtc {
    now - TimeDelta::minutes(60 + step * 1_600 + person as i64 * 7)
}

fn detail(kind: ActivityKind, step: i64) -> Json {
    let note = match kind {
        ActivityKind::Explore => "walked somewhere new",
        ActivityKind::Socialize => "talked by the fire",
        ActivityKind::Perform => "sang for the evening crowd",
        ActivityKind::Roleplay => "kept the inn",
        ActivityKind::Strategize => "drew up a plan",
        ActivityKind::Compete => "raced nine lanes",
        ActivityKind::Build => "raised a wall",
        ActivityKind::Script => "taught a door to open",
        ActivityKind::Modify => "changed the light",
    };
    Json::from(serde_json::json!({ "note": note, "minutes": 5 + step % 40 }))
}
