//! What becomes of rows that point at one which is deleted for the time being, or comes back.

use super::statement::lowered;
use super::write::{Unwritten, key_type};
use crate::context::Context;
use crate::error::Error;
use crate::ir::{ResourceId, Type};
use crate::plan::{Plan, Referring, Restored};
use crate::request::Clock;
use crate::sql::{self, decode};
use crate::value::Value;

/// A row by its primary key, and what a statement says of it.
pub(crate) struct Told {
    pub(crate) id: Value,
    pub(crate) holds: bool,
}

/// Does what the plan says with the rows that point at others; and of each, whether that goes on to the rows that point at it.
pub(crate) async fn refer(cx: &Context, plan: &Plan<Referring>) -> Result<Vec<Told>, Unwritten> {
    let statement = lowered(cx, Clock::Request, |lowering| sql::referring(lowering, plan))?;
    Ok(told(cx, plan.reference.from, cx.session().rows(statement).await?)?)
}

/// Which of other rows existing ones point at: the key of each.
pub(crate) async fn referred_to(cx: &Context, plan: &Plan<Referring>) -> Result<Vec<Value>, Error> {
    let statement = lowered(cx, Clock::Request, |lowering| sql::referring(lowering, plan))?;
    let ty = key_type(cx.engine().app().resource(plan.reference.to))?;
    let rows = cx.session().rows(statement).await?;
    rows.iter().map(|it| Ok(decode(it, 0, ty)?)).collect()
}

/// Rows that came back and point at another, and whether that one is deleted.
pub(crate) async fn held_on(cx: &Context, restored: &Restored) -> Result<Vec<Told>, Error> {
    let statement = lowered(cx, Clock::Request, |lowering| sql::held_on(lowering, restored))?;
    told(cx, restored.reference.from, cx.session().rows(statement).await?)
}

fn told(cx: &Context, resource: ResourceId, rows: Vec<sea_orm::QueryResult>) -> Result<Vec<Told>, Error> {
    let ty = key_type(cx.engine().app().resource(resource))?;
    let told = |it: &sea_orm::QueryResult| {
        let holds = decode(it, 1, &Type::Boolean)? == Value::Bool(true);
        Ok(Told { id: decode(it, 0, ty)?, holds })
    };
    rows.iter().map(told).collect()
}
