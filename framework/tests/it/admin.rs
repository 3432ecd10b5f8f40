//! The admin surface: what it shows follows from the declaration, and it does nothing that its visitor may not do.

mod access;
mod describe;
mod faults;
mod fixture;
mod forms;
mod lists;
mod revoke;
mod screens;
mod served;
mod statements;
