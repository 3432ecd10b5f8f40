//! Generated clients of an app's API: what the API is, as a model that each language's generator reads, and what an operation selects of it.
//!
//! ```text
//! declaration ──Model::of──▶ Model ─┬─ typescript, gdscript ─▶ files
//! *.graphql ─────fragments──────────┘
//! ```
//! Pure: equal input gives equal files.

mod fits;
mod fragment;
pub mod gdscript;
mod input;
mod model;
mod settings;
pub mod typescript;

pub use fits::{CheckDocument, CheckLine, check_documents};
pub use fragment::{Fragment, FragmentFile, SelectedField, Selection, fragments};
pub use input::{ClientInput, generate};
pub use model::{
    Argument, ArgumentPosition, Call, Document, EnumType, EnumValue, Field, Group, InputField, InputType, Model,
    ObjectKind, ObjectType, OperationKind, ResultShape, ScalarType, SignInCalls, TypeRef,
};
pub use settings::{ClientSettings, Language};
