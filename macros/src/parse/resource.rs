//! `#[resource(table = …, timestamps = false, soft_delete, identity(name = [..]), index = [..], base_filter = |it| …, entity)] pub struct …`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident};
use syn::{Expr, ExprClosure, Fields, ItemStruct, LitStr, Pat, Type, Visibility, parse_quote, parse_quote_spanned};

use super::attributes;
use super::block;
use super::field;
use super::names::{directed, names};
use super::options::Options;
use super::requirement::requirement;
use super::strategy;
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::attribute::{Attribute, Generated};
use crate::model::docs::docs;
use crate::model::resource::{Actor, Admin, Field, FieldKind, Identity, Resource, Role};

/// Attributes of the item that `#[resource]` reads.
const HELPERS: [&str; 5] = ["actor", "graphql", "admin", "magic_link", "session"];

const BASE_FILTER: &str = "base_filter = |it| it.withdrawn_at.is_none()";

const LONGEST_TABLE: usize = 63;

/// The prefixes of tables that belong to PostgreSQL, to SQLite and to the list of migrations.
const RESERVED_TABLES: [&str; 3] = ["pg_", "sqlite_", "seaql_"];

/// Parses the item with its options. What cannot be parsed is reported, and left out or replaced by a default.
pub(crate) fn resource(cx: &Ctxt, options: TokenStream, mut item: ItemStruct) -> Resource {
    if let Some(generics) = item.generics.params.first() {
        cx.error(DiagnosticCode::Misplaced, generics, "a resource is one table: it cannot be generic");
    }
    let helpers = attributes::take(&mut item.attrs, &HELPERS);
    let mut options = Options::parse(cx, options);
    let table = match options.text("table") {
        Some(name) => table_can_be_named(cx, name),
        None => table_is_named(cx, &item.ident),
    };
    let timestamps = options.boolean("timestamps").is_none_or(|(_, it)| it);
    let soft_delete = options.flag("soft_delete").is_some();
    let identities = options.lists("identity", "identity(name = [a, b])");
    let identities = identities.into_iter().flat_map(|(_, tokens)| identity(cx, tokens)).collect();
    let indexes = options.values("index", "index = [a, -b]");
    let indexes = indexes.iter().map(|(option, list)| directed(cx, option, list)).collect();
    let base_filter =
        options.value("base_filter", BASE_FILTER).and_then(|(_, value)| condition(cx, "base_filter", value));
    let tenant = options.ident("tenant");
    let entity = options.flag("entity").is_some();
    let blocks = block::listed(cx, &mut options);
    let validations = options.lists("validate", "validate(|row| …, \"message\")");
    let validations = validations.into_iter().filter_map(|(_, tokens)| requirement(cx, false, tokens)).collect();
    if let Some(name) = options.mistaken("require") {
        cx.error(
            DiagnosticCode::UnknownOption,
            &name,
            "a new row was nothing before, of which one could `require` something",
        )
        .help("write `validate(|row| …, \"message\")`, which asks each row as it will be")
        .help("or `require` where actions are declared: `#[actions(require(|row| …, \"message\"))]`");
    }
    options.finish();

    let mut resource = Resource {
        docs: docs(&item.attrs),
        attributes: item.attrs,
        vis: item.vis,
        ident: item.ident,
        table,
        fields: fields(cx, item.fields),
        identities,
        indexes,
        base_filter,
        tenant,
        graphql: None,
        admin: None,
        role: None,
        entity,
        blocks,
        validations,
        actions: TokenStream::new(),
    };
    for (name, attribute) in helpers {
        let options = Options::of(cx, &attribute);
        match name.as_str() {
            "graphql" => resource.graphql = Some(graphql(&resource.ident, options)),
            "admin" => resource.admin = Some(admin(cx, &resource.ident, options)),
            "actor" => {
                if let Some(actor) = actor(cx, &attribute, options) {
                    set_role(cx, &attribute, &mut resource, Role::Actor(actor));
                }
            }
            "magic_link" => {
                if let Some(role) = strategy::magic_link(cx, &attribute, options) {
                    set_role(cx, &attribute, &mut resource, role);
                }
            }
            _ => {
                if let Some(role) = strategy::session(cx, &attribute, options) {
                    set_role(cx, &attribute, &mut resource, role);
                }
            }
        }
    }
    strategy::extend(cx, &mut resource);
    if soft_delete {
        resource.fields.extend(deletion_fields(&resource.ident));
    }
    if timestamps {
        resource.fields.extend(timestamp_fields(&resource.ident));
    }
    resource
}

