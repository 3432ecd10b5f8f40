//! Sources as rustfmt has them: what was formatted stays so, what was not is left alone.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::file::GeneratedFile;

/// The files, each formatted if it is new, or if what it replaces is. Where there is no rustfmt they stay as they are.
pub(crate) fn as_before(root: &Path, files: Vec<GeneratedFile>) -> Vec<GeneratedFile> {
    let format = |file: GeneratedFile| {
        let GeneratedFile::Present { path, text } = &file else { return file };
        if path.extension().is_none_or(|it| it != "rs") {
            return file;
        }
        let old = std::fs::read_to_string(root.join(path)).ok();
        let is_formatted = old.as_deref().is_none_or(|old| formatted(root, old).as_deref() == Some(old));
        match formatted(root, text).filter(|_| is_formatted) {
            Some(text) => GeneratedFile::present(path.clone(), text),
            None => file,
        }
    };
    files.into_iter().map(format).collect()
}

/// What rustfmt makes of a source, with the settings of the folder.
fn formatted(root: &Path, text: &str) -> Option<String> {
    let mut command = Command::new("rustfmt");
    command.args(["--edition", "2024", "--quiet", "--emit", "stdout"]).current_dir(root);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut input = child.stdin.take()?;
    let text = text.to_owned();
    let writing = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().ok()?;
    let is_written = writing.join().is_ok_and(|it| it.is_ok());
    (is_written && output.status.success()).then(|| String::from_utf8(output.stdout).ok()).flatten()
}
