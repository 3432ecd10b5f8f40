//! Migrations that are replaced by one: what was said with them, and what of it still holds.

use samara::table::Table;

use crate::diagnostic::{Diagnostic, DiagnosticCode};
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
    ///
    /// # Errors
    /// `R0743` for a rename that was said and that one migration cannot make: another thing has its name.
    pub fn for_migration(&self, target: &[Table], flags: &Decisions) -> Result<Decisions, Vec<Diagnostic>> {
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
        let kept = relevant(&self.base, target, &decisions);
        let lost = decisions.renames.iter().filter(|it| !kept.renames.contains(it) && !flags.renames.contains(it));
        let lost: Vec<Diagnostic> = lost.filter(|it| leads_on(&self.base, target, &kept, it)).map(two_steps).collect();
        if lost.is_empty() { Ok(kept) } else { Err(lost) }
    }

    /// What of `flags` is about the way from `current` to `target`: the way of the developer's own database.
    pub fn for_database(&self, target: &[Table], flags: &Decisions) -> Decisions {
        relevant(&self.current, target, flags)
    }
}

/// Whether what is renamed is there before, and what it became is there in the end.
fn leads_on(base: &[Table], target: &[Table], kept: &Decisions, rename: &Rename) -> bool {
    let table = |tables: &[Table], name: &str| tables.iter().any(|it| it.name == name);
    let column = |tables: &[Table], table: &str, name: &str| {
        tables.iter().any(|it| it.name == table && it.column(name).is_some())
    };
    match &rename.from {
        SchemaObject::Table(from) => table(base, from) && table(target, &rename.to),
        SchemaObject::Column(of, from) => {
            let is_of = |it: &&Rename| matches!(it.from, SchemaObject::Table(_)) && it.to == *of;
            let before = match kept.renames.iter().find(is_of).map(|it| &it.from) {
                Some(SchemaObject::Table(before)) => before,
                _ => of,
            };
            column(base, before, from) && column(target, of, &rename.to)
        }
    }
}

fn two_steps(rename: &Rename) -> Diagnostic {
    let message = format!(
        "{} was renamed to `{}`, and one of these names was given to or taken from something else: that takes two migrations",
        rename.from, rename.to
    );
    let help = "declare it as it was after the rename and give those migrations a name, then write the next one";
    Diagnostic::new(DiagnosticCode::Unreplaceable, message, help)
}

/// What was said with several migrations, as if it had been said with one: a column that was renamed twice was renamed once.
fn composed(said: &[Decisions]) -> Decisions {
    let mut all = Decisions::default();
    for next in said {
        follow(&mut all, &next.renames);
        all.drops.extend(next.drops.iter().cloned());
        all.fills.extend(next.fills.iter().cloned());
        all.keeps.extend(next.keeps.iter().cloned());
        all.accepts.extend(next.accepts.iter().cloned());
    }
    all
}

/// Has what was said before follow the renames of one migration, which happen at once: tables, then columns, which are named with their table's
/// new name.
fn follow(all: &mut Decisions, renames: &[Rename]) {
    for rename in renames {
        if let SchemaObject::Table(from) = &rename.from {
            follow_table(all, from, rename);
        }
    }
    follow_columns(all, renames);
    // What was renamed back was not renamed.
    all.renames.retain(|it| match &it.from {
        SchemaObject::Table(from) | SchemaObject::Column(_, from) => *from != it.to,
    });
}

