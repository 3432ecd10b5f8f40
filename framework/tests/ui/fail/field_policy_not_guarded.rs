//! A field policy on a field that always shows.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[resource(table = "notes")]
pub struct Note {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub text: String,
    #[attribute(public)]
    pub rank: i64,
    #[belongs_to(public, on_delete = restrict)]
    pub user: BelongsTo<User>,
}

#[actions]
impl Note {
    #[read(primary)]
    fn list();
    #[create(accept = [text, rank], relate_actor = user)]
    fn record();
}

#[policies]
impl Note {
    #[field_policy(text)]
    fn own(note: Row<Note>, actor: Actor<User>) -> bool {
        note.user_id == actor.id
    }
}

#[domain(resources = [Note])]
pub struct Notes;

fn main() {}
