//! Collects mistakes: rules push them, the macro goes on, and all of them are emitted at once.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, TokenStreamExt as _, quote_spanned};
use syn::{Type, parse_quote};

use crate::code::DiagnosticCode;

/// Collects mistakes. [`Ctxt::finish`] must be called: dropping a sink without it is a bug in the macros, and panics.
pub(crate) struct Ctxt {
    mistakes: RefCell<Option<Vec<Diagnostic>>>,
}

/// One mistake: where, what, and what to do about it.
struct Diagnostic {
    code: DiagnosticCode,
    at: TokenStream,
    message: String,
    help: Vec<String>,
    /// Whether it is in the output already.
    placed: bool,
}

/// The mistake just pushed, to say more about it.
pub(crate) struct DiagnosticBuilder<'a> {
    cx: &'a Ctxt,
    index: usize,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self { mistakes: RefCell::new(Some(Vec::new())) }
    }

    /// Pushes a mistake at the tokens `at`: the smallest that are wrong. The message is one lowercase sentence with backticked terms.
    pub(crate) fn error(
        &self,
        code: DiagnosticCode,
        at: impl ToTokens,
        message: impl Display,
    ) -> DiagnosticBuilder<'_> {
        let mut mistakes = self.mistakes.borrow_mut();
        let list = mistakes.get_or_insert_default();
        let (at, message) = (at.into_token_stream(), message.to_string());
        list.push(Diagnostic { code, at, message, help: Vec::new(), placed: false });
        DiagnosticBuilder { cx: self, index: list.len() - 1 }
    }

    /// Pushes a mistake at a span, where there are no tokens to point at.
    pub(crate) fn error_at(&self, code: DiagnosticCode, span: Span, message: impl Display) -> DiagnosticBuilder<'_> {
        self.error(code, quote_spanned!(span=> _), message)
    }

    /// Pushes an error of `syn`.
    pub(crate) fn syntax(&self, error: &syn::Error) {
        for it in error.clone() {
            self.error_at(DiagnosticCode::Syntax, it.span(), it);
        }
    }

    /// The value, or `None` with the mistake pushed.
    pub(crate) fn ok<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.syntax(&error)).ok()
    }

    /// How many mistakes were pushed so far, to find out whether a part of the input is broken.
    pub(crate) fn count(&self) -> usize {
        self.mistakes.borrow().as_ref().map_or(0, Vec::len)
    }

    /// Ends the collection: one `compile_error!` for each mistake, as items beside the rest of the output.
    pub(crate) fn finish(self) -> TokenStream {
        let mut tokens = TokenStream::new();
        let mistakes = self.mistakes.take().into_iter().flatten().filter(|it| !it.placed);
        tokens.append_all(mistakes.map(|it| it.compile_error()));
        tokens
    }
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.mistakes.get_mut().is_none(), "the mistakes of a macro were not emitted");
        }
    }
}

impl DiagnosticBuilder<'_> {
    /// Adds a line that says what to do.
    pub(crate) fn help(self, help: impl Display) -> Self {
        if let Some(mistake) = self.cx.mistakes.borrow_mut().as_mut().and_then(|list| list.get_mut(self.index)) {
            mistake.help.push(help.to_string());
        }
        self
    }

    /// Adds "did you mean", if one of the names is near to what was written.
    pub(crate) fn nearest<'n>(self, written: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        match nearest(written, names) {
            Some(name) => self.help(format_args!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// The mistake as an expression: rustc reports nothing more about what depends on its value.
    pub(crate) fn into_expr(self) -> TokenStream {
        let mut mistakes = self.cx.mistakes.borrow_mut();
        let mistake = mistakes.as_mut().and_then(|list| list.get_mut(self.index));
        mistake.map_or_else(TokenStream::new, |it| {
            it.placed = true;
            it.compile_error()
        })
    }

    /// The mistake as a type: rustc reports nothing more about what is made of it.
    pub(crate) fn into_type(self) -> Type {
        let mistake = self.into_expr();
        // Behind an operator it is an expression, whatever braces its macro has.
        parse_quote!(<::samara::__private::Asked<(), { !#mistake }> as ::samara::__private::KnownType>::Type)
    }
}

impl Diagnostic {
    fn compile_error(&self) -> TokenStream {
        let mut text = format!("{} [{}]", self.message, self.code.as_str());
        for help in &self.help {
            text.push_str("\nhelp: ");
            text.push_str(help);
        }
        syn::Error::new_spanned(&self.at, text).into_compile_error()
    }
}

/// The name at the smallest edit distance, if it is near enough to be a misspelling.
pub(crate) fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let allowed = written.len().max(3) / 3;
    // A letter that is missing, added, replaced or swapped with its neighbour counts as one.
    let by_distance = names.into_iter().map(|name| (strsim::osa_distance(written, name), name));
    by_distance.filter(|(distance, _)| *distance <= allowed).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_is_a_slip_of_the_hand_or_nothing() {
        let names = ["accept", "name", "primary", "private"];
        assert_eq!(nearest("acept", names), Some("accept"));
        assert_eq!(nearest("privat", names), Some("private"));
        assert_eq!(nearest("naem", names), Some("name"));
        assert_eq!(nearest("zebra", names), None);
    }

    #[test]
    fn all_mistakes_are_emitted() {
        let cx = Ctxt::new();
        cx.error_at(DiagnosticCode::Syntax, Span::call_site(), "one").help("do this");
        cx.error_at(DiagnosticCode::Syntax, Span::call_site(), "two");
        assert_eq!(cx.count(), 2);
        let tokens = cx.finish().to_string();
        assert!(tokens.contains("one [R0001]") && tokens.contains("help: do this") && tokens.contains("two"));
    }

    #[test]
    #[should_panic(expected = "were not emitted")]
    fn a_sink_must_be_finished() {
        drop(Ctxt::new());
    }
}
