//! Finds the workspace, the app in it, and the files in the folder of its migrations.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use samara::table::Table;
use serde::Deserialize;

use crate::client::ClientSettings;
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::generate::Layout;
use crate::{progress, snapshot, toolchain};

/// A workspace with an app in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// The app's package.
    pub app: String,
    /// The features that the app is built with when its migrations are left out; `None` if they cannot be left out.
    pub without_migrations: Option<Vec<String>>,
    /// Its folders.
    pub layout: Layout,
    /// The oldest Rust that all of its packages take, where one says so: `1.95`.
    pub rust_version: Option<String>,
    /// What `[workspace.metadata.samara.clients]` says, not read yet: a command that generates no client does not fail of it.
    clients: serde_json::Value,
}

/// The part of the output of `cargo metadata` that is needed here.
#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    packages: Vec<Package>,
    metadata: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    features: std::collections::BTreeMap<String, Vec<String>>,
    targets: Vec<Target>,
    rust_version: Option<String>,
}

/// What is built of a package.
#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Metadata {
    /// `[workspace.metadata.samara] key = "…"`.
    fn setting(&self, key: &str) -> Option<&str> {
        self.samara(key).and_then(serde_json::Value::as_str)
    }

    /// What `[workspace.metadata.samara]` has under a key.
    fn samara(&self, key: &str) -> Option<&serde_json::Value> {
        self.metadata.as_ref().and_then(|it| it.get("samara")).and_then(|it| it.get(key))
    }
}

/// A workspace's own `samara`: a package of it, so that its version is that of `Cargo.lock`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Generator {
    /// The package, as `[workspace.metadata.samara] codegen = "…"` says it; `None` if the workspace has none.
    pub(crate) package: Option<String>,
    /// Its program, which may not be built yet.
    pub(crate) program: Option<PathBuf>,
    /// The version of the framework in `Cargo.lock`.
    pub(crate) version: Option<String>,
    /// Where the workspace's programs are built.
    pub(crate) target_folder: PathBuf,
}

impl Generator {
    /// That of the workspace around `folder`; `None` if there is no workspace, or nothing of this framework in it.
    pub(crate) fn find(folder: &Path) -> Option<Self> {
        let output = cargo(folder).args(["metadata", "--no-deps", "--format-version", "1"]).output().ok()?;
        let metadata: Metadata = serde_json::from_slice(&output.stdout).ok()?;
        let named = metadata.setting("codegen").unwrap_or(env!("CARGO_PKG_NAME"));
        let package = metadata.packages.iter().find(|it| it.name == named);
        let program = package.and_then(|it| it.targets.iter().find(|it| it.kind.iter().any(|it| it == "bin")));
        let program = program.map(|it| format!("{}{}", it.name, std::env::consts::EXE_SUFFIX));
        let lock = fs::read_to_string(metadata.workspace_root.join("Cargo.lock")).unwrap_or_default();
        let version = locked_version(&lock);
        (package.is_some() || version.is_some()).then(|| Self {
            package: package.map(|it| it.name.clone()),
            program: program.map(|it| metadata.target_directory.join("debug").join(it)),
            version,
            target_folder: metadata.target_directory.clone(),
        })
    }

    /// The command that runs it in `folder`.
    pub(crate) fn run(&self, folder: &Path, package: &str, quiet: bool, arguments: &[OsString]) -> Command {
        let mut command = cargo(folder);
        command.arg("run");
        if quiet {
            command.arg("--quiet");
        }
        command.args(["--package", package, "--"]).args(arguments);
        command
    }
}

/// The version of the framework in a `Cargo.lock`.
fn locked_version(lock: &str) -> Option<String> {
    let lock: toml_edit::DocumentMut = lock.parse().ok()?;
    let packages = lock.get("package")?.as_array_of_tables()?;
    let framework = packages.iter().find(|it| it.get("name").and_then(toml_edit::Item::as_str) == Some("samara"))?;
    framework.get("version")?.as_str().map(str::to_owned)
}