/// A condition over a row alone: `|it| …`.
fn condition(cx: &Ctxt, option: &str, value: Expr) -> Option<ExprClosure> {
    let closure = match value {
        Expr::Closure(closure) => closure,
        other => {
            let message = format!("`{option}` is a condition over the row: `{option} = |it| …`");
            cx.error(DiagnosticCode::OptionValue, other, message);
            return None;
        }
    };
    let inputs: Vec<_> = closure.inputs.iter().collect();
    if let [Pat::Ident(_)] = inputs.as_slice() {
        return Some(closure);
    }
    let wrong = inputs.iter().find(|it| !matches!(it, Pat::Ident(_))).or(inputs.get(1));
    let message = format!("`{option}` is decided by the row alone, for everybody");
    match wrong {
        Some(wrong) => cx.error(DiagnosticCode::ClosureParameter, wrong, message),
        None => cx.error(DiagnosticCode::ClosureParameter, &closure, message),
    }
    .help(format_args!("write `{option} = |it| …`; what differs from actor to actor is a policy"));
    None
}

fn table_is_named(cx: &Ctxt, ident: &Ident) -> LitStr {
    cx.error(DiagnosticCode::MissingTable, ident, format_args!("`{ident}` does not say which table holds it"))
        .help("write `#[resource(table = \"…\")]`; the table's name is also the plural in addresses and GraphQL");
    LitStr::new("", ident.span())
}

/// R0114: the name is valid for databases, files and addresses.
fn table_can_be_named(cx: &Ctxt, table: LitStr) -> LitStr {
    let name = table.value();
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let objection = if !name.starts_with(|it: char| it.is_ascii_lowercase()) || !name.chars().all(plain) {
        "is not lower-case letters, digits and `_`, a letter first"
    } else if name.len() > LONGEST_TABLE {
        "is longer than the 63 bytes that PostgreSQL keeps"
    } else if RESERVED_TABLES.iter().any(|it| name.starts_with(it)) {
        "starts as those of the databases' own tables do"
    } else {
        return table;
    };
    cx.error(DiagnosticCode::TableName, &table, format_args!("the table's name `{name}` {objection}"))
        .help("it is also the plural in addresses and GraphQL, and names a file: `table = \"game_worlds\"`");
    table
}

const IDENTITY: &str = "identity(name = [a, b])";

/// `identity(name = [a, b], other = [c])`, or `identity(name = [a, b], where = |it| …, message = "…", nulls = equal)`.
fn identity(cx: &Ctxt, tokens: TokenStream) -> Vec<Identity> {
    let mut options = Options::parse(cx, tokens);
    let condition = options.value("where", "where = |it| it.is_public");
    let told = condition.as_ref().map(|(option, _)| option.clone());
    let condition = condition.and_then(|(_, value)| self::condition(cx, "where", value));
    let message = options.text("message");
    let nulls = options.ident("nulls");
    if let Some(other) = nulls.as_ref().filter(|it| *it != "equal") {
        cx.error(DiagnosticCode::OptionValue, other, "`nulls` is `equal`; without it NULLs differ from each other");
    }
    let given = options.into_values(IDENTITY);
    let mut identities: Vec<_> = given
        .into_iter()
        .map(|(name, list)| {
            let attributes = names(cx, &name, &list);
            Identity { name, attributes, condition: None, message: None, nulls_equal: false }
        })
        .collect();
    match identities.as_mut_slice() {
        [identity] => {
            (identity.condition, identity.message, identity.nulls_equal) = (condition, message, nulls.is_some());
        }
        several => {
            let second = several.get(1).map(|it| it.name.to_token_stream());
            let at = told.map(|it| it.to_token_stream()).or(message.map(|it| it.to_token_stream()));
            if let Some(at) = at.or(nulls.map(|it| it.to_token_stream())) {
                let at = second.unwrap_or(at);
                cx.error(DiagnosticCode::OptionValue, at, "`where`, `message` and `nulls` are said of one identity")
                    .help(format_args!(
                        "write each in parentheses of its own: `{IDENTITY}, identity(other = [c], message = \"…\")`"
                    ));
            }
        }
    }
    identities
}

