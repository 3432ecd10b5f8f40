//! Races and their rounds, which hold a value of every scalar.

use samara::prelude::*;

/// A race.
#[resource(table = "races", entity)]
#[graphql(type = "Race")]
pub struct Race {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique, max_length = 40)]
    pub name: String,
    #[attribute(public, min = 1)]
    pub laps: i16,
    #[attribute(public, default = 100)]
    pub crowd: i32,
    #[attribute(public)]
    pub purse: Option<i32>,
    #[attribute(public, default = 0.5)]
    pub slope: f64,
    #[attribute(public)]
    pub grip: Option<f64>,
    #[attribute(public)]
    pub held_on: Date,
    #[attribute(public)]
    pub starts_at: Option<Time>,
    #[attribute(public, default = minutes(90))]
    pub longest: Duration,
    #[attribute(public, max_length = 4)]
    pub badge: Option<Bytes>,
    #[has_many(public, key = race)]
    pub rounds: HasMany<Round>,
}

#[actions]
impl Race {
    #[read(primary, sort = [name], paginate(keyset, default = 50, max = 100))]
    fn list();

    #[create(accept = [name, laps, crowd, purse, slope, grip, held_on, starts_at, longest, badge])]
    fn announce();

    #[update(accept = [laps, crowd, purse, slope, grip, held_on, starts_at, longest, badge])]
    fn change();

    /// One more lap, and half of the slope.
    #[update(set(laps = |race| race.laps + 1), set(slope = |race| race.slope / 2.0))]
    fn extend();

    /// What it is given.
    #[action(query)]
    async fn repeat(
        small: i16,
        part: f64,
        day: Date,
        clock: Time,
        span: Duration,
        raw: Bytes,
    ) -> Result<Repeated, Error> {
        Ok(Repeated { small, part, day, clock, span, raw })
    }
}

#[derive(Object, Clone, Debug, PartialEq)]
pub struct Repeated {
    pub small: i16,
    pub part: f64,
    pub day: Date,
    pub clock: Time,
    pub span: Duration,
    pub raw: Bytes,
}

#[calculations]
impl Race {
    /// As long as all laps may take.
    #[calculation(public)]
    fn at_most(race: Row<Race>) -> Duration {
        race.longest * race.laps
    }

    #[calculation(public)]
    fn driven(race: Row<Race>) -> Duration {
        race.rounds().sum(|it| it.took)
    }

    #[calculation(public)]
    fn steepness(race: Row<Race>) -> Option<f64> {
        -race.slope / race.grip
    }
}

#[policies]
impl Race {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// One round of it.
#[resource(table = "rounds", entity)]
#[graphql(type = "Round")]
pub struct Round {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub took: Duration,
    #[belongs_to(public, on_delete = cascade)]
    pub race: BelongsTo<Race>,
}

#[actions]
impl Round {
    #[read(primary)]
    fn list();

    #[create(accept = [race, took])]
    fn drive();
}

#[policies]
impl Round {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Race, Round])]
pub struct Racing;

samara::app!(pub App, domains = [Racing]);
