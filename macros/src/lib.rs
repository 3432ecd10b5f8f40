//! The macros of Samara: tokens in, tokens out.
//!
//! A declaration goes one way: tokens → `parse` → `model` (checked by `check`, defaults resolved) → `expand`. Bodies of
//! policies, calculations and filters go through `rewrite`, which turns operators into calls on handles. Mistakes are
//! collected in a `Ctxt` and emitted together, beside as much of the output as can be made.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod check;
mod code;
mod ctxt;
mod expand;
mod model;
mod parse;
mod pipeline;
mod rewrite;

use proc_macro::TokenStream;

/// Declares a resource: a struct whose fields are attributes and relationships.
///
/// ```text
/// #[resource(table = "worlds", timestamps = false, soft_delete, identity(owner_and_name = [owner, name],
///     where = |it| it.closed_at.is_none(), message = "you have one of that name", nulls = equal), index = [owner, -inserted_at],
///     base_filter = |it| it.closed_at.is_none(), tenant = organisation, entity,
///     actions = [moderation], policies = [moderation], calculations = [moderation], validate(|row| …, "message"))]
/// #[graphql(type = "World")] #[admin(group = "Platform", columns = [name, owner])] #[actor(identity = email, register = register, name = display_name)]
/// #[magic_link(user = User, lifetime = minutes(10))] #[session(user = User)]
/// ```
/// Fields: `#[id]` (`random`, `max_length = 2`, `slug`), `#[attribute(public, default = …, unique, index(desc), min_length = 1, max_length = 80, min = 0, max = 9, email,
/// slug, multiline, sensitive, big, immutable, filter = false, sort = false)]`, `#[belongs_to(public, immutable, on_delete = restrict)]`, `#[has_many(public, key = world)]`,
/// `#[has_one(public, key = world)]`, `#[many_to_many(public, through = Membership, source = user, target = world)]`.
/// Functions of actions name the columns by constants: `World::NAME`, `World::OWNER_ID`.
#[proc_macro_attribute]
pub fn resource(options: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::resource(options.into(), item.into()).into()
}

/// Declares the actions of a resource: functions without a body, and `async` ones with one.
///
/// `#[read(primary, get, private, sort = [-inserted_at], paginate(keyset, default = 50, max = 250), filter(|row, argument| …))]`
/// `#[create(accept = [a, b], required = [a], relate_actor = owner, set(state = State::New), change = function,
/// validate(|row| …, "message", field = a), private, name = "…")]`, `#[update(…, restore, require(|row| …, "message"))]`, `#[destroy(…, purge)]`,
/// `#[action(query)]`. A row is named by `get = slug`, `get(artist, follower = actor)` or `of = actor` in place of its id, and a create that finds its
/// identity stored goes on with `upsert = identity` or `upsert(identity, update = action, fields = [a])`. Parameters of the functions are arguments of the actions. What is not public is accepted as `rank(private)` or
/// `token(sensitive)`. A further block has a name, which `#[resource]` lists: `#[actions(moderation)]`. What several actions share stands on
/// their block: `#[actions(validate(|row| …, "message"), require(…), set(…), relate_actor = owner, change = function)]`.
///
/// `set`, `validate` and `require` take where they hold, `when(|row| …)`; a message tells values, `"has {row.title} already"`.
///
/// Creates, updates and destroys run functions, each of which may be `async`: `change = function` while the new values are worked out,
/// `before = function` right before the statement, `after = function` once the row is written, `after_commit = function` once that is
/// certain; several are a list, `[one, another]`. The first two are `fn(&mut Changes<World>, &Context) -> Result<(), Error>`, or with the row as
/// it was `fn(&mut Changes<World>, &World, &Context) -> Result<(), Error>`; the others `fn(&World, &Context) -> Result<(), Error>`.
#[proc_macro_attribute]
pub fn actions(options: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::actions(options.into(), item.into()).into()
}

/// Declares who may do what with a resource: functions of the row and the actor that say when an action may be done.
///
/// `#[policy(read, create, update, destroy, generic, actions = [record], always)]`, any of them; `#[bypass]`, or
/// `#[bypass(read)]`; `#[field_policy(email)]`. Bodies are expressions: `fn own(row: Row<World>, actor: Actor<User>) -> bool`.
#[proc_macro_attribute]
pub fn policies(options: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::policies(options.into(), item.into()).into()
}

/// Declares values that are worked out from a row: `#[calculation(public, unrestricted)] fn count(world: Row<World>) -> i64 { … }`.
///
/// Each is a method of the row in other bodies too: `world.count()`.
#[proc_macro_attribute]
pub fn calculations(options: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::calculations(options.into(), item.into()).into()
}

/// The calls of a resource's writes; only `#[actions]` writes it.
#[doc(hidden)]
#[proc_macro]
pub fn calls(input: TokenStream) -> TokenStream {
    pipeline::calls(input.into()).into()
}

/// Declares a domain: `#[domain(resources = [World, Activity])] pub struct Platform;`.
#[proc_macro_attribute]
pub fn domain(options: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::domain(options.into(), item.into()).into()
}

/// Declares an application: `app!(pub App, domains = [Accounts, Platform], admin = |actor: Actor<User>| …)`.
#[proc_macro]
pub fn app(input: TokenStream) -> TokenStream {
    pipeline::app(input.into()).into()
}

/// Makes an enum without data an attribute type. Its variants are stored as `SCREAMING_SNAKE` text.
#[proc_macro_derive(Enum)]
pub fn derive_enum(input: TokenStream) -> TokenStream {
    pipeline::enumeration(input.into()).into()
}

/// Makes a struct a type that a generic action can return: an object of the API.
#[proc_macro_derive(Object)]
pub fn derive_object(input: TokenStream) -> TokenStream {
    pipeline::object(input.into()).into()
}

/// Makes this resource the actor. Stands below `#[resource]`, which reads it.
#[proc_macro_attribute]
pub fn actor(_: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::below_resource("actor", item.into()).into()
}

/// Puts the resource into the GraphQL API. Stands below `#[resource]`, which reads it.
#[proc_macro_attribute]
pub fn graphql(_: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::below_resource("graphql", item.into()).into()
}

/// Gives the resource admin screens. Stands below `#[resource]`, which reads it.
#[proc_macro_attribute]
pub fn admin(_: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::below_resource("admin", item.into()).into()
}

/// Makes the resource hold started sign-ins by mail. Stands below `#[resource]`, which reads it.
#[proc_macro_attribute]
pub fn magic_link(_: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::below_resource("magic_link", item.into()).into()
}

/// Makes the resource hold sessions. Stands below `#[resource]`, which reads it.
#[proc_macro_attribute]
pub fn session(_: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::below_resource("session", item.into()).into()
}

/// A condition over a row, for an ad-hoc filter: `Activity::query().filter(expr!(|a| a.kind == ActivityKind::Build))`.
///
/// It is the closure with its operators turned into an expression. Plain values of the surroundings may be used in it.
#[proc_macro]
pub fn expr(input: TokenStream) -> TokenStream {
    pipeline::expr(input.into()).into()
}

/// A helper that bodies can call: its operators build an expression, as in a policy.
///
/// `fn visible(world: Row<World>, actor: Actor<User>) -> bool` becomes a function that gives an `Expr<bool>`.
#[proc_macro_attribute]
pub fn expression(options: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::expression(options.into(), item.into()).into()
}
