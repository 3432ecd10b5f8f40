//! Three mistakes give three errors.

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
    #[policy(read)]
    fn one(note: Row<Note>) -> bool {
        note.text == 3
    }

    #[policy(create)]
    fn two(note: Row<Note>) -> bool {
        note.rank % 2 == 0
    }

    #[policy(update)]
    fn three(note: Row<Note>, actor: Actor<User>) -> bool {
        note.user_id == actor.nam
    }
}

#[domain(resources = [Note])]
pub struct Notes;

fn main() {}
