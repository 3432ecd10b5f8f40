//! HTTP: routes, sign-in pages, security headers, limits and the server itself.
//!
//! ```text
//! connection → request id → log → security headers → limits → route → Visitor → page or JSON
//! ```
//! Other surfaces build on [`Site`] (what every route knows), [`Visitor`] (who asks, through which context), [`Form`] (a posted
//! form whose origin and token were checked), [`page`] (the layout) and [`PageError`] (an error as a page).

pub mod asset;
mod caller;
pub mod cookie;
pub mod csrf;
mod error;
mod flash;
mod graphql;
mod health;
mod home;
pub mod limits;
mod log;
mod mailbox;
mod me;
mod name;
mod origin;
pub mod page;
mod path;
mod peer;
mod request_id;
mod retry;
pub(crate) mod return_to;
mod router;
pub mod security;
mod serve;
mod session;
mod sign_in;
mod site;
mod stop;
pub(crate) mod value;

pub use axum::http::HeaderMap;
pub use csrf::{Form, FormFields};
pub use error::PageError;
pub use limits::ServerLimits;
pub use router::router;
pub use serve::serve;
pub use session::Visitor;
pub use site::{Identify, Site};
pub(crate) use stop::signal as stop_signal;
