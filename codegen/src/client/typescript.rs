//! A TypeScript client: one module without dependency beyond `fetch`.
//!
//! ```text
//! const api = createClient({ url: "https://example.org/graphql" });
//! const page = await api.worlds.list({ first: 10 }, { select: WorldCard });
//! ```
//! One file, so that no import says how a file's name ends, on which bundlers and Node disagree.

mod calls;
mod names;
mod text;
mod types;

use super::fits;
use super::fragment::Fragment;
use super::model::Model;
use crate::diagnostic::Diagnostic;
use crate::file::GeneratedFile;
use names::Names;
use text::Text;

/// What is the same in every client: how requests are sent, what they answer, pages.
const RUNTIME: &str = include_str!("../../templates/client/typescript.ts");

/// The client's one file, `index.ts`, with `header` as its first line.
///
/// # Errors
/// `R0814` if two types would have the same name.
pub fn files(model: &Model, fragments: &[Fragment], header: &str) -> Result<Vec<GeneratedFile>, Vec<Diagnostic>> {
    let names = Names::of(model, fragments)?;
    let mut text = Text::default();
    text.line(format!("// {header}"));
    text.line("/* eslint-disable */");
    text.empty();
    text.docs(&format!(
        "The API of `{}`: what `createClient` gives calls it, and every call answers an `ApiResult`.",
        model.app
    ));
    calls::client(&mut text, model, &names);
    types::types(&mut text, model, &names);
    types::fragments(&mut text, fragments, &names);
    calls::operations(&mut text, model);
    calls::checks(&mut text, &fits::check_documents(model, fragments));
    text.empty();
    text.block(RUNTIME);
    Ok(vec![GeneratedFile::present("index.ts", text.finish())])
}
