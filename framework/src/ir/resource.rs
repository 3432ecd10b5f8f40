//! A resource, its attributes, identities and indexes, and what surfaces are told about it.

use serde::{Deserialize, Serialize};

use super::strategy::actor;
use super::{
    Action, AttributeId, Calculation, CalculationId, FieldPolicy, Name, Policy, Relationship, RelationshipId, Tree,
    Type,
};
use crate::value::RowKey;

/// One declared resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// The Rust name: `Activity`. Unique in an app.
    pub name: Name,
    /// The table: `activities`. Unique in an app; also the plural in addresses and GraphQL.
    pub table: Name,
    /// The documentation as written, without the leading space of each line.
    pub docs: String,
    /// Every column, in the order of the struct: `id` first, a `belongs_to` as its key, the timestamps last.
    pub attributes: Vec<Attribute>,
    /// In the order of the struct.
    pub relationships: Vec<Relationship>,
    /// Unique sets of attributes.
    pub identities: Vec<Identity>,
    /// Indexes asked for; keys of `belongs_to` get one of their own.
    pub indexes: Vec<Index>,
    /// In the order written.
    pub actions: Vec<Action>,
    /// In the order written.
    pub calculations: Vec<Calculation>,
    /// In the order written, bypasses among them.
    pub policies: Vec<Policy>,
    /// In the order written.
    pub field_policies: Vec<FieldPolicy>,
    /// Absent: the resource is not in the GraphQL API.
    pub graphql: Option<Graphql>,
    /// Absent: the resource has no admin screens.
    pub admin: Option<Admin>,
    /// What the resource does for sign-in, if anything.
    pub role: Option<Role>,
    /// Which rows exist at all: a condition over the row alone. Absent: every row of the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_filter: Option<Tree>,
    /// The key of the `belongs_to` that says which tenant a row is of: others than those of the tenant of the request do not exist. Absent: rows are
    /// nobody's in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// The field's and the column's name.
    pub name: Name,
    /// Its documentation, may be empty.
    pub docs: String,
    /// Its type.
    pub ty: Type,
    /// Whether it may be NULL (`Option<T>`).
    pub nullable: bool,
    /// Whether surfaces may show, filter and sort by it.
    pub public: bool,
    /// Whether it is the primary key.
    pub primary_key: bool,
    /// Whether its type is `Guarded<T>`: it has a field policy.
    pub guarded: bool,
    /// Whether it never leaves the framework and is masked where values are printed (the hash of a token).
    pub sensitive: bool,
    /// Whether no update changes it: a create may give it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub immutable: bool,
    /// Whether surfaces let callers filter by it, if it is public.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub filterable: bool,
    /// Whether surfaces let callers sort by it, if it is public and its type has an order.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub sortable: bool,
    /// The value of a create that gives none: an expression without row and actor.
    pub default: Option<Tree>,
    /// Who fills it in, if not an input.
    pub generated: Option<Generated>,
    /// The bounds of a written value.
    pub constraints: Constraints,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_yes(flag: &bool) -> bool {
    *flag
}

/// An attribute that the engine fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Generated {
    /// A UUID v7, when the row is created: in the order of time.
    Id,
    /// A UUID v4, when the row is created: it tells nothing.
    RandomId,
    /// The next number of its table, which the database counts.
    Number,
    /// The request's time, when the row is created.
    InsertedAt,
    /// The request's time, whenever the row is written.
    UpdatedAt,
    /// The request's time, when the row is deleted for the time being; NULL while it exists.
    DeletedAt,
    /// Which deletion the row went with the last time, as all rows that went with it.
    DeletionId,
}

/// Bounds of a written value, checked before any SQL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraints {
    /// Fewest Unicode code points of a text, or bytes.
    pub min_length: Option<u32>,
    /// Most Unicode code points of a text, or bytes.
    pub max_length: Option<u32>,
    /// Smallest integer.
    pub min: Option<i64>,
    /// Largest integer.
    pub max: Option<i64>,
    /// Whether a text must be an e-mail address.
    pub email: bool,
    /// Whether a text may only hold `a-z`, `0-9` and single dashes between them.
    pub slug: bool,
    /// Whether a text may have several lines although it is short: see [`Resource::is_one_line`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub multiline: bool,
}

/// Longest text that is one line unless it says otherwise, in characters.
const ONE_LINE: u32 = 255;

/// A set of attributes that is unique among the rows that exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Unique in its resource.
    pub name: Name,
    /// One or more attribute names.
    pub attributes: Vec<Name>,
    /// The rows among which it is unique: a condition over the row alone. Absent: all that exist.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub only: Option<Tree>,
    /// What is said where it is taken; absent: the framework's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whether rows without a value share it. Else NULLs differ from each other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nulls_equal: bool,
}

impl Identity {
    /// One that is unique among all rows that exist, in which NULLs differ from each other.
    pub fn new(name: impl Into<Name>, attributes: Vec<Name>) -> Self {
        Self { name: name.into(), attributes, only: None, message: None, nulls_equal: false }
    }

    /// Whether it says of every row that exists that no other has the same value of `attribute`.
    pub(crate) fn is_of_all(&self, attribute: &str) -> bool {
        self.only.is_none() && matches!(self.attributes.as_slice(), [it] if *it == *attribute)
    }
}

/// An index that is not unique.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Attribute names, each with whether it descends.
    pub attributes: Vec<(Name, bool)>,
}

/// What the GraphQL surface is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graphql {
    /// The object type: `Activity`.
    pub type_name: Name,
}

