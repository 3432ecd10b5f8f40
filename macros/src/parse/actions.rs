//! `#[actions] impl World { #[read(primary)] fn list(); … }`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::parse::{ParseStream, Parser as _};
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Block, Expr, ExprClosure, FnArg, GenericArgument, ImplItem, ItemImpl, Pat, PathArguments, ReturnType,
    Signature, TraitItemFn, Type,
};

use super::attributes::{misspelt, on_block, only_plain, take_one, unconditional};
use super::block;
use super::names::{accepted, names, sort_keys};
use super::options::{Options, Value, WrittenOption};
use super::requirement::requirement;
use super::row_name;
use super::storable::storable;
use super::transition::transition;
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{
    Action, ActionKind, Actions, Argument, Change, Generic, Hook, Pagination, Read, Rules, Upsert, When,
};
use crate::model::docs::docs;
use crate::model::types::located;
use crate::model::values::as_ident;

/// Options that declare changes.
const CHANGES: [&str; 3] = ["set", "relate_actor", "change"];

/// Attributes that say what an action does.
const KINDS: [&str; 5] = ["read", "create", "update", "destroy", "action"];

const UNSAID: (DiagnosticCode, &str) = (
    DiagnosticCode::ActionWithoutKind,
    "say what this action does: `#[read]`, `#[create]`, `#[update]`, `#[destroy]` or `#[action]`",
);

/// Parses the `impl`. A function that cannot be parsed is reported, and left out.
pub(crate) fn actions(cx: &Ctxt, options: TokenStream, mut item: ItemImpl) -> Option<Actions> {
    let (block, options) = block::name_and_options(options);
    let rules = rules(cx, options);
    on_block(cx, &mut item.attrs, "actions");
    if let Some((path, _)) = &item.trait_ {
        cx.error(DiagnosticCode::Misplaced, path, "actions stand in an `impl` of the resource, without a trait");
    }
    let Type::Path(resource) = &*item.self_ty else {
        cx.error(DiagnosticCode::Misplaced, &item.self_ty, "actions stand in an `impl` of a resource");
        return None;
    };
    let actions = item.items.into_iter().filter_map(|it| function(cx, it)).filter_map(|it| action(cx, it));
    let actions = actions.map(|mut it| {
        it.take_changes(&rules);
        it
    });
    Some(Actions { resource: located(&resource.path), block, actions: actions.collect(), rules })
}

/// What the block says for all of its actions: `#[actions(validate(…), set(…), change = …)]`.
fn rules(cx: &Ctxt, options: TokenStream) -> Rules {
    let mut options = Options::parse(cx, options);
    for name in When::OPTIONS.iter().filter_map(|it| options.mistaken(it)) {
        cx.error(DiagnosticCode::UnknownOption, &name, format_args!("`{name}` is of one action"))
            .help(format_args!("write it where it shall run: `#[update(…, {name} = function)]`"));
    }
    let rules = write(cx, &mut options, &[], &["require", "validate"]);
    options.finish();
    rules
}

struct Function {
    attributes: Vec<Attribute>,
    signature: Signature,
    body: Option<Block>,
}

/// Functions without a body are not valid in an `impl`, so `syn` leaves them as tokens.
fn function(cx: &Ctxt, item: ImplItem) -> Option<Function> {
    match item {
        ImplItem::Fn(it) => Some(Function { attributes: it.attrs, signature: it.sig, body: Some(it.block) }),
        ImplItem::Verbatim(tokens) => {
            let it = cx.ok(bodyless.parse2(tokens))?;
            Some(Function { attributes: it.attrs, signature: it.sig, body: None })
        }
        other => {
            cx.error(DiagnosticCode::Misplaced, other, "only actions stand here")
                .help("write another `impl` for the rest");
            None
        }
    }
}

/// `pub fn list();`, its visibility left out: an action is as visible as its resource.
fn bodyless(input: ParseStream<'_>) -> syn::Result<TraitItemFn> {
    let attributes = input.call(Attribute::parse_outer)?;
    input.parse::<syn::Visibility>()?;
    let mut function: TraitItemFn = input.parse()?;
    function.attrs = attributes;
    Ok(function)
}

