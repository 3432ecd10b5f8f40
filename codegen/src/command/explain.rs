//! `samara explain CODE`: the page of a code.

use include_dir::{Dir, include_dir};

use super::say;
use crate::cli::CommandResult;
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// A page for each code.
static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../docs/errors");

pub(crate) fn run(code: &str) -> Result<CommandResult, Diagnostic> {
    let code = code.trim().to_ascii_uppercase();
    let Some(page) = PAGES.get_file(format!("{code}.md")).and_then(|it| it.contents_utf8()) else {
        let mut codes: Vec<&str> = PAGES.files().filter_map(|it| it.path().file_stem()?.to_str()).collect();
        codes.sort_by_key(|it| (strsim::damerau_levenshtein(it, &code), *it));
        let near: Vec<&str> = codes.into_iter().take(3).collect();
        let message = format!("there is no code `{code}`");
        let help = format!("codes are printed as `error[R0706]`; near to yours are {}", near.join(", "));
        return Err(Diagnostic::new(DiagnosticCode::UnknownCode, message, help));
    };
    say(page.trim_end());
    Ok(CommandResult::Done)
}
