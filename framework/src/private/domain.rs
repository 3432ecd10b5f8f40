//! Domains and apps: declarations put together.

use std::panic::Location;

use super::{Declared, InDomain, Located};
use crate::application::{ActionFunction, Application};
use crate::ir::{App, Domain, Enum, Name, Subject, Tree};
use crate::location::SourceLocations;
use crate::own::is_of_graphql;
use crate::resource::Declaration;

/// A struct under `#[domain]`.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a domain", label = "needs `#[domain(resources = […])]`")]
pub trait DeclaresDomain {
    /// The domain with its resources.
    fn domain() -> DeclaredDomain;
}

/// A domain with its resources.
#[derive(Debug)]
pub struct DeclaredDomain {
    name: &'static str,
    docs: &'static str,
    resources: Vec<DeclaredResource>,
    source: &'static Location<'static>,
}

/// A resource with its functions and enums.
#[derive(Debug)]
pub struct DeclaredResource {
    declared: Declared,
    functions: Vec<ActionFunction>,
    enums: Vec<Located<Enum>>,
}

/// A domain.
#[track_caller]
pub fn domain(name: &'static str, docs: &'static str, resources: Vec<DeclaredResource>) -> DeclaredDomain {
    DeclaredDomain { name, docs, resources, source: Location::caller() }
}

/// A resource of a domain.
pub fn declared<R: Declaration>() -> DeclaredResource {
    DeclaredResource { declared: R::declare(), functions: R::functions(), enums: R::enums() }
}

/// An app of these domains, in their order. Where there is no GraphQL API, what only that needs is left out.
pub fn application(declared: Vec<DeclaredDomain>, title: Option<&str>, admin: Option<Tree>) -> Application {
    let (mut domains, mut resources, mut functions, mut enums) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut locations = SourceLocations::default();
    let has_graphql = declared.iter().flat_map(|it| &it.resources).any(|it| it.declared.resource.graphql.is_some());
    for mut domain in declared {
        domain.resources.retain(|it| has_graphql || !is_of_graphql(&it.declared.resource));
        let names = domain.resources.iter().map(|it| it.declared.resource.name.clone()).collect();
        locations.note(Subject::Domain(Name::new(domain.name)), domain.source);
        domains.push(Domain { name: Name::new(domain.name), docs: domain.docs.into(), resources: names });
        for it in domain.resources {
            resources.push(it.declared.resource);
            locations.extend(it.declared.locations);
            functions.extend(it.functions);
            enums.extend(it.enums.into_iter().map(|it| it.noted(&mut locations, |it| Subject::Enum(it.name.clone()))));
        }
    }
    enums.sort_by(|left: &Enum, right: &Enum| left.name.cmp(&right.name));
    enums.dedup();
    let ir = title.into_iter().fold(App::new(domains, resources, enums), App::titled);
    Application { ir: admin.into_iter().fold(ir, App::with_admin), functions, locations, package: None }
}

/// Demands that `R` is in a domain.
pub fn in_domain<R: InDomain>() {}
