//! Where a new resource belongs: the domain that lists it, and whether its names are free.

use heck::ToSnakeCase;

use super::{unplaced, words};
use crate::diagnostic::Diagnostic;
use crate::sources::{DomainDeclaration, ResourceDeclaration, Sources};

/// The names of a new resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    /// `WorldCategory`.
    pub(super) resource: &'a str,
    /// `world_category`.
    pub(super) module: &'a str,
    /// `world_categories`.
    pub(super) table: &'a str,
}

/// Where a new resource would be listed.
pub(super) enum Listing<'a> {
    /// In this domain.
    In(DomainDeclaration<'a>),
    /// Nowhere that is found, for this reason.
    Nowhere(String),
}

/// The domain of that name; where none is said the only one there is, but for the actor's.
///
/// # Errors
/// `R0804` if there is none of that name, or several to choose from.
pub(super) fn domain<'a>(sources: &'a Sources, name: Option<&str>) -> Result<Listing<'a>, Diagnostic> {
    let mut domains = sources.domains();
    let names: Vec<String> = domains.iter().map(|it| it.name.clone()).collect();
    if let Some(name) = name {
        let named = domains.into_iter().find(|it| it.name == name);
        let missing = || unplaced(format!("there is no domain `{name}`"), format!("there is {}", names.join(", ")));
        return named.map(Listing::In).ok_or_else(missing);
    }
    // One that is listed and not found is declared inside of a module of its file.
    let listed = sources.application().map(|it| it.domains).unwrap_or_default();
    if let Some(lost) = listed.iter().find(|it| !names.contains(it)) {
        return Ok(Listing::Nowhere(format!("the app lists the domain `{lost}`, which is at the top of no file")));
    }
    if domains.len() > 1
        && let Some(actor) = sources.actor()
    {
        domains.retain(|it| it.name != actor.domain.name);
    }
    if domains.len() > 1 {
        let help = names.iter().map(|it| format!("`--domain {it}`")).collect::<Vec<_>>().join(" or ");
        return Err(unplaced("the app has several domains", format!("say {help}")));
    }
    Ok(domains.pop().map_or_else(|| Listing::Nowhere("the app has no domain".to_owned()), Listing::In))
}

/// Nothing else has its name, its module or its table.
///
/// # Errors
/// `R0804`.
pub(super) fn is_free(sources: &Sources, domain: &DomainDeclaration<'_>, names: Names<'_>) -> Result<(), Diagnostic> {
    let Names { resource, module, table } = names;
    let own = domain.source.module_folder().join(format!("{module}.rs"));
    let other = sources.declares(resource).filter(|it| it.path != own);
    if other.is_some() || sources.application().is_some_and(|it| it.name == resource) {
        let place = other.map_or_else(|| "`samara::app!`".to_owned(), |it| it.path.display().to_string());
        return Err(unplaced(format!("there is a `{resource}` already"), "choose another name").at(place));
    }
    if !words::is_ident(table) || table.to_snake_case() != table {
        let help = "small letters, digits and `_`, a letter first, and no word of Rust: its test and its demo data are called so";
        return Err(unplaced(format!("`{table}` is no name of a table"), help));
    }
    match sources.in_table(table).filter(|it| it != resource) {
        Some(other) => {
            Err(unplaced(format!("`{other}` lies in the table `{table}`"), "say `--table` with another name"))
        }
        None => Ok(()),
    }
}

/// The declaration of a resource that is there.
///
/// # Errors
/// `R0804` if it is not.
pub(super) fn declaration<'a>(sources: &'a Sources, resource: &str) -> Result<ResourceDeclaration<'a>, Diagnostic> {
    sources.resource(resource).ok_or_else(|| {
        let names: Vec<String> = sources.resources().map(|it| it.item.ident.to_string()).collect();
        unplaced(format!("there is no resource `{resource}`"), format!("there is {}", names.join(", ")))
    })
}
