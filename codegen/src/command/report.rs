//! A report of several things, each on a line: how it is, or what is wrong with it.

use super::say;
use crate::cli::CommandResult;

/// How many columns stand before what is said of a thing.
const INDENT: usize = 20;

/// What was looked at so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    wrong: usize,
}

impl Report {
    /// A thing that is as it should be.
    pub(super) fn ok(&self, thing: &str, text: &str) {
        say(&format!("ok     {thing:<12} {text}"));
    }

    /// A thing of which nothing can be said.
    pub(super) fn skipped(&self, thing: &str, text: &str) {
        say(&format!("-      {thing:<12} {text}"));
    }

    /// A thing with which something is wrong; the text may have several lines.
    pub(super) fn wrong(&mut self, thing: &str, text: &str) {
        self.wrong += 1;
        let lines: Vec<&str> = text.trim_end().lines().collect();
        say(&format!("wrong  {thing:<12} {}", lines.join(&format!("\n{:INDENT$}", ""))));
    }

    /// The number of things with which something is wrong.
    pub(super) fn n_wrong(&self) -> usize {
        self.wrong
    }

    /// What the command says in all.
    pub(super) fn result(&self) -> CommandResult {
        if self.wrong == 0 { CommandResult::Done } else { CommandResult::Found }
    }
}