fn action(cx: &Ctxt, mut function: Function) -> Option<Action> {
    let before = cx.count();
    let ident = function.signature.ident.clone();
    let (kind, attribute) = take_one(cx, &mut function.attributes, &KINDS, &ident, UNSAID)?;
    for parameter in &mut function.signature.inputs {
        if let FnArg::Typed(typed) = parameter {
            only_plain(cx, &mut typed.attrs, "an argument", &[]);
        }
    }
    let mut options = Options::of(cx, &attribute);
    let named_by = match kind.as_str() {
        "read" | "update" | "destroy" => row_name::row_name(cx, &mut options, kind == "read"),
        _ => row_name::Written::default(),
    };
    let written = match kind.as_str() {
        "read" => ActionKind::Read(Box::new(read(cx, &mut options, named_by.at))),
        "create" => ActionKind::Create,
        "update" => ActionKind::Update,
        "destroy" => ActionKind::Destroy,
        _ => ActionKind::Generic(Box::new(generic(cx, &mut options, &function)?)),
    };
    if !matches!(written, ActionKind::Generic(_)) {
        is_plain(cx, &kind, &function.signature);
    }
    if let Some(generics) = function.signature.generics.params.first() {
        cx.error(DiagnosticCode::ActionSignature, generics, "an action is of one resource: it cannot be generic");
    }
    if let (Some(body), false) = (&function.body, matches!(written, ActionKind::Generic(_))) {
        cx.error_at(
            DiagnosticCode::ActionBody,
            body.brace_token.span.open(),
            format_args!("a `#[{kind}]` has no body: it is data"),
        )
        .help("end it with `;`, or write `#[action]` for an action that is a function");
    }
    if let ActionKind::Generic(_) = written {
        unconditional(cx, &mut function.attributes, "an action");
        misspelt(cx, &mut function.attributes, &KINDS);
    } else {
        only_plain(cx, &mut function.attributes, &format!("a `#[{kind}]`"), &KINDS);
    }
    let mut action = Action {
        docs: docs(&function.attributes),
        attributes: function.attributes,
        arguments: arguments(cx, &function.signature, matches!(written, ActionKind::Generic(_))),
        ident,
        kind: written,
        at: attribute.path().span(),
        primary: None,
        private: options.flag("private").is_some(),
        name: options.text("name"),
        accept: Vec::new(),
        required: Vec::new(),
        upsert: None,
        named_by: named_by.name,
        rules: Rules::default(),
        of_deleted: None,
        transition: None,
        shared_changes: 0,
        sound: true,
    };
    if !matches!(action.kind, ActionKind::Generic(_)) {
        action.primary = options.flag("primary");
    }
    match action.kind {
        ActionKind::Create => {
            inputs(cx, &mut options, &mut action);
            action.upsert = upsert(cx, &mut options);
            action.rules = write(cx, &mut options, &When::OPTIONS, &["validate"]);
            if let Some(name) = options.mistaken("require") {
                cx.error(
                    DiagnosticCode::UnknownOption,
                    name,
                    "a `#[create]` has no row before it, of which it could `require` something",
                )
                .help("write `validate(|row| …, \"message\")`: it asks the row as it will be");
            }
        }
        ActionKind::Update => {
            inputs(cx, &mut options, &mut action);
            action.of_deleted = options.flag("restore");
            if let Some(name) = options.mistaken("purge") {
                cx.error(DiagnosticCode::UnknownOption, name, "an update removes nothing for good")
                    .help("write `#[destroy(purge)]`, or `#[update(restore)]` for what brings deleted rows back");
            }
            let form = "transition(state: Draft | Rejected => State::Proposed)";
            let written = options.list("transition", form);
            action.transition = written.and_then(|(_, tokens)| transition(cx, tokens));
            action.rules = write(cx, &mut options, &When::OPTIONS, &["require", "validate"]);
        }
        ActionKind::Destroy => {
            action.of_deleted = options.flag("purge");
            if let Some(name) = options.mistaken("restore") {
                cx.error(DiagnosticCode::UnknownOption, name, "a destroy brings nothing back")
                    .help("write `#[update(restore)]`, or `#[destroy(purge)]` for what removes deleted rows for good");
            }
            action.rules = write(cx, &mut options, &When::OPTIONS, &["require"]);
            if let Some(name) = options.mistaken("validate") {
                cx.error(
                    DiagnosticCode::UnknownOption,
                    name,
                    "a `#[destroy]` leaves no row, of which it could `validate` something",
                )
                .help("write `require(|row| …, \"message\")`: it asks the row as it was");
            }
        }
        ActionKind::Read(_) | ActionKind::Generic(_) => {
            for name in When::OPTIONS.iter().filter_map(|it| options.mistaken(it)) {
                cx.error(
                    DiagnosticCode::UnknownOption,
                    &name,
                    format_args!("a `#[{kind}]` writes no row, so nothing runs `{name}`"),
                )
                .help("`before`, `after` and `after_commit` stand on a `#[create]`, `#[update]` or `#[destroy]`");
            }
        }
    }
    options.finish();
    action.sound = cx.count() == before;
    Some(action)
}

