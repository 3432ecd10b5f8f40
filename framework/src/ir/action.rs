//! What can be done with a resource.

use serde::{Deserialize, Serialize};

use super::{Identity, Name, Requirement, Resource, Transition, Tree, Type};

/// One declared action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// Unique in its resource.
    pub name: Name,
    /// Its documentation, may be empty.
    pub docs: String,
    /// What it does.
    pub kind: ActionKind,
    /// Whether it is the one meant where none of its kind is named.
    pub primary: bool,
    /// Whether surfaces offer it.
    pub public: bool,
    /// Whether what it answers is a secret, which nothing keeps. Only of a generic action.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// Attributes that the input may give, in order. A `belongs_to` is named by its key.
    pub accept: Vec<Name>,
    /// Those of them that must be given although they could be left out: in an update, or because they have a default.
    #[serde(default)]
    pub required: Vec<Name>,
    /// How an update, a destroy or a read of one names its row: by these attributes, which together are an identity. Empty: by its id, or
    /// by the filter of the read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named_by: Vec<NamedBy>,
    /// The identity that those attributes are, by name: another one may be of the same attributes among other rows. Absent where they are
    /// the primary key, or there is no question which identity they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named_identity: Option<Name>,
    /// Whether its rows are deleted ones: an update brings them back, a destroy removes them for good.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_deleted: bool,
    /// What a create does where a stored row has the same identity; absent: it is a conflict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upsert: Option<Upsert>,
    /// Inputs that are not attributes, in order; of a read those first that name its row.
    pub arguments: Vec<Argument>,
    /// What is set beyond the input, in order.
    pub changes: Vec<Change>,
    /// The move of a state machine that it makes, which its changes and requirements hold too. Only of an update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transition: Option<Transition>,
    /// What must hold, in order.
    pub requirements: Vec<Requirement>,
    /// Functions that run inside the transaction, right before the statement, in order: their paths as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Name>,
    /// Functions that run inside the transaction, once the row is written and approved, in order: their paths as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Name>,
    /// Functions that run once the transaction is committed, in order: their paths as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after_commit: Vec<Name>,
    /// The GraphQL field, where it is not the usual one.
    pub graphql_name: Option<Name>,
}

/// What an action does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// Reads rows.
    Read(Read),
    /// Makes a row.
    Create,
    /// Changes a row.
    Update,
    /// Removes a row.
    Destroy,
    /// Runs a function.
    Generic {
        /// Whether it only reads; else GraphQL has it as a mutation.
        query: bool,
        /// What it returns.
        returns: Returns,
    },
}

/// The settings of a read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Read {
    /// Whether it returns one row or none.
    pub get: bool,
    /// Which rows it reads, besides what policies and callers say.
    pub filter: Option<Tree>,
    /// Which rows a list shows, unless the caller filters by what this reads of the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_filter: Option<Tree>,
    /// The order where the caller gives none; the primary key always comes last.
    pub sort: Vec<SortKey>,
    /// Absent: all rows at once.
    pub pagination: Option<Pagination>,
}

/// One key of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortKey {
    /// An attribute or calculation.
    pub field: Name,
    /// Which way.
    pub direction: Direction,
    /// Whether the order may reveal its values although it is not public.
    #[serde(default)]
    pub private: bool,
}

/// Ascending puts NULLs last and descending puts them first, unless said otherwise (as PostgreSQL does).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Direction {
    Asc,
    Desc,
    AscNullsFirst,
    AscNullsLast,
    DescNullsFirst,
    DescNullsLast,
}

impl Read {
    /// The filter that holds unless the caller filters by what it reads of the row, as `asked` does.
    pub(crate) fn usual_filter(&self, asked: Option<&Tree>) -> Option<&Tree> {
        self.default_filter.as_ref().filter(|it| !asked.is_some_and(|asked| asked.asks_same_of_row(it)))
    }
}

impl Default for Pagination {
    /// The page sizes of an action that declares none.
    fn default() -> Self {
        Self { default: 50, max: 250 }
    }
}

impl Direction {
    /// Whether larger values come first.
    pub fn descends(self) -> bool {
        matches!(self, Self::Desc | Self::DescNullsFirst | Self::DescNullsLast)
    }

    /// Whether NULLs come first.
    pub fn nulls_first(self) -> bool {
        matches!(self, Self::Desc | Self::AscNullsFirst | Self::DescNullsFirst)
    }

    /// The order read backwards.
    pub fn reversed(self) -> Self {
        match (self.descends(), self.nulls_first()) {
            (false, false) => Self::DescNullsFirst,
            (false, true) => Self::DescNullsLast,
            (true, false) => Self::AscNullsFirst,
            (true, true) => Self::AscNullsLast,
        }
    }
}

/// Pages by keyset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pagination {
    /// Rows of a page, where the caller does not say.
    pub default: u32,
    /// Most rows of a page.
    pub max: u32,
}

/// An input that is not an attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// Unique among the action's inputs.
    pub name: Name,
    /// Its documentation, may be empty.
    #[serde(default)]
    pub docs: String,
    /// Its type.
    pub ty: Type,
    /// Whether it may be left out or NULL.
    pub nullable: bool,
}

/// An attribute by which an action names its row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedBy {
    /// The attribute.
    pub attribute: Name,
    /// Whether it is the actor's primary key; else the caller gives it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub actor: bool,
}

/// What a create does where a stored row has the same identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upsert {
    /// The identity, by name.
    pub identity: Name,
    /// The update whose policies decide about the stored row, which then takes values of the new one; absent: it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<Name>,
    /// Which of the accepted attributes it takes; absent: all but those of the identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<Name>>,
}

