//! What a client's generator knows of an API: its types, and its calls grouped by resource, named as people call them.
//!
//! ```text
//! recordActivity(input: RecordActivityInput!): RecordActivityPayload!
//!   → group `activities`, call `record`: kind, then detail, world_id, occurred_at; answers an Activity or null, or errors
//! ```

mod calls;
mod document;
mod schema;

use std::fmt;

use samara::ir::App;

use crate::diagnostic::{Diagnostic, DiagnosticCode};

pub(crate) use document::COUNTED;
pub use document::Document;

/// An API as its clients see it. Everything has a fixed order: types by name, members and calls as declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The app's package: `v-sekai`.
    pub app: String,
    /// `DateTime`, `JSON`, and GraphQL's own that are used.
    pub scalars: Vec<ScalarType>,
    /// Enums, those of orders among them.
    pub enums: Vec<EnumType>,
    /// Objects, without `Query` and `Mutation`.
    pub objects: Vec<ObjectType>,
    /// Input objects.
    pub inputs: Vec<InputType>,
    /// The calls of each resource that has some.
    pub groups: Vec<Group>,
    /// The calls of sign-in, where the app has it.
    pub sign_in: Option<SignInCalls>,
}

/// A scalar.
#[derive(Clone, Debug, PartialEq)]
pub struct ScalarType {
    /// `DateTime`.
    pub name: String,
    /// Its documentation; empty for GraphQL's own.
    pub docs: String,
}

/// An enum.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumType {
    /// `ActivityKind`.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// In declared order.
    pub values: Vec<EnumValue>,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumValue {
    /// `ROLE_PLAY`.
    pub name: String,
    /// Its documentation.
    pub docs: String,
}

/// An object.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectType {
    /// `Activity`.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// What it is.
    pub kind: ObjectKind,
    /// In declared order.
    pub fields: Vec<Field>,
}

/// What an object is.
#[derive(Clone, Debug, PartialEq)]
pub enum ObjectKind {
    /// A row of a resource.
    Record,
    /// A page of rows.
    Connection {
        /// The type of its rows.
        node: String,
    },
    /// A row of a page, with its cursor.
    Edge {
        /// The type of the row.
        node: String,
    },
    /// What a mutation answers.
    Payload,
    /// What an action returns that is no row, and what every API has: `PageInfo`, `ActionError`.
    Other,
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// `occurredAt`.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// What it is.
    pub ty: TypeRef,
    /// What it takes.
    pub arguments: Vec<InputField>,
}

/// An input object.
#[derive(Clone, Debug, PartialEq)]
pub struct InputType {
    /// `RecordActivityInput`.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// In declared order.
    pub fields: Vec<InputField>,
}

/// A field of an input object, or an argument of a field.
#[derive(Clone, Debug, PartialEq)]
pub struct InputField {
    /// `occurredAt`.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// What it takes.
    pub ty: TypeRef,
    /// What it is if it is left out, as GraphQL writes it: `ASC`.
    pub default: Option<String>,
}

/// A type where it is used: `[World!]!`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeRef {
    /// A scalar, enum, object or input object by its name.
    Named {
        /// `World`.
        name: String,
        /// Whether it may be null.
        nullable: bool,
    },
    /// A list.
    List {
        /// What it holds.
        item: Box<TypeRef>,
        /// Whether the list itself may be null.
        nullable: bool,
    },
}

/// The calls of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its rows, in snake case: `activities`.
    pub name: String,
    /// The type of a row: `Activity`.
    pub type_name: String,
    /// The resource's documentation; may be empty.
    pub docs: String,
    /// Queries first, each in the order of the schema.
    pub calls: Vec<Call>,
}

/// The calls of sign-in by a mailed code.
#[derive(Clone, Debug, PartialEq)]
pub struct SignInCalls {
    /// `requestSignInCode`.
    pub request_code: Call,
    /// `signInWithCode`.
    pub sign_in: Call,
    /// `signOut`.
    pub sign_out: Call,
    /// The type of who is signed in, if it is in the API.
    pub user: Option<String>,
}

/// One query or mutation, as a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Unique in its group, in snake case: `list`, `get`, `current`, `record`, `by_status`.
    pub name: String,
    /// The root field: `recordActivity`.
    pub field: String,
    /// Whether it reads or writes. A query may be repeated without harm.
    pub operation: OperationKind,
    /// Whether it is a mutation that a client sends again under a key: not where it answers a secret, or ends the session.
    pub takes_key: bool,
    /// Its documentation.
    pub docs: String,
    /// What it takes: what must be given first, then the rest, each in the order of the schema.
    pub arguments: Vec<Argument>,
    /// The type of the input object that holds the arguments of [`ArgumentPosition::Input`], if there is one: `RecordActivityInput`.
    pub input: Option<String>,
    /// How its result comes.
    pub shape: ResultShape,
    /// What its result is: a row of the page, or what stands in the payload, or the field's own type.
    pub result: TypeRef,
}

/// Whether a call reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// It reads.
    Query,
    /// It writes.
    Mutation,
}

