//! Where declared things are written: each finding says it, and generated files do not change with it.

use samara::ir::{ResourcePart, Subject};
use samara::manifest::Manifest;
use samara::prelude::*;

/// This file, to look up what stands at a place.
const WRITTEN: &str = include_str!("places.rs");

/// A colour.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    Red,
    Green,
}

/// Somebody.
#[resource(table = "keepers")]
#[actor(identity = email)]
pub struct Keeper {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
}

#[actions]
impl Keeper {
    #[read(primary)]
    fn list();

    #[create(private, accept = [email])]
    fn register();
}

#[policies]
impl Keeper {
    #[policy(read)]
    fn everyone(keeper: Row<Keeper>, actor: Actor<Keeper>) -> bool {
        keeper.id == actor.id
    }
}

/// A box. Its table is taken.
#[resource(table = "keepers")]
pub struct Crate {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub colour: Guarded<Colour>,
    #[belongs_to(public, on_delete = cascade)]
    pub keeper: BelongsTo<Keeper>,
}

#[actions]
impl Crate {
    #[read(primary)]
    fn list();

    #[create(accept = [colour, keeper])]
    fn pack();

    #[update(accept = [colour])]
    fn paint();

    #[destroy]
    fn burn();

    #[action]
    async fn weigh() -> Result<i64, Error> {
        Ok(1)
    }
}

#[calculations]
impl Crate {
    #[calculation(public)]
    fn is_kept(it: Row<Crate>) -> bool {
        it.keeper().email == "keeper@example.org"
    }
}

#[policies]
impl Crate {
    #[bypass]
    fn keepers(actor: Actor<Keeper>) -> bool {
        actor.is_present()
    }

    #[field_policy(colour)]
    fn seen(it: Row<Crate>, actor: Actor<Keeper>) -> bool {
        it.keeper_id == actor.id
    }
}

/// All of it.
#[domain(resources = [Keeper, Crate])]
pub struct Storage;

samara::app!(pub Stored, domains = [Storage]);

/// What is written at a place, from there to the end of the line.
fn written(source: &std::panic::Location<'_>) -> &'static str {
    assert!(source.file().ends_with("tests/it/places.rs"), "{source}");
    let line = WRITTEN.lines().nth(source.line() as usize - 1).unwrap();
    &line[source.column() as usize - 1..]
}

#[test]
fn every_declared_thing_is_found_at_its_name() {
    let locations = Stored::application().locations;
    let name = |it: &str| it.to_owned().into();
    let part = |part, it: &str| Subject::Part(part, name("Crate"), name(it));
    let declared = [
        (Subject::Domain(name("Storage")), "Storage;"),
        (Subject::Enum(name("Colour")), "Colour {"),
        (Subject::Resource(name("Crate")), "Crate {"),
        (part(ResourcePart::Field, "colour"), "colour: Guarded<Colour>,"),
        (part(ResourcePart::Field, "keeper"), "keeper: BelongsTo<Keeper>,"),
        (part(ResourcePart::Field, "is_kept"), "is_kept("),
        (part(ResourcePart::Action, "list"), "list();"),
        (part(ResourcePart::Action, "pack"), "pack();"),
        (part(ResourcePart::Action, "paint"), "paint();"),
        (part(ResourcePart::Action, "burn"), "burn();"),
        (part(ResourcePart::Action, "weigh"), "weigh()"),
        (part(ResourcePart::Policy, "keepers"), "keepers("),
        (part(ResourcePart::Policy, "seen"), "seen("),
        // What a macro adds stands where the macro's item does, and so does what has no name.
        (part(ResourcePart::Setting, "admin"), "Crate {"),
    ];
    for (subject, text) in declared {
        let [source] = locations.of(&subject) else { panic!("{subject} has places: {:?}", locations.of(&subject)) };
        assert!(written(source).starts_with(text), "{subject} is at {source}: {}", written(source));
    }
}

#[test]
fn a_finding_says_where_both_sides_are() {
    let found = Stored::application().verified().err().unwrap_or_default();
    let [table] = found.iter().filter(|it| it.code == "R1002").collect::<Vec<_>>()[..] else { panic!("{found:#?}") };
    assert!(written(table.location.source.unwrap()).starts_with("Crate {"));
    let (other, _) = table.other.as_ref().unwrap();
    assert!(written(other.source.unwrap()).starts_with("Keeper {"));
    assert!(table.to_string().contains("tests/it/places.rs:"), "{table}");
}

#[test]
fn places_are_no_part_of_the_declaration() {
    let text = Manifest::new(Stored::application().ir).to_json().unwrap();
    assert!(!text.contains("places.rs"), "{text}");
}
