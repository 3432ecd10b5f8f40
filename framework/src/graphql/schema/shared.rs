//! Types that every API has: scalars, enums of the declaration, `PageInfo`, `ActionError`, `ErrorCode`, `SortOrder`.

use super::{
    Builder, Enum, EnumValue, Field, Meaning, Object, PageInfoField, ProblemField, Scalar, TypeDef, list_of, named,
    required,
};
use crate::error::{Code, Error};
use crate::graphql::scalar;
use crate::ir::Type;

/// Adds the scalar or enum of `ty`, if GraphQL does not have it by itself.
pub(super) fn value_type(builder: &mut Builder<'_>, ty: &Type) -> Result<(), Error> {
    let docs = match ty {
        Type::Timestamp => "A point in time: RFC 3339, UTC, microseconds. Any offset is understood.",
        Type::Json => "Any JSON value.",
        Type::BigInteger => "A 64-bit integer, as a string.",
        Type::Enum(name) => {
            let declared = builder.app.find_enum(name);
            let declared = declared.ok_or_else(|| Error::internal(format!("there is no enum `{name}`")))?;
            let values = declared.variants.iter().map(|it| value(it.stored.as_str(), &it.docs)).collect();
            let declared = Enum { name: name.to_string(), docs: declared.docs.clone(), values };
            return builder.share(TypeDef::Enum(declared));
        }
        _ => return Ok(()),
    };
    builder.share(TypeDef::Scalar(Scalar { name: scalar::name(ty).into(), docs: docs.into() }))
}

/// Adds `PageInfo`.
pub(super) fn page_info(builder: &mut Builder<'_>) -> Result<(), Error> {
    let flag = || required(named("Boolean"));
    let field = |name: &str, ty, it| Field::new(name, ty, Meaning::PageInfo(it));
    builder.share(TypeDef::Object(Object {
        name: "PageInfo".into(),
        docs: "What is around a page.".into(),
        fields: vec![
            field("hasNextPage", flag(), PageInfoField::HasNextPage),
            field("hasPreviousPage", flag(), PageInfoField::HasPreviousPage),
            field("startCursor", named("String"), PageInfoField::StartCursor),
            field("endCursor", named("String"), PageInfoField::EndCursor),
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
            field("code", named("ErrorCode"), ProblemField::Code, ""),
            field("message", named("String"), ProblemField::Message, ""),
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

/// Adds `SortOrder`.
pub(super) fn sort_order(builder: &mut Builder<'_>) -> Result<(), Error> {
    builder.share(TypeDef::Enum(Enum {
        name: "SortOrder".into(),
        docs: "Which way, and where nulls go: after all other values of `ASC`, before those of `DESC`, unless said."
            .into(),
        values: ["ASC", "DESC", "ASC_NULLS_FIRST", "ASC_NULLS_LAST", "DESC_NULLS_FIRST", "DESC_NULLS_LAST"]
            .map(|it| value(it, ""))
            .into(),
    }))
}

fn value(name: &str, docs: &str) -> EnumValue {
    EnumValue { name: name.into(), docs: docs.into(), sort_field: None }
}
