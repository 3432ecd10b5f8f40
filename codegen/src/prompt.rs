//! Asks the developer, if there is a terminal. Every question has a flag that answers it.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use crate::cli::EditedFile;
use crate::diagnostic::Diagnostic;
use crate::question::{Decisions, Filling, Question, Rename, SchemaObject, ValueQuestion, declared_as, trades};
use crate::write::Drift;

/// Adds the answers to `questions` to `answers`; further questions may depend on them.
///
/// # Errors
/// `R0704` for each question, with its flags, if there is no terminal or the input ends.
pub(crate) fn ask(questions: &[Question], answers: &mut Decisions) -> Result<(), Vec<Diagnostic>> {
    let unanswered = || questions.iter().map(Question::unanswered).collect();
    if !has_terminal() {
        return Err(unanswered());
    }
    // One at a time: what the first was renamed to is no candidate for the second.
    let Some(question) = questions.first() else { return Ok(()) };
    let (text, options) = said(question);
    let choice = choose(&text, &options, &mut stdin().lock(), &mut stderr()).ok_or_else(unanswered)?;
    decide(question, choice, answers);
    Ok(())
}

/// Whether there is somebody to be asked.
pub(crate) fn has_terminal() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// Asks what nobody must answer, and gives what was said: nothing if the input ends. `fits` says why a value is none.
pub(crate) fn ask_value(question: &ValueQuestion, fits: impl Fn(&Filling) -> Result<(), String>) -> Decisions {
    value_said(question, fits, &mut stdin().lock(), &mut stderr()).unwrap_or_default()
}

