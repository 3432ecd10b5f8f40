//! A new workspace: what was chosen in, files out. Pure.

mod framework;
mod name;
mod parts;

use std::path::Path;

use minijinja::context;

pub use framework::FrameworkSource;
pub use name::PackageName;
pub use parts::{Part, Parts};

use crate::diagnostic::Diagnostic;
use crate::emit;
use crate::file::GeneratedFile;
use crate::template::{Template, template};

/// What a new workspace is to be.
#[derive(Clone, Debug)]
pub struct NewWorkspace {
    /// The app's package, and the workspace's folder.
    pub name: PackageName,
    /// What the app has besides resources.
    pub parts: Parts,
    /// The database that it starts with. Every app runs on both.
    pub database: StartDatabase,
    /// Where the framework comes from.
    pub framework: FrameworkSource,
    /// A `Cargo.lock` with which the framework was tested.
    pub lock: String,
}

/// The database of a new workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum StartDatabase {
    /// A file, made at the first start.
    Sqlite,
    /// The database at `DATABASE_URL`, which the new `.env` holds.
    Postgres,
}

/// When a file is part of the workspace.
#[derive(Clone, Copy)]
enum When {
    Always,
    Auth,
    Godot,
    Postgres,
}

/// Each file's path, its template, and when it is there.
const FILES: [(&str, Template, When); 29] = [
    (".cargo/config.toml", template!("new/cargo_config.toml.j2"), When::Always),
    (".dockerignore", template!("new/dockerignore.j2"), When::Always),
    (".env", template!("new/env.j2"), When::Postgres),
    (".github/workflows/ci.yml", template!("new/ci.yml.j2"), When::Always),
    (".gitignore", template!("new/gitignore.j2"), When::Always),
    ("Cargo.toml", template!("new/Cargo.toml.j2"), When::Always),
    ("Dockerfile", template!("new/Dockerfile.j2"), When::Always),
    ("README.md", template!("new/README.md.j2"), When::Always),
    ("app/Cargo.toml", template!("new/app_cargo.toml.j2"), When::Always),
    ("app/src/accounts.rs", template!("new/app_accounts.rs.j2"), When::Auth),
    ("app/src/accounts/session.rs", template!("new/app_session.rs.j2"), When::Auth),
    ("app/src/accounts/user.rs", template!("new/app_user.rs.j2"), When::Auth),
    ("app/src/blog.rs", template!("new/app_blog.rs.j2"), When::Always),
    ("app/src/blog/post.rs", template!("new/app_post.rs.j2"), When::Always),
    ("app/src/lib.rs", template!("new/app_lib.rs.j2"), When::Always),
    ("app/src/main.rs", template!("new/app_main.rs.j2"), When::Always),
    ("app/src/seeds.rs", template!("new/app_seeds.rs.j2"), When::Always),
    ("app/tests/it/main.rs", template!("new/app_tests_main.rs.j2"), When::Always),
    ("app/tests/it/posts.rs", template!("new/app_tests_posts.rs.j2"), When::Always),
    ("codegen/Cargo.toml", template!("new/codegen_cargo.toml.j2"), When::Always),
    ("codegen/src/main.rs", template!("new/codegen_main.rs.j2"), When::Always),
    ("deploy/app.service", template!("new/service.j2"), When::Always),
    ("game/main.gd", template!("new/game_main.gd.j2"), When::Godot),
    ("game/main.tscn", template!("new/game_main.tscn.j2"), When::Godot),
    ("game/posts.graphql", template!("new/game_posts.graphql.j2"), When::Godot),
    ("game/project.godot", template!("new/game_project.godot.j2"), When::Godot),
    ("migrations/Cargo.toml", template!("new/migrations_cargo.toml.j2"), When::Always),
    ("rust-toolchain.toml", template!("new/rust-toolchain.toml.j2"), When::Always),
    ("rustfmt.toml", template!("new/rustfmt.toml.j2"), When::Always),
];

/// The toolchain that the framework is tested with.
const TOOLCHAIN: &str = "1.95.0";

impl NewWorkspace {
    /// Every file of it, sorted by path. Equal choices give equal files.
    ///
    /// # Errors
    /// `R0713` if a template does not render, which would be a bug in `samara`.
    pub fn files(&self) -> Result<Vec<GeneratedFile>, Diagnostic> {
        let has = |part| self.parts.has(part);
        let values = context! {
            name => self.name.as_str(),
            library => self.name.library(),
            title => self.name.title(),
            database_name => self.name.library(),
            toolchain => TOOLCHAIN,
            samara => self.framework.dependency("framework"),
            samara_codegen => self.framework.dependency("codegen"),
            auth => has(Part::Auth),
            admin => has(Part::Admin),
            graphql => has(Part::Graphql),
            godot => has(Part::Godot),
            postgres => self.database == StartDatabase::Postgres,
        };
        let migrations = emit::migration_list(Path::new("migrations"), &[])?;
        let mut files = vec![GeneratedFile::present("Cargo.lock", self.lock.clone()), migrations];
        for (path, template, when) in FILES {
            let is_there = match when {
                When::Always => true,
                When::Auth => has(Part::Auth),
                When::Godot => has(Part::Godot),
                When::Postgres => self.database == StartDatabase::Postgres,
            };
            if is_there {
                files.push(GeneratedFile::present(path, template.render(values.clone())?));
            }
        }
        files.sort_by(|a, b| a.path().cmp(b.path()));
        Ok(files)
    }
}
