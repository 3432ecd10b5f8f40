//! R1001: no two resources share a name, and each is in one domain.

use super::{Findings, repeated};
use crate::ir::App;

pub(super) fn resources_differ(app: &App, found: &mut Findings<'_>) {
    for name in repeated(app.resources().iter().map(|it| &it.name)) {
        found.report(name, "two resources have this name");
    }
    for name in repeated(app.domains().iter().map(|it| &it.name)) {
        found.report(name, "two domains have this name");
    }
    let listed = || app.domains().iter().flat_map(|it| &it.resources);
    for name in repeated(listed()) {
        found.report(name, "it is listed in a domain twice, or in two domains");
    }
    for name in listed().filter(|it| app.find(it).is_none()) {
        found.report(name, "a domain lists it, but there is no such resource");
    }
    for resource in app.resources().iter().filter(|resource| !listed().any(|it| *it == resource.name)) {
        found.report(&resource.name, "no domain lists it");
    }
}
