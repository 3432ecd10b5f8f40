//! The whole declaration, with its names resolved.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::id::AppNumber;
use super::{Enum, Name, Relationship, Resource, ResourceId, Tree};

/// Everything an application declares.
///
/// Resources stand in the order of their domains; equal declarations give equal data, whatever the build.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Declared", into = "Declared")]
pub struct App {
    number: AppNumber,
    domains: Vec<Domain>,
    resources: Vec<Resource>,
    enums: Vec<Enum>,
    title: Option<String>,
    admin: Option<Tree>,
    tenants: Option<Tree>,
    by_name: HashMap<Name, ResourceId>,
}

/// A named group of resources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// Its Rust name: `Platform`.
    pub name: Name,
    /// Its documentation, may be empty.
    pub docs: String,
    /// The names of its resources, in order.
    pub resources: Vec<Name>,
}

/// [`App`] without derived fields: its form in the manifest.
#[derive(Clone, Serialize, Deserialize)]
struct Declared {
    domains: Vec<Domain>,
    resources: Vec<Resource>,
    enums: Vec<Enum>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    admin: Option<Tree>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenants: Option<Tree>,
}

impl App {
    /// Puts declarations together. Nothing is checked here: see [`super::verify`].
    pub fn new(domains: Vec<Domain>, resources: Vec<Resource>, enums: Vec<Enum>) -> Self {
        let number = AppNumber::next();
        let by_name = resources.iter().zip(number.ids()).map(|(it, id)| (it.name.clone(), id)).collect();
        Self { number, domains, resources, enums, title: None, admin: None, tenants: None, by_name }
    }

    /// Declares whom the admin screens let in: a condition over the actor, without a row.
    ///
    /// ```text
    /// samara::app!(pub App, domains = […], admin = |actor: Actor<User>| actor.role == Role::Admin);
    /// ```
    #[must_use]
    pub fn with_admin(mut self, condition: Tree) -> Self {
        self.admin = Some(condition);
        self
    }

    /// Declares who may work within which tenant: a condition over a row of the tenants' resource and the actor.
    ///
    /// ```text
    /// samara::app!(pub App, domains = […], tenants = |organisation: Row<Organisation>, actor: Actor<User>| organisation.members().any(…));
    /// ```
    #[must_use]
    pub fn with_tenants(mut self, condition: Tree) -> Self {
        self.tenants = Some(condition);
        self
    }

    /// Declares the app's title.
    ///
    /// ```text
    /// samara::app!(pub App, domains = […], name = "Shipyard");
    /// ```
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// In the order the app lists them.
    pub fn domains(&self) -> &[Domain] {
        &self.domains
    }

    /// In the order of their domains.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The same, each with its id.
    pub fn resources_by_id(&self) -> impl Iterator<Item = (ResourceId, &Resource)> {
        self.number.ids().zip(&self.resources)
    }

    /// Whether there is a GraphQL API: a resource is in it.
    pub fn has_graphql(&self) -> bool {
        self.resources.iter().any(|it| it.graphql.is_some())
    }

    /// Sorted by name.
    pub fn enums(&self) -> &[Enum] {
        &self.enums
    }

    /// The app's title; `None`: pages show its address instead.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Whom the admin screens let in; absent: nobody.
    pub fn admin(&self) -> Option<&Tree> {
        self.admin.as_ref()
    }

    /// Who may work within which tenant; absent: there are none.
    pub fn tenants(&self) -> Option<&Tree> {
        self.tenants.as_ref()
    }

    /// The resource whose rows are the tenants.
    pub fn tenant_resource(&self) -> Option<ResourceId> {
        self.find(self.tenants.as_ref()?.row.as_ref()?)
    }

    /// The resource of that id.
    ///
    /// # Panics
    /// If another app handed `id` out. Every request refuses such an id before it looks anything up.
    pub fn resource(&self, id: ResourceId) -> &Resource {
        assert!(self.owns(id), "the resource is one of another app");
        &self.resources[id.position()]
    }

    /// Whether this app, or the one that it was cloned from, handed `id` out.
    pub fn owns(&self, id: ResourceId) -> bool {
        id.app() == self.number
    }

    /// The id of the resource of that name.
    pub fn find(&self, name: &str) -> Option<ResourceId> {
        self.by_name.get(&Name::from(name.to_owned())).copied()
    }

    /// The enum of that name.
    pub fn find_enum(&self, name: &str) -> Option<&Enum> {
        self.enums.iter().find(|it| it.name == name)
    }

    /// The resource at the other end of `relationship`.
    ///
    /// # Panics
    /// If the app was not verified and the target is not in it.
    pub fn target(&self, relationship: &Relationship) -> ResourceId {
        self.named(&relationship.target)
    }

    /// The id of a resource that this declaration itself names.
    ///
    /// # Panics
    /// If the app was not verified and the resource is not in it.
    pub(crate) fn named(&self, name: &Name) -> ResourceId {
        self.by_name[name]
    }
}

impl PartialEq for App {
    /// Whether both declare the same; their ids differ nonetheless.
    fn eq(&self, other: &Self) -> bool {
        self.domains == other.domains
            && self.resources == other.resources
            && self.enums == other.enums
            && self.title == other.title
            && self.admin == other.admin
            && self.tenants == other.tenants
    }
}

impl From<Declared> for App {
    fn from(it: Declared) -> Self {
        Self { title: it.title, admin: it.admin, tenants: it.tenants, ..Self::new(it.domains, it.resources, it.enums) }
    }
}

impl From<App> for Declared {
    fn from(it: App) -> Self {
        Self {
            domains: it.domains,
            resources: it.resources,
            enums: it.enums,
            title: it.title,
            admin: it.admin,
            tenants: it.tenants,
        }
    }
}
