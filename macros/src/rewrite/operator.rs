//! Operators: comparisons are methods of the left side, arithmetic takes references, `&&` and `||` a closure on the right, `!` a value.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::visit_mut::VisitMut as _;
use syn::{BinOp, Expr, ExprBinary, ExprLit, ExprPath, ExprUnary, Lit, UnOp};

use super::{Rewriter, call, lazy, strip};
use crate::code::DiagnosticCode;

impl Rewriter<'_> {
    pub(super) fn binary(&mut self, binary: &ExprBinary) -> TokenStream {
        match binary.op {
            BinOp::And(_) => self.both(binary, "and"),
            BinOp::Or(_) => self.both(binary, "or"),
            BinOp::Eq(_) => self.comparison(binary, "equals", "equals"),
            BinOp::Ne(_) => self.comparison(binary, "differs", "differs"),
            BinOp::Lt(_) => self.comparison(binary, "is_below", "is_above"),
            BinOp::Le(_) => self.comparison(binary, "is_at_most", "is_at_least"),
            BinOp::Gt(_) => self.comparison(binary, "is_above", "is_below"),
            BinOp::Ge(_) => self.comparison(binary, "is_at_least", "is_at_most"),
            BinOp::Add(_) => self.by_reference(binary, "add"),
            BinOp::Sub(_) => self.by_reference(binary, "sub"),
            BinOp::Mul(_) => self.by_reference(binary, "mul"),
            BinOp::Div(_) => self.quotient(binary),
            _ => {
                self.cx
                    .error(DiagnosticCode::NoMeaning, binary.op, "this operator has no meaning in an expression")
                    .help("there are `== != < <= > >=`, `&& || !` and `+ - * /`; plain Rust goes into `value!(…)`");
                TokenStream::new()
            }
        }
    }

    pub(super) fn unary(&mut self, unary: &mut ExprUnary) -> TokenStream {
        let name = match unary.op {
            UnOp::Not(_) => "not",
            UnOp::Neg(_) if !is_literal(&unary.expr) => "neg",
            _ => {
                self.visit_expr_mut(&mut unary.expr);
                return unary.to_token_stream();
            }
        };
        let operand = self.operand((*unary.expr).clone());
        if name == "not" {
            return call(name, unary.op.span(), operand);
        }
        call(name, unary.op.span(), reference(&operand))
    }

    fn both(&mut self, binary: &ExprBinary, name: &str) -> TokenStream {
        let left = self.operand((*binary.left).clone());
        let at = binary.right.span();
        let right = lazy(at, call("cond", at, self.operand((*binary.right).clone())));
        call(name, binary.op.span(), quote!(#left, #right))
    }

    /// A literal on the left would have no type, so the sides are swapped.
    fn comparison(&mut self, binary: &ExprBinary, name: &str, mirrored: &str) -> TokenStream {
        for side in [&binary.left, &binary.right] {
            if let Expr::Path(path) = strip((**side).clone())
                && is_none(&path)
            {
                self.cx
                    .error(
                        DiagnosticCode::ComparedToNone,
                        path,
                        "nothing equals `None` in an expression: NULL is unknown",
                    )
                    .help("write `.is_none()` or `.is_some()`");
                return TokenStream::new();
            }
            if let Expr::Call(some) = strip((**side).clone())
                && matches!(&*some.func, Expr::Path(path) if path.path.is_ident("Some"))
            {
                self.cx
                    .error(
                        DiagnosticCode::ComparedToNone,
                        some.func,
                        "what may be absent is compared as it is, without `Some`",
                    )
                    .help("write `row.note == \"text\"`: where it is absent, the answer is unknown");
                return TokenStream::new();
            }
        }
        if is_literal(&binary.left) && !is_literal(&binary.right) {
            let mut flipped = binary.clone();
            std::mem::swap(&mut flipped.left, &mut flipped.right);
            return self.sides(&flipped, mirrored);
        }
        self.sides(binary, name)
    }

    fn sides(&mut self, binary: &ExprBinary, method: &str) -> TokenStream {
        let left = reference(&self.operand((*binary.left).clone()));
        let right = reference(&self.operand((*binary.right).clone()));
        self.compared(method, binary.left.span(), left, right)
    }

    /// Only a literal other than 0 is always a divisor: any other divisor may be 0, and then the quotient is NULL.
    fn quotient(&mut self, binary: &ExprBinary) -> TokenStream {
        match is_zero(&binary.right) {
            Some(true) => {
                self.cx
                    .error(DiagnosticCode::NoMeaning, &binary.right, "nothing can be divided by zero")
                    .help("divide by another number, or by a column: where that is 0 there is no quotient");
                TokenStream::new()
            }
            Some(false) => self.by_reference(binary, "div_by_literal"),
            None => self.by_reference(binary, "div"),
        }
    }

    fn by_reference(&mut self, binary: &ExprBinary, name: &str) -> TokenStream {
        let left = reference(&self.operand((*binary.left).clone()));
        let right = reference(&self.operand((*binary.right).clone()));
        call(name, binary.op.span(), quote!(#left, #right))
    }
}

/// `&operand`, with the developer's spans, so that rustc underlines the whole operand. A text is a reference already.
fn reference(operand: &Expr) -> TokenStream {
    if is_text(operand) {
        return quote!(#operand);
    }
    let ampersand = quote_spanned!(operand.span()=> &);
    let needs_parentheses = matches!(operand, Expr::Cast(_) | Expr::Range(_) | Expr::Closure(_));
    if needs_parentheses { quote!(#ampersand(#operand)) } else { quote!(#ampersand #operand) }
}

/// The bare path `None`.
pub(super) fn is_none(path: &ExprPath) -> bool {
    path.qself.is_none() && path.path.segments.last().is_some_and(|it| it.ident == "None" && it.arguments.is_none())
}

/// Whether a number that is written out is 0, whatever its sign: `3`, `-(0.5)`; `None`: it is not one.
fn is_zero(expr: &Expr) -> Option<bool> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(it), .. }) => Some(it.base10_digits().bytes().all(|it| it == b'0')),
        Expr::Lit(ExprLit { lit: Lit::Float(it), .. }) => Some(it.base10_parse::<f64>().is_ok_and(|it| it == 0.0)),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => is_zero(expr),
        Expr::Paren(it) => is_zero(&it.expr),
        Expr::Group(it) => is_zero(&it.expr),
        _ => None,
    }
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(it) if matches!(it.lit, Lit::Str(_)))
}

/// `3`, `-3`, `"text"`.
fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Unary(it) => matches!(it.op, UnOp::Neg(_)) && is_literal(&it.expr),
        Expr::Paren(it) => is_literal(&it.expr),
        Expr::Group(it) => is_literal(&it.expr),
        _ => false,
    }
}
