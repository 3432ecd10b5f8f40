//! Types that every API has: scalars, enums of the declaration, `PageInfo`, `ActionError`, `ErrorCode`, `SortOrder`.

use super::{
    Builder, Enum, EnumValue, Field, Meaning, Object, PageInfoField, ProblemField, SORT_ORDER, Scalar, TypeDef, WROTE,
    list_of, named, required, sentence,
};
use crate::error::{Code, Error};
use crate::graphql::scalar;
use crate::ir::{Type, Variant};

/// Adds the scalar or enum of `ty`, if GraphQL does not have it by itself.
pub(super) fn value_type(builder: &mut Builder<'_>, ty: &Type) -> Result<(), Error> {
    let docs = match ty {
        Type::Timestamp => "A point in time: RFC 3339, UTC, microseconds. Any offset is understood.",
        Type::Date => "A calendar date: `2026-03-01`.",
        Type::Time => {
            "A time of day: `13:05:00.000000`, with or without its seconds; what is finer than microseconds is cut."
        }
        Type::Duration => {
            "A span of time as ISO 8601 writes it: `PT1H30M`, `-PT0.5S`. Weeks and days (of 24 hours) are understood, months and years, which have no fixed length, are not."
        }
        Type::Bytes => "Bytes in base64, with its padding: `AP8=`.",
        Type::Json => "Any JSON value.",
        Type::BigInteger => "A 64-bit integer, as a string.",
        Type::Enum(name) => {
            let declared = builder.app.find_enum(name);
            let declared = declared.ok_or_else(|| Error::internal(format!("there is no enum `{name}`")))?;
            let described = |it: &Variant| value(&it.stored, &sentence::or(&it.docs, sentence::of_value(&it.stored)));
            let values = declared.variants.iter().map(described).collect();
            let docs = sentence::or(&declared.docs, format!("{}: one of these.", name.label()));
            let declared = Enum { name: name.to_string(), docs, values };
            return builder.share(TypeDef::Enum(declared));
        }
        _ => return Ok(()),
    };
    builder.share(TypeDef::Scalar(Scalar { name: scalar::name(ty).into(), docs: docs.into() }))
}

/// Adds `PageInfo`.
pub(super) fn page_info(builder: &mut Builder<'_>) -> Result<(), Error> {
    let flag = || required(named("Boolean"));
    let field = |name: &str, ty, it, docs: &str| Field::new(name, ty, Meaning::PageInfo(it)).docs(docs);
    builder.share(TypeDef::Object(Object {
        name: "PageInfo".into(),
        docs: "What is around a page.".into(),
        fields: vec![
            field("hasNextPage", flag(), PageInfoField::HasNextPage, "Whether rows follow the page."),
            field("hasPreviousPage", flag(), PageInfoField::HasPreviousPage, "Whether rows precede the page."),
            field(
                "startCursor",
                named("String"),
                PageInfoField::StartCursor,
                "Of the page's first row; null if it has none.",
            ),
            field(
                "endCursor",
                named("String"),
                PageInfoField::EndCursor,
                "Of the page's last row; null if it has none.",
            ),
        ],
    }))
}

/// Adds `ActionError` and `ErrorCode`.
pub(super) fn action_error(builder: &mut Builder<'_>) -> Result<(), Error> {
    let field = |name: &str, ty, it, docs: &str| Field::new(name, required(ty), Meaning::Problem(it)).docs(docs);
    builder.share(TypeDef::Enum(Enum {
        name: "ErrorCode".into(),
        docs: "What kind of failure it is. The same codes stand in `extensions.code` of top-level errors.".into(),
        values: Code::ALL.iter().map(|it| value(it.as_str(), it.docs())).collect(),
    }))?;
    builder.share(TypeDef::Object(Object {
        name: "ActionError".into(),
        docs: "Why an action was not done.".into(),
        fields: vec![
            field("code", named("ErrorCode"), ProblemField::Code, "What to branch on."),
            field("message", named("String"), ProblemField::Message, "What to read: one sentence for people."),
            field(
                "path",
                list_of("String"),
                ProblemField::Path,
                "The input at fault: `[\"input\", \"slug\"]`. May be empty.",
            ),
            field(
                "fields",
                list_of("String"),
                ProblemField::Fields,
                "The fields at fault: `[\"slug\"]`. May be empty.",
            ),
        ],
    }))
}

/// Adds `Wrote`.
pub(super) fn wrote(builder: &mut Builder<'_>) -> Result<(), Error> {
    builder.share(TypeDef::Enum(Enum {
        name: WROTE.into(),
        docs: "What was done with a row that may have been there already.".into(),
        values: vec![
            value("CREATED", "It is new."),
            value("UPDATED", "It was there already, and took what was given."),
            value("KEPT", "It was there already, and stays as it is."),
        ],
    }))
}

/// Adds `SortOrder`.
pub(super) fn sort_order(builder: &mut Builder<'_>) -> Result<(), Error> {
    builder.share(TypeDef::Enum(Enum {
        name: SORT_ORDER.into(),
        docs: "Which way, and where nulls go. Text is ordered by code point: `Zappa` before `abba`.".into(),
        values: [
            ("ASC", "The least first, nulls last."),
            ("DESC", "The greatest first, and nulls before all."),
            ("ASC_NULLS_FIRST", "Nulls first, then the least."),
            ("ASC_NULLS_LAST", "The least first, nulls last."),
            ("DESC_NULLS_FIRST", "Nulls first, then the greatest."),
            ("DESC_NULLS_LAST", "The greatest first, nulls last."),
        ]
        .map(|(name, docs)| value(name, docs))
        .into(),
    }))
}

fn value(name: &str, docs: &str) -> EnumValue {
    EnumValue { name: name.into(), docs: docs.into(), sort_field: None }
}
