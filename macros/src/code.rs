//! The table of codes: stable numbers of what a macro finds by itself, each with a page in `docs/errors/`.
//!
//! R00 any macro · R01 resources · R02 actions · R03 policies and calculations · R04 expressions · R05 domains and apps ·
//! R06 enums and objects. What `ir::verify` finds when the app starts has numbers from R10 on.

macro_rules! codes {
    ($($(#[$docs:meta])* $name:ident = $text:literal,)*) => {
        /// What kind of mistake it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum DiagnosticCode {
            $($(#[$docs])* $name,)*
        }

        impl DiagnosticCode {
            /// `R0204`.
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// All of them, in the order of their numbers.
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

codes! {
    /// The tokens are not of the shape that the macro reads.
    Syntax = "R0001",
    /// An option that the attribute does not have.
    UnknownOption = "R0002",
    /// An option given twice.
    DuplicateOption = "R0003",
    /// An option without its value, or with one it does not take.
    OptionValue = "R0004",
    /// The attribute stands on something else than it is for.
    Misplaced = "R0005",
    /// A helper of `#[resource]` that does not stand below it.
    ResourceNotOnTop = "R0006",
    /// A resource that does not name its table.
    MissingTable = "R0101",
    /// A field that does not say what it is.
    FieldWithoutKind = "R0102",
    /// A relationship on a field of another type.
    RelationshipType = "R0103",
    /// A relationship that does not say by which key.
    RelationshipKey = "R0104",
    /// A required key that should become NULL.
    NilifyRequired = "R0105",
    /// Not exactly one `#[id]`.
    PrimaryKey = "R0106",
    /// A field of a name that the macro makes too.
    FieldNamesDiffer = "R0107",
    /// Two identities of one name.
    IdentityNamesDiffer = "R0108",
    /// A bound that is empty: its smallest value is above its largest.
    EmptyBound = "R0109",
    /// `#[actor]`, `#[magic_link]` or `#[session]` without what it needs.
    StrategyOption = "R0110",
    /// Two parts in sign-in.
    TwoRoles = "R0111",
    /// An actor's identity that is no unique address.
    ActorIdentity = "R0112",
    /// A sensitive attribute that surfaces would show.
    SensitivePublic = "R0113",
    /// A table's name that a database, a file or an address would not take.
    TableName = "R0114",
    /// An attribute or argument of a type that no column has.
    AttributeType = "R0115",
    /// Something sensitive with a default, which everybody reads.
    SensitiveDefault = "R0116",
    /// An attribute that means nothing where it stands.
    UnknownAttribute = "R0117",
    /// A default that the attribute's own bounds refuse.
    DefaultOutOfBounds = "R0131",
    /// One default for all rows of a unique attribute.
    UniqueDefault = "R0132",
    /// A row that needs another of its own resource first.
    RequiresItself = "R0133",
    /// A relationship that has the name of a key.
    NamedAsKey = "R0134",
    /// A name that GraphQL would not take for a type.
    GraphqlType = "R0135",
    /// An admin column that is not public.
    HiddenColumn = "R0136",
    /// An attribute named twice in an identity or index.
    NamedTwice = "R0137",
    /// A message whose braces hold no expression.
    MessageValue = "R0138",
    /// A state of a transition that names no enum, or is named twice.
    TransitionState = "R0139",
    /// A word about surfaces of what none shows.
    SurfaceOption = "R0140",
    /// A row that is named by what is no identity.
    NoIdentity = "R0151",
    /// What a stored row cannot take in an upsert.
    UpsertField = "R0152",
    /// A function among actions that does not say what it does.
    ActionWithoutKind = "R0201",
    /// Two actions, policies or calculations of one name.
    DuplicateAction = "R0202",
    /// A body where none belongs, or none where one does.
    ActionBody = "R0203",
    /// Parameters or an answer that an action cannot have.
    ActionSignature = "R0204",
    /// Two primary actions of one kind.
    PrimaryTwice = "R0205",
    /// A name that the framework gives a call of its own.
    ReservedAction = "R0206",
    /// An input given twice.
    InputTwice = "R0207",
    /// A required input that is not accepted.
    RequiredNotAccepted = "R0208",
    /// A closure of an action with a parameter that means nothing.
    ClosureParameter = "R0209",
    /// A page larger than the largest.
    PageBounds = "R0210",
    /// A create that never gives an attribute its value.
    CreateLeavesOut = "R0211",
    /// A key of an order that is marked as private where nobody sees the order.
    SortMark = "R0212",
    /// A public action that takes what is not public, without a word.
    AcceptsHidden = "R0213",
    /// An input of a name that its call has itself.
    ReservedInput = "R0214",
    /// An argument that nothing asks.
    ArgumentUnused = "R0230",
    /// A name that GraphQL would not take for an action, or that another has.
    GraphqlName = "R0231",
    /// A read of one row that does not say which.
    GetWithoutCondition = "R0232",
    /// An update that changes nothing.
    UpdateOfNothing = "R0233",
    /// A read of one row with what only a list has.
    GetOfMany = "R0234",
    /// An order that goes by one attribute twice.
    SortedTwice = "R0235",
    /// An order that tells what is not shown.
    SortTells = "R0236",
    /// An order by what has none.
    SortWithoutOrder = "R0237",
    /// A policy or field policy that does not say what it is for.
    PolicyWithoutKind = "R0301",
    /// A policy that does not answer `bool`.
    PolicyAnswer = "R0302",
    /// A calculation without its attribute.
    CalculationWithoutKind = "R0303",
    /// A parameter of a body that is neither the row nor the actor.
    BodyParameter = "R0304",
    /// Something that has no meaning in an expression.
    NoMeaning = "R0401",
    /// A comparison with `None`.
    ComparedToNone = "R0402",
    /// A body, an `if` or a `match` that does not always have an answer.
    NoAnswer = "R0403",
    /// A statement whose value is dropped.
    NoEffect = "R0404",
    /// An arm below `_`.
    UnreachableArm = "R0405",
    /// Plain Rust in a body, which would be worked out once.
    PlainRust = "R0406",
    /// A domain or app that does not say what is in it.
    DomainOptions = "R0501",
    /// A resource or domain listed twice.
    ListedTwice = "R0502",
    /// An enum that no column can hold.
    EnumShape = "R0601",
    /// Two variants that are stored as the same text.
    VariantNamesDiffer = "R0602",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise() {
        assert!(DiagnosticCode::ALL.windows(2).all(|pair| pair[0].as_str() < pair[1].as_str()));
    }

    #[test]
    fn each_has_its_page() {
        let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors");
        for code in DiagnosticCode::ALL {
            let page = format!("{pages}/{}.md", code.as_str());
            assert!(std::path::Path::new(&page).is_file(), "{page} is missing");
        }
    }
}
