//! Rows that are equal but for their primary key, put in order after they were read.
//!
//! The primary key decides every order, but few indexes end with it: to sort by it too, a database reads along an index and then sorts
//! what it has read, once for each parent. Most orders are decided before. So the statement leaves the primary key out and reads one row more than
//! may be answered; where that is not equal to the last one before it, no other row could have been among those before, and what is equal
//! there is sorted here. Else the statement with the whole order is sent, for this read and those like it.

use std::ops::Range;

use sea_orm::QueryResult;

use crate::plan::BoundRead;
use crate::sql::{cell, is_same};

/// The rows of `answers` up to the limit of each parent, those that are answered in the order of the read. `None`: one that is not answered is
/// equal to one that is, or rows cannot be compared.
pub(super) fn settled(bound: &BoundRead, mut answers: Vec<QueryResult>) -> Option<Vec<QueryResult>> {
    let (limit, answered) = (usize::try_from(bound.limit()).ok()?, usize::try_from(bound.most_answered()).ok()?);
    // Positions of rows that go, and of those that are equal, in order.
    let (mut beyond, mut equal) = (Vec::new(), Vec::new());
    let mut first = 0;
    while first < answers.len() {
        let rows = of_one_parent(bound, &answers, first)?;
        first = rows.end;
        let answered = rows.start..rows.end.min(rows.start.saturating_add(answered));
        if let (Some(last), true) = (answered.clone().last(), answered.end < rows.end)
            && is_tied(bound, &answers[last], &answers[answered.end])?
        {
            return None;
        }
        put_ties(bound, &answers, answered, &mut equal)?;
        let kept = rows.end.min(rows.start.saturating_add(limit));
        if kept < rows.end {
            beyond.push(kept..rows.end);
        }
    }
    for rows in equal {
        sort(bound, &mut answers[rows])?;
    }
    if !beyond.is_empty() {
        let (mut position, mut beyond) = (0, beyond.into_iter().peekable());
        answers.retain(|_| {
            let here = position;
            position += 1;
            while beyond.next_if(|it| it.end <= here).is_some() {}
            beyond.peek().is_none_or(|it| !it.contains(&here))
        });
    }
    Some(answers)
}

/// The rows of the parent of the row at `first`, which come together.
fn of_one_parent(bound: &BoundRead, answers: &[QueryResult], first: usize) -> Option<Range<usize>> {
    let Some((column, ty)) = bound.plan().parent() else { return Some(first..answers.len()) };
    let mut end = first + 1;
    while end < answers.len() && is_same(&answers[first], &answers[end], column, ty)? {
        end += 1;
    }
    Some(first..end)
}

/// Adds the runs of equal rows among `rows`.
fn put_ties(
    bound: &BoundRead,
    answers: &[QueryResult],
    rows: Range<usize>,
    equal: &mut Vec<Range<usize>>,
) -> Option<()> {
    let mut start = rows.start;
    for next in rows.start + 1..=rows.end {
        if next < rows.end && is_tied(bound, &answers[next - 1], &answers[next])? {
            continue;
        }
        if next - start > 1 {
            equal.push(start..next);
        }
        start = next;
    }
    Some(())
}

/// Whether two rows are equal in all keys but the last.
fn is_tied(bound: &BoundRead, one: &QueryResult, other: &QueryResult) -> Option<bool> {
    let (layout, order) = (bound.plan().layout(), &bound.plan().read().order);
    let (_, columns) = layout.ties.split_last()?;
    for (column, key) in columns.iter().zip(order) {
        if !is_same(one, other, *column, &key.ty)? {
            return Some(false);
        }
    }
    Some(true)
}

/// Sorts equal rows by the last key of the order.
fn sort(bound: &BoundRead, rows: &mut [QueryResult]) -> Option<()> {
    let (column, key) = (*bound.plan().layout().ties.last()?, bound.plan().read().order.last()?);
    let descends = key.direction.descends() != bound.plan().read().backwards;
    let id = |it: &QueryResult| cell(it, column, &key.ty).ok()?.key();
    if rows.iter().any(|it| id(it).is_none()) {
        return None;
    }
    rows.sort_by_cached_key(|it| id(it));
    if descends {
        rows.reverse();
    }
    Some(())
}
