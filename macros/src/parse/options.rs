//! The options of an attribute: `public, max = 80, paginate(keyset, default = 50)`.

use std::cell::RefCell;
use std::str::FromStr;

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, Token, parenthesized, token};

use crate::code::DiagnosticCode;
use crate::ctxt::{Ctxt, nearest};
use crate::model::attribute::Bound;
use crate::model::values::{as_ident, digits};

/// The options as written. Each parser takes those it knows, and [`Options::finish`] refuses what is left.
pub(crate) struct Options<'a> {
    cx: &'a Ctxt,
    given: Vec<WrittenOption>,
    known: RefCell<Vec<&'static str>>,
    /// How many mistakes there were before it was read.
    before: usize,
}

/// One option as written.
pub(crate) struct WrittenOption {
    pub(crate) name: Ident,
    value: Value,
}

/// What stands behind the name of an option.
pub(crate) enum Value {
    /// Nothing.
    Flag,
    /// `= expression`.
    Is(Box<Expr>),
    /// `(…)`.
    List(TokenStream),
}

impl<'a> Options<'a> {
    /// Parses the list; an option that cannot be parsed is reported and left out.
    pub(crate) fn parse(cx: &'a Ctxt, tokens: TokenStream) -> Self {
        let before = cx.count();
        let given = cx.ok(Punctuated::<WrittenOption, Token![,]>::parse_terminated.parse2(tokens));
        Self { cx, given: given.into_iter().flatten().collect(), known: RefCell::default(), before }
    }

    /// Whether there were no mistakes so far: only then is a missing option reported.
    pub(crate) fn is_sound(&self) -> bool {
        self.cx.count() == self.before
    }

    /// The options of an attribute on a field, a function or an item.
    pub(crate) fn of(cx: &'a Ctxt, attribute: &Attribute) -> Self {
        let tokens = match &attribute.meta {
            Meta::Path(_) => TokenStream::new(),
            Meta::List(list) => list.tokens.clone(),
            Meta::NameValue(it) => {
                let name = attribute.path().get_ident().map_or_else(String::new, Ident::to_string);
                cx.error(
                    DiagnosticCode::OptionValue,
                    &it.value,
                    format_args!("`{name}` takes its options in parentheses"),
                )
                .help(format_args!("write `#[{name}(…)]`"));
                TokenStream::new()
            }
        };
        Self::parse(cx, tokens)
    }

    /// Takes an option that may occur once.
    fn take(&mut self, name: &'static str) -> Option<WrittenOption> {
        let mut all = self.take_all(name).into_iter();
        let first = all.next();
        for again in all {
            self.cx
                .error(DiagnosticCode::DuplicateOption, &again.name, format_args!("option `{name}` is given twice"))
                .help("keep one of them");
        }
        first
    }

    fn take_all(&mut self, name: &'static str) -> Vec<WrittenOption> {
        self.known.borrow_mut().push(name);
        self.given.extract_if(.., |it| it.name == name).collect()
    }

