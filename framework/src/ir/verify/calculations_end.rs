//! R1014: no calculation needs itself, not even by way of others.

use super::Findings;
use crate::ir::{App, Name, Node, Subject};

/// A resource and one of its calculations.
type CalculationPosition<'a> = (&'a Name, &'a Name);

pub(super) fn calculations_end(app: &App, found: &mut Findings<'_>) {
    // One cycle is one finding, at the first of its calculations.
    let mut told: Vec<CalculationPosition<'_>> = Vec::new();
    for resource in app.resources() {
        for calculation in &resource.calculations {
            let start = (&resource.name, &calculation.name);
            if let Some(way) = way_back(app, start).filter(|_| !told.contains(&start)) {
                let steps: Vec<_> = way.iter().map(|(resource, name)| format!("`{resource}.{name}`")).collect();
                let message = format!("it needs itself, by way of {}", steps.join(", "));
                found.report(Subject::field(resource, start.1), message);
                told.extend(way);
            }
        }
    }
}

/// The cycle of calculations from `start` back to it, if there is one.
fn way_back<'a>(app: &'a App, start: CalculationPosition<'a>) -> Option<Vec<CalculationPosition<'a>>> {
    let mut seen = vec![start];
    let mut ways: Vec<Vec<CalculationPosition<'a>>> = vec![vec![start]];
    while let Some(way) = ways.pop() {
        let last = *way.last()?;
        for next in needed(app, last) {
            let longer = [way.clone(), vec![next]].concat();
            if next == start {
                return Some(longer);
            }
            if !seen.contains(&next) {
                seen.push(next);
                ways.push(longer);
            }
        }
    }
    None
}

/// The calculations that one reads.
fn needed<'a>(app: &'a App, (resource, name): CalculationPosition<'a>) -> Vec<CalculationPosition<'a>> {
    let declared = app.find(resource).map(|it| app.resource(it)).and_then(|it| it.calculation(name));
    let Some((_, calculation)) = declared else { return Vec::new() };
    let tree = &calculation.tree;
    let read = tree.nodes.iter().filter_map(|node| match node {
        Node::Calculation { path, calculation } => {
            let resource = tree.resource_at(app, *path)?;
            Some((&resource.name, &resource.calculations.get(usize::from(*calculation))?.name))
        }
        _ => None,
    });
    read.collect()
}
