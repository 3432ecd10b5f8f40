//! A resource: a struct, its fields in order, and the settings of surfaces.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::{ExprClosure, LitStr, Type, Visibility};

use super::action::Requirement;
use super::attribute::{Attribute, Column, ColumnKind};
use super::order::Directed;
use super::relationship::{Relationship, RelationshipKind};

/// A struct under `#[resource]`.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// The attributes that are kept on the struct: documentation, derives, lints.
    pub(crate) attributes: Vec<syn::Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) docs: String,
    pub(crate) table: LitStr,
    /// In the order of the record: the fields as written, then those of a strategy, and the timestamps.
    pub(crate) fields: Vec<Field>,
    pub(crate) identities: Vec<Identity>,
    pub(crate) indexes: Vec<Vec<Directed>>,
    /// Which of its rows exist.
    pub(crate) base_filter: Option<ExprClosure>,
    /// The `belongs_to` that says whose its rows are.
    pub(crate) tenant: Option<Ident>,
    pub(crate) graphql: Option<LitStr>,
    pub(crate) admin: Option<Admin>,
    pub(crate) role: Option<Role>,
    /// Whether it has an entity of SeaORM.
    pub(crate) entity: bool,
    /// Further `impl` blocks, by the names it lists.
    pub(crate) blocks: Blocks,
    /// What must hold of every row that is stored.
    pub(crate) validations: Vec<Requirement>,
    /// The actions that a strategy adds, in the language of `#[actions]`.
    pub(crate) actions: TokenStream,
}

/// One field of the record.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// The attributes that are kept on the field.
    pub(crate) attributes: Vec<syn::Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) docs: String,
    /// As written.
    pub(crate) ty: Type,
    pub(crate) kind: FieldKind,
    /// Whether all of it could be parsed: else nothing is reported as missing.
    pub(crate) sound: bool,
}

/// What a field is.
#[derive(Clone, Debug)]
pub(crate) enum FieldKind {
    Attribute(Box<Attribute>),
    Relationship(Box<Relationship>),
}

/// A set of attributes that is unique.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) name: Ident,
    pub(crate) attributes: Vec<Ident>,
    /// Among which rows.
    pub(crate) condition: Option<ExprClosure>,
    /// What is said where it is taken.
    pub(crate) message: Option<LitStr>,
    /// Whether rows without a value share it.
    pub(crate) nulls_equal: bool,
}

/// Further blocks of `#[actions]`, `#[policies]` and `#[calculations]`, each in the order of the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blocks {
    pub(crate) actions: Vec<Ident>,
    pub(crate) policies: Vec<Ident>,
    pub(crate) calculations: Vec<Ident>,
}

/// The settings of the admin screens.
#[derive(Clone, Debug)]
pub(crate) struct Admin {
    pub(crate) group: LitStr,
    pub(crate) columns: Vec<Ident>,
}

/// How the records that act are known and made.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    /// The attribute that holds the e-mail address.
    pub(crate) identity: Ident,
    /// The create that makes who signs in for the first time, if it is not `register`.
    pub(crate) register: Option<Ident>,
    /// The attribute that is given the part of the address before the `@`, where that is said.
    pub(crate) name: Option<Ident>,
}

/// What the resource does for sign-in.
#[derive(Clone, Debug)]
pub(crate) enum Role {
    Actor(Actor),
    MagicLink { user: Type, lifetime: u32, span: Span },
    Session { user: Type, span: Span },
}

impl Resource {
    /// The columns, in the order of the record.
    pub(crate) fn columns(&self) -> impl Iterator<Item = Column<'_>> {
        self.fields.iter().filter_map(|it| it.column(&self.ident))
    }

    /// The relationships with their fields, in the order of the record.
    pub(crate) fn relationships(&self) -> impl Iterator<Item = (&Field, &Relationship)> {
        self.fields.iter().filter_map(|field| match &field.kind {
            FieldKind::Relationship(it) => Some((field, &**it)),
            FieldKind::Attribute(_) => None,
        })
    }

    /// The column by the name that other attributes use: `world` means `world_id`.
    pub(crate) fn column(&self, written: &Ident) -> Option<Column<'_>> {
        self.columns().find(|it| it.written == written)
    }
}

impl Field {
    /// The column it makes, as a field of `resource`, if it makes one.
    pub(crate) fn column(&self, resource: &Ident) -> Option<Column<'_>> {
        match &self.kind {
            FieldKind::Attribute(attribute) => Some(Column {
                name: self.ident.clone(),
                written: &self.ident,
                ty: self.ty.clone(),
                docs: self.docs.clone(),
                kind: ColumnKind::Attribute(attribute),
                sound: self.sound,
            }),
            FieldKind::Relationship(it) => match &it.kind {
                RelationshipKind::BelongsTo { key, optional, immutable, .. } => Some(Column {
                    name: key.clone(),
                    written: &self.ident,
                    ty: it.key_type(resource, &self.ident)?,
                    docs: format!("The key of `{}`.", self.ident.unraw()),
                    kind: ColumnKind::Key { optional: *optional, public: it.public, immutable: *immutable },
                    sound: self.sound,
                }),
                _ => None,
            },
        }
    }
}
