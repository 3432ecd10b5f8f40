//! The table of codes: stable numbers of what a macro finds by itself, each with a page in `docs/errors/`.
//!
//! R00 any macro · R01 resources · R02 actions · R03 policies and calculations · R04 expressions · R05 domains and apps ·
//! R06 enums and objects. What `ir::verify` finds when the app starts has numbers from R10 on.

macro_rules! codes {
    ($($(#[$docs:meta])* $name:ident = $text:literal,)*) => {
        /// What kind of mistake it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Code {
            $($(#[$docs])* $name,)*
        }

        impl Code {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise() {
        assert!(Code::ALL.windows(2).all(|pair| pair[0].as_str() < pair[1].as_str()));
    }

    #[test]
    fn each_has_its_page() {
        let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors");
        for code in Code::ALL {
            let page = format!("{pages}/{}.md", code.as_str());
            assert!(std::path::Path::new(&page).is_file(), "{page} is missing");
        }
    }
}
