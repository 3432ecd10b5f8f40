//! What things are called in TypeScript: as in the API, unless the language or the client's own part has that name.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToLowerCamelCase;

use crate::client::fragment::Fragment;
use crate::client::model::{Argument, Call, Group, Model, TypeRef};
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// The names of types and fragments.
#[derive(Debug)]
pub(super) struct Names(BTreeMap<String, String>);

/// Words of the language, and what the module uses or declares itself. The rest of its own part begins with `Api`.
const TAKEN: &str = "\
    AbortController AbortSignal any arguments Array as async AsyncGenerator await BigInt Boolean boolean break case catch \
    checks class clearTimeout const continue createClient crypto Date debugger default delete do else enum Error error \
    eval export extends false finally for Function function globalThis if implements import in instanceof interface \
    isFilled isForLater isJson JSON JsonValue let Map Math milliseconds never new newKey notUnderstood null Number number \
    Object object of ok Omit operations package pageSize parsed Partial payloadError Pick Promise read Readonly \
    ReadonlyArray Record RegExp return Set setTimeout static String string super switch Symbol symbol this throw true try \
    type typeof Uint8Array undefined unknown var void while with written yield";

impl Names {
    /// # Errors
    /// `R0814` if two of them would be the same.
    pub(super) fn of(model: &Model, fragments: &[Fragment]) -> Result<Self, Vec<Diagnostic>> {
        let mut names = BTreeMap::new();
        let mut taken: BTreeMap<String, String> = BTreeMap::new();
        let mut found = Vec::new();
        for name in model.type_names().chain(fragments.iter().map(|it| it.name.as_str())) {
            let spelled = spelled(name);
            if let Some(other) = taken.insert(spelled.clone(), name.to_owned()) {
                let message = format!("`{other}` and `{name}` would both be `{spelled}` in TypeScript");
                found.push(Diagnostic::new(DiagnosticCode::ClientName, message, "rename one of the two"));
            }
            names.insert(name.to_owned(), spelled);
        }
        if found.is_empty() { Ok(Self(names)) } else { Err(found) }
    }

    /// The name of a type or a fragment of the API.
    pub(super) fn get<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// A type as it is written where a value of it is given: lists may be read-only ones.
    pub(super) fn given(&self, ty: &TypeRef) -> String {
        self.written(ty, &|name| self.value(name), "readonly ")
    }

    /// A type as it is written where it is answered; `inner` stands for its object.
    pub(super) fn answered(&self, ty: &TypeRef, inner: Option<&str>) -> String {
        self.written(ty, &|name| inner.map_or_else(|| self.value(name), str::to_owned), "")
    }

    fn written(&self, ty: &TypeRef, name_of: &impl Fn(&str) -> String, list: &str) -> String {
        let text = match ty {
            TypeRef::Named { name, .. } => name_of(name),
            TypeRef::List { item, .. } => {
                let written = self.written(item, name_of, list);
                let brackets = item.is_nullable() || written.contains([' ', '{']);
                if brackets { format!("{list}({written})[]") } else { format!("{list}{written}[]") }
            }
        };
        if ty.is_nullable() { format!("{text} | null") } else { text }
    }

    /// The type of a value of a scalar, or another type's name.
    fn value(&self, name: &str) -> String {
        match name {
            "ID" | "String" | "DateTime" | "Date" | "Time" | "Duration" | "Bytes" | "BigInt" => "string",
            "Int" | "Float" => "number",
            "Boolean" => "boolean",
            "JSON" => "JsonValue",
            other => self.get(other),
        }
        .to_owned()
    }
}

fn spelled(name: &str) -> String {
    let is_taken = TAKEN.split(' ').any(|it| it == name) || name.starts_with("Api");
    if is_taken { format!("{name}_") } else { name.to_owned() }
}

/// The client's member of a group: `magicLinks`.
pub(super) fn group(group: &Group) -> String {
    let name = group.name.to_lower_camel_case();
    let own = ["signIn", "signOut", "check", "setToken", "hasToken", "then"];
    if own.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// The member of a call: `byStatus`. A group with a member `then` would be taken for a promise, and a bare `new` for a constructor.
pub(super) fn call(call: &Call) -> String {
    match call.name.to_lower_camel_case().as_str() {
        "then" => "then_".to_owned(),
        "new" => "\"new\"".to_owned(),
        name => name.to_owned(),
    }
}

/// What an argument is called: as in the API, unless two of a call have that name.
pub(super) fn argument(call: &Call, argument: &Argument) -> String {
    let same: BTreeSet<&str> =
        call.arguments.iter().filter(|it| it.field == argument.field).map(|it| it.name.as_str()).collect();
    if same.len() > 1 { argument.name.to_lower_camel_case() } else { argument.field.clone() }
}