/// Checks that an action without a body is a plain function: not `async`, `unsafe` or the like.
fn is_plain(cx: &Ctxt, kind: &str, signature: &Signature) {
    if let Some(token) = &signature.asyncness {
        cx.error(DiagnosticCode::ActionSignature, token, format_args!("a `#[{kind}]` is data: it is not `async`"))
            .help("its call answers a future by itself");
    }
    if let ReturnType::Type(_, ty) = &signature.output {
        cx.error(DiagnosticCode::ActionSignature, ty, format_args!("what a `#[{kind}]` answers is known"))
            .help("leave the type out");
    }
}

fn read(cx: &Ctxt, options: &mut Options<'_>, get: Option<Span>) -> Read {
    Read {
        get,
        filter: options
            .list("filter", "filter(|row| …)")
            .and_then(|(_, tokens)| cx.ok(syn::parse2::<ExprClosure>(tokens))),
        default_filter: options
            .list("default_filter", "default_filter(|row| …)")
            .and_then(|(_, tokens)| cx.ok(syn::parse2::<ExprClosure>(tokens))),
        sort: options
            .value("sort", "sort = [a, -b]")
            .map(|(option, list)| sort_keys(cx, &option, &list))
            .unwrap_or_default(),
        pagination: options
            .list("paginate", "paginate(keyset, default = 50, max = 250)")
            .map(|(name, tokens)| (name.span(), pagination(cx, &name, tokens))),
    }
}

fn pagination(cx: &Ctxt, name: &Ident, tokens: TokenStream) -> Pagination {
    let mut options = Options::parse(cx, tokens);
    let keyset = options.flag("keyset").is_some();
    let (default, max) = (options.number("default"), options.number("max"));
    if !keyset && options.is_sound() {
        cx.error(DiagnosticCode::OptionValue, name, "pages are made by keyset")
            .help("write `paginate(keyset, default = 50, max = 250)`");
    }
    options.finish();
    let max = max.unwrap_or(Pagination::MAX);
    Pagination { default: default.unwrap_or(max.min(Pagination::DEFAULT)), max }
}

fn inputs(cx: &Ctxt, options: &mut Options<'_>, action: &mut Action) {
    let accept = options.value("accept", "accept = [a, b]");
    action.accept = accept.map(|(option, list)| accepted(cx, &option, &list)).unwrap_or_default();
    let required = options.value("required", "required = [a]");
    action.required = required.map(|(option, list)| names(cx, &option, &list)).unwrap_or_default();
}

/// `upsert = identity`, `upsert(identity, update = action, fields = [a, b])`.
fn upsert(cx: &Ctxt, options: &mut Options<'_>) -> Option<Upsert> {
    const FORMS: &str =
        "write `upsert = some_identity`, or `upsert(some_identity, update = some_update, fields = [a])`";
    let (option, value) = options.any("upsert")?;
    let alone = |identity| Upsert { identity, update: None, fields: None };
    let upsert = match value {
        Value::Is(expr) => as_ident(&expr).cloned().map(alone),
        Value::List(tokens) => {
            let mut options = Options::parse(cx, tokens);
            let update = options.ident("update");
            let fields = options.value("fields", "fields = [a, b]").map(|(option, list)| names(cx, &option, &list));
            let identity = options.first_flag();
            options.finish();
            identity.map(|identity| Upsert { identity, update, fields })
        }
        Value::Flag => None,
    };
    if upsert.is_none() {
        cx.error(DiagnosticCode::OptionValue, option, "`upsert` names the identity by which a stored row is found")
            .help(FORMS);
    }
    upsert
}

/// The changes, requirements and hooks, each in the order written.
fn write(cx: &Ctxt, options: &mut Options<'_>, hooks: &[&'static str], conditions: &[&'static str]) -> Rules {
    let mut rules = Rules::default();
    for given in options.take_any(&CHANGES) {
        match given.name.to_string().as_str() {
            "set" => rules.changes.extend(set(cx, options, given)),
            "relate_actor" => {
                let Some((name, value)) = options.expression(given, "relate_actor = some_name") else { continue };
                if let Some(ident) = as_ident(&value) {
                    rules.changes.push(Change::RelateActor(ident.clone()));
                } else {
                    cx.error(DiagnosticCode::OptionValue, value, format_args!("`{name}` names one `#[belongs_to]`"));
                }
            }
            _ => rules.changes.extend(functions(cx, options, given).into_iter().map(Change::Function)),
        }
    }
    for given in options.take_any(hooks) {
        let Some(when) = When::of(&given.name) else { continue };
        let hooks = functions(cx, options, given).into_iter().map(|path| Hook { when, path });
        rules.hooks.extend(hooks);
    }
    for given in options.take_any(conditions) {
        let old = given.name == "require";
        let form = if old { "require(|row| …, \"message\")" } else { "validate(|row| …, \"message\")" };
        let Some((_, tokens)) = options.tokens(given, form) else { continue };
        rules.requirements.extend(requirement(cx, old, tokens));
    }
    rules
}

