//! `samara codegen`: declaration and snapshots in, files out.

use chrono::{TimeDelta, Utc};
use samara::ir::App;
use samara::migration::Replaced;
use samara::table::{Table, declared};

use super::{client, replace, say, workspace};
use crate::cli::{Codegen, CommandResult, report};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::diff::{diff, open_questions, value_fits, value_questions};
use crate::generate::{GeneratedFiles, GeneratorInput, generate, is_unnamed, name_of, time_of};
use crate::manifest;
use crate::operation::Operation;
use crate::prompt;
use crate::question::{Decisions, Filling, ValueQuestion};
use crate::replace::Replacement;
use crate::workspace::Workspace;
use crate::write::{Drift, compare, write};

/// From where to where.
struct Way {
    /// The tables that the declaration is compared with.
    snapshots: Vec<Table>,
    /// The migrations that stay.
    migrations: Vec<String>,
    /// Those that go, if the new one takes their place.
    replacement: Option<Replacement>,
}

/// What is to be done: the files, and what becomes of the developer's database if migrations are replaced.
struct Plan {
    generated: GeneratedFiles,
    bridge: Option<(Vec<Operation>, Decisions)>,
}

pub(crate) fn run(app: Option<&str>, flags: &Codegen) -> Result<CommandResult, Vec<Diagnostic>> {
    let workspace = workspace(app)?;
    let way = match way(&workspace, flags) {
        Ok(way) => way,
        Err(mistakes) => return refuse(mistakes),
    };
    for module in workspace.lost_migrations()? {
        say(&format!(
            "warning: the migration `{module}` is gone from its folder, and the snapshots may still hold what it did; to take one \
             back, take back the snapshots that it changed too"
        ));
    }
    let app = match &flags.manifest {
        Some(file) => manifest::from_file(file),
        None => manifest::ask(&workspace),
    };
    let app = app?;
    let plan = match plan(&workspace, &app, &way, flags) {
        Ok(plan) => plan,
        Err(mistakes) => {
            report(&mistakes.into_iter().map(|it| amendable(it, &workspace, flags)).collect::<Vec<_>>());
            return Ok(CommandResult::Found);
        }
    };
    match way.replacement {
        None => finish(&workspace, plan.generated, way.migrations.is_empty(), flags),
        Some(replacement) => finish_replacing(&workspace, &declared(&app), &replacement, plan, flags),
    }
}

/// The generated files that are not what the app's declaration asks for.
///
/// # Errors
/// As those of `samara codegen --check`.
pub(super) fn stale(workspace: &Workspace, app: &App) -> Result<Vec<Drift>, Vec<Diagnostic>> {
    let flags = Codegen { check: true, ..Codegen::default() };
    let way = way(workspace, &flags)?;
    let plan = plan(workspace, app, &way, &flags)?;
    Ok(compare(&workspace.root, &plan.generated.files)?)
}

/// Reports what is refused, with its exit status; passes on what failed.
fn refuse(mistakes: Vec<Diagnostic>) -> Result<CommandResult, Vec<Diagnostic>> {
    if !mistakes.iter().all(Diagnostic::is_refusal) {
        return Err(mistakes);
    }
    report(&mistakes);
    Ok(CommandResult::Found)
}

fn way(workspace: &Workspace, flags: &Codegen) -> Result<Way, Vec<Diagnostic>> {
    let snapshots = workspace.snapshots()?;
    let modules = workspace.migrations()?;
    let has_unnamed = modules.iter().any(|it| is_unnamed(it));
    if has_unnamed && flags.check {
        let message = "there are migrations without a name";
        let help = "give them one: `samara codegen NAME` makes one of them all";
        return Err(Diagnostic::new(DiagnosticCode::Unnamed, message, help).into());
    }
    if has_unnamed {
        replace::nothing_came_between(workspace, &modules)?;
    }
    if !flags.amend && (flags.dev || !has_unnamed) {
        let snapshots = if has_unnamed { workspace.unnamed_snapshots()? } else { snapshots };
        return Ok(Way { snapshots, migrations: modules, replacement: None });
    }
    let replacement = match flags.amend {
        true => replace::last(workspace, snapshots, flags.force)?,
        false => replace::unnamed(workspace, snapshots, flags.force)?,
    };
    Ok(Way {
        snapshots: replacement.base.clone(),
        migrations: modules.into_iter().filter(|it| !replacement.replaced.contains(it)).collect(),
        replacement: Some(replacement),
    })
}

