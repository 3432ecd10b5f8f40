//! Declarations as data, said briefly: for what no macro makes. The generators' tests use this file too.

#![allow(dead_code, reason = "each crate's tests use a part of it")]

use samara::ir::{
    Action, ActionKind, App, Applies, Argument, Attribute, Calculation, Change, Constraints, Domain, Enum, Generated,
    Identity, Index, Name, Node, NodeId, OnDelete, Policy, Read, Relationship, RelationshipKind, Resource, Tree, Type,
    Variant,
};
use samara::value::Value;

/// An app of one domain.
pub(crate) fn app(resources: Vec<Resource>) -> App {
    App::new(vec![domain("Fixture", &resources)], resources, Vec::new())
}

/// A domain of these resources.
pub(crate) fn domain(name: &'static str, resources: &[Resource]) -> Domain {
    let resources = resources.iter().map(|it| it.name.clone()).collect();
    Domain { name: name.into(), docs: String::new(), resources }
}

/// An enum of these stored variants.
pub(crate) fn enumeration<const N: usize>(name: &'static str, variants: [&'static str; N]) -> Enum {
    let variants = variants.map(|it| Variant { stored: it.into(), docs: String::new() });
    Enum { name: name.into(), docs: String::new(), variants: variants.into() }
}

/// The declaration with changes that no macro makes.
pub(crate) fn altered(declared: &App, change: impl FnOnce(&mut Vec<Resource>)) -> App {
    let mut resources = declared.resources().to_vec();
    change(&mut resources);
    let app = App::new(declared.domains().to_vec(), resources, declared.enums().to_vec());
    let app = declared.admin().cloned().into_iter().fold(app, App::with_admin);
    declared.title().into_iter().fold(app, App::titled)
}

/// The resource of that name.
pub(crate) fn named<'a>(resources: &'a mut [Resource], name: &str) -> &'a mut Resource {
    resources.iter_mut().find(|it| it.name == name).unwrap()
}

/// A resource with a key, a primary read and a policy that allows all.
pub(crate) fn resource(name: &'static str, table: &'static str) -> Resource {
    let everything = literal(Value::Bool(true), Type::Boolean);
    Resource {
        name: name.into(),
        table: table.into(),
        docs: String::new(),
        attributes: vec![Attribute {
            primary_key: true,
            generated: Some(Generated::Id),
            ..attribute("id", Type::Uuid)
        }],
        relationships: Vec::new(),
        identities: Vec::new(),
        indexes: Vec::new(),
        actions: vec![Action { primary: true, ..action("list", ActionKind::Read(Read::default())) }],
        calculations: Vec::new(),
        policies: vec![Policy { anyone: true, ..policy("everyone", [Applies::Always], everything) }],
        field_policies: Vec::new(),
        graphql: None,
        admin: None,
        role: None,
        base_filter: None,
        tenant: None,
    }
}

/// A public attribute that is never NULL.
pub(crate) fn attribute(name: impl Into<Name>, ty: Type) -> Attribute {
    Attribute {
        name: name.into(),
        docs: String::new(),
        ty,
        nullable: false,
        public: true,
        primary_key: false,
        guarded: false,
        sensitive: false,
        immutable: false,
        filterable: true,
        sortable: true,
        default: None,
        generated: None,
        constraints: Constraints::default(),
    }
}

/// The attribute, that may be NULL.
pub(crate) fn nullable(attribute: Attribute) -> Attribute {
    Attribute { nullable: true, ..attribute }
}

/// A public action that takes nothing.
pub(crate) fn action(name: impl Into<Name>, kind: ActionKind) -> Action {
    Action {
        name: name.into(),
        docs: String::new(),
        kind,
        primary: false,
        public: true,
        sensitive: false,
        accept: Vec::new(),
        required: Vec::new(),
        named_by: Vec::new(),
        named_identity: None,
        of_deleted: false,
        upsert: None,
        arguments: Vec::new(),
        changes: Vec::new(),
        transition: None,
        requirements: Vec::new(),
        before: Vec::new(),
        after: Vec::new(),
        after_commit: Vec::new(),
        graphql_name: None,
    }
}

