//! GraphiQL, for browsers in dev: vendored, so it works without any other host.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use maud::{DOCTYPE, html};

use crate::settings::Environment;

use crate::site::asset::{GRAPHIQL, GRAPHIQL_PAGE_STYLE, GRAPHIQL_START, GRAPHIQL_STYLE, REACT, REACT_DOM};
use crate::site::{Site, name};

/// GraphiQL's editor writes style elements, and its fonts and images are in its stylesheet; scripts stay strict.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Whether a browser asks for a page, in dev.
pub(super) fn is_wanted(site: &Site, headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(header::ACCEPT).into_iter().filter_map(|it| it.to_str().ok());
    site.settings().environment == Environment::Dev && accepts.into_iter().any(|it| it.contains("text/html"))
}

pub(super) fn page() -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "GraphiQL – " (name::current()) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(GRAPHIQL_STYLE.path());
                link rel="stylesheet" href=(GRAPHIQL_PAGE_STYLE.path());
                script src=(REACT.path()) defer {}
                script src=(REACT_DOM.path()) defer {}
                script src=(GRAPHIQL.path()) defer {}
                script src=(GRAPHIQL_START.path()) defer {}
            }
            body { div #graphiql { "GraphiQL needs JavaScript." } }
        }
    };
    ([(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY)], page).into_response()
}
