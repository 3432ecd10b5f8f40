//! The reference application: the backend of a social platform, as declarations.
//!
//! People explore, socialise, perform, role-play, strategise, compete, build and script in worlds; coordinators modify the
//! platform. All of it is activity. [`accounts`] says who people are, [`platform`] what they do, [`seeds`] fills a fresh
//! database for development.

pub mod accounts;
#[cfg(doctest)]
mod book;
pub mod platform;
pub mod seeds;

use accounts::{Accounts, Role, User};
use platform::Platform;
use samara::prelude::*;

samara::app!(
    pub App,
    domains = [Accounts, Platform],
    name = "Samara",
    admin = |actor: Actor<User>| actor.role == Role::Admin,
);
