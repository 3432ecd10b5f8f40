//! R1001: no two resources share a name, and each is in one domain.

use super::{Findings, repeated};
use crate::ir::{App, Subject};

pub(super) fn resources_differ(app: &App, found: &mut Findings<'_>) {
    for name in repeated(app.resources().iter().map(|it| &it.name)) {
        let name = Subject::Resource(name.clone());
        found.report_both(name.clone(), "two resources have this name", name, "the first is here");
    }
    for name in repeated(app.domains().iter().map(|it| &it.name)) {
        let name = Subject::Domain(name.clone());
        found.report_both(name.clone(), "two domains have this name", name, "the first is here");
    }
    let listed = || app.domains().iter().flat_map(|it| &it.resources);
    for name in repeated(listed()) {
        found.report(Subject::Resource(name.clone()), "it is listed in a domain twice, or in two domains");
    }
    for name in listed().filter(|it| app.find(it).is_none()) {
        found.report(Subject::Resource(name.clone()), "a domain lists it, but there is no such resource");
    }
    for resource in app.resources().iter().filter(|resource| !listed().any(|it| *it == resource.name)) {
        found.report(resource, "no domain lists it");
    }
}