/// What the admin surface is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admin {
    /// The heading its link stands under: `Platform`.
    pub group: String,
    /// Attributes and to-one relationships of the list; empty: the first public ones.
    pub columns: Vec<Name>,
}

/// What a resource does for sign-in. The framework has the logic of sign-in, and finds the resource by its role, never by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Its records act.
    Actor {
        /// The attribute that holds the e-mail address: of type `CiString`, unique.
        identity: Name,
        /// The create that makes who signs in for the first time: given the identity, and the name if there is one.
        #[serde(default = "Role::register", skip_serializing_if = "is_register")]
        register: Name,
        /// The attribute that is given the part of the address before the `@`; `None`: `display_name`, if `register` accepts it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Name>,
    },
    /// Its rows are started sign-ins by mail.
    MagicLink {
        /// The actor's resource.
        user: Name,
        /// How long one may be used, in seconds.
        lifetime: u32,
    },
    /// Its rows are sessions.
    Session {
        /// The actor's resource.
        user: Name,
    },
}

impl Role {
    /// The create that makes who signs in for the first time, where the declaration does not say which.
    pub fn register() -> Name {
        Name::new(actor::REGISTER)
    }
}

fn is_register(name: &Name) -> bool {
    *name == actor::REGISTER
}

impl Attribute {
    /// Whether it says of a row that it is deleted for the time being, and by which deletion.
    pub(crate) fn is_of_deletions(&self) -> bool {
        matches!(self.generated, Some(Generated::DeletedAt | Generated::DeletionId))
    }
}

impl Resource {
    /// Whether a text attribute is one line, and holds no line ends: a `CiString`, an address, a slug, one of an identity, or one of at
    /// most 255 characters, unless it is declared `multiline`.
    pub fn is_one_line(&self, attribute: &Attribute) -> bool {
        let Constraints { max_length, email, slug, multiline, .. } = &attribute.constraints;
        let is_short = || max_length.is_some_and(|it| it <= ONE_LINE);
        let is_known_by = || self.identities.iter().any(|it| it.attributes.contains(&attribute.name));
        !multiline && (attribute.ty.plain() == Type::CiString || *email || *slug || is_short() || is_known_by())
    }

    /// The attributes, each with its id.
    pub fn attributes_by_id(&self) -> impl Iterator<Item = (AttributeId, &Attribute)> {
        (0..).map(AttributeId::at).zip(&self.attributes)
    }

    /// The relationships, each with its id.
    pub fn relationships_by_id(&self) -> impl Iterator<Item = (RelationshipId, &Relationship)> {
        (0..).map(RelationshipId::at).zip(&self.relationships)
    }

    /// The calculations, each with its id.
    pub fn calculations_by_id(&self) -> impl Iterator<Item = (CalculationId, &Calculation)> {
        (0..).map(CalculationId::at).zip(&self.calculations)
    }

    /// The attribute of that name, with its id.
    pub fn attribute(&self, name: &str) -> Option<(AttributeId, &Attribute)> {
        self.attributes_by_id().find(|(_, it)| it.name == name)
    }

    /// The id of an attribute that the declaration itself names: the key of a relationship, one of an identity.
    ///
    /// # Panics
    /// If the app was not verified and there is no such attribute.
    #[expect(clippy::expect_used, reason = "the rules of `verify` say that it exists")]
    pub(crate) fn named(&self, attribute: &Name) -> AttributeId {
        self.attribute(attribute).expect("the names of a verified declaration exist").0
    }

    /// The relationship of that name, with its id.
    pub fn relationship(&self, name: &str) -> Option<(RelationshipId, &Relationship)> {
        self.relationships_by_id().find(|(_, it)| it.name == name)
    }

    /// The calculation of that name, with its id.
    pub fn calculation(&self, name: &str) -> Option<(CalculationId, &Calculation)> {
        self.calculations_by_id().find(|(_, it)| it.name == name)
    }

    /// The identity of that name.
    pub fn identity(&self, name: &str) -> Option<&Identity> {
        self.identities.iter().find(|it| it.name == name)
    }

    /// The action of that name.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|it| it.name == name)
    }

    /// The primary key.
    pub fn primary_key(&self) -> Option<AttributeId> {
        self.attributes_by_id().find(|(_, it)| it.primary_key).map(|(id, _)| id)
    }

    /// The type of its primary key.
    pub fn key_type(&self) -> Option<&Type> {
        self.primary_key().map(|it| &self[it].ty)
    }

    /// Whether a create is given the primary key of its row.
    pub(crate) fn has_given_key(&self) -> bool {
        self.primary_key().is_some_and(|it| self[it].generated.is_none())
    }

    /// The primary key that a text names; `None`: no row has such a key.
    pub fn key(&self, text: &str) -> Option<RowKey> {
        self.key_type()?.key(text)
    }

    /// The attribute that says since when a row is deleted, where rows are deleted for the time being.
    pub fn deleted_at(&self) -> Option<(AttributeId, &Attribute)> {
        self.filled_in(Generated::DeletedAt)
    }

    /// The attribute that says which deletion a row went with, where rows are deleted for the time being.
    pub(crate) fn deletion_id(&self) -> Option<(AttributeId, &Attribute)> {
        self.filled_in(Generated::DeletionId)
    }

    fn filled_in(&self, by: Generated) -> Option<(AttributeId, &Attribute)> {
        self.attributes_by_id().find(|(_, it)| it.generated == Some(by))
    }

    /// The read that is used where none is named.
    pub fn primary_read(&self) -> Option<&Action> {
        self.actions.iter().find(|it| it.primary && it.is_read())
    }
}
