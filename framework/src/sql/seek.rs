//! Rows after or before a cursor, in a form that an index can seek.
//!
//! ```text
//! one direction, no NULLs    (occurred_at, id) < ($1, $2)
//! mixed                      a >= $1 AND (a > $1 OR (a = $1 AND b < $2))
//! ```

use sea_query::{Expr, ExprTrait};

use super::lowering::{Lowering, no};
use super::parameter::Source;
use super::read::key;
use super::scope::Scope;
use crate::error::Error;
use crate::ir::Direction;
use crate::plan::{OrderKey, Read};
use crate::value::Value;

/// The condition that a row lies between the cursors of `read`; `None` if there are no cursors.
pub(super) fn condition<'a>(lowering: &Lowering<'a>, read: &Read, row: &Scope<'a>) -> Result<Option<Expr>, Error> {
    let after =
        read.after.as_ref().map(|values| beyond(lowering, &read.order, values, row, Side::After)).transpose()?;
    let before =
        read.before.as_ref().map(|values| beyond(lowering, &read.order, values, row, Side::Before)).transpose()?;
    Ok(after.into_iter().chain(before).reduce(Expr::and))
}

/// On which side of a cursor rows are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    After,
    Before,
}

/// One key with the cursor's value, and the direction of the rows beyond it.
struct SeekKey {
    key: Expr,
    value: Option<Expr>,
    direction: Direction,
    nullable: bool,
}

fn beyond<'a>(
    lowering: &Lowering<'a>,
    order: &[OrderKey],
    values: &[Value],
    row: &Scope<'a>,
    side: Side,
) -> Result<Expr, Error> {
    let mut steps = Vec::with_capacity(order.len());
    for (position, (it, value)) in order.iter().zip(values).enumerate() {
        let source = || match side {
            Side::After => Source::After(position, it.ty.clone()),
            Side::Before => Source::Before(position, it.ty.clone()),
        };
        steps.push(SeekKey {
            key: key(lowering, it, row)?,
            value: (!value.is_null()).then(|| lowering.given(value, &it.ty, Some(source()))).transpose()?,
            direction: if side == Side::Before { it.direction.reversed() } else { it.direction },
            nullable: it.nullable,
        });
    }
    Ok(row_comparison(&steps).unwrap_or_else(|| chain(&steps)))
}

/// One row comparison, if all keys have the same direction and none is nullable.
fn row_comparison(steps: &[SeekKey]) -> Option<Expr> {
    let descends = steps.first()?.direction.descends();
    if steps.iter().any(|it| it.nullable || it.direction.descends() != descends) {
        return None;
    }
    let keys = Expr::tuple(steps.iter().map(|it| it.key.clone()));
    let values = Expr::tuple(steps.iter().map(|it| it.value.clone()).collect::<Option<Vec<_>>>()?);
    Some(if descends { keys.lt(values) } else { keys.gt(values) })
}

/// Equal in the first keys and beyond in the next one, for each number of keys. The first key's limit is repeated in front, because an
/// index can seek it.
fn chain(steps: &[SeekKey]) -> Expr {
    let mut ways: Option<Expr> = None;
    for (index, step) in steps.iter().enumerate() {
        let Some(beyond) = step.beyond() else { continue };
        let way = steps[..index].iter().map(SeekKey::equal).chain([beyond]).reduce(Expr::and);
        ways = match (ways, way) {
            (Some(ways), Some(way)) => Some(ways.or(way)),
            (ways, way) => ways.or(way),
        };
    }
    let ways = ways.unwrap_or_else(no);
    match steps.first().and_then(SeekKey::not_before) {
        Some(bound) => bound.and(ways),
        None => ways,
    }
}

impl SeekKey {
    fn equal(&self) -> Expr {
        match &self.value {
            Some(value) => self.key.clone().eq(value.clone()),
            None => self.key.clone().is_null(),
        }
    }

    /// The condition that the key comes after the value; `None` if nothing comes after it.
    fn beyond(&self) -> Option<Expr> {
        let nulls_last = !self.direction.nulls_first();
        let Some(value) = &self.value else {
            return (!nulls_last).then(|| self.key.clone().is_not_null());
        };
        let (key, value) = (self.key.clone(), value.clone());
        let beyond = if self.direction.descends() { key.lt(value) } else { key.gt(value) };
        Some(if self.nullable && nulls_last { beyond.or(self.key.clone().is_null()) } else { beyond })
    }

    /// The condition that the key does not come before the value, where it is one comparison.
    fn not_before(&self) -> Option<Expr> {
        if self.nullable {
            return None;
        }
        let (key, value) = (self.key.clone(), self.value.clone()?);
        Some(if self.direction.descends() { key.lte(value) } else { key.gte(value) })
    }
}