fn follow_table(all: &mut Decisions, from: &str, rename: &Rename) {
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

fn follow_columns(all: &mut Decisions, renames: &[Rename]) {
    let has_left = |table: &str, name: &str| all.renames.iter().any(|it| it.is_from(table, name));
    let is_first = |it: &&Rename| match &it.from {
        SchemaObject::Table(_) => false,
        // A column whose name another one has left, or had when it was dropped, is new since.
        SchemaObject::Column(table, from) => {
            let is_renamed_again = all.renames.iter().any(|earlier| earlier.is_to(table, from));
            !is_renamed_again && !has_left(table, from) && !all.drops.contains(&it.from)
        }
    };
    let first: Vec<Rename> = renames.iter().filter(is_first).cloned().collect();
    let follow = |table: &str, name: &mut String| {
        if let Some(rename) = renames.iter().find(|it| it.is_from(table, name)) {
            name.clone_from(&rename.to);
        }
    };
    for Rename { from, to } in &mut all.renames {
        if let SchemaObject::Column(table, _) = from {
            follow(table, to);
        }
    }
    all.fills.iter_mut().for_each(|it| follow(&it.table, &mut it.column));
    for accepted in &mut all.accepts {
        if let SchemaObject::Column(table, name) = accepted {
            follow(table, name);
        }
    }
    all.renames.extend(first);
}

#[cfg(test)]
#[expect(clippy::unwrap_used)]
mod tests {
    use samara::table::Column;

    use super::*;
    use crate::diff::diff;

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
    fn renames_of_one_migration_happen_at_once() {
        let of = |turns: &[&[&str]]| composed(&turns.iter().map(|it| said(it)).collect::<Vec<_>>()).flags();
        let swap = ["--rename t.a:b", "--rename t.b:a"];
        assert_eq!(of(&[&swap]), swap);
        assert!(of(&[&swap, &swap]).is_empty());
        let chain = ["--rename t.a:b", "--rename t.b:c"];
        assert_eq!(of(&[&chain]), chain);
        assert_eq!(
            of(&[&["--rename t.a:b"], &["--rename t.b:c", "--rename t.c:b"]]),
            ["--rename t.a:c", "--rename t.c:b"]
        );
        let filled = of(&[&["--fill t.a:1", "--accept t.b"], &swap]);
        assert_eq!(filled, [&swap[..], &["--fill t.b:1", "--accept t.a"]].concat());
        // The second `a` is a new column.
        assert_eq!(of(&[&["--rename t.a:b"], &["--rename t.a:c"]]), ["--rename t.a:b"]);
        assert_eq!(of(&[&["--drop t.a"], &["--rename t.a:c"]]), ["--drop t.a"]);
    }

    #[test]
    fn a_rename_whose_old_name_is_declared_again_still_holds() {
        let text = |name: &str| Column::text(name).nullable();
        let of = |name: &str, columns: &[&str]| {
            columns.iter().fold(Table::new(name).with(Column::uuid("id").primary_key()), |it, name| it.with(text(name)))
        };
        let replacing = |base: Table, said: &[Decisions]| Replacement {
            replaced: Vec::new(),
            current: Vec::new(),
            base: vec![base],
            said: said.to_vec(),
        };
        let replacement = replacing(of("shops", &["motto"]), &[said(&["--rename shops.motto:saying"])]);
        let target = [of("shops", &["motto", "saying"])];
        let decisions = replacement.for_migration(&target, &Decisions::default()).unwrap();
        assert_eq!(decisions.flags(), ["--rename shops.motto:saying"]);
        let operations = diff(&replacement.base, &target, &decisions).unwrap();
        let told: Vec<String> = operations.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["rename column `shops.motto` to `saying`", "add column `shops.motto`"]);

        let refused = |replacement: &Replacement, target: &[Table]| {
            let mistakes = replacement.for_migration(target, &Decisions::default()).unwrap_err();
            assert!(mistakes.iter().all(|it| it.code == DiagnosticCode::Unreplaceable) && mistakes.len() == 1);
        };
        let renamed = replacing(of("shops", &[]), &[said(&["--rename shops:stores"])]);
        refused(&renamed, &[of("shops", &[]), of("stores", &[])]);
        // The name of one that was dropped.
        let dropped = replacing(of("shops", &["a", "b"]), &[said(&["--drop shops.a"]), said(&["--rename shops.b:a"])]);
        refused(&dropped, &[of("shops", &["a"])]);
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
