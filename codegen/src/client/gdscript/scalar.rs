//! The scalars of an API in the language: how a value is held, read and answered.

/// What a scalar is in a game. Enums, and objects, are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    /// What is written as text: ids, times, and every scalar that is not known here.
    Text,
    /// A whole number of 64 bits.
    Whole,
    Number,
    Truth,
    /// Whatever JSON holds.
    Json,
}

impl Scalar {
    /// By its name in the API.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "Int" | "BigInt" => Self::Whole,
            "Float" => Self::Number,
            "Boolean" => Self::Truth,
            "JSON" => Self::Json,
            _ => Self::Text,
        }
    }

    /// The type of a variable or parameter.
    pub(super) fn ty(self) -> &'static str {
        match self {
            Self::Text => "String",
            Self::Whole => "int",
            Self::Number => "float",
            Self::Truth => "bool",
            Self::Json => "Variant",
        }
    }

    /// What a variable holds before anything is read.
    pub(super) fn empty(self) -> &'static str {
        match self {
            Self::Text => "\"\"",
            Self::Whole => "0",
            Self::Number => "0.0",
            Self::Truth => "false",
            Self::Json => "null",
        }
    }

    /// The function of `core/row.gd` that reads it.
    pub(super) fn reader(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Whole => "whole",
            Self::Number => "number",
            Self::Truth => "truth",
            Self::Json => "json",
        }
    }

    /// The class of `core/answers.gd` for what answers it alone.
    pub(super) fn answer(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Whole => "Whole",
            Self::Number => "Number",
            Self::Truth => "Truth",
            Self::Json => "Json",
        }
    }
}
