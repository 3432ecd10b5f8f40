//! What a typed call of a write needs of two items: the columns, of which `#[resource]` knows, and the writes, of which `#[actions]`
//! knows.

use proc_macro2::Ident;
use syn::{Attribute, Path, Type, Visibility};

use super::action::{Accepted, Action, ActionKind, Argument, Change, Exposure, RowName, Upsert, When};
use super::types::{argument_of, is_named};

/// What `calls!` is given.
#[derive(Clone, Debug)]
pub(crate) struct Calls {
    /// Whether a surface shows the resource's rows.
    pub(crate) shown: bool,
    pub(crate) columns: Vec<Column>,
    pub(crate) identities: Vec<Identity>,
    /// The resource's, which what is emitted for it must not exceed.
    pub(crate) visibility: Visibility,
    pub(crate) resource: Path,
    /// What reads are sorted by.
    pub(crate) sorts: Vec<Sort>,
    /// Reads of one row that is named by an identity.
    pub(crate) gets: Vec<Get>,
    pub(crate) writes: Vec<Write>,
}

/// A set of columns that is unique.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// As attributes name it: that of a column which is unique by itself.
    pub(crate) name: Ident,
    /// As attributes name them.
    pub(crate) columns: Vec<Ident>,
}

/// A read of one row that is named by an identity.
#[derive(Clone, Debug)]
pub(crate) struct Get {
    pub(crate) ident: Ident,
    /// What stands on its function.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) named_by: RowName,
    pub(crate) arguments: Vec<Argument>,
}

/// A column as an input.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// As attributes name it: `world`.
    pub(crate) written: Ident,
    /// `world_id`.
    pub(crate) name: Ident,
    pub(crate) index: u16,
    pub(crate) need: Need,
    pub(crate) takes: Takes,
    pub(crate) exposure: Exposure,
    /// Whether its values have an order.
    pub(crate) ordered: bool,
}

/// Whether a create must be given a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    /// It has a default, or may be NULL.
    Optional,
    /// No input can give it.
    Generated,
}

/// What an input of a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A value of its type.
    Value,
    /// All that becomes a text.
    Text,
    /// A value, or an `Option` of one.
    Nullable,
    /// All that becomes a text, or an `Option` of one.
    NullableText,
}

/// A key of a read's order.
#[derive(Clone, Debug)]
pub(crate) struct Sort {
    pub(crate) name: Ident,
    /// What it may go by, so that nobody learns what they may not see.
    pub(crate) tells: Exposure,
}

/// A create, an update or a destroy.
#[derive(Clone, Debug)]
pub(crate) struct Write {
    pub(crate) kind: WriteKind,
    pub(crate) ident: Ident,
    /// Whether surfaces offer it.
    pub(crate) public: bool,
    /// What stands on its function: documentation, lints, `deprecated`.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) accept: Vec<Accepted>,
    pub(crate) required: Vec<Ident>,
    /// What it does where a stored row has the same identity.
    pub(crate) upsert: Option<Upsert>,
    /// How its row is named, if not by its id.
    pub(crate) named_by: Option<RowName>,
    /// Attributes that changes set.
    pub(crate) given: Vec<Ident>,
    /// Whether a function may set others.
    pub(crate) open: bool,
    /// Whether a `change` or `before` function runs before its statement.
    pub(crate) by_function: bool,
    pub(crate) arguments: Vec<Argument>,
}

/// Which write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteKind {
    Create,
    Update,
    Destroy,
}

/// Whether no input of such an action may have that name: its call needs it for itself.
pub(crate) fn is_reserved(kind: &ActionKind, name: &Ident) -> bool {
    methods(kind).iter().any(|it| name == it) || names_a_row(kind) && name == "id"
}

/// Whether the call of such an action is given the `id` of a row.
fn names_a_row(kind: &ActionKind) -> bool {
    matches!(kind, ActionKind::Update | ActionKind::Destroy)
}

/// The methods that the call of such an action has beside those of its inputs.
pub(crate) fn methods(kind: &ActionKind) -> &'static [&'static str] {
    match kind {
        ActionKind::Read(read) if read.get.is_some() => &["load", "select", "run"],
        ActionKind::Read(_) => &[
            "filter",
            "sort",
            "sort_desc",
            "load",
            "limit",
            "after",
            "select",
            "run",
            "all",
            "one",
            "first",
            "count",
            "page",
        ],
        ActionKind::Create | ActionKind::Update | ActionKind::Destroy | ActionKind::Generic(_) => &["run"],
    }
}

impl Get {
    /// What of `action` its call must know, if it reads one row by an identity.
    pub(crate) fn of(action: &Action) -> Option<Self> {
        let (ActionKind::Read(_), Some(named_by)) = (&action.kind, &action.named_by) else { return None };
        Some(Self {
            ident: action.ident.clone(),
            attributes: action.attributes.clone(),
            named_by: named_by.clone(),
            arguments: action.arguments.clone(),
        })
    }
}

