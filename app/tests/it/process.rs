//! The binary as whoever runs it meets it: how it starts, what it says, what it stands, and how it ends.

mod command;
mod database;
mod grant;
mod killed;
mod migrations;
mod seeds;
mod settings;
mod start;
mod stop;
mod two;
