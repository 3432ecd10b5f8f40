//! Domains and apps: declarations put together.

use crate::application::{Application, Code};
use crate::ir::{App, Domain, Enum, Name, Resource, Tree};
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
}

/// A resource with its functions and enums.
#[derive(Debug)]
pub struct DeclaredResource {
    resource: Resource,
    code: Vec<Code>,
    enums: Vec<Enum>,
}

/// A domain.
pub fn domain(name: &'static str, docs: &'static str, resources: Vec<DeclaredResource>) -> DeclaredDomain {
    DeclaredDomain { name, docs, resources }
}

/// A resource of a domain.
pub fn declared<R: Declaration>() -> DeclaredResource {
    DeclaredResource { resource: R::declare(), code: R::code(), enums: R::enums() }
}

/// An app of these domains, with the framework's own at the end.
pub fn application(declared: Vec<DeclaredDomain>, admin: Option<Tree>) -> Application {
    let (mut domains, mut resources, mut code, mut enums) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for domain in declared {
        let names = domain.resources.iter().map(|it| it.resource.name.clone()).collect();
        domains.push(Domain { name: Name::new(domain.name), docs: domain.docs.into(), resources: names });
        for it in domain.resources {
            resources.push(it.resource);
            code.extend(it.code);
            enums.extend(it.enums);
        }
    }
    domains.push(crate::auth::internal::domain());
    resources.extend(crate::auth::internal::resources());
    enums.sort_by(|left: &Enum, right: &Enum| left.name.cmp(&right.name));
    enums.dedup();
    let ir = App::new(domains, resources, enums);
    Application { ir: admin.into_iter().fold(ir, App::with_admin), code }
}
