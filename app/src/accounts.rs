//! Who people are and how they sign in.

mod magic_link;
mod session;
mod user;

pub use magic_link::MagicLink;
pub use session::Session;
pub use user::{Role, User};

use samara::prelude::*;

/// People, and how they sign in.
#[domain(resources = [User, MagicLink, Session])]
pub struct Accounts;