    /// Takes all options of these names, in the order written.
    pub(crate) fn take_any(&mut self, names: &[&'static str]) -> Vec<WrittenOption> {
        self.known.borrow_mut().extend(names);
        self.given.extract_if(.., |it| names.iter().any(|name| it.name == name)).collect()
    }

    /// Takes an option that does not exist, to report it with a message of its own.
    pub(crate) fn mistaken(&mut self, name: &str) -> Option<Ident> {
        let index = self.given.iter().position(|it| it.name == name)?;
        Some(self.given.remove(index).name)
    }

    /// Takes the options that were not taken so far, have no value, and are no misspellings of known options.
    pub(crate) fn strangers(&mut self) -> Vec<Ident> {
        let known = self.known.borrow();
        let strange = |it: &mut WrittenOption| {
            matches!(it.value, Value::Flag) && nearest(&it.name.to_string(), known.iter().copied()).is_none()
        };
        self.given.extract_if(.., strange).map(|it| it.name).collect()
    }

    /// The expression of `given`, which must be `name = expression`.
    pub(crate) fn expression(&self, given: WrittenOption, form: &str) -> Option<(Ident, Expr)> {
        match given.value {
            Value::Is(expr) => Some((given.name, *expr)),
            Value::Flag | Value::List(_) => {
                self.wrong_value(&given, form);
                None
            }
        }
    }

    /// The tokens of `given`, which must be `name(…)`.
    pub(crate) fn tokens(&self, given: WrittenOption, form: &str) -> Option<(Ident, TokenStream)> {
        match given.value {
            Value::List(tokens) => Some((given.name, tokens)),
            Value::Flag | Value::Is(_) => {
                self.wrong_value(&given, form);
                None
            }
        }
    }

    fn wrong_value(&self, given: &WrittenOption, form: &str) {
        let WrittenOption { name, .. } = given;
        self.cx.error(DiagnosticCode::OptionValue, name, format_args!("option `{name}` is written `{form}`"));
    }

    /// Takes `name` with whatever stands behind it.
    pub(crate) fn any(&mut self, name: &'static str) -> Option<(Ident, Value)> {
        let given = self.take(name)?;
        Some((given.name, given.value))
    }

    /// Takes the first option, if it is a name alone that the developer chose.
    pub(crate) fn first_flag(&mut self) -> Option<Ident> {
        matches!(self.given.first()?.value, Value::Flag).then(|| self.given.remove(0).name)
    }

    /// Takes all options with names that the developer chose, each with whatever stands behind it.
    pub(crate) fn into_any(self) -> Vec<(Ident, Value)> {
        self.given.into_iter().map(|it| (it.name, it.value)).collect()
    }

    /// Takes `name`, without a value.
    pub(crate) fn flag(&mut self, name: &'static str) -> Option<Span> {
        let given = self.take(name)?;
        match given.value {
            Value::Flag => Some(given.name.span()),
            Value::Is(_) | Value::List(_) => {
                self.wrong_value(&given, name);
                None
            }
        }
    }

    /// Takes `name = expression`.
    pub(crate) fn value(&mut self, name: &'static str, form: &str) -> Option<(Ident, Expr)> {
        let given = self.take(name)?;
        self.expression(given, form)
    }

    /// Takes each `name = expression`.
    pub(crate) fn values(&mut self, name: &'static str, form: &str) -> Vec<(Ident, Expr)> {
        let all = self.take_all(name);
        all.into_iter().filter_map(|given| self.expression(given, form)).collect()
    }

    /// Takes all options, each `name = expression`, with names that the developer chose.
    pub(crate) fn into_values(self, form: &str) -> Vec<(Ident, Expr)> {
        let given = self.given;
        let this = Self { given: Vec::new(), ..self };
        given.into_iter().filter_map(|it| this.expression(it, form)).collect()
    }

    /// Takes `name = true` or `name = false`, with the span of its name.
    pub(crate) fn boolean(&mut self, name: &'static str) -> Option<(Span, bool)> {
        let (ident, value) = self.value(name, &format!("{name} = false"))?;
        match value {
            Expr::Lit(ExprLit { lit: Lit::Bool(it), .. }) => Some((ident.span(), it.value)),
            other => {
                self.cx.error(DiagnosticCode::OptionValue, other, format_args!("`{name}` is `true` or `false`"));
                None
            }
        }
    }

    /// Takes `name = "text"`.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<LitStr> {
        let (_, value) = self.value(name, &format!("{name} = \"…\""))?;
        match value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
            other => {
                self.cx.error(DiagnosticCode::OptionValue, other, format_args!("`{name}` is a text: `{name} = \"…\"`"));
                None
            }
        }
    }

    /// Takes `name = number`, which must fit `T`.
    pub(crate) fn number<T: FromStr>(&mut self, name: &'static str) -> Option<T> {
        let (_, value) = self.value(name, &format!("{name} = 1"))?;
        self.read_number(name, &value)
    }

    fn read_number<T: FromStr>(&self, name: &str, value: &Expr) -> Option<T> {
        let digits = digits(value);
        let number = digits.and_then(|it| it.parse().ok());
        if number.is_none() {
            self.cx.error(
                DiagnosticCode::OptionValue,
                value,
                format_args!("`{name}` is a whole number that fits its range"),
            );
        }
        number
    }

    /// Takes `name = number` as a bound, with its spans.
    pub(crate) fn bound<T: FromStr>(&mut self, name: &'static str) -> Option<Bound<T>> {
        let (ident, written) = self.value(name, &format!("{name} = 1"))?;
        let value = self.read_number(name, &written)?;
        Some(Bound { value, name: ident.span(), written })
    }

    /// Takes `name = ident`.
    pub(crate) fn ident(&mut self, name: &'static str) -> Option<Ident> {
        let (_, value) = self.value(name, &format!("{name} = some_name"))?;
        let ident = as_ident(&value).cloned();
        if ident.is_none() {
            self.cx.error(
                DiagnosticCode::OptionValue,
                value,
                format_args!("`{name}` is one name: `{name} = some_name`"),
            );
        }
        ident
    }

    /// Takes each `name(…)`, unread.
    pub(crate) fn lists(&mut self, name: &'static str, form: &str) -> Vec<(Ident, TokenStream)> {
        let all = self.take_all(name);
        all.into_iter().filter_map(|given| self.tokens(given, form)).collect()
    }

    /// Takes `name(…)`, unread.
    pub(crate) fn list(&mut self, name: &'static str, form: &str) -> Option<(Ident, TokenStream)> {
        let given = self.take(name)?;
        self.tokens(given, form)
    }

    /// Takes `name(…)`, unread, from among values of names that the developer chose: `name = …` is one of those.
    pub(crate) fn list_before_values(&mut self, name: &str, form: &str) -> Option<(Ident, TokenStream)> {
        let given = self.given.extract_if(.., |it| it.name == name && matches!(it.value, Value::List(_))).next()?;
        self.tokens(given, form)
    }

    /// Takes `name` or `name(flag)`: whether the flag is there.
    pub(crate) fn flag_or_list(&mut self, name: &'static str) -> Option<(Ident, Option<TokenStream>)> {
        let given = self.take(name)?;
        match given.value {
            Value::Flag => Some((given.name, None)),
            Value::List(tokens) => Some((given.name, Some(tokens))),
            Value::Is(_) => {
                self.wrong_value(&given, name);
                None
            }
        }
    }

    /// Refuses the options that were not taken.
    pub(crate) fn finish(self) {
        let known = self.known.borrow();
        for WrittenOption { name, .. } in &self.given {
            let report =
                self.cx.error(DiagnosticCode::UnknownOption, name, format_args!("there is no option `{name}` here"));
            let report = report.nearest(&name.to_string(), known.iter().copied());
            if known.is_empty() {
                report.help("it takes no options");
            } else {
                report.help(format_args!("options: `{}`", known.join("`, `")));
            }
        }
    }
}

impl Parse for WrittenOption {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Is(input.parse()?)
        } else if input.peek(token::Paren) {
            let content;
            parenthesized!(content in input);
            Value::List(content.parse()?)
        } else if input.is_empty() || input.peek(Token![,]) {
            Value::Flag
        } else {
            return Err(input.error("expected `=`, `(…)` or `,`"));
        };
        Ok(Self { name, value })
    }
}
