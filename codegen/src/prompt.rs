//! Asks the developer, if there is a terminal. Every question has a flag that answers it.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use crate::diagnostic::Diagnostic;
use crate::question::{Decisions, Question, Rename};

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
    let choice = choose(question, &mut stdin().lock(), &mut stderr()).ok_or_else(unanswered)?;
    match choice {
        Some(to) => answers.renames.push(Rename { from: question.gone.clone(), to }),
        None => answers.drops.push(question.gone.clone()),
    }
    Ok(())
}

/// The developer's choice: a new name, or that it is dropped; `None` if the input ends.
fn choose(question: &Question, input: &mut impl BufRead, output: &mut impl Write) -> Option<Option<String>> {
    writeln!(output, "{} is gone. Was it renamed?", question.gone).ok()?;
    for (index, candidate) in question.candidates.iter().enumerate() {
        writeln!(output, "  {}) to `{candidate}`", index + 1).ok()?;
    }
    writeln!(output, "  0) no, drop it with what is in it").ok()?;
    loop {
        write!(output, "> ").ok()?;
        output.flush().ok()?;
        let mut line = String::new();
        if input.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().parse::<usize>() {
            Ok(0) => return Some(None),
            Ok(number) if number <= question.candidates.len() => {
                return Some(Some(question.candidates[number - 1].clone()));
            }
            _ => writeln!(output, "a number from 0 to {}, please", question.candidates.len()).ok()?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::SchemaObject;

    #[test]
    fn a_choice_is_asked_for_until_it_is_one() {
        let question = Question { gone: SchemaObject::Table("worlds".into()), candidates: vec!["places".into()] };
        let mut said = Vec::new();
        let choice = |input: &str, said: &mut Vec<u8>| choose(&question, &mut input.as_bytes(), said);
        assert_eq!(choice("x\n7\n1\n", &mut said), Some(Some("places".into())));
        assert_eq!(choice("0\n", &mut said), Some(None));
        assert_eq!(choice("", &mut said), None);
        assert!(
            String::from_utf8_lossy(&said).starts_with("the table `worlds` is gone. Was it renamed?\n  1) to `places`")
        );
    }
}
