//! The addresses of the framework, as a list for people: what an app answers at depends on what it declares.

use crate::admin::Model;
use crate::auth::Roles;
use crate::ir::App;

/// One address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST`, or both.
    pub methods: &'static str,
    /// With `{names}` where something stands for a row, a token, an action.
    pub path: String,
    /// What it is for.
    pub purpose: String,
}

/// Every address of `app`, but for those that it adds by itself. Those below `/dev` are there in dev and test alone.
pub fn routes(app: &App) -> Vec<Route> {
    let mut routes = vec![
        route("GET", "/", "the start page"),
        route("GET", "/livez", "answers while the process runs"),
        route("GET", "/readyz", "answers while the database does"),
        route("GET", "/assets/{file}", "styles and scripts"),
        route("GET", "/dev/mailbox", "mail that stays on this machine"),
        route("GET", "/dev/mailbox.json", "the same, for programs"),
    ];
    if app.has_graphql() {
        routes.push(route("GET, POST", "/graphql", "the API; a browser gets GraphiQL, in dev"));
    }
    let roles = Roles::of(app);
    if roles.can_sign_in() {
        routes.extend([
            route("GET, POST", "/sign-in", "asks for a sign-in mail"),
            route("GET, POST", "/auth/link/{token}", "signs in"),
            route("GET, POST", "/sign-out", "signs out"),
            route("GET", "/me", "one's profile and sessions"),
            route("POST", "/me/sessions/{id}/revoke", "ends one of them"),
            route("POST", "/me/sessions/revoke-others", "ends all but this one"),
            route("POST", "/me/sessions/revoke-all", "ends all"),
            route("GET", "/admin", "the admin screens"),
        ]);
        for screen in &Model::new(app).screens {
            let root = &screen.address;
            routes.extend([
                route("GET", root, &format!("{}: the list", screen.title)),
                route("GET, POST", &format!("{root}/{{id}}"), "one of them; or what makes one, by its action's name"),
                route("GET, POST", &format!("{root}/{{id}}/{{action}}"), "what is done with one"),
            ]);
        }
    } else if roles.actor.is_some() {
        routes.push(route("GET", "/sign-in", "in dev, what to add so that people can sign in"));
    }
    routes
}

fn route(methods: &'static str, path: &str, purpose: &str) -> Route {
    Route { methods, path: path.to_owned(), purpose: purpose.to_owned() }
}
