//! Pure generators over the manifest: declaration and snapshots in, files out; and the command line around them.
//!
//! ```text
//! manifest ──declared──▶ tables ─┐
//! migrations/snapshots ──────────┴diff──▶ Operations ──emit──▶ GeneratedFiles ──write──▶ disk
//! ```
//! Everything up to [`mod@write`] is a pure function: equal input gives equal files. [`mod@write`] alone touches generated files, and
//! `--check` compares instead.

pub mod access;
pub mod apply;
pub mod cli;
pub mod client;
mod command;
pub mod diagnostic;
pub mod diagram;
pub mod diff;
pub mod emit;
pub mod file;
mod format;
pub mod generate;
mod git;
mod hand_over;
pub mod manifest;
mod nearest;
pub mod new;
pub mod operation;
mod progress;
mod prompt;
pub mod question;
pub mod replace;
pub mod scaffold;
pub mod snapshot;
mod sources;
mod template;
mod toolchain;
pub mod workspace;
pub mod write;

pub use diagnostic::{Diagnostic, DiagnosticCode};
pub use file::GeneratedFile;
pub use generate::{GeneratedFiles, GeneratorInput, generate};
pub use operation::Operation;
