//! Templates of files that the developer owns from then on. They are part of the program, and lie in `codegen/templates`.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};

use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// A template: the name of its file, and its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Template {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// The template in a file of `codegen/templates`.
macro_rules! template {
    ($name:literal) => {
        $crate::template::Template {
            name: $name,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/", $name)),
        }
    };
}
pub(crate) use template;

impl Template {
    /// Its text, with these values in it.
    ///
    /// # Errors
    /// `R0713` if the template asks for what is not among them, which would be a bug in `samara`.
    pub(crate) fn render(self, values: Value) -> Result<String, Diagnostic> {
        self.rendered(values).map_err(|error| {
            let help = "report this; it is a bug in `samara`";
            Diagnostic::new(DiagnosticCode::Files, format!("a template does not render: {error}"), help).at(self.name)
        })
    }

    /// A tag alone on its line leaves no line.
    fn rendered(self, values: Value) -> Result<String, minijinja::Error> {
        let mut syntax = SyntaxConfig::builder();
        syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(syntax.build()?);
        environment.render_named_str(self.name, self.text, values)
    }
}