fn plan(workspace: &Workspace, app: &App, way: &Way, flags: &Codegen) -> Result<Plan, Vec<Diagnostic>> {
    let target = declared(app);
    let flagged = decisions(flags);
    let (answers, bridge) = match &way.replacement {
        None => (settle(&way.snapshots, &target, flagged, flags)?, None),
        Some(replacement) => {
            let answers = replacement.for_migration(&target, &flagged)?;
            let here = replacement.for_database(&target, &flagged);
            about_either(&flagged, &answers, &here)?;
            let settled = settle(&replacement.base, &target, answers.clone(), flags)?;
            // What was said just now may be about the database as well.
            let mut said = flagged.clone();
            said.add(settled.since(&answers));
            let here = settle(&replacement.current, &target, replacement.for_database(&target, &said), flags)?;
            let answers = settled;
            let bridge = diff(&replacement.current, &target, &here)?;
            (answers, Some((bridge, here)))
        }
    };
    let replaced = way.replacement.as_ref().map(|it| it.replaced.as_slice()).unwrap_or_default();
    let kept_name = replaced.last().map(|it| name_of(it)).filter(|it| !it.is_empty());
    // A check writes no migration, and so needs no name for one.
    let shown = (flags.check || flags.dry_run).then_some("unnamed");
    // Another database may have run those that are replaced, so the new one is never called as one of them.
    let after = replaced.last().and_then(|it| time_of(it)).map(|it| it.and_utc() + TimeDelta::seconds(1));
    let mut generated = generate(&GeneratorInput {
        app,
        snapshots: &way.snapshots,
        migrations: &way.migrations,
        name: flags.name.as_deref().or(kept_name).or(shown),
        unnamed: flags.dev,
        answers: &answers,
        clock: after.map_or_else(Utc::now, |it| it.max(Utc::now())),
        layout: &workspace.layout,
    })?;
    generated.files.extend(client::configured(workspace, app)?);
    Ok(Plan { generated, bridge })
}

fn decisions(flags: &Codegen) -> Decisions {
    Decisions {
        renames: flags.rename.clone(),
        drops: flags.drop.clone(),
        fills: flags.fill.clone(),
        keeps: flags.keep.clone(),
        accepts: flags.accept.clone(),
    }
}

