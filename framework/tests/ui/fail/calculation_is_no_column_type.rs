//! A calculation of a type that no column can have.

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
    #[policy(always)]
    fn signed_in(actor: Actor<User>) -> bool {
        actor.is_present()
    }
}

#[calculations]
impl Note {
    #[calculation(public)]
    fn half(note: Row<Note>) -> u32 {
        note.rank
    }
}

#[domain(resources = [Note])]
pub struct Notes;

fn main() {}
