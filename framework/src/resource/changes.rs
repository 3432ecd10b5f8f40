//! What a write is going to store, as the functions of its action read and add to it.

use std::fmt::{self, Debug};
use std::marker::PhantomData;

use crate::attribute::{Attribute, AttributeType, Writable};
use crate::changeset::Changeset;
use crate::error::{Code, Error, Problem};
use crate::expr::Resource;
use crate::ir::Name;
use crate::value::Value;

/// The new values of one create, update or destroy of the resource `R`. Attributes are named by their constants, so that a wrong name or a
/// value of another type does not compile.
///
/// ```text
/// fn hash_source(changes: &mut Changes<Modification>, _: &Context) -> Result<(), Error> {
///     if let Some(source) = changes.get(Modification::SOURCE) {
///         changes.set(Modification::SOURCE_HASH, sha256(&source));
///     }
///     Ok(())
/// }
/// ```
pub struct Changes<R> {
    changeset: Changeset,
    resource: PhantomData<fn() -> R>,
}

impl<R: Resource> Changes<R> {
    /// The action that runs.
    pub fn action(&self) -> &Name {
        self.changeset.action()
    }

    /// The primary key of the row that is made, changed or removed; `None` where an upsert decides which row that is.
    pub fn id(&self) -> Option<R::Id> {
        R::Id::from_value(self.changeset.id()?.into())
    }

    /// The new value of an attribute; `None` if it stays as it is, or if only the database can work it out.
    pub fn get<T: AttributeType, Kind>(&self, attribute: Attribute<R, T, Kind>) -> Option<T::Written> {
        self.changeset.value(&attribute.name()).cloned().and_then(T::Written::from_value)
    }

    /// Sets an attribute, whether the action accepts it or not.
    pub fn set<T: AttributeType, Kind: Writable>(&mut self, attribute: Attribute<R, T, Kind>, value: T::Written) {
        self.changeset.set(attribute.name(), value.to_value());
    }

    /// The value of an argument; of an `Option`, `None` if it was not given.
    ///
    /// # Errors
    /// `INTERNAL` if the action has no argument of this name and type.
    pub fn argument<T: AttributeType>(&self, name: &str) -> Result<T, Error> {
        let value = || self.changeset.argument(name).cloned().unwrap_or(Value::Null);
        self.changeset.declares(name).then(value).and_then(T::from_value).ok_or_else(|| {
            let action = self.action();
            Error::internal(format!("{}.{action} has no argument `{name}` of the type that is asked for", R::NAME))
        })
    }

    /// Reports that an attribute's value is wrong, in one sentence for the caller; the action is not done, and all problems are reported
    /// together.
    pub fn invalid<T: AttributeType, Kind>(&mut self, attribute: Attribute<R, T, Kind>, message: impl Into<String>) {
        let fields = vec![attribute.name().to_string()];
        self.problem(Problem::new(Code::Invalid, message, fields));
    }

    /// Reports something that is wrong; the action is not done, and all problems are reported together.
    pub fn problem(&mut self, problem: Problem) {
        self.changeset.problem(problem);
    }
}

impl<R> Changes<R> {
    /// The typed view of a write of `R`.
    pub(crate) fn of(changeset: Changeset) -> Self {
        Self { changeset, resource: PhantomData }
    }

    /// The write again.
    pub(crate) fn into_inner(self) -> Changeset {
        self.changeset
    }
}

impl<R> Debug for Changes<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Changes").field(&self.changeset).finish()
    }
}