/// `R0705`: each flag is about the migration, or about the developer's database.
fn about_either(flagged: &Decisions, answers: &Decisions, here: &Decisions) -> Result<(), Vec<Diagnostic>> {
    let (answers, here) = (answers.flags(), here.flags());
    let idle = flagged.flags().into_iter().filter(|it| !answers.contains(it) && !here.contains(it));
    let mistakes: Vec<Diagnostic> = idle
        .map(|flag| {
            let message = "it is about nothing that differs before or after what is replaced";
            let help =
                "old names are those before the migration, or those that it gave; new ones those of the declaration";
            Diagnostic::new(DiagnosticCode::UnknownAnswer, message, help).at(flag)
        })
        .collect();
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

/// Asks until no questions are left; at a terminal also what need not be answered. A check does not ask: whatever the answers, there is a
/// difference.
fn settle(
    snapshots: &[Table],
    target: &[Table],
    mut answers: Decisions,
    flags: &Codegen,
) -> Result<Decisions, Vec<Diagnostic>> {
    loop {
        let questions = open_questions(snapshots, target, &answers)?;
        if flags.check {
            return Ok(answers);
        }
        if questions.is_empty() {
            break;
        }
        prompt::ask(&questions, &mut answers)?;
    }
    if prompt::has_terminal() {
        for question in value_questions(snapshots, target, &answers)? {
            let fits = |value: &Filling| {
                let told = |it: Vec<Diagnostic>| it.into_iter().map(|it| it.message).collect::<Vec<_>>().join("; ");
                value_fits(snapshots, target, &answers, value).map_err(told)
            };
            let said = prompt::ask_value(&question, fits);
            let stops = said.fills.is_empty() && matches!(question, ValueQuestion::Required { .. });
            answers.add(said);
            if stops {
                break;
            }
        }
    }
    Ok(answers)
}

/// What stops may be what only an earlier migration made necessary: then that is said first.
fn amendable(mistake: Diagnostic, workspace: &Workspace, flags: &Codegen) -> Diagnostic {
    let stops = matches!(
        mistake.code,
        DiagnosticCode::RequiredColumn | DiagnosticCode::NoConversion | DiagnosticCode::PrimaryKey
    );
    let has_migrations = workspace.migrations().is_ok_and(|it| !it.is_empty());
    if !stops || flags.amend || flags.dev || !has_migrations {
        return mistake;
    }
    Diagnostic { help: format!("not released yet? `cargo samara codegen --amend`; else {}", mistake.help), ..mistake }
}

fn finish(
    workspace: &Workspace,
    mut generated: GeneratedFiles,
    is_first: bool,
    flags: &Codegen,
) -> Result<CommandResult, Vec<Diagnostic>> {
    if flags.dev {
        // Of migrations without a name whose files were removed by hand.
        let left = replace::left_over(workspace, &generated.files)?;
        generated.files.extend(left);
    }
    let drifts = compare(&workspace.root, &generated.files)?;
    tell(&generated);
    if drifts.is_empty() {
        say("nothing has changed");
        return Ok(CommandResult::Done);
    }
    if flags.check || flags.dry_run {
        drifts.iter().for_each(|it| say(it.diff.trim_end()));
        return Ok(show(drifts.len(), flags));
    }
    // Changes are printed before they are made.
    drifts.iter().for_each(|it| say(&it.summary()));
    write(&workspace.root, &generated.files)?;
    say(match (generated.operations.is_empty(), is_first) {
        (true, _) => "written; review it",
        (false, false) => "written; review it, then run `samara db migrate`",
        (false, true) => "written; review it\nnext: samara db create",
    });
    Ok(CommandResult::Done)
}

fn finish_replacing(
    workspace: &Workspace,
    target: &[Table],
    replacement: &Replacement,
    plan: Plan,
    flags: &Codegen,
) -> Result<CommandResult, Vec<Diagnostic>> {
    let Plan { generated, bridge } = plan;
    let (bridge, here) = bridge.unwrap_or_default();
    let mut files = generated.files.clone();
    // A table that is no more since an older migration is gone from both.
    let gone = replace::gone(workspace, replacement, target).into_iter();
    files.extend(gone.filter(|it| !generated.files.iter().any(|other| other.path() == it.path())));
    let drifts = compare(&workspace.root, &files)?;
    tell(&generated);
    if generated.operations.is_empty() {
        say("nothing is left of what is replaced");
    }
    if flags.dry_run {
        drifts.iter().for_each(|it| say(it.diff.trim_end()));
        return Ok(show(drifts.len(), flags));
    }
    let database = match replace::database(workspace, replacement, flags.force) {
        Ok(database) => database,
        Err(mistake) => return refuse(vec![mistake]),
    };
    if database.is_some()
        && let Err(mistakes) = replace::consent(&bridge, &here)
    {
        return refuse(mistakes);
    }
    if let Some(url) = &database
        && let Err(mistake) = replace::confirm(url, flags.yes)
    {
        return refuse(vec![mistake]);
    }
    drifts.iter().for_each(|it| say(&it.summary()));
    let Some(url) = database else {
        write(&workspace.root, &files)?;
        say("written; your database has not run what it replaces: review it, then run `samara db migrate`");
        return Ok(CommandResult::Done);
    };
    bridge.iter().for_each(|it| say(&format!("  in your database: {it}")));
    let module = generated.module.as_deref();
    match replace::put_in_place(&url, replacement, module, bridge, (workspace.root.clone(), files)) {
        Ok(Replaced::Done) => say("written, and your database is where it ends; review it"),
        Ok(Replaced::NotRun) => say("your database has changed meanwhile; run this again"),
        Err(mistake) => return refuse(vec![mistake]),
    }
    Ok(CommandResult::Done)
}

fn show(n_files: usize, flags: &Codegen) -> CommandResult {
    if flags.dry_run {
        say("nothing was written");
        return CommandResult::Done;
    }
    let message = format!("{n_files} generated file(s) are not what the declaration asks for");
    report(&[Diagnostic::new(DiagnosticCode::Drift, message, "run `samara codegen NAME` and commit what it writes")]);
    CommandResult::Found
}

/// Prints what the migration does, and its warnings.
fn tell(generated: &GeneratedFiles) {
    for operation in &generated.operations {
        say(&format!("  {operation}"));
    }
    let warnings = |it: &Operation| it.warnings().into_iter().chain(it.way_back(&generated.operations));
    for warning in generated.operations.iter().flat_map(warnings) {
        say(&format!("warning: {warning}"));
    }
}
