//! HTTP: routes, sign-in pages, security headers, limits and the server itself.
//!
//! ```text
//! connection → request id → log → security headers → CORS → limits → route → Visitor → page or JSON
//! ```
//! It puts the surfaces together; what all pages are made with is in [`crate::site`].

mod cors;
mod graphql;
mod health;
mod home;
pub mod limits;
mod log;
mod mailbox;
mod me;
mod path;
mod router;
mod routes;
pub mod security;
mod serve;
mod sign_in;
mod stop;

pub use router::router;
pub use routes::{Route, routes};
pub use serve::serve;
pub(crate) use stop::signal as stop_signal;
