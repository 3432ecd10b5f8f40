//! What each root field of the API is in the declaration, for generators of clients.

use super::schema::{MUTATION, Meaning, QUERY, Root, Schema, SignInRoot};
use crate::error::Error;
use crate::ir::{self, Name, ResourceId};

/// A field of `Query` or `Mutation`, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootField {
    /// `recordActivity`.
    pub name: String,
    /// What it does.
    pub call: RootCall,
}

/// What a root field does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootCall {
    /// A declared action.
    Action {
        /// Whose it is.
        resource: ResourceId,
        /// Its name there.
        action: Name,
    },
    /// Reads one row by its id.
    Get {
        /// Of which resource.
        resource: ResourceId,
    },
    /// Reads the row of who asks.
    CurrentUser {
        /// Whose records act.
        resource: ResourceId,
    },
    /// Mails a code to sign in with.
    RequestSignInCode,
    /// Signs in by the mailed code.
    SignInWithCode,
    /// Ends the session that asks.
    SignOut,
}

/// The root fields of that declaration's API: those of `Query`, then those of `Mutation`, each in the order of the schema.
///
/// # Errors
/// As [`super::sdl`].
pub fn roots(app: &ir::App) -> Result<Vec<RootField>, Error> {
    let schema = Schema::of(app)?;
    let fields = [QUERY, MUTATION].into_iter().filter_map(|it| schema.object(it)).flat_map(|it| &it.fields);
    let roots = fields.filter_map(|field| match &field.meaning {
        Meaning::Root(root) => Some(RootField { name: field.name.clone(), call: RootCall::of(root) }),
        _ => None,
    });
    Ok(roots.collect())
}

impl RootCall {
    fn of(root: &Root) -> Self {
        match root {
            Root::Read { resource, action, .. } | Root::Call { resource, action } | Root::Act { resource, action } => {
                Self::Action { resource: *resource, action: action.clone() }
            }
            Root::Get { resource } => Self::Get { resource: *resource },
            Root::CurrentUser { resource } => Self::CurrentUser { resource: *resource },
            Root::SignIn(SignInRoot::RequestCode) => Self::RequestSignInCode,
            Root::SignIn(SignInRoot::SignIn) => Self::SignInWithCode,
            Root::SignIn(SignInRoot::SignOut) => Self::SignOut,
        }
    }
}
