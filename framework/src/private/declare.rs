//! Builders of the declaration as data: what macros emit are chains of these calls.

use super::action::PRIMARY_KEY;
use super::fields::NamesTenant;
use super::{Declared, Located, Rules};
use crate::attribute::AttributeType;
use crate::ir::{
    Action, Admin, Argument, Attribute, Calculation, Constraints, FieldPolicy, Generated, Graphql, Identity, Index,
    Name, NamedBy, Node, OnDelete, Path, Policy, Relationship, RelationshipKind, Resource, Role, Subject, Tree, Type,
};
use crate::location::SourceLocations;

/// Most characters of a text that is a key, unless it says otherwise: an index holds it, and so does each row that points at it.
const LONGEST_KEY: u32 = 255;

/// A resource under construction.
#[derive(Debug)]
#[must_use]
pub struct ResourceBuilder(Resource, SourceLocations, Option<Rules>);

/// Starts a resource.
#[track_caller]
pub fn resource(name: &'static str, table: &'static str, docs: &str) -> ResourceBuilder {
    let resource = Resource {
        name: Name::new(name),
        table: Name::new(table),
        docs: docs.into(),
        attributes: Vec::new(),
        relationships: Vec::new(),
        identities: Vec::new(),
        indexes: Vec::new(),
        actions: Vec::new(),
        calculations: Vec::new(),
        policies: Vec::new(),
        field_policies: Vec::new(),
        graphql: None,
        admin: None,
        role: None,
        base_filter: None,
        tenant: None,
    };
    let mut locations = SourceLocations::default();
    let resource = Located::here(resource).noted(&mut locations, |it| it.into());
    ResourceBuilder(resource, locations, None)
}

impl ResourceBuilder {
    /// Adds a column.
    #[track_caller]
    pub fn attribute(mut self, attribute: AttributeBuilder) -> Self {
        let attribute = Located::here(attribute.0).noted(&mut self.1, |it| Subject::field(&self.0, &it.name));
        self.0.attributes.push(attribute);
        self
    }

    /// Adds a relationship.
    #[track_caller]
    pub fn relationship(mut self, relationship: Relationship) -> Self {
        let relationship = Located::here(relationship).noted(&mut self.1, |it| Subject::field(&self.0, &it.name));
        self.0.relationships.push(relationship);
        self
    }