/// How a call's result comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultShape {
    /// In a page: `nodes`, `pageInfo`, `totalCount`.
    Page,
    /// In a payload: `result` or `errors`.
    Payload,
    /// By itself.
    Plain,
}

/// One argument of a call, those of its input object among them.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Unique in its call, in snake case: `occurred_at`.
    pub name: String,
    /// As GraphQL has it: `occurredAt`.
    pub field: String,
    /// Its documentation.
    pub docs: String,
    /// What it takes.
    pub ty: TypeRef,
    /// What it is if it is left out, as GraphQL writes it.
    pub default: Option<String>,
    /// Where it is sent.
    pub position: ArgumentPosition,
}

/// Where an argument is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentPosition {
    /// As an argument of the root field.
    Field,
    /// In the input object.
    Input,
    /// As an argument that says which page: `first`, `after`, `last`, `before`.
    Page,
}

impl Model {
    /// The model of a declaration's API; `app` is the name of its package.
    ///
    /// # Errors
    /// `R0716` if the declaration makes no API: two things share a name in it, or no resource is in it.
    pub fn of(app: &App, package: &str) -> Result<Self, Diagnostic> {
        if !app.has_graphql() {
            let help =
                "`samara add graphql` puts resources into it; or take the workspace's clients out of its Cargo.toml";
            return Err(Diagnostic::new(DiagnosticCode::Surface, "no resource of this app is in a GraphQL API", help));
        }
        let types = schema::types(app)?;
        let calls::Calls { groups, sign_in } = calls::calls(app, &types)?;
        let schema::Types { scalars, enums, objects, inputs, .. } = types;
        Ok(Self { app: package.to_owned(), scalars, enums, objects, inputs, groups, sign_in })
    }

    /// The object of that name.
    pub fn object(&self, name: &str) -> Option<&ObjectType> {
        by_name(&self.objects, name, |it| &it.name)
    }

    /// The input object of that name.
    pub fn input(&self, name: &str) -> Option<&InputType> {
        by_name(&self.inputs, name, |it| &it.name)
    }

    /// The enum of that name.
    pub fn find_enum(&self, name: &str) -> Option<&EnumType> {
        by_name(&self.enums, name, |it| &it.name)
    }

    /// The names of all types.
    pub fn type_names(&self) -> impl Iterator<Item = &str> {
        let scalars = self.scalars.iter().map(|it| it.name.as_str());
        let enums = self.enums.iter().map(|it| it.name.as_str());
        let objects = self.objects.iter().map(|it| it.name.as_str());
        scalars.chain(enums).chain(objects).chain(self.inputs.iter().map(|it| it.name.as_str()))
    }

    /// Every call, those of sign-in last.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        let sign_in = self.sign_in.iter().flat_map(|it| [&it.request_code, &it.sign_in, &it.sign_out]);
        self.groups.iter().flat_map(|it| &it.calls).chain(sign_in)
    }

    /// What is selected of an object where nobody says more: its own scalars and enums, in order, and no row that it is related to.
    /// Empty if there is no such object.
    pub fn default_fields(&self, object: &str) -> impl Iterator<Item = &Field> {
        let fields = self.object(object).into_iter().flat_map(|it| &it.fields);
        fields.filter(|it| it.arguments.is_empty() && self.object(it.ty.name()).is_none())
    }

    /// The text of the default selection: `{ id name slug }`; empty for what is no object.
    pub fn default_selection(&self, type_name: &str) -> String {
        if self.object(type_name).is_none() {
            return String::new();
        }
        let fields: Vec<&str> = self.default_fields(type_name).map(|it| it.name.as_str()).collect();
        // An object may have relationships alone.
        if fields.is_empty() { "{ __typename }".to_owned() } else { format!("{{ {} }}", fields.join(" ")) }
    }
}

/// The one of that name among some that are sorted by name.
fn by_name<'a, T>(sorted: &'a [T], name: &str, name_of: impl Fn(&T) -> &str) -> Option<&'a T> {
    sorted.binary_search_by(|it| name_of(it).cmp(name)).ok().and_then(|it| sorted.get(it))
}

impl InputField {
    /// Whether it must be given.
    pub fn is_required(&self) -> bool {
        !self.ty.is_nullable() && self.default.is_none()
    }
}

impl Argument {
    /// Whether it must be given.
    pub fn is_required(&self) -> bool {
        !self.ty.is_nullable() && self.default.is_none()
    }
}

impl TypeRef {
    /// The name at its bottom: `World` of `[World!]!`.
    pub fn name(&self) -> &str {
        match self {
            Self::Named { name, .. } => name,
            Self::List { item, .. } => item.name(),
        }
    }

    /// Whether it may be null.
    pub fn is_nullable(&self) -> bool {
        match self {
            Self::Named { nullable, .. } | Self::List { nullable, .. } => *nullable,
        }
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self, Self::List { .. })
    }
}

impl fmt::Display for TypeRef {
    /// As GraphQL writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nullable = match self {
            Self::Named { name, nullable } => {
                f.write_str(name)?;
                nullable
            }
            Self::List { item, nullable } => {
                write!(f, "[{item}]")?;
                nullable
            }
        };
        f.write_str(if *nullable { "" } else { "!" })
    }
}
