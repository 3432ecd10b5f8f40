//! Asks the developer, if there is a terminal. Every question has a flag that answers it.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use crate::diagnostic::Diagnostic;
use crate::question::{Decisions, Question, Rename, SchemaObject};

/// Adds the answers to `questions` to `answers`; further questions may depend on them.
///
/// # Errors
/// `R0704` for each question, with its flags, if there is no terminal or the input ends.
pub(crate) fn ask(questions: &[Question], answers: &mut Decisions) -> Result<(), Vec<Diagnostic>> {
    let unanswered = || questions.iter().map(Question::unanswered).collect();
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return Err(unanswered());
    }
    // One at a time: what the first was renamed to is no candidate for the second.
    let Some(question) = questions.first() else { return Ok(()) };
    let (text, options) = said(question);
    let choice = choose(&text, &options, &mut stdin().lock(), &mut stderr()).ok_or_else(unanswered)?;
    decide(question, choice, answers);
    Ok(())
}

/// Whether the developer agrees, at a terminal; `None` if there is none.
pub(crate) fn agree(text: &str) -> Option<bool> {
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return None;
    }
    let options = ["no".to_owned(), "yes".to_owned()];
    choose(text, &options, &mut stdin().lock(), &mut stderr()).map(|it| it == 1)
}

/// The question, and its answers: the first is the one that renames nothing.
fn said(question: &Question) -> (String, Vec<String>) {
    match question {
        Question::Gone { gone, candidates } => {
            let none = "no, drop it with what is in it".to_owned();
            let renamed = candidates.iter().map(|it| format!("to `{it}`"));
            (format!("{gone} is gone. Was it renamed?"), std::iter::once(none).chain(renamed).collect())
        }
        Question::Swapped { table, columns: [a, b] } => {
            let text =
                format!("`{table}.{a}` is declared as `{b}` was, and `{b}` as `{a}` was. Did they swap their names?");
            (text, vec!["no, each is what the other was".to_owned(), "yes, each keeps its values".to_owned()])
        }
    }
}

fn decide(question: &Question, choice: usize, answers: &mut Decisions) {
    match question {
        Question::Gone { gone, candidates } => match choice.checked_sub(1).and_then(|it| candidates.get(it)) {
            Some(to) => answers.renames.push(Rename { from: gone.clone(), to: to.clone() }),
            None => answers.drops.push(gone.clone()),
        },
        Question::Swapped { table, columns: [a, b] } => {
            let column = |name: &String| SchemaObject::Column(table.clone(), name.clone());
            match choice {
                0 => answers.keeps.push(column(a)),
                _ => answers
                    .renames
                    .extend([Rename { from: column(a), to: b.clone() }, Rename { from: column(b), to: a.clone() }]),
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
        write!(output, "> ").ok()?;
        output.flush().ok()?;
        let mut line = String::new();
        if input.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().parse::<usize>() {
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
        let swapped = Question::Swapped { table: "people".into(), columns: ["a".into(), "b".into()] };
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
}
