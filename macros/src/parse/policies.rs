//! `#[policies] impl World { #[policy(read)] fn visible(world: Row<World>) -> bool { … } … }`.

use proc_macro2::{Ident, TokenStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, ImplItemFn, ItemImpl, ReturnType, Token};

use super::attributes::take_one;
use super::function::{Block, function, functions};
use super::names::names;
use super::options::Options;
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::policy::{Applies, Policies, Policy, PolicyKind};

/// Attributes that say what a policy is.
const KINDS: [&str; 3] = ["policy", "bypass", "field_policy"];

const UNSAID: (DiagnosticCode, &str) = (
    DiagnosticCode::PolicyWithoutKind,
    "say what this policy is for: `#[policy(…)]`, `#[bypass]` or `#[field_policy(…)]`",
);

/// The kinds of actions, as written and as variants of `ir::Applies`.
const APPLIES: [(&str, &str); 6] = [
    ("always", "Always"),
    ("read", "Read"),
    ("create", "Create"),
    ("update", "Update"),
    ("destroy", "Destroy"),
    ("generic", "Generic"),
];

/// Reads the `impl`.
pub(crate) fn policies(cx: &Ctxt, options: TokenStream, item: ItemImpl) -> Option<Policies> {
    let Block { resource, name, functions } = functions(cx, options, item, "policies")?;
    Some(Policies { resource, block: name, policies: functions.into_iter().map(|it| policy(cx, it)).collect() })
}

fn policy(cx: &Ctxt, mut item: ImplItemFn) -> Policy {
    let kind = take_one(cx, &mut item.attrs, &KINDS, &item.sig.ident, UNSAID);
    let kind = kind.and_then(|(kind, attribute)| match kind.as_str() {
        "field_policy" => fields(cx, &attribute),
        bypass_or_policy => actions(cx, &attribute, bypass_or_policy == "bypass"),
    });
    answers_bool(cx, &item);
    Policy { function: function(cx, item), kind }
}

fn actions(cx: &Ctxt, attribute: &Attribute, bypass: bool) -> Option<PolicyKind> {
    let mut options = Options::of(cx, attribute);
    let before = cx.count();
    let kinds = APPLIES.into_iter().filter(|(written, _)| options.flag(written).is_some());
    let mut applies: Vec<Applies> = kinds.map(|(_, variant)| Applies::Kind(variant)).collect();
    let named = options.value("actions", "actions = [record, summary]");
    applies.extend(named.into_iter().flat_map(|(option, list)| names(cx, &option, &list)).map(Applies::Action));
    let anyone = options.flag("anyone").is_some();
    for name in options.strangers() {
        cx.error(DiagnosticCode::UnknownOption, &name, format_args!("`{name}` is no kind of action"))
            .help(format_args!("an action is named in a list: `actions = [{name}]`"))
            .help("kinds are `read`, `create`, `update`, `destroy`, `generic`, and `always` for all");
    }
    options.finish();
    if applies.is_empty() && cx.count() == before {
        if bypass {
            applies.push(Applies::Kind("Always"));
        } else {
            cx.error(DiagnosticCode::PolicyWithoutKind, attribute.path(), "say which actions this policy is for")
                .help("`#[policy(read)]`, `create`, `update`, `destroy`, `generic`, `actions = […]`, or `always`");
        }
    }
    (cx.count() == before).then_some(PolicyKind::Actions { bypass, anyone, applies })
}

fn fields(cx: &Ctxt, attribute: &Attribute) -> Option<PolicyKind> {
    let names = cx.ok(attribute.parse_args_with(Punctuated::<Ident, Token![,]>::parse_terminated))?;
    if names.is_empty() {
        cx.error(DiagnosticCode::PolicyWithoutKind, attribute.path(), "say which fields this policy hides")
            .help("write `#[field_policy(email)]`");
        return None;
    }
    Some(PolicyKind::Fields(names.into_iter().collect()))
}

fn answers_bool(cx: &Ctxt, item: &ImplItemFn) {
    match &item.sig.output {
        ReturnType::Type(_, ty) if matches!(&**ty, syn::Type::Path(it) if !it.path.is_ident("bool")) => {
            cx.error(DiagnosticCode::PolicyAnswer, ty, "a policy answers `bool`: whether it holds");
        }
        ReturnType::Type(..) | ReturnType::Default => {}
    }
}
