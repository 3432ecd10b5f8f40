//! The manifest: a declaration as JSON, written by the app and read by whatever generates from it.
//!
//! ```json
//! { "samara": "0.1.0", "format": 1, "app": { "domains": […], "resources": […], "enums": […] } }
//! ```
//! Equal declarations give equal text. The format's number is raised when an older reader would misunderstand a newer manifest.

use serde::{Deserialize, Serialize};

use crate::ir::App;

/// A declaration, with what is needed to know whether it can be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the framework that wrote it.
    pub samara: String,
    /// The format of `app`, see [`Manifest::FORMAT`].
    pub format: u32,
    /// The declaration.
    pub app: App,
}

/// Why a manifest cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is cut off or no JSON at all.
    #[error("the manifest is not JSON: {0}")]
    NotJson(#[source] serde_json::Error),
    /// It is JSON without a format.
    #[error("this is not a manifest: it has no `format`")]
    NotAManifest,
    /// A later version of the framework wrote it.
    #[error(
        "the manifest has format {format}, written by samara {samara}; this is samara {} and reads format {}",
        VERSION,
        Manifest::FORMAT
    )]
    Newer {
        /// Its format.
        format: u64,
        /// The version that wrote it, `?` if it does not say.
        samara: String,
    },
    /// It has the right format but not the right content: edited by hand, or by a version in between.
    #[error("the manifest cannot be understood: {0}")]
    Content(#[source] serde_json::Error),
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The fields that are read first.
#[derive(Deserialize)]
struct Head {
    format: Option<u64>,
    samara: Option<String>,
}

impl Manifest {
    /// The format that this version writes, and the latest that it reads.
    pub const FORMAT: u32 = 1;

    /// The manifest of a declaration.
    pub fn new(app: App) -> Self {
        Self { samara: VERSION.into(), format: Self::FORMAT, app }
    }

    /// As indented JSON with a line feed at the end.
    ///
    /// # Errors
    /// A value that JSON cannot hold, such as a time out of range; never for a verified declaration.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// Reads what [`Manifest::to_json`] wrote. The declaration is not verified: see [`crate::ir::verify`].
    ///
    /// # Errors
    /// What is wrong with the text, with line and column where there are some.
    pub fn from_json(text: &str) -> Result<Self, ManifestError> {
        let head: serde_json::Value = serde_json::from_str(text).map_err(ManifestError::NotJson)?;
        let Ok(Head { format: Some(format), samara }) = serde_json::from_value(head) else {
            return Err(ManifestError::NotAManifest);
        };
        if format > u64::from(Self::FORMAT) {
            return Err(ManifestError::Newer { format, samara: samara.unwrap_or_else(|| "?".into()) });
        }
        serde_json::from_str(text).map_err(ManifestError::Content)
    }
}
