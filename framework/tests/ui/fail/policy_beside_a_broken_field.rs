//! A broken field and a typo in a policy are both shown.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[resource(table = "notes")]
pub struct Note {
    #[id]
    pub id: Uuid,
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
    #[create(accept = [rank], relate_actor = user)]
    fn record();
}

#[policies]
impl Note {
    #[policy(read)]
    fn own(note: Row<Note>) -> bool {
        note.rnk > 3
    }
}

#[domain(resources = [Note])]
pub struct Notes;

fn main() {}
