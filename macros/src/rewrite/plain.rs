//! Refuses plain Rust in a declaration. It would run once, when the app starts, and its value would be used for every row and every
//! request; so a body may only contain what `docs/decisions/0013-what-a-body-may-say.md` lists.
//!
//! Functions are checked by what they return: a call is passed to `called`, which takes expressions and rows and nothing else. An
//! associated function of a type never returns these, so it is refused here, at its name.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::visit_mut::VisitMut as _;
use syn::{Expr, ExprCall, ExprField, ExprPath, Macro, Member};

use super::{Rewriter, Runs, call, strip};
use crate::code::DiagnosticCode;

/// Functions of the framework whose values are right whenever they run.
const KNOWN: [&str; 5] = ["now", "days", "hours", "minutes", "seconds"];

const CALLS: &str =
    "a body calls functions under `#[expression]`, `now()`, `days(…)` and its kin, and `Json::object()`";
const ONCE: &str = "if once is what you mean, write `value!(…)`";

impl Rewriter<'_> {
    /// Pushes the mistake, if `expr` is plain Rust by its form.
    pub(super) fn refuses_plain(&self, expr: &Expr) -> bool {
        if self.runs == Runs::EachTime {
            return false;
        }
        match expr {
            Expr::Macro(it) if !it.mac.path.is_ident("matches") => self.refuses_macro(&it.mac),
            Expr::Call(it) => match strip((*it.func).clone()) {
                Expr::Path(path) => self.refuses_function(&path, it),
                _ => false,
            },
            Expr::MethodCall(it) if matches!(strip((*it.receiver).clone()), Expr::Lit(_)) => {
                let message = format!("a literal is written as it is, without `.{}()`", it.method);
                self.cx
                    .error(DiagnosticCode::PlainRust, &it.method, message)
                    .help("every text and number of a body is a value already");
                true
            }
            Expr::Field(it) => self.refuses_field(it),
            Expr::Cast(it) => {
                self.cx
                    .error(DiagnosticCode::PlainRust, it.as_token, "nothing is cast in an expression")
                    .help("whole numbers are `i64` everywhere");
                true
            }
            _ => false,
        }
    }

    /// Pushes the mistake, if it is another macro than those that a body may use.
    pub(super) fn refuses_macro(&self, mac: &Macro) -> bool {
        let name = mac.path.segments.last().map(|it| it.ident.to_string()).unwrap_or_default();
        if self.runs == Runs::EachTime || name == "value" || name == "matches" {
            return false;
        }
        let message = format!("`{name}!` is plain Rust: it would be worked out once, when the app starts");
        let report = self.cx.error(DiagnosticCode::PlainRust, &mac.path, message);
        match name.as_str() {
            "format" | "concat" | "stringify" => report.help("texts are compared as they are, and not put together"),
            "vec" => report.help("a list is written `[a, b]`"),
            _ => report.help("there are `matches!(…)` and `value!(…)`"),
        }
        .help(ONCE);
        true
    }

    /// `Uuid::new_v4()`, `Some(x)`, `<T as Trait>::make()`: their names show that they are no expressions.
    fn refuses_function(&self, path: &ExprPath, call: &ExprCall) -> bool {
        let mut names = path.path.segments.iter().rev().map(|it| it.ident.to_string());
        let (name, owner) = (names.next().unwrap_or_default(), names.next());
        if name == "Some" {
            self.cx
                .error(DiagnosticCode::PlainRust, path, "what may be absent is written as it is, without `Some`")
                .help("write `row.title`, also where an `Option` is promised");
            return true;
        }
        let of_type = owner.as_deref().is_some_and(|it| is_type(it) && it != "Self");
        let empty_json = owner.as_deref() == Some("Json") && name == "object" && call.args.is_empty();
        if path.qself.is_none() && !is_type(&name) && !of_type || empty_json {
            return false;
        }
        let written = path.to_token_stream().to_string().replace(' ', "");
        let message = format!("`{written}(…)` is plain Rust: it would be worked out once, when the app starts");
        let report = self.cx.error(DiagnosticCode::PlainRust, path, message);
        match owner.as_deref() {
            Some("String" | "CiString") => report.help("a text is written as it is: `\"…\"`"),
            Some("SystemTime" | "Utc" | "Local" | "Instant") => report.help("the request's time is `now()`"),
            _ => report.help(CALLS),
        }
        .help(ONCE);
        true
    }

    /// `task.world_id.owner_id`: a key is no row.
    fn refuses_field(&self, field: &ExprField) -> bool {
        let Expr::Field(column) = strip((*field.base).clone()) else { return false };
        let Expr::Path(row) = strip((*column.base).clone()) else { return false };
        let (Member::Named(name), Member::Named(wanted)) = (&column.member, &field.member) else { return false };
        let Some(row) = row.path.get_ident().filter(|it| !is_constant(&it.to_string())) else { return false };
        let column = name.to_string();
        let Some(hop) = column.strip_suffix("_id") else { return false };
        self.cx
            .error(DiagnosticCode::PlainRust, wanted, format_args!("the key `{name}` has no field `{wanted}`"))
            .help(format_args!("go to the other row by its relationship: `{row}.{hop}().{wanted}`"));
        true
    }

    /// A call whose function is checked by what it returns.
    pub(super) fn called(&mut self, it: &mut ExprCall) -> TokenStream {
        for argument in &mut it.args {
            self.visit_expr_mut(argument);
        }
        let known = match &*it.func {
            Expr::Path(path) => {
                let mut names = path.path.segments.iter().rev().map(|it| &it.ident);
                let (name, owner) = (names.next(), names.next());
                let is_json = || name.is_some_and(|it| it == "object") && owner.is_some_and(|it| it == "Json");
                KNOWN.iter().any(|it| name.is_some_and(|name| name == it)) || is_json()
            }
            _ => false,
        };
        if known { it.to_token_stream() } else { call("called", it.span(), &*it) }
    }
}

/// Types and variants begin in upper case.
fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

fn is_constant(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && !name.contains(char::is_lowercase)
}
