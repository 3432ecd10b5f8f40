//! Refuses what has no meaning in an expression: it must have the same value in SQL and in memory, so it cannot wait, jump or change
//! anything.

use quote::ToTokens;
use syn::Expr;

use super::Rewriter;
use crate::code::DiagnosticCode;

impl Rewriter<'_> {
    /// Pushes the mistake, if `expr` is one.
    pub(super) fn refuses(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Try(it) => self.refuse(
                it.question_token,
                "`?` is not possible in an expression",
                "use `.unwrap_or(…)` or `.is_some_and(|it| …)`",
            ),
            Expr::Await(it) => self.refuse(
                it.await_token,
                "an expression cannot wait: it must mean the same in SQL",
                "wait before, and use the value",
            ),
            Expr::Async(it) => self.refuse(
                it.async_token,
                "an expression cannot wait: it must mean the same in SQL",
                "wait before, and use the value",
            ),
            Expr::Return(it) => {
                self.refuse(it.return_token, "an expression cannot return early", "use `if … { … } else { … }`")
            }
            Expr::Break(it) => self.refuse(it.break_token, "an expression has no loops", LOOPS),
            Expr::Continue(it) => self.refuse(it.continue_token, "an expression has no loops", LOOPS),
            Expr::ForLoop(it) => self.refuse(it.for_token, "an expression has no loops", LOOPS),
            Expr::While(it) => self.refuse(it.while_token, "an expression has no loops", LOOPS),
            Expr::Loop(it) => self.refuse(it.loop_token, "an expression has no loops", LOOPS),
            Expr::Assign(it) => {
                self.refuse(it.eq_token, "an expression cannot change anything", "name a new value: `let name = …;`")
            }
            Expr::Let(it) => {
                self.refuse(it.let_token, "`let` cannot test anything in an expression", "use `.is_some_and(|it| …)`")
            }
            Expr::Unsafe(it) => self.refuse(it.unsafe_token, "an expression has nothing unsafe", "remove it"),
            _ => false,
        }
    }

    fn refuse(&self, at: impl ToTokens, message: &str, help: &str) -> bool {
        self.cx.error(DiagnosticCode::NoMeaning, at, message).help(help);
        true
    }
}

const LOOPS: &str = "ask related rows with `.any(|it| …)`, `.all(|it| …)`, `.count()` or `.sum(|it| …)`";
