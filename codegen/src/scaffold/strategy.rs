//! `samara add strategy magic-link`: how people sign in.

use minijinja::context;

use super::{Changes, Scaffold, unplaced};
use crate::diagnostic::Diagnostic;
use crate::sources::Sources;
use crate::template::template;

/// The resource of magic links, in the actor's domain; nothing if there is one.
///
/// # Errors
/// `R0804` if nobody acts in the app, or nobody is its admin.
pub(crate) fn magic_link(sources: &Sources, user: Option<&str>) -> Result<Scaffold, Diagnostic> {
    if sources.resources().any(|it| it.has("magic_link")) {
        return Ok(Scaffold::default());
    }
    let Some(actor) = sources.actor() else {
        let help = "declare who signs in, `#[actor(identity = email)]` in a domain; `samara new --with auth` writes such a resource";
        return Err(unplaced("no resource of a domain is the app's actor", help));
    };
    if let Some(user) = user.filter(|it| **it != actor.name) {
        let message = format!("the app's actor is `{}`, not `{user}`", actor.name);
        return Err(unplaced(message, format!("leave `--user` out, or say `--user {}`", actor.name)));
    }
    let has_screens = sources.resource(&actor.name).is_some_and(|it| it.has("admin"));
    let text = template!("add/magic_link.rs.j2").render(context! { user => actor.name, admin => has_screens })?;
    let domain = &actor.domain;
    let path = domain.source.module_folder().join("magic_link.rs");
    if !actor.has_admins {
        let message = "its policies ask for a `Role::Admin`, which the actor's module does not give";
        let help = format!(
            "put this into {}, with policies of your own, and `MagicLink` into `{}`:\n\n{text}",
            path.display(),
            domain.name
        );
        return Err(unplaced(message, help));
    }
    let mut changes = Changes::default();
    changes.create(path, text);
    let edits = changes.edits(domain.source);
    edits.add_module(domain.source, "magic_link");
    edits.add_reexport(domain.source, "magic_link", "MagicLink");
    domain.add("MagicLink", edits);
    changes.finish()
}