impl Workspace {
    /// Finds the workspace around `folder`, and the app: `app` if it is given, else what
    /// `[workspace.metadata.samara] app = "…"` says.
    ///
    /// # Errors
    /// `R0712`.
    pub fn find(folder: &Path, app: Option<&str>) -> Result<Self, Diagnostic> {
        let output = cargo(folder).args(["metadata", "--no-deps", "--format-version", "1"]).output();
        let output = output.map_err(|error| no_cargo(&error))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let help = "run it in a folder of a workspace, and repair its Cargo.toml if that is what is wrong";
            return Err(Diagnostic::new(
                DiagnosticCode::Workspace,
                format!("no workspace here: {}", said.trim()),
                help,
            )
            .at(folder.display()));
        }
        let metadata: Metadata = serde_json::from_slice(&output.stdout).map_err(|error| {
            Diagnostic::new(
                DiagnosticCode::Workspace,
                format!("cargo's answer is not understood: {error}"),
                "update cargo, or `samara`",
            )
        })?;
        Self::of(metadata, app)
    }

    fn of(metadata: Metadata, app: Option<&str>) -> Result<Self, Diagnostic> {
        let Some(app) = app.or_else(|| metadata.setting("app")) else {
            let help = "add `[workspace.metadata.samara]` with `app = \"…\"` to it, or say `--app PACKAGE`";
            let place = metadata.workspace_root.join("Cargo.toml");
            return Err(Diagnostic::new(
                DiagnosticCode::Workspace,
                "the workspace does not say which package is the app",
                help,
            )
            .at(place.display()));
        };
        let Some(package) = metadata.packages.iter().find(|it| it.name == app) else {
            let names: Vec<&str> = metadata.packages.iter().map(|it| it.name.as_str()).collect();
            let help = format!("the workspace has {}", names.join(", "));
            return Err(Diagnostic::new(DiagnosticCode::Workspace, format!("there is no package `{app}`"), help));
        };
        let root = &metadata.workspace_root;
        let relative = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
        let layout = Layout {
            app: relative(package.manifest_path.parent().unwrap_or(root)),
            migrations: PathBuf::from(metadata.setting("migrations").unwrap_or("migrations")),
        };
        let without_migrations = package.features.contains_key("migrations").then(|| {
            let defaults = package.features.get("default").map(Vec::as_slice).unwrap_or_default();
            defaults.iter().filter(|it| *it != "migrations").cloned().collect()
        });
        let rust_version = metadata.packages.iter().filter_map(|it| it.rust_version.clone());
        let rust_version = rust_version.max_by_key(|it| toolchain::numbers(it));
        let clients = metadata.samara("clients").cloned().unwrap_or_default();
        Ok(Self { root: root.clone(), app: app.to_owned(), without_migrations, layout, rust_version, clients })
    }

    /// The clients that are generated with everything else, sorted by language.
    ///
    /// # Errors
    /// `R0815`.
    pub fn clients(&self) -> Result<Vec<ClientSettings>, Vec<Diagnostic>> {
        ClientSettings::read(&self.clients)
    }

    /// Builds the app; whether it compiles. The compiler's own words go to standard error.
    ///
    /// # Errors
    /// `R0712` if cargo cannot be run.
    pub fn build_app(&self) -> Result<bool, Diagnostic> {
        self.build(&[])
    }

    /// The same without its migrations, if it can be built so.
    ///
    /// # Errors
    /// As [`Workspace::build_app`].
    pub fn build_app_without_migrations(&self) -> Result<bool, Diagnostic> {
        self.build(&self.features_without_migrations())
    }

    /// The command that runs the app with these arguments, in the root.
    pub fn run_app(&self, arguments: &[&str]) -> Command {
        self.run(&[], arguments)
    }

    /// As [`Workspace::run_app`], with an app that was built without its migrations if it can be.
    pub fn run_app_without_migrations(&self, arguments: &[&str]) -> Command {
        self.run(&self.features_without_migrations(), arguments)
    }

    fn build(&self, features: &[String]) -> Result<bool, Diagnostic> {
        let mut command = cargo(&self.root);
        command.args(["build", "--quiet", "--package", &self.app]).args(features);
        let status = progress::watch(&mut command, &format!("building `{}`", self.app));
        Ok(status.map_err(|error| no_cargo(&error))?.success())
    }

    fn run(&self, features: &[String], arguments: &[&str]) -> Command {
        let mut command = cargo(&self.root);
        command.args(["run", "--quiet", "--package", &self.app]).args(features).arg("--").args(arguments);
        command
    }

    /// Cargo's flags for all default features but that of the migrations.
    fn features_without_migrations(&self) -> Vec<String> {
        let Some(features) = &self.without_migrations else { return Vec::new() };
        let mut flags = vec!["--no-default-features".to_owned()];
        if !features.is_empty() {
            flags.extend(["--features".to_owned(), features.join(",")]);
        }
        flags
    }

    /// The snapshots, sorted by table.
    ///
    /// # Errors
    /// `R0702`, `R0703`, `R0713`; all problems at once.
    pub fn snapshots(&self) -> Result<Vec<Table>, Vec<Diagnostic>> {
        self.snapshots_in(&snapshot::folder(&self.layout.migrations))
    }

    /// The snapshots that migrations without a name made, sorted by table. Errors as [`Workspace::snapshots`].
    pub fn unnamed_snapshots(&self) -> Result<Vec<Table>, Vec<Diagnostic>> {
        self.snapshots_in(&snapshot::unnamed_folder(&self.layout.migrations))
    }

    /// The migrations with a name that stood when the first without one was written; `None` if that is nowhere noted.
    ///
    /// # Errors
    /// `R0713`.
    pub fn named_before_unnamed(&self) -> Result<Option<Vec<String>>, Diagnostic> {
        let text = self.read(snapshot::named_before_unnamed(&self.layout.migrations))?;
        Ok(text.map(|it| it.lines().map(str::to_owned).collect()))
    }

    /// The text of a file, whose path is relative to the root; `None` if it is not there.
    ///
    /// # Errors
    /// `R0713`.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Option<String>, Diagnostic> {
        match fs::read_to_string(self.root.join(&path)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unreadable(path.as_ref(), &error)),
        }
    }

    fn snapshots_in(&self, folder: &Path) -> Result<Vec<Table>, Vec<Diagnostic>> {
        let mut tables = Vec::new();
        let mut mistakes = Vec::new();
        for name in self.listing(folder, ".json")? {
            let path = folder.join(&name);
            let text = fs::read_to_string(self.root.join(&path)).map_err(|error| unreadable(&path, &error));
            match text.and_then(|text| snapshot::read(&path, &text)) {
                Ok(table) => tables.push(table),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if mistakes.is_empty() { Ok(tables) } else { Err(mistakes) }
    }

    /// The modules of the migrations, generated or not, sorted.
    ///
    /// # Errors
    /// `R0713`.
    pub fn migrations(&self) -> Result<Vec<String>, Diagnostic> {
        let names = self.listing(&self.layout.migrations.join("src"), ".rs")?;
        let modules = names.iter().filter_map(|it| it.strip_suffix(".rs")).filter(|it| is_migration(it));
        Ok(modules.map(str::to_owned).collect())
    }

    /// The path of a migration's source, relative to the root.
    pub fn source(&self, module: &str) -> PathBuf {
        self.layout.migrations.join("src").join(format!("{module}.rs"))
    }

    /// The source of a migration.
    ///
    /// # Errors
    /// `R0713`.
    pub fn read_source(&self, module: &str) -> Result<String, Diagnostic> {
        let path = self.source(module);
        fs::read_to_string(self.root.join(&path)).map_err(|error| unreadable(&path, &error))
    }

    /// The modules in the list of migrations whose files are missing, as the list names them.
    ///
    /// # Errors
    /// `R0713`.
    pub fn lost_migrations(&self) -> Result<Vec<String>, Diagnostic> {
        let list = self.layout.migrations.join("src/lib.rs");
        let text = self.read(&list)?.unwrap_or_default();
        let there = self.migrations()?;
        let listed = text.lines().filter_map(|it| it.trim().strip_prefix("mod ")?.strip_suffix(';'));
        Ok(listed.filter(|it| is_migration(it) && !there.iter().any(|other| other == it)).map(str::to_owned).collect())
    }

    /// The names in a folder that end so, sorted; none if there is no such folder.
    fn listing(&self, folder: &Path, end: &str) -> Result<Vec<String>, Diagnostic> {
        let entries = match fs::read_dir(self.root.join(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(folder, &error)),
        };
        let names: Result<Vec<OsString>, _> = entries.map(|it| it.map(|it| it.file_name())).collect();
        let names = names.map_err(|error| unreadable(folder, &error))?;
        let mut names: Vec<String> =
            names.into_iter().filter_map(|it| it.into_string().ok()).filter(|it| it.ends_with(end)).collect();
        names.sort();
        Ok(names)
    }
}

/// `mYYYYMMDD_HHMMSS_what`.
pub(crate) fn is_migration(module: &str) -> bool {
    let digits =
        |range: std::ops::Range<usize>| module.get(range).is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()));
    let dash = |at: usize| module.get(at..=at) == Some("_");
    module.starts_with('m') && digits(1..9) && dash(9) && digits(10..16) && dash(16) && module.len() > 17
}

/// Cargo, in `folder`: the one that runs this program, if one does.
///
/// Its variables about this program's package are removed. Some build scripts (ring's) watch variables of these names: if they were set
/// here and not at the developer's prompt, each run would rebuild half of the dependencies.
fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        let told = name.to_string_lossy();
        if told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// The diagnostic if cargo could not be started.
pub(crate) fn no_cargo(error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(
        DiagnosticCode::Workspace,
        format!("cargo cannot be run: {error}"),
        "install Rust, and see that `cargo` is on the PATH",
    )
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let help = "check that this user may read it";
    Diagnostic::new(DiagnosticCode::Files, format!("it could not be read: {error}"), help).at(path.display())
}
