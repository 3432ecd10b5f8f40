//! Files that are part of the program, each under an address that changes with its content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

use super::PageError;

/// A file that is part of the program.
#[derive(Debug)]
pub struct Asset {
    name: &'static str,
    extension: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
    path: LazyLock<String>,
}

macro_rules! asset {
    ($(#[$docs:meta])* $constant:ident = $name:literal . $extension:literal, $content_type:literal) => {
        $(#[$docs])*
        pub static $constant: Asset = Asset {
            name: $name,
            extension: $extension,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../../assets/", $name, ".", $extension)),
            path: LazyLock::new(|| $constant.hashed_path()),
        };
    };
}

asset!(
    /// The one stylesheet of every page.
    STYLESHEET = "samara"."css", "text/css; charset=utf-8"
);

asset!(
    /// htmx, see `assets/README.md`.
    HTMX = "htmx-4.0.1.min"."js", "text/javascript; charset=utf-8"
);
asset!(
    /// Shows times in the browser's zone.
    TIMES = "times"."js", "text/javascript; charset=utf-8"
);
asset!(
    /// What the admin's lists and pickers need beside htmx.
    LISTS = "lists"."js", "text/javascript; charset=utf-8"
);
asset!(
    /// The mark: a samara.
    ICON = "samara"."svg", "image/svg+xml"
);

asset!(
    /// The page around GraphiQL, in dev.
    GRAPHIQL_PAGE_STYLE = "graphiql-page"."css", "text/css; charset=utf-8"
);
asset!(
    /// Starts GraphiQL.
    GRAPHIQL_START = "graphiql-start"."js", "text/javascript; charset=utf-8"
);
asset!(
    /// GraphiQL's own style, see `assets/README.md`.
    GRAPHIQL_STYLE = "graphiql-4.1.2.min"."css", "text/css; charset=utf-8"
);
asset!(
    /// GraphiQL, see `assets/README.md`.
    GRAPHIQL = "graphiql-4.1.2.min"."js", "text/javascript; charset=utf-8"
);
asset!(
    /// React, for GraphiQL.
    REACT = "react-18.3.1.min"."js", "text/javascript; charset=utf-8"
);
asset!(
    /// React's renderer, for GraphiQL.
    REACT_DOM = "react-dom-18.3.1.min"."js", "text/javascript; charset=utf-8"
);

/// Every file that is served.
static ALL: [&Asset; 11] = [
    &STYLESHEET,
    &HTMX,
    &TIMES,
    &LISTS,
    &ICON,
    &GRAPHIQL_PAGE_STYLE,
    &GRAPHIQL_START,
    &GRAPHIQL_STYLE,
    &GRAPHIQL,
    &REACT,
    &REACT_DOM,
];

impl Asset {
    /// Its address: `/assets/samara-0f1e2d3c4b5a.css`.
    pub fn path(&self) -> &str {
        &self.path
    }

    fn hashed_path(&self) -> String {
        let digest = Sha256::digest(self.bytes);
        let hash: String = digest.iter().take(6).map(|it| format!("{it:02x}")).collect();
        format!("/assets/{}-{hash}.{}", self.name, self.extension)
    }
}

/// `GET /assets/{file}`: browsers keep it forever, because other content gets another address.
pub(crate) async fn get(Path(file): Path<String>) -> Response {
    let path = format!("/assets/{file}");
    let Some(asset) = ALL.iter().find(|it| it.path() == path) else {
        return PageError::not_found().into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    (StatusCode::OK, headers, asset.bytes).into_response()
}
