//! The platform, with what no declaration of its own says: a calculation among a list's columns, and who ends which sessions.

use samara::application::Application;
use samara::ir::{Applies, Policy, Type};
use samara::value::Value;

use crate::graphql::platform;
use crate::support::declare::{altered, named};
use crate::support::expression::{E, col};

/// The application. Only administrators get in.
pub(crate) fn application() -> Application {
    let declared = platform::application();
    let ir = altered(&declared.ir, |resources| {
        named(resources, "World").admin.as_mut().unwrap().columns.push("member_count".into());
    });
    Application { ir, ..declared }
}

/// The application, whose administrators see all sessions but end those of browsers alone.
pub(crate) fn ending_browsers_alone() -> Application {
    let declared = application();
    let browser = E::Lit(Value::Text("BROWSER".into()), Type::String);
    let browsers = col("kind").eq(browser).tree(&declared.ir, Some("Session"));
    let ir = altered(&declared.ir, |resources| {
        let session = named(resources, "Session");
        let admins = Policy { bypass: false, applies: vec![Applies::Read], ..session.policies[0].clone() };
        let applies = vec![Applies::Update];
        let ending = Policy { name: "browsers".into(), applies, condition: browsers, ..admins.clone() };
        session.policies = vec![admins, ending];
    });
    Application { ir, ..declared }
}
