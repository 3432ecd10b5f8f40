//! Migrations that are replaced by one: what was said with them, and what of it still holds.

use samara::table::Table;

use crate::diff::relevant;
use crate::question::{Decisions, Filling, Rename, SchemaObject};

/// Migrations of one developer that one takes the place of: the last one, or those without a name.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// Their modules, sorted.
    pub replaced: Vec<String>,
    /// The tables before the first of them.
    pub base: Vec<Table>,
    /// The tables after the last of them.
    pub current: Vec<Table>,
    /// What the developer said with each of them, in order.
    pub said: Vec<Decisions>,
}

impl Replacement {
    /// What is decided about the way from `base` to `target`: what was said with the migrations that go, as far as it still holds, and what
    /// of `flags` is about this way.
    pub fn for_migration(&self, target: &[Table], flags: &Decisions) -> Decisions {
        let mut decisions = flags.clone();
        let earlier = composed(&self.said);
        let spoken =
            |it: &SchemaObject| flags.renames.iter().any(|rename| rename.from == *it) || flags.drops.contains(it);
        decisions.renames.extend(earlier.renames.into_iter().filter(|it| !spoken(&it.from)));
        decisions.drops.extend(earlier.drops.into_iter().filter(|it| !spoken(it)));
        decisions.keeps.extend(earlier.keeps);
        let filled =
            |it: &Filling| flags.fills.iter().any(|other| (&other.table, &other.column) == (&it.table, &it.column));
        decisions.fills.extend(earlier.fills.into_iter().filter(|it| !filled(it)));
        decisions.accepts.extend(earlier.accepts.into_iter().filter(|it| !flags.accepts.contains(it)));
        relevant(&self.base, target, &decisions)
    }

    /// What of `flags` is about the way from `current` to `target`: the way of the developer's own database.
    pub fn for_database(&self, target: &[Table], flags: &Decisions) -> Decisions {
        relevant(&self.current, target, flags)
    }
}

/// What was said with several migrations, as if it had been said with one: a column that was renamed twice was renamed once.
fn composed(said: &[Decisions]) -> Decisions {
    let mut all = Decisions::default();
    for next in said {
        for rename in &next.renames {
            follow(&mut all, rename);
        }
        all.drops.extend(next.drops.iter().cloned());
        all.fills.extend(next.fills.iter().cloned());
        all.keeps.extend(next.keeps.iter().cloned());
        all.accepts.extend(next.accepts.iter().cloned());
    }
    all
}

fn follow(all: &mut Decisions, rename: &Rename) {
    match &rename.from {
        SchemaObject::Table(from) => {
            let subjects = all.renames.iter_mut().map(|it| &mut it.from).chain(all.drops.iter_mut());
            for subject in subjects.chain(all.keeps.iter_mut()).chain(all.accepts.iter_mut()) {
                if let SchemaObject::Column(table, _) = subject
                    && table == from
                {
                    table.clone_from(&rename.to);
                }
            }
            all.fills.iter_mut().filter(|it| it.table == *from).for_each(|it| it.table.clone_from(&rename.to));
            let earlier = all.renames.iter_mut().find(|it| matches!(it.from, SchemaObject::Table(_)) && it.to == *from);
            match earlier {
                Some(earlier) => earlier.to.clone_from(&rename.to),
                None => all.renames.push(rename.clone()),
            }
        }
        SchemaObject::Column(table, from) => {
            let is_same = |it: &&mut Filling| it.table == *table && it.column == *from;
            all.fills.iter_mut().filter(is_same).for_each(|it| it.column.clone_from(&rename.to));
            let renamed = SchemaObject::Column(table.clone(), rename.to.clone());
            all.accepts.iter_mut().filter(|it| **it == rename.from).for_each(|it| it.clone_from(&renamed));
            match all.renames.iter_mut().find(|it| it.is_to(table, from)) {
                Some(earlier) => earlier.to.clone_from(&rename.to),
                None => all.renames.push(rename.clone()),
            }
        }
    }
    // What was renamed back was not renamed.
    all.renames.retain(|it| match &it.from {
        SchemaObject::Table(from) | SchemaObject::Column(_, from) => *from != it.to,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(flags: &[&str]) -> Decisions {
        let mut decisions = Decisions::default();
        for flag in flags {
            decisions.read_flag(flag);
        }
        decisions
    }

    #[test]
    fn what_was_said_in_turn_is_said_at_once() {
        let turns = [
            said(&["--rename worlds.name:title", "--fill worlds.motto:x", "--drop worlds.old"]),
            said(&["--rename worlds:places", "--rename places.title:label", "--rename places.motto:saying"]),
            said(&["--rename places.kind:sort"]),
            said(&["--rename places.sort:kind"]),
        ];
        let expected = [
            "--rename places.name:label",
            "--rename worlds:places",
            "--rename places.motto:saying",
            "--drop places.old",
            "--fill places.saying:x",
        ];
        assert_eq!(composed(&turns).flags(), expected);
    }

    #[test]
    fn flags_are_read_as_they_are_written() {
        let flags =
            ["--rename a:b", "--rename a.b:c", "--drop d.e", "--fill f.g:it's: `x`", "--keep h.i", "--accept j.k"];
        let mut decisions = said(&flags);
        assert_eq!(decisions.flags(), flags);
        decisions.fills[0].value = "two\nlines".into();
        assert_eq!(decisions.flags()[3], r#"--fill f.g:"two\nlines""#);
        assert_eq!(said(&[&decisions.flags()[3]]), Decisions { fills: decisions.fills, ..Decisions::default() });
    }
}
