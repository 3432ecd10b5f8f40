//! `#[magic_link(user = User, lifetime = minutes(10))]` and `#[session(user = User)]`: the fields and actions that sign-in
//! needs, added to the resource as if they had been written there.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, ExprCall, ExprLit, Fields, ItemStruct, Lit, Type};

use super::field;
use super::options::Options;
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::attribute::Attribute;
use crate::model::resource::{Field, FieldKind, Resource, Role};
use crate::model::values::as_ident;

/// Reads `#[magic_link(…)]`.
pub(crate) fn magic_link(cx: &Ctxt, attribute: &syn::Attribute, mut options: Options<'_>) -> Option<Role> {
    let user = user(cx, attribute, &mut options);
    let lifetime = options.value("lifetime", "lifetime = minutes(10)");
    options.finish();
    let lifetime = lifetime.map_or(Some(DEFAULT_LIFETIME), |(_, value)| seconds(cx, &value))?;
    Some(Role::MagicLink { user: user?, lifetime, span: name_span(attribute) })
}

/// Reads `#[session(…)]`.
pub(crate) fn session(cx: &Ctxt, attribute: &syn::Attribute, mut options: Options<'_>) -> Option<Role> {
    let user = user(cx, attribute, &mut options);
    options.finish();
    Some(Role::Session { user: user?, span: name_span(attribute) })
}

/// Seconds for which a link may be used, by default.
const DEFAULT_LIFETIME: u32 = 600;

fn name_span(attribute: &syn::Attribute) -> Span {
    attribute.path().segments.last().map_or_else(Span::call_site, |it| it.ident.span())
}

fn user(cx: &Ctxt, attribute: &syn::Attribute, options: &mut Options<'_>) -> Option<Type> {
    let user = options.value("user", "user = User").and_then(|(_, value)| field::path(cx, &value));
    if user.is_none() && options.is_sound() {
        cx.error(DiagnosticCode::StrategyOption, attribute.path(), "say who signs in")
            .help("write `user = User`, the `#[actor]`");
    }
    user
}

/// `minutes(10)` → 600.
fn seconds(cx: &Ctxt, value: &Expr) -> Option<u32> {
    let read = match value {
        Expr::Call(ExprCall { func, args, .. }) if args.len() == 1 => {
            let unit = match as_ident(func).map(ToString::to_string).as_deref() {
                Some("seconds") => Some(1),
                Some("minutes") => Some(60),
                Some("hours") => Some(3600),
                Some("days") => Some(86_400),
                _ => None,
            };
            let number = match args.first() {
                Some(Expr::Lit(ExprLit { lit: Lit::Int(number), .. })) => number.base10_parse::<u32>().ok(),
                _ => None,
            };
            unit.zip(number).and_then(|(unit, number)| number.checked_mul(unit)).filter(|it| *it > 0)
        }
        _ => None,
    };
    if read.is_none() {
        cx.error(
            DiagnosticCode::OptionValue,
            value,
            "`lifetime` is a number of `seconds`, `minutes`, `hours` or `days`",
        )
        .help("write `lifetime = minutes(10)`");
    }
    read
}

/// Adds what the resource's role needs.
pub(crate) fn extend(cx: &Ctxt, resource: &mut Resource) {
    let (span, fields) = match &resource.role {
        Some(Role::MagicLink { span, .. }) => (*span, magic_link_fields(*span)),
        Some(Role::Session { user, span }) => (*span, session_fields(*span, user)),
        Some(Role::Actor(_)) | None => return,
    };
    let ident = &resource.ident;
    resource.actions = match &resource.role {
        Some(Role::MagicLink { .. }) => magic_link_actions(span, ident),
        _ => session_actions(span, ident),
    };
    let after_id = resource.fields.iter().position(is_id).map_or(0, |it| it + 1);
    let made = declared(cx, fields);
    resource.fields.splice(after_id..after_id, made);
}

fn is_id(field: &Field) -> bool {
    matches!(&field.kind, FieldKind::Attribute(it) if matches!(**it, Attribute { primary_key: true, .. }))
}

