//! What the compiler says of mistakes: each `tests/ui/fail/<case>.rs` must not compile, and says what its `.stderr` pins.
//!
//! The cases are compiled by `rustc` against the very library that these tests are linked with, so that no dependency is built
//! for them; `docs/decisions/0010-tests.md` says why. `UI_CASE=R0108` runs those whose name holds it, `UI_BLESS=1` writes what is
//! said now into the `.stderr` files. Only failures: what bodies can say is in `declared_bodies` and `expr_handles`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use serde::Deserialize;
use similar::TextDiff;

#[test]
fn ui() {
    let library = Library::built();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/fail");
    let wanted = env::var("UI_CASE").unwrap_or_default();
    let bless = env::var_os("UI_BLESS").is_some();
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
    cases.retain(|it| it.extension().is_some_and(|it| it == "rs") && it.to_string_lossy().contains(&wanted));
    cases.sort();
    assert!(!cases.is_empty(), "no case of {} is named `{wanted}`", folder.display());

    let waiting = Mutex::new(cases.iter());
    let faults = Mutex::new(Vec::new());
    let work = || {
        while let Some(case) = next(&waiting) {
            if let Err(fault) = library.check(case, bless) {
                faults.lock().unwrap().push(fault);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });

    let mut faults = faults.into_inner().unwrap();
    faults.sort();
    assert!(faults.is_empty(), "{} of {} cases:\n\n{}", faults.len(), cases.len(), faults.join("\n"));
}

fn next<'a>(waiting: &Mutex<impl Iterator<Item = &'a PathBuf>>) -> Option<&'a PathBuf> {
    waiting.lock().unwrap().next()
}

/// The compiled framework, beside everything that it depends on.
struct Library {
    rlib: PathBuf,
    folder: PathBuf,
    output: tempfile::TempDir,
}

/// What rustc says with `--error-format=json`, a line for each message.
#[derive(Deserialize)]
struct Message {
    level: String,
    rendered: String,
}

impl Library {
    /// The one that was built last, beside these tests. There may be others, of other selections of packages and from older sources;
    /// the one that these tests are linked with is of the present sources, and whichever came after it is too.
    fn built() -> Self {
        let folder = env::current_exe().unwrap().parent().unwrap().to_owned();
        let files = fs::read_dir(&folder).unwrap().map(|it| it.unwrap());
        let libraries = files.filter(|it| {
            let name = it.file_name().into_string().unwrap_or_default();
            name.starts_with("libsamara-") && name.ends_with(".rlib")
        });
        let newest = libraries.max_by_key(|it| it.metadata().unwrap().modified().unwrap()).unwrap();
        Self { rlib: newest.path(), folder, output: tempfile::tempdir().unwrap() }
    }

    /// Compiles one case and compares what is said; the error is the difference.
    fn check(&self, case: &Path, bless: bool) -> Result<(), String> {
        let name = case.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(case).display();
        let Some(said) = self.compile(case) else { return Err(format!("{name} compiles\n")) };
        let pinned = case.with_extension("stderr");
        if bless {
            return fs::write(&pinned, said).map_err(|error| format!("{}: {error}", pinned.display()));
        }
        let expected = fs::read_to_string(&pinned).unwrap_or_default();
        if said == expected {
            return Ok(());
        }
        let diff = TextDiff::from_lines(&expected, &said).unified_diff().header("pinned", "said now").to_string();
        Err(format!("{name}\n{diff}"))
    }

    /// What the compiler says of a case, or `None` if it compiles.
    fn compile(&self, case: &Path) -> Option<String> {
        // As cargo does: what the library's debug information names is found from here.
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.current_dir(root).arg(case.strip_prefix(root).unwrap_or(case));
        rustc.args(["--edition=2024", "--crate-type=bin", "--emit=metadata", "--error-format=json", "--verbose"]);
        rustc.args(["--allow=dead_code", "--diagnostic-width=140", "--out-dir"]).arg(self.output.path());
        rustc.arg("--extern").arg(option("samara=", &self.rlib));
        rustc.arg("-L").arg(option("dependency=", &self.folder));
        let output = rustc.output().unwrap();
        if output.status.success() {
            return None;
        }
        let said = String::from_utf8(output.stderr).unwrap();
        let mut texts: Vec<String> = Vec::new();
        for line in said.lines() {
            let Ok(message) = serde_json::from_str::<Message>(line) else { panic!("{case:?}: {line}") };
            let summary = message.level == "failure-note" || message.rendered.starts_with("error: aborting due to");
            let text = settled(&message.rendered, root);
            if !summary && !texts.contains(&text) {
                texts.push(text);
            }
        }
        Some(texts.join("\n"))
    }
}

/// A message without what changes while the case does not: folders, and line numbers of other files than cases.
fn settled(rendered: &str, root: &Path) -> String {
    let mut elsewhere = false;
    let lines = rendered.trim_end().lines().map(|line| {
        let line = line.trim_end();
        let start = line.trim_start();
        let margin = &line[..line.len() - start.len()];
        if let Some((arrow, place)) = start.split_at_checked(4).filter(|(it, _)| ["--> ", "::: "].contains(it)) {
            let file = Path::new(place).strip_prefix(root).unwrap_or(Path::new(place));
            let file = file.strip_prefix("framework").unwrap_or(file).display().to_string();
            elsewhere = !file.starts_with("tests/ui/fail/") || file.contains("/../");
            let file = if elsewhere { file.split(':').next().unwrap_or_default() } else { &file };
            return format!("{margin}{arrow}{file}");
        }
        elsewhere &= start.starts_with(|it: char| it.is_ascii_digit() || it == '|' || it == '.');
        let digits = if elsewhere { digits(start) } else { 0 };
        format!("{margin}{}{}", " ".repeat(digits), &start[digits..])
    });
    narrowed(&lines.collect::<Vec<_>>())
}

/// The margin is as wide as the longest line number in it: without those of other files it may be narrower.
fn narrowed(lines: &[String]) -> String {
    let margin = lines.iter().find(|it| it.trim_start().starts_with("--> ")).map_or(0, |it| indent(it));
    let numbers = lines.iter().filter(|it| it.trim_start()[digits(it.trim_start())..].starts_with(" |"));
    let needed = numbers.map(|it| digits(it.trim_start())).max().unwrap_or_default();
    let mut text = String::new();
    let mut heading = true;
    for line in lines {
        // A heading's further lines are indented by what it starts with, `help: `; what stands in the margin ends it.
        let marked = line.trim_start().starts_with(['-', ':', '|', '=']) || digits(line.trim_start()) > 0;
        heading = indent(line) == 0 && !line.starts_with("...") || heading && !marked;
        let surplus = if heading { 0 } else { margin.saturating_sub(needed).min(indent(line)) };
        text.push_str(&line[surplus..]);
        text.push('\n');
    }
    text
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn digits(line: &str) -> usize {
    line.bytes().take_while(u8::is_ascii_digit).count()
}

/// An argument that ends with a path, whatever letters that has.
fn option(name: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(name);
    argument.push(path);
    argument
}
