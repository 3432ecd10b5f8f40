//! Where settings come from: the environment, and on a developer's machine a file beside the workspace's `Cargo.lock`.

use std::path::{Path, PathBuf};

use super::SettingError;
use super::read::ENVIRONMENT;

/// The file's name.
const FILE: &str = ".env";

/// Named variables with their values. The environment's come before the file's.
#[derive(Clone, Default)]
pub(crate) struct Variables {
    in_file: Vec<(String, String)>,
}

impl Variables {
    /// Those of this process. In production no file is read.
    ///
    /// # Errors
    /// If the file cannot be read, or says where the program runs.
    pub(crate) fn of_process() -> Result<Self, SettingError> {
        if in_environment(ENVIRONMENT).is_some_and(|it| it.trim() == "prod") {
            return Ok(Self::default());
        }
        let Some(file) = std::env::current_dir().ok().and_then(|it| find(&it)) else { return Ok(Self::default()) };
        Self::in_file(&file)
    }

    /// Those of a file.
    pub(super) fn in_file(file: &Path) -> Result<Self, SettingError> {
        let unreadable = |rule: String| SettingError { variable: FILE, holds: None, rule };
        // The error itself would print a line, which may hold a password.
        let read = dotenvy::from_path_iter(file).and_then(|lines| lines.collect::<Result<Vec<_>, _>>());
        let in_file = read.map_err(|error| match error {
            dotenvy::Error::LineParse(..) => unreadable(format!(
                "{} has a line that is no `NAME=value`; a value with `$`, `#` or spaces stands in single quotes",
                file.display()
            )),
            other => unreadable(format!("{} cannot be read: {other}", file.display())),
        })?;
        if in_file.iter().any(|(name, _)| name == ENVIRONMENT) {
            let rule = format!(
                "it stands in {}, which is for a developer's machine alone; set it in the environment",
                file.display()
            );
            return Err(SettingError { variable: ENVIRONMENT, holds: None, rule });
        }
        Ok(Self { in_file })
    }

    /// The variable's text.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        in_environment(name).or_else(|| {
            let found = self.in_file.iter().rev().find(|(it, _)| it == name);
            found.map(|(_, value)| value.clone())
        })
    }

    /// Every name.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> + '_ {
        let in_environment = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
        in_environment.chain(self.in_file.iter().map(|(name, _)| name.clone()))
    }
}

fn in_environment(name: &str) -> Option<String> {
    std::env::var_os(name).map(|it| it.to_string_lossy().into_owned())
}

/// The file in this folder, or in one around it up to the workspace's root, which holds `Cargo.lock`. Where there is no such root, only this
/// folder's: what lies further up may be somebody else's.
pub(super) fn find(folder: &Path) -> Option<PathBuf> {
    let root = folder.ancestors().find(|it| it.join("Cargo.lock").is_file()).unwrap_or(folder);
    let mut inside = folder.ancestors().take_while(|it| it.starts_with(root)).map(|it| it.join(FILE));
    inside.find(|it| it.is_file())
}