/// What an action sets beyond its input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// `attribute = expression`, over the row as it was, the actor and the arguments.
    Set {
        /// The attribute.
        attribute: Name,
        /// Its new value.
        value: Tree,
        /// Where it is set, of the same row; absent: always. Where this is not true, the attribute takes what it would without this change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<Box<Tree>>,
    },
    /// The key of this `belongs_to` becomes the actor's primary key; an error if nobody is signed in.
    RelateActor {
        /// The relationship.
        relationship: Name,
    },
    /// A Rust function over the new values. It runs inside the action's transaction, in the order declared.
    Function {
        /// Its path as written.
        name: Name,
    },
    /// The same of an update, over the row as it was too. The row is read and locked first, so such an action writes row by row.
    RowFunction {
        /// Its path as written.
        name: Name,
    },
}

impl Change {
    /// The attribute that it sets, always or where a condition holds; `None`: a function, which may set any.
    pub(crate) fn attribute<'a>(&'a self, resource: &'a Resource) -> Option<&'a Name> {
        match self {
            Self::Set { attribute, .. } => Some(attribute),
            Self::RelateActor { relationship } => resource.relationship(relationship)?.1.key(),
            Self::Function { .. } | Self::RowFunction { .. } => None,
        }
    }
}

/// What a generic action returns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Returns {
    /// One value.
    Value {
        /// Its type.
        ty: Type,
        /// Whether it may be NULL.
        nullable: bool,
    },
    /// An object of its own, `#[derive(Object)]`.
    Object {
        /// Its name, an object type in GraphQL.
        name: Name,
        /// Its documentation, may be empty.
        docs: String,
        /// In order.
        fields: Vec<ReturnsField>,
    },
    /// A row of a resource, which each reads under their own policies.
    Row {
        /// The resource.
        resource: Name,
        /// Whether there may be none.
        nullable: bool,
    },
    /// A list of any of these.
    List(Box<Returns>),
}

impl Returns {
    /// What it answers, or what its lists hold.
    pub fn item(&self) -> &Self {
        match self {
            Self::List(item) => item.item(),
            Self::Value { .. } | Self::Object { .. } | Self::Row { .. } => self,
        }
    }

    /// The resource whose rows it answers, if it does.
    pub fn rows_of(&self) -> Option<&Name> {
        match self.item() {
            Self::Row { resource, .. } => Some(resource),
            _ => None,
        }
    }
}

/// One field of a returned object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReturnsField {
    /// The field's name.
    pub name: Name,
    /// Its documentation, may be empty.
    #[serde(default)]
    pub docs: String,
    /// Its type.
    pub ty: Type,
    /// Whether it may be NULL.
    pub nullable: bool,
}

impl Action {
    /// Whether `name` is one of its inputs: an attribute that it accepts, or an argument.
    pub fn has_input(&self, name: &str) -> bool {
        self.accept.iter().any(|it| *it == *name) || self.arguments.iter().any(|it| it.name == *name)
    }

    /// Whether it stores a row, new or changed.
    pub fn stores(&self) -> bool {
        matches!(self.kind, ActionKind::Create | ActionKind::Update)
    }

    /// Whether it removes rows.
    pub fn is_destroy(&self) -> bool {
        matches!(self.kind, ActionKind::Destroy)
    }

    /// Whether it brings deleted rows back.
    pub fn restores(&self) -> bool {
        self.of_deleted && matches!(self.kind, ActionKind::Update)
    }

    /// Whether it removes deleted rows for good.
    pub fn purges(&self) -> bool {
        self.of_deleted && self.is_destroy()
    }

    /// Whether it deletes rows of `resource` for the time being: they stay in the table.
    pub fn deletes_softly(&self, resource: &Resource) -> bool {
        self.is_destroy() && !self.of_deleted && resource.deleted_at().is_some()
    }

    /// Whether it changes or removes rows that are stored: then it is asked for one by its id.
    pub fn has_row(&self) -> bool {
        matches!(self.kind, ActionKind::Update | ActionKind::Destroy)
    }

    /// The identities that the attributes which name its row may be: the one that the declaration says, or all of those attributes.
    pub(crate) fn identities_of_row<'a>(&self, resource: &'a Resource) -> impl Iterator<Item = &'a Identity> {
        let named = |it: &Name| self.named_by.iter().any(|part| part.attribute == *it);
        resource.identities.iter().filter(move |it| match &self.named_identity {
            Some(name) => it.name == *name,
            None => it.attributes.len() == self.named_by.len() && it.attributes.iter().all(named),
        })
    }

    /// Whether it reads.
    pub fn is_read(&self) -> bool {
        matches!(self.kind, ActionKind::Read(_))
    }

    /// Whether a function runs around its statement.
    pub fn runs_hooks(&self) -> bool {
        !(self.before.is_empty() && self.after.is_empty() && self.after_commit.is_empty())
    }

    /// Whether a change reads the row as it was, so that the action writes row by row.
    pub fn reads_row(&self) -> bool {
        self.changes.iter().any(|it| matches!(it, Change::RowFunction { .. }))
    }

    /// What a generic action returns.
    pub fn returns(&self) -> Option<&Returns> {
        match &self.kind {
            ActionKind::Generic { returns, .. } => Some(returns),
            _ => None,
        }
    }

    /// The settings of a read.
    pub fn read(&self) -> Option<&Read> {
        match &self.kind {
            ActionKind::Read(read) => Some(read),
            _ => None,
        }
    }
}
