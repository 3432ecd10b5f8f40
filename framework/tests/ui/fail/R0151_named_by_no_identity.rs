//! An action names its row by what several rows may have.

use samara::prelude::*;

#[resource(table = "albums", identity(title_per_artist = [artist, title]))]
pub struct Album {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub slug: String,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub artist: String,
    #[attribute(public)]
    pub year: i64,
}

#[actions]
impl Album {
    #[update(get = year, accept = [title])]
    fn of_year();

    #[update(get = slgu, accept = [title])]
    fn misspelt();

    #[destroy(get(artist, year))]
    fn of_both();

    #[destroy(get(artist, titel))]
    fn of_nothing();

    #[read(get = title)]
    fn called();

    #[destroy(get)]
    fn of_none();

    #[update(get("slug"), accept = [title])]
    fn of_text();

    #[update(of = owner, accept = [title])]
    fn own();
}

#[policies]
impl Album {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Album])]
pub struct Catalogue;

fn main() {}
