//! The `impl` blocks that say what a resource can do: of each kind one without a name, and further ones that `#[resource]` lists by name.
//!
//! ```text
//! #[resource(…, actions = [review])]     ListedActions<hash of `review`>, and asks whether there is NamedActions<…>
//! #[actions] impl World { … }            ActionsWithoutName
//! #[actions(review)] impl World { … }    NamedActions<…>, and asks whether there is ListedActions<…>
//! ```
//! A block is one implementation of a trait, so that a second one of the same name is one error. The block without a name may be
//! missing: [`Blocks`] finds it by an inherent function whose bound holds then, and else falls back on a trait's. So does [`Block`] with
//! those that have names: of one that is missing on one side macros ask a constant, whose failing names it, and nothing else fails.

use std::marker::PhantomData;

use super::{ActionsWithoutName, Asked, CalculationsWithoutName, Located, PoliciesWithoutName};
use crate::application::ActionFunction;
use crate::ir::{Action, Calculation, Enum, FieldPolicy, Policy};

/// A further block of actions.
pub trait NamedActions<const NAME: u64> {
    /// As [`ActionsWithoutName::Names`].
    type Names;
    /// The actions.
    fn actions() -> Vec<Located<Action>>;
    /// Their functions.
    fn functions() -> Vec<ActionFunction>;
    /// The enums of their arguments and answers.
    fn enums() -> Vec<Located<Enum>>;
}

/// A resource that was asked whether its block of actions is written.
pub trait WrittenActions<const NAME: u64> {
    /// As [`NamedActions::Names`]; none of a block that is not.
    type Names;
}

impl<R: NamedActions<NAME>, const NAME: u64> WrittenActions<NAME> for Asked<R, true> {
    type Names = R::Names;
}

impl<R, const NAME: u64> WrittenActions<NAME> for Asked<R, false> {
    type Names = ();
}

/// That `#[resource]` lists a block of actions, or that it has one without a name: that is block 0.
pub trait ListedActions<const NAME: u64> {
    /// The names of the block after it; the last has none.
    type Next;
}

/// A resource that was asked whether it lists a block of actions.
pub trait FollowedActions<const NAME: u64> {
    /// As [`ListedActions::Next`]; none of a block that is not listed.
    type Next;
}

impl<R: ListedActions<NAME>, const NAME: u64> FollowedActions<NAME> for Asked<R, true> {
    type Next = R::Next;
}

impl<R, const NAME: u64> FollowedActions<NAME> for Asked<R, false> {
    type Next = ();
}

/// A further block of policies.
pub trait NamedPolicies<const NAME: u64> {
    /// Who may do what.
    fn policies() -> Vec<Located<Policy>>;
    /// Who may see what.
    fn field_policies() -> Vec<Located<FieldPolicy>>;
}

/// That `#[resource]` lists a block of policies.
pub trait ListedPolicies<const NAME: u64> {}

/// A further block of calculations.
pub trait NamedCalculations<const NAME: u64> {
    /// How many there are.
    const COUNT: u16;
    /// The calculations.
    fn calculations() -> Vec<Located<Calculation>>;
    /// The enums that they give.
    fn enums() -> Vec<Located<Enum>>;
}

/// That `#[resource]` lists a block of calculations.
pub trait ListedCalculations<const NAME: u64> {
    /// How many calculations stand before those of this block.
    fn before() -> u16;
}

/// The blocks without a name of an `R`, whether they are there or not.
#[derive(Debug)]
pub struct Blocks<R>(PhantomData<R>);

impl<R: ActionsWithoutName> Blocks<R> {
    /// The actions.
    pub fn actions() -> Vec<Located<Action>> {
        R::actions()
    }

    /// Their functions.
    pub fn functions() -> Vec<ActionFunction> {
        R::functions()
    }

    /// The enums of their arguments and answers.
    pub fn action_enums() -> Vec<Located<Enum>> {
        R::enums()
    }
}

impl<R: PoliciesWithoutName> Blocks<R> {
    /// Who may do what.
    pub fn policies() -> Vec<Located<Policy>> {
        R::policies()
    }

    /// Who may see what.
    pub fn field_policies() -> Vec<Located<FieldPolicy>> {
        R::field_policies()
    }
}

impl<R: CalculationsWithoutName> Blocks<R> {
    /// How many there are.
    pub fn calculation_count() -> u16 {
        R::COUNT
    }

    /// The calculations.
    pub fn calculations() -> Vec<Located<Calculation>> {
        R::calculations()
    }

    /// The enums that they give.
    pub fn calculation_enums() -> Vec<Located<Enum>> {
        R::enums()
    }
}

/// A resource without `#[actions]`.
pub trait NoActions {
    /// None.
    fn actions() -> Vec<Located<Action>> {
        Vec::new()
    }

    /// None.
    fn functions() -> Vec<ActionFunction> {
        Vec::new()
    }

    /// None.
    fn action_enums() -> Vec<Located<Enum>> {
        Vec::new()
    }
}

/// A resource without `#[policies]`: refused.
pub trait NoPolicies {
    /// The resource.
    type Resource;

    /// Never called: nothing has [`HasPolicies`].
    fn policies() -> Vec<Located<Policy>>
    where
        Self::Resource: HasPolicies,
    {
        Vec::new()
    }