fn set_role(cx: &Ctxt, attribute: &syn::Attribute, resource: &mut Resource, role: Role) {
    if resource.role.is_none() {
        resource.role = Some(role);
    } else {
        cx.error(
            DiagnosticCode::TwoRoles,
            attribute.path(),
            format_args!("`{}` already has a part in sign-in", resource.ident),
        )
        .help("keep one of `#[actor]`, `#[magic_link]` and `#[session]`");
    }
}

fn graphql(ident: &Ident, mut options: Options<'_>) -> LitStr {
    let name = options.text("type");
    options.finish();
    name.unwrap_or_else(|| LitStr::new(&ident.to_string(), ident.span()))
}

fn admin(cx: &Ctxt, ident: &Ident, mut options: Options<'_>) -> Admin {
    let group = options.text("group").unwrap_or_else(|| LitStr::new("", ident.span()));
    let columns = options.value("columns", "columns = [a, b]");
    options.finish();
    Admin { group, columns: columns.map(|(option, list)| names(cx, &option, &list)).unwrap_or_default() }
}

fn actor(cx: &Ctxt, attribute: &syn::Attribute, mut options: Options<'_>) -> Option<Actor> {
    let identity = options.ident("identity");
    let (register, name) = (options.ident("register"), options.ident("name"));
    if identity.is_none() && options.is_sound() {
        cx.error(DiagnosticCode::StrategyOption, attribute.path(), "say which attribute holds the e-mail address")
            .help("write `#[actor(identity = email)]`");
    }
    options.finish();
    Some(Actor { identity: identity?, register, name })
}

fn fields(cx: &Ctxt, fields: Fields) -> Vec<Field> {
    match fields {
        Fields::Named(fields) => fields.named.into_iter().map(|it| field::field(cx, it)).collect(),
        Fields::Unnamed(fields) => {
            cx.error(DiagnosticCode::Misplaced, fields, "a resource is a struct with named fields");
            Vec::new()
        }
        Fields::Unit => Vec::new(),
    }
}

fn timestamp_fields(ident: &Ident) -> [Field; 2] {
    let ty: Type = parse_quote_spanned!(ident.span()=> ::samara::__private::DateTimeUtc);
    [
        made(ident, "inserted_at", ty.clone(), Generated::InsertedAt, "When the row was made."),
        made(ident, "updated_at", ty, Generated::UpdatedAt, "When the row was last written."),
    ]
}

fn deletion_fields(ident: &Ident) -> [Field; 2] {
    let at = parse_quote_spanned!(ident.span()=> ::core::option::Option<::samara::__private::DateTimeUtc>);
    let id = parse_quote_spanned!(ident.span()=> ::core::option::Option<::samara::__private::Uuid>);
    let docs = "Which deletion the row went with the last time, as all rows that went with it.";
    [
        made(ident, "deleted_at", at, Generated::DeletedAt, "When the row was deleted; `None` while it exists."),
        made(ident, "deletion_id", id, Generated::DeletionId, docs),
    ]
}

/// A field that the framework fills in. When a row was made and written is shown.
fn made(ident: &Ident, name: &str, ty: Type, generated: Generated, docs: &str) -> Field {
    let public = matches!(generated, Generated::InsertedAt | Generated::UpdatedAt);
    let attribute = Attribute { public, generated: Some(generated), ..Attribute::default() };
    Field {
        attributes: vec![parse_quote!(#[doc = #docs])],
        vis: Visibility::Public(Default::default()),
        ident: format_ident!("{name}", span = ident.span()),
        docs: docs.to_owned(),
        ty,
        kind: FieldKind::Attribute(Box::new(attribute)),
        sound: true,
    }
}