/// The functions of `change = some_function` and `change = [one, another]`.
fn functions(cx: &Ctxt, options: &Options<'_>, given: WrittenOption) -> Vec<syn::Path> {
    let form = format!("{} = some_function", given.name);
    let Some((name, value)) = options.expression(given, &form) else { return Vec::new() };
    let named = match value {
        Expr::Array(list) if !list.elems.is_empty() => list.elems.into_iter().collect(),
        other => vec![other],
    };
    let path = |it: Expr| match it {
        Expr::Path(path) if path.qself.is_none() => Some(path.path),
        other => {
            let parameters = match When::of(&name) {
                Some(When::After | When::AfterCommit) => "row: &TheResource, cx: &Context",
                Some(When::Before) | None => "changes: &mut Changes<TheResource>, cx: &Context",
            };
            cx.error(
                DiagnosticCode::OptionValue,
                other,
                format_args!("`{name}` names a function, or several in a list"),
            )
            .help(format_args!("write `{name} = name` and `fn name({parameters}) -> Result<(), Error>`"));
            None
        }
    };
    named.into_iter().filter_map(path).collect()
}

/// `set(a = EXPR, b = EXPR)`, and where: `set(a = EXPR, when(|row| …))`.
fn set(cx: &Ctxt, options: &Options<'_>, given: WrittenOption) -> Vec<Change> {
    let form = "set(attribute = value)";
    let Some((_, tokens)) = options.tokens(given, form) else { return Vec::new() };
    let mut options = Options::parse(cx, tokens);
    let when = options.list_before_values("when", "when(|row| …)");
    let when = when.and_then(|(_, tokens)| cx.ok(syn::parse2::<ExprClosure>(tokens)));
    let set = |(attribute, value)| Change::Set { attribute, value: Box::new(value), when: when.clone().map(Box::new) };
    options.into_values(form).into_iter().map(set).collect()
}

/// The parameters, without the context of a generic action.
fn arguments(cx: &Ctxt, signature: &Signature, generic: bool) -> Vec<Argument> {
    let skipped = usize::from(generic && takes_context(signature));
    let parameters = signature.inputs.iter().skip(skipped);
    parameters
        .filter_map(|it| match it {
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(pat) if pat.subpat.is_none() => {
                    let ty = storable(cx, (*typed.ty).clone());
                    Some(Argument { ident: pat.ident.clone(), docs: docs(&typed.attrs), ty })
                }
                other => {
                    cx.error(
                        DiagnosticCode::ActionSignature,
                        other,
                        "an argument of an action is a plain name with its type",
                    );
                    None
                }
            },
            FnArg::Receiver(receiver) => {
                cx.error(
                    DiagnosticCode::ActionSignature,
                    receiver,
                    "an action has no receiver: the row is named by its id",
                );
                None
            }
        })
        .collect()
}

/// Whether the first parameter is a reference: arguments are owned, so it is the context.
fn takes_context(signature: &Signature) -> bool {
    matches!(signature.inputs.first(), Some(FnArg::Typed(typed)) if matches!(&*typed.ty, Type::Reference(_)))
}

fn generic(cx: &Ctxt, options: &mut Options<'_>, function: &Function) -> Option<Generic> {
    let signature = function.signature.clone();
    let (query, sensitive) = (options.flag("query").is_some(), options.flag("sensitive").is_some());
    let Some(body) = function.body.clone() else {
        cx.error(DiagnosticCode::ActionBody, &signature.ident, "an `#[action]` is a function: it needs a body");
        return None;
    };
    if signature.asyncness.is_none() {
        cx.error(DiagnosticCode::ActionSignature, signature.fn_token, "an `#[action]` is an `async fn`");
        return None;
    }
    let Some(answer) = answer(&signature.output) else {
        let help = "write `-> Result<T, Error>`; `T` is an attribute type, a `#[derive(Object)]` struct, a resource or a `Vec` of these";
        match &signature.output {
            ReturnType::Default => {
                cx.error(DiagnosticCode::ActionSignature, &signature.ident, "this action does not say what it answers")
            }
            ReturnType::Type(_, ty) => cx.error(DiagnosticCode::ActionSignature, ty, "an action answers a `Result`"),
        }
        .help(help);
        return None;
    };
    Some(Generic { query, sensitive, takes_context: takes_context(&signature), signature, body, answer })
}

/// `T` of `Result<T>` and `Result<T, Error>`.
fn answer(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, ty) = output else { return None };
    let Type::Path(path) = &**ty else { return None };
    let last = path.path.segments.last().filter(|it| it.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    }
}

impl Pagination {
    /// Rows of a page where neither the declaration nor the caller gives a number.
    const DEFAULT: u32 = 50;
    /// Most rows of a page where the declaration gives no number.
    const MAX: u32 = 250;
}