    /// None.
    fn field_policies() -> Vec<Located<FieldPolicy>> {
        Vec::new()
    }
}

/// A resource whose `#[policies]` all have names.
pub trait NamedPoliciesAlone {
    /// None.
    fn policies() -> Vec<Located<Policy>> {
        Vec::new()
    }

    /// None.
    fn field_policies() -> Vec<Located<FieldPolicy>> {
        Vec::new()
    }
}

/// A resource without `#[calculations]`.
pub trait NoCalculations {
    /// None.
    fn calculation_count() -> u16 {
        0
    }

    /// None.
    fn calculations() -> Vec<Located<Calculation>> {
        Vec::new()
    }

    /// None.
    fn calculation_enums() -> Vec<Located<Enum>> {
        Vec::new()
    }
}

impl<R> NoActions for Blocks<R> {}
impl<R> NoCalculations for Blocks<R> {}
impl<R> NamedPoliciesAlone for Blocks<R> {}

impl<R> NoPolicies for Blocks<R> {
    type Resource = R;
}

/// Implemented by nothing: what `#[policies]` makes is found before it is asked for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no policies",
    label = "nothing says who may do what with it",
    note = "add `#[policies] impl {Self} {{ … }}`; what no policy allows is refused"
)]
pub trait HasPolicies {}

/// A block of an `R` that has a name, whether it is there or not.
#[derive(Debug)]
pub struct Block<R, const NAME: u64>(PhantomData<R>);

impl<R: NamedActions<NAME>, const NAME: u64> Block<R, NAME> {
    /// It is written.
    pub const HAS_ACTIONS: bool = true;

    /// The actions.
    pub fn actions() -> Vec<Located<Action>> {
        R::actions()
    }

    /// Their functions.
    pub fn functions() -> Vec<ActionFunction> {
        R::functions()
    }

    /// The enums of their arguments and answers.
    pub fn action_enums() -> Vec<Located<Enum>> {
        R::enums()
    }
}

impl<R: ListedActions<NAME>, const NAME: u64> Block<R, NAME> {
    /// It is listed.
    pub const LISTS_ACTIONS: bool = true;
}

impl<R: NamedPolicies<NAME>, const NAME: u64> Block<R, NAME> {
    /// It is written.
    pub const HAS_POLICIES: bool = true;

    /// Who may do what.
    pub fn policies() -> Vec<Located<Policy>> {
        R::policies()
    }

    /// Who may see what.
    pub fn field_policies() -> Vec<Located<FieldPolicy>> {
        R::field_policies()
    }
}

impl<R: ListedPolicies<NAME>, const NAME: u64> Block<R, NAME> {
    /// It is listed.
    pub const LISTS_POLICIES: bool = true;
}

impl<R: NamedCalculations<NAME>, const NAME: u64> Block<R, NAME> {
    /// It is written.
    pub const HAS_CALCULATIONS: bool = true;

    /// How many there are.
    pub fn calculation_count() -> u16 {
        R::COUNT
    }

    /// The calculations.
    pub fn calculations() -> Vec<Located<Calculation>> {
        R::calculations()
    }

    /// The enums that they give.
    pub fn calculation_enums() -> Vec<Located<Enum>> {
        R::enums()
    }
}

impl<R: ListedCalculations<NAME>, const NAME: u64> Block<R, NAME> {
    /// It is listed.
    pub const LISTS_CALCULATIONS: bool = true;

    /// How many calculations stand before those of this block.
    pub fn calculations_before() -> u16 {
        R::before()
    }
}

/// A block that is not there on one side: nothing is in it, and the constant that asked for it has failed.
pub trait NoBlock {
    /// It is not written.
    const HAS_ACTIONS: bool = false;
    /// It is not listed.
    const LISTS_ACTIONS: bool = false;
    /// It is not written.
    const HAS_POLICIES: bool = false;
    /// It is not listed.
    const LISTS_POLICIES: bool = false;
    /// It is not written.
    const HAS_CALCULATIONS: bool = false;
    /// It is not listed.
    const LISTS_CALCULATIONS: bool = false;

    /// None.
    fn actions() -> Vec<Located<Action>> {
        Vec::new()
    }

    /// None.
    fn functions() -> Vec<ActionFunction> {
        Vec::new()
    }

    /// None.
    fn action_enums() -> Vec<Located<Enum>> {
        Vec::new()
    }

    /// None.
    fn policies() -> Vec<Located<Policy>> {
        Vec::new()
    }

    /// None.
    fn field_policies() -> Vec<Located<FieldPolicy>> {
        Vec::new()
    }

    /// None.
    fn calculation_count() -> u16 {
        0
    }

    /// None.
    fn calculations() -> Vec<Located<Calculation>> {
        Vec::new()
    }

    /// None.
    fn calculation_enums() -> Vec<Located<Enum>> {
        Vec::new()
    }

    /// None.
    fn calculations_before() -> u16 {
        0
    }
}

impl<R, const NAME: u64> NoBlock for Block<R, NAME> {}

/// What the blocks hold, in their order.
pub fn together<T, const N: usize>(blocks: [Vec<T>; N]) -> Vec<T> {
    blocks.into_iter().flatten().collect()
}
