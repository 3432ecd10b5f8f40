//! `samara add postgres`: the database that an app is developed with. Every app runs on both; this changes what `.env` says.

use minijinja::context;

use super::Scaffold;
use crate::diagnostic::Diagnostic;
use crate::file::GeneratedFile;
use crate::template::template;

/// The files that speak of the database, as they are; `None`: not there.
#[derive(Debug, Default)]
pub(crate) struct DatabaseFiles {
    /// `.env`.
    pub(crate) env: Option<String>,
    /// `.gitignore`.
    pub(crate) ignored: Option<String>,
    /// `README.md`.
    pub(crate) readme: Option<String>,
    /// `.github/workflows/ci.yml`.
    pub(crate) pipeline: Option<String>,
}

/// What a new README says of the database.
const README: [&str; 2] = ["on an SQLite file in `var`", "on the PostgreSQL database in `.env`"];

/// The step of a pipeline whose tests need the server's programs.
const STEP: &str = "      - run: sudo apt-get update && sudo apt-get install --yes postgresql";

/// `.env` with a database of that name on this machine, and what else speaks of it. One that names a PostgreSQL database stays.
///
/// # Errors
/// `R0713` if a template does not render, which would be a bug in `samara`.
pub(crate) fn postgres(files: &DatabaseFiles, database: &str) -> Result<Scaffold, Diagnostic> {
    let mut made = Scaffold::default();
    let env = files.env.as_deref().unwrap_or_default();
    let is_postgres = |it: &str| it.starts_with("postgres://") || it.starts_with("postgresql://");
    if !setting(env).is_some_and(|(_, value)| is_postgres(value)) {
        made.edited.push(GeneratedFile::present(".env", with_database(env, database)?));
        let text = "what is in the SQLite file stays there: a new database starts empty, and `samara setup` fills it";
        made.notes.push(text.to_owned());
    }
    let ignored = files.ignored.as_deref().unwrap_or_default();
    if !ignored.lines().any(|it| matches!(it.trim(), ".env" | "/.env" | ".env*")) {
        let lines = if ignored.is_empty() || ignored.ends_with('\n') { "" } else { "\n" };
        made.edited.push(GeneratedFile::present(".gitignore", format!("{ignored}{lines}.env\n")));
    }
    if let Some(readme) = files.readme.as_deref().filter(|it| it.contains(README[0])) {
        made.edited.push(GeneratedFile::present("README.md", readme.replacen(README[0], README[1], 1)));
    }
    if !files.pipeline.as_deref().is_some_and(|it| it.contains("postgresql")) {
        let text = "the tests need PostgreSQL's server programs: where a pipeline runs them, put this before that";
        made.notes.push(format!("{text}:\n\n{STEP}\n"));
    }
    Ok(made)
}

/// The last line that says `DATABASE_URL`, by its number, and what it says.
fn setting(env: &str) -> Option<(usize, &str)> {
    fn value(line: &str) -> Option<&str> {
        let (name, value) = line.trim_start().trim_start_matches("export ").split_once('=')?;
        (name.trim() == "DATABASE_URL").then(|| value.trim().trim_matches(['"', '\'']))
    }
    env.lines().enumerate().filter_map(|(at, line)| Some((at, value(line)?))).last()
}

fn with_database(env: &str, database: &str) -> Result<String, Diagnostic> {
    let fresh = template!("new/env.j2").render(context! { database_name => database })?;
    let line = fresh.lines().last().unwrap_or_default();
    Ok(match setting(env) {
        None if env.is_empty() => fresh,
        None => format!("{env}{}{line}\n", if env.ends_with('\n') { "" } else { "\n" }),
        Some((at, _)) => {
            let lines = env.split_inclusive('\n').enumerate().map(|(number, old)| match number == at {
                true => format!("{line}{}", &old[old.trim_end_matches(['\r', '\n']).len()..]),
                false => old.to_owned(),
            });
            lines.collect()
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn env(text: &str) -> Option<String> {
        let files = DatabaseFiles {
            env: Some(text.to_owned()),
            ignored: Some(".env\n".to_owned()),
            ..DatabaseFiles::default()
        };
        postgres(&files, "shop").unwrap().edited.first().map(|it| it.text().to_owned())
    }

    #[test]
    fn the_last_line_that_says_it_is_changed_and_nothing_else() {
        let changed =
            env("# mine\r\nDATABASE_URL=sqlite://var/a.db\r\nexport DATABASE_URL = 'sqlite://b.db'\r\nRUST_LOG=info");
        let expected =
            "# mine\r\nDATABASE_URL=sqlite://var/a.db\r\nDATABASE_URL=postgres://localhost/shop\r\nRUST_LOG=info";
        assert_eq!(changed.as_deref(), Some(expected));
        assert_eq!(env("RUST_LOG=info").as_deref(), Some("RUST_LOG=info\nDATABASE_URL=postgres://localhost/shop\n"));
        assert_eq!(env("DATABASE_URL=\"postgres://me:secret@db/other\"\n"), None);
    }
}
