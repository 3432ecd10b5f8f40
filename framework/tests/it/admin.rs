//! The admin surface: what it shows follows from the declaration, and it does nothing that its visitor may not do.

mod access;
mod deleted;
mod describe;
mod faults;
pub(crate) mod fixture;
mod forms;
mod lists;
mod notices;
mod own;
mod revoke;
mod screens;
pub(crate) mod served;
mod statements;
mod tenants;
