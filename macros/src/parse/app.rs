//! `app!(pub App, domains = [Accounts, Platform], name = "Shipyard", admin = |actor: Actor<User>| …)`.

use proc_macro2::{Span, TokenStream};
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Expr, ExprClosure, ExprLit, Ident, Lit, LitStr, Path, Token, Visibility};

use super::domain::paths;
use super::options::Options;
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;

/// The parsed `app!`.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) domains: Vec<Path>,
    pub(crate) name: Option<LitStr>,
    pub(crate) admin: Option<ExprClosure>,
    /// Who may work within which tenant.
    pub(crate) tenants: Option<ExprClosure>,
}

/// Reads the invocation. Without a name the app is `pub struct App`.
pub(crate) fn app(cx: &Ctxt, tokens: TokenStream) -> App {
    let head = cx.ok(head.parse2(tokens));
    let (attributes, vis, ident, rest) = head.unwrap_or_else(|| {
        let name = Ident::new("App", Span::call_site());
        (Vec::new(), Visibility::Public(Token![pub](Span::call_site())), name, TokenStream::new())
    });
    let mut options = Options::parse(cx, rest);
    let domains = options.value("domains", "domains = [A, B]");
    let name = options.value("name", "name = \"Shipyard\"").and_then(|(_, value)| name(cx, value));
    let admin = closure(cx, &mut options, "admin", "admin = |actor: Actor<User>| …", "over the actor");
    let form = "tenants = |organisation: Row<Organisation>, actor: Actor<User>| …";
    let tenants = closure(cx, &mut options, "tenants", form, "over a tenant and the actor");
    if domains.is_none() && options.is_sound() {
        cx.error(DiagnosticCode::DomainOptions, &ident, "the app does not say what is in it")
            .help("write `domains = [A, B]`");
    }
    options.finish();
    App {
        attributes,
        vis,
        ident,
        domains: domains.map(|(_, list)| paths(cx, "domains", list)).unwrap_or_default(),
        name,
        admin,
        tenants,
    }
}

/// A condition that is written as a closure.
fn closure(cx: &Ctxt, options: &mut Options<'_>, name: &'static str, form: &str, over: &str) -> Option<ExprClosure> {
    match options.value(name, form)?.1 {
        Expr::Closure(closure) => Some(closure),
        other => {
            cx.error(DiagnosticCode::OptionValue, other, format_args!("`{name}` is a condition {over}: `{form}`"));
            None
        }
    }
}

/// The app's title: one line.
fn name(cx: &Ctxt, value: Expr) -> Option<LitStr> {
    let wrong = match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            let name = text.value();
            if !name.trim().is_empty() && !name.chars().any(char::is_control) {
                return Some(text);
            }
            Expr::Lit(ExprLit { attrs: Vec::new(), lit: Lit::Str(text) })
        }
        other => other,
    };
    cx.error(
        DiagnosticCode::OptionValue,
        wrong,
        "`name` is what people call the app, in one line: `name = \"Shipyard\"`",
    );
    None
}

type Head = (Vec<Attribute>, Visibility, Ident, TokenStream);

fn head(input: ParseStream<'_>) -> syn::Result<Head> {
    let attributes = input.call(Attribute::parse_outer)?;
    if input.peek(Ident) && input.peek2(Token![=]) {
        return Ok((
            attributes,
            Visibility::Public(Token![pub](Span::call_site())),
            Ident::new("App", Span::call_site()),
            input.parse()?,
        ));
    }
    let (vis, ident) = (input.parse()?, input.parse()?);
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok((attributes, vis, ident, input.parse()?))
}
