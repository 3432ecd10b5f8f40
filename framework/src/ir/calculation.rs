//! Values that are worked out from a row.

use serde::{Deserialize, Serialize};

use super::{App, Name, Tree, Type};

/// A declared calculation: an expression, so it can be shown, filtered and sorted by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calculation {
    /// The function's name, unique among attributes and relationships too.
    pub name: Name,
    /// Its documentation, may be empty.
    pub docs: String,
    /// Its type.
    pub ty: Type,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether surfaces may show, filter and sort by it.
    pub public: bool,
    /// Whether it sees related rows and fields that the actor may not read.
    pub unrestricted: bool,
    /// Its expression. Where that of a `bool` calculation is unknown (NULL), the calculation is false.
    pub tree: Tree,
}

impl Calculation {
    /// Whether working it out can be an error: arithmetic out of range.
    pub fn may_fail(&self, app: &App) -> bool {
        self.tree.may_fail(app, self.tree.root)
    }
}
