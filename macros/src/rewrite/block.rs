//! Blocks: `let`s and one expression at the end. Any other statement would be silently without effect.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, TokenStreamExt as _, quote};
use syn::{Block, Expr, Local, Stmt};

use super::{Rewriter, Tail};
use crate::code::DiagnosticCode;

impl Rewriter<'_> {
    /// A block inside of a body; one expression alone needs no braces.
    pub(super) fn nested(&mut self, block: &Block, tail: Tail<'_>) -> TokenStream {
        let statements = self.statements(block, tail);
        if matches!(block.stmts.as_slice(), [Stmt::Expr(_, None)]) { statements } else { quote!({ #statements }) }
    }

    /// The statements between the braces, rewritten.
    pub(super) fn statements(&mut self, block: &Block, tail: Tail<'_>) -> TokenStream {
        let mut tokens = TokenStream::new();
        let Some((last, before)) = block.stmts.split_last() else {
            self.cx
                .error_at(DiagnosticCode::NoAnswer, block.brace_token.span.join(), "this body is empty")
                .help("end it in an expression");
            return tokens;
        };
        for statement in before {
            tokens.append_all(self.statement(statement));
        }
        match last {
            Stmt::Expr(expr, None) => tokens.append_all(self.tail(expr.clone(), tail)),
            Stmt::Macro(it) if it.semi_token.is_none() => {
                let expr = Expr::Macro(syn::ExprMacro { attrs: it.attrs.clone(), mac: it.mac.clone() });
                tokens.append_all(self.tail(expr, tail));
            }
            Stmt::Expr(_, Some(semi)) => {
                self.cx
                    .error(DiagnosticCode::NoAnswer, semi, "the body must end in an expression, without `;`")
                    .help("remove the `;`");
            }
            other => {
                self.cx.error(DiagnosticCode::NoAnswer, other, "the body must end in an expression");
            }
        }
        tokens
    }

    fn statement(&mut self, statement: &Stmt) -> TokenStream {
        match statement {
            Stmt::Local(it) => self.local(it.clone()),
            Stmt::Item(it) => it.to_token_stream(),
            Stmt::Macro(it) => {
                self.refuses_macro(&it.mac);
                it.to_token_stream()
            }
            Stmt::Expr(expr, _) => {
                if !self.refuses(expr) {
                    self.cx
                        .error(DiagnosticCode::NoEffect, expr, "a statement has no effect in an expression")
                        .help("join conditions with `&&`, or name a value with `let`");
                }
                TokenStream::new()
            }
        }
    }

    fn local(&mut self, mut local: Local) -> TokenStream {
        if let Some(init) = &mut local.init {
            if let Some((otherwise, _)) = &init.diverge {
                self.cx
                    .error(DiagnosticCode::NoMeaning, otherwise, "`let … else` is not possible in an expression")
                    .help("use `if … { … } else { … }`");
            }
            let value = std::mem::replace(&mut *init.expr, Expr::PLACEHOLDER);
            *init.expr = Expr::Verbatim(self.tail(value, Tail::Open));
        }
        local.into_token_stream()
    }
}
