//! Operations → the text of files.

mod list;
mod migration;
mod source;

pub use list::migration_list;
pub use migration::migration;
