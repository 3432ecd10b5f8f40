//! One field of a resource, and the attribute that says what it is.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::{Expr, Type, parse_quote};

use super::attributes::{misspelt, options_apart, take_one, unconditional};
use super::options::Options;
use super::storable::storable;
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::attribute::{Attribute, Constraints, Generated};
use crate::model::docs::docs;
use crate::model::relationship::{Join, OnDelete, Relationship, RelationshipKind};
use crate::model::resource::{Field, FieldKind};
use crate::model::types::{argument_of, is_named, located};
use crate::model::values::as_ident;

/// Attributes that say what a field is.
const KINDS: [&str; 6] = ["id", "attribute", "belongs_to", "has_many", "has_one", "many_to_many"];

/// Options of `#[attribute]` that one might write as attributes.
const OPTIONS: [&str; 17] = [
    "public",
    "sensitive",
    "big",
    "immutable",
    "filter",
    "sort",
    "unique",
    "index",
    "default",
    "min_length",
    "max_length",
    "min",
    "max",
    "email",
    "slug",
    "multiline",
    "on_delete",
];

const UNSAID: (DiagnosticCode, &str) = (
    DiagnosticCode::FieldWithoutKind,
    "say what this field is: `#[attribute]`, `#[id]` or a relationship such as `#[belongs_to]`",
);

/// Reads a field. One without a kind is treated as an attribute, so that other uses of its name still compile.
pub(crate) fn field(cx: &Ctxt, mut field: syn::Field) -> Field {
    let before = cx.count();
    let ident = field.ident.unwrap_or_else(|| Ident::new("unnamed", Span::call_site()));
    unconditional(cx, &mut field.attrs, "a field");
    let kind = match take_one(cx, &mut field.attrs, &KINDS, &ident, UNSAID) {
        None => FieldKind::Attribute(Box::default()),
        Some((name, attribute)) => {
            let options = Options::of(cx, &attribute);
            match name.as_str() {
                "id" => FieldKind::Attribute(Box::new(id(&field.ty, options))),
                "attribute" => FieldKind::Attribute(Box::new(self::attribute(cx, options))),
                "belongs_to" => relationship(belongs_to(cx, &ident, &mut field.ty, options)),
                "has_many" => relationship(has_many(cx, &mut field.ty, &attribute, options)),
                "has_one" => relationship(has_one(cx, &mut field.ty, &attribute, options)),
                _ => relationship(many_to_many(cx, &mut field.ty, &attribute, options)),
            }
        }
    };
    options_apart(cx, &mut field.attrs, "attribute", &OPTIONS);
    misspelt(cx, &mut field.attrs, &KINDS);
    let ty = match &kind {
        FieldKind::Attribute(_) => storable(cx, field.ty),
        FieldKind::Relationship(_) => field.ty,
    };
    let sound = cx.count() == before;
    Field { docs: docs(&field.attrs), attributes: field.attrs, vis: field.vis, ident, ty: located(&ty), kind, sound }
}

fn relationship(read: Relationship) -> FieldKind {
    FieldKind::Relationship(Box::new(read))
}

/// `#[id]`: made by the framework or the database, unless it is a text.
fn id(ty: &Type, mut options: Options<'_>) -> Attribute {
    let (random, slug, max_length) = (options.flag("random"), options.flag("slug"), options.bound("max_length"));
    options.finish();
    let is_text = is_named(ty, "String") || is_named(ty, "CiString");
    let generated = match random {
        _ if is_text => None,
        Some(_) => Some(Generated::RandomId),
        None => Some(Generated::Id),
    };
    let constraints = Constraints { slug, max_length, ..Constraints::default() };
    Attribute { primary_key: true, public: true, generated, constraints, ..Attribute::default() }
}

fn attribute(cx: &Ctxt, mut options: Options<'_>) -> Attribute {
    let attribute = Attribute {
        primary_key: false,
        public: options.flag("public").is_some(),
        sensitive: options.flag("sensitive").is_some(),
        big: options.flag("big"),
        immutable: options.flag("immutable").is_some(),
        filter: options.boolean("filter"),
        sort: options.boolean("sort"),
        unique: options.flag("unique").is_some(),
        index: options.flag_or_list("index").map(|(name, list)| list.is_some_and(|it| descends(cx, &name, it))),
        default: options.value("default", "default = …").map(|(_, value)| value),
        generated: None,
        constraints: Constraints {
            min_length: options.bound("min_length"),
            max_length: options.bound("max_length"),
            min: options.bound("min"),
            max: options.bound("max"),
            email: options.flag("email"),
            slug: options.flag("slug"),
            multiline: options.flag("multiline"),
        },
    };
    options.finish();
    attribute
}

/// `desc` of `index(desc)`.
fn descends(cx: &Ctxt, name: &Ident, list: proc_macro2::TokenStream) -> bool {
    let mut options = Options::parse(cx, list);
    let descends = options.flag("desc").is_some();
    if !descends && options.is_sound() {
        cx.error(DiagnosticCode::OptionValue, name, "option `index` is written `index` or `index(desc)`");
    }
    options.finish();
    descends
}

