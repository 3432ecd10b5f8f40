//! HTTP: statuses, headers, forgery, limits, start pages and the end of a server.

mod cors;
mod forgery;
mod graphql;
mod limits;
mod listed;
mod log;
mod named;
mod outage;
mod pages;
mod stop;
