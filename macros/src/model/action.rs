//! Actions: what `#[actions] impl World { … }` declares.

use proc_macro2::{Ident, Span};
use syn::{Block, Expr, ExprClosure, LitStr, Path, Type};

use super::order::SortKey;

/// An `impl` under `#[actions]`.
#[derive(Clone, Debug)]
pub(crate) struct Actions {
    /// The resource's path, as written.
    pub(crate) resource: Path,
    /// The name of the block, if it is a further one.
    pub(crate) block: Option<Ident>,
    pub(crate) actions: Vec<Action>,
    /// What the block says for all of them.
    pub(crate) rules: Rules,
}

/// One action.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    /// The attributes that are kept on its function: documentation, lints.
    pub(crate) attributes: Vec<syn::Attribute>,
    pub(crate) ident: Ident,
    pub(crate) docs: String,
    pub(crate) kind: ActionKind,
    /// Where its kind is written: `update` of `#[update]`.
    pub(crate) at: Span,
    /// Where it is declared primary, if it is.
    pub(crate) primary: Option<Span>,
    pub(crate) private: bool,
    pub(crate) name: Option<LitStr>,
    pub(crate) accept: Vec<Accepted>,
    pub(crate) required: Vec<Ident>,
    /// What a create does where a stored row has the same identity.
    pub(crate) upsert: Option<Upsert>,
    /// How an update, a destroy or a read of one names its row, if not by its id or a filter.
    pub(crate) named_by: Option<RowName>,
    pub(crate) arguments: Vec<Argument>,
    /// Its changes are followed by those of its block.
    pub(crate) rules: Rules,
    /// Whether its rows are deleted ones: an update restores, a destroy purges.
    pub(crate) of_deleted: Option<Span>,
    /// The move of a state machine that it is, if it is one.
    pub(crate) transition: Option<Transition>,
    /// How many of its changes are those of its block.
    pub(crate) shared_changes: usize,
    /// Whether all of it could be parsed: else nothing is reported as missing.
    pub(crate) sound: bool,
}

/// What a create does where a stored row has the same identity: `upsert = identity`, `upsert(identity, update = action, fields = [a])`.
#[derive(Clone, Debug)]
pub(crate) struct Upsert {
    pub(crate) identity: Ident,
    /// The update that decides about the stored row; `None`: it stays as it is.
    pub(crate) update: Option<Ident>,
    /// What it takes; `None`: all that is accepted.
    pub(crate) fields: Option<Vec<Ident>>,
}

/// How the row of an action is named.
#[derive(Clone, Debug)]
pub(crate) enum RowName {
    /// `get = slug`: by the identity of that name.
    Identity(Ident),
    /// `get(artist, follower = actor)`: by attributes that are an identity.
    Attributes(Vec<NamedBy>),
    /// `of = actor`: it is the actor's own.
    Actor(Ident),
}

/// An attribute by which a row is named.
#[derive(Clone, Debug)]
pub(crate) struct NamedBy {
    pub(crate) attribute: Ident,
    /// Where it is said to be the actor, if it is.
    pub(crate) actor: Option<Ident>,
}

/// An attribute that an input may give: `title`, `rank(private)`.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) name: Ident,
    /// Its mark, if it is not public.
    pub(crate) marked: Option<Exposure>,
}

/// Who may see an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    Public,
    Private,
    Sensitive,
}

impl Exposure {
    pub(crate) const ALL: [Self; 3] = [Self::Public, Self::Private, Self::Sensitive];

    /// The exposure of that name.
    pub(crate) fn named(name: &Ident) -> Option<Self> {
        Self::ALL.into_iter().find(|it| name == it.name())
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Sensitive => "sensitive",
        }
    }
}

/// What an action does.
#[derive(Clone, Debug)]
pub(crate) enum ActionKind {
    Read(Box<Read>),
    Create,
    Update,
    Destroy,
    Generic(Box<Generic>),
}

/// The settings of a read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read {
    /// Where it is declared to return one row, if it is.
    pub(crate) get: Option<Span>,
    pub(crate) filter: Option<ExprClosure>,
    /// Which rows a list shows unless the caller filters by what this reads.
    pub(crate) default_filter: Option<ExprClosure>,
    pub(crate) sort: Vec<SortKey>,
    /// With its span.
    pub(crate) pagination: Option<(Span, Pagination)>,
}

