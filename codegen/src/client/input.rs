//! What the generator of one client depends on besides the declaration, read from the workspace.

use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use samara::ir::App;

use super::fragment::{FragmentFile, fragments};
use super::model::Model;
use super::settings::ClientSettings;
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;

/// One client, and what lies in its folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientInput {
    /// Where it is.
    pub settings: ClientSettings,
    /// Its `.graphql` files, sorted by path.
    pub fragments: Vec<FragmentFile>,
    /// The files there that were generated for this client, relative to the workspace's root, sorted.
    pub generated: Vec<PathBuf>,
}

impl ClientInput {
    /// Reads it from the workspace at `root`, whose app is `package`.
    ///
    /// # Errors
    /// `R0815` if there is no folder of its fragments; `R0713` if something cannot be read.
    pub fn read(root: &Path, package: &str, settings: ClientSettings) -> Result<Self, Diagnostic> {
        let mut paths = Vec::new();
        if let Some(operations) = &settings.operations {
            // One that holds the client itself is there once that is written.
            if !root.join(operations).is_dir() && !settings.out.starts_with(operations) {
                let help =
                    "make it, or take `operations` out of the client's settings; its `.graphql` files hold fragments";
                let message = format!("there is no folder `{}`, where fragments would be", operations.display());
                return Err(Diagnostic::new(DiagnosticCode::ClientSettings, message, help));
            }
            collect(root, operations, &mut paths)?;
        }
        paths.retain(|it| it.extension().is_some_and(|it| it == "graphql"));
        let file = |path: PathBuf| match fs::read_to_string(root.join(&path)) {
            Ok(text) => Ok(FragmentFile { path, text }),
            Err(error) => Err(unreadable(&path, &error)),
        };
        let fragments = paths.into_iter().map(file).collect::<Result<_, _>>()?;
        let mut generated = Vec::new();
        collect(root, &settings.folder(package), &mut generated)?;
        let origin = settings.language.origin(package);
        let mut ours = Vec::new();
        for path in generated {
            if starts_with_header(&root.join(&path), &origin).map_err(|error| unreadable(&path, &error))? {
                ours.push(path);
            }
        }
        Ok(Self { settings, fragments, generated: ours })
    }
}

/// The files of these clients, relative to the workspace's root; those that are generated no more are absent. Pure.
///
/// # Errors
/// As [`Model::of`] and [`fragments`]; `R0814`.
pub fn generate(app: &App, package: &str, clients: &[ClientInput]) -> Result<Vec<GeneratedFile>, Vec<Diagnostic>> {
    if clients.is_empty() {
        return Ok(Vec::new());
    }
    let model = Model::of(app, package).map_err(|it| vec![it])?;
    let (mut files, mut found) = (Vec::new(), Vec::new());
    for client in clients {
        let made = fragments(&model, &client.fragments).and_then(|it| client.settings.files(&model, &it));
        match made {
            Ok(made) => files.extend(made),
            Err(several) => found.extend(several),
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    // A client may lie in the folder of another.
    let made: BTreeSet<PathBuf> = files.iter().map(|it| it.path().clone()).collect();
    let gone: BTreeSet<&PathBuf> =
        clients.iter().flat_map(|it| &it.generated).filter(|it| !made.contains(*it)).collect();
    files.extend(gone.into_iter().map(|path| GeneratedFile::Absent { path: path.clone() }));
    files.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(files)
}

/// The files below a folder, sorted; none if there is no such folder. What others install or hide there is not looked at.
fn collect(root: &Path, folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Diagnostic> {
    let entries = match fs::read_dir(root.join(folder)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(folder, &error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let name = entry.file_name();
        let told = name.to_string_lossy();
        if told.starts_with('.') || matches!(&*told, "node_modules" | "target") {
            continue;
        }
        let kind = entry.file_type().map_err(|error| unreadable(folder, &error))?;
        if kind.is_dir() {
            collect(root, &folder.join(&name), paths)?;
        } else if kind.is_file() {
            paths.push(folder.join(&name));
        }
    }
    paths.sort();
    Ok(())
}

/// How far into a file its header may reach, in bytes.
const HEADER: u64 = 2_000;

fn starts_with_header(path: &Path, origin: &str) -> std::io::Result<bool> {
    let mut start = Vec::new();
    fs::File::open(path)?.take(HEADER).read_to_end(&mut start)?;
    Ok(String::from_utf8_lossy(&start).contains(origin))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let help = "check that this user may read it, and that it is UTF-8";
    Diagnostic::new(DiagnosticCode::Files, format!("it could not be read: {error}"), help).at(path.display())
}