fn value_said(
    question: &ValueQuestion,
    fits: impl Fn(&Filling) -> Result<(), String>,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> Option<Decisions> {
    let mut said = Decisions::default();
    match question {
        ValueQuestion::Narrowed { subject, rules } => {
            let text = format!("{subject} must be {rules} from now on. What about rows whose value is not?");
            let options = ["they stop the migration".to_owned(), "they stay as they are".to_owned()];
            if choose(&text, &options, input, output)? == 1 {
                said.accepts.push(subject.clone());
            }
        }
        ValueQuestion::Required { table, column } => {
            let column = column.name.clone();
            writeln!(output, "the new column `{table}.{column}` is required. What do rows that stand get?").ok()?;
            writeln!(output, "  (a value; nothing: it stops here)").ok()?;
            while let Some(value) = line(input, output).filter(|it| !it.is_empty()) {
                let filling = Filling { table: table.clone(), column: column.clone(), value };
                match fits(&filling) {
                    Ok(()) => {
                        said.fills.push(filling);
                        break;
                    }
                    Err(reason) => writeln!(output, "{reason}").ok()?,
                }
            }
        }
    }
    Some(said)
}

/// What the developer writes on one line; `None` if the input ends.
fn line(input: &mut impl BufRead, output: &mut impl Write) -> Option<String> {
    write!(output, "> ").ok()?;
    output.flush().ok()?;
    let mut line = String::new();
    let read = input.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Whether the developer agrees, at a terminal; `None` if there is none.
pub(crate) fn agree(text: &str) -> Option<bool> {
    if !has_terminal() {
        return None;
    }
    let options = ["no".to_owned(), "yes".to_owned()];
    choose(text, &options, &mut stdin().lock(), &mut stderr()).map(|it| it == 1)
}

/// What becomes of a file that is there with another text than the one that it would be written with; `None` if there is no terminal, or the
/// input ends.
pub(crate) fn edited(drift: &Drift) -> Option<EditedFile> {
    if !has_terminal() {
        return None;
    }
    edited_said(drift, &mut stdin().lock(), &mut stderr())
}

fn edited_said(drift: &Drift, input: &mut impl BufRead, output: &mut impl Write) -> Option<EditedFile> {
    let text = format!(
        "{} is there with another text than the one that would be written. What becomes of it?",
        drift.path.display()
    );
    let options = ["it stays as it is", "the new text takes its place", "show the difference"].map(str::to_owned);
    loop {
        match choose(&text, &options, input, output)? {
            0 => return Some(EditedFile::Keep),
            1 => return Some(EditedFile::Replace),
            _ => writeln!(output, "{}", drift.diff.trim_end()).ok()?,
        }
    }
}

/// The question, and its answers: the first is the one that renames nothing.
fn said(question: &Question) -> (String, Vec<String>) {
    match question {
        Question::Gone { gone, candidates } => {
            let none = "no, drop it with what is in it".to_owned();
            let renamed = candidates.iter().map(|it| format!("to `{it}`"));
            (format!("{gone} is gone. Was it renamed?"), std::iter::once(none).chain(renamed).collect())
        }
        Question::Swapped { table, columns } => {
            let text = format!("{}. Did they swap their names?", declared_as(table, columns));
            (text, vec!["no, each is what another was".to_owned(), "yes, each keeps its values".to_owned()])
        }
    }
}

fn decide(question: &Question, choice: usize, answers: &mut Decisions) {
    match question {
        Question::Gone { gone, candidates } => match choice.checked_sub(1).and_then(|it| candidates.get(it)) {
            Some(to) => answers.renames.push(Rename { from: gone.clone(), to: to.clone() }),
            None => answers.drops.push(gone.clone()),
        },
        Question::Swapped { table, columns } => {
            let column = |name: &String| SchemaObject::Column(table.clone(), name.clone());
            match choice {
                0 => answers.keeps.extend(columns.first().map(column)),
                _ => answers
                    .renames
                    .extend(trades(columns).map(|(was, is)| Rename { from: column(was), to: is.clone() })),
            }
        }
    }
}

/// The number of the developer's choice; `None` if the input ends.
fn choose(text: &str, options: &[String], input: &mut impl BufRead, output: &mut impl Write) -> Option<usize> {
    writeln!(output, "{text}").ok()?;
    // The last to be read is the one that renames nothing.
    for (number, option) in options.iter().enumerate().skip(1).chain(options.iter().enumerate().take(1)) {
        writeln!(output, "  {number}) {option}").ok()?;
    }
    loop {
        match line(input, output)?.trim().parse::<usize>() {
            Ok(number) if number < options.len() => return Some(number),
            _ => writeln!(output, "a number from 0 to {}, please", options.len().saturating_sub(1)).ok()?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_asked_for_until_it_is_one() {
        let gone = SchemaObject::Table("worlds".into());
        let (text, options) = said(&Question::Gone { gone, candidates: vec!["places".into()] });
        let mut told = Vec::new();
        let choice = |input: &str, told: &mut Vec<u8>| choose(&text, &options, &mut input.as_bytes(), told);
        assert_eq!(choice("x\n7\n1\n", &mut told), Some(1));
        assert_eq!(choice("0\n", &mut told), Some(0));
        assert_eq!(choice("", &mut told), None);
        let told = String::from_utf8_lossy(&told);
        let first =
            "the table `worlds` is gone. Was it renamed?\n  1) to `places`\n  0) no, drop it with what is in it\n";
        assert!(told.starts_with(first), "{told}");
    }

    #[test]
    fn a_choice_is_a_decision() {
        let column = |name: &str| SchemaObject::Column("people".into(), name.into());
        let swapped = Question::Swapped { table: "people".into(), columns: vec!["a".into(), "b".into()] };
        let gone = Question::Gone { gone: column("c"), candidates: vec!["d".into()] };
        let mut yes = Decisions::default();
        decide(&swapped, 1, &mut yes);
        decide(&gone, 1, &mut yes);
        let renames: Vec<(SchemaObject, &str)> =
            yes.renames.iter().map(|it| (it.from.clone(), it.to.as_str())).collect();
        assert_eq!(renames, [(column("a"), "b"), (column("b"), "a"), (column("c"), "d")]);
        let mut no = Decisions::default();
        decide(&swapped, 0, &mut no);
        decide(&gone, 0, &mut no);
        assert_eq!((no.keeps, no.drops), (vec![column("a")], vec![column("c")]));
    }

    #[test]
    fn a_value_is_asked_for_until_it_fits() {
        let column = Box::new(samara::table::Column::integer("size"));
        let question = ValueQuestion::Required { table: "worlds".into(), column };
        let fits =
            |it: &Filling| it.value.parse::<i64>().map(drop).map_err(|_| format!("`{}` is no integer", it.value));
        let mut told = Vec::new();
        let mut said = |input: &str| value_said(&question, fits, &mut input.as_bytes(), &mut told).map(|it| it.flags());
        assert_eq!(said("many\n7\n8\n"), Some(vec!["--fill worlds.size:7".to_owned()]));
        assert_eq!(said("\n"), Some(Vec::new()));
        assert_eq!(said(""), Some(Vec::new()));
        let told = String::from_utf8_lossy(&told);
        let first = "the new column `worlds.size` is required. What do rows that stand get?\n  (a value; nothing: it stops here)\n> `many` is no integer\n> ";
        assert!(told.starts_with(first), "{told}");
    }

    #[test]
    fn what_was_edited_is_shown_and_asked_about_again() {
        let drift = Drift { path: "app/src/badge.rs".into(), diff: "--- a/app/src/badge.rs\n-mine\n+new\n".into() };
        let mut told = Vec::new();
        let mut said = |input: &str| edited_said(&drift, &mut input.as_bytes(), &mut told);
        assert_eq!(said("2\n1\n"), Some(EditedFile::Replace));
        assert_eq!(said("0\n"), Some(EditedFile::Keep));
        assert_eq!(said("2\n"), None);
        let told = String::from_utf8_lossy(&told);
        let first = "app/src/badge.rs is there with another text than the one that would be written. What becomes of it?\n  1) the new text takes its place\n  2) show the difference\n  0) it stays as it is\n> --- a/app/src/badge.rs\n-mine\n+new\n";
        assert!(told.starts_with(first), "{told}");
    }

    #[test]
    fn rows_that_do_not_fit_may_stay() {
        let subject = SchemaObject::Column("worlds".into(), "name".into());
        let question = ValueQuestion::Narrowed { subject, rules: samara::table::ValueRules::new().max_length(4) };
        let mut told = Vec::new();
        let mut said =
            |input: &str| value_said(&question, |_| Ok(()), &mut input.as_bytes(), &mut told).map(|it| it.flags());
        assert_eq!(said("1\n"), Some(vec!["--accept worlds.name".to_owned()]));
        assert_eq!(said("0\n"), Some(Vec::new()));
        assert_eq!(said(""), None);
        let told = String::from_utf8_lossy(&told);
        let first = "the column `worlds.name` must be at most 4 characters from now on. What about rows whose value is not?\n  1) they stay as they are\n  0) they stop the migration\n";
        assert!(told.starts_with(first), "{told}");
    }
}
