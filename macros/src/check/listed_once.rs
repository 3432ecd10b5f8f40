//! R0502: a list of resources or domains names each once.

use quote::ToTokens as _;
use syn::Path;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;

/// R0502: a list of resources or domains names each once. Returns the list without repetitions.
pub(crate) fn listed_once(cx: &Ctxt, paths: Vec<Path>) -> Vec<Path> {
    let mut kept: Vec<Path> = Vec::new();
    for path in paths {
        if kept.contains(&path) {
            let name = path.to_token_stream().to_string();
            cx.error(DiagnosticCode::ListedTwice, &path, format_args!("`{name}` is listed twice"))
                .help("keep one of them");
        } else {
            kept.push(path);
        }
    }
    kept
}
