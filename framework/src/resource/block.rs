//! What a resource has besides its columns: the blocks that say what it can do, its domain, its part in sign-in.

use crate::application::ActionFunction;
use crate::ir::{Action, Calculation, Enum, FieldPolicy, Policy};
use crate::location::Located;

/// A resource under `#[actions]`. `#[policy(actions = [record])]` reads the field `record` of `Names`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no actions",
    label = "no action of it can be named",
    note = "add `#[actions] impl {Self} {{ … }}`"
)]
pub trait ActionsWithoutName {
    /// A struct with one unit field for each action; it dereferences to those of the next block.
    type Names;
    /// The actions.
    fn actions() -> Vec<Located<Action>>;
    /// Their functions.
    fn functions() -> Vec<ActionFunction>;
    /// The enums of their arguments and answers.
    fn enums() -> Vec<Located<Enum>>;
}

/// A resource under `#[policies]`.
pub trait PoliciesWithoutName {
    /// Who may do what.
    fn policies() -> Vec<Located<Policy>>;
    /// Who may see what.
    fn field_policies() -> Vec<Located<FieldPolicy>>;
}

/// A resource under `#[calculations]`.
pub trait CalculationsWithoutName {
    /// How many there are.
    const COUNT: u16;
    /// The calculations.
    fn calculations() -> Vec<Located<Calculation>>;
    /// The enums that they give.
    fn enums() -> Vec<Located<Enum>>;
}

/// A resource that a `#[domain]` lists.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is in no domain",
    label = "no app would have it",
    note = "add `{Self}` to the `resources` of a `#[domain]` in this crate"
)]
pub trait InDomain {}

/// A resource whose records act.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot sign in",
    label = "needs `#[actor(identity = …)]`",
    note = "`#[magic_link(user = …)]`, `#[session(user = …)]` and `Server::admin_grant` are about the resource under `#[actor]`"
)]
pub trait ActorResource {}

/// A resource whose rows are deleted for the time being: `#[resource(soft_delete)]`.
#[diagnostic::on_unimplemented(
    message = "rows of `{Self}` are removed at once: none of them is deleted for the time being",
    label = "has no deleted rows to read",
    note = "write `#[resource(soft_delete, …)]` for a resource whose rows can be restored"
)]
pub trait SoftDeleted {}