/// The action, that takes these attributes.
pub(crate) fn accepting<const N: usize>(action: Action, attributes: [&'static str; N]) -> Action {
    Action { accept: attributes.map(Name::from).into(), ..action }
}

/// The change that gives an attribute that value.
pub(crate) fn setting(attribute: &'static str, value: Tree) -> Change {
    Change::Set { attribute: attribute.into(), value, when: None }
}

/// An argument.
pub(crate) fn argument(name: &'static str, ty: Type, nullable: bool) -> Argument {
    Argument { name: name.into(), docs: String::new(), ty, nullable }
}

/// A public relationship.
pub(crate) fn relationship(name: impl Into<Name>, target: impl Into<Name>, kind: RelationshipKind) -> Relationship {
    Relationship { name: name.into(), docs: String::new(), target: target.into(), public: true, kind }
}

/// A relationship over the key `<name>_id`.
pub(crate) fn belongs_to(name: &'static str, target: &'static str, on_delete: OnDelete) -> Relationship {
    relationship(name, target, RelationshipKind::BelongsTo { attribute: format!("{name}_id").into(), on_delete })
}

/// The other end of a `belongs_to`.
pub(crate) fn has_many(name: &'static str, target: &'static str, key: &'static str) -> Relationship {
    relationship(name, target, RelationshipKind::HasMany { attribute: key.into() })
}

/// A public calculation.
pub(crate) fn calculation(name: impl Into<Name>, ty: Type, nullable: bool, tree: Tree) -> Calculation {
    Calculation { name: name.into(), docs: String::new(), ty, nullable, public: true, unrestricted: false, tree }
}

/// A policy that is no bypass.
pub(crate) fn policy(name: &'static str, applies: impl Into<Vec<Applies>>, condition: Tree) -> Policy {
    let applies = applies.into();
    Policy { name: name.into(), docs: String::new(), bypass: false, anyone: false, applies, condition }
}

/// The identity of one attribute, by its name.
pub(crate) fn unique(attribute: &'static str) -> Identity {
    Identity::new(attribute, names(&[attribute]))
}

/// An expression of that body, over a row and an actor of these resources.
pub(crate) fn tree(
    row: Option<&'static str>,
    actor: Option<&'static str>,
    body: impl FnOnce(&mut Tree) -> NodeId,
) -> Tree {
    let mut tree = Tree::new(row.map(Name::from), actor.map(Name::from));
    tree.root = body(&mut tree);
    tree
}

/// An expression that is this value.
pub(crate) fn literal(value: Value, ty: Type) -> Tree {
    tree(None, None, |tree| tree.literal(value, ty))
}

pub(crate) fn names(names: &[&'static str]) -> Vec<Name> {
    names.iter().map(|it| Name::new(it)).collect()
}

pub(crate) fn text(value: &str) -> Value {
    Value::Text(value.into())
}

/// What can be said of a resource, to be chained.
pub(crate) trait Declare: Sized {
    fn with(self, attribute: Attribute) -> Self;
    fn unique(self, name: &'static str, attributes: &[&'static str]) -> Self;
    fn index(self, attributes: &[(&'static str, bool)]) -> Self;
    fn belongs_to(self, name: &'static str, target: &'static str, on_delete: OnDelete) -> Self;
    fn may_belong_to(self, name: &'static str, target: &'static str, on_delete: OnDelete) -> Self;
}

impl Declare for Resource {
    fn with(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    fn unique(mut self, name: &'static str, attributes: &[&'static str]) -> Self {
        self.identities.push(Identity::new(name, names(attributes)));
        self
    }

    fn index(mut self, attributes: &[(&'static str, bool)]) -> Self {
        let attributes = attributes.iter().map(|(name, descends)| (Name::from(*name), *descends)).collect();
        self.indexes.push(Index { attributes });
        self
    }

    fn belongs_to(mut self, name: &'static str, target: &'static str, on_delete: OnDelete) -> Self {
        self.attributes.push(attribute(format!("{name}_id"), Type::Uuid));
        self.relationships.push(belongs_to(name, target, on_delete));
        self
    }

    fn may_belong_to(self, name: &'static str, target: &'static str, on_delete: OnDelete) -> Self {
        let mut resource = self.belongs_to(name, target, on_delete);
        resource.attributes.last_mut().unwrap().nullable = true;
        resource
    }
}

/// What can be said of an attribute, to be chained.
pub(crate) trait Describe: Sized {
    fn optional(self) -> Self;
    fn defaulting(self, value: Value) -> Self;
    fn now(self) -> Self;
}

impl Describe for Attribute {
    fn optional(self) -> Self {
        nullable(self)
    }

    fn defaulting(self, value: Value) -> Self {
        Self { default: Some(literal(value, self.ty.clone())), ..self }
    }

    fn now(self) -> Self {
        Self { default: Some(tree(None, None, |tree| tree.push(Node::Now))), ..self }
    }
}
