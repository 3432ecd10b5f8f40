//! Generated clients: the model of an API, the fragments that are checked against it, and whether all of it fits what is served.

mod command;
mod fits;
mod fragments;
mod model;
mod settings;
mod typescript;

use samara_codegen::client::Model;

/// The model of the reference application.
fn model() -> Model {
    Model::of(&app::App::application().ir, "app").unwrap()
}
