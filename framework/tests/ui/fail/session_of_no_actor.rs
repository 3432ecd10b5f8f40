//! A session of somebody who cannot sign in.

use samara::prelude::*;

#[resource(table = "sessions")]
#[session(user = Session)]
pub struct Session {
    #[id]
    pub id: Uuid,
}

#[policies]
impl Session {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Session])]
pub struct Library;

fn main() {}
