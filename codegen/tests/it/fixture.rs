//! Declarations as data, said briefly.

use samara::ir::{
    App, Attribute, Constraints, Domain, Generated, Identity, Index, Name, Node, OnDelete, Relationship,
    RelationshipKind, Resource, Tree, Type,
};
use samara::value::Value;

/// An app of these resources.
pub fn app(resources: Vec<Resource>) -> App {
    let names = resources.iter().map(|it| it.name.clone()).collect();
    let domain = Domain { name: "Fixture".into(), docs: String::new(), resources: names };
    App::new(vec![domain], resources, Vec::new())
}

/// A resource with an id and nothing else.
pub fn resource(name: &'static str, table: &'static str) -> Resource {
    let id = Attribute { primary_key: true, generated: Some(Generated::Id), ..attribute("id", Type::Uuid) };
    Resource {
        name: name.into(),
        table: table.into(),
        docs: String::new(),
        attributes: vec![id],
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
    }
}

/// A required attribute.
pub fn attribute(name: &'static str, ty: Type) -> Attribute {
    Attribute {
        name: name.into(),
        docs: String::new(),
        ty,
        nullable: false,
        public: true,
        primary_key: false,
        guarded: false,
        sensitive: false,
        default: None,
        generated: None,
        constraints: Constraints::default(),
    }
}

/// What can be said of a resource, to be chained.
pub trait Declare: Sized {
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
        self.identities.push(Identity { name: name.into(), attributes: names(attributes) });
        self
    }

    fn index(mut self, attributes: &[(&'static str, bool)]) -> Self {
        let attributes = attributes.iter().map(|(name, descends)| (Name::from(*name), *descends)).collect();
        self.indexes.push(Index { attributes });
        self
    }

    fn belongs_to(mut self, name: &'static str, target: &'static str, on_delete: OnDelete) -> Self {
        let key = Name::from(format!("{name}_id"));
        self.attributes.push(Attribute { name: key.clone(), ..attribute("", Type::Uuid) });
        let kind = RelationshipKind::BelongsTo { attribute: key, on_delete };
        let docs = String::new();
        self.relationships.push(Relationship { name: name.into(), docs, target: target.into(), public: true, kind });
        self
    }

    fn may_belong_to(self, name: &'static str, target: &'static str, on_delete: OnDelete) -> Self {
        let mut resource = self.belongs_to(name, target, on_delete);
        resource.attributes.last_mut().unwrap().nullable = true;
        resource
    }
}

/// What can be said of an attribute, to be chained.
pub trait Describe: Sized {
    fn optional(self) -> Self;
    fn defaulting(self, value: Value) -> Self;
    fn now(self) -> Self;
}

impl Describe for Attribute {
    fn optional(self) -> Self {
        Self { nullable: true, ..self }
    }

    fn defaulting(self, value: Value) -> Self {
        let mut tree = Tree::new(None, None);
        tree.literal(value, self.ty.clone());
        Self { default: Some(tree), ..self }
    }

    fn now(self) -> Self {
        let mut tree = Tree::new(None, None);
        tree.push(Node::Now);
        Self { default: Some(tree), ..self }
    }
}

pub fn text(value: &str) -> Value {
    Value::Text(value.into())
}

fn names(names: &[&'static str]) -> Vec<Name> {
    names.iter().map(|it| Name::from(*it)).collect()
}
