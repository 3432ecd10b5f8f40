//! Renders operations as the text of files.

mod list;
mod migration;
mod source;
mod surface;

pub use list::migration_list;
pub use migration::{is_as_generated, is_generated, migration, said_with};
pub use surface::{admin, graphql, policies};
pub(crate) use surface::{no_api, not_understood};