impl Calls {
    /// The columns that a caller gives to name a row, in the order that the call takes them; `None` if one of them is not there.
    pub(crate) fn named_by<'c>(&'c self, name: &'c RowName) -> Option<Vec<&'c Column>> {
        let column = |name: &Ident| self.columns.iter().find(|it| it.written == *name);
        match name {
            RowName::Actor(_) => Some(Vec::new()),
            RowName::Identity(name) => {
                let identity = self.identities.iter().find(|it| it.name == *name)?;
                identity.columns.iter().map(column).collect()
            }
            RowName::Attributes(parts) => {
                parts.iter().filter(|it| it.actor.is_none()).map(|it| column(&it.attribute)).collect()
            }
        }
    }

    /// Whether each attribute that `write` names is there. rustc reports one that is not, where the data is built.
    pub(crate) fn knows_all_of(&self, write: &Write) -> bool {
        let named = write.accept.iter().map(|it| &it.name).chain(&write.given);
        named.into_iter().all(|name| self.columns.iter().any(|it| it.written == *name))
    }
}

impl Need {
    pub(crate) const ALL: [Self; 3] = [Self::Required, Self::Optional, Self::Generated];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Generated => "generated",
        }
    }
}

impl Takes {
    pub(crate) const ALL: [Self; 4] = [Self::Value, Self::Text, Self::Nullable, Self::NullableText];

    /// What an input of that type takes.
    pub(crate) fn of(ty: &Type) -> Self {
        let is_text = |it: &Type| is_named(it, "String") || is_named(it, "CiString");
        match argument_of(ty, "Option") {
            Some(it) if is_text(it) => Self::NullableText,
            Some(_) => Self::Nullable,
            None if is_text(ty) => Self::Text,
            None => Self::Value,
        }
    }

    /// The same where NULL may be given too.
    pub(crate) fn or_null(self) -> Self {
        match self {
            Self::Value | Self::Nullable => Self::Nullable,
            Self::Text | Self::NullableText => Self::NullableText,
        }
    }

    /// The same where NULL may not be given.
    pub(crate) fn value(self) -> Self {
        match self {
            Self::Value | Self::Nullable => Self::Value,
            Self::Text | Self::NullableText => Self::Text,
        }
    }

    pub(crate) fn is_nullable(self) -> bool {
        matches!(self, Self::Nullable | Self::NullableText)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Text => "text",
            Self::Nullable => "nullable",
            Self::NullableText => "nullable_text",
        }
    }
}

impl Sort {
    /// The keys of `action`'s order. A read that no surface offers tells nobody, unless it is primary: that orders related rows too.
    pub(crate) fn of(action: &Action) -> Vec<Self> {
        let ActionKind::Read(read) = &action.kind else { return Vec::new() };
        let hidden = action.private && action.primary.is_none();
        let tells = |marked: bool| match (hidden, marked) {
            (true, _) => Exposure::Sensitive,
            (false, true) => Exposure::Private,
            (false, false) => Exposure::Public,
        };
        read.sort.iter().map(|it| Self { name: it.name.clone(), tells: tells(it.private.is_some()) }).collect()
    }
}

impl Write {
    /// What of `action` its call must know, if it writes.
    pub(crate) fn of(action: &Action) -> Option<Self> {
        let kind = match action.kind {
            ActionKind::Create => WriteKind::Create,
            ActionKind::Update => WriteKind::Update,
            ActionKind::Destroy => WriteKind::Destroy,
            ActionKind::Read(_) | ActionKind::Generic(_) => return None,
        };
        let given = action.rules.changes.iter().filter_map(|it| match it {
            Change::Set { attribute, when: None, .. } | Change::RelateActor(attribute) => Some(attribute.clone()),
            // Where it is not set something else has to give the value.
            Change::Set { when: Some(_), .. } | Change::Function(_) => None,
        });
        let changes = action.rules.changes.iter().any(|it| matches!(it, Change::Function(_)));
        Some(Self {
            kind,
            ident: action.ident.clone(),
            public: !action.private,
            attributes: action.attributes.clone(),
            accept: action.accept.clone(),
            required: action.required.clone(),
            upsert: action.upsert.clone(),
            named_by: action.named_by.clone(),
            given: given.collect(),
            open: !action.sound || changes,
            by_function: changes || action.rules.hooks.iter().any(|it| it.when == When::Before),
            arguments: action.arguments.clone(),
        })
    }
}

impl WriteKind {
    pub(crate) const ALL: [Self; 3] = [Self::Create, Self::Update, Self::Destroy];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Destroy => "destroy",
        }
    }
}
