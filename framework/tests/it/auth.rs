//! Sign-in: links, codes, sessions, limits.

mod code;
mod limit;
mod link;
mod mail;
mod roles;
mod session;
mod sweep;