fn belongs_to(cx: &Ctxt, ident: &Ident, ty: &mut Type, mut options: Options<'_>) -> Relationship {
    let public = options.flag("public").is_some();
    let immutable = options.flag("immutable").is_some();
    let on_delete = options.value("on_delete", "on_delete = restrict");
    options.finish();
    let inner = argument_of(ty, "Option");
    let optional = inner.is_some();
    let target = match argument_of(inner.unwrap_or(ty), "BelongsTo") {
        Some(target) => located(target),
        None => {
            let message =
                "a `#[belongs_to]` field has type `BelongsTo<…>` or, where the key may be NULL, `Option<BelongsTo<…>>`";
            let target = cx.error(DiagnosticCode::RelationshipType, &ty, message).into_type();
            let there = stand_in(&format_ident!("BelongsTo"));
            *ty = if optional { parse_quote!(::core::option::Option<#there>) } else { there };
            target
        }
    };
    let on_delete = on_delete.map_or(OnDelete::Restrict, |(_, value)| self::on_delete(cx, &value, optional));
    let key = format_ident!("{ident}_id");
    let kind = RelationshipKind::BelongsTo { key, optional, immutable, on_delete };
    Relationship { public, target, kind }
}

fn on_delete(cx: &Ctxt, value: &Expr, optional: bool) -> OnDelete {
    match as_ident(value).map(Ident::to_string).as_deref() {
        Some("restrict") => OnDelete::Restrict,
        Some("cascade") => OnDelete::Cascade,
        Some("nilify") if optional => OnDelete::Nilify,
        Some("nilify") => {
            cx.error(
                DiagnosticCode::NilifyRequired,
                value,
                "a key that is required cannot become NULL when the other row goes",
            )
            .help("write `Option<BelongsTo<…>>`, or `on_delete = restrict` or `cascade`");
            OnDelete::Restrict
        }
        name => {
            cx.error(DiagnosticCode::OptionValue, value, "`on_delete` is `restrict`, `cascade` or `nilify`")
                .nearest(name.unwrap_or_default(), ["restrict", "cascade", "nilify"]);
            OnDelete::Restrict
        }
    }
}

/// `HasMany<Activity>` → `Activity`. A field of another type gets the right one, so that other uses of its name still compile.
fn target(cx: &Ctxt, ty: &mut Type, attribute: &str, wrapper: &str) -> Type {
    if let Some(target) = argument_of(ty, wrapper) {
        return located(target);
    }
    let message = format!("a `#[{attribute}]` field has type `{wrapper}<…>`");
    let target = cx.error(DiagnosticCode::RelationshipType, &ty, message).into_type();
    *ty = stand_in(&format_ident!("{wrapper}"));
    target
}

fn stand_in(wrapper: &Ident) -> Type {
    parse_quote!(::samara::relation::#wrapper<()>)
}

/// `key = user`, which is required.
fn key(cx: &Ctxt, attribute: &syn::Attribute, options: &mut Options<'_>) -> Option<Ident> {
    let key = options.ident("key");
    if key.is_none() && options.is_sound() {
        cx.error(
            DiagnosticCode::RelationshipKey,
            attribute.path(),
            "say which `#[belongs_to]` at the other end points back here",
        )
        .help("write `key = name_of_that_field`");
    }
    key
}

fn has_many(cx: &Ctxt, ty: &mut Type, attribute: &syn::Attribute, mut options: Options<'_>) -> Relationship {
    let public = options.flag("public").is_some();
    let key = key(cx, attribute, &mut options);
    options.finish();
    Relationship { public, target: target(cx, ty, "has_many", "HasMany"), kind: RelationshipKind::HasMany { key } }
}

fn has_one(cx: &Ctxt, ty: &mut Type, attribute: &syn::Attribute, mut options: Options<'_>) -> Relationship {
    let public = options.flag("public").is_some();
    let key = key(cx, attribute, &mut options);
    options.finish();
    Relationship { public, target: target(cx, ty, "has_one", "HasOne"), kind: RelationshipKind::HasOne { key } }
}

fn many_to_many(cx: &Ctxt, ty: &mut Type, attribute: &syn::Attribute, mut options: Options<'_>) -> Relationship {
    let public = options.flag("public").is_some();
    let through = options.value("through", "through = Membership").and_then(|(_, value)| path(cx, &value));
    let (source, joined) = (options.ident("source"), options.ident("target"));
    let join = match (through, source, joined) {
        (Some(through), Some(source), Some(target)) => Some(Join { through, source, target }),
        _ if !options.is_sound() => None,
        _ => {
            cx.error(DiagnosticCode::RelationshipKey, attribute.path(), "say through which resource the rows are joined, and by which keys")
                .help("write `through = Membership, source = user, target = world`: two `#[belongs_to]` fields of `Membership`");
            None
        }
    };
    options.finish();
    let target = target(cx, ty, "many_to_many", "ManyToMany");
    Relationship { public, target, kind: RelationshipKind::ManyToMany { join: join.map(Box::new) } }
}

/// A type named in an option.
pub(crate) fn path(cx: &Ctxt, value: &Expr) -> Option<Type> {
    match value {
        Expr::Path(path) => Some(located(&syn::parse_quote!(#path))),
        other => {
            cx.error(DiagnosticCode::OptionValue, other, "the name of a resource is expected here");
            None
        }
    }
}
