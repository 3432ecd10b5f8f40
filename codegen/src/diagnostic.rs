//! A problem to be printed: its code, one sentence, where it is, and what to do.

use std::error::Error;
use std::fmt;

use samara::migration::{self, MigrationCode};

/// What kind of problem it is; each has its page, `docs/errors/<code>.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table in `as_str` says what each is")]
pub enum DiagnosticCode {
    Manifest,
    BadSnapshot,
    NewerSnapshot,
    Ambiguous,
    UnknownAnswer,
    RequiredColumn,
    NoConversion,
    Cycle,
    BadName,
    MigrationName,
    Workspace,
    Files,
    PrimaryKey,
    Drift,
    Surface,
    BrokenRules,
    Released,
    NotDev,
    Unnamed,
    Unreplaceable,
    Unasked,
    NewFolder,
    FrameworkSource,
    UserSource,
    Unplaced,
    UnconfirmedEdit,
    Unconfirmed,
    UnknownCode,
    Interrupted,
    NotUndone,
    FragmentSyntax,
    NoFragment,
    FragmentName,
    UnknownInApi,
    SelectionUnfit,
    ClientName,
    ClientSettings,
    NoClient,
    EditedByHand,
    UnknownCommand,
    /// An error of the database, of a migration's code.
    Database(MigrationCode),
}

impl DiagnosticCode {
    /// `R0701`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manifest => "R0701",        // the app does not say what it declares
            Self::BadSnapshot => "R0702",     // a snapshot is not readable
            Self::NewerSnapshot => "R0703",   // a snapshot was written by a later version
            Self::Ambiguous => "R0704",       // renamed, or dropped and added
            Self::UnknownAnswer => "R0705",   // a flag says what is not so
            Self::RequiredColumn => "R0706",  // a required column without a value for rows that stand
            Self::NoConversion => "R0708",    // no conversion from one type to the other
            Self::Cycle => "R0709",           // tables that require each other
            Self::BadName => "R0710",         // a name that a database cannot keep, or that two things share
            Self::MigrationName => "R0711",   // the migration's name is missing or no name
            Self::Workspace => "R0712",       // no workspace, or no app in it
            Self::Files => "R0713",           // a file cannot be read or written
            Self::PrimaryKey => "R0714",      // a primary key that no row has
            Self::Drift => "R0715",           // generated files are not what the declaration asks for
            Self::Surface => "R0716",         // the declaration makes no API
            Self::BrokenRules => "R0734",     // the declaration breaks rules
            Self::Released => "R0740",        // a migration that others may have
            Self::NotDev => "R0741",          // a database that is no developer's
            Self::Unnamed => "R0742",         // migrations without a name are left
            Self::Unreplaceable => "R0743",   // a migration that cannot be made anew
            Self::Unasked => "R0744",         // values would be lost of which nobody said so
            Self::Unconfirmed => "R0745",     // a server's database would be changed
            Self::NewFolder => "R0801",       // a new workspace cannot be there
            Self::FrameworkSource => "R0802", // nobody knows where the framework is
            Self::UserSource => "R0803",      // a source of the app cannot be read or changed
            Self::Unplaced => "R0804",        // nobody knows where what is new belongs
            Self::UnconfirmedEdit => "R0805", // sources would change, and nobody agreed
            Self::UnknownCode => "R0806",     // a code that is none
            Self::Interrupted => "R0807",     // an interrupted change cannot be completed
            Self::NotUndone => "R0808",       // there is nothing that could be taken back
            Self::FragmentSyntax => "R0809",  // a `.graphql` file is no GraphQL
            Self::NoFragment => "R0810",      // something in a `.graphql` file that is no fragment
            Self::FragmentName => "R0811",    // names of fragments clash, or one holds itself
            Self::UnknownInApi => "R0812",    // a fragment names what the API does not have
            Self::SelectionUnfit => "R0813",  // a fragment does not fit the API
            Self::ClientName => "R0814",      // two things of a client would share a name
            Self::ClientSettings => "R0815",  // the workspace's clients are not understood
            Self::NoClient => "R0816",        // the workspace has no such client
            Self::EditedByHand => "R0820",    // a source would be replaced that was edited by hand
            Self::UnknownCommand => "R0821",  // a command that is none
            Self::Database(code) => code.as_str(),
        }
    }
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind.
    pub code: DiagnosticCode,
    /// One sentence.
    pub message: String,
    /// Where: a file with line and column, a table, a column.
    pub location: Option<String>,
    /// What to do about it.
    pub help: String,
}

impl Diagnostic {
    /// A problem without a place.
    pub fn new(code: DiagnosticCode, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), location: None, help: help.into() }
    }

    /// The error of a database or of a migration that ran on it.
    pub(crate) fn of_database(error: &migration::Error) -> Self {
        let cause = error.source().map(|it| format!("\n  cause: {it}")).unwrap_or_default();
        Self::new(DiagnosticCode::Database(error.code()), format!("{}{cause}", error.message()), error.help())
    }

    /// Whether it is a finding, not a failure: something was refused, and the developer decides.
    pub(crate) fn is_refusal(&self) -> bool {
        use DiagnosticCode::{Database, NotDev, Released, Unasked, Unconfirmed, Unnamed, Unreplaceable};
        use MigrationCode::{ByHand, Irreplaceable, Rows};
        match self.code {
            Released | NotDev | Unnamed | Unreplaceable | Unasked | Unconfirmed => true,
            Database(code) => matches!(code, Rows | ByHand | Irreplaceable),
            _ => false,
        }
    }

    /// Adds where it is.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.location = Some(place.to_string());
        self
    }
}

/// One problem, where there could be several.
impl From<Diagnostic> for Vec<Diagnostic> {
    fn from(mistake: Diagnostic) -> Self {
        vec![mistake]
    }
}

impl fmt::Display for Diagnostic {
    /// For a terminal, clear without colour: `error[R0702]: …`, then ` --> place` and `  help: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}", self.code.as_str(), self.message)?;
        if let Some(place) = &self.location {
            write!(f, "\n  --> {place}")?;
        }
        write!(f, "\n  help: {}", self.help)
    }
}