    /// Adds an identity.
    pub fn identity(mut self, name: &'static str, attributes: &[&'static str]) -> Self {
        self.0.identities.push(Identity::new(Name::new(name), names(attributes)));
        self
    }

    /// Makes the last identity one of some rows only.
    pub fn identity_where(self, condition: Tree) -> Self {
        self.with_identity(|it| it.only = Some(condition))
    }

    /// Says what is told where the last identity is taken.
    pub fn identity_message(self, message: &str) -> Self {
        self.with_identity(|it| it.message = Some(message.into()))
    }

    /// Makes rows without a value share the last identity.
    pub fn identity_nulls_equal(self) -> Self {
        self.with_identity(|it| it.nulls_equal = true)
    }

    fn with_identity(mut self, with: impl FnOnce(&mut Identity)) -> Self {
        if let Some(last) = self.0.identities.last_mut() {
            with(last);
        }
        self
    }

    /// Adds an index; each attribute with whether it descends.
    pub fn index(mut self, attributes: &[(&'static str, bool)]) -> Self {
        let attributes = attributes.iter().map(|(name, descends)| (Name::new(name), *descends)).collect();
        self.0.indexes.push(Index { attributes });
        self
    }

    /// Puts it into the GraphQL API.
    pub fn graphql(mut self, type_name: &'static str) -> Self {
        self.0.graphql = Some(Graphql { type_name: Name::new(type_name) });
        self
    }

    /// Gives it admin screens.
    pub fn admin(mut self, group: &str, columns: &[&'static str]) -> Self {
        self.0.admin = Some(Admin { group: group.into(), columns: names(columns) });
        self
    }

    /// Gives it a part in sign-in.
    pub fn role(mut self, role: Role) -> Self {
        self.0.role = Some(role);
        self
    }

    /// Says which of its rows exist.
    pub fn base_filter(mut self, condition: Tree) -> Self {
        self.0.base_filter = Some(condition);
        self
    }

    /// Says whose its rows are.
    pub fn tenant<R, T, Kind: NamesTenant>(mut self, key: &crate::attribute::Attribute<R, T, Kind>) -> Self {
        self.0.tenant = Some(key.name());
        self
    }

    /// Says what holds of all of its actions.
    pub fn rules(mut self, rules: Rules) -> Self {
        self.2 = Some(rules);
        self
    }

    /// Adds what the other macros declare, and finishes the resource.
    pub fn finish(
        self,
        actions: Vec<Located<Action>>,
        calculations: Vec<Located<Calculation>>,
        policies: Vec<Located<Policy>>,
        field_policies: Vec<Located<FieldPolicy>>,
    ) -> Declared {
        let Self(mut resource, mut locations, rules) = self;
        for relationship in &resource.relationships {
            let key = relationship.key().and_then(|key| resource.attributes.iter_mut().find(|it| it.name == *key));
            if let Some((ty, key)) = key.and_then(|it| Some((it.ty.clone().naming_rows()?, it))) {
                key.ty = ty;
            }
        }
        let mut noted = |it: Located<Action>| it.noted(&mut locations, |it| Subject::action(&resource, &it.name));
        let mut actions: Vec<_> = actions.into_iter().map(&mut noted).collect();
        for action in &mut actions {
            name_row(action, &resource);
            rules.iter().for_each(|it| it.put(action));
            for requirement in &mut action.requirements {
                requirement.fields = read(&requirement.condition, &resource, &action.arguments);
            }
        }
        let mut noted = |it: Located<Calculation>| it.noted(&mut locations, |it| Subject::field(&resource, &it.name));
        let calculations = calculations.into_iter().map(&mut noted).collect();
        let mut noted = |it: Located<Policy>| it.noted(&mut locations, |it| Subject::policy(&resource, &it.name));
        let policies = policies.into_iter().map(&mut noted).collect();
        let mut noted = |it: Located<FieldPolicy>| it.noted(&mut locations, |it| Subject::policy(&resource, &it.name));
        let field_policies = field_policies.into_iter().map(&mut noted).collect();
        resource = Resource { actions, calculations, policies, field_policies, ..resource };
        Declared { resource, locations }
    }
}

/// Puts the attributes of an identity in place of its name, and makes those that a caller gives arguments of a read. What is no identity is
/// left to be reported.
fn name_row(action: &mut Action, resource: &Resource) {
    let mut named_identity = None;
    let parts = std::mem::take(&mut action.named_by).into_iter().flat_map(|it| {
        if it.attribute == *PRIMARY_KEY {
            let key = resource.primary_key().map(|it| resource[it].name.clone());
            return key.into_iter().map(|attribute| NamedBy { attribute, actor: true }).collect();
        }
        let identity = resource.identity(&it.attribute).filter(|_| !it.actor);
        let Some(known) = identity else { return vec![it] };
        named_identity = Some(known.name.clone());
        let named = |attribute: &Name| NamedBy { attribute: attribute.clone(), actor: false };
        known.attributes.iter().map(named).collect()
    });
    action.named_by = parts.collect();
    action.named_identity = named_identity;
    if !action.is_read() {
        return;
    }
    let given = action.named_by.iter().filter(|it| !it.actor).filter_map(|it| resource.attribute(&it.attribute));
    let given = given.map(|(_, it)| Argument {
        name: it.name.clone(),
        docs: it.docs.clone(),
        ty: it.ty.clone(),
        nullable: false,
    });
    action.arguments.splice(0..0, given.collect::<Vec<_>>());
}

/// The attributes of the row and the arguments that `tree` reads, each once, in the order declared. An expression over a row that a key
/// points at counts as reading that key.
fn read(tree: &Tree, resource: &Resource, arguments: &[Argument]) -> Vec<Name> {
    let key = |path: &Path| match path {
        Path::One { from: Tree::ROW, relationship } => resource.relationships.get(usize::from(*relationship))?.key(),
        _ => None,
    };
    let keys: Vec<&Name> = tree.paths.iter().filter_map(key).collect();
    let reads_column = |attribute| tree.nodes.contains(&Node::Column { path: Tree::ROW, attribute });
    let reads_argument =
        |it: &Name| tree.nodes.iter().any(|node| matches!(node, Node::Argument { name, .. } if name == it));
    let columns = resource.attributes_by_id().filter(|(id, it)| reads_column(*id) || keys.contains(&&it.name));
    let arguments = arguments.iter().map(|it| &it.name).filter(|it| reads_argument(it));
    columns.map(|(_, it)| &it.name).chain(arguments).cloned().collect()
}

/// A column under construction.
#[derive(Debug)]
#[must_use]
pub struct AttributeBuilder(Attribute);

/// Starts a column of the type of a field.
pub fn attribute<T: AttributeType>(name: &'static str, docs: &str) -> AttributeBuilder {
    column(name, docs, T::TYPE, T::NULLABLE, T::GUARDED)
}

fn column(name: &'static str, docs: &str, ty: Type, nullable: bool, guarded: bool) -> AttributeBuilder {
    AttributeBuilder(Attribute {
        name: Name::new(name),
        docs: docs.into(),
        ty,
        nullable,
        public: false,
        primary_key: false,
        guarded,
        sensitive: false,
        immutable: false,
        filterable: true,
        sortable: true,
        default: None,
        generated: None,
        constraints: Constraints::default(),
    })
}

impl AttributeBuilder {
    /// Lets surfaces show it.
    pub fn public(mut self) -> Self {
        self.0.public = true;
        self
    }

    /// Keeps it inside the framework.
    pub fn sensitive(mut self) -> Self {
        self.0.sensitive = true;
        self
    }

    /// Makes it the primary key: a UUID that the framework makes, a number that the database counts, or a text that a create is given.
    pub fn primary_key(mut self) -> Self {
        self.0.primary_key = true;
        self.0.generated = match &self.0.ty {
            Type::Uuid => Some(Generated::Id),
            ty if ty.is_integer() => Some(Generated::Number),
            _ => None,
        };
        if self.0.ty.is_text() {
            self.0.immutable = true;
            self.0.constraints.min_length = Some(1);
            self.0.constraints.max_length = Some(LONGEST_KEY);
        }
        self.naming_rows()
    }

    fn naming_rows(mut self) -> Self {
        if let Some(key) = self.0.ty.clone().naming_rows() {
            self.0.ty = key;
        }
        self
    }

    /// Makes a primary key that tells nothing, not even when it was made.
    pub fn random(self) -> Self {
        self.generated(Generated::RandomId)
    }

    /// Lets no surface filter by it.
    pub fn unfiltered(mut self) -> Self {
        self.0.filterable = false;
        self
    }

    /// Lets no surface sort by it.
    pub fn unsorted(mut self) -> Self {
        self.0.sortable = false;
        self
    }

    /// Lets no update change it.
    pub fn immutable(mut self) -> Self {
        self.0.immutable = true;
        self
    }

    /// Makes it `BigInt` in GraphQL.
    pub fn big(mut self) -> Self {
        self.0.ty = Type::BigInteger;
        self
    }

    /// Sets who fills it in.
    pub fn generated(mut self, generated: Generated) -> Self {
        self.0.generated = Some(generated);
        self
    }

    /// Gives it a value where an input gives none.
    pub fn default(mut self, default: Tree) -> Self {
        self.0.default = Some(default);
        self
    }

    /// Bounds the number of code points, or of bytes.
    pub fn min_length(mut self, bound: u32) -> Self {
        self.0.constraints.min_length = Some(bound);
        self
    }

    /// Bounds the number of code points, or of bytes.
    pub fn max_length(mut self, bound: u32) -> Self {
        self.0.constraints.max_length = Some(bound);
        self
    }

    /// Bounds the number.
    pub fn min(mut self, bound: i64) -> Self {
        self.0.constraints.min = Some(bound);
        self
    }

    /// Bounds the number.
    pub fn max(mut self, bound: i64) -> Self {
        self.0.constraints.max = Some(bound);
        self
    }

    /// Demands an e-mail address.
    pub fn email(mut self) -> Self {
        self.0.constraints.email = true;
        self
    }

    /// Demands a name for addresses.
    pub fn slug(mut self) -> Self {
        self.0.constraints.slug = true;
        self
    }

    /// Lets a short text have several lines.
    pub fn multiline(mut self) -> Self {
        self.0.constraints.multiline = true;
        self
    }
}

/// A `belongs_to`; `attribute` is its key.
pub fn belongs_to(
    name: &'static str,
    docs: &str,
    target: &'static str,
    public: bool,
    attribute: &'static str,
    on_delete: OnDelete,
) -> Relationship {
    let kind = RelationshipKind::BelongsTo { attribute: Name::new(attribute), on_delete };
    relationship(name, docs, target, public, kind)
}

/// A `has_many`; `attribute` is the key at the other end.
pub fn has_many(name: &'static str, docs: &str, target: &'static str, public: bool, attribute: Name) -> Relationship {
    relationship(name, docs, target, public, RelationshipKind::HasMany { attribute })
}

/// A `has_one`; `attribute` is the key at the other end.
pub fn has_one(name: &'static str, docs: &str, target: &'static str, public: bool, attribute: Name) -> Relationship {
    relationship(name, docs, target, public, RelationshipKind::HasOne { attribute })
}

/// A `many_to_many`; the attributes are keys of `through`.
pub fn many_to_many(
    name: &'static str,
    docs: &str,
    target: &'static str,
    public: bool,
    (through, source_attribute, target_attribute): (&'static str, Name, Name),
) -> Relationship {
    let kind = RelationshipKind::ManyToMany { through: Name::new(through), source_attribute, target_attribute };
    relationship(name, docs, target, public, kind)
}

fn relationship(
    name: &'static str,
    docs: &str,
    target: &'static str,
    public: bool,
    kind: RelationshipKind,
) -> Relationship {
    Relationship { name: Name::new(name), docs: docs.into(), target: Name::new(target), public, kind }
}

fn names(names: &[&'static str]) -> Vec<Name> {
    names.iter().copied().map(Name::new).collect()
}
