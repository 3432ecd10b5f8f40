//! A stored row can take only what an upsert gives it, by an update.

use samara::prelude::*;

#[resource(table = "albums")]
pub struct Album {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub slug: String,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub note: Option<String>,
}

#[actions]
impl Album {
    #[create(accept = [slug, title], upsert(slug, fields = [title]))]
    fn by_nobody();

    #[create(accept = [slug, title], upsert(slug, update = revise, fields = [note]))]
    fn not_accepted();

    #[create(accept = [slug, title], upsert(slug, update = revise, fields = [slug]))]
    fn identity();

    #[create(accept = [slug, title], upsert = title)]
    fn not_unique();

    #[create(accept = [slug, title], upsert)]
    fn by_nothing();

    #[create(accept = [slug, title], upsert(slug, when = true))]
    fn unknown();

    #[update(accept = [title])]
    fn revise();
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
