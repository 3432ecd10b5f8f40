//! Sign-in: links, codes, sessions, limits.

mod code;
mod limit;
mod link;
mod mail;
mod session;
mod sweep;
