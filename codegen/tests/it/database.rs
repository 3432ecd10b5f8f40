//! Fresh databases of both kinds.

use samara::migration::create;
use tempfile::TempDir;

/// A database that is gone when it goes out of scope.
pub struct Fresh {
    pub url: String,
    _folder: Option<TempDir>,
}

impl Fresh {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/nested/app.db?mode=rwc", folder.path().display());
        Self { url, _folder: Some(folder) }
    }

    pub async fn created(self) -> Self {
        create(&self.url).await.unwrap();
        self
    }
}

impl Fresh {
    pub async fn postgres() -> Option<Self> {
        let server = std::env::var("SAMARA_TEST_POSTGRES").ok()?;
        let name = format!("t{}", uuid());
        Some(Self { url: format!("{server}/{name}"), _folder: None }.created().await)
    }
}
fn uuid() -> String {
    format!("{:x}", std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos())
}