/// Parses the added fields by the same rules as the developer's.
fn declared(cx: &Ctxt, fields: TokenStream) -> Vec<Field> {
    let item = |tokens| -> syn::Result<ItemStruct> { syn::parse2(quote! { struct Added { #tokens } }) };
    match cx.ok(item(fields)).map(|it| it.fields) {
        Some(Fields::Named(fields)) => fields.named.into_iter().map(|it| field::field(cx, it)).collect(),
        _ => Vec::new(),
    }
}

fn magic_link_fields(span: Span) -> TokenStream {
    quote_spanned! {span=>
        /// Where the mail went.
        #[attribute(public)]
        pub email: ::samara::attribute::CiString,
        /// What was mailed: `LINK` or `CODE`.
        #[attribute(public)]
        pub purpose: ::std::string::String,
        /// The hash of the link's token, or of the flow's secret.
        #[attribute(sensitive, unique)]
        pub token_hash: ::std::string::String,
        /// The hash of the code.
        #[attribute(sensitive)]
        pub code_hash: ::core::option::Option<::std::string::String>,
        /// How often a wrong code was given.
        #[attribute(public, default = 0)]
        pub attempts: i64,
        /// Until when it may be used.
        #[attribute(public)]
        pub expires_at: ::samara::__private::DateTimeUtc,
        /// When it was used.
        #[attribute(public)]
        pub consumed_at: ::core::option::Option<::samara::__private::DateTimeUtc>,
        /// When it was taken back.
        #[attribute(public)]
        pub revoked_at: ::core::option::Option<::samara::__private::DateTimeUtc>,
        /// The network address that asked for it.
        #[attribute(public)]
        pub requested_ip: ::core::option::Option<::std::string::String>,
        /// The program that asked for it.
        #[attribute(public)]
        pub requested_agent: ::core::option::Option<::std::string::String>,
    }
}

fn session_fields(span: Span, user: &Type) -> TokenStream {
    quote_spanned! {span=>
        /// Whose it is.
        #[belongs_to(public, on_delete = cascade)]
        pub user: ::samara::relation::BelongsTo<#user>,
        /// The hash of its token.
        #[attribute(sensitive, unique)]
        pub token_hash: ::std::string::String,
        /// What holds the token: `BROWSER` or `BEARER`.
        #[attribute(public)]
        pub kind: ::std::string::String,
        /// Until when it may be used.
        #[attribute(public)]
        pub expires_at: ::samara::__private::DateTimeUtc,
        /// When it was last used.
        #[attribute(public)]
        pub last_seen_at: ::samara::__private::DateTimeUtc,
        /// When it was ended.
        #[attribute(public)]
        pub revoked_at: ::core::option::Option<::samara::__private::DateTimeUtc>,
        /// The network address it was started from.
        #[attribute(public)]
        pub ip: ::core::option::Option<::std::string::String>,
        /// The program it was started by.
        #[attribute(public)]
        pub agent: ::core::option::Option<::std::string::String>,
    }
}

fn magic_link_actions(span: Span, ident: &syn::Ident) -> TokenStream {
    quote_spanned! {span=>
        #[::samara::actions]
        impl #ident {
            /// The links and codes that were sent, newest first.
            #[read(primary, sort = [-inserted_at], paginate(keyset, default = 50, max = 250))]
            fn list();

            /// Makes a link or a code.
            #[create(private, accept = [
                email, purpose, token_hash, code_hash, attempts, expires_at, consumed_at, revoked_at, requested_ip,
                requested_agent
            ])]
            fn issue();

            /// Uses it up, or counts a wrong code.
            #[update(private, accept = [consumed_at, attempts])]
            fn consume();

            /// Takes it back: it opens nothing any more.
            #[update(
                set(revoked_at = ::samara::expr::now()),
                require(|it| it.revoked_at.is_none(), "it was revoked already"),
                require(|it| it.consumed_at.is_none(), "it was used already"),
                require(|it| it.expires_at > ::samara::expr::now(), "it has expired already"),
            )]
            fn revoke();

            /// Forgets it, long after it ended.
            #[destroy(private)]
            fn purge();

            /// Mails a sign-in link to an address.
            #[action]
            async fn send(
                cx: &::samara::context::Context,
                email: ::samara::attribute::CiString,
            ) -> ::core::result::Result<bool, ::samara::error::Error> {
                ::samara::auth::send_link(cx, email).await
            }
        }
    }
}

fn session_actions(span: Span, ident: &syn::Ident) -> TokenStream {
    quote_spanned! {span=>
        #[::samara::actions]
        impl #ident {
            /// The sessions, newest first.
            #[read(primary, sort = [-inserted_at], paginate(keyset, default = 50, max = 250))]
            fn list();

            /// Starts a session.
            #[create(private, accept = [user, token_hash, kind, expires_at, last_seen_at, revoked_at, ip, agent])]
            fn start();

            /// Notes that it was used.
            #[update(private, accept = [last_seen_at, expires_at])]
            fn touch();

            /// Ends it: its token opens nothing any more.
            #[update(
                set(revoked_at = ::samara::expr::now()),
                require(|it| it.revoked_at.is_none(), "it was revoked already"),
                require(|it| it.expires_at > ::samara::expr::now(), "it has expired already"),
            )]
            fn revoke();

            /// Forgets it, long after it ended.
            #[destroy(private)]
            fn purge();
        }
    }
}