/// Pages by keyset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pagination {
    pub(crate) default: u32,
    pub(crate) max: u32,
}

/// A function that is an action.
#[derive(Clone, Debug)]
pub(crate) struct Generic {
    pub(crate) query: bool,
    /// Whether its answer is a secret.
    pub(crate) sensitive: bool,
    /// The function as written, under its own name.
    pub(crate) signature: syn::Signature,
    /// Whether its first parameter is the context.
    pub(crate) takes_context: bool,
    pub(crate) body: Block,
    /// `T` of `Result<T, Error>`.
    pub(crate) answer: Type,
}

/// An input that is not an attribute: a parameter of the function.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) ident: Ident,
    pub(crate) docs: String,
    pub(crate) ty: Type,
}

/// What a write does beyond its input, each in the order written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) changes: Vec<Change>,
    pub(crate) requirements: Vec<Requirement>,
    /// Functions that run around the statement.
    pub(crate) hooks: Vec<Hook>,
}

/// What an action sets beyond its input.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Where `when` holds, if it is given.
    Set {
        attribute: Ident,
        value: Box<Expr>,
        when: Option<Box<ExprClosure>>,
    },
    RelateActor(Ident),
    Function(Path),
}

/// A function that runs around the statement of an action.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    pub(crate) when: When,
    pub(crate) path: Path,
}

/// When a hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Right before the statement.
    Before,
    /// Once the row is written.
    After,
    /// Once the transaction is committed.
    AfterCommit,
}

/// A condition with the message of its failure.
#[derive(Clone, Debug)]
pub(crate) struct Requirement {
    /// Whether it is a condition on the row as it was.
    pub(crate) old: bool,
    /// Where it is asked, if not always.
    pub(crate) when: Option<ExprClosure>,
    pub(crate) condition: ExprClosure,
    pub(crate) message: Message,
    /// Where its failure is reported, if not at what it reads.
    pub(crate) field: Option<Ident>,
}

/// A move of a state machine: an attribute goes from one of some states to another.
#[derive(Clone, Debug)]
pub(crate) struct Transition {
    pub(crate) attribute: Ident,
    /// Variants of the attribute's enum; never empty.
    pub(crate) from: Vec<Path>,
    pub(crate) to: Path,
    /// What is told of a row in another state, where the usual sentence does not do.
    pub(crate) message: Option<LitStr>,
}

/// A sentence that may tell values.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// If there are values, `{}` stands for each in turn, and a brace of the sentence itself is written twice.
    pub(crate) text: String,
    /// Expressions over the parameters of the condition's closure.
    pub(crate) values: Vec<Expr>,
    pub(crate) written: LitStr,
}

impl When {
    pub(crate) const ALL: [Self; 3] = [Self::Before, Self::After, Self::AfterCommit];

    /// The options that declare hooks.
    pub(crate) const OPTIONS: [&'static str; 3] = ["before", "after", "after_commit"];

    /// The one that this option declares.
    pub(crate) fn of(option: &Ident) -> Option<Self> {
        Self::ALL.into_iter().find(|it| option == it.option())
    }

    /// The option that declares one.
    pub(crate) fn option(self) -> &'static str {
        let [before, after, after_commit] = Self::OPTIONS;
        match self {
            Self::Before => before,
            Self::After => after,
            Self::AfterCommit => after_commit,
        }
    }
}

impl Action {
    /// The hooks that run then, in the order written.
    pub(crate) fn hooks(&self, when: When) -> impl Iterator<Item = &Path> {
        self.rules.hooks.iter().filter(move |it| it.when == when).map(|it| &it.path)
    }

    /// Whether it stores a row, new or changed.
    pub(crate) fn stores(&self) -> bool {
        matches!(self.kind, ActionKind::Create | ActionKind::Update)
    }

    /// Takes the changes of its block, if it stores a row.
    pub(crate) fn take_changes(&mut self, rules: &Rules) {
        if self.stores() {
            self.shared_changes = rules.changes.len();
            self.rules.changes.extend(rules.changes.iter().cloned());
        }
    }
}
