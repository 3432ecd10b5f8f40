//! Migrations: what their sources are written in, and what runs them.
//!
//! `samara codegen` writes migrations; each is a real SeaORM [`MigrationTrait`] in terms of [`Schema`], one source for both
//! databases. A [`Migrator`] runs them, each in one transaction, several migrators at once or not. The crate that holds them
//! depends on `samara` alone:
//!
//! ```
//! use samara::migration::{Column, DbErr, MigrationName, MigrationTrait, Schema, SchemaManager, Table, async_trait};
//!
//! struct CreateWorlds;
//!
//! impl MigrationName for CreateWorlds {
//!     fn name(&self) -> &str {
//!         "m20260101_120000_create_worlds"
//!     }
//! }
//!
//! #[async_trait]
//! impl MigrationTrait for CreateWorlds {
//!     async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
//!         let worlds = Table::new("worlds").with(Column::uuid("id").primary_key()).with(Column::text("name"));
//!         Schema::of(manager).create_table(worlds).await
//!     }
//!
//!     async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
//!         Schema::of(manager).drop_table("worlds").await
//!     }
//! }
//! ```
//! A migration of your own may use all of SeaORM through [`sea_orm`]; keep its name in the form `mYYYYMMDD_HHMMSS_what`.

mod convert;
mod error;
mod lock;
mod migrator;
mod physical;
mod present;
mod rebuild;
mod rows;
mod schema;
mod server;
mod statement;
mod values;

pub use async_trait::async_trait;
pub use sea_orm_migration::sea_orm;
pub use sea_orm_migration::sea_orm::DbErr;
pub use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

pub use crate::table::{Column, Comparison, Fill, Index, OnDelete, RowCondition, Storage, Table, ValueRules};

pub use error::{Error, MigrationCode};
pub use migrator::{MigrationState, MigrationStatus, Migrations, Migrator, Replaced};
pub use physical::physical_type;
pub(crate) use present::require_tables;
pub use rebuild::Rebuild;
pub use schema::{Schema, create_tables};
pub use server::{Created, Dropped, create, create_missing, drop, exists_here, name};
